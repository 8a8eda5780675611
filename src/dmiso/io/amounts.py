"""How many lines or rows an input has, counted without parsing it: to know the size of a work before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.io.parquet import parquet_errors, scan_parquet_file
from dmiso.io.streams import local_file, open_input
from dmiso.io.tables import table_format

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["count_lines", "count_rows"]

_BYTES: Final = 1 << 20


def count_lines(path: Path, begin: bytes = b"") -> int:
    r"""Return how many lines of a text begin with something.

    Parameters
    ----------
    path
        A file, plain or compressed, or what :func:`~dmiso.io.streams.read_once` lets be read again.
    begin
        One byte, or none: then every line counts.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.fa")
    ...     _ = path.write_text(">a\nAC\nGU\n>b\nA")
    ...     count_lines(path), count_lines(path, b">")
    (5, 2)
    """
    found, last = 0, b"\n"
    with open_input(path) as handle:
        while piece := handle.read(_BYTES):
            # a line begins after each line end but one at the end of the file; the mark may begin the next piece
            found += (last + piece).count(b"\n" + begin) if begin else (last + piece[:-1]).count(b"\n")
            last = piece[-1:]
    return found


def count_rows(path: Path) -> int | None:
    """Return how many rows a table has, a little more where blank lines or broken lines are among them.

    Parameters
    ----------
    path
        TSV, CSV or Parquet. Of an Excel file, which is read as a whole, nothing is known: None.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    kind = table_format(path)
    if kind == "xlsx":
        return None
    if kind == "parquet":
        file = local_file(path)
        with parquet_errors(path):
            return int(scan_parquet_file(file, shown=path).select(pl.len()).collect().item())
    return max(0, count_lines(path) - 1)
