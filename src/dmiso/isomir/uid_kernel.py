"""Licence plates of many sequences at once, compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.compiled import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["write_plates"]


@njit(cache=True)
def write_plates(  # pragma: no cover
    codes: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    pieces: NDArray[np.uint8],
    firsts: NDArray[np.int64],
    out: NDArray[np.uint8],
    ends: NDArray[np.int64],
) -> None:
    """Write the digits of each sequence, the same as :func:`dmiso.isomir.uid.encode_uid` but for prefix and length.

    Parameters
    ----------
    codes, bounds
        Nucleotides of all sequences, see :func:`dmiso.alphabet.pack`.
    pieces
        Digits of up to five nucleotides, the second 0 where there is one only, ``(1_364, 2)``.
    firsts
        Where the pieces of each length begin, ``(6,)``.
    out
        Filled: ASCII, at least two characters per five nucleotides begun.
    ends
        Filled: where each sequence's digits begin, and the end of the last, ``(n_sequences + 1,)``; a sequence with an
        N has none.
    """
    at = 0
    for i in range(len(bounds) - 1):
        ends[i] = at
        number, size = 0, 0
        for j in range(bounds[i], bounds[i + 1]):
            if codes[j] > 3:
                at, size = ends[i], 0
                break
            number = 4 * number + codes[j]
            size += 1
            if size == 5 or j == bounds[i + 1] - 1:
                piece = pieces[firsts[size] + number]
                out[at] = piece[0]
                at += 1
                if piece[1] > 0:
                    out[at] = piece[1]
                    at += 1
                number, size = 0, 0
    ends[len(bounds) - 1] = at
