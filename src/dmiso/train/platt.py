"""Platt's fit of a score to a logit: ``sigmoid(slope * logit + intercept)``, by Newton steps.

Source: Platt 1999 with the corrections of Lin, Lin & Weng 2007, "A note on Platt's probabilistic outputs for
support vector machines": labels are drawn a little towards the middle, so that separable data have a finite fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.errors import DmisoError
from dmiso.models.calibration import Calibration, sigmoid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["PlattFit", "fit_platt", "platt_calibration"]

_STEPS: Final = 100
_TOLERANCE: Final = 1e-10
_RIDGE: Final = 1e-12
_SHORTEST: Final = 1e-10
_FLATTEST: Final = 1e-6


class PlattFit(NamedTuple):
    """Slope and intercept of the fit."""

    slope: float
    intercept: float


def fit_platt(logits: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None) -> PlattFit:
    """Fit slope and intercept by weighted maximum likelihood.

    A positive counts as ``(P + 1) / (P + 2)`` and a negative as ``1 / (N + 2)``, with P and N the weights of
    the classes.

    Parameters
    ----------
    logits
        ``(n_pairs,)``, finite.
    labels
        1 or 0, ``(n_pairs,)``, both present.
    weights
        0 or more, ``(n_pairs,)``; None is 1 each.

    Returns
    -------
    PlattFit

    Raises
    ------
    ValueError
        If a class is missing or a logit is not finite.
    DmisoError
        If the fit does not converge.

    Examples
    --------
    >>> slope, intercept = fit_platt([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    >>> round(slope, 3), round(abs(intercept), 3)
    (0.674, 0.0)
    """
    x = np.asarray(logits, np.float64)
    y = np.asarray(labels, np.float64)
    w = np.ones_like(x) if weights is None else np.asarray(weights, np.float64)
    if not np.isfinite(x).all():
        raise ValueError("logits must be finite")
    positive, negative = float((w * y).sum()), float((w * (1 - y)).sum())
    if positive <= 0 or negative <= 0:
        raise ValueError("calibration needs pairs of both classes")
    target = np.where(y == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    # logits on a common scale, so that the tolerance means the same for every network
    centre, scale = float(x.mean()), float(x.std()) or 1.0
    beta = np.array([0.0, np.log((positive + 1) / (negative + 1))])
    design = np.stack([(x - centre) / scale, np.ones_like(x)])
    loss = _loss(design, target, w, beta)
    for _ in range(_STEPS):
        p = sigmoid(beta @ design)
        gradient = design @ (w * (p - target))
        if np.abs(gradient).max() < _TOLERANCE * w.sum():
            slope = float(beta[0]) / scale
            return PlattFit(slope, float(beta[1]) - slope * centre)
        curvature = (design * (w * p * (1 - p))) @ design.T + _RIDGE * np.eye(2)
        direction = np.linalg.solve(curvature, gradient).astype(np.float64)
        beta, loss = _line_search(design, target, w, beta, loss, direction, float(gradient @ direction))
    raise DmisoError(f"the calibration did not converge in {_STEPS} steps.")


def platt_calibration(
    logits: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None
) -> tuple[Calibration, bool]:
    """Return a model's calibration fitted on pairs it was not trained on.

    Parameters
    ----------
    logits, labels, weights
        As for :func:`fit_platt`.

    Returns
    -------
    calibration : Calibration
        Of kind ``platt``, with the share of positives as its prior.
    separates : bool
        False if logits do not rise with labels: then all scores are the prior, with a slope just above 0, so that
        they keep the logits' order.

    Examples
    --------
    >>> calibration, separates = platt_calibration([1.0, 2.0, 1.5], [1, 0, 0])
    >>> separates, calibration.apply([0.0, 9.0]).round(2).tolist()
    (False, [0.4, 0.4])
    """
    y = np.asarray(labels, np.float64)
    w = np.ones_like(y) if weights is None else np.asarray(weights, np.float64)
    slope, intercept = fit_platt(logits, y, w)
    separates = slope > _FLATTEST
    if not separates:
        positive, negative = float((w * y).sum()), float((w * (1 - y)).sum())
        slope, intercept = _FLATTEST, float(np.log((positive + 1) / (negative + 1)))
    prior = float((w * y).sum() / w.sum())
    return Calibration(kind="platt", slope=slope, intercept=intercept, prior=prior), separates


def _loss(
    design: NDArray[np.float64],
    target: NDArray[np.float64],
    w: NDArray[np.float64],
    beta: NDArray[np.float64],
) -> float:
    z = beta @ design
    return float((w * (np.logaddexp(0, z) - target * z)).sum())


def _line_search(
    design: NDArray[np.float64],
    target: NDArray[np.float64],
    w: NDArray[np.float64],
    beta: NDArray[np.float64],
    loss: float,
    direction: NDArray[np.float64],
    descent: float,
) -> tuple[NDArray[np.float64], float]:
    """Halve a Newton step until the loss falls by a ten-thousandth of what its slope promises."""
    length = 1.0
    while length > _SHORTEST:
        candidate = beta - length * direction
        reached = _loss(design, target, w, candidate)
        if reached <= loss - 1e-4 * length * descent + 1e-12 * abs(loss):
            return candidate, reached
        length /= 2
    return beta, loss
