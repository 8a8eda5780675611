"""Where a site's duplex lies: the diagonal near the peak on which most pairs stack.

A peak of the logits is where the network's convolutions over offsets gather most, which is often a few nucleotides from
the diagonal of the duplex. Coordinates of sites need the diagonal itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import GC, N_CODE, WATSON_CRICK, WOBBLES, codes_of
from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ANCHOR_REACH", "find_anchors"]

ANCHOR_REACH: Final = 6
"""Offsets to either side of a peak that are looked at: as far as two blocks of the network see."""

_LAST_CODE: Final = np.uint8(N_CODE)
_PAIRS = np.zeros((5, 5), np.int64)
for _pair in (*WATSON_CRICK, *WOBBLES):
    # hydrogen bonds
    _PAIRS[tuple(codes_of(_pair))] = 1 if _pair in WOBBLES else 3 if set(_pair) == set(GC) else 2


@njit(cache=True)
def _anchors(
    mirna_codes: NDArray[np.uint8],
    which: NDArray[np.int64],
    target_codes: NDArray[np.uint8],
    on: NDArray[np.int64],
    peaks: NDArray[np.int64],
    reach: int,
    out: NDArray[np.int64],
) -> None:  # pragma: no cover
    for s in range(len(peaks)):
        mirna, codes = mirna_codes[which[s]], target_codes[on[s]]
        best, position = -1, peaks[s]
        for step in range(2 * reach + 1):
            # 0, 1, -1, 2, -2, ...: of equals the nearest to the peak
            offset = peaks[s] + ((step + 1) // 2 if step % 2 else -(step // 2))
            total, before = 0, 0
            for i in range(len(mirna)):
                j = offset - i
                # codes beyond N are held to N: nothing is read beside the table
                own = 0
                if 0 <= j < len(codes):
                    own = _PAIRS[min(mirna[i], _LAST_CODE), min(codes[j], _LAST_CODE)]
                # a pair alone holds nothing together: only two in a row count, on antiparallel neighbours of one offset
                if own and before:
                    total += own + before
                before = own
            if total > best:
                best, position = total, offset
        out[s] = position


def find_anchors(
    mirna_codes: NDArray[np.uint8],
    which: NDArray[np.int64],
    target_codes: NDArray[np.uint8],
    peaks: NDArray[np.int64],
    *,
    on: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Return the offset near each peak on which the miRNA's pairs stack most.

    Two neighbouring pairs count the sum of their strengths, 3 for GC, 2 for AU, 1 for GU (hydrogen bonds).

    Parameters
    ----------
    mirna_codes
        ``(n_mirnas, mirna_length)``, see :func:`dmiso.encode.encode`.
    which
        The miRNA of each peak.
    target_codes
        ``(length,)``; ``(n_targets, length)``, N after shorter ones, for peaks on several targets.
    peaks
        Offsets.
    on
        The target of each peak; None where there is one target.

    Returns
    -------
    numpy.ndarray
        Offsets, within :data:`ANCHOR_REACH` of the peaks; of equals the nearest, then the larger.

    Examples
    --------
    >>> from dmiso.encode import encode
    >>> find_anchors(encode(["GGAC"], 4), np.array([0]), encode(["AAGUCCAA"], 8)[0], np.array([3])).tolist()
    [5]
    """
    out = np.empty(len(peaks), np.int64)
    if on is None:
        target_codes, on = target_codes[None], np.zeros(len(peaks), np.int64)
    _anchors(mirna_codes, which, target_codes, on, peaks, ANCHOR_REACH, out)
    return out
