"""The networks by name: what weights each has, and how to build it. Torch loads only when one is built.

To add a network: write its module, then add a line to ``_NETWORKS``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.errors import ModelError, did_you_mean
from dmiso.extras import require_extra
from dmiso.networks.dmiso_shapes import dmiso_shapes, dmiso_tensors
from dmiso.networks.duplex_shapes import duplex_shapes, duplex_tensors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from torch import nn

    from dmiso.networks.config import NetworkConfig

__all__ = [
    "build_network",
    "check_shapes",
    "check_weights",
    "load_weights",
    "network_names",
    "network_weights",
    "tensor_count",
    "weight_shapes",
]

_BATCH_COUNTER = "num_batches_tracked"


class _Entry(NamedTuple):
    module: str
    class_name: str
    shapes: Callable[[NetworkConfig], dict[str, tuple[int, ...]]]
    tensors: Callable[[NetworkConfig], int]


_NETWORKS: Final = {
    "dmiso": _Entry("dmiso.networks.dmiso", "DmisoNetwork", dmiso_shapes, dmiso_tensors),
    "duplex": _Entry("dmiso.networks.duplex", "DuplexNetwork", duplex_shapes, duplex_tensors),
}


def network_names() -> list[str]:
    """Return the names of all networks, sorted.

    Examples
    --------
    >>> "dmiso" in network_names()
    True
    """
    return sorted(_NETWORKS)


def weight_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor a network keeps on disk, without loading torch.

    Raises
    ------
    ModelError
        If the network is unknown, or does not take the lengths or settings of the configuration.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> weight_shapes(ModelConfig(name="example", network="dmiso"))["dense.weight"]
    (100, 1400)
    """
    return _entry(config.network).shapes(config)


def tensor_count(config: NetworkConfig) -> int:
    """Return how many tensors :func:`weight_shapes` would list, without listing them.

    Raises
    ------
    ModelError
        As :func:`weight_shapes`.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> tensor_count(ModelConfig(name="example", network="dmiso"))
    32
    """
    return _entry(config.network).tensors(config)


def build_network(config: NetworkConfig) -> nn.Module:
    """Return a freshly initialised network.

    Parameters
    ----------
    config
        The network's name, input lengths and settings, e.g. a :class:`dmiso.models.store.ModelConfig`.

    Returns
    -------
    torch.nn.Module
        In training mode; its weights are drawn from torch's global generator.

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    ModelError
        If the network is unknown, or does not take the lengths or settings of the configuration.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> network = build_network(ModelConfig(name="example", network="dmiso"))  # doctest: +SKIP
    """
    entry = _entry(config.network)
    entry.shapes(config)
    require_extra("torch", f"the network {config.network}")
    network_class = getattr(importlib.import_module(entry.module), entry.class_name)
    network: nn.Module = network_class(**config.settings)
    return network


def network_weights(network: nn.Module) -> dict[str, NDArray[np.float32]]:
    """Return a network's weights under the names they have on disk.

    Returns
    -------
    dict
        Name to float32 array, copied to the CPU; BatchNorm's batch counters are left out.

    Examples
    --------
    >>> weights = network_weights(build_network(config))  # doctest: +SKIP
    """
    return {
        name: tensor.detach().cpu().numpy().astype(np.float32, copy=True)
        for name, tensor in network.state_dict().items()
        if not name.endswith(_BATCH_COUNTER)
    }


def load_weights(network: nn.Module, weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Put weights as read from disk into a network, in place.

    Raises
    ------
    ModelError
        If a tensor is missing, unknown, or of another shape.

    Examples
    --------
    >>> load_weights(network, model.weights)  # doctest: +SKIP
    """
    import torch

    state = network.state_dict()
    expected = {name: tuple(t.shape) for name, t in state.items() if not name.endswith(_BATCH_COUNTER)}
    check_weights(weights, expected)
    network.load_state_dict({name: torch.tensor(weights[name]) for name in expected}, strict=False)


def check_weights(
    weights: Mapping[str, NDArray[np.float32]],
    expected: Mapping[str, tuple[int, ...]],
    where: str = "the weights",
) -> None:
    """Stop unless the weights have exactly the expected names and shapes.

    Parameters
    ----------
    weights
        Name to array.
    expected
        Name to shape, as :func:`weight_shapes` gives them.
    where
        What the message calls the weights, e.g. the file they were read from.

    Raises
    ------
    ModelError
        Naming the first tensor that is missing, unknown, or of another shape.

    Examples
    --------
    >>> check_weights({"a": np.zeros(3, np.float32)}, {"a": (3,)})
    """
    check_shapes({name: array.shape for name, array in weights.items()}, expected, where)


def check_shapes(
    found: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]], where: str
) -> None:
    """Stop unless tensors have exactly the expected names and shapes, as :func:`check_weights` does for arrays.

    Examples
    --------
    >>> check_shapes({"a": (3,)}, {"a": (3,)}, "the weights")
    """
    for name, shape in expected.items():
        if name not in found:
            raise ModelError(f"{where}: tensor {name} of shape {shape} is missing")
        if found[name] != shape:
            raise ModelError(f"{where}: tensor {name} has shape {found[name]}; expected {shape}")
    for name in found:
        if name not in expected:
            raise ModelError(
                f"{where}: tensor {name} is not part of this network. {did_you_mean(name, expected)}"
            )


def _entry(name: str) -> _Entry:
    if name not in _NETWORKS:
        raise ModelError(f"network {name!r} is unknown. {did_you_mean(name, _NETWORKS)}")
    return _NETWORKS[name]
