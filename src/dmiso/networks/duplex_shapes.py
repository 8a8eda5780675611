"""Sizes of the duplex network, and name and shape of its tensors on disk. Without torch: the engine reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import ModelError
from dmiso.networks.config import as_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.networks.config import NetworkConfig

__all__ = [
    "CONTEXT",
    "DEFAULTS",
    "DILATIONS",
    "FORBIDDEN",
    "KERNEL",
    "NORM_EPSILON",
    "NOTHING",
    "duplex_shapes",
    "duplex_tensors",
    "tensor_shapes",
]

KERNEL: Final = 5
"""Width of a block's convolution over offsets."""
CONTEXT: Final = 7
"""Width of the convolution over target nucleotides alone."""
DILATIONS: Final = (1, 2, 3)
"""Dilation of each block, beginning again after the last."""
NORM_EPSILON: Final = 1e-5

FORBIDDEN: Final = -1e3
"""Score of a step onto an unknown nucleotide: far below any sum of learnt scores, so every helix ends there."""
NOTHING: Final = -1e3
"""Logit of an offset at which no nucleotide faces another."""

DEFAULTS: Final[Mapping[str, Any]] = {
    "channels": 32,
    "blocks": 2,
    "heads": 8,
    "dropout": 0.2,
    "mirna_length": 30,
}


def duplex_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor of a duplex network.

    Raises
    ------
    ModelError
        If the configuration has an unknown setting, a wrong number, or another miRNA length than its settings.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> duplex_shapes(ModelConfig(name="example", network="duplex"))["pair_score"]
    (30, 4, 4, 8)
    """
    return tensor_shapes(*_sizes(config))


def duplex_tensors(config: NetworkConfig) -> int:
    """Return how many tensors :func:`duplex_shapes` would list, by counting one block's.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> duplex_tensors(ModelConfig(name="example", network="duplex", settings={"blocks": 10**9}))
    12000000014
    """
    blocks = _sizes(config)[1]
    one, two = len(tensor_shapes(1, 1, 1, 1)), len(tensor_shapes(1, 2, 1, 1))
    return one + (blocks - 1) * (two - one)


def _sizes(config: NetworkConfig) -> tuple[int, int, int, int]:
    """Return channels, blocks, heads and miRNA length, checked."""
    if unknown := sorted(set(config.settings) - set(DEFAULTS)):
        raise ModelError(f"network duplex has no setting {unknown[0]}. Known: {', '.join(sorted(DEFAULTS))}")
    settings = {**DEFAULTS, **config.settings}
    for name in ("channels", "blocks", "heads", "mirna_length"):
        if type(settings[name]) is not int or settings[name] < 1:  # True is not a size
            raise ModelError(
                f"network duplex: {name} is {settings[name]!r}; a whole number of 1 or more is needed"
            )
    if settings["mirna_length"] != config.mirna_length:
        raise ModelError(
            f"network duplex is built for miRNAs of {settings['mirna_length']} nucleotides; "
            f"the configuration says {config.mirna_length}"
        )
    if not 0 <= as_number(settings["dropout"]) < 1:
        raise ModelError(
            f"network duplex: dropout is {settings['dropout']!r}; a number of at least 0 and below 1 is needed"
        )
    return settings["channels"], settings["blocks"], settings["heads"], settings["mirna_length"]


def tensor_shapes(channels: int, blocks: int, heads: int, mirna_length: int) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor, in the order of the layers.

    Examples
    --------
    >>> tensor_shapes(8, 1, 4, 30)["blocks.0.convolution.weight"]
    (8, 8, 5)
    """
    shapes: dict[str, tuple[int, ...]] = {
        "stack_score": (4, 4, 4, 4, heads),
        "pair_score": (mirna_length, 4, 4, heads),
        "bulge": (2, heads),
        "scale": (1,),
        "shift": (1,),
        "mix.weight": (channels, mirna_length * heads),
        "mix.bias": (channels,),
        "context.weight": (channels, 4, CONTEXT),
    }
    for number in range(blocks):
        block = f"blocks.{number}"
        shapes |= _norm(f"{block}.norm_in", channels)
        shapes[f"{block}.convolution.weight"] = (channels, channels, KERNEL)
        shapes[f"{block}.convolution.bias"] = (channels,)
        shapes |= _norm(f"{block}.norm_out", channels)
        shapes |= {f"{block}.mix.weight": (channels, channels, 1), f"{block}.mix.bias": (channels,)}
    shapes |= _norm("norm", channels)
    return shapes | {"output.weight": (1, channels, 1), "output.bias": (1,)}


def _norm(name: str, size: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.{part}": (size,) for part in ("weight", "bias", "running_mean", "running_var")}
