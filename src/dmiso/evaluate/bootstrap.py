"""How sure a metric is: intervals and paired tests by resampling site clusters, not rows.

Rows that share a site (a positive and its swapped negatives, overlapping reads) are not independent, so
whole clusters are drawn with replacement. A replicate is a row of weights, how often each row was drawn;
metrics take blocks of such rows at once (:mod:`dmiso.evaluate.metrics`). Whole tables of metrics take the same draws
along sorted rows (:mod:`dmiso.evaluate.replicates`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Interval",
    "Metric",
    "PairedDifference",
    "bootstrap",
    "bootstrap_interval",
    "cluster_draws",
    "cluster_weights",
    "difference",
    "interval",
    "paired_difference",
]

Key = TypeVar("Key")

_BLOCK_ELEMENTS = 2_000_000
"""Weights held at once: 16 MB per array, of which a metric makes about six."""


class Metric(Protocol):
    """A function with the signature of :func:`dmiso.evaluate.metrics.auroc`."""

    def __call__(self, labels: ArrayLike, scores: ArrayLike, /, *, weights: ArrayLike | None) -> Floats:
        """Compute the metric for each row of weights."""
        ...


class Interval(NamedTuple):
    """A metric with its percentile bootstrap interval; replicates in which it is undefined are left out."""

    value: float
    low: float
    high: float
    n_replicates: int


class PairedDifference(NamedTuple):
    """How much one score is better than another on the same rows, with a two-sided bootstrap p-value."""

    difference: float
    low: float
    high: float
    p_value: float
    n_replicates: int


def cluster_weights(clusters: ArrayLike, n_replicates: int, *, seed: int) -> Iterator[Floats]:
    """Draw clusters with replacement; give how often each row was drawn, in blocks of replicates.

    Parameters
    ----------
    clusters
        Cluster of each row, any sortable values, ``(n_rows,)``.
    n_replicates
        Number of bootstrap replicates.
    seed
        The same seed gives the same weights, whatever the block size.

    Yields
    ------
    numpy.ndarray
        ``(n_replicates_in_block, n_rows)``.

    Examples
    --------
    >>> block, = cluster_weights([7, 7, 9], 2, seed=1)
    >>> block.shape, bool((block[:, 0] == block[:, 1]).all())
    ((2, 3), True)
    """
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1].reshape(-1)
    n_clusters = int(codes.max(initial=-1)) + 1
    block = max(1, _BLOCK_ELEMENTS // max(1, codes.size))
    for drawn in cluster_draws(n_clusters, n_replicates, seed=seed, block=block):
        yield drawn[:, codes].astype(np.float64)


def cluster_draws(n_clusters: int, n_replicates: int, *, seed: int, block: int) -> Iterator[NDArray[np.intp]]:
    """Draw clusters with replacement; give how often each cluster was drawn, in blocks of replicates.

    Parameters
    ----------
    n_clusters
        As many are drawn as there are.
    n_replicates
        Number of bootstrap replicates.
    seed
        The same seed gives the same draws, whatever the block size.
    block
        Replicates in a block.

    Yields
    ------
    numpy.ndarray
        ``(n_replicates_in_block, n_clusters)``.
    """
    generator = np.random.default_rng(seed)
    for start in range(0, n_replicates, block):
        n_block = min(block, n_replicates - start)
        if n_clusters == 0:
            yield np.zeros((n_block, 0), np.intp)
            continue
        drawn = generator.integers(0, n_clusters, size=(n_block, n_clusters))
        drawn += np.arange(n_block)[:, None] * n_clusters
        yield np.bincount(drawn.ravel(), minlength=n_block * n_clusters).reshape(n_block, n_clusters)


def bootstrap(
    jobs: Mapping[Key, tuple[Metric, ArrayLike]],
    labels: ArrayLike,
    clusters: ArrayLike,
    *,
    n_replicates: int = 1000,
    seed: int = 0,
) -> dict[Key, Floats]:
    """Compute metrics of scores, all on the same bootstrap replicates.

    Parameters
    ----------
    jobs
        What to compute, by any key: a metric and the scores ``(n_rows,)`` it is for.
    labels
        1 or 0, ``(n_rows,)``.
    clusters
        Cluster of each row.
    n_replicates, seed
        As :func:`cluster_weights`.

    Returns
    -------
    dict
        Replicates ``(n_replicates,)`` by key.
    """
    parts: dict[Key, list[Floats]] = {key: [] for key in jobs}
    for weights in cluster_weights(clusters, n_replicates, seed=seed):
        for key, (metric, scores) in jobs.items():
            parts[key].append(metric(labels, scores, weights=weights))
    return {key: np.concatenate(blocks) if blocks else np.zeros(0) for key, blocks in parts.items()}


def bootstrap_interval(
    metric: Metric,
    labels: ArrayLike,
    scores: ArrayLike,
    clusters: ArrayLike,
    *,
    n_replicates: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Compute a metric and its cluster-bootstrap interval.

    Parameters
    ----------
    metric
        As :func:`dmiso.evaluate.metrics.auroc`; use :func:`functools.partial` for its other arguments.
    labels, scores, clusters
        One entry per row.
    n_replicates, level, seed
        Number of replicates, coverage of the percentile interval, and seed.

    Returns
    -------
    Interval

    Examples
    --------
    >>> from dmiso.evaluate.metrics import auroc
    >>> bootstrap_interval(auroc, [1, 0] * 4, [0.9, 0.1] * 4, [0, 0, 1, 1, 2, 2, 3, 3], n_replicates=50)
    Interval(value=1.0, low=1.0, high=1.0, n_replicates=50)
    """
    jobs = {"scores": (metric, scores)}
    replicates = bootstrap(jobs, labels, clusters, n_replicates=n_replicates, seed=seed)["scores"]
    return interval(float(metric(labels, scores, weights=None)), replicates, level=level)


def paired_difference(
    metric: Metric,
    labels: ArrayLike,
    scores: ArrayLike,
    other_scores: ArrayLike,
    clusters: ArrayLike,
    *,
    n_replicates: int = 1000,
    seed: int = 0,
) -> PairedDifference:
    """Compute how much ``scores`` beat ``other_scores``, both on the same replicates.

    Parameters
    ----------
    metric, labels, scores, other_scores, clusters, n_replicates, seed
        As :func:`bootstrap_interval`; both score columns belong to the same rows.

    Returns
    -------
    PairedDifference
        With a 95 % percentile interval. The two-sided p-value takes the difference over its bootstrap standard
        error as a standard normal: a share of replicates could not fall under 1 / replicates, too coarse to be
        adjusted for many comparisons.
    """
    jobs = {"scores": (metric, scores), "other": (metric, other_scores)}
    replicates = bootstrap(jobs, labels, clusters, n_replicates=n_replicates, seed=seed)
    observed = float(metric(labels, scores, weights=None)) - float(metric(labels, other_scores, weights=None))
    return difference(observed, replicates["scores"] - replicates["other"])


def interval(value: float, replicates: Floats, *, level: float = 0.95) -> Interval:
    """Turn a metric's replicates into a percentile interval."""
    usable = replicates[~np.isnan(replicates)]
    if usable.size == 0:
        return Interval(value, float("nan"), float("nan"), 0)
    low, high = np.quantile(usable, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), int(usable.size))


def difference(observed: float, replicates: Floats, *, level: float = 0.95) -> PairedDifference:
    """Turn the replicates of a difference into an interval and a two-sided p-value."""
    value, low, high, n = interval(observed, replicates, level=level)
    if n == 0:
        return PairedDifference(value, low, high, float("nan"), 0)
    error = float(replicates[~np.isnan(replicates)].std())
    # replicates all alike: the scores do not differ, or differ beyond any doubt of the bootstrap
    p_value = math.erfc(abs(value) / error / math.sqrt(2)) if error > 0 else float(value == 0)
    return PairedDifference(value, low, high, p_value, n)
