"""How likely stretches of a transcript are to be unpaired: RNAplfold's averages over windows, by ViennaRNA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

__all__ = ["unpaired_log10"]

_WINDOW: Final = 80
_SPAN: Final = 40
"""RNAplfold -W 80 -L 40, as TargetScan runs it (Agarwal et al. 2015)."""
_LEAST: Final = 1e-7
"""Smaller chances are not told apart: they are differences of nearly equal numbers."""


def unpaired_log10(sequence: str, length: int, *, ends: Iterable[int] | None = None) -> NDArray[np.float32]:
    """Return the log10 chance that ``length`` bases are all unpaired, by where they end.

    Folding is local: windows of 80 nt, pairs at most 40 nt apart, 37 °C; about 10,000 nt per second. Where only some
    positions are asked for, no more of the sequence is folded than they depend on: 80 nt on either side, which changes
    a chance by 2e-6 at most.

    Parameters
    ----------
    sequence
        Upper-case RNA.
    length
        Bases, 1 to 40.
    ends
        0-based positions of last bases; None is every position.

    Returns
    -------
    numpy.ndarray
        ``(len(sequence),)``; NaN where it was not asked for, or fewer than ``length`` bases end there.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    """
    require_extra("RNA", "folding transcripts")
    found = np.full(len(sequence), np.nan, np.float32)
    for begin, end in (
        [(0, len(sequence))] if ends is None else _parts(sorted(set(ends)), length, len(sequence))
    ):
        part = _fold(sequence[begin:end], length)
        # the first 80 nt of a part saw fewer windows than those of the whole sequence: they are of no site
        own = slice(0 if begin == 0 else _WINDOW, None if end == len(sequence) else len(part) - _WINDOW)
        found[begin:end][own] = part[own]
    return found


def _parts(ends: list[int], length: int, n: int) -> Iterator[tuple[int, int]]:
    """Yield what must be folded for the stretches that end at some positions; parts that overlap are one."""
    begin, end = -1, -1
    for last in ends:
        first, after = max(0, last + 1 - length - _WINDOW), min(n, last + 1 + _WINDOW)
        if first > end:
            if end >= 0:
                yield begin, end
            begin = first
        end = after
    if end >= 0:
        yield begin, end


def _fold(sequence: str, length: int) -> NDArray[np.float32]:
    """Return the log10 chances of a whole sequence."""
    import RNA

    found = np.full(len(sequence), np.nan, np.float32)
    if len(sequence) < length:
        return found
    settings = RNA.md()
    settings.window_size = _WINDOW
    settings.max_bp_span = _SPAN

    def keep(chances: Any, _size: int, end: int, _longest: int, kind: int, _data: Any) -> None:
        if kind & RNA.PROBS_WINDOW_UP and end >= length:
            found[end - 1] = chances[length]

    RNA.fold_compound(sequence, settings, RNA.OPTION_WINDOW).probs_window(length, RNA.PROBS_WINDOW_UP, keep)
    return np.log10(np.maximum(found, _LEAST))
