"""The lock on an output folder: two runs never write into one folder unless they fill it together on purpose.

The lock is the operating system's (``flock`` on the hidden file ``.dmiso.lock``), so it ends with the process that
holds it, however that process ends: a killed run leaves the file behind, but no lock. The file also says which command
the folder is of (its first line, kept for ever) and who writes there now (a line each, for the message of the one that
is refused).

On file systems without such locks (some cluster mounts) those lines are the lock, a lease: whose line comes first has
the folder, unless its process is known to be dead. A process of another machine cannot be asked; its lease counts
until it is removed by hand, and the message says so.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import secrets
import socket
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import DmisoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LOCK_NAME", "folder_lock", "is_running", "locked_for", "place_of"]

LOCK_NAME: Final = ".dmiso.lock"
"""Name of the lock file in a folder."""

_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
"""What ``flock`` says where the file system has none: no lock manager (NFS), not built in (Lustre), not supported."""

_MOST_BYTES: Final = 1 << 20
"""Of a lock file that are read: a line is some 150 bytes, so more is not ours."""

_TRIES: Final = 20

_AGAIN: Final = 0.02
"""Seconds between tries while the lock is held by nobody that the file names: one that just came and has not written
its line yet, or the last of several, which holds the lock alone while it tidies up."""


@dataclass(frozen=True, slots=True)
class _Holder:
    """A run that writes into a folder: which, on which machine since which start of it, alone or with others."""

    token: str
    command: str
    pid: int
    started: str
    host: str
    place: str
    shared: bool

    @classmethod
    def here(cls, command: str, *, shared: bool) -> _Holder:
        pid = os.getpid()
        host = socket.gethostname()
        return cls(secrets.token_hex(8), command, pid, _start_of(pid), host, place_of(host), shared)

    @property
    def may_live(self) -> bool:
        """Whether the process may still run: False only if it is known to be dead."""
        if self.place != place_of(socket.gethostname()):
            return True
        # the number of a dead process may have been given to another
        return is_running(self.pid) and self.started == _start_of(self.pid)

    def __str__(self) -> str:
        return f"dmiso {self.command}, process {self.pid} on {self.host}"


_FIELDS: Final = frozenset(_Holder.__dataclass_fields__)


def _plain(value: Any) -> Any:
    return "".join(character if character.isprintable() else "?" for character in str(value))


def place_of(host: str) -> str:
    """Return what a process number belongs to: this start of this machine, and this container."""
    said = [host]
    with suppress(OSError):
        said.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
    with suppress(OSError):
        said.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def is_running(pid: int) -> bool:
    """Say whether a process of this machine may still run: False only if it is known to be dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _start_of(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty where that cannot be asked."""
    with suppress(OSError, IndexError):
        # the name in brackets may hold anything; the start is the 20th field after it
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(")")[2]
            .split()[19]
        )
    return ""


@contextmanager
def folder_lock(folder: Path, command: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a folder while the block runs; a second run that wants it is refused at once.

    Parameters
    ----------
    folder
        An existing folder. The file ``.dmiso.lock`` is made in it and stays; the lock does not.
    command
        What writes, as the message names it: ``scan``.
    shared
        Several runs hold the folder together, and keep out those that want it alone.

    Raises
    ------
    UsageError
        If another run holds the folder, or nothing can be written to it.
    DmisoError
        If the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name, folder_lock(Path(name), "scan"):
    ...     locked_for(Path(name))
    'scan'
    """
    holder = _Holder.here(command, shared=shared)
    handle, locks = _locked(folder, holder)
    try:
        if locks:
            _write_holder(handle, holder, alone=not shared)
        else:
            _take_lease(handle, folder, holder)
        try:
            yield
        finally:
            _forget(handle, holder, locks=locks)
    except _NotWrittenError as error:
        raise DmisoError(
            f"{folder / LOCK_NAME} cannot be written ({error}). Choose another output."
        ) from error
    finally:
        os.close(handle)


def locked_for(folder: Path) -> str | None:
    """Return the command that a folder is or was locked for; None if nothing says so.

    Parameters
    ----------
    folder
        Any path.
    """
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        return _command_of(_lines(handle))
    except OSError:
        return None  # a folder called so
    finally:
        os.close(handle)


class _NotWrittenError(Exception):
    """The lock file could not be written."""


def _locked(folder: Path, holder: _Holder) -> tuple[int, bool]:
    """Open the lock file and lock it; give its descriptor, and whether the file system has locks."""
    path = folder / LOCK_NAME
    how = (fcntl.LOCK_SH if holder.shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    held_by: list[_Holder] = []
    for _ in range(_TRIES):
        handle = _opened(path)
        try:
            fcntl.flock(handle, how)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return handle, False
            held_by = _rivals(_holders(_lines(handle)), holder)
            os.close(handle)
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise UsageError(
                    f"{path} cannot be locked ({error.strerror}). Choose another output."
                ) from error
            if held_by:
                break
            time.sleep(_AGAIN)
            continue
        if _is_at(handle, path):
            return handle, True
        os.close(handle)  # who held it before removed it: what is locked now is no file of the folder
    raise _refusal(folder, held_by)


def _opened(path: Path) -> int:
    """Open a lock file, new or not; never through a link: that would lock, and write, a file elsewhere."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise UsageError(f"{path} cannot be made ({error.strerror}). Choose another output.") from error


def _rivals(held_by: list[_Holder], holder: _Holder) -> list[_Holder]:
    """Return the holders that are not known to be dead and do not share the folder with the one who asks."""
    return [other for other in held_by if other.may_live and not (other.shared and holder.shared)]


def _is_at(handle: int, path: Path) -> bool:
    """Say whether an open file still is the one that a path names."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _refusal(folder: Path, rivals: list[_Holder], *, lease: bool = False) -> UsageError:
    """Say who writes into a folder, and what to do."""
    who = f" ({'; '.join(str(holder) for holder in rivals)})" if rivals else ""
    text = f"{folder} is being written by another dmiso run{who}. Wait until it has ended, or choose another output."
    if lease:
        text += (
            f" The disk has no locks: if that run was killed on another machine, remove {folder / LOCK_NAME}."
        )
    return UsageError(text)


def _lines(handle: int) -> list[dict[str, Any]]:
    """Return the lines of a lock file that are ours; what a killed run left half-written is passed over."""
    found = []
    for line in os.pread(handle, _MOST_BYTES, 0).split(b"\n"):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            found.append(said)
    return found


def _command_of(lines: list[dict[str, Any]]) -> str | None:
    said = lines[0].get("folder_of") if lines else None
    return said if isinstance(said, str) else None


def _holders(lines: list[dict[str, Any]]) -> list[_Holder]:
    """Return who took the folder and did not say that it was given back, in order."""
    found: dict[str, _Holder] = {}
    for said in lines:
        if isinstance(said.get("gave_back"), str):
            found.pop(said["gave_back"], None)
        if set(said) == _FIELDS and isinstance(said["pid"], int) and str(said["token"]):
            # shown in a message: what somebody else wrote here must not break its line
            plain = {name: value if name == "pid" else _plain(value) for name, value in said.items()}
            holder = _Holder(**{**plain, "shared": said["shared"] is True})
            found[holder.token] = holder
    return list(found.values())


def _write_holder(handle: int, holder: _Holder, *, alone: bool) -> None:
    """Add the holder's line to the lock file; alone, nobody else's is left."""
    lines = _lines(handle)
    first = _text({"folder_of": holder.command})
    try:
        if _command_of(lines) != holder.command:
            # of another command or damaged: who shares the folder with others would not have found it so
            os.ftruncate(handle, 0)
            _append(handle, first)
        elif alone:
            os.ftruncate(handle, len(first))
        _append(handle, _text(asdict(holder)))
    except OSError as error:
        raise _NotWrittenError(error.strerror) from error


def _text(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def _append(handle: int, line: bytes) -> None:
    """Write at the end in one call, so that lines of several runs do not run together."""
    fcntl.fcntl(handle, fcntl.F_SETFL, fcntl.fcntl(handle, fcntl.F_GETFL) | os.O_APPEND)
    if os.write(handle, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _take_lease(handle: int, folder: Path, holder: _Holder) -> None:
    """Take a folder where the file system has no locks: by the order of the lines."""
    _write_holder(handle, holder, alone=False)
    before = _holders(_lines(handle))
    at = next((i for i, other in enumerate(before) if other.token == holder.token), len(before))
    rivals = _rivals(before[:at], holder)
    if rivals:
        _forget(handle, holder, locks=False)
        raise _refusal(folder, rivals, lease=True)


def _forget(handle: int, holder: _Holder, *, locks: bool) -> None:
    """Take the holder out of the lock file; what cannot be written is left, as a killed run leaves it."""
    with suppress(OSError):
        if not locks:
            _append(handle, _text({"gave_back": holder.token}))
            return
        # the last of several holders tidies up; an exclusive lock is its own already
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, len(_text({"folder_of": holder.command})))
