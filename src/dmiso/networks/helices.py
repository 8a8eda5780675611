"""The duplex recursion: best helices of a miRNA on a target, head by head.

A small Smith-Waterman recursion (Smith & Waterman 1981) along the miRNA, in the spirit of nearest-neighbour duplex
energies. With miRNA position i (from 0) opposite target position j, head h holds the score of the best helix that
ends with this pair:

    z[i, j] = max(0, step[i, pair of j] + max(z[i-1, j+1], z[i-1, j] - bulge[0], z[i-1, j+2] - bulge[1]))

``step`` depends on the miRNA's nucleotides i - 1 and i and on the target's nucleotides j + 1 and j opposite them: a
stacked pair. The two bulges are a miRNA base without partner and a target base without partner. All scores are learnt.

The recursion stands here in numpy and in :mod:`dmiso.networks.helix_kernels` as compiled loops, which are ten times
faster and take longer to load than a few pairs to score; :func:`recursion_for` says which. Both give the same bits.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.encode import N_CODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Recursion = Callable[[FloatArray, Codes, FloatArray, FloatArray], None]

__all__ = ["PAIR_CODES", "helices_by_rows", "pair_codes", "recursion_for"]

PAIR_CODES: Final = (N_CODE + 1) ** 2
"""Codes of two neighbouring target nucleotides, see :func:`pair_codes`."""

_FEW: Final = 16_000_000
"""Helix scores that numpy computes in less time than numba needs to load: 1,100 pairs of 30 and 60 nt, with 8 heads."""

_scored: Final = [0]
"""How many helix scores this process has computed without numba."""

_NOT_KEPT: Final = np.empty((0, 0, 0, 0), np.uint8)


def pair_codes(target_codes: Codes) -> Codes:
    """Return, for each target position, ``5 * base of the next position + own base``.

    Parameters
    ----------
    target_codes
        ``(n_targets, target_length)``, see :func:`dmiso.encode.encode`; after the last nucleotide comes N.

    Returns
    -------
    numpy.ndarray
        ``(n_targets, target_length)``, uint8, below :data:`PAIR_CODES`.

    Examples
    --------
    >>> pair_codes(np.array([[0, 1, 3]], np.uint8)).tolist()
    [[5, 16, 23]]
    """
    following = np.full_like(target_codes, N_CODE)
    following[:, :-1] = target_codes[:, 1:]
    return following * np.uint8(N_CODE + 1) + target_codes


def recursion_for(scores: int) -> Recursion:
    """Return what computes helix scores: numpy while they are few, compiled loops from then on.

    Where numba is loaded already, for whatever else, it is the loops.

    Parameters
    ----------
    scores
        How many are wanted now: target positions, by miRNA positions, by heads. Those of earlier calls are added.

    Returns
    -------
    Callable
        As :func:`helices_by_rows`, the same bits.
    """
    if "numba" not in sys.modules and _scored[0] + scores <= _FEW:
        _scored[0] += scores
        return helices_by_rows
    from dmiso.networks.helix_kernels import helices  # numba loads here

    return lambda step, codes, bulge, best: helices(step, codes, bulge, best, _NOT_KEPT)


def helices_by_rows(step: FloatArray, codes: Codes, bulge: FloatArray, best: FloatArray) -> None:
    """Compute the best helix scores by offset, in place, all of a miRNA position at once.

    Parameters
    ----------
    step
        ``(n_mirnas, mirna_length, PAIR_CODES, heads)``; one miRNA serves all targets, or each target has its own.
    codes
        ``(n_targets, target_length)``, from :func:`pair_codes`.
    bulge
        ``(2, heads)``: cost of an unpaired miRNA base and of an unpaired target base.
    best
        Filled: ``(n_targets, offsets, mirna_length, heads)``; offset ``i + j``, zero where j lies outside.
    """
    n, length = codes.shape
    n_mirnas, mirna_length, n_codes, heads = step.shape
    held = np.minimum(codes, n_codes - 1)  # a code beyond the table counts as the last one in it
    which = np.arange(n if n_mirnas > 1 else 1)[:, None]
    # miRNA positions i - 1 and i opposite each target position. The strands are antiparallel, so pair (i, j) stacks on
    # (i - 1, j + 1); two more elements stand for pairs beyond the target's end
    before, here = (np.zeros((n, length + 2, heads), np.float32) for _ in range(2))
    gapped = np.empty((n, length, heads), np.float32)
    best[:] = 0
    for i in range(mirna_length):
        top = here[:, :length]
        np.subtract(before[:, :length], bulge[0], out=gapped)
        np.maximum(before[:, 1:-1], gapped, out=top)
        np.subtract(before[:, 2:], bulge[1], out=gapped)
        np.maximum(top, gapped, out=top)
        top += step[which, i, held]
        # as in Smith-Waterman: a helix that costs more than it gives ends, and a new one may begin after it
        np.maximum(top, 0, out=top)
        best[:, i : i + length, i] = top
        before, here = here, before
