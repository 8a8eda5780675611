"""The statistic of confidence: the logit of the best site of a miRNA on a target, what scores rank by.

It is the highest of the logits that a scan gives its sites, bit by bit (:mod:`dmiso.scan.sites`): a peak of the
offsets' logits, and the soft maximum of the 15 offsets on either side. Of a network without positions it is the highest
window.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.encode import encode
from dmiso.engine import build_engine, build_scanners
from dmiso.engine.peaks import find_peaks_of_rows, keep_apart, none_kept, offsets_around
from dmiso.networks import network_entry
from dmiso.networks.duplex_shapes import NOTHING
from dmiso.settings.scan import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.engine import Engine, PositionEngine
    from dmiso.models import StoredModel

    Floats = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Span = tuple[int, int]

__all__ = ["BestSites", "Span"]

_MIRNAS_AT_ONCE: Final = 32
"""The logits of so many on 100,000 nt are 13 MB."""
_WINDOWS_AT_ONCE: Final = 2_048
_COLUMNS_AT_ONCE: Final = 15_360
"""Columns of short targets side by side, as in a scan."""


class BestSites:
    """Finds the logit of the best site of miRNAs on targets.

    Parameters
    ----------
    model
        Of any network.

    Examples
    --------
    >>> from dmiso.models import resolve
    >>> BestSites(resolve()).logits(["UGAGGUAGUAGGUUGUAUAGUU"], ["GGACUAUACAACCUACUACCUCAUU"]).shape
    (1, 1)
    """

    def __init__(self, model: StoredModel) -> None:
        config = model.config
        self._mirna_length, self._window = config.mirna_length, config.target_length
        self._distance = ScanSettings().distance
        self._members: Sequence[PositionEngine] = ()
        self._engine: Engine | None = None
        if network_entry(config.network).scanner is None:
            self._engine = build_engine(config, model.weights, source=model.source)
        else:
            self._members = build_scanners(config, model.weights, source=model.source)

    def logits(self, mirnas: Sequence[str], targets: Sequence[str], span: Span | None = None) -> Floats:
        """Return the logit of the best site of every miRNA on every target, ``(n_mirnas, n_targets)``, float32.

        Parameters
        ----------
        mirnas, targets
            Upper-case RNA; targets of any length.
        span
            Only sites whose middle lies in these nucleotides of the targets count, 0-based half-open; None: all.

        Returns
        -------
        numpy.ndarray
            -1000 where a target has no site.
        """
        found = np.full((len(mirnas), len(targets)), NOTHING, np.float32)
        if not (mirnas and targets):
            return found
        codes = encode(mirnas, self._mirna_length)
        lengths = np.minimum([len(mirna) for mirna in mirnas], self._mirna_length)
        with ExitStack() as stack:
            for member in self._members:
                stack.enter_context(member.calm())
            for first in range(0, len(mirnas), _MIRNAS_AT_ONCE):
                part = slice(first, first + _MIRNAS_AT_ONCE)
                self._fill(found[part], codes[part], lengths[part], targets, span)
        return found

    def _fill(
        self,
        found: Floats,
        codes: Codes,
        lengths: NDArray[np.int64],
        targets: Sequence[str],
        span: Span | None,
    ) -> None:
        """Write the best logits of some miRNAs."""
        if self._engine is not None:
            for t, target in enumerate(targets):
                found[:, t] = self._best_window(self._engine, codes, target, span)
            return
        short: dict[int, list[int]] = {}
        for t, target in enumerate(targets):
            if target and self._members[0].is_short(len(target)):
                short.setdefault(self._members[0].slot_of(len(target)), []).append(t)
            elif target:
                last = len(target) + self._mirna_length - 1
                target_codes = encode([target], len(target))[0]
                rows = np.stack([member.scan(codes, target_codes, 0, last) for member in self._members])
                found[:, t] = self._best_peak(rows, lengths, span)
        for slot, numbers in short.items():
            size = max(1, _COLUMNS_AT_ONCE // slot)
            for first in range(0, len(numbers), size):
                group = numbers[first : first + size]
                slots = encode([targets[t] for t in group], slot)
                grid = np.stack([member.scan_slots(codes, slots) for member in self._members])
                rows = grid.reshape(len(grid), -1, slot)
                best = self._best_peak(rows, np.repeat(lengths, len(group)), span)
                found[:, group] = best.reshape(len(codes), len(group))

    def _best_peak(self, rows: Floats, lengths: NDArray[np.int64], span: Span | None) -> Floats:
        """Return the highest logit of a site, ``(n_rows,)``, of ``(n_members, n_rows, n_offsets)``."""
        mean = rows.mean(axis=0) if len(rows) > 1 else rows[0]
        row, offset = find_peaks_of_rows(mean, distance=self._distance, lowest=NOTHING / 2)
        kept = keep_apart(row, offset, self._distance, none_kept(len(mean)))
        row, offset = row[kept], offset[kept]
        if span is not None:
            middle = offset - (lengths[row] - 1) // 2
            inside = (span[0] <= middle) & (middle < span[1])
            row, offset = row[inside], offset[inside]
        best = np.full(rows.shape[1], NOTHING, np.float32)
        if len(row):
            around = np.empty((len(rows), len(row), 2 * self._distance + 1), np.float32)
            offsets_around(rows, row, offset, np.float32(NOTHING), around)
            np.maximum.at(best, row, self._pooled(around))
        return best

    def _pooled(self, around: Floats) -> Floats:
        """Return the logit of offsets taken together: the members' mean of soft maxima."""
        each = [member.pooled(own) for member, own in zip(self._members, around, strict=True)]
        return np.mean(each, axis=0, dtype=np.float32) if len(each) > 1 else each[0]

    def _best_window(self, engine: Engine, codes: Codes, target: str, span: Span | None) -> Floats:
        """Return the highest logit of a window of a target, ``(n_mirnas,)``."""
        best = np.full(len(codes), NOTHING, np.float32)
        target_codes = encode([target], max(len(target), self._window))[0]
        views = np.lib.stride_tricks.sliding_window_view(target_codes, self._window)
        first, last = 0, len(views) if target else 0
        if span is not None:
            half = min(self._window, len(target)) // 2
            first, last = max(0, span[0] - half), min(last, span[1] - half)
        for start in range(first, last, _WINDOWS_AT_ONCE):
            part = np.ascontiguousarray(views[start : min(start + _WINDOWS_AT_ONCE, last)])
            best = np.maximum(best, engine.logits_grid(codes, part).max(axis=1))
        return best
