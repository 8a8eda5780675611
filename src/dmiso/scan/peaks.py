"""Sites in a row of logits: offsets that are the highest of their surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_peaks"]


@njit(cache=True)
def _peaks(
    logits: NDArray[np.float32], start: int, stop: int, distance: int, lowest: float
) -> NDArray[np.int64]:  # pragma: no cover
    found = np.empty(max(0, (stop - start) // (distance + 1) + 1), np.int64)
    n = 0
    p = start
    while p < stop:
        value = logits[p]
        # the higher neighbour is most often next door, so most offsets end here. "not above" refuses NaN too: were
        # every NaN a peak, there would be more than ``found`` has room for, and they would be written beyond it
        if not value > lowest or (p + 1 < len(logits) and logits[p + 1] > value):
            p += 1
            continue
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
        ``(n_offsets,)``.
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
    return _peaks(logits, start, len(logits) if stop is None else stop, distance, lowest)
