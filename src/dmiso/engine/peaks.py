"""Peaks in a row of logits: offsets that are the highest of their surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_peaks", "find_peaks_of_rows", "offsets_around"]


@njit(cache=True)
def _peaks(
    logits: NDArray[np.float32], start: int, stop: int, distance: int, lowest: float
) -> NDArray[np.int64]:  # pragma: no cover
    start, stop = max(start, 0), min(stop, len(logits))
    # peaks are more than a distance apart: of two nearer ones each would have to exceed the other
    found = np.empty(max(0, (stop - start) // (distance + 1) + 1), np.int64)
    n = 0
    p = start
    while p < stop:
        value = logits[p]
        # the higher neighbour is most often next door, so most offsets end here. "not above" refuses NaN too: were
        # if every NaN were a peak, there would be more than ``found`` has room for, and they would be written beyond it
        if not value > lowest or (p + 1 < len(logits) and logits[p + 1] > value):
            p += 1
            continue
        # an equal before refuses, an equal after does not: the first of equals is the peak
        highest = True
        for k in range(max(0, p - distance), p):
            if logits[k] >= value:
                highest = False
                break
        if highest:
            for k in range(p + 1, min(len(logits), p + distance + 1)):
                if logits[k] > value:
                    highest = False
                    break
        if highest:
            found[n] = p
            n += 1
        p += 1
    return found[:n]


def find_peaks(
    logits: NDArray[np.float32], *, distance: int, start: int = 0, stop: int | None = None, lowest: float
) -> NDArray[np.int64]:
    """Return the offsets whose logit no other within a distance exceeds; the first of equals.

    Parameters
    ----------
    logits
        ``(n_offsets,)``; NaN is not a peak, and hides none.
    distance
        Offsets to either side that are looked at; two peaks are further apart than this.
    start, stop
        Where peaks are looked for; what lies outside is seen but not reported.
    lowest
        A peak's logit is above this.

    Returns
    -------
    numpy.ndarray
        Ascending, int64.

    Examples
    --------
    >>> find_peaks(np.array([0, 3, 1, 2, 5, 0], np.float32), distance=2, lowest=0).tolist()
    [1, 4]
    """
    found: NDArray[np.int64] = _peaks(logits, start, len(logits) if stop is None else stop, distance, lowest)
    return found


@njit(cache=True)
def _peaks_of_rows(
    logits: NDArray[np.float32], start: int, stop: int, distance: int, lowest: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # pragma: no cover
    n_rows, n_offsets = logits.shape
    # no row has more, see _peaks
    rows = np.empty(n_rows * (n_offsets // (distance + 1) + 1), np.int64)
    peaks = np.empty_like(rows)
    n = 0
    for row in range(n_rows):
        for peak in _peaks(logits[row], start, stop, distance, lowest):
            rows[n], peaks[n] = row, peak
            n += 1
    return rows[:n].copy(), peaks[:n].copy()


def find_peaks_of_rows(
    logits: NDArray[np.float32], *, distance: int, start: int = 0, stop: int | None = None, lowest: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the peaks of many rows, each as :func:`find_peaks` finds them.

    Parameters
    ----------
    logits
        ``(n_rows, n_offsets)``.
    distance, start, stop, lowest
        See :func:`find_peaks`.

    Returns
    -------
    tuple of numpy.ndarray
        The row and the offset of each peak, ascending, int64.

    Examples
    --------
    >>> rows, peaks = find_peaks_of_rows(np.array([[0, 3, 1], [2, 0, 0]], np.float32), distance=2, lowest=0)
    >>> rows.tolist(), peaks.tolist()
    ([0, 1], [1, 0])
    """
    last = logits.shape[1] if stop is None else stop
    found: tuple[NDArray[np.int64], NDArray[np.int64]] = _peaks_of_rows(logits, start, last, distance, lowest)
    return found


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
