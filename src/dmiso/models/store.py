"""A model on disk: a directory with ``config.json``, ``weights.safetensors``, ``calibration.json``, ``card.md``.

Everything needed to cut, pad and encode an input is in ``config.json``. ``domain.json``, which a model may have, says
what it was trained on. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
import numpy as np

from dmiso.engine.ensemble import member_name
from dmiso.errors import ModelError
from dmiso.io.atomic import write_text
from dmiso.io.folders import FolderKind, whole_folder
from dmiso.models.calibration import Calibration
from dmiso.models.config import FORMAT_VERSION, ModelConfig, decode_config
from dmiso.models.domain import Domain
from dmiso.models.model_files import (
    LARGEST_TEXT,
    LARGEST_WEIGHTS,
    check_numbers,
    decode_json,
    read_bytes,
    read_header,
    read_weights,
)
from dmiso.networks.catalogue import tensor_count, weight_shapes
from dmiso.networks.weights import check_shapes, check_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = [
    "FORMAT_VERSION",
    "MODEL_FILES",
    "MODEL_FOLDER",
    "OPTIONAL_FILES",
    "ModelConfig",
    "StoredModel",
    "is_model_directory",
    "read_model",
    "write_model",
]

MODEL_FILES: Final = ("config.json", "weights.safetensors", "calibration.json", "card.md")
_CONFIG, _WEIGHTS, _CALIBRATION, _CARD = MODEL_FILES

OPTIONAL_FILES: Final = ("domain.json",)
"""Files that a model directory may have."""
_DOMAIN = OPTIONAL_FILES[0]

MODEL_FOLDER: Final = FolderKind(
    "model", (*MODEL_FILES, *OPTIONAL_FILES), _WEIGHTS, evidence=(_CONFIG, _WEIGHTS), has_force=False
)
"""What a model directory holds; whoever writes one may replace one."""

_FEW_TENSORS: Final = 64
"""With so many missing the first is still named."""

_Struct = TypeVar("_Struct", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True, eq=False)
class StoredModel:
    """A model as read from disk.

    Parameters
    ----------
    config
        What the model is and expects.
    weights
        Name to float32 array, checked against the network's shapes.
    calibration
        From logit to score.
    card
        The model card, Markdown.
    path
        The directory.
    weights_sha256
        SHA-256 of ``weights.safetensors``, hexadecimal.
    domain
        What the model was trained on; None if it does not say.
    """

    config: ModelConfig
    weights: Mapping[str, NDArray[np.float32]]
    calibration: Calibration
    card: str
    path: Path
    weights_sha256: str
    domain: Domain | None = None

    @property
    def source(self) -> str:
        """What a message calls it: its directory, or its name where it has none yet."""
        return f"model {self.config.name}" if self.path == Path() else str(self.path)


def read_model(path: str | os.PathLike[str]) -> StoredModel:
    """Read a model directory and check that it is whole.

    Parameters
    ----------
    path
        The directory.

    Returns
    -------
    StoredModel

    Raises
    ------
    ModelError
        If a file is missing, damaged, too large or not a regular file, the format version is unknown, the weights do
        not fit the network, are not finite or have a variance below 0.

    Examples
    --------
    >>> model = read_model("my-model")  # doctest: +SKIP
    """
    directory = Path(path)
    if not directory.is_dir():
        what = "is a file: a model is a directory" if directory.exists() else "no such model directory"
        raise ModelError(f"{directory}: {what}. Known models: dmiso models list")
    contents = {name: _read_bytes(directory / name) for name in MODEL_FILES}
    config = decode_config(contents[_CONFIG], directory / _CONFIG)
    weights = _decode_weights(contents[_WEIGHTS], config, directory / _WEIGHTS)
    return StoredModel(
        config=config,
        weights=weights,
        calibration=_decode(contents[_CALIBRATION], directory / _CALIBRATION, Calibration),
        card=_decode_text(contents[_CARD], directory / _CARD),
        path=directory,
        weights_sha256=hashlib.sha256(contents[_WEIGHTS]).hexdigest(),
        domain=_read_domain(directory / _DOMAIN),
    )


def write_model(
    path: str | os.PathLike[str],
    *,
    config: ModelConfig,
    weights: Mapping[str, NDArray[np.float32]],
    calibration: Calibration,
    card: str,
    domain: Domain | None = None,
) -> StoredModel:
    """Write a model directory; its files take their places when all are whole.

    Parameters
    ----------
    path
        The directory. A model (or an empty directory) there is replaced; anything else is left alone.
    config, weights, calibration, card, domain
        As in :class:`StoredModel`.

    Returns
    -------
    StoredModel
        The model as read back from disk.

    Raises
    ------
    ModelError
        If the weights do not fit the network, or ``path`` is a file.
    UsageError
        If ``path`` holds something that is not a model.

    Examples
    --------
    >>> model = write_model("my-model", config=config, weights=weights,
    ...                     calibration=Calibration(), card="# My model")  # doctest: +SKIP
    """
    from safetensors.numpy import save

    directory = Path(path)
    if directory.exists() and not directory.is_dir():
        raise ModelError(f"{directory} is a file: a model is a directory. Give another name")
    check_weights(weights, _shapes(config), "the weights to write")
    check_numbers(weights, "the weights to write")
    arrays = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in weights.items()}
    with whole_folder(directory, MODEL_FOLDER) as whole:
        (whole / _CONFIG).write_bytes(_encode(config))
        (whole / _WEIGHTS).write_bytes(save(arrays))
        (whole / _CALIBRATION).write_bytes(_encode(calibration))
        write_text(whole / _CARD, card)
        if domain is not None:
            (whole / _DOMAIN).write_bytes(_encode(domain))
        read_model(whole)
    return read_model(directory)


def is_model_directory(path: Path) -> bool:
    """Return whether a directory holds a model: it has a configuration and weights.

    Examples
    --------
    >>> is_model_directory(Path("no-such-directory"))
    False
    """
    return (path / _CONFIG).is_file() and (path / _WEIGHTS).is_file()


def _read_bytes(path: Path) -> bytes:
    if not os.path.lexists(path):
        raise ModelError(
            f"{path}: missing. A model directory has {', '.join(MODEL_FILES)}; copy it again as a whole"
        )
    return read_bytes(path, LARGEST_WEIGHTS if path.name == _WEIGHTS else LARGEST_TEXT)


def _decode_text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start + 1})") from error


def _decode(content: bytes, path: Path, kind: type[_Struct]) -> _Struct:
    try:
        return msgspec.convert(decode_json(content, path), kind)
    except msgspec.ValidationError as error:
        raise ModelError(f"{path}: {error}") from error


def _read_domain(path: Path) -> Domain | None:
    return _decode(_read_bytes(path), path, Domain) if os.path.lexists(path) else None


def _shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor on disk."""
    shapes = weight_shapes(config)
    if config.members == 1:
        return shapes
    return {member_name(i, name): shape for i in range(config.members) for name, shape in shapes.items()}


def _decode_weights(content: bytes, config: ModelConfig, path: Path) -> dict[str, NDArray[np.float32]]:
    held = read_header(content, path)
    # asked before the shapes are listed: a list of 10 million blocks takes all memory, whatever the file holds
    try:
        asked = config.members * tensor_count(config)
    except ModelError as error:  # settings that the network cannot have
        raise ModelError(f"{path.with_name(_CONFIG)}: {error}") from error
    if asked > 2 * len(held) + _FEW_TENSORS:
        raise ModelError(
            f"{path}: {len(held):,} tensors are there, {asked:,} are asked for by {_CONFIG}. Copy the model again"
        )
    check_shapes(held, _shapes(config), str(path))
    return read_weights(content, path)


def _encode(value: ModelConfig | Calibration | Domain) -> bytes:
    fields = msgspec.to_builtins(value)
    if fields.get("members") == 1:
        del fields["members"]  # so that a dmiso that knows no ensembles reads every other model
    return (json.dumps(fields, indent=2, ensure_ascii=False) + "\n").encode()
