"""Weights between a torch module and a dictionary of arrays, and whether they are those that a network has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.errors import ModelError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from torch import nn

__all__ = ["check_shapes", "check_weights", "load_weights", "network_weights"]

_BATCH_COUNTER: Final = "num_batches_tracked"
"""What BatchNorm counts in training and no prediction needs; left out on disk."""


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
    import numpy as np

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
        Name to shape, as :func:`dmiso.networks.weight_shapes` gives them.
    where
        What the message calls the weights, e.g. the file they were read from.

    Raises
    ------
    ModelError
        Naming the first tensor that is missing, unknown, or of another shape.

    Examples
    --------
    >>> import numpy as np
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
