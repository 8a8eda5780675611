"""How well scores order genes by their responses to one miRNA.

Ties never depend on the order of rows: ranks are mean ranks, and genes that tie for the last of the best share what is
left, each counting for a part. AUROC and average precision are those of :mod:`dmiso.evaluate.metrics`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.evaluate.metrics import auroc, average_precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "GENE_METRICS",
    "OF_RESPONDERS",
    "Measure",
    "best_weights",
    "measure",
    "pearson",
    "sign_test",
    "spearman",
    "standardised",
    "weighted_ks",
]

GENE_METRICS: Final = ("spearman", "pearson", "auroc", "average_precision", "best_mean", "best_ks")
"""Correlations with the response, metrics of who responds, mean response of the best genes in standard deviations, and
the one-sided Kolmogorov-Smirnov statistic of the best genes against those without a site."""

OF_RESPONDERS: Final = ("auroc", "average_precision")

_MEAN_KS: Final = math.sqrt(math.pi / 8)
"""Mean of the one-sided statistic times the root of the effective number, where nothing differs."""


class Measure(NamedTuple):
    """A metric of one experiment: value (NaN if not defined), what scores that know nothing reach, p-value, why not."""

    value: float
    chance: float
    p_value: float = math.nan
    note: str = ""


def standardised(responses: Floats) -> Floats:
    """Return responses minus their mean, in their standard deviations (n - 1); NaN where all are alike."""
    if len(responses) < 2 or np.ptp(responses) == 0:
        return np.full(len(responses), np.nan)
    found: Floats = (responses - responses.mean()) / responses.std(ddof=1)
    return found


def pearson(one: Floats, other: Floats) -> float:
    """Return the correlation of two columns; NaN where one does not vary.

    Examples
    --------
    >>> pearson(np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0, 8.0])).__round__(12)
    1.0
    """
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])


def spearman(one: Floats, other: Floats) -> float:
    """Return the correlation of ranks, ties with their mean rank.

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 9.0]), np.array([5.0, 6.0, 7.0])).__round__(12)
    1.0
    """
    return pearson(_ranks(one), _ranks(other))


def _ranks(values: Floats) -> Floats:
    return pl.Series(values).rank("average").to_numpy()


def best_weights(scores: Floats, best: int) -> Floats:
    """Return how much each gene counts among the best: 1, 0, or a part where genes tie for the last of them.

    Parameters
    ----------
    scores
        ``(n_genes,)``.
    best
        How many, fewer than genes.

    Examples
    --------
    >>> best_weights(np.array([3.0, 1.0, 1.0, 0.0]), 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    last = -np.partition(-scores, best - 1)[best - 1]
    above, tied = scores > last, scores == last
    return np.asarray(above + tied * ((best - above.sum()) / tied.sum()), np.float64)


def weighted_ks(responses: Floats, weights: Floats, others: Flags) -> tuple[float, float]:
    """Compare the responses of weighted genes with those of others, whether they lie higher.

    Parameters
    ----------
    responses
        ``(n_genes,)``.
    weights
        How much each gene counts on the one side.
    others
        The genes of the other side.

    Returns
    -------
    tuple of float
        The one-sided statistic, the most by which the cumulative share of the others exceeds that of the weighted
        genes, and its asymptotic p-value, ``exp(-2 n D²)`` with ``n = ab / (a + b)`` (Smirnov 1944).
    """
    order = np.argsort(responses, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(responses[order])), len(order) - 1)
    own = np.cumsum(weights[order])[ends] / weights.sum()
    other = np.cumsum(others[order])[ends] / others.sum()
    statistic = max(0.0, float((other - own).max()))
    return statistic, math.exp(-2 * _effective(weights, others) * statistic**2)


def _effective(weights: Floats, others: Flags) -> float:
    a, b = float(weights.sum()), float(others.sum())
    return a * b / (a + b)


def measure(
    name: str, scores: Floats, responses: Floats, responds: Flags, without_site: Flags, *, best: int
) -> Measure:
    """Compute one metric of one experiment.

    Parameters
    ----------
    name
        Of :data:`GENE_METRICS`.
    scores
        Higher means more repression, ``(n_genes,)``, none NaN.
    responses, responds
        Of the same genes.
    without_site
        Genes that the best are compared with.
    best
        How many genes are the best.

    Returns
    -------
    Measure
    """
    if name in OF_RESPONDERS:
        return _of_responders(name, scores, responds)
    if name in {"spearman", "pearson"}:
        value = (spearman if name == "spearman" else pearson)(scores, responses)
        return Measure(value, 0.0, note="scores or responses are all alike" if math.isnan(value) else "")
    if len(scores) <= best:
        return Measure(math.nan, 0.0, note=f"{len(scores)} genes: not more than the best {best}")
    weights = best_weights(scores, best)
    if name == "best_mean":
        value = float((weights * standardised(responses)).sum() / best)
        return Measure(value, 0.0, note="responses are all alike" if math.isnan(value) else "")
    if not without_site.any():
        return Measure(math.nan, math.nan, note="no gene is without a site")
    statistic, p_value = weighted_ks(responses, weights, without_site)
    return Measure(statistic, _MEAN_KS / math.sqrt(_effective(weights, without_site)), p_value)


def _of_responders(name: str, scores: Floats, responds: Flags) -> Measure:
    """Compute AUROC or average precision."""
    chance = 0.5 if name == "auroc" else float(responds.mean()) if len(responds) else math.nan
    value = float((auroc if name == "auroc" else average_precision)(responds, scores))
    return Measure(value, chance, note="all genes respond, or none" if math.isnan(value) else "")


def sign_test(better: int, worse: int) -> float:
    """Return the two-sided p-value of as many better as worse, ties left out (exact binomial).

    Examples
    --------
    >>> sign_test(5, 0), sign_test(3, 3), sign_test(0, 0)
    (0.0625, 1.0, 1.0)
    """
    n, most = better + worse, max(better, worse)
    tail: int = sum(math.comb(n, k) for k in range(most, n + 1))
    return min(1.0, 2 * tail / (1 << n))
