"""From a network's logit to a score in 0–1, and to a percentile among background windows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from dmiso.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Calibration", "at_prior", "sigmoid"]

_FEWEST_QUANTILES = 101


def sigmoid(logits: ArrayLike) -> NDArray[np.float64]:
    """Return ``1 / (1 + exp(-x))`` in double precision, without overflow at either end.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    x = np.asarray(logits, dtype=np.float64)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def at_prior(scores: ArrayLike, prior: float, new_prior: float) -> NDArray[np.float64]:
    """Return probabilities of one prior as they are at another.

    Positives and negatives score as before, only their numbers differ, so Bayes' rule moves every logit by the same
    amount: ``logit(new score) = logit(score) + logit(new prior) - logit(prior)`` (Saerens et al. 2002).

    Parameters
    ----------
    scores
        0–1, any shape.
    prior, new_prior
        Share of positives that the scores are for, and that they are wanted for; above 0 and below 1.

    Returns
    -------
    numpy.ndarray
        Float64, the shape of ``scores``; 0 and 1 stay what they are.

    Raises
    ------
    ValueError
        If a prior is not between 0 and 1.

    Examples
    --------
    >>> at_prior([0.0, 0.5, 1.0], 0.5, 0.1).round(12).tolist()
    [0.0, 0.1, 1.0]
    """
    for value in (prior, new_prior):
        if not 0 < value < 1:
            raise ValueError(f"prior {value} must lie between 0 and 1")
    p = np.asarray(scores, dtype=np.float64)
    positive, negative = p * (new_prior / prior), (1 - p) * ((1 - new_prior) / (1 - prior))
    return positive / (positive + negative)


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a model's logits become scores, the contents of ``calibration.json``.

    Parameters
    ----------
    kind
        ``identity``: score = sigmoid(logit). ``platt``: score = sigmoid(slope * logit + intercept), fitted on
        pairs the network was not trained on (Platt 1999).
    slope, intercept
        Of ``platt``; 1 and 0 for ``identity``.
    prior
        Share of positives among the pairs of the fit, 0–1; a score is a probability at this share only.
        None: not fitted.
    percentile
        Quantiles of the logits of background windows at equal steps from 0 to 100 %, at least 101, ascending.
        None: the model has no background.

    Examples
    --------
    >>> Calibration().apply([0.0]).tolist()
    [0.5]
    """

    kind: Literal["identity", "platt"] = "identity"
    slope: float = 1.0
    intercept: float = 0.0
    prior: float | None = None
    percentile: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.slope) and math.isfinite(self.intercept)):
            raise ValueError(f"slope {self.slope} and intercept {self.intercept} must be finite")
        if self.kind == "identity" and (self.slope, self.intercept) != (1.0, 0.0):
            raise ValueError("kind identity has slope 1 and intercept 0; use kind platt for others")
        if self.slope <= 0:
            raise ValueError(f"slope {self.slope} must be above 0, or scores would rank against the logits")
        if self.prior is not None and not 0 < self.prior < 1:
            raise ValueError(f"prior {self.prior} must lie between 0 and 1")
        if self.percentile is not None:
            _check_quantiles(self.percentile)

    def apply(self, logits: ArrayLike) -> NDArray[np.float64]:
        """Return the scores of logits.

        Parameters
        ----------
        logits
            Any shape, float32 or float64.

        Returns
        -------
        numpy.ndarray
            Scores in 0–1, float64, the shape of ``logits``.

        Examples
        --------
        >>> Calibration(kind="platt", slope=2.0, intercept=-1.0).apply(0.5).item()
        0.5
        """
        x = np.asarray(logits, dtype=np.float64)
        return sigmoid(x if self.kind == "identity" else self.slope * x + self.intercept)

    def percentiles(self, logits: ArrayLike) -> NDArray[np.float64]:
        """Return the percentage of background windows with a lower logit, interpolated between quantiles.

        Parameters
        ----------
        logits
            Any shape.

        Returns
        -------
        numpy.ndarray
            0–100, float64, the shape of ``logits``; 0 below the lowest quantile, 100 above the highest.

        Raises
        ------
        ModelError
            If the model has no background quantiles; ask ``calibration.percentile is None`` first.

        Examples
        --------
        >>> calibration = Calibration(percentile=tuple(range(101)))
        >>> calibration.percentiles([-1.0, 25.5, 200.0]).tolist()
        [0.0, 25.5, 100.0]
        """
        if self.percentile is None:
            raise ModelError("this model has no background quantiles, so percentiles cannot be given")
        shares = np.linspace(0.0, 100.0, len(self.percentile))
        return np.interp(np.asarray(logits, dtype=np.float64), self.percentile, shares)


def _check_quantiles(quantiles: tuple[float, ...]) -> None:
    if len(quantiles) < _FEWEST_QUANTILES:
        raise ValueError(
            f"percentile has {len(quantiles)} quantiles; at least {_FEWEST_QUANTILES} are needed"
        )
    values = np.array(quantiles)
    if not np.isfinite(values).all() or (np.diff(values) < 0).any():
        raise ValueError("percentile must be finite and ascending")
