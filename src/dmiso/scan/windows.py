"""Scanning with a network that only knows windows: every window at stride 1, for comparison.

Offset o is the window that begins at transcript position o. A site is a window that scores highest among its
neighbours; its logit is the window's, its position the window.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.encode import N_CODE, encode
from dmiso.scan.positions import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from dmiso.models import StoredModel

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]

__all__ = ["WindowNetwork"]

_WINDOWS_AT_ONCE: Final = 2_048


class WindowNetwork:
    """Any model, read window by window; has the methods that :class:`dmiso.scan.positions.PositionNetwork` has.

    Parameters
    ----------
    model
        Of any network.
    """

    def __init__(self, model: StoredModel) -> None:
        from dmiso.engine import build_engine

        self.mirna_length, self.window = model.config.mirna_length, model.config.target_length
        self._engine = build_engine(model.config, model.weights, source=model.source)

    @property
    def finder(self) -> None:
        """Return what finds sites where it computes logits: nothing does."""

    def calm(self) -> AbstractContextManager[Any]:
        """Return a context for many scans: nothing has to be set up."""
        return nullcontext()

    def encode_mirnas(self, mirnas: Sequence[str]) -> Codes:
        """Return the codes of miRNAs, ``(n_mirnas, mirna_length)``."""
        return encode(mirnas, self.mirna_length)

    def encode_target(self, transcript: str) -> Codes:
        """Return the codes of a transcript, at least as long as a window; N fills up a shorter one."""
        codes: Codes = encode([transcript], max(len(transcript), self.window if transcript else 0))[0]
        return codes

    def n_offsets(self, target_codes: Codes) -> int:
        """Return how many windows a transcript has."""
        return max(0, len(target_codes) - self.window + 1)

    def offsets_over(self, start: int, end: int) -> tuple[int, int]:
        """Return the windows that may have most of their nucleotides in a part of the transcript."""
        return max(0, start - self.window), end

    def stream(
        self,
        mirna_codes: Codes,
        target_codes: Codes,
        *,
        margin: int,
        between: tuple[int, int] | None = None,
    ) -> Iterator[Piece]:
        """Yield the logits of windows, piece by piece; see :meth:`PositionNetwork.stream`."""
        total = self.n_offsets(target_codes)
        begin, end = between or (0, total)
        for start in range(begin, min(end, total), _WINDOWS_AT_ONCE):
            stop = min(start + _WINDOWS_AT_ONCE, end, total)
            first, last = max(0, start - margin), min(total, stop + margin)
            views = np.lib.stride_tricks.sliding_window_view(
                target_codes[first : last + self.window - 1], self.window
            )
            logits = self._engine.logits_grid(mirna_codes, np.ascontiguousarray(views))
            yield Piece(start, stop, first, logits[None])

    def pooled(self, logits: FloatArray) -> FloatArray:
        """Return the logit of neighbouring windows taken together: the highest."""
        highest: FloatArray = logits[0].max(axis=-1)
        return highest

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` windows exceeds wherever together they reach ``logit``."""
        del n
        return logit - 1e-3

    def site_bounds(
        self, mirna_codes: Codes, which: Positions, target_codes: Codes, offsets: Positions
    ) -> tuple[Positions, Positions]:
        """Return start and end of sites: their windows, without the padding."""
        del mirna_codes, which
        known = int((np.cumsum(target_codes != N_CODE)).argmax()) + 1 if len(target_codes) else 0
        return offsets, np.minimum(offsets + self.window, known)
