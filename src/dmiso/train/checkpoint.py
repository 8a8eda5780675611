"""An unfinished run on disk: one safetensors file with weights, best weights, optimiser state and the curves so far.

Numbers that are not tensors are JSON in the file's metadata; nothing is pickled. The file is replaced as a
whole after each epoch. A run is recognised by its fingerprint: settings, data and versions; a hash over all of it tells
whether the file is still what was written.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

from dmiso.errors import DmisoError, ModelError, UsageError
from dmiso.io import atomic_path
from dmiso.io.atomic import remove_stale_parts
from dmiso.io.folders import FolderKind
from dmiso.io.locks import LOCK_NAME
from dmiso.models.model_files import LARGEST_WEIGHTS, read_bytes, read_header, read_metadata, read_weights
from dmiso.train.curves import CurveRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = [
    "CHECKPOINT_FILE",
    "CHECKPOINT_FOLDER",
    "Checkpoint",
    "load_checkpoint",
    "remove_checkpoint",
    "save_checkpoint",
]

CHECKPOINT_FILE: Final = "state.safetensors"
CHECKPOINT_FOLDER: Final = FolderKind(
    "checkpoint", (CHECKPOINT_FILE,), evidence=(CHECKPOINT_FILE,), has_force=False
)
_KEY: Final = "dmiso"
_HASH: Final = "sha256"
_LARGEST: Final = 4 * LARGEST_WEIGHTS
"""Bytes of a state: the network now, at its best, and two moments of each number for the optimiser."""
_DTYPES: Final = ("F32", "F64", "I64")
_GROUPS: Final = ("network", "best", "optimizer")


class Checkpoint(NamedTuple):
    """The state of a run after an epoch.

    Parameters
    ----------
    network, best
        Tensors of the network now and at its best epoch, by name.
    optimizer
        Tensors of the optimiser: ``<parameter number>.<name>``.
    rows
        The curves so far, one row per epoch.
    n_missing
        Negatives that could not be redrawn, in the epoch with most of them so far.
    """

    network: dict[str, NDArray[Any]]
    best: dict[str, NDArray[Any]]
    optimizer: dict[str, NDArray[Any]]
    rows: list[CurveRow]
    n_missing: int = 0


def remove_checkpoint(folder: Path) -> None:
    """Remove the state of a run, and its folder if nothing else lies in it."""
    (folder / CHECKPOINT_FILE).unlink(missing_ok=True)
    with suppress(OSError):
        remove_stale_parts(folder)
        if [path.name for path in folder.iterdir()] == [LOCK_NAME]:
            (folder / LOCK_NAME).unlink()
        folder.rmdir()


def save_checkpoint(folder: Path, checkpoint: Checkpoint, fingerprint: Mapping[str, Any]) -> None:
    """Write a run's state, replacing the one of the epoch before.

    Parameters
    ----------
    folder
        Made if it is missing.
    checkpoint
        The state.
    fingerprint
        What makes a run this run: plain values by name.
    """
    from safetensors.numpy import save_file

    tensors = {
        f"{group}/{name}": np.asarray(array, order="C")
        for group in _GROUPS
        for name, array in getattr(checkpoint, group).items()
    }
    rows = [msgspec.to_builtins(row) for row in checkpoint.rows]
    rest = {"fingerprint": dict(fingerprint), "rows": rows, "n_missing": checkpoint.n_missing}
    said = json.dumps(rest)
    with atomic_path(folder / CHECKPOINT_FILE) as temporary:
        save_file(tensors, temporary, metadata={_KEY: said, _HASH: _hash_of(tensors, said)})


def _hash_of(tensors: Mapping[str, NDArray[Any]], said: str) -> str:
    """Return one hash of everything in a state."""
    digest = hashlib.sha256(said.encode())
    for name in sorted(tensors):
        array = tensors[name]
        digest.update(f"\n{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def load_checkpoint(folder: Path, fingerprint: Mapping[str, Any]) -> Checkpoint | None:
    """Read a run's state.

    Parameters
    ----------
    folder
        As given to :func:`save_checkpoint`.
    fingerprint
        Of the run that wants to go on.

    Returns
    -------
    Checkpoint or None
        None if there is no state.

    Raises
    ------
    UsageError
        If the state belongs to a run with another fingerprint; the message names the differences.
    DmisoError
        If the file is damaged.
    """
    path = folder / CHECKPOINT_FILE
    if not path.is_file():
        return None
    tensors, rest = _read(path)
    _check_same(folder, rest["fingerprint"], json.loads(json.dumps(dict(fingerprint))))
    groups: dict[str, dict[str, NDArray[Any]]] = {group: {} for group in _GROUPS}
    for key, array in tensors.items():
        group, _, name = key.partition("/")
        groups[group][name] = array
    rows = [msgspec.convert(row, CurveRow) for row in rest["rows"]]
    return Checkpoint(groups["network"], groups["best"], groups["optimizer"], rows, rest["n_missing"])


def _read(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    try:
        content = read_bytes(path, _LARGEST)
        read_header(content, path, dtypes=_DTYPES)
        tensors = read_weights(content, path)
        metadata = read_metadata(content, path)
        if metadata[_HASH] != _hash_of(tensors, metadata[_KEY]):
            raise ValueError("its hash is another")  # noqa: TRY301 - one message for every kind of damage
        return tensors, json.loads(metadata[_KEY])
    except (ModelError, KeyError, TypeError, ValueError, RecursionError) as error:
        said = str(error).removeprefix(f"{path}: ")
        reason = next(iter(said.splitlines()), "") or type(error).__name__
        raise DmisoError(
            f"{path}: the state of the unfinished run is damaged ({reason}). "
            f"Remove {path.parent}: that training then begins again."
        ) from error


def _check_same(folder: Path, there: dict[str, Any], here: dict[str, Any]) -> None:
    different = [
        f"{name} {there.get(name)} there, {here.get(name)} now"
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    ]
    if different:
        raise UsageError(
            f"{folder} holds an unfinished run of another kind ({'; '.join(different)}). "
            "Repeat its settings to finish it, or remove that folder to begin again."
        )
