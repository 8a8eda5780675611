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
    """A read as its file has it: first word of the header, nucleotides, qualities as Phred+33 text.

    ``umi`` is the label of its molecule where the file keeps it apart from the nucleotides.
    """

    id: str
    sequence: str
    quality: str
    umi: str = ""


def read_fastq(path: Path, *, umi_tag: str | None = None) -> Iterator[Read]:
    """Read FASTQ, plain or compressed.

    Parameters
    ----------
    path
        A file, or ``-`` for standard input.
    umi_tag
        Tag in the header with the label of a read's molecule, ``RX:Z:ACGT``, as ``samtools fastq -T RX`` writes it.

    Yields
    ------
    Read
        In file order, nothing changed.

    Raises
    ------
    InputError
        If the file is no FASTQ, is cut short, a record's nucleotides and qualities differ in number, or a header has
        not the tag.
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
                    umi = _tagged(record.name, umi_tag, path) if umi_tag else ""
                    yield Read(record.id, record.sequence, record.qualities or "", umi)
        except (dnaio.FileFormatError, dnaio.UnknownFileFormat) as error:
            line = getattr(error, "line", None)
            raise InputError(
                f"the FASTQ is broken: {str(error).rstrip('.')}",
                path=display_name(path),
                line=line + 1 if isinstance(line, int) else None,
                hint=_HINT,
            ) from error


def _tagged(header: str, tag: str, path: Path) -> str:
    """Return the value of a SAM tag in a header."""
    name, *fields = header.split()
    for field in fields:
        if field.startswith(f"{tag}:Z:"):
            return field[len(tag) + 3 :]
    raise InputError(
        f"its header has no tag {tag}",
        path=display_name(path),
        record=name,
        hint=f"Write it with samtools fastq -T {tag}, or leave --umi-tag out",
    )
