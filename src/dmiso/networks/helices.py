"""The duplex recursion: best helices of a miRNA on a target, head by head, with a gradient.

A small Smith-Waterman recursion (Smith & Waterman 1981) along the miRNA, in the spirit of nearest-neighbour duplex
energies. With miRNA position i (from 0) opposite target position j, head h holds the score of the best helix that
ends with this pair:

    z[i, j] = max(0, step[i, pair of j] + max(z[i-1, j+1], z[i-1, j] - bulge[0], z[i-1, j+2] - bulge[1]))

``step`` depends on the miRNA's nucleotides i - 1 and i and on the target's nucleotides j + 1 and j opposite them: a
stacked pair. The two bulges are a miRNA base without partner and a target base without partner. All scores are learnt.

Numba loops, used by the engine and, with the backward pass below, by the network on a CPU; on a GPU the network
computes the same with torch operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.compiled import njit
from dmiso.encode import N_CODE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

__all__ = ["PAIR_CODES", "helices", "helices_gradient", "pair_codes"]

PAIR_CODES: Final = (N_CODE + 1) ** 2
"""Codes of two neighbouring target nucleotides, see :func:`pair_codes`."""

_DIAGONAL, _MIRNA_BULGE, _TARGET_BULGE, _STOPPED = 0, 1, 2, 3


def pair_codes(target_codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
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


@njit(cache=True, error_model="numpy", fastmath={"nnan", "ninf", "contract"})
def helices(
    step: FloatArray, codes: NDArray[np.uint8], bulge: FloatArray, best: FloatArray, choice: NDArray[np.uint8]
) -> None:  # pragma: no cover
    """Compute the best helix scores by offset, in place.

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
    choice
        Filled for the gradient: ``(n_targets, mirna_length, target_length, heads)``; of length 0: not kept.
    """
    n, length = codes.shape
    _, mirna_length, _, heads = step.shape
    # heads run innermost and lie side by side: they never meet, so one instruction does several.
    # ``before`` and ``here`` hold miRNA positions i - 1 and i opposite each target position. The strands are
    # antiparallel, so pair (i, j) stacks on (i - 1, j + 1); two more elements stand for pairs beyond the target's end.
    kept = choice.shape[0] > 0
    last = np.uint8(step.shape[2] - 1)  # a code beyond the table counts as the last one in it
    before = np.zeros((length + 2, heads), np.float32)
    here = np.zeros((length + 2, heads), np.float32)
    for t in range(n):
        own = step[t if step.shape[0] > 1 else 0]
        best[t] = 0.0
        before[:] = 0.0
        for i in range(mirna_length):
            for j in range(length):
                score = own[i, min(codes[t, j], last)]
                for h in range(heads):
                    chosen = _DIAGONAL
                    top = before[j + 1, h]
                    gapped = before[j, h] - bulge[0, h]
                    if gapped > top:
                        top = gapped
                        chosen = _MIRNA_BULGE
                    gapped = before[j + 2, h] - bulge[1, h]
                    if gapped > top:
                        top = gapped
                        chosen = _TARGET_BULGE
                    top += score[h]
                    # as in Smith-Waterman: a helix that costs more than it gives ends, and a new one may begin after it
                    if top <= 0.0:
                        top = np.float32(0.0)
                        chosen = _STOPPED
                    here[j, h] = top
                    best[t, i + j, i, h] = (
                        top  # by offset: pairs of one diagonal lie side by side for the mixing
                    )
                    if kept:
                        choice[t, i, j, h] = chosen
            before, here = here, before


@njit(cache=True, error_model="numpy")
def helices_gradient(
    gradient: FloatArray,
    codes: NDArray[np.uint8],
    choice: NDArray[np.uint8],
    step_gradient: FloatArray,
    bulge_gradient: FloatArray,
) -> None:  # pragma: no cover
    """Add the gradients of :func:`helices`, in place.

    Parameters
    ----------
    gradient
        Of ``best``, ``(n_targets, offsets, mirna_length, heads)``.
    codes, choice
        As given to and filled by :func:`helices`.
    step_gradient, bulge_gradient
        Added to; shapes of ``step`` and ``bulge``.
    """
    n, mirna_length, length, heads = choice.shape
    here = np.zeros((length + 2, heads), np.float32)
    before = np.zeros((length + 2, heads), np.float32)
    last = np.uint8(step_gradient.shape[2] - 1)
    # from the miRNA's end back: ``here`` is the gradient that row i has from the rows after it, ``before`` collects
    # what goes on to row i - 1, at the element that the score came from
    for t in range(n):
        own = step_gradient[t if step_gradient.shape[0] > 1 else 0]
        here[:] = 0.0
        for i in range(mirna_length - 1, -1, -1):
            before[:] = 0.0
            for j in range(length):
                change = own[i, min(codes[t, j], last)]
                for h in range(heads):
                    chosen = choice[t, i, j, h]
                    if chosen == _STOPPED:
                        continue  # zero whatever the scores were
                    g = here[j, h] + gradient[t, i + j, i, h]
                    change[h] += g
                    if chosen == _DIAGONAL:
                        before[j + 1, h] += g
                    elif chosen == _MIRNA_BULGE:
                        before[j, h] += g
                        bulge_gradient[0, h] -= g
                    else:
                        before[j + 2, h] += g
                        bulge_gradient[1, h] -= g
            here, before = before, here
