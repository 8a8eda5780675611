"""Exact tests of small tables and their intervals, without a statistics library."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.isomir.preference import binomial_tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FisherTest", "fisher_exact", "share_interval"]

_LEVEL: Final = 0.95
_ALIKE: Final = 1e-7
"""Tables whose chances differ by less than this share are as likely."""


class FisherTest(NamedTuple):
    """Two-sided p-value, sample odds ratio, and the exact 95 % interval of the odds ratio."""

    p_value: float
    odds_ratio: float
    low: float
    high: float


@lru_cache(maxsize=1024)
def _log_terms(n_first: int, n_second: int, n_yes: int) -> tuple[int, NDArray[np.float64]]:
    """Return the lowest possible count of the first group, and log chances up to a constant at odds ratio 1."""
    low, high = max(0, n_yes - n_second), min(n_first, n_yes)

    def log_choose(n: int, k: int) -> float:
        return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)

    terms = [log_choose(n_first, k) + log_choose(n_second, n_yes - k) for k in range(low, high + 1)]
    return low, np.array(terms)


def _chances(n_first: int, n_second: int, n_yes: int, log_odds: float) -> tuple[int, NDArray[np.float64]]:
    """Return the distribution of the first group's count, given all margins and the odds ratio."""
    low, terms = _log_terms(n_first, n_second, n_yes)
    weighted = terms + np.arange(low, low + len(terms)) * log_odds
    chances = np.exp(weighted - weighted.max())
    return low, chances / chances.sum()


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
    no, other_no = total - yes, other_total - other_yes
    below = no * other_yes
    ratio = yes * other_no / below if below else (inf if yes * other_no else float("nan"))
    n_yes = yes + other_yes
    low, chances = _chances(total, other_total, n_yes, 0.0)
    own = chances[yes - low]
    p_value = min(1.0, float(chances[chances <= own * (1 + _ALIKE)].sum()))

    def at_least(log_odds: float) -> float:
        first, spread = _chances(total, other_total, n_yes, log_odds)
        return float(spread[yes - first :].sum())

    def at_most(log_odds: float) -> float:
        first, spread = _chances(total, other_total, n_yes, log_odds)
        return float(spread[: yes - first + 1].sum())

    tail, last = (1 - _LEVEL) / 2, low + len(chances) - 1
    lowest = 0.0 if yes == low else exp(_crossing(at_least, tail))
    highest = inf if yes == last else exp(_crossing(lambda x: -at_most(x), -tail))
    return FisherTest(p_value, ratio, lowest, highest)


def _crossing(rising: Callable[[float], float], value: float) -> float:
    """Return where a rising function of a log reaches a value, by halving."""
    low, high = -50.0, 50.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < value else (low, middle)
    return (low + high) / 2


def share_interval(yes: int, total: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper & Pearson 1934); 0 to 1 of nothing.

    Examples
    --------
    >>> tuple(round(x, 4) for x in share_interval(0, 10))
    (0.0, 0.3085)
    """
    if total == 0:
        return 0.0, 1.0
    tail = (1 - _LEVEL) / 2

    def share(x: float) -> float:
        return 1 / (1 + exp(-x))

    low = 0.0 if yes == 0 else share(_crossing(lambda x: binomial_tail(yes, total, share(x)), tail))
    high = (
        1.0 if yes == total else share(_crossing(lambda x: binomial_tail(yes + 1, total, share(x)), 1 - tail))
    )
    return low, high
