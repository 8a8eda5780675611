"""Windows of long targets, read in their context: each position of a target is computed once, as a scan does.

A position (an *offset*, see :mod:`dmiso.engine.protocol`) has the logit that it has in a scan, whatever windows lie
over it. A window's logit is the soft maximum of its own positions: those at which the whole miRNA lies opposite it, and
at a target's ends those too at which the miRNA hangs over. Where windows are so far apart that the miRNA fits into
neither of two neighbours, the positions between them go to the one that holds more of the miRNA.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE, encode
from dmiso.networks.duplex_shapes import NOTHING
from dmiso.workers import tick

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.engine import PositionEngine

    Codes = NDArray[np.uint8]
    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = ["LongTargets", "OnTarget", "own_offsets"]

_OFFSETS_AT_ONCE: Final = 15_360
"""Offsets of a target computed before their windows are taken together: whole tiles of the engine."""
_MIRNAS_AT_ONCE: Final = 128
"""Their logits at so many offsets are 8 MB."""


class OnTarget(NamedTuple):
    """A target and its windows."""

    sequence: str
    """Upper-case RNA."""
    start: Positions
    """``(n_windows,)``, ascending, 0-based."""
    end: Positions
    """``(n_windows,)``, half-open."""


class LongTargets:
    """Scores windows in the context of their targets.

    Parameters
    ----------
    members
        Engines with positions: one for each network of the model.
    """

    def __init__(self, members: Sequence[PositionEngine]) -> None:
        self._members = members

    def grid(self, mirna_codes: Codes, targets: Sequence[OnTarget]) -> list[FloatArray]:
        """Return the logits of every miRNA in the windows of every target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``, see :func:`dmiso.encode.encode`.
        targets
            At least one window each.

        Returns
        -------
        list of numpy.ndarray
            Of each target ``(n_members, n_windows, n_mirnas)``, float32.
        """
        found = [np.empty((len(self._members), len(t.start), len(mirna_codes)), np.float32) for t in targets]
        short: dict[int, list[int]] = {}
        with ExitStack() as stack:
            for member in self._members:
                stack.enter_context(member.calm())
            for first in range(0, len(mirna_codes), _MIRNAS_AT_ONCE):
                part = slice(first, first + _MIRNAS_AT_ONCE)
                short.clear()
                for t, target in enumerate(targets):
                    if self._members[0].is_short(len(target.sequence)):
                        slot = self._members[0].slot_of(len(target.sequence))
                        short.setdefault(slot, []).append(t)
                    else:
                        self._fill(found[t][..., part], mirna_codes[part], target)
                for slot, numbers in short.items():
                    self._fill_slots(
                        [found[t][..., part] for t in numbers],
                        mirna_codes[part],
                        [targets[t] for t in numbers],
                        slot,
                    )
        return found

    def pairs(self, mirna_codes: Codes, targets: Sequence[OnTarget]) -> list[FloatArray]:
        """Return the logits of each target's own miRNA in its windows.

        Parameters
        ----------
        mirna_codes
            ``(n_targets, mirna_length)``.
        targets
            As in :meth:`grid`.

        Returns
        -------
        list of numpy.ndarray
            Of each target ``(n_members, n_windows)``, float32.
        """
        # all targets of a miRNA together: many of them may be short enough to lie side by side
        by_mirna: dict[bytes, list[int]] = {}
        for t, codes in enumerate(mirna_codes):
            by_mirna.setdefault(codes.tobytes(), []).append(t)
        found: list[FloatArray] = [np.empty(0, np.float32)] * len(targets)
        for numbers in by_mirna.values():
            of_one = mirna_codes[numbers[0]][None]
            for t, logits in zip(numbers, self.grid(of_one, [targets[t] for t in numbers]), strict=True):
                found[t] = logits[..., 0]
        return found

    def _fill(self, found: FloatArray, mirna_codes: Codes, target: OnTarget) -> None:
        """Write the logits of some miRNAs in the windows of one target, piece by piece."""
        codes = encode([target.sequence], len(target.sequence))[0]
        lengths = _lengths(mirna_codes)
        bounds = {length: own_offsets(target, length) for length in np.unique(lengths).tolist()}
        for windows in _pieces(target.start):
            begin = min(int(first[windows][0]) for first, _ in bounds.values())
            end = max(int(last[windows][-1]) for _, last in bounds.values())
            logits = np.stack([member.scan(mirna_codes, codes, begin, end) for member in self._members])
            shown = {
                length: (first[windows] - begin, last[windows] - begin)
                for length, (first, last) in bounds.items()
            }
            self._take_together(found[:, windows], logits, lengths, shown)

    def _fill_slots(
        self, found: Sequence[FloatArray], mirna_codes: Codes, targets: Sequence[OnTarget], slot: int
    ) -> None:
        """Write the logits of some miRNAs in the windows of short targets that lie side by side."""
        at_once = max(1, _OFFSETS_AT_ONCE // slot)
        lengths = _lengths(mirna_codes)
        for first in range(0, len(targets), at_once):
            group = targets[first : first + at_once]
            slots = encode([target.sequence for target in group], slot)
            logits = np.stack([member.scan_slots(mirna_codes, slots) for member in self._members])
            for t, target in enumerate(group):
                bounds = {length: own_offsets(target, length) for length in np.unique(lengths).tolist()}
                self._take_together(found[first + t], logits[:, :, t], lengths, bounds)

    def _take_together(
        self,
        found: FloatArray,
        logits: FloatArray,
        lengths: Positions,
        bounds: dict[int, tuple[Positions, Positions]],
    ) -> None:
        """Write the soft maxima of windows, ``(n_members, n_windows, n_mirnas)``, by their offsets' logits.

        ``logits`` is ``(n_members, n_mirnas, n_offsets)``; ``bounds`` has the first and the last offset of each window
        for each length of a miRNA.
        """
        for length, (first, last) in bounds.items():
            around = first[:, None] + np.arange(int((last - first).max()))
            # what is not a window's own weighs nothing in its soft maximum
            beyond = around >= last[:, None]
            around[beyond] = 0
            for m in np.flatnonzero(lengths == length):
                for i, member in enumerate(self._members):
                    own = logits[i, m][around]
                    own[beyond] = NOTHING
                    found[i, :, m] = member.pooled(own)
                tick(len(first))


def own_offsets(target: OnTarget, length: int) -> tuple[Positions, Positions]:
    """Return the offsets that are each window's own, for a miRNA of a length: the first, and the one after the last.

    Parameters
    ----------
    target
        Its windows reach from its first nucleotide to its last.
    length
        Nucleotides of the miRNA up to its last known one.

    Examples
    --------
    A miRNA of 5 nt lies within positions 0 to 9 with its first nucleotide at positions 4 to 9, and within 6 to 15 at 10
    to 15:

    >>> target = OnTarget("A" * 26, np.array([0, 6, 16]), np.array([10, 16, 26]))
    >>> own_offsets(target, 5)
    (array([ 0, 10, 18]), array([10, 18, 30]))
    """
    beyond = max(length, 1) - 1  # nucleotides that face the target before its offset
    half = beyond // 2
    first, last = target.start + beyond, target.end.copy()
    # between two windows of which neither holds the whole miRNA: half way, but not beyond the middle of the miRNA
    apart = np.flatnonzero(first[1:] > last[:-1])
    middle = (first[1:] + last[:-1])[apart] // 2
    last[apart] = np.minimum(middle, target.end[apart] + half)
    first[apart + 1] = np.maximum(middle, target.start[apart + 1] + half)
    first[0], last[-1] = 0, len(target.sequence) + beyond
    return first, last


def _lengths(mirna_codes: Codes) -> Positions:
    """Return the nucleotides of miRNAs up to the last known one, ``(n_mirnas,)``; 1 where none is known."""
    known = mirna_codes != N_CODE
    lengths = mirna_codes.shape[1] - known[:, ::-1].argmax(axis=1)
    return np.where(known.any(axis=1), lengths, 1)


def _pieces(start: Positions) -> Iterator[slice]:
    """Yield runs of windows that begin in one piece of their target."""
    piece = start // _OFFSETS_AT_ONCE
    bounds = np.flatnonzero(np.diff(piece)) + 1
    for a, b in zip([0, *bounds], [*bounds, len(start)], strict=True):
        yield slice(int(a), int(b))
