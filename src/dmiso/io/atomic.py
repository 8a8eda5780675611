"""One output file: it appears under its final name only when it is whole, and never takes the place of a device.

The policy for every file that dmiso writes stands here; folders are in :mod:`dmiso.io.folders`. A file is written
beside its final place, flushed, synced and closed without an error, and only then renamed; it keeps the mode of the
file it replaces. Links are followed. Devices, FIFOs and open descriptors (``/dev/stdout``) are written through.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import os
import re
import secrets
import shutil
import socket
import stat
import sys
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from backports import zstd

from dmiso.errors import DmisoError, UsageError
from dmiso.io.locks import is_running, place_of
from dmiso.io.streams import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "COMPRESSED",
    "PART_NAME",
    "advice",
    "atomic_path",
    "compression_of",
    "is_special",
    "move_into_place",
    "open_output",
    "part_name",
    "remove_stale_parts",
    "remove_tree",
    "system_error",
    "write_text",
]

COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")
"""Endings by which a written text is compressed; case does not matter."""

PART_NAME: Final = re.compile(r"\.(?P<name>.+)\.(?P<place>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.part")
"""What a file is called while it is written: where and by which process, to see whether it is still being written."""

_NAME_KEPT: Final = 96
"""Characters of the final name in the temporary one: names of up to 255 bytes must still get a temporary name."""


@cache
def _place() -> str:
    """Return what stands for this machine since its start and this container: where a process number means anything."""
    return place_of(socket.gethostname())[:8]


def part_name(name: str) -> str:
    """Return a new temporary name for an output of this process."""
    return f".{name[:_NAME_KEPT]}.{_place()}-{os.getpid()}-{secrets.token_hex(4)}.part"


def remove_stale_parts(folder: Path, name: str | None = None) -> int:
    """Remove temporary files and folders that killed runs left; return how many.

    Parameters
    ----------
    folder
        Where they lie.
    name
        Only those of this output; None removes those of every output of dmiso.
    """
    n = 0
    with suppress(OSError):
        for path in list(folder.iterdir()):
            match = PART_NAME.fullmatch(path.name.removesuffix("s"))
            if match is None or (name is not None and match["name"] != name[:_NAME_KEPT]):
                continue
            if match["place"] == _place() and not is_running(int(match["pid"])):
                remove_tree(path)
                n += 1
    return n


def remove_tree(path: Path) -> bool:
    """Remove a temporary file or folder of ours; say whether it is gone."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return not os.path.lexists(path)


def is_special(path: Path) -> bool:
    """Say whether an output is no file of its own but a device, a FIFO, or a descriptor that is open already.

    Examples
    --------
    >>> is_special(Path("/dev/null")), is_special(Path("/dev/stdout")), is_special(Path("sites.tsv"))
    (True, True, False)
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 - resolve() would follow /dev/stdout to what is behind it
    # a descriptor (process substitution, /dev/stdout) may lead to a plain file: the one who opened it writes on there
    if absolute.startswith(("/dev/fd/", "/proc/")) or absolute in {"/dev/stdout", "/dev/stderr"}:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path for a file that takes its place when the block ends without an error.

    What was at ``path`` stays untouched until then. A device, FIFO or open descriptor is written through when the
    block ends.

    Parameters
    ----------
    path
        Final place of the file. Its folder is made if it is missing; a link is followed.

    Yields
    ------
    pathlib.Path
        Where to write; nothing exists there yet.

    Raises
    ------
    UsageError
        If ``path`` is a directory or its folder cannot be made.
    DmisoError
        If the disk is full or the file cannot be written.
    """
    if is_special(path):
        with _written_through(path) as temporary:
            yield temporary
        return
    final = _final_place(path)
    temporary = final.with_name(part_name(final.name))
    remove_stale_parts(final.parent, final.name)
    was_there = final.exists()
    try:
        yield temporary
        move_into_place(temporary, final)
    except BrokenPipeError:
        raise  # of standard output or a FIFO: the reader went away
    except Exception as caught:
        error = system_error(caught)
        if error is None or (error.filename is not None and str(temporary) not in str(error.filename)):
            raise  # another fault, or another file's, which must not be reported as this one's
        raise _cannot_be_written(path, error, gone=remove_tree(temporary), kept=was_there) from caught
    finally:
        remove_tree(temporary)
        remove_tree(temporary.with_name(temporary.name + "s"))  # parts of a Parquet file, see TableWriter


def system_error(error: Exception) -> OSError | None:
    """Return what the operating system said, if that is what an exception is about: libraries hide it in their text.

    Examples
    --------
    >>> system_error(ValueError("parquet: underlying IO error: No space left on device (os error 28)"))
    OSError(28, 'No space left on device')
    >>> system_error(ValueError("another thing")) is None
    True
    """
    if isinstance(error, OSError) and error.errno is not None:
        return error
    # polars, and HDF5 with its "errno = 28"
    match = re.search(r"\(os error (\d+)\)|errno = (\d+)", str(error))
    if match is None:
        return error if isinstance(error, OSError) else None
    code = int(match[1] or match[2])
    return OSError(code, os.strerror(code))


def _final_place(path: Path) -> Path:
    """Follow links, make the folder, and refuse what no file can replace."""
    final = Path(os.path.realpath(path)) if path.is_symlink() else path
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.is_dir():
            raise UsageError(f"{path} is a directory; name a file for this output.")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path}: its folder cannot be made ({reason}). Choose another output.") from error
    return final


@contextmanager
def _written_through(path: Path) -> Iterator[Path]:
    """Collect an output in a temporary file, then copy it to a device, FIFO or descriptor."""
    with tempfile.TemporaryDirectory(prefix="dmiso-output-") as folder:
        temporary = Path(folder, re.sub(r"[^\w.-]", "_", path.name) or "output")
        yield temporary
        try:
            with temporary.open("rb") as whole, path.open("wb") as target:
                shutil.copyfileobj(whole, target)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise DmisoError(f"{path} cannot be written ({error.strerror}).") from error


def move_into_place(temporary: Path, final: Path) -> None:
    """Give a whole file its final name: synced to disk first, with the mode of the file it replaces.

    Raises
    ------
    OSError
        If it cannot be synced or renamed; the temporary file is still there then.
    """
    with suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(final.stat().st_mode))
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(final)
    _sync_folder(final.parent)


def _sync_folder(folder: Path) -> None:
    """Have a rename outlive a crash of the machine, where the file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _cannot_be_written(path: Path, error: OSError, *, gone: bool, kept: bool) -> DmisoError:
    """Say that an output failed, and only what is true of what is left."""
    text = f"{path} cannot be written ({error.strerror or error})."
    text += " The file that was there is unchanged." if kept else ""
    text += "" if gone else " A temporary file (.part) could not be removed beside it."
    return DmisoError(text + advice(error))


def advice(error: OSError) -> str:
    """Return what to do about a disk, as a sentence that follows others; empty where that is plain.

    Examples
    --------
    >>> advice(OSError(28, "No space left on device"))
    ' Make room, or choose another disk.'
    """
    return " Make room, or choose another disk." if error.errno in {errno.ENOSPC, errno.EDQUOT} else ""


def compression_of(name: str) -> str | None:
    """Return the ending by which a name asks for compression, in lower case.

    Examples
    --------
    >>> compression_of("a.TSV.GZ"), compression_of("a.tsv")
    ('.gz', None)
    """
    return next((ending for ending in COMPRESSED if name.lower().endswith(ending)), None)


@contextmanager
def open_output(path: Path) -> Iterator[IO[bytes]]:
    """Open an output for writing bytes: whole or not at all, compressed if its name ends so.

    Parameters
    ----------
    path
        A file, by its ending ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` compressed, or ``-`` for standard output.

    Yields
    ------
    file object
        Takes uncompressed bytes.

    Raises
    ------
    UsageError, DmisoError
        As :func:`atomic_path`.
    """
    if path == STDIN:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with (
        atomic_path(path) as temporary,
        temporary.open("wb") as raw,
        _compressed(raw, compression_of(path.name)) as handle,
    ):
        yield handle


def _compressed(raw: IO[bytes], ending: str | None) -> IO[bytes]:
    """Return a writer that compresses to ``raw``; its closing does not close ``raw``."""
    if ending == ".gz":
        # no name and no time in the gzip header: the same content gives the same bytes
        return cast("IO[bytes]", gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6))
    if ending == ".bz2":
        return cast("IO[bytes]", bz2.BZ2File(raw, "wb"))
    if ending == ".xz":
        return cast("IO[bytes]", lzma.LZMAFile(raw, "wb"))
    if ending == ".zst":
        return cast("IO[bytes]", zstd.ZstdFile(raw, "wb"))
    return raw


def write_text(path: Path, text: str) -> None:
    """Write a whole text file atomically, UTF-8 with Unix line ends; ``-`` is standard output."""
    with open_output(path) as handle:
        handle.write(text.encode("utf-8", errors="surrogateescape"))
