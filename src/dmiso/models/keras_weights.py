"""The arrays of a Keras HDF5 file, each looked at before it is read.

HDF5 can name other files (external links and storage, virtual data sets), declare arrays that it does not hold, and
chunks of any size: what is followed here are hard links inside the file to arrays of the published shapes.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.errors import ModelError
from dmiso.models.keras_layers import LAYERS, KerasLayer
from dmiso.networks.dmiso_shapes import CHANNELS, tensor_shapes
from dmiso.networks.weights import check_weights

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["read_keras_weights"]

_LARGEST_CHUNK: Final = 1 << 22
"""Numbers of a chunk, which HDF5 allocates whole; the largest array of the network has 140,000."""
_MOST_NAMES: Final = 64
"""Arrays of a layer; the most that one has is six."""


def read_keras_weights(
    content: bytes, path: Path, keras_names: Mapping[str, str]
) -> dict[str, NDArray[np.float32]]:
    """Return the network's tensors.

    Parameters
    ----------
    content
        The HDF5 file that ``model.save_weights()`` wrote.
    path
        For messages.
    keras_names
        Role of each layer to its name in the file.

    Raises
    ------
    ModelError
        If the file is damaged, an array lies outside it, is of another shape or type, or has numbers that are not
        finite.
    """
    import h5py

    weights: dict[str, NDArray[np.float32]] = {}
    try:
        with h5py.File(BytesIO(content), "r") as file:
            # model.save() puts them one level down
            root = _member(file, "model_weights", path) if "model_weights" in file else file
            for layer in LAYERS:
                if layer.tensors:
                    weights |= _read_layer(_member(root, keras_names[layer.role], path), layer, path)
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, OverflowError, AttributeError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"{path}: damaged, or not the weights of this architecture ({said}). "
            "Give what model.save_weights() wrote, copied as a whole"
        ) from error
    for suffix in ("", "_reverse"):  # Keras has one bias where torch has two
        weights[f"recurrent.bias_hh_l0{suffix}"] = np.zeros(4 * CHANNELS, np.float32)
    check_weights(weights, tensor_shapes(), str(path))
    return weights


def _member(group: Any, name: str, path: Path) -> Any:
    """Return what lies in a group by a name that may have several parts, each a hard link of this file."""
    import h5py

    for part in name.strip("/").split("/"):
        link = group.get(part, getlink=True)
        if link is not None and not isinstance(link, h5py.HardLink):
            raise ModelError(
                f"{path}: {name} is a link to elsewhere, which is not followed. Copy the array into the file"
            )
        group = group[part]
    return group


def _read_layer(group: Any, layer: KerasLayer, path: Path) -> dict[str, NDArray[np.float32]]:
    if math.prod(group.attrs.get_id("weight_names").shape or ()) > _MOST_NAMES:
        raise ModelError(f"{path}: layer {group.name} lists more than {_MOST_NAMES} arrays")
    stored = [name.decode() if isinstance(name, bytes) else str(name) for name in group.attrs["weight_names"]]
    kinds = [tensor.keras_name.rpartition("/")[2] for tensor in layer.tensors]
    if [name.rpartition("/")[2].partition(":")[0] for name in stored] != kinds:
        raise ModelError(f"{path}: layer {group.name} has arrays {stored}; expected {kinds}, in this order")
    weights = {}
    for name, tensor in zip(stored, layer.tensors, strict=True):
        dataset = _member(group, name, path)
        _check_dataset(dataset, f"{path}: {name}", tensor.axes, tensor.name)
        array = np.asarray(dataset[()], dtype=np.float32)
        if not np.isfinite(array).all():
            raise ModelError(f"{path}: {name} has numbers that are not finite")
        weights[tensor.name] = tensor.from_keras(array)
    return weights


def _check_dataset(dataset: Any, where: str, axes: tuple[int, ...], name: str) -> None:
    """Refuse an array that is not all in this file, or that would take more than the network's tensor to read."""
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        raise ModelError(f"{where} is not an array")
    if dataset.is_virtual or dataset.external:
        raise ModelError(
            f"{where} lies in another file, which is not read. Copy the array itself into the file"
        )
    if dataset.dtype.kind != "f" or dataset.dtype.itemsize > 8:
        raise ModelError(f"{where} has numbers of type {dataset.dtype}; expected floats of 16 to 64 bits")
    if len(dataset.shape or ()) != len(axes):
        raise ModelError(f"{where} has {len(dataset.shape or ())} axes; expected {len(axes)}")
    if (found := tuple(dataset.shape[axis] for axis in axes)) != (shape := tensor_shapes()[name]):
        raise ModelError(f"{where}: tensor {name} has shape {found}; expected {shape}")
    if math.prod(dataset.chunks or ()) > _LARGEST_CHUNK:
        raise ModelError(
            f"{where} is stored in chunks of {math.prod(dataset.chunks):,} numbers; it has {dataset.size:,}"
        )
