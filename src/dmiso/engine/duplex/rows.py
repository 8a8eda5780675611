"""From features to logits for a few runs of offsets, a row of features for each offset.

The same numbers as :class:`dmiso.engine.duplex.columns.ColumnNetwork`, to about 1e-6, laid out for rows that lie beside
others by chance: a row's last bits do not depend on its position, nor on what it lies beside. Convolutions at points
(:mod:`dmiso.engine.duplex.phases`) would need fewer multiplications, but wider margins: a run's bits would depend on
what lies further away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.engine.duplex.fold import Affine
from dmiso.engine.duplex.head_lanes import HEADS
from dmiso.engine.duplex.row_kernels import TOGETHER, add_and_unfold_rows, last_of_rows, positive_rows
from dmiso.engine.duplex.run_kernels import BASES_AROUND
from dmiso.networks.duplex_shapes import KERNEL, NOTHING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import ColumnBlock, ColumnWeights

    FloatArray = NDArray[np.float32]
    Flags = NDArray[np.bool_]
    Parts = NDArray[np.int64]

__all__ = ["ROWS", "RowNetwork", "filled_up", "whole"]

ROWS: Final = 768
"""Rows of a tile: its features (0.6 MB) stay in the second-level cache. A multiple of :data:`TOGETHER`."""


_CHANNELS: Final = 16
"""Channels are filled up to a multiple of this: products of fewer columns have other last bits when they are short."""


class _Block(NamedTuple):
    """A residual block; channels are filled up with zeros to whole vectors."""

    before: Affine
    taps: FloatArray  # (KERNEL * channels in, channels out)
    bias: FloatArray
    mix: FloatArray  # (channels in, channels out)
    dilation: int


def whole(rows: int) -> int:
    """Return as many rows, or a few more: what a product gives rows beyond whole vectors differs in the last bits."""
    return -(-rows // TOGETHER) * TOGETHER


def filled_up(n: int) -> int:
    """Return the next multiple of :data:`HEADS`."""
    return -(-n // HEADS) * HEADS


class RowNetwork:
    """Computes logits of up to :data:`ROWS` offsets at a time, in memory of its own.

    Parameters
    ----------
    weights
        Of the network.
    """

    def __init__(self, weights: ColumnWeights) -> None:
        self._channels = -(-weights.channels // _CHANNELS) * _CHANNELS
        heads = filled_up(weights.heads)
        mix = np.zeros((BASES_AROUND + weights.mirna_length * heads, self._channels), np.float32)
        mix[: weights.context.shape[1], : weights.channels] = weights.context.T
        own = mix[BASES_AROUND:].reshape(weights.mirna_length, heads, -1)
        own[:, : weights.heads, : weights.channels] = weights.mix.T.reshape(
            weights.mirna_length, weights.heads, -1
        )
        self._mix = mix
        self._blocks = [self._block(block) for block in weights.blocks]
        self._last, self._output = self._affine(weights.last), self._wide(weights.output)
        self._output_bias = weights.output_bias
        self._features = np.empty((ROWS, len(mix)), np.float32)
        self._mixed, self._hidden, self._product = np.empty((3, ROWS, self._channels), np.float32)
        self._unfolded = np.empty((ROWS, KERNEL * self._channels), np.float32)

    def features(self, rows: int, columns: int) -> FloatArray:
        """Return memory for features, ``(rows, columns)``, until it is asked for again."""
        return self._features.reshape(-1)[: rows * columns].reshape(rows, columns)

    def logits(self, features: FloatArray, parts: Parts, outside: Flags) -> FloatArray:
        """Return the logits of the rows of parts, without the margins that the network sees around.

        Parameters
        ----------
        features
            ``(n_rows, BASES_AROUND + positions * heads)``; ``n_rows`` is :func:`whole`.
        parts
            ``(n_parts,)``, rows of each part with its margins, one after the other.
        outside
            ``(n_rows,)``, rows that are zero padding to every convolution.

        Returns
        -------
        numpy.ndarray
            ``(n,)``, float32, part after part, then some rows of none.
        """
        n, used = features.shape
        x, product = self._mixed[:n], self._product[:n]
        np.matmul(features, self._mix[:used], out=x)
        product[:] = 0
        left, outside = parts.copy(), outside.copy()
        for block in self._blocks:
            n = whole(int(left.sum()) - len(left) * (KERNEL - 1) * block.dilation)
            unfolded, hidden = self._unfolded[:n], self._hidden[:n]
            add_and_unfold_rows(x, product, block.before, left, outside, block.dilation, unfolded)
            np.matmul(unfolded, block.taps, out=hidden)
            positive_rows(hidden.reshape(-1), block.bias)
            x, product = x[:n], product[:n]
            np.matmul(hidden, block.mix, out=product)
        logits = np.empty(n, np.float32)
        last_of_rows(x, product, self._last, self._output, self._output_bias, logits)
        logits[outside[:n]] = NOTHING
        return logits

    def _block(self, block: ColumnBlock) -> _Block:
        channels = len(block.bias)
        taps = np.zeros((KERNEL, self._channels, self._channels), np.float32)
        taps[:, :channels, :channels] = block.taps.reshape(channels, KERNEL, channels).transpose(1, 2, 0)
        mix = np.zeros((self._channels, self._channels), np.float32)
        mix[:channels, :channels] = block.mix.T
        bias = np.tile(self._wide(block.bias), TOGETHER)
        return _Block(self._affine(block.before), taps.reshape(-1, self._channels), bias, mix, block.dilation)

    def _affine(self, affine: Affine) -> Affine:
        return Affine(*(np.tile(self._wide(each), TOGETHER) for each in affine))

    def _wide(self, values: FloatArray) -> FloatArray:
        """Return values of channels with zeros for those that fill up a vector."""
        return np.pad(values, (0, self._channels - len(values)))
