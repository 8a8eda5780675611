"""Peaks in a row of logits: offsets that are the highest of their surroundings.

In a tandem repeat many offsets have one logit, and only rounding would say which of them is the highest; it differs
between processors, and with what is computed beside. So logits that hardly differ are equal here: each of them is a
peak, and of peaks that are too near to each other the first is kept (:func:`keep_apart`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]

__all__ = [
    "EQUAL_WITHIN",
    "find_peaks",
    "find_peaks_of_rows",
    "keep_apart",
    "longer",
    "none_kept",
    "offsets_around",
]

EQUAL_WITHIN: Final = 1e-4
"""Logits that differ by no more are equal: rounding moves them by some millionths."""


@njit(cache=True)
def _is_peak(logits: NDArray[np.float32], p: int, distance: int, lowest: float) -> bool:  # pragma: no cover
    value = logits[p]
    if not value > lowest:  # "not above" refuses NaN too
        return False
    top = value + EQUAL_WITHIN
    # the higher neighbour is most often next door, so most offsets end here
    if p + 1 < len(logits) and logits[p + 1] > top:
        return False
    n_higher = 0
    for k in range(max(0, p - distance), min(len(logits), p + distance + 1)):
        n_higher += logits[k] > top  # "all not above" is not "all below": NaN hides none
    return n_higher == 0


@njit(cache=True)
def longer(values: Positions) -> Positions:  # pragma: no cover
    """Return an array that begins with these values and is twice as long; np.append takes a second to compile."""
    grown = np.empty(2 * len(values), np.int64)
    for k in range(len(values)):
        grown[k] = values[k]
    return grown


@njit(cache=True)
def _peaks_of_rows(
    logits: NDArray[np.float32], start: int, stop: int, distance: int, lowest: float
) -> tuple[Positions, Positions]:  # pragma: no cover
    n_rows, n_offsets = logits.shape
    rows, peaks = np.empty(256, np.int64), np.empty(256, np.int64)
    n = 0
    for row in range(n_rows):
        own = logits[row]
        for p in range(max(start, 0), min(stop, n_offsets)):
            if _is_peak(own, p, distance, lowest):
                if n == len(rows):  # with few equals there are few peaks, on a repeat each offset may be one
                    rows, peaks = longer(rows), longer(peaks)
                rows[n], peaks[n] = row, p
                n += 1
    return rows[:n].copy(), peaks[:n].copy()


def find_peaks_of_rows(
    logits: NDArray[np.float32], *, distance: int, start: int = 0, stop: int | None = None, lowest: float
) -> tuple[Positions, Positions]:
    """Return the offsets whose logit no other within a distance exceeds, in each row.

    Parameters
    ----------
    logits
        ``(n_rows, n_offsets)``; NaN is not a peak, and hides none.
    distance
        Offsets to either side that are looked at.
    start, stop
        Where peaks are looked for; what lies outside is seen but not reported.
    lowest
        A peak's logit is above this.

    Returns
    -------
    tuple of numpy.ndarray
        The row and the offset of each peak, ascending, int64. Equals (to :data:`EQUAL_WITHIN`) are all peaks.

    Examples
    --------
    >>> rows, peaks = find_peaks_of_rows(np.array([[0, 3, 1], [2, 0, 2]], np.float32), distance=2, lowest=0)
    >>> rows.tolist(), peaks.tolist()
    ([0, 1, 1], [1, 0, 2])
    """
    last = logits.shape[1] if stop is None else stop
    found: tuple[Positions, Positions] = _peaks_of_rows(logits, start, last, distance, lowest)
    return found


def find_peaks(
    logits: NDArray[np.float32], *, distance: int, start: int = 0, stop: int | None = None, lowest: float
) -> Positions:
    """Return the peaks of one row, ``(n_offsets,)``, as :func:`find_peaks_of_rows` finds them.

    Examples
    --------
    >>> find_peaks(np.array([0, 3, 1, 2, 5, 0], np.float32), distance=2, lowest=0).tolist()
    [1, 4]
    """
    return find_peaks_of_rows(logits[None], distance=distance, start=start, stop=stop, lowest=lowest)[1]


def none_kept(n_rows: int) -> Positions:
    """Return what :func:`keep_apart` takes for rows of which no peak was kept so far."""
    return np.full(n_rows, np.iinfo(np.int64).min // 2)


@njit(cache=True)
def keep_apart(
    rows: Positions, peaks: Positions, distance: int, last: Positions
) -> NDArray[np.bool_]:  # pragma: no cover
    """Tell which peaks to keep, so that those of a row are further apart than a distance: the first of those nearer.

    Parameters
    ----------
    rows, peaks
        The row and the offset of each, the offsets ascending within a row.
    distance
        That of :func:`find_peaks_of_rows`: nearer peaks are equals.
    last
        ``(n_rows,)``, the offset kept last in each row, of :func:`none_kept` at first. It is changed, so that the next
        call goes on from there.

    Returns
    -------
    numpy.ndarray
        ``(n_peaks,)``, bool.
    """
    kept = np.zeros(len(rows), np.bool_)
    for k in range(len(rows)):
        if peaks[k] > last[rows[k]] + distance:
            last[rows[k]] = peaks[k]
            kept[k] = True
    return kept


@njit(cache=True)
def offsets_around(
    logits: NDArray[np.float32],
    rows: NDArray[np.int64],
    peaks: NDArray[np.int64],
    nothing: np.float32,
    around: NDArray[np.float32],
) -> None:  # pragma: no cover
    """Write the logits around peaks.

    Parameters
    ----------
    logits
        ``(n_members, n_rows, n_offsets)``.
    rows, peaks
        The row and the offset of each peak.
    nothing
        Value beyond a row's ends.
    around
        Filled: ``(n_members, n_peaks, 2 * distance + 1)``.
    """
    n_offsets, distance = logits.shape[2], around.shape[2] // 2
    for member in range(around.shape[0]):
        for p in range(len(peaks)):
            row, out = logits[member, rows[p]], around[member, p]
            for k in range(len(out)):
                offset = peaks[p] - distance + k
                out[k] = row[offset] if 0 <= offset < n_offsets else nothing
