"""Opening an input: a path or ``-`` for standard input; gzip is told by the first bytes, not by the name."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from dmiso.errors import InputError, UsageError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

__all__ = ["STDIN", "display_name", "open_input", "require_file"]

STDIN = Path("-")
"""Stands for standard input."""

_GZIP_MAGIC = b"\x1f\x8b"


def display_name(path: Path) -> str:
    """Return how messages name an input."""
    return "standard input" if path == STDIN else str(path)


def require_file(path: Path) -> None:
    """Check that an input can be opened.

    Raises
    ------
    UsageError
        If it does not exist, is a directory or may not be read.
    """
    if path == STDIN:
        return
    if not path.exists():
        raise UsageError(
            f"{path} does not exist. Check the path (the working directory is where the command runs)."
        )
    if path.is_dir():
        raise UsageError(f"{path} is a directory; a file is expected.")


@contextmanager
def open_input(path: Path) -> Iterator[IO[bytes]]:
    """Open an input for reading bytes, decompressing gzip.

    Parameters
    ----------
    path
        A file, or ``-`` for standard input.

    Yields
    ------
    file object
        Decompressed bytes.

    Raises
    ------
    UsageError
        If the file does not exist or cannot be opened.
    InputError
        If a gzip stream is damaged or cut short.
    """
    require_file(path)
    try:
        raw = sys.stdin.buffer if path == STDIN else path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}.") from error
    buffered = cast("io.BufferedReader", raw)
    try:
        zipped = buffered.peek(2)[:2] == _GZIP_MAGIC
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=buffered)) if zipped else buffered
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"the gzip stream is damaged or cut short ({error})",
            path=display_name(path),
            mend="Copy or download the file again and check it with gzip -t",
        ) from error
    finally:
        if path != STDIN:
            buffered.close()
