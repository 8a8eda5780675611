"""Parquet files by their very names, with every way in which one can be damaged reported as an :class:`InputError`."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from threading import RLock
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.errors import InputError
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["parquet_errors", "parquet_frame", "scan_parquet_file"]

_HINT: Final = "Check that it is whole and really Parquet"
_MAGIC: Final = b"PAR1"
_STDERR: Final = 2
_ONE_READER: Final = RLock()
_TAIL: Final = 8
"""A Parquet file ends with the length of its footer, a little-endian number of 4 bytes, and the magic bytes."""


@contextmanager
def parquet_errors(path: Path, *, hint: str = _HINT) -> Iterator[None]:
    """Turn whatever reading a Parquet file raises into an :class:`InputError` that names it.

    Parameters
    ----------
    path
        As the user gave it.
    hint
        What the user can do.
    """
    try:
        with _silent_panics():
            yield
    # polars' own code panics at some damages; a panic is no Exception, and its words are about polars' insides
    except pl.exceptions.PanicException as error:
        raise _damaged(path, "it is damaged inside", hint) from error
    except (pl.exceptions.PolarsError, OSError, OverflowError) as error:
        raise _damaged(path, (str(error).splitlines() or [type(error).__name__])[0], hint) from error


def scan_parquet_file(file: Path, *, shown: Path | None = None, hint: str = _HINT) -> pl.LazyFrame:
    """Return a Parquet file to be read lazily; a name is a name, with no character of it a wildcard.

    What is read later can fail too: collect it within :func:`parquet_errors`.

    Parameters
    ----------
    file
        A regular file.
    shown
        What messages call it; None is its own name.
    hint
        What the user can do if it is damaged.

    Raises
    ------
    InputError
        If it does not begin and end as a Parquet file does.
    """
    path = shown or file
    with parquet_errors(path, hint=hint):
        size = file.stat().st_size
        with file.open("rb") as handle:
            head = handle.read(len(_MAGIC))
            handle.seek(max(0, size - _TAIL))
            tail = handle.read(_TAIL)
    # looked at here, because polars allocates what a footer's length says
    if head != _MAGIC or tail[4:] != _MAGIC:
        raise _damaged(path, "it does not begin and end with PAR1", hint)
    if (length := int.from_bytes(tail[:4], "little")) > size - len(_MAGIC) - _TAIL:
        raise _damaged(path, f"its footer would be {length:,} bytes long, the file is {size:,}", hint)
    with parquet_errors(path, hint=hint):
        return pl.scan_parquet(file, glob=False)


def parquet_frame(file: Path, *, shown: Path | None = None, hint: str = _HINT) -> pl.DataFrame:
    """Return a whole Parquet file; parameters and errors as for :func:`scan_parquet_file`."""
    with parquet_errors(shown or file, hint=hint):
        return scan_parquet_file(file, shown=shown, hint=hint).collect()


@contextmanager
def _silent_panics() -> Iterator[None]:
    """Keep what polars' threads write to standard error when they panic: their stacks mean nothing to a user.

    What else is written meanwhile is passed on afterwards. One reader at a time: descriptors are the process's.
    """
    with _ONE_READER, ExitStack() as ends:
        try:
            own = os.dup(_STDERR)
        except OSError:  # there is no standard error
            yield
            return
        ends.callback(os.close, own)
        held = ends.enter_context(TemporaryFile(buffering=0))
        os.dup2(held.fileno(), _STDERR)
        panicked = False
        try:
            yield
        except pl.exceptions.PanicException:
            panicked = True
            raise
        finally:
            os.dup2(own, _STDERR)
            held.seek(0)
            if not panicked:
                while part := held.read(1 << 16):
                    os.write(own, part)


def _damaged(path: Path, why: str, hint: str) -> InputError:
    return InputError(f"the Parquet file cannot be read ({why})", path=display_name(path), hint=hint)
