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
    "add_context",
    "add_helices",
    "look_at_tile",
    "memory_for",
    "mix_helices",
    "say_logits",
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
def add_helices(
    ground: Ground, mirnas: ByteMirnas, m: int, bulge: Bytes, rows: Bytes
) -> None:  # pragma: no cover
    """Write a miRNA's helix scores, head by head, position by position, each head's filled up to whole fours.

    Parameters
    ----------
    ground, mirnas
        See :func:`look_at_tile`.
    m
        Which miRNA.
    bulge
        See :class:`ByteStudent`.
    rows
        Filled; the last row is without scores, and stays so. Of position i, elements from i to
        ``columns + 2 * (length - 1) - i`` are right.
    """
    columns = ground.context.shape[1]
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
            step, start, to = own * TABLE_SIZE, longest - length, row * stride + i
            helix_row(
                ground.codes, ground.ends, start, tables, step, bulge[0, h], bulge[1, h], flat, before, to, n
            )
        rows[per_head * h + length : per_head * (h + 1)] = NO_SCORE


@njit(cache=True, error_model="numpy")
def mix_helices(
    ground: Ground, length: int, student: ByteStudent, rows: Bytes, seen: Sums
) -> None:  # pragma: no cover
    """Write the features of all columns: weighted sums of a miRNA's helix scores and the nucleotides' share, as bytes.

    Parameters
    ----------
    ground, student
        See :func:`look_at_tile`.
    length
        The miRNA's.
    rows
        What :func:`add_helices` wrote.
    seen
        Filled: ``(units / 4, at least columns)``, four units in each number.
    """
    quads, n_fours, near = student.mix.shape[1], student.mix.shape[2], ground.context.shape[1]
    heads, n = n_fours // len(student.mix), (length + 3) // 4
    fours = np.empty(4 * BLOCK * n_fours, np.uint8)
    scores, context, features, mix = rows.ravel(), ground.context.ravel(), seen.ravel(), student.mix.ravel()
    stride, width = rows.shape[1], seen.shape[1]
    for column in range(0, near, BLOCK):
        for g in range(heads * n):
            by_fours(scores, 4 * g * stride + length - 1 + column, stride, fours, 4 * BLOCK * g)
        for quad in range(quads):
            weights = ((max(n, 1) - 1) * quads + quad) * n_fours * 4
            share, to = 4 * quad * near + column, quad * width + column
            four_features(
                fours, heads * n, mix, weights, student.shifts, 4 * quad, context, share, near, features, to
            )


@njit(cache=True, error_model="numpy")
def say_logits(student: ByteStudent, seen: Sums, logits: FloatArray) -> None:  # pragma: no cover
    """Write the logits of the columns whose features :func:`mix_helices` wrote; ``logits`` is whole blocks."""
    quads, taps = student.taps.shape[:2]
    features, weights, width = seen.ravel(), student.taps.ravel(), seen.shape[1]
    bias, output = student.hidden_bias, student.output
    logits[:] = student.output_bias
    for column in range(0, len(logits), BLOCK):
        for quad in range(quads):
            first = quad * taps * quads * 4
            add_four_units(
                features, column, width, taps, quads, weights, first, bias, output, 4 * quad, logits, column
            )


@njit(cache=True, error_model="numpy")
def memory_for(
    mirnas: ByteMirnas, student: ByteStudent, columns: int
) -> tuple[Bytes, Sums]:  # pragma: no cover
    """Return room for the helix scores and for the features of a tile of columns."""
    heads, longest = mirnas.tables.shape[1:3]
    quads, taps = student.taps.shape[:2]
    rows = np.full(((longest + 3) // 4 * 4 * heads + 1, columns + 2 * longest + 2 * BLOCK), NO_SCORE, np.int8)
    return rows, np.zeros((quads, columns + taps + BLOCK), np.int32)


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
    rows, seen = memory_for(mirnas, student, ground.context.shape[1])
    for m in range(len(mirnas.lengths)):
        add_helices(ground, mirnas, m, student.bulge, rows)
        mix_helices(ground, mirnas.lengths[m], student, rows, seen)
        say_logits(student, seen, logits[m])
