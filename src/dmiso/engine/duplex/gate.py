"""The duplex network on long targets, computed only where a cheap first look finds it promising.

Nearly all offsets of a transcript are far below any logit that is kept, so they are looked at in three steps:

1. At every offset a narrow student network (:mod:`dmiso.engine.duplex.look`), which says about what the network would.
   Offsets are promising whose neighbourhood together reaches a threshold, and that are about its highest.
2. The network's logits at these and beside them. Most are the peak of nothing that is kept, whatever lies around
   (:func:`dmiso.engine.duplex.promising.possible_peaks`).
3. The network's logits within a distance of those that are left: all that a peak and its site are computed from.

An offset's logit is the same, bit by bit, whatever is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.promising import (
    Asked,
    Hits,
    mark_near_rows,
    mark_promising_rows,
    possible_peaks,
    promising_of_rows,
    runs_around,
)
from dmiso.engine.duplex.runs import Runs, RunScanner
from dmiso.networks.duplex_shapes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.look import Student
    from dmiso.engine.duplex.promising import Sieve, Threshold

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Positions = NDArray[np.int64]

__all__ = ["Gate", "GatedScanner", "Near", "NearSlots"]


class Gate(NamedTuple):
    """Decides where peaks may be."""

    student: Student
    threshold: Threshold
    """What the student's logits have to be."""
    sieve: Sieve
    """What the network's have to be near promising offsets."""
    slack: int
    """How far from a promising offset a peak may be."""
    lengths: tuple[int, int]
    """nt of the shortest and the longest miRNAs that the student decides about; of others every offset is computed."""

    @property
    def is_open(self) -> bool:
        """Return whether every offset is promising, so that all is computed."""
        return self.threshold.pooled == -np.inf

    def unfamiliar(self, mirna_codes: Codes) -> Flags:
        """Return which miRNAs the student does not decide about, ``(n_mirnas,)``; not those without nucleotides."""
        shortest, longest = self.lengths
        known = mirna_codes != N_CODE
        too_short = known.any(axis=1) & ~known[:, shortest - 1 :].any(axis=1)
        found: Flags = too_short | known[:, longest:].any(axis=1)
        return found


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

    def scan(self, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> Near:
        """Return the logits that matter in a range of offsets of every miRNA on one target.

        Parameters
        ----------
        mirna_codes, target_codes, start, stop
            As in :meth:`dmiso.engine.duplex.scan.DuplexScanner.scan`.
        """
        n_offsets = len(target_codes) + self._members[0].scanner.mirna_length - 1
        assert 0 <= start <= stop <= n_offsets
        logits = np.full((len(self._members), len(mirna_codes), stop - start), NOTHING, np.float32)
        near = np.zeros((len(mirna_codes), stop - start), np.bool_)
        with self._members[0].scanner.calm():
            # logits within the range matter to peaks beyond it
            wanted = max(0, start - self._distance), min(stop + self._distance, n_offsets)
            peaks = self._possible(mirna_codes, target_codes, wanted, n_offsets)
            runs = Runs(*runs_around(peaks, self._distance, start, stop, 0))
            to = runs.mirna * (stop - start) + runs.between[:, 0] - start
            self._fill(target_codes, mirna_codes, runs, to, logits)
            whole = np.flatnonzero(self._gate.unfamiliar(mirna_codes))
            near[whole] = True
            if len(whole):
                for member, own in zip(self._members, logits, strict=True):
                    own[whole] = member.scanner.scan(mirna_codes[whole], target_codes, start, stop)
        inside = (peaks.offset >= start) & (peaks.offset < stop)
        near[peaks.mirna[inside], peaks.offset[inside] - start] = True
        return Near(logits, near)

    def _possible(
        self, mirna_codes: Codes, target_codes: Codes, wanted: tuple[int, int], n_offsets: int
    ) -> Hits:
        """Return the offsets in a range, and slightly beyond, that may be peaks; of miRNAs the student can judge."""
        gate, first = self._gate, self._members[0]
        known = (mirna_codes != N_CODE).any(axis=1) & ~gate.unfamiliar(mirna_codes)
        # what a peak is judged by: the runs within its distance, and the promising offsets that they are around
        around = self._distance + gate.slack + gate.sieve.join
        start, stop = max(0, wanted[0] - around), min(wanted[1] + around, n_offsets)
        origin = max(0, start - gate.threshold.distance)
        end = min(stop + gate.threshold.distance, n_offsets)
        said = first.look(gate, mirna_codes, target_codes, origin, end)
        hits = promising_of_rows(said, gate.threshold, (start - origin, stop - origin), np.flatnonzero(known))
        hits.offset[:] += origin
        mirna, between = runs_around(hits, gate.slack, 0, n_offsets, gate.sieve.join)
        begins = np.append(0, np.cumsum(between[:, 1] - between[:, 0]))
        found = np.empty((len(self._members), begins[-1]), np.float32)
        self._fill(target_codes, mirna_codes, Runs(mirna, between), begins[:-1], found)
        each = [member.alone(own) for member, own in zip(self._members, found, strict=True)]
        asked = Asked(
            mirna, between, begins[:-1], found.mean(axis=0), np.mean(each, axis=0, dtype=np.float32)
        )
        peaks: Hits = possible_peaks(asked, said, origin, gate.threshold, gate.sieve)
        return peaks

    def _fill(
        self, target_codes: Codes, mirna_codes: Codes, runs: Runs, to: Positions, logits: FloatArray
    ) -> None:
        """Write the logits of runs, ``(n_members, ...)``, see :meth:`dmiso.engine.duplex.runs.RunScanner.fill`."""
        if not len(runs.mirna):
            return
        start, stop = int(runs.between[:, 0].min()), int(runs.between[:, 1].max())
        for member, own in zip(self._members, logits, strict=True):
            under = member.under(target_codes, start, stop)
            member.fill(under, mirna_codes, runs, to, own.reshape(-1))

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
        promising[np.repeat(self._gate.unfamiliar(mirna_codes), len(slots))] = True
        mirna, target = np.divmod(np.flatnonzero(promising.any(axis=1)), len(slots))
        found = np.empty((len(self._members), len(mirna), slots.shape[1]), np.float32)
        for m in np.unique(mirna):
            own = np.flatnonzero(mirna == m)
            for i, member in enumerate(self._members):
                found[i, own] = member.scanner.scan_slots(mirna_codes[m : m + 1], slots[target[own]])[0]
        near = np.empty(found.shape[1:], np.bool_)
        mark_near_rows(promising[mirna * len(slots) + target], self._gate.slack, 0, near)
        return NearSlots(mirna, target, found, near)
