"""What depends on both sequences of a pair, for blocks of pairs. One runner per thread: it owns the working arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from dmiso.engine.published.branch import Branch, aligned, round_up
from dmiso.engine.published.kernels import BLOCK, LANES, recur_lanes, recur_shared, tail
from dmiso.networks.dmiso_shapes import CHANNELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.published.fold import DmisoWeights

    Codes = NDArray[np.uint8]
    FloatArray = NDArray[np.float32]

__all__ = ["GROUP", "BlockRunner", "Kind"]

GROUP: Final = 1024
"""Pairs whose sequences are kept at a time: enough to meet most repeats, few enough for the cache."""

Kind = Literal["mirna", "target"]


class BlockRunner:
    """Runs blocks of up to ``BLOCK`` pairs.

    Parameters
    ----------
    weights
        Of the whole network, folded.
    """

    def __init__(self, weights: DmisoWeights) -> None:
        self._weights = weights
        self._hidden = aligned((weights.pair_dense.shape[1], BLOCK))
        self._cell = aligned((CHANNELS, BLOCK))
        self._dense = aligned((len(weights.output) * BLOCK,))
        self._nothing = np.zeros(len(weights.output), np.float32)
        self._branches: dict[tuple[Kind, int], Branch] = {}

    def grid(self, rows: Branch, column_codes: Codes, column_kind: Kind, logits: FloatArray) -> None:
        """Compute every sequence of a branch with every sequence of the other kind.

        Parameters
        ----------
        rows
            miRNAs or targets.
        column_codes, column_kind
            The others, at most ``BLOCK``, and what they are.
        logits
            Output, ``(rows.count, len(column_codes))``.
        """
        columns = self._branch(column_kind, BLOCK).compute(column_codes)
        for i in range(round_up(rows.count, BLOCK) // BLOCK):
            size = rows.size(i)
            part = logits[i * BLOCK : i * BLOCK + size]
            # one kind fills lanes, which are computed in groups of LANES, used or not: the kind that wastes fewer
            if size * round_up(columns.count, LANES) < columns.count * round_up(size, LANES):
                self._tile(rows, i, columns, 0, part)
            else:
                self._tile(columns, 0, rows, i, part.T)

    def _tile(self, single: Branch, i: int, lane: Branch, j: int, logits: FloatArray) -> None:
        """Fill ``logits`` ``(singles, lanes)``: one sequence of a block at a time with all lanes of the other."""
        n_lanes = lane.size(j)
        lanes = round_up(n_lanes, LANES)
        inputs = np.ascontiguousarray(single.inputs[i, :, : single.size(i)].T)
        lane_inputs = lane.inputs[j].reshape(-1)
        hidden, cell = self._hidden.reshape(-1), self._cell.reshape(-1)
        single_weights, lane_weights = single.weights, lane.weights
        line = np.empty(n_lanes, np.float32)
        for s in range(single.size(i)):
            # over the single sequence from the states in which the lanes leave, then over the lanes from its own
            self._start(single_weights.pair_row, lane.hidden[j], lane.cell[j])
            recur_shared(
                inputs[s], single_weights.pair_recurrent, cell, hidden, single_weights.pair_row, lanes
            )
            self._start(lane_weights.pair_row, single.hidden[i, :, s : s + 1], single.cell[i, :, s : s + 1])
            recur_lanes(lane_inputs, lane_weights.pair_recurrent, cell, hidden, lane_weights.pair_row, lanes)
            self._finish(lane.dense[j], single.dense[i, :, s], line)
            logits[s] = line

    def pairs(
        self,
        mirna_codes: Codes,
        mirna_index: NDArray[np.intp],
        target_codes: Codes,
        target_index: NDArray[np.intp],
    ) -> FloatArray:
        """Compute given pairs.

        Parameters
        ----------
        mirna_codes, target_codes
            The distinct sequences, at most ``GROUP`` of each.
        mirna_index, target_index
            Which of them make each pair, ``(n_pairs,)``.

        Returns
        -------
        numpy.ndarray
            Logits, ``(n_pairs,)``.
        """
        mirna = self._branch("mirna", GROUP).compute(mirna_codes)
        target = self._branch("target", GROUP).compute(target_codes)
        logits = np.empty(len(mirna_index), np.float32)
        for start in range(0, len(logits), BLOCK):
            part = slice(start, start + BLOCK)
            mirna_lanes = mirna.lanes(mirna_index[part], self._branch("mirna", BLOCK))
            target_lanes = target.lanes(target_index[part], self._branch("target", BLOCK))
            self._pair_block(*mirna_lanes, *target_lanes, logits[part])
        return logits

    def _pair_block(self, mirna: Branch, i: int, target: Branch, j: int, logits: FloatArray) -> None:
        lanes = round_up(len(logits), LANES)
        hidden, cell = self._hidden.reshape(-1), self._cell.reshape(-1)
        for over, over_block, other, other_block in ((target, j, mirna, i), (mirna, i, target, j)):
            row = over.weights.pair_row
            self._start(row, other.hidden[other_block], other.cell[other_block])
            recur_lanes(
                over.inputs[over_block].reshape(-1), over.weights.pair_recurrent, cell, hidden, row, lanes
            )
        self._finish(mirna.dense[i] + target.dense[j], self._nothing, logits)

    def _branch(self, kind: Kind, capacity: int) -> Branch:
        """Return this runner's branch of a kind and capacity: made once, filled often."""
        key = (kind, capacity)
        if key not in self._branches:
            self._branches[key] = Branch(getattr(self._weights, kind), capacity)
        return self._branches[key]

    def _start(self, row: int, hidden: FloatArray, cell: FloatArray) -> None:
        self._hidden[row : row + CHANNELS] = hidden
        self._cell[:] = cell

    def _finish(self, lane_share: FloatArray, single_share: FloatArray, logits: FloatArray) -> None:
        weights = self._weights
        lanes = round_up(len(logits), LANES)
        # states of both directions lie below each other, in the order of pair_dense's columns: one product for both
        dense = self._dense[: len(weights.output) * lanes].reshape(-1, lanes)
        np.dot(weights.pair_dense, self._hidden[:, :lanes], out=dense)
        logits[:] = weights.output_bias
        tail(dense, lane_share, single_share, weights.output, logits)
