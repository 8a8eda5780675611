"""Parquet files by their very names, with every way in which one can be damaged told as an :class:`InputError`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.errors import InputError
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["parquet_errors", "parquet_frame", "scan_parquet_file"]

_MEND: Final = "Check that it is whole and really Parquet"
_MAGIC: Final = b"PAR1"
_TAIL: Final = 8
"""A Parquet file ends with the length of its footer, a little-endian number of 4 bytes, and the magic letters."""


@contextmanager
def parquet_errors(path: Path, *, mend: str = _MEND) -> Iterator[None]:
    """Turn whatever reading a Parquet file raises into an :class:`InputError` that names it.

    Parameters
    ----------
    path
        As the user gave it.
    mend
        What the user can do.
    """
    try:
        yield
    # polars' own code panics at some damages, and a panic is no Exception
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, OverflowError) as error:
        raise _damaged(path, (str(error).splitlines() or [type(error).__name__])[0], mend) from error


def scan_parquet_file(file: Path, *, shown: Path | None = None, mend: str = _MEND) -> pl.LazyFrame:
    """Return a Parquet file to be read lazily; a name is a name, with no letter of it a wildcard.

    What is read later can fail too: collect it within :func:`parquet_errors`.

    Parameters
    ----------
    file
        A regular file.
    shown
        What messages call it; None is its own name.
    mend
        What the user can do if it is damaged.

    Raises
    ------
    InputError
        If it does not begin and end as a Parquet file does.
    """
    path = shown or file
    with parquet_errors(path, mend=mend):
        size = file.stat().st_size
        with file.open("rb") as handle:
            head = handle.read(len(_MAGIC))
            handle.seek(max(0, size - _TAIL))
            tail = handle.read(_TAIL)
    # looked at here, because polars allocates what a footer's length says
    if head != _MAGIC or tail[4:] != _MAGIC:
        raise _damaged(path, "it does not begin and end with PAR1", mend)
    if (length := int.from_bytes(tail[:4], "little")) > size - len(_MAGIC) - _TAIL:
        raise _damaged(path, f"its footer would be {length:,} bytes long, the file is {size:,}", mend)
    with parquet_errors(path, mend=mend):
        return pl.scan_parquet(file, glob=False)


def parquet_frame(file: Path, *, shown: Path | None = None, mend: str = _MEND) -> pl.DataFrame:
    """Return a whole Parquet file; parameters and errors as for :func:`scan_parquet_file`."""
    with parquet_errors(shown or file, mend=mend):
        return scan_parquet_file(file, shown=shown, mend=mend).collect()


def _damaged(path: Path, why: str, mend: str) -> InputError:
    return InputError(f"the Parquet file cannot be read ({why})", path=display_name(path), mend=mend)
