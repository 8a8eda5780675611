"""The duplex network on whole transcripts: every offset once, one miRNA after another, one tile of offsets at a time.

What :class:`~dmiso.engine.duplex.network.DuplexEngine` computes for windows, arranged for long targets. Features lie as
``(channels, offsets)``, so that every step but the matrix products runs along offsets. A tile's share of the
nucleotides alone (the scores of stacked pairs for all 16 pairs of neighbouring miRNA nucleotides, the context) is
computed once for all miRNAs. A convolution is eight small products of sums of neighbouring columns, or one over
shifted copies where columns lie otherwise (:mod:`dmiso.engine.duplex.phases`). Tiles overlap by what their edges
can see, and begin at multiples of :data:`TILE` from the transcript's start: what is asked for changes no bit of an
offset's logit.

Short targets lie side by side in a tile, each in a slot that begins with it and ends with N, which no helix and no
convolution sees across. All steps run along the whole tile but the matrix products, which are made slot by slot.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import ThreadpoolController

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import ColumnNetwork, bases_under, mirnas_of
from dmiso.engine.duplex.fold import along_offsets, fold
from dmiso.engine.finite import finite, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from dmiso.engine.duplex.columns import Mirnas
    from dmiso.engine.protocol import PositionEngine

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]

__all__ = ["TILE", "DuplexScanner", "slot_columns", "takes_a_slot"]

TILE: Final = 768
"""Offsets of a tile: its helix scores and unfolded features (0.5 MB each) stay in the second-level cache."""

_MOST_KNOWN: Final = 2
"""Sets of miRNAs of which what does not depend on a target is kept."""
_STEP: Final = 16
"""A short target's columns are a multiple of this: of what matrix products compute at once (AVX-512)."""
_LEAST_SIDE_BY_SIDE: Final = 3
"""If fewer targets than this fit a tile, they are computed alone: the network itself is most of their cost."""


def slot_columns(length: int, mirna_length: int, gap: int) -> int:
    """Return the columns that a short target of ``length`` nt takes beside others, with a gap for the convolutions."""
    return -(-(length + mirna_length - 1 + gap) // _STEP) * _STEP


def takes_a_slot(columns: int) -> bool:
    """Tell whether a target of so many columns is computed side by side with others."""
    return columns * _LEAST_SIDE_BY_SIDE <= TILE


class DuplexScanner:
    """Computes the logits of offsets of long targets on CPU cores.

    Parameters
    ----------
    weights
        Name to float32 array, as on disk.
    threads
        Threads of the matrix products, at least 1.
    source
        Where they come from, for messages.

    Examples
    --------
    >>> from dmiso.encode import encode
    >>> from dmiso.networks.duplex_shapes import tensor_shapes
    >>> weights = {name: np.zeros(shape, np.float32) for name, shape in tensor_shapes(8, 1, 4, 30).items()}
    >>> scanner = DuplexScanner(weights)
    >>> scanner.scan(encode(["UGAGGUAGUAGG"], 30), encode(["ACCUACUACCUCA"], 13)[0], 0, 3)
    array([[0., 0., 0.]], dtype=float32)
    """

    def __init__(self, weights: Mapping[str, FloatArray], *, threads: int = 1, source: str = "") -> None:
        self.source = source
        self._threads = threads
        self.weights = along_offsets(fold(weights))
        self.reach, self._gap = self.weights.reach, self.weights.gap
        self.columns = ColumnNetwork(self.weights, TILE + 2 * self.reach)
        self._blas = ThreadpoolController()
        self._is_calm = False
        self._known: dict[bytes, Mirnas] = {}

    @property
    def mirna_length(self) -> int:
        """Nucleotides of the miRNA input."""
        return self.weights.mirna_length

    def scan(self, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return the logits of a range of offsets of every miRNA on one target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``, as in :meth:`dmiso.engine.duplex.network.DuplexEngine.logits_grid`.
        target_codes
            ``(target_length,)``, the whole target.
        start, stop
            Offsets, 0-based half-open, within ``target_length + mirna_length - 1``.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, stop - start)``, float32; what :meth:`dmiso.engine.duplex.network.DuplexEngine.positions` gives
            there, to 1e-5.
        """
        n_offsets = len(target_codes) + self.mirna_length - 1
        assert 0 <= start <= stop <= n_offsets
        if self.is_short(len(target_codes)):
            slots = np.full((1, self.slot_of(len(target_codes))), N_CODE, np.uint8)
            slots[0, : len(target_codes)] = target_codes
            return self.scan_slots(mirna_codes, slots)[:, 0, start:stop]
        logits = np.empty((len(mirna_codes), stop - start), np.float32)
        mirnas = self.mirnas(mirna_codes)
        # miRNAs that begin alike one after the other: they share the work of what they have in common
        order = sorted(range(len(mirna_codes)), key=lambda m: mirna_codes[m].tobytes())
        with self.calm():
            for first in range(start // TILE * TILE, stop, TILE):
                last = min(first + TILE, n_offsets)
                bases = bases_under(self.weights, target_codes, first - self.reach, last + self.reach)
                stacks = self.columns.stacks_on(mirnas.stacks, bases.pairs)
                a, b = max(start, first), min(stop, last)
                part = slice(self.reach + a - first, self.reach + b - first)
                for m in order:
                    found = self.columns.logits(bases, stacks, mirnas.each[m])
                    logits[m, a - start : b - start] = found[part]
        return finite(logits, self.source)

    def is_short(self, length: int) -> bool:
        """Tell whether a target of this length (nt) is computed side by side with others."""
        return takes_a_slot(self.slot_of(length))

    def slot_of(self, length: int) -> int:
        """Return the columns that a short target of a length (nt) takes: offsets, and a gap for the convolutions."""
        return slot_columns(length, self.mirna_length, self._gap)

    def scan_slots(self, mirna_codes: Codes, slots: Codes) -> FloatArray:
        """Return the logits of all offsets of every miRNA on many short targets.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``.
        slots
            ``(n_targets, slot)``: each target from its slot's start, N after it; all are of lengths that
            :meth:`slot_of` gives this slot.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets, slot)``, float32; -1000 where no nucleotide faces another.
        """
        n_targets, slot = slots.shape
        logits = np.empty((len(mirna_codes), n_targets, slot), np.float32)
        mirnas = self.mirnas(mirna_codes)
        at_once = TILE // slot
        with self.calm():
            for first in range(0, n_targets, at_once):
                codes = slots[first : first + at_once]
                bases = bases_under(self.weights, codes.reshape(-1), 0, codes.size, slot)
                stacks = self.columns.stacks_on(mirnas.stacks, bases.pairs)
                for m, mirna in enumerate(mirnas.each):
                    found = self.columns.logits(bases, stacks, mirna, slot)
                    logits[m, first : first + at_once] = found.reshape(-1, slot)
        return finite(logits, self.source)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Keep matrix products to the engine's threads, and numpy quiet, while the block runs; blocks may be nested.

        Entering and leaving takes some 60 µs, half as long as a short target: enter once for many scans.
        """
        if self._is_calm:
            yield
            return
        with self._blas.limit(limits=self._threads), quiet():
            self._is_calm = True
            try:
                yield
            finally:
                self._is_calm = False

    def pooled(self, positions: FloatArray) -> FloatArray:
        """Return the logit of offsets taken together, their soft maximum over the last axis."""
        return self.weights.pool.of(positions)

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` offsets exceeds wherever together they reach ``logit``."""
        return self.weights.pool.lowest_peak(logit, n)

    def mirnas(self, mirna_codes: Codes) -> Mirnas:
        """Return what miRNAs give, whatever the target; kept for the next calls."""
        # many targets are asked for with the same miRNAs, one after the other; and with some of them, behind a gate
        key = mirna_codes.tobytes()
        found = self._known.pop(key, None) or mirnas_of(self.weights, mirna_codes)
        self._known[key] = found
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]  # the one asked for longest ago
        return found


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[PositionEngine] = DuplexScanner
