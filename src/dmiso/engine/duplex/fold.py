"""Weights of a duplex network as its engines compute with them: two immutable values, made once from a model's weights.

:func:`fold` takes the BatchNorms into the linear layers beside them, in double precision, and sums the scores of a step
of a helix into tables by nucleotides. :func:`along_offsets` lays the same numbers out for long targets, where offsets
run along the last axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.finite import quiet
from dmiso.networks.duplex_shapes import CONTEXT, DILATIONS, FORBIDDEN, KERNEL, NORM_EPSILON, NOTHING
from dmiso.networks.helices import PAIR_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

__all__ = [
    "Affine",
    "BlockWeights",
    "ColumnBlock",
    "ColumnWeights",
    "DuplexWeights",
    "Pool",
    "along_offsets",
    "fold",
]

_BASES = N_CODE + 1


class Pool(NamedTuple):
    """From the logits of offsets to the logit of the window that has them: scaled and shifted soft maximum."""

    scale: float
    shift: float

    def of(self, positions: FloatArray) -> FloatArray:
        """Return the logit of offsets taken together, ``(...)`` of ``(..., n_offsets)``."""
        # the highest is taken out before the exponential, which would overflow at logits beyond 88
        highest = positions.max(axis=-1)
        pooled = highest + np.log(np.exp(positions - highest[..., None]).sum(axis=-1))
        pooled = np.where(highest == NOTHING, highest, pooled)
        logits: FloatArray = pooled * np.float32(self.scale) + np.float32(self.shift)
        return logits

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` offsets exceeds wherever together they reach ``logit``."""
        if self.scale <= 0:
            return -np.inf
        # n equal offsets add log(n) to the highest; more they cannot
        return (logit - self.shift) / self.scale - float(np.log(n)) - 1e-3


class BlockWeights(NamedTuple):
    """A residual block with its BatchNorms folded in; rows of features are multiplied from the left."""

    scale: FloatArray
    """``(channels,)``, of the first BatchNorm, which stands before a ReLU and cannot be folded away."""
    shift: FloatArray
    """``(channels,)``."""
    taps: FloatArray
    """``(KERNEL, channels in, channels out)``, the convolution with the second BatchNorm's scale."""
    bias: FloatArray
    """``(channels,)``, with the second BatchNorm's shift."""
    mix: FloatArray
    """``(channels in, channels out)``."""
    mix_bias: FloatArray
    """``(channels,)``."""
    dilation: int
    """Offsets from one tap to the next."""


class DuplexWeights(NamedTuple):
    """What :class:`dmiso.engine.duplex.network.DuplexEngine` computes with: features are rows, one per offset."""

    stacks: FloatArray
    """``(5, 5, PAIR_CODES, heads)``: score of a stacked pair by miRNA base before, own, and code of the target's."""
    pairs: FloatArray
    """``(mirna_length, 5, PAIR_CODES, heads)``: score of a pair by miRNA position, its nucleotide, and the target's."""
    bulge: FloatArray
    """``(2, heads)``: cost of a miRNA nucleotide and of a target nucleotide without partner."""
    mix: FloatArray
    """``(mirna_length * heads, channels)``: helix scores of an offset to its features."""
    mix_bias: FloatArray
    """``(channels,)``."""
    context: FloatArray
    """``(CONTEXT * 4, channels)``: nucleotides around an offset, those of a position side by side, to its features."""
    blocks: tuple[BlockWeights, ...]
    scale: FloatArray
    """``(channels,)``, of the last BatchNorm."""
    shift: FloatArray
    """``(channels,)``."""
    output: FloatArray
    """``(channels,)``."""
    output_bias: np.float32
    pool: Pool

    @property
    def mirna_length(self) -> int:
        """Nucleotides of the miRNA input."""
        return len(self.pairs)

    @property
    def heads(self) -> int:
        """Helix scores of a pair of positions."""
        return int(self.bulge.shape[1])


class Affine(NamedTuple):
    """What happens to features before a ReLU, each ``(channels,)``: bias is added, then they are scaled and shifted."""

    bias: FloatArray
    scale: FloatArray
    shift: FloatArray


class ColumnBlock(NamedTuple):
    """A residual block for features that are columns: matrices are multiplied from the right."""

    before: Affine
    """What is added to the features first (the bias of the mixing before), then scale and shift of the ReLU's input."""
    taps: FloatArray
    """``(channels out, KERNEL * channels in)``: one product with the shifted copies that lie below each other."""
    bias: FloatArray
    """``(channels,)``."""
    mix: FloatArray
    """``(channels out, channels in)``."""
    dilation: int


class ColumnWeights(NamedTuple):
    """The same numbers for long targets: features are ``(channels, columns)``, a column per offset."""

    stacks: FloatArray
    """``(25, heads, PAIR_CODES)``: by code of two neighbouring miRNA nucleotides; a target's N ends every helix."""
    pairs: FloatArray
    """``(mirna_length, 5, heads, 4)``: by miRNA position, its base, and the one known target base opposite."""
    bulge: FloatArray
    """``(2, heads)``."""
    mix: FloatArray
    """``(channels, mirna_length * heads)``."""
    context: FloatArray
    """``(channels, CONTEXT * 4)``."""
    blocks: tuple[ColumnBlock, ...]
    last: Affine
    """As ``before`` of a block, before the output."""
    output: FloatArray
    """``(channels,)``."""
    output_bias: np.float32
    pool: Pool

    @property
    def mirna_length(self) -> int:
        """Nucleotides of the miRNA input."""
        return len(self.pairs)

    @property
    def heads(self) -> int:
        """Helix scores of a pair of positions."""
        return int(self.bulge.shape[1])

    @property
    def channels(self) -> int:
        """Features of an offset."""
        return len(self.mix)

    @property
    def reach(self) -> int:
        """Offsets to either side that an offset's logit depends on, all convolutions together."""
        return KERNEL // 2 * sum(block.dilation for block in self.blocks)

    @property
    def gap(self) -> int:
        """Offsets to either side that one convolution sees, the widest of them."""
        return KERNEL // 2 * max((block.dilation for block in self.blocks), default=0)


def fold(weights: Mapping[str, FloatArray]) -> DuplexWeights:
    """Fold a network's weights.

    Parameters
    ----------
    weights
        Name to float32 array, as :func:`dmiso.networks.duplex_shapes.tensor_shapes` names them. Numbers that overflow
        become infinite here, without a warning: what is computed with them is looked at.
    """
    n_blocks = sum(name.endswith(".convolution.weight") for name in weights)
    with quiet():
        stacks, pairs = _score_tables(weights["stack_score"], weights["pair_score"])
        scale, shift = _affine(weights, "norm")
        return DuplexWeights(
            stacks=stacks,
            pairs=pairs,
            bulge=np.ascontiguousarray(weights["bulge"]),
            mix=np.ascontiguousarray(weights["mix.weight"].T),
            mix_bias=weights["mix.bias"],
            context=weights["context.weight"].transpose(2, 1, 0).reshape(4 * CONTEXT, -1),
            blocks=tuple(_block(weights, number) for number in range(n_blocks)),
            scale=scale,
            shift=shift,
            output=weights["output.weight"][0, :, 0],
            output_bias=weights["output.bias"][0],
            pool=Pool(float(weights["scale"][0]), float(weights["shift"][0])),
        )


def along_offsets(folded: DuplexWeights) -> ColumnWeights:
    """Lay folded weights out for features that are columns."""
    heads = folded.heads
    # [miRNA base before, own, target next, own, head]; a pair's table says the same of every next base, and it is
    # not asked of N, where the stack ends the helix: 4 numbers stay of 25, chosen without a look-up in the loops
    stacks = folded.stacks.copy().reshape(_BASES, _BASES, _BASES, _BASES, heads)
    stacks[..., N_CODE, :] = np.float32(FORBIDDEN)
    pairs = folded.pairs.reshape(-1, _BASES, _BASES, _BASES, heads)[:, :, 0, :N_CODE]
    biases = [folded.mix_bias, *(block.mix_bias for block in folded.blocks)]
    scales = [*((block.scale, block.shift) for block in folded.blocks), (folded.scale, folded.shift)]
    affines = [
        Affine(*(np.array(row, np.float32) for row in (bias, *pair)))
        for bias, pair in zip(biases, scales, strict=True)
    ]
    blocks = [
        ColumnBlock(
            before=before,
            taps=np.ascontiguousarray(block.taps.transpose(2, 0, 1).reshape(len(block.bias), -1)),
            bias=block.bias,
            mix=np.ascontiguousarray(block.mix.T),
            dilation=block.dilation,
        )
        for block, before in zip(folded.blocks, affines[:-1], strict=True)
    ]
    return ColumnWeights(
        stacks=np.ascontiguousarray(stacks.reshape(_BASES**2, PAIR_CODES, heads).transpose(0, 2, 1)),
        pairs=np.ascontiguousarray(pairs.transpose(0, 1, 3, 2)),
        bulge=folded.bulge,
        mix=np.ascontiguousarray(folded.mix.T),
        context=np.ascontiguousarray(folded.context.T),
        blocks=tuple(blocks),
        last=affines[-1],
        output=folded.output,
        output_bias=folded.output_bias,
        pool=folded.pool,
    )


def _score_tables(stack: FloatArray, pair: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the scores of stacks ``(5, 5, PAIR_CODES, heads)`` and pairs ``(mirna_length, 5, ...)``, N last."""
    heads = stack.shape[-1]
    # an unknown neighbour adds nothing to a stack, an unknown nucleotide of the pair itself ends the helix
    stacks = np.zeros((5, 5, 5, 5, heads), np.float32)  # miRNA before, own; target next, own
    stacks[:4, :4, :4, :4] = stack
    pairs = np.zeros((len(pair), 5, 5, 5, heads), np.float32)  # miRNA position, nucleotide; target next, own
    pairs[:, :4, :, :4] = pair[:, :, None]
    pairs[:, N_CODE] += np.float32(FORBIDDEN)
    pairs[..., N_CODE, :] += np.float32(FORBIDDEN)
    return stacks.reshape(5, 5, PAIR_CODES, heads), pairs.reshape(len(pair), 5, PAIR_CODES, heads)


def _block(weights: Mapping[str, FloatArray], number: int) -> BlockWeights:
    name = f"blocks.{number}"
    scale, shift = _affine(weights, f"{name}.norm_in")
    after, after_shift = _affine(weights, f"{name}.norm_out")
    taps = weights[f"{name}.convolution.weight"].transpose(2, 1, 0) * after
    return BlockWeights(
        scale=scale,
        shift=shift,
        taps=np.ascontiguousarray(taps),
        bias=weights[f"{name}.convolution.bias"] * after + after_shift,
        mix=np.ascontiguousarray(weights[f"{name}.mix.weight"][:, :, 0].T),
        mix_bias=weights[f"{name}.mix.bias"],
        dilation=DILATIONS[number % len(DILATIONS)],
    )


def _affine(weights: Mapping[str, FloatArray], name: str) -> tuple[FloatArray, FloatArray]:
    """Return scale and shift of a BatchNorm at prediction, computed in double precision."""
    part = {key: weights[f"{name}.{key}"].astype(np.float64) for key in ("weight", "bias", "running_mean")}
    scale = part["weight"] / np.sqrt(weights[f"{name}.running_var"].astype(np.float64) + NORM_EPSILON)
    shift = part["bias"] - part["running_mean"] * scale
    return scale.astype(np.float32), shift.astype(np.float32)
