"""Sizes of the duplex network, and name and shape of its tensors on disk. Without torch: the engine reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.networks.catalogue import NetworkConfig

__all__ = ["CONTEXT", "DEFAULTS", "DILATIONS", "KERNEL", "NORM_EPSILON", "duplex_shapes", "tensor_shapes"]

KERNEL: Final = 5
"""Width of a block's convolution over offsets."""
CONTEXT: Final = 7
"""Width of the convolution over target letters alone."""
DILATIONS: Final = (1, 2, 3)
"""Dilation of each block, beginning again after the last."""
NORM_EPSILON: Final = 1e-5

DEFAULTS: Final[Mapping[str, Any]] = {"channels": 48, "blocks": 3, "dropout": 0.2, "mirna_length": 30}


def duplex_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor of a duplex network.

    Raises
    ------
    ModelError
        If the configuration has an unknown setting, a wrong number, or another miRNA length than its settings.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> duplex_shapes(ModelConfig(name="example", network="duplex"))["pair_kernel"]
    (30, 4, 4, 48)
    """
    if unknown := sorted(set(config.settings) - set(DEFAULTS)):
        raise ModelError(f"network duplex has no setting {unknown[0]}. Known: {', '.join(sorted(DEFAULTS))}")
    settings = {**DEFAULTS, **config.settings}
    for name in ("channels", "blocks", "mirna_length"):
        if not isinstance(settings[name], int) or settings[name] < 1:
            raise ModelError(
                f"network duplex: {name} is {settings[name]!r}; a whole number of 1 or more is needed"
            )
    if settings["mirna_length"] != config.mirna_length:
        raise ModelError(
            f"network duplex is built for miRNAs of {settings['mirna_length']} letters; "
            f"the configuration says {config.mirna_length}"
        )
    return tensor_shapes(settings["channels"], settings["blocks"], settings["mirna_length"])


def tensor_shapes(channels: int, blocks: int, mirna_length: int) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor, in the order of the layers.

    Examples
    --------
    >>> tensor_shapes(8, 1, 30)["blocks.0.convolution.weight"]
    (8, 8, 5)
    """
    shapes: dict[str, tuple[int, ...]] = {
        "pair_kernel": (mirna_length, 4, 4, channels),
        "pair_bias": (channels,),
        "scale": (1,),
        "shift": (1,),
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
