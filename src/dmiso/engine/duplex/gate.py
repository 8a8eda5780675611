"""The duplex network on long targets, computed only where a cheap first look finds it promising.

Nearly all offsets of a transcript are far below any logit that is kept, so they are looked at in two steps:

1. At every offset a narrow student network (:mod:`dmiso.engine.duplex.look`), which says about what the network would.
   Offsets are promising whose neighbourhood together reaches a threshold, and that are about its highest.
2. Within a distance of these the network's logits: all that a peak and its site are computed from.

Logits are computed in runs of offsets laid side by side, within spans that begin at fixed offsets of the transcript:
what is asked for changes none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import bases_under, codes_under
from dmiso.engine.duplex.gate_kernels import (
    columns_of_runs,
    helices_of_runs,
    mark_near_rows,
    mark_outside,
    runs_of_rows,
    spread_runs,
)
from dmiso.engine.duplex.look import Looker
from dmiso.engine.duplex.look_kernels import Threshold, mark_promising, mark_promising_rows
from dmiso.engine.duplex.scan import TILE
from dmiso.engine.duplex.scan_kernels import bases_around
from dmiso.engine.finite import finite
from dmiso.networks.duplex_shapes import CONTEXT, NOTHING
from dmiso.networks.helices import pair_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.columns import Bases, Mirnas
    from dmiso.engine.duplex.look import Student
    from dmiso.engine.duplex.scan import DuplexScanner
    from dmiso.engine.protocol import GateEngine

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Positions = NDArray[np.int64]

__all__ = ["SPAN", "Gate", "GatedScanner", "Near", "NearSlots", "RunScanner"]

SPAN: Final = 20 * TILE
"""Offsets whose runs are laid side by side: with few promising offsets they fill about one tile."""

_WHOLE: Final = 16
"""Columns of a matrix product are a multiple of this, see :func:`_filled_up`."""


class Gate(NamedTuple):
    """Decides where peaks may be."""

    student: Student
    threshold: Threshold
    """What the student's logits have to be."""
    slack: int
    """How far from a promising offset a peak may be."""

    @property
    def is_open(self) -> bool:
        """Return whether every offset is promising, so that all is computed."""
        return self.threshold.pooled == -np.inf


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
        self._looker: tuple[Student, Looker] | None = None

    def look(self, gate: Gate, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return the logits of a gate's student at a range of offsets, ``(n_mirnas, stop - start)``."""
        if self._looker is None or self._looker[0] is not gate.student:
            self._looker = gate.student, Looker(self._weights, gate.student, source=self.scanner.source)
        mirnas, stacks = self.scanner.mirnas(mirna_codes)
        return self._looker[1].logits(mirnas, stacks, target_codes, start, stop)

    @property
    def heads(self) -> int:
        """Helix scores that a miRNA position has at an offset."""
        return self._weights.heads

    @property
    def softness(self) -> float:
        """Scale of the soft maximum of logits on the scale of sites."""
        return float(self._weights.pool.scale)

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
            helices_of_runs(both[skipped:], table, mirna.steps, mirna.pairs, weights.bulge, run, best, 0)
            features[:rows] = best[:, offsets]
        ones = np.empty((CONTEXT, 4, n), np.float32)
        bases_around(codes, length - 1, ones)
        features[-4 * CONTEXT :] = ones.reshape(4 * CONTEXT, n)[:, offsets]
        return features

    def bases_under(self, target_codes: Codes, first: int, last: int) -> Bases:
        """Return what :meth:`fill_runs` needs of a target for a range of offsets."""
        reach = self.scanner.reach
        return bases_under(self._weights, target_codes, first - reach, last + reach)

    def fill_runs(
        self, bases: Bases, mirna_codes: Codes, runs: Positions, rows: Positions, logits: FloatArray
    ) -> None:
        """Write the logits of runs of offsets; others stay as they are.

        Parameters
        ----------
        bases
            Under the offsets of ``logits``.
        mirna_codes
            ``(n_mirnas, mirna_length)``.
        runs, rows
            ``(n_runs, 2)`` and ``(n_runs,)``: offsets, and which miRNA they are of, ascending.
        logits
            ``(n_mirnas, n_offsets)``.
        """
        mirnas = self.scanner.mirnas(mirna_codes)
        lengths = np.array([mirna.length for mirna in mirnas.each])[rows]
        for length in np.unique(lengths[lengths > 0]):
            # side by side go miRNAs of one length: their matrix products are those of an exact scan
            own = lengths == length
            for part, whose in _laid_together(runs[own], rows[own], 2 * self.scanner.reach):
                found = self._side_by_side(bases, mirnas, part, whose)
                spread_runs(found, part, whose, self.scanner.reach, logits)

    def _side_by_side(self, bases: Bases, mirnas: Mirnas, runs: Positions, rows: Positions) -> FloatArray:
        """Return the logits of runs of miRNAs of one length, with margins."""
        weights, reach = self._weights, self.scanner.reach
        length = mirnas.each[rows[0]].length
        skipped = weights.mirna_length - length
        # columns begin ``reach`` before the offsets
        wide = _filled_up(runs + np.array([0, 2 * reach], np.int64))
        whose = np.append(rows, rows[-1:]) if len(wide) > len(rows) else rows
        columns = columns_of_runs(wide)
        best = self.scanner.columns.helices(length * self.heads, len(columns))
        outside = np.empty(len(columns), np.bool_)
        begins = np.append(0, np.cumsum(wide[:, 1] - wide[:, 0]))
        changes = np.flatnonzero(np.diff(whose, prepend=-1, append=-1))
        for first, last in zip(changes[:-1].tolist(), changes[1:].tolist(), strict=True):
            mirna, at, end = mirnas.each[whose[first]], begins[first], begins[last]
            helices_of_runs(
                bases.pairs[skipped:],
                mirnas.stacks,
                mirna.steps,
                mirna.pairs,
                weights.bulge,
                wide[first:last],
                best,
                at,
            )
            mark_outside(mirna.known, bases.before[skipped:], columns[at:end], outside[at:end])
        # checked here: later steps pass over NaN and minus infinity as over any low logit
        found = finite(
            self.scanner.columns.after_helices(
                best, bases.context.take(columns, axis=1), np.flatnonzero(outside)
            ),
            self.scanner.source,
        )
        found[outside] = NOTHING
        return found


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
        promising = self._promising(mirna_codes, target_codes, (origin, limit), n_offsets)
        with first.scanner.calm():
            for span_start in range(begin, end, SPAN):
                span = range(span_start, min(span_start + SPAN, n_offsets))
                # elsewhere promising offsets matter to other spans only
                since = max(origin, span.start - around)
                seen = promising[:, since - origin : span.stop + around - origin]
                at = (span.start - since, span.stop - since)
                runs, rows = runs_of_rows(seen, *at, around, self._join)
                if not len(runs):
                    continue
                found = np.full((len(self._members), len(mirna_codes), len(span)), NOTHING, np.float32)
                marked = np.empty(found.shape[1:], np.bool_)
                for member, own in zip(self._members, found, strict=True):
                    bases = member.bases_under(target_codes, span.start, span.stop)
                    member.fill_runs(bases, mirna_codes, runs, rows, own)
                mark_near_rows(seen, self._gate.slack, at[0], marked)
                a, b = max(start, span.start), min(stop, span.stop)
                logits[:, :, a - start : b - start] = found[:, :, a - span.start : b - span.start]
                near[:, a - start : b - start] = marked[:, a - span.start : b - span.start]
        return Near(logits, near)

    def _promising(
        self, mirna_codes: Codes, target_codes: Codes, wanted: tuple[int, int], n_offsets: int
    ) -> Flags:
        """Return which of a range of offsets are promising, ``(n_mirnas, n)``."""
        start, stop = wanted
        distance = self._gate.threshold.distance
        first, last = max(0, start - distance), min(stop + distance, n_offsets)
        logits = self._members[0].look(self._gate, mirna_codes, target_codes, first, last)
        promising = np.zeros((len(mirna_codes), stop - start), np.bool_)
        for m in np.flatnonzero((mirna_codes != N_CODE).any(axis=1)):
            mark_promising(logits[m], self._gate.threshold, start - first, stop - first, promising[m])
        return promising

    def scan_slots(self, mirna_codes: Codes, slots: Codes) -> NearSlots:
        """Return the logits of the short targets on which a miRNA's gate finds a promising offset.

        They are computed whole: a short target is little more than what lies around one offset.

        Parameters
        ----------
        mirna_codes, slots
            As in :meth:`dmiso.engine.duplex.scan.DuplexScanner.scan_slots`.
        """
        # nucleotides of neighbours never meet in a sum: as many N lie between them as a miRNA has nucleotides, and more
        logits = self._members[0].look(self._gate, mirna_codes, slots.reshape(-1), 0, slots.size)
        promising = np.zeros((len(mirna_codes) * len(slots), slots.shape[1]), np.bool_)
        mark_promising_rows(logits.reshape(promising.shape), self._gate.threshold, promising)
        mirna, target = np.divmod(np.flatnonzero(promising.any(axis=1)), len(slots))
        found = np.empty((len(self._members), len(mirna), slots.shape[1]), np.float32)
        for m in np.unique(mirna):
            own = np.flatnonzero(mirna == m)
            for i, member in enumerate(self._members):
                found[i, own] = member.scanner.scan_slots(mirna_codes[m : m + 1], slots[target[own]])[0]
        near = np.empty(found.shape[1:], np.bool_)
        mark_near_rows(promising[mirna * len(slots) + target], self._gate.slack, 0, near)
        return NearSlots(mirna, target, found, near)


def _laid_together(runs: Positions, rows: Positions, margin: int) -> Iterator[tuple[Positions, Positions]]:
    """Split runs, and the rows they are of, into groups that fit a tile, with margins; longer runs are cut."""
    room = (TILE + margin) // _WHOLE * _WHOLE
    most = room - margin
    held: list[tuple[int, int, int]] = []
    width = 0
    for (start, stop), row in zip(runs.tolist(), rows.tolist(), strict=True):
        for a in range(start, stop, most):
            own = min(most, stop - a) + margin
            if held and width + own > room:
                group = np.array(held)
                yield group[:, :2], group[:, 2]
                held, width = [], 0
            held.append((a, a + own - margin, row))
            width += own
    group = np.array(held)
    yield group[:, :2], group[:, 2]


def _filled_up(runs: Positions) -> Positions:
    """Return runs of columns with one more, so that they are whole vectors of a matrix product.

    What a product gives the few columns beyond the last whole vector differs from what it gives others in the last
    bits: without them a run's logits are those of an exact scan.
    """
    missing = -int((runs[:, 1] - runs[:, 0]).sum()) % _WHOLE
    return np.append(runs, [[0, missing]], axis=0) if missing else runs


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[GateEngine] = RunScanner
