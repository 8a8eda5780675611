"""The first look: a narrow student network that says of every offset about what the network would.

A student sees what the network sees, helix scores and nucleotides, but mixes them into few features, and has one small
convolution. It computes in fixed point, int16: the helix scores are off by at most 1.5 units per miRNA position, what
the sums round off by about as much in all. The network itself says the last word wherever a student finds a site
possible, so a student's errors can hide a site, but never change one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import codes_under
from dmiso.engine.duplex.look_kernels import (
    LANES,
    FixedMirnas,
    FixedStudent,
    Ground,
    fixed_scores_on,
    look_at_tile,
)
from dmiso.engine.finite import finite
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.networks.helices import pair_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.columns import Mirna
    from dmiso.engine.duplex.fold import ColumnWeights

    FloatArray = NDArray[np.float32]
    Fixed = NDArray[np.int16]
    Codes = NDArray[np.uint8]

__all__ = ["LOOK_TILE", "Looker", "Student", "units_of"]

LOOK_TILE: Final = 1_016
"""Offsets of a tile: with what a convolution sees beyond, whole vectors of int16."""

_LARGEST: Final = 32_767
_HIGHEST: Final = 16_383
"""Of a helix score: with a forbidden step, -32,768, it is negative whatever the pair adds."""
_FORBIDDEN: Final = -32_768
_FINEST: Final = 1_000.0
"""Units of a feature of 1: a feature of 32 is the last one before they are held to the range."""
_BELOW: Final = -500.0
"""Scores of stacks below it are of nucleotides that end a helix."""


class Student(NamedTuple):
    """Weights of a student network; its logits are on the scale of sites."""

    helices: FloatArray
    """``(units, mirna_length, heads)``, weight of each helix score."""
    bases: FloatArray
    """``(units, CONTEXT, 4)``, weight of each nucleotide around an offset."""
    bias: FloatArray
    """``(units,)``."""
    taps: FloatArray
    """``(units out, units in, taps)``, an odd number of taps."""
    hidden_bias: FloatArray
    """``(units,)``."""
    output: FloatArray
    """``(units,)``."""
    output_bias: float

    @property
    def reach(self) -> int:
        """Offsets to either side that a logit depends on."""
        return int(self.taps.shape[2]) // 2


def units_of(weights: ColumnWeights) -> NDArray[np.float64]:
    """Return how many units of fixed point a score of 1 is, by head, so that no helix can leave the range.

    The highest score of all miRNAs on all targets is that of the best path through pairs of nucleotides, one stacked on
    the other.
    """
    bases = N_CODE + 1
    # (miRNA before, own, target next, own, head); a miRNA's N and a target's N score less than any nucleotide
    stacks = weights.stacks.reshape(bases, bases, weights.heads, bases, bases).transpose(0, 1, 3, 4, 2)
    stacks = stacks[:, :N_CODE, :, :N_CODE]
    pairs = weights.pairs[:, :N_CODE].transpose(0, 1, 3, 2)  # (position, miRNA, target, head)
    best = np.zeros((bases, bases, weights.heads))
    highest = np.zeros(weights.heads)
    for own in pairs:
        reached = (best[:, None, :, None] + stacks).max(axis=(0, 2)) + own
        best[:N_CODE, :N_CODE] = np.maximum(reached, 0)
        highest = np.maximum(highest, best.max(axis=(0, 1)))
    return _HIGHEST / np.maximum(highest, 1.0)


class Looker:
    """Computes a student's logits of offsets of long targets.

    Parameters
    ----------
    weights
        Of the network whose helix scores the student weighs.
    student
        The student.
    source
        Where the network comes from, for messages.
    """

    def __init__(self, weights: ColumnWeights, student: Student, *, source: str = "") -> None:
        self._weights, self._student = weights, student
        self._last: tuple[Sequence[Mirna], FixedMirnas, Fixed] | None = None
        for values in (weights.stacks, weights.pairs, weights.bulge):
            finite(values, source)
        self._units = units_of(weights)
        # what a sum is a multiple of: as fine as its largest weight allows
        mix = student.helices / self._units * 65_536
        self._sums = _finest(mix, (1, 2))
        taps = student.taps / self._sums[:, None] * 65_536
        hidden = _finest(taps, (1, 2))
        units, n_taps = len(taps), taps.shape[2]
        self._fixed = FixedStudent(
            bulge=_fixed(weights.bulge * self._units),
            mix=_rows(mix * self._sums[:, None, None]),
            taps=_rows(taps * hidden[:, None, None]),
            which=np.repeat(np.arange(units), n_taps),
            begins=np.tile(np.arange(n_taps), units),
            hidden_bias=_fixed(student.hidden_bias * hidden),
            output=(student.output / hidden).astype(np.float32),
            output_bias=np.float32(student.output_bias),
        )
        table = np.zeros((units, CONTEXT, N_CODE + 1), np.float64)
        table[:, :, :4] = student.bases
        self._bases = _fixed(table * self._sums[:, None, None])
        self._bias = _fixed(student.bias * self._sums)

    def logits(
        self, mirnas: Sequence[Mirna], stacks: FloatArray, target_codes: Codes, start: int, stop: int
    ) -> FloatArray:
        """Return the logits of a range of offsets, ``(n_mirnas, stop - start)``.

        Parameters
        ----------
        mirnas, stacks
            As of :class:`dmiso.engine.duplex.columns.Mirnas`.
        target_codes, start, stop
            As in :meth:`dmiso.engine.duplex.scan.DuplexScanner.scan`.
        """
        logits = np.empty((len(mirnas), stop - start), np.float32)
        if (
            self._last is None or self._last[0] is not mirnas
        ):  # the same come with one transcript after another
            table = np.where(stacks > _BELOW, np.rint(stacks * self._units[:, None]), _FORBIDDEN)
            self._last = mirnas, self._mirnas(mirnas), table.astype(np.int16)
        _, fixed, table = self._last
        for first in range(start, stop, LOOK_TILE):
            last = min(first + LOOK_TILE, stop)
            own = np.empty((len(mirnas), last - first), np.float32)
            look_at_tile(self._ground(table, target_codes, first, last), fixed, self._fixed, own)
            logits[:, first - start : last - start] = own
        return logits

    def _mirnas(self, mirnas: Sequence[Mirna]) -> FixedMirnas:
        length, heads = self._weights.mirna_length, self._weights.heads
        steps = np.zeros((len(mirnas), length), np.int64)
        pairs = np.zeros((len(mirnas), length, heads, 4), np.int16)
        for m, mirna in enumerate(mirnas):
            steps[m, : mirna.length] = mirna.steps
            pairs[m, : mirna.length] = _fixed(mirna.pairs * self._units[:, None])
        return FixedMirnas(np.array([mirna.length for mirna in mirnas], np.int64), steps, pairs)

    def _ground(self, table: Fixed, target_codes: Codes, first: int, last: int) -> Ground:
        length, reach = self._weights.mirna_length, self._student.reach
        known = codes_under(target_codes, first - reach, last + reach, length)
        codes = np.full(len(known) + 4 * LANES + length, N_CODE, np.uint8)
        codes[: len(known)] = known
        stacks = np.empty((*table.shape[:2], len(codes)), np.int16)
        fixed_scores_on(table, pair_codes(codes[None])[0], stacks)
        columns = -(-(last - first + 2 * reach) // LANES) * LANES
        return Ground(codes.astype(np.int16), stacks, self._context(codes, columns))

    def _context(self, codes: Codes, columns: int) -> Fixed:
        """Return the share of the nucleotides and the bias, ``(units, columns)``."""
        middle = self._weights.mirna_length - 1
        share = np.repeat(self._bias[:, None].astype(np.int32), columns, axis=1)
        unknown = codes[middle : middle + columns] == N_CODE
        for position in range(CONTEXT):
            begin = middle + position - CONTEXT // 2
            around = self._bases[:, position, codes[begin : begin + columns]]
            around[:, unknown] = 0
            share += around
        return _fixed(share)


def _fixed(values: NDArray[np.floating | np.integer]) -> Fixed:
    """Return values as int16, those beyond its range held to it."""
    found: Fixed = np.clip(np.rint(values), -_LARGEST, _LARGEST).astype(np.int16)
    return found


def _finest(weights: NDArray[np.floating], axes: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the factor of each sum's weights that brings the largest one to the end of the range."""
    found: NDArray[np.float64] = _LARGEST / np.maximum(np.abs(weights).max(axis=axes), 1.0)
    return np.minimum(found, _FINEST)


def _rows(weights: NDArray[np.floating]) -> Fixed:
    """Return weights ``(units, ...)`` as rows for each sum, filled up to whole fours, the odd ones negated."""
    rows = _fixed(weights.reshape(len(weights), -1).T)
    rows[1::2] *= -1
    return np.pad(rows, ((0, -len(rows) % 4), (0, 0)))
