"""The duplex recursion of :mod:`dmiso.networks.helices` as compiled loops, and its backward pass.

Used by the engine where more than a few pairs are scored, and by the network on a CPU; on a GPU the network computes
the same with torch operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

__all__ = ["helices", "helices_gradient"]

_DIAGONAL, _MIRNA_BULGE, _TARGET_BULGE, _STOPPED = 0, 1, 2, 3


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
