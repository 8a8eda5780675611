"""Work that a run keeps for a later one to go on from: files that say what they are of, and whether they are whole.

A kept file carries a key, which stands for everything its content depends on, and the hash of its own content. So what
a killed disk, a careful user or another run left in its place is never taken for the work: it is found to be damaged
or of something else, and done again. Tables are Parquet with key, hash and a few words in its metadata; everything else
is JSON.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import secrets
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from dmiso.errors import DmisoError
from dmiso.io.atomic import atomic_path, write_text
from dmiso.provenance import sha256_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = [
    "KeptTable",
    "Lost",
    "create_json",
    "keep_json",
    "keep_table",
    "kept_json",
    "kept_table",
    "lost_table",
]

_KEY: Final = "dmiso.key"
_SAID: Final = "dmiso.said"
_HASH: Final = "dmiso.sha256"
_NO_HASH: Final = "0" * 64
"""Stands in a table for the hash of the file while that is computed."""

_SEALED: Final = re.compile(_HASH.encode() + rb".{1,4}?([0-9a-f]{64})", re.DOTALL)
"""The hash in the bytes of a table: after its name stand the type and length of a string of Parquet's metadata."""

_PARQUET: Final = b"PAR1"
"""First and last bytes of a whole Parquet file."""

_LONG: Final = 20_000
"""Characters from which on JSON is written without line breaks."""

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
"""What ``link`` says on file systems without hard links."""


class Lost(Enum):
    """Why a kept file cannot be used; the value is said to the user, after the kind of file."""

    ABSENT = "that are not there"
    DAMAGED = "that are damaged, made again"
    OTHER = "of other inputs, settings or versions, made again"

    def note(self, counts: Counts, kind: str, path: Path) -> None:
        """Count a file that has to be made again, unless it never was there.

        Parameters
        ----------
        counts
            Filled.
        kind
            What the file is, as a plural: ``shards of an earlier run``.
        path
            The file, for an example.
        """
        if self is not Lost.ABSENT:
            counts.note(f"{kind} {self.value}", example=path.name)


class KeptTable(NamedTuple):
    """A table that was kept, and what was said with it."""

    frame: pl.DataFrame
    said: dict[str, Any]


def keep_table(path: Path, frame: pl.DataFrame, key: str, said: Mapping[str, Any] | None = None) -> None:
    """Keep a table for a later run.

    Parameters
    ----------
    path
        Where; replaced whole.
    frame
        The table.
    key
        Stands for all it depends on.
    said
        What belongs to it, plain values by name.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "sites.parquet"
    ...     keep_table(path, pl.DataFrame({"start": [3]}), "key of seed 1", {"dropped": 2})
    ...     kept_table(path, "key of seed 1").said, kept_table(path, "key of seed 2")
    ({'dropped': 2}, <Lost.OTHER: 'of other inputs, settings or versions, made again'>)
    """
    buffer = io.BytesIO()
    frame.write_parquet(buffer, metadata={_KEY: key, _SAID: json.dumps(dict(said or {})), _HASH: _NO_HASH})
    whole = buffer.getvalue()
    start, end = [match.span(1) for match in _SEALED.finditer(whole)][-1]
    with atomic_path(path) as temporary:
        temporary.write_bytes(b"".join([whole[:start], sha256_bytes(whole).encode(), whole[end:]]))


def kept_table(path: Path, key: str) -> KeptTable | Lost:
    """Return a table that :func:`keep_table` kept, or why it cannot be used.

    Parameters
    ----------
    path
        Where it was kept.
    key
        What it must depend on.
    """
    found = _sound(path, key)
    if isinstance(found, Lost):
        return found
    whole, said = found
    return KeptTable(pl.read_parquet(io.BytesIO(whole)), json.loads(said))


def lost_table(path: Path, key: str) -> Lost | None:
    """Say why a kept table cannot be used, or None if it can; cheaper than reading it.

    Parameters
    ----------
    path, key
        As for :func:`kept_table`.
    """
    found = _sound(path, key)
    return found if isinstance(found, Lost) else None


def _sound(path: Path, key: str) -> tuple[bytes, str] | Lost:
    """Return the bytes of a table that is whole and of a key, and what was said with it."""
    try:
        whole = path.read_bytes()
    except FileNotFoundError:
        return Lost.ABSENT
    except IsADirectoryError:
        return Lost.DAMAGED
    state = _seal_of(whole)
    if state is not None:
        return state
    metadata = pl.read_parquet_metadata(io.BytesIO(whole))
    return (whole, metadata[_SAID]) if metadata.get(_KEY) == key else Lost.OTHER


def _seal_of(whole: bytes) -> Lost | None:
    """Say what is wrong with the bytes of a table, if anything, before any reader of Parquet meets them."""
    sealed = list(_SEALED.finditer(whole))
    if not sealed:
        parquet = whole.startswith(_PARQUET) and whole.endswith(_PARQUET) and len(whole) > 2 * len(_PARQUET)
        return Lost.OTHER if parquet else Lost.DAMAGED  # of an earlier version, which sealed nothing
    start, end = sealed[-1].span(1)
    blank = b"".join([whole[:start], _NO_HASH.encode(), whole[end:]])
    return None if sha256_bytes(blank) == sealed[-1][1].decode() else Lost.DAMAGED


def keep_json(path: Path, value: Mapping[str, Any], key: str) -> None:
    """Keep plain values for a later run.

    Parameters
    ----------
    path
        Where; replaced whole.
    value
        By name; ``key`` and ``sha256`` are added.
    key
        Stands for all it depends on.
    """
    write_text(path, _sealed(value, key))


def _sealed(value: Mapping[str, Any], key: str) -> str:
    whole = {"key": key, **value}
    sealed = {**whole, "sha256": _hash_of(whole)}
    text = json.dumps(sealed)
    # long lists of numbers are for programs, the rest is for people too
    return (text if len(text) > _LONG else json.dumps(sealed, indent=2, ensure_ascii=False)) + "\n"


def _hash_of(whole: Mapping[str, Any]) -> str:
    return sha256_bytes(json.dumps(whole, sort_keys=True).encode())


def kept_json(path: Path, key: str | None = None) -> dict[str, Any] | Lost:
    """Return what :func:`keep_json` kept, or why it cannot be used.

    Parameters
    ----------
    path
        Where it was kept.
    key
        What it must depend on; None takes any, for one who compares more than the key.
    """
    try:
        whole = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Lost.ABSENT
    except (IsADirectoryError, ValueError, RecursionError):
        return Lost.DAMAGED
    if not isinstance(whole, dict):
        return Lost.DAMAGED
    seal = whole.pop("sha256", None)
    if seal is None and "key" in whole:
        return Lost.OTHER  # of a version that kept no hash
    if seal != _hash_of(whole):
        return Lost.DAMAGED
    found = whole.pop("key", None)
    return whole if key is None or found == key else Lost.OTHER


def create_json(path: Path, value: Mapping[str, Any], key: str) -> bool:
    """Keep plain values unless the file is there already; say whether it was made.

    Of several runs that do this at once, exactly one makes the file, and the others find it whole.

    Parameters
    ----------
    path, value, key
        As for :func:`keep_json`.

    Raises
    ------
    DmisoError
        If the file can neither be made nor is there; its folder must exist.
    """
    text = _sealed(value, key)
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        # written beside, then linked: unlike a rename, a link never replaces what is there
        _write_synced(waiting, text)
        os.link(waiting, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise DmisoError(f"{path} cannot be written ({error.strerror}).") from error
        return _create_without_links(path, text)
    finally:
        with suppress(OSError):
            waiting.unlink()
    return True


def _create_without_links(path: Path, text: str) -> bool:
    """Make a file where there are no hard links: exclusively, though a run that looks at once may find it empty."""
    try:
        _write_synced(path, text)
    except FileExistsError:
        return False
    except OSError as error:
        path.unlink(missing_ok=True)
        raise DmisoError(f"{path} cannot be written ({error.strerror}).") from error
    return True


def _write_synced(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
