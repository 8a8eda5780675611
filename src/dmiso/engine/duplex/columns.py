"""From nucleotides and helix scores to logits, for features that are columns: what an exact scan and a gated one share.

A column is one offset, a row is one feature at all offsets. The nucleotides' own share (:func:`bases_under`) is the
same for all miRNAs, a miRNA's own (:func:`mirnas_of`) for all targets; :class:`ColumnNetwork` does what needs both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.phases import PhaseNetwork
from dmiso.engine.duplex.scan_kernels import (
    add_and_unfold,
    bases_around,
    best_helices,
    helices_between,
    last_layer,
    positive_part,
    scores_on,
)
from dmiso.networks.duplex_shapes import CONTEXT, KERNEL, NOTHING
from dmiso.networks.helices import pair_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import ColumnWeights

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]

__all__ = [
    "Bases",
    "ColumnNetwork",
    "Mirna",
    "Mirnas",
    "bases_under",
    "codes_under",
    "mirnas_of",
    "outside_columns",
]

FIRST_PART: Final = 20
"""Nucleotides at a miRNA's 5' end whose helix scores are mixed by themselves, and shared by isomiRs that have them too.

A matrix product's last bits depend on how it is parted: it is always parted here, so that what lies beside a miRNA
changes none of its bits."""
_NO_COLUMNS: Final = np.empty(0, np.int64)


class Bases(NamedTuple):
    """What the nucleotides under a tile give, whatever the miRNA."""

    codes: Codes
    """``(n_bases,)``; the first is ``mirna_length - 1`` before the tile's first offset."""
    pairs: Codes
    """``(n_bases,)``, codes of neighbouring nucleotides."""
    context: FloatArray
    """``(channels, columns)``."""
    before: Positions
    """``(n_bases + 1,)``, known nucleotides before each nucleotide."""


class Mirna(NamedTuple):
    """What a miRNA gives, whatever the target."""

    length: int
    """Up to the last known nucleotide."""
    known: NDArray[np.bool_]
    """``(length,)``."""
    steps: Positions
    """``(length,)``, rows of :attr:`Mirnas.stacks`."""
    pairs: FloatArray
    """``(length, heads, 4)``, score opposite each target nucleotide."""


class Mirnas(NamedTuple):
    """Several miRNAs, and the scores of stacked pairs that one of them uses."""

    each: list[Mirna]
    stacks: FloatArray
    """``(n_steps, heads, PAIR_CODES)``: of all 25 pairs of neighbouring miRNA nucleotides only those that occur."""


class _Room(NamedTuple):
    """Memory that tiles are computed in, one after the other; flat, for up to a full tile's columns.

    Fresh memory for each tile would cost more than what is computed into it.
    """

    helices: FloatArray  # mirna_length * heads rows of columns + 2 * mirna_length
    features: FloatArray  # (channels, columns)
    product: FloatArray
    hidden: FloatArray
    unfolded: FloatArray  # (KERNEL * channels, columns)


def mirnas_of(weights: ColumnWeights, mirna_codes: Codes) -> Mirnas:
    """Return what miRNAs give, whatever the target.

    Parameters
    ----------
    weights
        Of the network.
    mirna_codes
        ``(n_mirnas, mirna_length)``.
    """
    before = np.full_like(mirna_codes, N_CODE)
    before[:, 1:] = mirna_codes[:, :-1]
    used, rows = np.unique(before * np.int64(N_CODE + 1) + mirna_codes, return_inverse=True)
    rows = rows.reshape(mirna_codes.shape)
    mirnas = []
    for codes, steps in zip(mirna_codes, rows, strict=True):
        known = codes != N_CODE
        length = int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0
        position = np.arange(length)
        mirnas.append(Mirna(length, known[:length], steps[:length], weights.pairs[position, codes[:length]]))
    return Mirnas(mirnas, weights.stacks[used])


def codes_under(target_codes: Codes, first: int, last: int, mirna_length: int) -> Codes:
    """Return the nucleotides that offsets ``first`` to ``last`` depend on, which may lie outside the target.

    The nucleotides reach from ``mirna_length - 1`` before the first offset to where the longest bulges reach from the
    last; N where the target has none.
    """
    begin, end = first - (mirna_length - 1), last + mirna_length + 1
    a, b = min(max(begin, 0), len(target_codes)), min(max(end, 0), len(target_codes))
    codes = np.full(end - begin, N_CODE, np.uint8)
    codes[a - begin : b - begin] = target_codes[a:b]
    return codes


def bases_under(
    weights: ColumnWeights, target_codes: Codes, first: int, last: int, slot: int | None = None
) -> Bases:
    """Return the share of the nucleotides in offsets ``first`` to ``last``, see :func:`codes_under`.

    Parameters
    ----------
    weights
        Of the network.
    target_codes
        ``(target_length,)``.
    first, last
        Offsets, half-open; they may lie outside the target.
    slot
        See :meth:`ColumnNetwork.logits`.
    """
    length, columns = weights.mirna_length, last - first
    codes = codes_under(target_codes, first, last, length)
    # one-hot nucleotides around each offset are a row for each position and nucleotide, so that the context is one
    # product
    ones = np.empty((CONTEXT, 4, columns), np.float32)
    bases_around(codes, length - 1, ones)
    context = np.empty((weights.channels, columns), np.float32)
    _multiply(weights.context, ones.reshape(4 * CONTEXT, columns), context, slot)
    before = np.zeros(len(codes) + 1, np.int64)
    np.cumsum(codes != N_CODE, out=before[1:])
    return Bases(codes, pair_codes(codes[None])[0], context, before)


class ColumnNetwork:
    """Computes logits of up to ``columns`` offsets at a time, in memory of its own.

    Parameters
    ----------
    weights
        Of the network.
    columns
        Most columns of a tile.
    """

    def __init__(self, weights: ColumnWeights, columns: int) -> None:
        self._weights = weights
        channels, rows = weights.channels, weights.mirna_length * weights.heads
        self._room = _Room(
            helices=np.empty(rows * (columns + 2 * weights.mirna_length), np.float32),
            features=np.empty(channels * columns, np.float32),
            product=np.empty(channels * columns, np.float32),
            hidden=np.empty(channels * columns, np.float32),
            unfolded=np.empty(KERNEL * channels * columns, np.float32),
        )
        self._phases = PhaseNetwork(weights, columns) if PhaseNetwork.fits(weights, columns) else None

    def helices(self, rows: int, columns: int) -> FloatArray:
        """Return memory for helix scores, ``(rows, columns)``, until it is asked for again."""
        if self._phases is not None:
            self._phases.kept = None
        return self._room.helices[: rows * columns].reshape(rows, columns)

    def stacks_on(self, stacks: FloatArray, pairs: Codes) -> FloatArray:
        """Return the scores of stacked pairs on nucleotides, ``(n_steps, heads, n_bases)``."""
        scores = np.empty((*stacks.shape[:2], len(pairs)), np.float32)
        scores_on(stacks, pairs, scores)
        return scores

    def logits(self, bases: Bases, stacks: FloatArray, mirna: Mirna, slot: int | None = None) -> FloatArray:
        """Return the logits of a tile's offsets with one miRNA, ``(columns,)``.

        Parameters
        ----------
        bases
            Under the tile.
        stacks
            :meth:`stacks_on` the nucleotides.
        mirna
            The miRNA.
        slot
            Columns that a short target takes of a tile of several; None for a tile of one target.
        """
        weights, length = self._weights, mirna.length
        columns = bases.context.shape[1]
        if length == 0:
            return np.full(columns, NOTHING, np.float32)
        skipped = weights.mirna_length - length  # nucleotides before the tile that only longer miRNAs reach
        if slot is None and self._phases is not None:
            outside = outside_columns(bases.before[skipped:], mirna, columns)
            logits = self._shared_logits(self._phases, bases, stacks, mirna, outside)
            logits[outside] = NOTHING
            return logits
        width = columns + 2 * (length - 1)
        flat = self.helices(length * weights.heads, width)
        helices = flat.reshape(length, weights.heads, width)
        best_helices(bases.codes, stacks, mirna.steps, mirna.pairs, weights.bulge, helices, skipped)
        # miRNA position i on nucleotide j lies at column i + j, an offset: so rows of all positions line up by offset
        scores = flat[:, length - 1 : length - 1 + columns]
        outside = outside_columns(bases.before[skipped:], mirna, columns)
        logits = self.after_helices(scores, bases.context, outside, slot)
        logits[outside] = NOTHING
        return logits

    def _shared_logits(
        self, phases: PhaseNetwork, bases: Bases, stacks: FloatArray, mirna: Mirna, outside: Positions
    ) -> FloatArray:
        """Return the logits of a tile; a miRNA that begins as the last one on this tile takes over its first part."""
        weights, columns = self._weights, bases.context.shape[1]
        # laid out as for the longest miRNA, so that the scores of one position lie alike for all
        longest, heads = weights.mirna_length, weights.heads
        width = columns + 2 * (longest - 1)
        flat = self._room.helices[: longest * heads * width].reshape(longest * heads, width)
        best, scores = flat.reshape(longest, heads, width), flat[:, longest - 1 : longest - 1 + columns]
        of_mirna = bases.codes, stacks, mirna.steps, mirna.pairs, weights.bulge, best
        part = min(mirna.length, FIRST_PART)
        key = mirna.steps[:part].tobytes()
        if phases.kept is None or phases.kept[0] is not stacks or phases.kept[1] != key:
            helices_between(*of_mirna, (0, 0, part))
            phases.mix(scores[: part * heads], 0)
            phases.kept = stacks, key
        if mirna.length > part:
            helices_between(*of_mirna, (0, part, mirna.length))
            phases.mix(scores[part * heads : mirna.length * heads], part * heads)
        return phases.after_mixing(bases.context, outside, is_parted=mirna.length > part)

    def after_helices(
        self,
        scores: FloatArray,
        context: FloatArray,
        outside: Positions,
        slot: int | None = None,
    ) -> FloatArray:
        """Return the logits of columns from their helix scores.

        Parameters
        ----------
        scores
            ``(length * heads, columns)``.
        context
            ``(channels, columns)``, the nucleotides' share.
        outside
            Columns that are zero padding to every convolution.
        slot
            See :meth:`logits`.
        """
        if slot is None and self._phases is not None:
            return self._phases.logits(scores, context, outside)
        weights, room = self._weights, self._room
        columns, channels = context.shape[1], weights.channels
        x, product, hidden = (
            flat[: channels * columns].reshape(channels, columns)
            for flat in (room.features, room.product, room.hidden)
        )
        unfolded = room.unfolded[: KERNEL * channels * columns].reshape(KERNEL * channels, columns)
        _multiply(weights.mix[:, : len(scores)], scores, x, slot)
        # what a block adds to the features (and the bases' share before the first) is added by the loop that reads
        # them next: one pass over memory less for each block
        addition = context
        for block in weights.blocks:
            add_and_unfold(x, addition, block.before, outside, block.dilation, unfolded)
            _multiply(block.taps, unfolded, hidden, slot)
            positive_part(hidden, block.bias)
            _multiply(block.mix, hidden, product, slot)
            addition = product
        logits = np.empty(columns, np.float32)
        last_layer(x, addition, weights.last, weights.output, weights.output_bias, logits)
        return logits


def _multiply(weights: FloatArray, columns: FloatArray, out: FloatArray, slot: int | None) -> None:
    """Write a matrix product of all columns, or slot by slot.

    What a matrix product gives a column depends, in its last bits, on how many there are and on its position among
    them: computed slot by slot it is always the same, whatever lies beside the slot.
    """
    if slot is None:
        np.matmul(weights, columns, out=out)
        return
    apart = columns.reshape(len(columns), -1, slot).transpose(1, 0, 2)
    np.matmul(weights, apart, out=out.reshape(len(out), -1, slot).transpose(1, 0, 2))


def outside_columns(before: Positions, mirna: Mirna, columns: int) -> Positions:
    """Return the columns in which no known miRNA nucleotide faces a known target nucleotide.

    Parameters
    ----------
    before
        ``(n_bases + 1,)``, known nucleotides before each; column 0 has ``mirna.length - 1`` nucleotides before its
        own.
    mirna
        The miRNA.
    columns
        How many there are.
    """
    length = mirna.length
    if before[-1] - before[0] == len(before) - 1 and mirna.known.any():
        return _NO_COLUMNS  # every nucleotide is known: so in nearly all tiles
    if mirna.known.all():
        # column k faces nucleotides k to k + length - 1: none of them known if the count does not rise over them
        return np.flatnonzero(before[length : length + columns] == before[:columns])
    base_known = np.diff(before) > 0
    faced = np.zeros(columns, np.bool_)
    for i in np.flatnonzero(mirna.known):
        faced |= base_known[length - 1 - i : length - 1 - i + columns]
    return np.flatnonzero(~faced)
