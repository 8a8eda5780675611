"""The regression behind a gate: logistic, ridge-penalised, with the better heads only.

Every head costs a recursion of its own at every offset, and some add little to the others: without them the same
offsets are passed over. Which those are follows from the quadratic approximation of the loss where the weights of all
heads are best: the head whose removal it raises least goes first (as in optimal brain surgery, Hassibi & Stork 1993),
then all others are fitted again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = ["better_heads", "logistic_weights"]

_RIDGE: Final = 3.0
_STEPS: Final = 20
_LONGEST_STEP: Final = 6.0
"""What a step may change of any logit: beyond it the quadratic approximation says nothing."""
_SMALL_STEP: Final = 1e-2


def logistic_weights(
    features: FloatArray, wanted: FloatArray, times: FloatArray, heads: Positions, keep: int
) -> FloatArray:
    """Return the weight of each feature, zero for those of the heads that were left out.

    Parameters
    ----------
    features
        ``(n_features, n)``.
    wanted
        ``(n,)``, 0-1.
    times
        ``(n,)``, how often each counts.
    heads
        ``(n_features,)``, which head a feature is of; -1 for none.
    keep
        How many heads have weights.
    """
    middle, spread = features.mean(axis=1), features.std(axis=1)
    used = np.flatnonzero(spread > 0)
    rows = np.ones((len(used) + 1, features.shape[1]), np.float32)
    rows[:-1] = (features[used] - middle[used, None]) / spread[used, None]
    weights, hessian = _newton(rows, wanted, times)
    kept = better_heads(weights[:-1], hessian[:-1, :-1], heads[used], keep)
    if not kept.all():
        rows, used = rows[np.append(kept, np.True_)], used[kept]
        weights, _ = _newton(rows, wanted, times)
    found = np.zeros(len(features), np.float32)
    found[used] = weights[:-1] / spread[used]
    return found


def better_heads(
    weights: FloatArray, hessian: NDArray[np.float64], heads: Positions, keep: int
) -> NDArray[np.bool_]:
    """Return which weights stay when heads are left out one by one.

    Parameters
    ----------
    weights, hessian
        At the minimum of the loss.
    heads
        As in :func:`logistic_weights`.
    keep
        How many heads stay.

    Examples
    --------
    >>> better_heads(np.array([2.0, 0.1, 1.0]), np.eye(3), np.array([0, 1, -1]), 1).tolist()
    [True, False, True]
    """
    inverse = np.linalg.inv(hessian)
    left = sorted({int(head) for head in heads} - {-1})
    while len(left) > keep:
        losses = []
        for head in left:
            gone = ~np.isin(heads, [-1, *left]) | (heads == head)
            own = weights[gone]
            losses.append(float(own @ np.linalg.solve(inverse[np.ix_(gone, gone)], own)))
        left.pop(int(np.argmin(losses)))
    return np.isin(heads, [-1, *left])


def _newton(
    rows: FloatArray, wanted: FloatArray, times: FloatArray
) -> tuple[FloatArray, NDArray[np.float64]]:
    """Return the weights of standardised rows, and the loss's Hessian there; the last row is the constant."""
    penalty = np.full(len(rows), _RIDGE, np.float32)
    penalty[-1] = 0
    share = float(np.clip((wanted * times).sum() / times.sum(), 1e-6, 1 - 1e-6))
    weights = np.zeros(len(rows), np.float32)
    weights[-1] = np.log(share / (1 - share))
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(weights @ rows, -30, 30)))
        curvature = times * (said * (1 - said) + np.float32(1e-9))
        hessian = ((rows * curvature) @ rows.T).astype(np.float64)
        hessian[np.diag_indices(len(hessian))] += penalty + 1e-6
        gradient = rows @ ((wanted - said) * times) - penalty * weights
        step = np.linalg.solve(hessian, gradient).astype(np.float32)
        longest = float(np.abs(step @ rows).max())
        weights += step * np.float32(min(1.0, _LONGEST_STEP / max(longest, _SMALL_STEP)))
        if longest < _SMALL_STEP:
            break
    return weights, hessian
