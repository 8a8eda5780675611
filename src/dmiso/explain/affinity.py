"""Rank correlation of scores with measured affinities, with a bootstrap interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.extras import require_extra

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["RankCorrelation", "rank_correlation"]


class RankCorrelation(NamedTuple):
    """Spearman's correlation and its 95 % percentile interval."""

    value: float
    low: float
    high: float


def rank_correlation(
    scores: ArrayLike,
    measured: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    n_replicates: int = 1000,
    seed: int = 0,
) -> RankCorrelation:
    """Correlate ranks (Spearman); of several groups the mean of each one's correlation, however many rows it has.

    Parameters
    ----------
    scores, measured
        ``(n,)``.
    groups
        Group of each row, such as its miRNA; None is one group. A group of fewer than three rows is left out.
    n_replicates
        Bootstrap replicates: rows drawn with replacement within groups.
    seed
        Of the draws.

    Raises
    ------
    MissingExtraError
        If scipy is not installed.

    Examples
    --------
    >>> rank_correlation([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 9.0], n_replicates=10).value
    1.0
    """
    require_extra("scipy", "correlating ranks")
    x, y = np.asarray(scores, np.float64), np.asarray(measured, np.float64)
    labels = np.zeros(len(x)) if groups is None else np.asarray(groups)
    members = [own for label in np.unique(labels) if len(own := np.flatnonzero(labels == label)) > 2]
    generator = np.random.default_rng(seed)
    value = _mean(x, y, members)
    draws = [_mean(x, y, [generator.choice(own, len(own)) for own in members]) for _ in range(n_replicates)]
    finite = [draw for draw in draws if np.isfinite(draw)]
    low, high = np.quantile(finite, [0.025, 0.975]) if finite else (np.nan, np.nan)
    return RankCorrelation(value, float(low), float(high))


def _mean(x: Floats, y: Floats, members: list[NDArray[np.intp]]) -> float:
    """Return the mean over groups of the correlation of ranks; groups in which one side is constant are left out."""
    from scipy.stats import spearmanr

    varied = [own for own in members if np.ptp(x[own]) > 0 and np.ptp(y[own]) > 0]
    found = [float(spearmanr(x[own], y[own]).statistic) for own in varied]
    return float(np.mean(found)) if found else float("nan")
