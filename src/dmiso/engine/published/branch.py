"""What a sequence contributes to every pair it is in, computed once per sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.engine.published.kernels import BLOCK, LANES, gather, pooled_features, recur_lanes
from dmiso.networks.dmiso_shapes import CHANNELS, POOL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.published.fold import BranchWeights

    FloatArray = NDArray[np.float32]

__all__ = ["Branch", "aligned", "round_up"]

_GATES = 4 * CHANNELS
_ALIGNMENT = 16  # floats in a cache line: vectors that straddle two lines load at half the speed


class Branch:
    """Sequences of one kind (miRNAs or target windows), in blocks of ``BLOCK`` lanes.

    It owns its arrays and is filled again and again: fresh memory costs more than what is computed into it.
    Lanes after the last sequence hold meaningless numbers.

    Parameters
    ----------
    weights
        Of this kind of sequence.
    capacity
        Most sequences it will hold; about 8 kB per target and 4 kB per miRNA.

    Attributes
    ----------
    count : int
        Number of sequences it holds.
    inputs : numpy.ndarray
        Gate inputs of the LSTM direction that comes from the other sequence, ``(blocks, steps * 40, BLOCK)``.
    hidden, cell : numpy.ndarray
        State in which the own direction leaves for the other sequence, ``(blocks, 10, BLOCK)``.
    dense : numpy.ndarray
        Share of the dense layer, ``(blocks, units, BLOCK)``.
    """

    def __init__(self, weights: BranchWeights, capacity: int) -> None:
        blocks = round_up(capacity, BLOCK) // BLOCK
        steps = weights.steps
        self.weights = weights
        self.count = 0
        self.inputs = aligned((blocks, steps * _GATES, BLOCK))
        self.hidden = aligned((blocks, CHANNELS, BLOCK))
        self.cell = aligned((blocks, CHANNELS, BLOCK))
        self.dense = aligned((blocks, len(weights.own_dense), BLOCK))
        self._features = aligned((steps, CHANNELS + 1, BLOCK))
        self._features[:, CHANNELS] = 1  # meets the bias among the input weights
        self._own_inputs = aligned((steps, _GATES, BLOCK))
        self._states = aligned(((steps + 1) * CHANNELS, BLOCK))

    def size(self, block: int) -> int:
        """Return the number of sequences in a block."""
        return min(BLOCK, self.count - block * BLOCK)

    def compute(self, codes: NDArray[np.uint8]) -> Branch:
        """Fill the branch: convolution, pool, gate inputs, own LSTM direction, dense share of each sequence.

        Parameters
        ----------
        codes
            ``(n, length)``, 0–4, n at most the capacity.

        Returns
        -------
        Branch
            Itself.
        """
        self.count = len(codes)
        for block in range(round_up(len(codes), BLOCK) // BLOCK):
            self._compute_block(block, codes[block * BLOCK : (block + 1) * BLOCK])
        return self

    def _compute_block(self, block: int, codes: NDArray[np.uint8]) -> None:
        weights, features, states = self.weights, self._features, self._states
        pooled_features(codes, weights.first, weights.second, POOL, features[:, :CHANNELS])
        # the direction that begins at this branch reads it from its outer end, the other one comes from inside
        own, pair = (features[::-1], features) if weights.own_backward else (features, features[::-1])
        np.matmul(weights.own_inputs, own, out=self._own_inputs)
        np.matmul(weights.pair_inputs, pair, out=self.inputs[block].reshape(self._own_inputs.shape))
        states[:CHANNELS] = 0  # rows 0-9 are the state before the first step, of all zeros as in Keras
        self.cell[block] = 0
        recur_lanes(
            self._own_inputs.reshape(-1),
            weights.own_recurrent,
            self.cell[block].reshape(-1),
            states.reshape(-1),
            0,
            round_up(len(codes), LANES),
        )
        # the last state is not weighted here: it is the pair's first, see BranchWeights.own_dense
        self.hidden[block] = states[-CHANNELS:]
        np.dot(weights.own_dense, states[CHANNELS:-CHANNELS], out=self.dense[block])
        self.dense[block] += weights.own_dense_bias[:, None]

    def lanes(self, index: NDArray[np.intp], spare: Branch) -> tuple[Branch, int]:
        """Return a branch and its block that holds the given sequences in its lanes, in order.

        Parameters
        ----------
        index
            Numbers of sequences, ``(at most BLOCK,)``.
        spare
            A branch of one block, filled where the sequences do not lie together already.

        Returns
        -------
        tuple
            This branch or the spare one, and the number of the block.
        """
        first = int(index[0])
        if first % BLOCK == 0 and (index == np.arange(first, first + len(index))).all():
            return self, first // BLOCK
        spare.count = len(index)
        for name in ("inputs", "hidden", "cell", "dense"):
            gather(getattr(self, name), index, getattr(spare, name)[0])
        return spare, 0


def aligned(shape: tuple[int, ...]) -> FloatArray:
    """Return a zeroed float32 array that begins at a cache line."""
    size = int(np.prod(shape))
    buffer = np.zeros(size + _ALIGNMENT, np.float32)
    offset = -(buffer.ctypes.data // buffer.itemsize) % _ALIGNMENT
    return buffer[offset : offset + size].reshape(shape)


def round_up(number: int, multiple: int) -> int:
    """Return the smallest multiple that is not below a number.

    Examples
    --------
    >>> round_up(65, 64)
    128
    """
    return -(-number // multiple) * multiple
