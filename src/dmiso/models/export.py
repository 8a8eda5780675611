"""Writing a model in another form: a copy of the directory, NumPy arrays, or Keras files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dmiso.errors import ModelError, UsageError
from dmiso.io.atomic import atomic_path, write_text
from dmiso.io.folders import check_companions
from dmiso.models.store import StoredModel, write_model
from dmiso.networks import late, network_entry, network_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from dmiso.models.keras_layers import KerasLayer

__all__ = ["export_model"]

_OTHER_FORMATS = {".hdf5", ".keras", ".onnx", ".pb", ".pkl", ".pt", ".pth", ".safetensors"}
_KERAS_VERSION = "2.3.1"


def export_model(model: StoredModel, path: str | PathLike[str]) -> list[Path]:
    """Write a model in the form that the ending asks for.

    Parameters
    ----------
    model
        As :func:`dmiso.models.resolve` gives it.
    path
        ``.npz``: the weights, one array per tensor. ``.h5``: Keras 2.3.1 weights of the published network, and its
        architecture beside them as ``.json``; :func:`dmiso.models.keras.import_keras` gives equal weights back.
        Anything else: a model directory.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    UsageError
        If the ending names a format that is not written.
    ModelError
        If the network has no Keras form, or the directory holds something else than a model.

    Examples
    --------
    >>> export_model(model, "weights.npz")  # doctest: +SKIP
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending in _OTHER_FORMATS:
        raise UsageError(f"{target}: {ending} is not written. Use .npz, .h5, or the name of a directory")
    if ending not in {".npz", ".h5"}:
        write_model(
            target,
            config=model.config,
            weights=model.weights,
            calibration=model.calibration,
            card=model.card,
            domain=model.domain,
        )
        return [target]
    if ending == ".npz":
        arrays: dict[str, Any] = dict(model.weights)
        with atomic_path(target) as part, part.open("wb") as file:
            np.savez(file, **arrays)
        return [target]
    return _export_keras(model, target)


def _export_keras(model: StoredModel, target: Path) -> list[Path]:
    import h5py

    form = network_entry(model.config.network).keras
    if form is None:
        able = " and ".join(network_names(lambda entry: entry.keras))
        raise ModelError(
            f"{target}: network {model.config.network} has no Keras form. Use .npz, or a model of network {able}"
        )
    if model.config.members > 1:
        raise ModelError(
            f"{target}: an ensemble has no Keras form. Export its members one by one, or use .npz"
        )
    layers: Sequence[KerasLayer] = late(form)
    architecture = target.with_suffix(".json")
    check_companions(target, [architecture])
    with atomic_path(target) as part, h5py.File(part, "w") as file:
        file.attrs["backend"] = np.bytes_("tensorflow")
        file.attrs["keras_version"] = np.bytes_(_KERAS_VERSION)
        file.attrs["layer_names"] = np.array([layer.name for layer in layers], dtype="S")
        for layer in layers:
            group = file.create_group(layer.name)
            arrays = {f"{layer.name}/{t.keras_name}:0": t.to_keras(model.weights) for t in layer.tensors}
            group.attrs["weight_names"] = np.array(list(arrays), dtype="S")
            for name, array in arrays.items():
                group.create_dataset(name, data=array, track_times=False)
    write_text(architecture, json.dumps(_architecture(layers), indent=2) + "\n")
    return [target, architecture]


def _architecture(layers: Sequence[KerasLayer]) -> dict[str, Any]:
    """Return a network as ``model.to_json()`` of Keras 2.3.1 writes it, defaults left out.

    Its inputs, miRNA and target, are the first two layers, and its output is the last.
    """
    names = {layer.role: layer.name for layer in layers}
    first, last = layers[:2], layers[-1]
    graph = {
        "name": "model_1",
        "layers": [_layer(layer, names) for layer in layers],
        "input_layers": [[layer.name, 0, 0] for layer in first],
        "output_layers": [[last.name, 0, 0]],
    }
    return {
        "class_name": "Model",
        "config": graph,
        "keras_version": _KERAS_VERSION,
        "backend": "tensorflow",
    }


def _layer(layer: KerasLayer, names: dict[str, str]) -> dict[str, Any]:
    sources = [[names[role], 0, 0, {}] for role in layer.inputs]
    return {
        "name": layer.name,
        "class_name": layer.class_name,
        "config": {"name": layer.name, **layer.settings},
        "inbound_nodes": [sources] if sources else [],
    }
