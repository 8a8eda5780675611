"""Exact tests, their intervals, and false discovery rates, by scipy (``[stats]`` extra): the one module that uses it.

scipy loads in the functions, so that nothing of it is there before a test is made; commands that test ask for it
before any work (:func:`dmiso.extras.require_extra`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.extras import require_extra

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "FisherTest",
    "benjamini_hochberg",
    "binomial_tail",
    "fisher_exact",
    "hypergeometric_tail",
    "share_interval",
]

_LEVEL: Final = 0.95


class FisherTest(NamedTuple):
    """Two-sided p-value, sample odds ratio, and the exact 95 % interval of the odds ratio."""

    p_value: float
    odds_ratio: float
    low: float
    high: float


def binomial_tail(successes: ArrayLike, trials: ArrayLike, share: ArrayLike) -> Floats:
    """Return the chance of at least so many successes: the one-sided binomial test.

    Parameters
    ----------
    successes, trials
        Whole numbers, ``0 <= successes <= trials``; single ones or arrays of one shape.
    share
        Chance of one success, 0-1.

    Examples
    --------
    >>> binomial_tail([2, 0], [2, 9], [0.5, 0.1]).tolist()
    [0.25, 1.0]
    """
    require_extra("scipy")
    from scipy.stats import binom

    return np.asarray(binom.sf(np.asarray(successes) - 1, trials, share), np.float64)


def hypergeometric_tail(overlap: ArrayLike, drawn: ArrayLike, inside: ArrayLike, total: ArrayLike) -> Floats:
    """Return the chance that of ``drawn`` genes at least ``overlap`` are among ``inside`` of ``total``.

    Parameters
    ----------
    overlap, drawn, inside, total
        Whole numbers; single ones or arrays of one shape.

    Examples
    --------
    >>> round(float(hypergeometric_tail(1, 1, 2, 8)), 12)
    0.25
    """
    require_extra("scipy")
    from scipy.stats import hypergeom

    return np.asarray(hypergeom.sf(np.asarray(overlap) - 1, total, inside, drawn), np.float64)


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Return q-values: the false discovery rate at which each test would be called (Benjamini & Hochberg 1995).

    Parameters
    ----------
    p_values
        0-1, ``(n_tests,)``; of none there is nothing to adjust.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    require_extra("scipy")
    from scipy.stats import false_discovery_control

    p = np.asarray(p_values, np.float64)
    return np.asarray(false_discovery_control(p), np.float64) if p.size else p


def fisher_exact(yes: int, total: int, other_yes: int, other_total: int) -> FisherTest:
    """Test whether two groups have the same share (Fisher 1935; interval: Cornfield 1956, conditional).

    Parameters
    ----------
    yes, total
        Of the first group.
    other_yes, other_total
        Of the second group.

    Returns
    -------
    FisherTest
        The odds ratio is above 1 where the first group's share is higher; infinite if the product below is 0, and NaN
        where nothing can be said.

    Examples
    --------
    >>> test = fisher_exact(8, 10, 1, 6)
    >>> round(test.p_value, 4), test.odds_ratio
    (0.035, 20.0)
    """
    require_extra("scipy")
    from scipy import stats

    table = [[yes, total - yes], [other_yes, other_total - other_yes]]
    found = stats.fisher_exact(table)
    interval = stats.contingency.odds_ratio(table).confidence_interval(_LEVEL)
    return FisherTest(float(found.pvalue), float(found.statistic), float(interval.low), float(interval.high))


def share_interval(yes: int, total: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper & Pearson 1934); 0 to 1 of nothing.

    Examples
    --------
    >>> tuple(round(x, 4) for x in share_interval(0, 10))
    (0.0, 0.3085)
    """
    require_extra("scipy")
    from scipy.special import betaincinv

    # the limits are quantiles of beta distributions; solving for the binomial's tail is less exact
    tail = (1 - _LEVEL) / 2
    low = 0.0 if yes == 0 else float(betaincinv(yes, total - yes + 1, tail))
    high = 1.0 if yes == total else float(betaincinv(yes + 1, total - yes, 1 - tail))
    return low, high
