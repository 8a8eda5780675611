"""Lines of a text input: strict UTF-8, of bounded length, faults reported with file and line.

Every reader of text that parts lines itself goes through :func:`open_lines`; FASTA and FASTQ have their own.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, Literal

from dmiso.errors import InputError
from dmiso.io.streams import display_name, open_input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LONGEST_LINE", "bounded_lines", "open_lines", "text_lines"]

LONGEST_LINE: Final = 1 << 26
"""Characters of a line: 64 million hold any row of sequences, and a file without line ends takes no more memory."""


@contextmanager
def open_lines(path: Path, *, errors: Literal["strict", "replace"] = "strict") -> Iterator[Iterator[str]]:
    r"""Open a text input for reading line by line.

    Parameters
    ----------
    path
        A file, a pipe, or ``-`` for standard input; plain or compressed.
    errors
        At bytes that are not UTF-8: ``strict`` raises, ``replace`` reads them as U+FFFD, for formats whose
        descriptions must not refuse a whole file.

    Yields
    ------
    iterator of str
        Lines with their ends as they are (``\n``, ``\r\n``), a byte order mark passed over.

    Raises
    ------
    InputError
        While reading, in the block too: if a byte is not UTF-8, or a line is too long to be one.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_bytes(b"\xef\xbb\xbfa\r\nb")
    ...     with open_lines(path) as lines:
    ...         list(lines)
    ['a\r\n', 'b']
    """
    with open_input(path) as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8", errors=errors, newline="")
        try:
            yield bounded_lines(text, path)
        except UnicodeDecodeError as error:
            raise InputError(
                f"the file is not UTF-8 text ({error.reason})",
                path=display_name(path),
                hint="Save it as UTF-8 text; a Parquet file needs the ending .parquet",
            ) from error
        finally:
            text.detach()


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number, from 1, and text of each line, its end cut off.

    Raises
    ------
    InputError
        If the file is not UTF-8, or a line is longer than any can be.
    """
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            yield number, line.rstrip("\r\n")


def bounded_lines(text: IO[str], path: Path) -> Iterator[str]:
    """Yield the lines of a text, their ends included, each of bounded length.

    Raises
    ------
    InputError
        If a line has more than 64 million characters.
    """
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"the line is longer than {LONGEST_LINE:,} characters",
                path=display_name(path),
                line=number,
                hint="Check that it is a text file with line endings",
            )
        yield line
