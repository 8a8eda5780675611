"""Sizes of the published network, and name and shape of its tensors on disk. Without torch: the engine reads it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from dmiso.errors import ModelError
from dmiso.networks.config import as_number

if TYPE_CHECKING:
    from dmiso.networks.config import NetworkConfig

__all__ = [
    "CHANNELS",
    "DENSE_UNITS",
    "KERNEL",
    "MIRNA_LENGTH",
    "MIRNA_STEPS",
    "NORM_EPSILON",
    "POOL",
    "STEPS",
    "TARGET_LENGTH",
    "TARGET_STEPS",
    "dmiso_shapes",
    "dmiso_tensors",
    "tensor_shapes",
]

MIRNA_LENGTH: Final = 30
TARGET_LENGTH: Final = 60
CHANNELS: Final = 10
"""Convolution kernels per branch, and LSTM units per direction."""
KERNEL: Final = 8
POOL: Final = 4
MIRNA_STEPS: Final = MIRNA_LENGTH - KERNEL + 1 - POOL + 1
TARGET_STEPS: Final = TARGET_LENGTH - KERNEL + 1 - POOL + 1
STEPS: Final = MIRNA_STEPS + TARGET_STEPS
DENSE_UNITS: Final = 100
NORM_EPSILON: Final = 1e-3

_SETTINGS: Final = {"l1"}


def dmiso_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor of the published network.

    Raises
    ------
    ModelError
        If the configuration asks for other input lengths or settings than the network has.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> len(dmiso_shapes(ModelConfig(name="example", network="dmiso")))
    32
    """
    if (config.mirna_length, config.target_length) != (MIRNA_LENGTH, TARGET_LENGTH):
        raise ModelError(
            f"network dmiso takes {MIRNA_LENGTH} miRNA and {TARGET_LENGTH} target nucleotides; "
            f"the configuration says {config.mirna_length} and {config.target_length}"
        )
    if unknown := sorted(set(config.settings) - _SETTINGS):
        raise ModelError(f"network dmiso has no setting {unknown[0]}. Known: {', '.join(sorted(_SETTINGS))}")
    if not 0 <= as_number(config.settings.get("l1", 0)) < math.inf:
        raise ModelError(f"network dmiso: l1 is {config.settings['l1']!r}; a number of 0 or more is needed")
    return tensor_shapes()


def dmiso_tensors(config: NetworkConfig) -> int:
    """Return how many tensors :func:`dmiso_shapes` lists."""
    return len(dmiso_shapes(config))


def tensor_shapes() -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor, in the order of the layers.

    Examples
    --------
    >>> tensor_shapes()["mirna_convolution.weight"]
    (10, 4, 8)
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for branch in ("mirna", "target"):
        shapes[f"{branch}_convolution.weight"] = (CHANNELS, 4, KERNEL)
        shapes[f"{branch}_convolution.bias"] = (CHANNELS,)
    shapes |= _norm("merged_norm", CHANNELS)
    for direction in ("", "_reverse"):
        for kind in ("weight_ih", "weight_hh"):
            shapes[f"recurrent.{kind}_l0{direction}"] = (4 * CHANNELS, CHANNELS)
        for kind in ("bias_ih", "bias_hh"):
            shapes[f"recurrent.{kind}_l0{direction}"] = (4 * CHANNELS,)
    shapes |= _norm("recurrent_norm", 2 * CHANNELS)
    shapes |= {"dense.weight": (DENSE_UNITS, 2 * CHANNELS * STEPS), "dense.bias": (DENSE_UNITS,)}
    shapes |= _norm("dense_norm", DENSE_UNITS)
    shapes |= {"output.weight": (1, DENSE_UNITS), "output.bias": (1,)}
    return shapes | _norm("output_norm", 1)


def _norm(name: str, size: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.{part}": (size,) for part in ("weight", "bias", "running_mean", "running_var")}
