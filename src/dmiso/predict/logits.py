"""Logits of miRNAs in windows of targets, whatever the network: one by one, or in the context of a long target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.engine import build_engine, build_scanners
from dmiso.engine.ensemble import EnsembleEngine, mean_and_spread
from dmiso.networks import network_entry
from dmiso.predict.in_context import LongTargets, OnTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dmiso.models import StoredModel
    from dmiso.predict.windows import Windows

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = ["WindowLogits"]

_EQUAL_WITHIN: Final = 1e-4
"""Windows in context that share their best position differ by what the other positions add, sometimes less than float32
resolves: which one is best must not be up to the last bits."""


class _Parted(NamedTuple):
    """Which windows are read in the context of their target, and which stand alone."""

    alone: Positions
    long: Positions  # targets
    windows: list[slice]  # of each of these
    on: list[OnTarget]  # the same


class WindowLogits:
    """Computes the logits of windows.

    Parameters
    ----------
    model
        Of any network. One without logits of positions sees every window by itself.
    threads
        CPU cores to use.
    in_context
        Windows of targets longer than a window are read in their context where the network can; else each window is
        seen by itself, as if there were no nucleotides around it.
    """

    def __init__(self, model: StoredModel, *, threads: int = 1, in_context: bool = True) -> None:
        self._model, self._threads = model, threads
        self.engine = build_engine(model.config, model.weights, threads=threads, source=model.source)
        self._in_context = in_context and network_entry(model.config.network).scanner is not None
        self._long: LongTargets | None = None

    @property
    def equal_within(self) -> float:
        """How far two windows' logits may differ that count as equal."""
        return _EQUAL_WITHIN if self._in_context else 0.0

    def grid(
        self, mirna_codes: Codes, target_codes: Codes, targets: Sequence[str], cut: Windows
    ) -> tuple[Floats, Floats | None]:
        """Return the logits of every miRNA in every window and, of an ensemble, their spread.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``.
        target_codes
            ``(n_windows, target_length)``, of the windows.
        targets
            Whole, upper-case RNA.
        cut
            The windows of these targets.

        Returns
        -------
        tuple of numpy.ndarray
            ``(n_windows, n_mirnas)``, float32; the second is None for a single network.
        """
        return self._put_together(
            (len(target_codes), len(mirna_codes)),
            self._parted(targets, cut),
            lambda alone: self._grid_alone(mirna_codes, target_codes[alone]),
            lambda _, on: self._long_targets.grid(mirna_codes, on),
        )

    def pairs(
        self, mirna_codes: Codes, target_codes: Codes, targets: Sequence[str], cut: Windows
    ) -> tuple[Floats, Floats | None]:
        """Return the logits of each target's miRNA in the target's windows and, of an ensemble, their spread.

        Parameters
        ----------
        mirna_codes
            ``(n_targets, mirna_length)``.
        target_codes, targets, cut
            As in :meth:`grid`.

        Returns
        -------
        tuple of numpy.ndarray
            ``(n_windows,)``, float32; the second is None for a single network.
        """
        return self._put_together(
            (len(target_codes),),
            self._parted(targets, cut),
            lambda alone: self._pairs_alone(mirna_codes[cut.target[alone]], target_codes[alone]),
            lambda long, on: self._long_targets.pairs(mirna_codes[long], on),
        )

    def _put_together(
        self,
        shape: tuple[int, ...],
        parts: _Parted,
        of_alone: Callable[[Positions], tuple[Floats, Floats | None]],
        of_long: Callable[[Positions, list[OnTarget]], list[Floats]],
    ) -> tuple[Floats, Floats | None]:
        """Return logits and spread of all windows, ``shape``, from those of both kinds."""
        if not len(parts.long):
            return of_alone(parts.alone)
        logits = np.empty(shape, np.float32)
        spread = np.empty(shape, np.float32) if isinstance(self.engine, EnsembleEngine) else None
        if len(parts.alone):
            logits[parts.alone], own = of_alone(parts.alone)
            if spread is not None:
                spread[parts.alone] = own
        for windows, members in zip(parts.windows, of_long(parts.long, parts.on), strict=True):
            if spread is None:
                logits[windows] = members[0]
            else:
                logits[windows], spread[windows] = mean_and_spread(members)
        return logits, spread

    def _parted(self, targets: Sequence[str], cut: Windows) -> _Parted:
        """Part the windows of targets that are longer than one from the others."""
        if not self._in_context:
            return _Parted(np.arange(len(cut.target)), np.empty(0, np.int64), [], [])
        window = self._model.config.target_length
        is_long = np.array([len(target) > window for target in targets], np.bool_)
        long = np.flatnonzero(is_long)
        bounds = np.searchsorted(cut.target, [long, long + 1])
        windows = [slice(int(a), int(b)) for a, b in bounds.T]
        on = [
            OnTarget(targets[t], cut.start[w], cut.end[w])
            for t, w in zip(long.tolist(), windows, strict=True)
        ]
        return _Parted(np.flatnonzero(~is_long[cut.target]), long, windows, on)

    @property
    def _long_targets(self) -> LongTargets:
        if self._long is None:
            model = self._model
            members = build_scanners(model.config, model.weights, threads=self._threads, source=model.source)
            self._long = LongTargets(members)
        return self._long

    def _grid_alone(self, mirna_codes: Codes, target_codes: Codes) -> tuple[Floats, Floats | None]:
        if isinstance(self.engine, EnsembleEngine):
            mean, spread = self.engine.grid_with_spread(mirna_codes, target_codes)
            return mean.T, spread.T
        return self.engine.logits_grid(mirna_codes, target_codes).T, None

    def _pairs_alone(self, mirna_codes: Codes, target_codes: Codes) -> tuple[Floats, Floats | None]:
        if isinstance(self.engine, EnsembleEngine):
            return self.engine.pairs_with_spread(mirna_codes, target_codes)
        return self.engine.logits_pairs(mirna_codes, target_codes), None
