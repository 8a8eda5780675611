"""The first look: a narrow student network that says of every offset about what the network would.

A student sees what the network sees, helix scores and nucleotides, but mixes them into few features, and has one small
convolution. It computes in bytes: a helix score is one of 256, as is a feature, and so are all weights. What that
rounds off is part of what a student is judged with. The network itself says the last word wherever a student finds a
site possible, so a student's errors can hide a site, but never change one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import codes_under
from dmiso.engine.duplex.look_kernels import (
    BLOCK,
    NO_SCORE,
    TABLE_SIZE,
    ByteMirnas,
    ByteStudent,
    Ground,
    add_context,
    add_helices,
    look_at_tile,
)
from dmiso.engine.finite import finite
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.networks.helices import PAIR_CODES, pair_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.columns import Mirna
    from dmiso.engine.duplex.fold import ColumnWeights

    FloatArray = NDArray[np.float32]
    Bytes = NDArray[np.int8]
    Codes = NDArray[np.uint8]

__all__ = ["LOOK_TILE", "Looker", "Student", "silent_student", "units_of"]

LOOK_TILE: Final = 2_040
"""Offsets of a tile: with what a convolution sees beyond, whole blocks."""

_LARGEST: Final = 127
"""Of a signed byte."""
_HIGHEST: Final = 255
"""Of a score, and of a feature."""
_FARTHEST: Final = 1 << 24
"""Further from 0 than a sum of products of bytes can be."""
_ORDER: Final = np.arange(BLOCK).reshape(4, 4, 4).transpose(1, 0, 2).reshape(-1)
"""Column of each element of a block of sums, see :meth:`dmiso.engine.duplex.vectors.Vectors.by_fours`."""


class Student(NamedTuple):
    """Weights of a student network; features are held between 0 and 1, and logits are on the scale of sites."""

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
    """Return how many units of a byte a score of 1 is, by head, so that no helix leaves the range.

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


def silent_student(mirna_length: int, heads: int, units: int = 4) -> Student:
    """Return a student of a shape that says nothing."""
    return Student(
        helices=np.zeros((units, mirna_length, heads), np.float32),
        bases=np.zeros((units, CONTEXT, N_CODE), np.float32),
        bias=np.zeros(units, np.float32),
        taps=np.zeros((units, units, 9), np.float32),
        hidden_bias=np.zeros(units, np.float32),
        output=np.zeros(units, np.float32),
        output_bias=0.0,
    )


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

    Attributes
    ----------
    units
        Of a byte that a score of 1 is, by head; see :func:`units_of`.
    """

    def __init__(self, weights: ColumnWeights, student: Student, *, source: str = "") -> None:
        self._weights, self._student = weights, student
        self._last: tuple[Sequence[Mirna], ByteMirnas] | None = None
        for values in (weights.stacks, weights.pairs, weights.bulge, *student):
            finite(np.asarray(values), source)
        self.units = units_of(weights)
        # a sum of weights in bytes is shifted by whole bits, so that a feature of 1 is the highest byte
        mix = student.helices / self.units
        room = _LARGEST / (_HIGHEST * np.maximum(np.abs(mix).max(axis=(1, 2)), 1e-9))
        shifts = np.maximum(np.floor(np.log2(room)), 0).astype(np.int32)
        sums = _HIGHEST * np.exp2(shifts)
        taps = student.taps / _HIGHEST
        hidden = _LARGEST / np.maximum(np.abs(taps).max(axis=(1, 2)), 1e-9)
        self._bytes = ByteStudent(
            bulge=_bytes(weights.bulge * self.units),
            mix=_mix_of_lengths(_bytes(mix * sums[:, None, None])),
            shifts=shifts,
            taps=_by_fours(_bytes(taps * hidden[:, None, None]).transpose(0, 2, 1)),
            hidden_bias=_sums(student.hidden_bias * hidden),
            output=(student.output / hidden).astype(np.float32),
            output_bias=np.float32(student.output_bias),
        )
        self._bases = np.zeros((len(taps), CONTEXT, N_CODE + 1), np.int32)
        self._bases[:, :, :N_CODE] = _sums(student.bases * sums[:, None, None])
        # half of what is shifted away, so that features are rounded
        self._bias = _sums(student.bias * sums + np.exp2(shifts - 1))

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
        # the same come with one transcript after another
        if self._last is None or self._last[0] is not mirnas:
            self._last = mirnas, self._mirnas(mirnas, stacks)
        for first in range(start, stop, LOOK_TILE):
            n = min(LOOK_TILE, stop - first)
            own = np.empty((len(mirnas), _whole(n)), np.float32)
            look_at_tile(self._ground(target_codes, first, first + n), self._last[1], self._bytes, own)
            logits[:, first - start : first - start + n] = own[:, :n]
        return logits

    def scores(self, mirnas: Sequence[Mirna], stacks: FloatArray, target_codes: Codes, n: int) -> Codes:
        """Return the helix scores that a student weighs, in units of a byte, at the first offsets of one miRNA.

        Parameters
        ----------
        mirnas, stacks, target_codes
            As in :meth:`logits`; one miRNA.
        n
            How many offsets.

        Returns
        -------
        numpy.ndarray
            ``(mirna_length, heads, n)``; 0 for positions that the miRNA lacks.
        """
        length, heads = self._weights.mirna_length, self._weights.heads
        ground, own = self._ground(target_codes, 0, n), self._mirnas(mirnas, stacks)
        columns = ground.context.shape[1]
        per_head, known = -(-mirnas[0].length // 4) * 4, mirnas[0].length
        rows = np.full((heads * (length + 3) + 1, columns + 2 * length + 2 * BLOCK), NO_SCORE, np.int8)
        add_helices(ground, own, 0, self._bytes.bulge, rows)
        first = known - 1 + self._student.reach
        found = np.zeros((length, heads, n), np.uint8)
        by_head = rows[: per_head * heads].reshape(heads, per_head, -1)[:, :known, first : first + n]
        # scores are kept less 128
        np.bitwise_xor(by_head.transpose(1, 0, 2).view(np.uint8), np.uint8(128), out=found[:known])
        return found

    def _mirnas(self, mirnas: Sequence[Mirna], stacks: FloatArray) -> ByteMirnas:
        length, heads = self._weights.mirna_length, self._weights.heads
        tables = np.full((len(mirnas), heads, length, TABLE_SIZE), NO_SCORE, np.int8)
        own = np.arange(PAIR_CODES) % (N_CODE + 1)
        for m, mirna in enumerate(mirnas):
            pairs = np.zeros((mirna.length, heads, N_CODE + 1), np.float32)
            pairs[:, :, :N_CODE] = mirna.pairs
            steps = (stacks[mirna.steps] + pairs[:, :, own]) * self.units[:, None]
            tables[m, :, : mirna.length, :PAIR_CODES] = _bytes(steps).transpose(1, 0, 2)
        return ByteMirnas(np.array([mirna.length for mirna in mirnas], np.int64), tables)

    def _ground(self, target_codes: Codes, first: int, last: int) -> Ground:
        length, reach = self._weights.mirna_length, self._student.reach
        known = codes_under(target_codes, first - reach, last + reach, length)
        columns = _whole(last - first + 2 * reach)
        codes = np.full(columns + 2 * length + 2 * BLOCK, N_CODE, np.uint8)
        codes[: len(known)] = known
        context = np.repeat(self._bias[:, None], columns, axis=1)
        around = codes[length - 1 - CONTEXT // 2 :]
        add_context(around, self._bases, N_CODE, _ORDER, context)
        ends = np.where(codes == N_CODE, np.int8(NO_SCORE), np.int8(0))
        return Ground(pair_codes(codes[None])[0], ends, context)


def _whole(columns: int) -> int:
    return -(-columns // BLOCK) * BLOCK


def _bytes(values: NDArray[np.floating]) -> Bytes:
    """Return values as signed bytes, those beyond the range held to it."""
    found: Bytes = np.clip(np.rint(values), NO_SCORE, _LARGEST).astype(np.int8)
    return found


def _sums(values: NDArray[np.floating]) -> NDArray[np.int32]:
    """Return values as whole numbers to begin a sum with, those beyond all sums of products held to a range."""
    found: NDArray[np.int32] = np.clip(np.rint(values), -_FARTHEST, _FARTHEST).astype(np.int32)
    return found


def _by_fours(weights: Bytes) -> NDArray[np.int32]:
    """Return weights ``(4 a, ..., 4 b)`` as ``(a, ..., b, 4)``: four bytes in each number, of four units each."""
    units, *between, inputs = weights.shape
    numbers = np.ascontiguousarray(weights).view("<i4")  # the lowest byte weighs the first of four
    apart = numbers.astype(np.int32).reshape(units // 4, 4, *between, inputs // 4)
    return np.ascontiguousarray(np.moveaxis(apart, 1, -1))


def _mix_of_lengths(mix: Bytes) -> NDArray[np.int32]:
    """Return weights ``(units, mirna_length, heads)`` for miRNAs of up to 4, 8, ... nucleotides."""
    units, length, heads = mix.shape
    most = -(-length // 4)
    filled = np.zeros((units, heads, 4 * most), np.int8)
    filled[:, :, :length] = mix.transpose(0, 2, 1)
    found = np.zeros((most, units // 4, heads * most, 4), np.int32)
    for n in range(1, most + 1):
        found[n - 1, :, : heads * n] = _by_fours(filled[:, :, : 4 * n].reshape(units, -1))
    return found
