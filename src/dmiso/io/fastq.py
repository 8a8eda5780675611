"""FASTQ reads with their qualities: fast, with faults reported by file and record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import dnaio

from dmiso.errors import InputError
from dmiso.io.ascii_text import ascii_text
from dmiso.io.streams import display_name, open_input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Read", "read_fastq"]

_HINT = "Copy or make the file again; FASTQ has four lines per record: @name, nucleotides, +, qualities"


class Read(NamedTuple):
    """A read as its file has it: first word of the header, nucleotides, qualities as Phred+33 text."""

    id: str
    sequence: str
    quality: str


def read_fastq(path: Path) -> Iterator[Read]:
    """Read FASTQ, plain or compressed.

    Parameters
    ----------
    path
        A file, or ``-`` for standard input.

    Yields
    ------
    Read
        In file order, nothing changed.

    Raises
    ------
    InputError
        If the file is no FASTQ, is cut short, or a record's nucleotides and qualities differ in number.
    UsageError
        If it cannot be opened.
    """
    with open_input(path) as handle:
        text = ascii_text(handle, path)
        begin: bytes = text.peek(1)[:1]  # type: ignore[attr-defined]  # a BufferedReader
        if not begin:
            return
        if begin != b"@":
            raise InputError(
                f"FASTQ begins with '@', this file with {begin.decode('ascii', 'replace')!r}",
                path=display_name(path),
                line=1,
                hint="Give reads as FASTQ; qualities are needed",
            )
        try:
            # an opener rather than the handle itself: only then does dnaio close the wrapper that it puts around it
            with dnaio.open(display_name(path), opener=lambda *_: text, fileformat="fastq") as reader:
                for record in reader:
                    yield Read(record.id, record.sequence, record.qualities or "")
        except (dnaio.FileFormatError, dnaio.UnknownFileFormat) as error:
            line = getattr(error, "line", None)
            raise InputError(
                f"the FASTQ is broken: {str(error).rstrip('.')}",
                path=display_name(path),
                line=line + 1 if isinstance(line, int) else None,
                hint=_HINT,
            ) from error
