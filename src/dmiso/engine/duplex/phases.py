"""The residual blocks of a duplex network on a tile, with fewer multiplications: convolutions at points.

Equal to what :class:`dmiso.engine.duplex.columns.ColumnNetwork` computes with shifted copies, to about 1e-6. A
convolution takes 2 multiplications per output and channel instead of 5 (:mod:`dmiso.engine.duplex.phase_kernels`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.engine.duplex.phase_kernels import (
    PHASES,
    PITCH,
    POINTS,
    by_phase,
    from_points,
    last_by_phase,
    sum_by_phase,
    to_points,
)
from dmiso.engine.duplex.scan_kernels import last_layer
from dmiso.networks.duplex_shapes import KERNEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import ColumnBlock, ColumnWeights

    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = ["PhaseNetwork", "taps_at_points"]

_DILATIONS: Final = {1, 2}
"""Whose outputs the phases divide into fours."""
_FINITE_POINTS: Final = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)


class _Room(NamedTuple):
    """Memory that tiles of a number of columns are computed in, as the steps look at it."""

    natural: FloatArray  # (2, channels, columns), mixed helix scores of a miRNA's 5' part and of the rest
    features: FloatArray  # (channels, PHASES, n), as the next three
    context: FloatArray
    hidden: FloatArray
    product: FloatArray
    points: FloatArray  # (POINTS, channels, 2, n)
    products: FloatArray
    padding: Positions  # columns that only fill up the phases


class PhaseNetwork:
    """Computes logits from helix scores, up to ``columns`` offsets at a time, in memory of its own.

    Parameters
    ----------
    weights
        Of a network that :meth:`fits`.
    columns
        Most columns of a tile.
    """

    def __init__(self, weights: ColumnWeights, columns: int) -> None:
        self._weights = weights
        self._taps = [taps_at_points(block) for block in weights.blocks]
        size = weights.channels * _padded(columns)
        self._memory = [np.zeros(n * size, np.float32) for n in (2, 1, 1, 1, 1, 2, 2)]
        self._room = self._room_for(columns)
        self._context: FloatArray | None = None
        self.kept: tuple[FloatArray, bytes] | None = None
        """Whose first part :meth:`mix` kept last, as the caller knows it; None after anything else."""

    @staticmethod
    def fits(weights: ColumnWeights, columns: int) -> bool:
        """Tell whether a network's convolutions are of a kind that this computes, and its tiles not too wide."""
        dilations = {block.dilation for block in weights.blocks}
        return dilations <= _DILATIONS and _padded(columns) // PHASES <= PITCH

    def logits(self, scores: FloatArray, context: FloatArray, outside: Positions) -> FloatArray:
        """Return the logits of columns, ``(columns,)``.

        Parameters
        ----------
        scores
            ``(length * heads, columns)``, helix scores.
        context
            ``(channels, columns)``, the nucleotides' share.
        outside
            Columns that are zero padding to every convolution, as is all beyond the ends.
        """
        self.kept = None
        self.mix(scores, 0)
        return self.after_mixing(context, outside, is_parted=False)

    def mix(self, scores: FloatArray, first: int) -> None:
        """Mix helix scores into features, and keep these for :meth:`after_mixing`.

        Parameters
        ----------
        scores
            ``(n, columns)``, helix scores ``first`` to ``first + n`` of a miRNA.
        first
            0 for a miRNA's 5' part; else these are the rest.
        """
        if self._room.natural.shape[2] != scores.shape[1]:
            self._room = self._room_for(scores.shape[1])
            self._context = None
        weights = self._weights.mix[:, first : first + len(scores)]
        np.matmul(weights, scores, out=self._room.natural[int(first > 0)])

    def after_mixing(self, context: FloatArray, outside: Positions, *, is_parted: bool) -> FloatArray:
        """Return the logits of columns from what :meth:`mix` kept last: of one part, or of two."""
        room, weights, columns = self._room, self._weights, context.shape[1]
        channels = weights.channels
        if is_parted:
            sum_by_phase(room.natural[0], room.natural[1], room.features)
        else:
            by_phase(room.natural[0], room.features)
        if context is not self._context:  # the same for all miRNAs on a tile
            by_phase(context, room.context)
            self._context = context
        padding = room.padding if not len(outside) else np.append(outside, room.padding)
        wide = (POINTS, channels, -1)
        addition = room.context
        for block, taps in zip(weights.blocks, self._taps, strict=True):
            to_points(room.features, addition, block.before, padding, block.dilation, room.points)
            np.matmul(taps, room.points.reshape(wide), out=room.products.reshape(wide))
            from_points(room.products, block.bias, block.dilation, room.hidden)
            addition = room.product
            np.matmul(block.mix, room.hidden.reshape(channels, -1), out=addition.reshape(channels, -1))
        found, logits = np.empty(room.hidden[0].size, np.float32), np.empty(columns, np.float32)
        features, addition = room.features.reshape(channels, -1), addition.reshape(channels, -1)
        last_layer(features, addition, weights.last, weights.output, weights.output_bias, found)
        last_by_phase(found.reshape(PHASES, -1), logits)
        return logits

    def _room_for(self, columns: int) -> _Room:
        """Return views of the memory for a number of columns; making them takes a tenth of a short tile's time."""
        channels, n = self._weights.channels, _padded(columns) // PHASES
        by_phase_, apart = (channels, PHASES, n), (POINTS, channels, 2, n)
        shapes = [(2, channels, columns), by_phase_, by_phase_, by_phase_, by_phase_, apart, apart]
        views = [
            flat[: math.prod(shape)].reshape(shape) for flat, shape in zip(self._memory, shapes, strict=True)
        ]
        natural, features, context, hidden, product, points, products = views
        padding = np.arange(columns, PHASES * n)
        return _Room(natural, features, context, hidden, product, points, products, padding)


def taps_at_points(block: ColumnBlock) -> FloatArray:
    """Return a convolution's weights as its products take them, ``(POINTS, channels out, channels in)``.

    The weights are a polynomial of degree 4, taken at seven points and, as its highest coefficient, at infinity. The
    divisors are those of Lagrange's interpolation, which leaves the sums of the inputs without fractions to speak of.
    """
    taps = block.taps.astype(np.float64).reshape(len(block.bias), KERNEL, -1)
    points = np.array(_FINITE_POINTS)
    apart = points[:, None] - points
    np.fill_diagonal(apart, 1)
    divisors = apart.prod(axis=1)
    divisors[0] *= -1  # the kernel takes the sum at 0 with the opposite sign
    rows = np.vstack([points[:, None] ** np.arange(KERNEL) / divisors[:, None], np.eye(KERNEL)[-1]])
    return np.ascontiguousarray(np.einsum("pk,okc->poc", rows, taps).astype(np.float32))


def _padded(columns: int) -> int:
    return -(-columns // PHASES) * PHASES
