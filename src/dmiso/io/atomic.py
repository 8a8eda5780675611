"""Output that appears under its final name only when it is whole."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dmiso.errors import DmisoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["atomic_path", "write_text"]


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place when the block ends without an error.

    Works for a file and for a directory; what was at ``path`` stays untouched until then. A file is synced
    to disk before it is renamed.

    Parameters
    ----------
    path
        Final place of the output. Its folder is made if it is missing.

    Yields
    ------
    pathlib.Path
        Where to write; nothing exists there yet.

    Raises
    ------
    UsageError
        If ``path`` is an existing directory while a file was written, or its folder cannot be made.
    DmisoError
        If the disk is full or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path}: its folder cannot be made ({error.strerror}). Choose another output."
        ) from error
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield temporary
        if temporary.is_file():
            if path.is_dir():
                raise UsageError(f"{path} is a directory; name a file for this output.")
            with temporary.open("rb") as handle:
                os.fsync(handle.fileno())
        elif path.is_dir():
            shutil.rmtree(path)
        temporary.replace(path)
    except OSError as error:
        raise DmisoError(
            f"{path} cannot be written ({error.strerror or error}). Nothing was left behind."
        ) from error
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file atomically, UTF-8 with Unix line ends."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
