"""The steps of :mod:`dmiso.engine.duplex.look`: bytes, 64 columns at a time.

Helix scores are whole multiples of a unit and 255 at most; they are stored less 128, as signed bytes, so that sums held
to the range of a byte are never below a score of zero. Each step of the recursion looks its score up in a table of 32
bytes, chosen by the codes of two neighbouring nucleotides, in a register. Weighted sums take four products of bytes at
once (:mod:`dmiso.engine.duplex.vectors`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.engine.duplex.look_steps import NO_SCORE, add_four_units, by_fours, four_features, helix_row
from dmiso.engine.duplex.vectors import BLOCK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.int8]
    Sums = NDArray[np.int32]
    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = [
    "BLOCK",
    "NO_SCORE",
    "TABLE_SIZE",
    "ByteMirnas",
    "ByteStudent",
    "Ground",
    "Threshold",
    "add_context",
    "look_at_tile",
    "mark_promising",
    "mark_promising_rows",
]

TABLE_SIZE: Final = 32
"""Entries of a table, of which one for each code of two neighbouring nucleotides is used."""


class Ground(NamedTuple):
    """What the nucleotides under a tile give, whatever the miRNA."""

    codes: NDArray[np.uint8]
    """``(n_bases,)``, of neighbouring nucleotides; spare ones fill up the last block."""
    ends: Bytes
    """``(n_bases,)``, -128 where a nucleotide is unknown, which ends every helix; else 0."""
    context: Sums
    """``(units, columns)``: the share of the nucleotides around each column, with the bias; columns of a block in the
    order of :meth:`dmiso.engine.duplex.vectors.Vectors.by_fours`."""


class ByteMirnas(NamedTuple):
    """What miRNAs give, whatever the target."""

    lengths: Positions
    """``(n_mirnas,)``."""
    tables: Bytes
    """``(n_mirnas, heads, mirna_length, TABLE_SIZE)``: score of each step of a helix, by codes of nucleotides."""


class ByteStudent(NamedTuple):
    """A student network. Weights of four features, bytes, are one number."""

    bulge: Bytes
    """``(2, heads)``."""
    mix: Sums
    """``(most fours, units / 4, heads * most fours, 4)``: for miRNAs of up to 4, 8, ... nucleotides, head by head, the
    weights of four positions for each of four units; what a shorter miRNA leaves is 0."""
    shifts: Sums
    """``(units,)``: bits that a weighted sum is shifted by to be a byte."""
    taps: Sums
    """``(units / 4 out, taps, units / 4 in, 4)``: at each tap weights of four features for each of four units."""
    hidden_bias: Sums
    """``(units,)``."""
    output: FloatArray
    """``(units,)``."""
    output_bias: np.float32


class Threshold(NamedTuple):
    """What it takes to be promising, in logits on the scale of sites."""

    pooled: float
    """The student's logits within the distance, taken together, are at least this."""
    least: float
    """The offset's own one too."""
    drop: float
    """The offset's own one is at most this below the highest within the distance."""
    scale: float
    """Of the soft maximum."""
    distance: int


@njit(cache=True, error_model="numpy")
def add_context(
    codes: NDArray[np.uint8], table: Sums, unknown: int, order: Positions, context: Sums
) -> None:  # pragma: no cover
    """Add the share of the nucleotides around each column, where its own nucleotide is known.

    Parameters
    ----------
    codes
        ``(n_columns + positions - 1,)``, of nucleotides; the first column's own one is in the middle of the first
        ``positions``.
    table
        ``(units, positions, codes)``.
    unknown
        Code of an unknown nucleotide.
    order
        Column of each element of a block of the context, ``(BLOCK,)``.
    context
        Added to: ``(units, n_columns)``.
    """
    units, positions = table.shape[:2]
    for first in range(0, context.shape[1], len(order)):
        for k in range(len(order)):
            column = first + order[k]
            if codes[column + positions // 2] == unknown:
                continue
            for u in range(units):
                total = np.int32(0)
                for p in range(positions):
                    total += table[u, p, codes[column + p]]
                context[u, first + k] += total


@njit(cache=True, error_model="numpy")
def _add_helices(
    ground: Ground, mirnas: ByteMirnas, m: int, bulge: Bytes, rows: Bytes, columns: int
) -> None:  # pragma: no cover
    """Write a miRNA's helix scores: row ``4 * fours * h + i`` is position i of head h; the last row is without scores.

    Of row i, elements from i to ``columns + 2 * (length - 1) - i`` are right.
    """
    length, heads = mirnas.lengths[m], mirnas.tables.shape[1]
    longest, stride = mirnas.tables.shape[2], rows.shape[1]
    per_head = (length + 3) // 4 * 4
    flat, tables = rows.ravel(), mirnas.tables.ravel()
    for h in range(heads):
        for i in range(length):
            row, own = per_head * h + i, (m * heads + h) * longest + i
            # whole blocks, into the spare elements
            n = (columns + 2 * (length - 1 - i) + BLOCK - 1) // BLOCK * BLOCK
            before = (row - 1) * stride + i - 1 if i else (len(rows) - 1) * stride
            helix_row(
                ground.codes,
                ground.ends,
                longest - length,
                tables,
                own * TABLE_SIZE,
                bulge[0, h],
                bulge[1, h],
                flat,
                before,
                row * stride + i,
                n,
            )
        rows[per_head * h + length : per_head * (h + 1)] = NO_SCORE


@njit(cache=True, error_model="numpy")
def look_at_tile(
    ground: Ground, mirnas: ByteMirnas, student: ByteStudent, logits: FloatArray
) -> None:  # pragma: no cover
    """Write a student's logits of a tile's offsets, of one miRNA after another.

    Parameters
    ----------
    ground
        The nucleotides under the tile.
    mirnas, student
        In whole numbers.
    logits
        Filled: ``(n_mirnas, columns)``, whole blocks.
    """
    heads, longest, columns = mirnas.tables.shape[1], mirnas.tables.shape[2], logits.shape[1]
    quads, taps = student.taps.shape[0], student.taps.shape[1]
    near = ground.context.shape[1]
    most = (longest + 3) // 4
    rows = np.full((4 * most * heads + 1, near + 2 * longest + 2 * BLOCK), NO_SCORE, np.int8)
    fours = np.empty(4 * BLOCK * most * heads, np.uint8)
    seen = np.zeros((quads, max(near, columns + taps)), np.int32)
    scores, context, features, said = rows.ravel(), ground.context.ravel(), seen.ravel(), logits.ravel()
    mix, weights = student.mix.ravel(), student.taps.ravel()
    for m in range(len(mirnas.lengths)):
        length = mirnas.lengths[m]
        n = (length + 3) // 4
        _add_helices(ground, mirnas, m, student.bulge, rows, near)
        for column in range(0, near, BLOCK):
            for g in range(heads * n):
                first = 4 * g * rows.shape[1] + length - 1 + column
                by_fours(scores, first, rows.shape[1], fours, 4 * BLOCK * g)
            for quad in range(quads):
                four_features(
                    fours,
                    heads * n,
                    mix,
                    ((max(n, 1) - 1) * quads + quad) * 4 * most * heads,
                    student.shifts,
                    4 * quad,
                    context,
                    4 * quad * near + column,
                    near,
                    features,
                    quad * seen.shape[1] + column,
                )
        logits[m] = student.output_bias
        for column in range(0, columns, BLOCK):
            for quad in range(quads):
                add_four_units(
                    features,
                    column,
                    seen.shape[1],
                    taps,
                    quads,
                    weights,
                    quad * taps * quads * 4,
                    student.hidden_bias,
                    student.output,
                    4 * quad,
                    said,
                    m * columns + column,
                )


@njit(cache=True, error_model="numpy")
def mark_promising(
    logits: FloatArray, threshold: Threshold, first: int, last: int, promising: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the offsets that may be the peak of a site that is kept.

    Parameters
    ----------
    logits
        ``(n,)``, a student's.
    threshold
        What it takes to be promising.
    first, last
        Which of them are marked, half-open.
    promising
        Filled: ``(last - first,)``.
    """
    n, distance, scale = len(logits), threshold.distance, threshold.scale
    promising[:] = False
    for block in range(first, last, BLOCK):
        stop = min(block + BLOCK, last)
        highest = np.float32(-np.inf)
        for k in range(block, stop):
            highest = max(highest, logits[k])
        if highest < threshold.least:  # nearly all end here
            continue
        for k in range(block, stop):
            own = logits[k]
            if own < threshold.least:
                continue
            begin, end = max(0, k - distance), min(n, k + distance + 1)
            top = own
            for j in range(begin, end):
                top = max(top, logits[j])
            if own < top - threshold.drop:
                continue
            total = 0.0
            for j in range(begin, end):
                total += np.exp((logits[j] - top) / scale)
            promising[k - first] = top + scale * np.log(total) >= threshold.pooled


@njit(cache=True, error_model="numpy")
def mark_promising_rows(
    logits: FloatArray, threshold: Threshold, promising: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the promising offsets of each row, see :func:`mark_promising`; arrays are ``(n_rows, n)``."""
    for row in range(len(logits)):
        mark_promising(logits[row], threshold, 0, logits.shape[1], promising[row])
