"""The duplex network on long targets, computed only where a cheap gate finds it promising.

Nearly all offsets of a transcript are far below any logit that is kept, so they are filtered in three steps:

1. At every offset the gate: a weighted sum of its helix scores and of the bases around it. It is linear, so that the
   recursion need not keep its scores, and looks at some heads only. Offsets that reach its threshold are promising.
2. At most ``slack`` from a promising offset the network's logit. Offsets that reach a floor may be peaks.
3. Within a distance of these the network's logits too: all that a peak and its site are computed from.

Logits are computed in runs of offsets laid side by side, within spans that begin at fixed offsets of the transcript:
what is asked for changes none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import bases_under, codes_under, outside_columns
from dmiso.engine.duplex.gate_kernels import (
    add_gate_sums,
    columns_of_runs,
    helices_of_runs,
    keep_high,
    mark_near,
    runs_near,
    spread_runs,
)
from dmiso.engine.duplex.scan import TILE
from dmiso.engine.duplex.scan_kernels import bases_around, scores_on
from dmiso.engine.finite import finite
from dmiso.networks.duplex_shapes import CONTEXT, NOTHING
from dmiso.networks.helices import pair_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.columns import Bases, Mirna
    from dmiso.engine.duplex.scan import DuplexScanner
    from dmiso.engine.protocol import GateEngine

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Positions = NDArray[np.int64]

__all__ = ["SPAN", "Gate", "GatedScanner", "Near", "NearSlots", "Query", "RunScanner"]

SPAN: Final = 5 * TILE
"""Offsets whose runs are laid side by side: with few promising offsets they fill about one tile."""

_ROUNDING: Final = 1e-3


class Gate(NamedTuple):
    """Decides where peaks may be."""

    helices: FloatArray
    """``(mirna_length, heads)``, weight of each helix score; heads without weights are not computed."""
    bases: FloatArray
    """``(CONTEXT, 4)``, weight of each nucleotide around an offset."""
    threshold: float
    """An offset is promising whose weighted sum is at least this."""
    slack: int
    """How far from a promising offset a peak may be."""
    floor: float
    """A peak's own logit, on the scale of sites, is at least this."""

    @property
    def is_open(self) -> bool:
        """Return whether every offset is promising, so that all is computed."""
        return self.threshold == -np.inf


class Near(NamedTuple):
    """Logits around offsets that may be peaks."""

    logits: FloatArray
    """``(n_members, n_mirnas, n_offsets)``; -1000 where none was needed."""
    near: Flags
    """``(n_mirnas, n_offsets)``: where peaks may be; logits around them are complete."""


class NearSlots(NamedTuple):
    """Logits of short targets, a row for each miRNA and target of which they are known, miRNA by miRNA."""

    mirna: Positions
    """``(n_rows,)``."""
    target: Positions
    """``(n_rows,)``."""
    logits: FloatArray
    """``(n_members, n_rows, slot)``."""
    near: Flags | None
    """``(n_rows, slot)``: where peaks may be; None is anywhere."""


class _Span(NamedTuple):
    """Some offsets whose runs are laid side by side."""

    start: int
    stop: int
    first: int
    """The first offset that matters: the logits of the span may be those around a peak there."""
    last: int
    bases: list[Bases]
    """Of each member, under the offsets that matter and what their logits depend on."""


class Query(NamedTuple):
    """A miRNA, as it is scanned run by run."""

    mirna: Mirna
    table: FloatArray
    """``(n_steps, heads, PAIR_CODES)``, scores of a stacked pair on each two nucleotides, by miRNA nucleotides."""


class RunScanner:
    """Computes a gate's weighted sums, and the logits of a few runs of offsets.

    Parameters
    ----------
    scanner
        Of the network: its weights, miRNAs and memory are used.
    """

    def __init__(self, scanner: DuplexScanner) -> None:
        self.scanner = scanner
        self._weights = scanner.weights

    def gate_sums(
        self, gate: Gate, mirna_codes: Codes, target_codes: Codes, start: int, stop: int
    ) -> FloatArray:
        """Return a gate's weighted sums at a range of offsets, ``(n_mirnas, stop - start)``."""
        mirnas, stacks_of = self.scanner.mirnas(mirna_codes)
        length = self._weights.mirna_length
        heads = np.flatnonzero(gate.helices.any(axis=0))  # others cost nothing
        table, bulge = stacks_of[:, heads], np.ascontiguousarray(self._weights.bulge[:, heads])
        # the weight of a helix score lies beside the scores of its pairs, which the recursion reads anyway
        weighed = [
            np.concatenate([mirna.pairs[:, heads], gate.helices[: mirna.length, heads, None]], axis=2)
            for mirna in mirnas
        ]
        sums = np.empty((len(mirnas), stop - start), np.float32)
        for first in range(start, stop, TILE):
            last = min(first + TILE, stop)
            codes = codes_under(target_codes, first, last, length)
            stacks = np.empty((len(table), len(heads), len(codes)), np.float32)
            scores_on(table, pair_codes(codes[None])[0], stacks)
            sums[:, first - start : last - start] = _share_of_bases(
                codes, gate.bases, length - 1, last - first
            )
            for own, mirna, pairs in zip(sums[:, first - start : last - start], mirnas, weighed, strict=True):
                if mirna.length:
                    skipped = length - mirna.length
                    add_gate_sums(codes, stacks, mirna.steps, pairs, bulge, own, skipped)
        return finite(sums, self.scanner.source)

    @property
    def heads(self) -> int:
        """Helix scores that a miRNA position has at an offset."""
        return self._weights.heads

    def gate_features(self, mirna_codes: Codes, target_codes: Codes, offsets: Positions) -> FloatArray:
        """Return what a gate weighs at some offsets of one miRNA.

        Parameters
        ----------
        mirna_codes
            ``(1, mirna_length)``.
        target_codes
            ``(target_length,)``.
        offsets
            Which, ascending.

        Returns
        -------
        numpy.ndarray
            ``(mirna_length * heads + CONTEXT * 4, len(offsets))``, in the order of :class:`Gate`'s weights.
        """
        weights, length = self._weights, self._weights.mirna_length
        (mirna,), table = self.scanner.mirnas(mirna_codes)
        n = len(target_codes) + length - 1
        codes = codes_under(target_codes, 0, n, length)
        features = np.zeros((length * self.heads + CONTEXT * 4, len(offsets)), np.float32)
        if mirna.length:
            skipped, rows = length - mirna.length, mirna.length * self.heads
            best = np.empty((rows, n), np.float32)
            both, run = pair_codes(codes[None])[0], np.array([[0, n]])
            helices_of_runs(both[skipped:], table, mirna.steps, mirna.pairs, weights.bulge, run, best)
            features[:rows] = best[:, offsets]
        ones = np.empty((CONTEXT, 4, n), np.float32)
        bases_around(codes, length - 1, ones)
        features[-4 * CONTEXT :] = ones.reshape(4 * CONTEXT, n)[:, offsets]
        return features

    def queries(self, mirna_codes: Codes) -> list[Query]:
        """Return what :meth:`fill_runs` needs of miRNAs."""
        mirnas, table = self.scanner.mirnas(mirna_codes)
        return [Query(mirna, table) for mirna in mirnas]

    def bases_under(self, target_codes: Codes, first: int, last: int) -> Bases:
        """Return what :meth:`fill_runs` needs of a target for a range of offsets."""
        reach = self.scanner.reach
        return bases_under(self._weights, target_codes, first - reach, last + reach)

    def fill_runs(self, bases: Bases, query: Query, runs: Positions, logits: FloatArray) -> None:
        """Write the logits of runs of offsets; others stay as they are.

        Parameters
        ----------
        bases
            Under the offsets of ``logits``.
        query
            The miRNA.
        runs
            ``(n_runs, 2)``, ascending and apart.
        logits
            ``(n_offsets,)``.
        """
        mirna, table = query
        weights, reach = self._weights, self.scanner.reach
        skipped, rows = weights.mirna_length - mirna.length, mirna.length * self.heads
        outside = np.zeros(bases.context.shape[1], np.bool_)
        outside[outside_columns(bases.before[skipped:], mirna, len(outside))] = True
        for part in _laid_together(runs, 2 * reach):
            # columns begin ``reach`` before the offsets
            wide = part + np.array([0, 2 * reach], np.int64)
            columns = columns_of_runs(wide)
            best = self.scanner.columns.helices(rows, len(columns))
            helices_of_runs(bases.pairs[skipped:], table, mirna.steps, mirna.pairs, weights.bulge, wide, best)
            is_outside = outside[columns]
            # checked here: later steps pass over NaN and minus infinity as over any low logit
            found = finite(
                self.scanner.columns.after_helices(
                    best, bases.context[:, columns], np.flatnonzero(is_outside)
                ),
                self.scanner.source,
            )
            found[is_outside] = NOTHING
            spread_runs(found, part, reach, logits)


class GatedScanner:
    """Computes logits around offsets that may be peaks.

    Parameters
    ----------
    members
        The networks; the gate looks at the first one's helix scores.
    gate
        Decides where peaks may be.
    distance
        Offsets to either side of a peak that are needed.
    """

    def __init__(self, members: Sequence[RunScanner], gate: Gate, distance: int) -> None:
        self._members, self._gate, self._distance = members, gate, distance
        self._join = 2 * max(member.scanner.reach for member in members)
        self._pools = np.array([member.scanner.weights.pool for member in members], np.float32)

    def scan(self, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> Near:
        """Return the logits that matter in a range of offsets of every miRNA on one target.

        Parameters
        ----------
        mirna_codes, target_codes, start, stop
            As in :meth:`dmiso.engine.duplex.scan.DuplexScanner.scan`.
        """
        first, around = self._members[0], self._gate.slack + self._distance
        n_offsets = len(target_codes) + first.scanner.mirna_length - 1
        assert 0 <= start <= stop <= n_offsets
        logits = np.full((len(self._members), len(mirna_codes), stop - start), NOTHING, np.float32)
        near = np.zeros((len(mirna_codes), stop - start), np.bool_)
        # whole spans, counted from the target's start, though only a part of them was asked for: what is laid side by
        # side decides the last bits, and must not depend on the question
        begin, end = start // SPAN * SPAN, min(-(-stop // SPAN) * SPAN, n_offsets)
        origin, limit = max(0, begin - around), min(end + around, n_offsets)
        sums = first.gate_sums(self._gate, mirna_codes, target_codes, origin, limit)
        promising = sums >= np.float32(self._gate.threshold)
        queries = list(zip(*(member.queries(mirna_codes) for member in self._members), strict=True))
        with first.scanner.calm():
            for span_start in range(begin, end, SPAN):
                span = self._span(target_codes, span_start, n_offsets)
                a, b = max(start, span.start), min(stop, span.stop)
                # most spans of most miRNAs end here, with nothing promising near them
                since = max(origin, span.first - self._gate.slack)
                seen = promising[:, since - origin : span.last + self._gate.slack - origin]
                for m in np.flatnonzero(seen.any(axis=1)):
                    if queries[m][0].mirna.length:
                        found = self._sieve(span, queries[m], seen[m], since)
                        logits[:, m, a - start : b - start] = found.logits[:, a - span.first : b - span.first]
                        near[m, a - start : b - start] = found.near[a - span.first : b - span.first]
        return Near(logits, near)

    def scan_slots(self, mirna_codes: Codes, slots: Codes) -> NearSlots:
        """Return the logits of the short targets on which a miRNA's gate finds a promising offset.

        They are computed whole: a short target is little more than what lies around one offset.

        Parameters
        ----------
        mirna_codes, slots
            As in :meth:`dmiso.engine.duplex.scan.DuplexScanner.scan_slots`.
        """
        # nucleotides of neighbours never meet in a sum: as many N lie between them as a miRNA has nucleotides, and more
        sums = self._members[0].gate_sums(self._gate, mirna_codes, slots.reshape(-1), 0, slots.size)
        promising = sums.reshape(-1, *slots.shape) >= np.float32(self._gate.threshold)
        mirna, target = np.nonzero(promising.any(axis=2))
        logits = np.empty((len(self._members), len(mirna), slots.shape[1]), np.float32)
        for m in np.unique(mirna):
            own = np.flatnonzero(mirna == m)
            for i, member in enumerate(self._members):
                logits[i, own] = member.scanner.scan_slots(mirna_codes[m : m + 1], slots[target[own]])[0]
        near = np.empty(logits.shape[1:], np.bool_)
        for row, marked in enumerate(near):
            mark_near(promising[mirna[row], target[row]], self._gate.slack, 0, marked)
            keep_high(logits[:, row], self._pools, np.float32(self._gate.floor), marked, marked)
        return NearSlots(mirna, target, logits, near)

    def _span(self, target_codes: Codes, start: int, n_offsets: int) -> _Span:
        stop = min(start + SPAN, n_offsets)
        first, last = max(0, start - self._distance), min(stop + self._distance, n_offsets)
        bases = [member.bases_under(target_codes, first, last) for member in self._members]
        return _Span(start, stop, first, last, bases)

    def _sieve(self, span: _Span, queries: Sequence[Query], promising: Flags, origin: int) -> Near:
        """Return one miRNA's logits, and where peaks may be, of the offsets that matter to a span.

        Only those of the span itself are complete. ``promising`` begins at offset ``origin``.
        """
        width, moved = span.last - span.first, span.first - origin
        logits = np.full((len(self._members), width), NOTHING, np.float32)
        near, peaks = np.empty(width, np.bool_), np.empty(width, np.bool_)
        runs = runs_near(promising, moved, moved + width, self._gate.slack, self._join)
        self._fill(span, queries, runs, logits)
        mark_near(promising, self._gate.slack, moved, near)
        # a little lower than the floor: what lies near a span's end is rounded differently in the next span
        keep_high(logits, self._pools, np.float32(self._gate.floor - _ROUNDING), near, peaks)
        logits[:] = NOTHING
        start, stop = span.start - span.first, span.stop - span.first
        runs = runs_near(peaks, start, stop, self._distance, self._join) + start
        self._fill(span, queries, runs, logits)
        keep_high(logits, self._pools, np.float32(self._gate.floor), near, near)
        return Near(logits, near)

    def _fill(self, span: _Span, queries: Sequence[Query], runs: Positions, logits: FloatArray) -> None:
        if len(runs):
            for member, bases, query, own in zip(self._members, span.bases, queries, logits, strict=True):
                member.fill_runs(bases, query, runs, own)


def _share_of_bases(codes: Codes, weights: FloatArray, first: int, n: int) -> FloatArray:
    """Return the nucleotides' share of a gate's weighted sums."""
    # a look-up for each context position instead of a product with one-hot bases: a gate has one feature, not many
    table = np.zeros((CONTEXT, N_CODE + 1), np.float32)
    table[:, :4] = weights
    share = np.zeros(n, np.float32)
    for position in range(CONTEXT):
        begin = first + position - CONTEXT // 2
        share += table[position][codes[begin : begin + n]]
    share[codes[first : first + n] == N_CODE] = 0
    return share


def _laid_together(runs: Positions, margin: int) -> Iterator[Positions]:
    """Split runs into groups that fit a tile, each run with its margins; longer runs are cut."""
    cut = [(a, min(a + TILE, stop)) for start, stop in runs.tolist() for a in range(start, stop, TILE)]
    held: list[tuple[int, int]] = []
    width = 0
    for start, stop in cut:
        own = stop - start + margin
        if held and width + own > TILE + margin:
            yield np.array(held)
            held, width = [], 0
        held.append((start, stop))
        width += own
    yield np.array(held)


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[GateEngine] = RunScanner
