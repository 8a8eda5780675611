"""Opening an input: a file, a pipe or ``-`` for standard input; compression is detected by content, not by name.

The order of things: :func:`require_file` says what is wrong with a path before any work; :func:`read_once` opens a
scope in which a pipe or standard input is copied to a temporary file when it is first asked for, so that it can be
read again and hashed; :func:`open_input` gives decompressed bytes, :func:`local_file` the file itself;
:func:`following` says how far reading is.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import stat
import sys
import tempfile
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from backports import zstd

from dmiso.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

__all__ = [
    "STDIN",
    "base_name",
    "display_name",
    "following",
    "hashable_file",
    "input_size",
    "local_file",
    "open_input",
    "read_once",
    "require_file",
]

STDIN: Final = Path("-")
"""Stands for standard input, and for standard output where something is written."""

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_BUFFER: Final = 1 << 17
"""Bytes read at a time: with less, Python's share of reading a gzip file shows."""


class _Compression(NamedTuple):
    """How a compressed stream begins, is called and is opened."""

    magic: bytes
    name: str
    opened: Callable[[IO[bytes]], IO[bytes]]
    tester: str
    """Program that says whether such a file is whole."""


_COMPRESSIONS: Final = (
    _Compression(b"\x1f\x8b", "gzip", lambda raw: cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), "gzip -t"),
    _Compression(b"BZh", "bzip2", lambda raw: cast("IO[bytes]", bz2.BZ2File(raw)), "bzip2 -t"),
    _Compression(b"\xfd7zXZ\x00", "xz", lambda raw: cast("IO[bytes]", lzma.LZMAFile(raw)), "xz -t"),  # noqa: SIM115 - whoever asked closes it
    _Compression(b"\x28\xb5\x2f\xfd", "zstd", lambda raw: cast("IO[bytes]", zstd.ZstdFile(raw)), "zstd -t"),
)
_REFUSED: Final = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "Unpack it, or save the sheet as .tsv"),
    (b"\xff\xfe", "text in UTF-16", "Save it as UTF-8 text"),
    (b"\xfe\xff", "text in UTF-16", "Save it as UTF-8 text"),
    (b"PAR1", "a Parquet file", "Give it the ending .parquet"),
)
"""What begins like this is never what a text reader expects, and its bytes would only give a riddle for a message."""


def display_name(path: Path) -> str:
    r"""Return how messages and tables name an input: one line of valid text, whatever bytes the name has.

    Examples
    --------
    >>> display_name(Path("in/a b.tsv")), display_name(Path("two\nlines"))
    ('in/a b.tsv', 'two\\nlines')
    """
    if path == STDIN:
        return "standard input"
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def base_name(path: Path) -> str:
    """Return the last part of a path as :func:`display_name` does: for columns, samples and file names made of it."""
    return display_name(Path(path.name))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def require_file(path: Path) -> None:
    """Check that an input can be opened.

    Parameters
    ----------
    path
        A file, a pipe, or ``-`` for standard input.

    Raises
    ------
    UsageError
        If it does not exist, is a directory or a device, or may not be read.
    """
    if path == STDIN:
        return
    try:
        mode = path.stat().st_mode
        readable = os.access(path, os.R_OK)
    except FileNotFoundError as error:
        raise UsageError(
            f"{path} does not exist. Check the path (the working directory is where the command runs)."
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path} cannot be opened: {reason}.") from error
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a directory; a file is expected.")
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode) or (stat.S_ISCHR(mode) and not _is_readable_device(path)):
        raise UsageError(f"{path} is a device or a socket; a file or a pipe is expected.")
    if not readable:
        raise UsageError(f"{path} may not be read. Check its permissions.")


def _is_readable_device(path: Path) -> bool:
    """Say whether a character device has an end: a terminal and the null device have, /dev/zero has not."""
    if os.path.realpath(path) == os.devnull:
        return True
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return os.isatty(descriptor)
    finally:
        os.close(descriptor)


class _Spool:
    """Copies of pipes and of standard input, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copies: dict[str, Path] = {}

    def copy_of(self, path: Path) -> Path:
        """Return the file that holds all bytes of a pipe; the pipe is read to its end the first time."""
        key = str(path)
        if key not in self._copies:
            target = self._folder / f"{len(self._copies)}"
            with target.open("wb") as copy:
                if path == STDIN:
                    shutil.copyfileobj(sys.stdin.buffer, copy, _BUFFER)
                else:
                    with path.open("rb", buffering=0) as pipe:
                        shutil.copyfileobj(pipe, copy, _BUFFER)
            self._copies[key] = target
        return self._copies[key]

    def link_to(self, path: Path) -> Path:
        """Return a plain name of a file whose own is not UTF-8."""
        key = os.path.realpath(path)
        if key not in self._copies:
            target = self._folder / f"{len(self._copies)}"
            target.symlink_to(key)
            self._copies[key] = target
        return self._copies[key]


_spools: Final[list[_Spool]] = []


@contextmanager
def read_once() -> Iterator[None]:
    """Let pipes and standard input be read any number of times while the block runs.

    Each is read to its end once, into a temporary folder (``TMPDIR``) that is removed at the end of the block.
    Outside such a block they are streamed: readable once, without a hash. Blocks may be nested; the outermost counts.
    """
    if _spools:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="dmiso-input-") as folder:
        _spools.append(_Spool(Path(folder)))
        try:
            yield
        finally:
            _spools.pop()


def local_file(path: Path) -> Path:
    """Return a regular file with the bytes of an input, for readers that need one.

    Parameters
    ----------
    path
        A file, a pipe, or ``-`` for standard input.

    Returns
    -------
    pathlib.Path
        The file itself, or the copy of a pipe.

    Raises
    ------
    UsageError
        If it cannot be opened, or is a pipe outside of :func:`read_once`.
    """
    require_file(path)
    if path != STDIN and path.is_file():
        return path if _is_utf8(path) or not _spools else _spools[-1].link_to(path)
    if not _spools:
        raise UsageError(f"{display_name(path)} can be read only once; this needs a file.")
    return _spools[-1].copy_of(path)


def _is_utf8(path: Path) -> bool:
    """Say whether a path can be handed to a library that takes text only."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def hashable_file(path: Path) -> Path | None:
    """Return a regular file whose hash is that of what is read from an input; None for a pipe that is streamed."""
    if path != STDIN and path.is_file():
        return path
    return _spools[-1].copy_of(path) if _spools else None


def input_size(path: Path) -> int | None:
    """Return how many bytes an input has on the disk, compressed as it is; None for a pipe that is streamed."""
    file = hashable_file(path)
    return None if file is None else file.stat().st_size


_FOLLOWER: Final[ContextVar[Callable[[int], None] | None]] = ContextVar("follower", default=None)


@contextmanager
def following(on_bytes: Callable[[int], None]) -> Iterator[None]:
    """Be told how far the inputs are read that :func:`open_input` opens in this thread while the block runs.

    Parameters
    ----------
    on_bytes
        Called with the bytes read since the last call, of what :func:`input_size` counts. Of a pipe that is streamed
        nothing is reported.
    """
    token = _FOLLOWER.set(on_bytes)
    try:
        yield
    finally:
        _FOLLOWER.reset(token)


class _Source(io.RawIOBase):
    """Bytes of an input, decompressed; a fault of reading is reported as a fault of that input, where it happens."""

    def __init__(
        self, raw: io.BufferedReader, stream: IO[bytes], path: Path, kind: _Compression | None
    ) -> None:
        self._raw, self._stream, self._path, self._kind = raw, stream, path, kind
        self._follower = _FOLLOWER.get() if raw.seekable() else None
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            piece = self._stream.read(len(view))
        except (EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, ValueError) as error:
            raise self._fault(error) from error
        view[: len(piece)] = piece
        if self._follower is not None:
            before, self._position = self._position, self._raw.tell()
            self._follower(self._position - before)
        return len(piece)

    def _fault(self, error: Exception) -> InputError:
        name = display_name(self._path)
        if self._kind is None:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            return InputError(
                f"it cannot be read to its end ({reason})", path=name, hint="Check the disk and the file"
            )
        return InputError(
            f"the {self._kind.name} stream is damaged or cut short ({error})",
            path=name,
            hint=f"Copy or download the file again and check it with {self._kind.tester}",
        )


@contextmanager
def open_input(path: Path) -> Iterator[IO[bytes]]:
    """Open an input for reading bytes: decompressed, without a byte order mark.

    gzip, bzip2, xz and zstd are detected by their first bytes.

    Parameters
    ----------
    path
        A file, a pipe, or ``-`` for standard input.

    Yields
    ------
    io.BufferedReader
        Decompressed bytes; it has ``peek``.

    Raises
    ------
    UsageError
        If the file does not exist or cannot be opened.
    InputError
        If a compressed stream is damaged or cut short, or the file is of a kind that no text reader takes.
    """
    require_file(path)
    if path == STDIN and not _spools:
        raw = cast("io.BufferedReader", sys.stdin.buffer)
    else:
        named = local_file(path) if _spools else path
        try:
            raw = named.open("rb")
        except OSError as error:
            raise UsageError(f"{path} cannot be opened: {error.strerror}.") from error
    try:
        yield _decompressed(raw, path)
    finally:
        if path != STDIN or _spools:
            raw.close()


def _decompressed(raw: io.BufferedReader, path: Path) -> IO[bytes]:
    """Return a reader of the bytes inside."""
    begin = _first_bytes(raw, path)
    for magic, what, hint in _REFUSED:
        if begin.startswith(magic):
            raise InputError(f"this is {what}", path=display_name(path), hint=hint)
    kind = next((c for c in _COMPRESSIONS if begin.startswith(c.magic)), None)
    stream = kind.opened(cast("IO[bytes]", raw)) if kind else cast("IO[bytes]", raw)
    reader = io.BufferedReader(_Source(raw, stream, path, kind), _BUFFER)
    if reader.peek(3)[:3] == _UTF8_MARK:
        reader.read(3)
    return cast("IO[bytes]", reader)


def _first_bytes(raw: io.BufferedReader, path: Path) -> bytes:
    try:
        return raw.peek(8)[:8]
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror})", path=display_name(path)) from error
