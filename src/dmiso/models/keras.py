"""Reading the published program's model: Keras 2.3.1 architecture (JSON) and weights (HDF5), without TensorFlow."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dmiso.errors import ModelError
from dmiso.models.calibration import Calibration
from dmiso.models.keras_layers import LAYERS, KerasLayer
from dmiso.models.keras_weights import read_keras_weights
from dmiso.models.model_files import LARGEST_TEXT, LARGEST_WEIGHTS, decode_json, read_bytes
from dmiso.models.store import ModelConfig, StoredModel, write_model

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["import_keras"]

_CARD = """# {name}

The network `dmiso` with weights imported from Keras {keras_version} files.

| file | SHA-256 |
|---|---|
| architecture | `{architecture_sha256}` |
| weights | `{weights_sha256}` |

Longer sequences are cropped at the centre, as the published program does. Scores are the network's own (not
calibrated). Training data, terms of use and known limits are those of the files it was imported from.
"""


class _Layer(msgspec.Struct):
    class_name: str
    name: str
    config: dict[str, Any]
    inbound_nodes: list[list[list[Any]]]

    def sources(self) -> list[str]:
        """Return the names of the layers this one reads."""
        return [str(source[0]) for node in self.inbound_nodes for source in node if source]


class _Graph(msgspec.Struct):
    layers: list[_Layer]


class _Architecture(msgspec.Struct):
    class_name: str
    config: _Graph
    keras_version: str = "of unknown version"


def import_keras(
    architecture_json: str | PathLike[str],
    weights_h5: str | PathLike[str],
    output_dir: str | PathLike[str],
    name: str | None = None,
) -> StoredModel:
    """Turn a Keras model of the published network into a model directory.

    Parameters
    ----------
    architecture_json
        What ``model.to_json()`` wrote: ``model_top.json`` of the published program.
    weights_h5
        What ``model.save_weights()`` wrote: ``model_top.h5``.
    output_dir
        The model directory to make.
    name
        Name of the model; None means the name of the directory.

    Returns
    -------
    StoredModel
        Crops at the centre, as the published program does.

    Raises
    ------
    ModelError
        If a file is missing or damaged, or a layer differs from the published network; the message names it.

    Examples
    --------
    >>> model = import_keras("model_top.json", "model_top.h5", "published")  # doctest: +SKIP
    """
    json_path, h5_path = Path(architecture_json), Path(weights_h5)
    json_content = _read(json_path, "the architecture that model.to_json() writes")
    h5_content = _read(h5_path, "the weights that model.save_weights() writes")
    architecture = _parse(json_content, json_path)
    keras_names = _match_layers(architecture, json_path)
    weights = read_keras_weights(h5_content, h5_path, keras_names)
    provenance = {
        "keras_version": architecture.keras_version,
        "architecture_sha256": hashlib.sha256(json_content).hexdigest(),
        "weights_sha256": hashlib.sha256(h5_content).hexdigest(),
    }
    model_name = name or Path(output_dir).resolve().name
    config = ModelConfig(
        name=model_name, network="dmiso", crop="centre", training={"imported_from_keras": provenance}
    )
    card = _CARD.format(name=model_name, **provenance)
    return write_model(output_dir, config=config, weights=weights, calibration=Calibration(), card=card)


def _read(path: Path, what: str) -> bytes:
    try:
        return read_bytes(path, LARGEST_WEIGHTS)
    except ModelError as error:
        said = (
            str(error)
            .replace(": missing", ": no such file")
            .removesuffix(". Copy the model again as a whole")
        )
        raise ModelError(f"{said}. Give {what}") from error


def _parse(content: bytes, path: Path) -> _Architecture:
    try:
        fields = decode_json(content[: LARGEST_TEXT + 1], path)
        return msgspec.convert(fields, _Architecture)
    except (msgspec.ValidationError, ModelError) as error:
        said = str(error).removeprefix(f"{path}: ").removesuffix(". Copy the model again as a whole")
        raise ModelError(
            f"{path}: not a Keras architecture ({said}). Give what model.to_json() wrote"
        ) from error


def _match_layers(architecture: _Architecture, path: Path) -> dict[str, str]:
    """Return the Keras name of each role, having checked every layer and how they are connected."""
    layers = architecture.config.layers
    names: dict[str, str] = {}
    for expected in LAYERS:
        layer = _find(expected, layers, names, path)
        where = f"{path}: layer {layer.name} ({expected.role})"
        if layer.class_name != expected.class_name:
            raise ModelError(
                f"{where} is {layer.class_name}; the published network has {expected.class_name} there"
            )
        if difference := _difference(layer.config, expected.settings):
            raise ModelError(f"{where}: {difference} in the published network, which alone can be imported")
        names[expected.role] = layer.name
    if extra := [layer.name for layer in layers if layer.name not in names.values()]:
        raise ModelError(
            f"{path}: layer {extra[0]} is not part of the published network, which alone can be imported"
        )
    return names


def _find(expected: KerasLayer, layers: list[_Layer], names: dict[str, str], path: Path) -> _Layer:
    if expected.inputs:
        sources = [names[role] for role in expected.inputs]
        found = [layer for layer in layers if layer.sources() == sources]
        where = f"after {' and '.join(sources)}"
    else:
        shape = expected.settings["batch_input_shape"]
        found = [
            layer
            for layer in layers
            if layer.config.get("batch_input_shape") == shape and not layer.sources()
        ]
        where = f"for the {expected.role}, with shape {shape}"
    if len(found) != 1:
        raise ModelError(
            f"{path}: expected one {expected.class_name} layer {where}; found {len(found)}. "
            "Only the published network can be imported"
        )
    return found[0]


def _difference(found: Any, expected: Any, where: str = "") -> str | None:
    """Return where two settings differ first; names of inner layers do not count."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if key != "name" and (
                text := _difference(found.get(key), value, f"{where}.{key}" if where else key)
            ):
                return text
        return None
    if (
        isinstance(expected, float)
        and isinstance(found, float)
        and math.isclose(found, expected, rel_tol=1e-6)
    ):
        return None
    return None if found == expected else f"{where} is {found!r}, but {expected!r}"
