"""What engines can do: every one scores pairs; one with positions scores offsets too; one with a gate leaves some out.

Codes are uint8, those of :func:`dmiso.encode.encode`: 0 A, 1 U, 2 C, 3 G, 4 N; N fills up a sequence at its 3' end.
Logits are float32, log odds before calibration. At offset o, miRNA position i (from 0, 5'→3') lies opposite target
position ``o - i``, so a target of n nucleotides has ``n + mirna_length - 1`` offsets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dmiso.networks.config import NetworkConfig

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]

__all__ = ["Engine", "EngineConfig", "GateEngine", "PositionEngine"]


class EngineConfig(NetworkConfig, Protocol):
    """What an engine is built from; :class:`dmiso.models.store.ModelConfig` has these fields."""

    @property
    def members(self) -> int:
        """Number of networks whose mean logit is taken, at least 1."""


class Engine(Protocol):
    """Scores pairs of a miRNA and a target window: what every network has."""

    def logits_grid(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of every miRNA with every target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``.
        target_codes
            ``(n_targets, target_length)``.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets)``.
        """

    def logits_pairs(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of row i of one with row i of the other.

        Parameters
        ----------
        mirna_codes
            ``(n_pairs, mirna_length)``.
        target_codes
            ``(n_pairs, target_length)``.

        Returns
        -------
        numpy.ndarray
            ``(n_pairs,)``.
        """


class PositionEngine(Protocol):
    """Scores every offset of a long target: what a network has that knows positions."""

    @property
    def mirna_length(self) -> int:
        """Nucleotides of the miRNA input."""

    def calm(self) -> AbstractContextManager[Any]:
        """Return a context for many scans: what has to be set up for one is set up once. Contexts may be nested."""

    def scan(self, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return the logits of a range of offsets of every miRNA on one target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``.
        target_codes
            ``(target_length,)``, the whole target, of any length.
        start, stop
            Offsets, 0-based half-open. What is asked for changes no bit of an offset's logit.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, stop - start)``; -1000 where no known nucleotide faces another.
        """

    def is_short(self, length: int) -> bool:
        """Return whether a target of this length, in nucleotides, is scanned side by side with others."""

    def slot_of(self, length: int) -> int:
        """Return how many columns a short target takes beside others, at least its offsets."""

    def scan_slots(self, mirna_codes: Codes, slots: Codes) -> FloatArray:
        """Return the logits of all offsets of every miRNA on many short targets, each with the bits it has alone.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``.
        slots
            ``(n_targets, slot)``: each target from its slot's start, N after it.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets, slot)``; -1000 where no known nucleotide faces another.
        """

    def pooled(self, positions: FloatArray) -> FloatArray:
        """Return the logit of a window that has these offsets only, ``(...)`` of ``(..., n_offsets)``."""

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` offsets exceeds wherever :meth:`pooled` of them is ``logit``."""


class GateEngine(Protocol):
    """Weighs the cheap part of a network's computation, to decide which offsets are worth the rest."""

    @property
    def heads(self) -> int:
        """Features that a miRNA position has at an offset."""

    @property
    def softness(self) -> float:
        """Scale of the soft maximum of logits on the scale of sites."""

    @property
    def reach(self) -> int:
        """Offsets to either side that a logit depends on."""

    def look(self, gate: Any, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return what a gate's student says of a range of offsets, ``(n_mirnas, stop - start)``; higher is better.

        The other parameters are those of :meth:`PositionEngine.scan`.
        """

    @property
    def gate_units(self) -> NDArray[np.float64]:
        """Units of a byte that a feature of 1 is, by head, ``(heads,)``."""

    def gate_features(self, mirna_codes: Codes, target_codes: Codes) -> Codes:
        """Return what a gate weighs at all offsets, in bytes, ``(n_offsets, n_features)``.

        Parameters
        ----------
        mirna_codes
            ``(1, mirna_length)``.
        target_codes
            ``(target_length,)``.
        """
