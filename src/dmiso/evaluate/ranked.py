"""Ranking metrics of cluster-bootstrap replicates, each in one pass over rows that were sorted once.

A replicate is how often each cluster was drawn. Sorting does not depend on it, so rows are sorted before, and a
replicate adds up counts along them: linear in rows, and no array of rows x replicates is ever made. Several replicates
are computed together (:data:`LANES`), so that a row's cluster is looked up once for all of them.

Counts are whole numbers, so areas under ROC curves are exact: the numbers are those of :mod:`dmiso.evaluate.metrics`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numba import njit

from dmiso.evaluate.metrics import checked, ends_of_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Draws = NDArray[np.uint16]

__all__ = ["LANES", "Ranking", "Ranks", "ranks_of", "sort_rows"]

LANES: Final = 16
"""Replicates that are computed together: their counts of a cluster fill half of a cache line. 8 took 1.3 times as long;
with 32, the draws of a million clusters would fill half a GiB."""


class Ranking(NamedTuple):
    """Rows in falling order of score, within each group if there are any: six bytes per row."""

    clusters: NDArray[np.int32]
    positive: NDArray[np.bool_]
    ends: NDArray[np.uint8]
    """1 at the last row of equal scores, 2 where its group ends too."""


class Ranks(NamedTuple):
    """What one pass gives, a column per replicate."""

    auroc: Floats
    """``(LANES,)``."""
    average_precision: Floats
    """``(n_ratios, LANES)``."""


def sort_rows(
    labels: ArrayLike, scores: ArrayLike, clusters: NDArray[np.intp], groups: ArrayLike | None = None
) -> Ranking:
    """Sort rows for :func:`ranks_of`.

    Parameters
    ----------
    labels, scores
        As for :func:`dmiso.evaluate.metrics.auroc`.
    clusters
        Cluster of each row, numbers from 0.
    groups
        Numbers of groups from 0: pairs are compared inside them only. Groups of one class, which have no pair to
        compare, are left out.

    Raises
    ------
    ValueError
        As :func:`dmiso.evaluate.metrics.auroc`.
    """
    y, s, _ = checked(labels, scores, None)
    codes = np.zeros(len(s), np.intp) if groups is None else np.asarray(groups)
    if groups is None:
        order = np.argsort(-s, kind="stable")
    else:
        rows, positives = np.bincount(codes), np.bincount(codes, weights=y)
        both = np.flatnonzero(((positives > 0) & (positives < rows))[codes])
        order = both[np.lexsort((-s[both], codes[both]))]
    codes = codes[order]
    ends = np.zeros(len(order), np.uint8)
    if len(order):
        ends[ends_of_runs(s[order]) - 1] = 1
        ends[ends_of_runs(codes) - 1] = 2
    return Ranking(clusters[order].astype(np.int32), y[order] == 1, ends)


def ranks_of(ranking: Ranking, draws: Draws, ratios: Sequence[float | None] = ()) -> Ranks:
    """Compute AUROC and average precisions of replicates.

    Parameters
    ----------
    ranking
        Sorted rows.
    draws
        How often each cluster was drawn, ``(n_clusters, LANES)``.
    ratios
        Negatives per positive at which average precision is taken (negatives are weighted); None is as they are.

    Returns
    -------
    Ranks
        NaN where a replicate has one class only.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        in_order, pairs, positives, negatives = _areas(*ranking, draws)
        areas = np.where(pairs > 0, in_order / pairs, np.nan)
        factors = np.ones((len(ratios), LANES))
        for k, ratio in enumerate(ratios):
            if ratio is not None:
                factors[k] = np.where(negatives > 0, ratio * positives / negatives, 0.0)
        precisions = np.zeros((len(ratios), LANES))
        if len(ratios):
            _precisions(*ranking, draws, factors, precisions)
        defined = (positives > 0) & (negatives * factors > 0)
        return Ranks(areas, np.where(defined, precisions / positives, np.nan))


@njit(cache=True, nogil=True, error_model="numpy")
def _areas(
    clusters: NDArray[np.int32], positive: NDArray[np.bool_], ends: NDArray[np.uint8], draws: Draws
) -> tuple[Floats, Floats, Floats, Floats]:  # pragma: no cover
    """Return pairs in order (ties half), all pairs, and the weights of both classes."""
    in_order, pairs, all_above, all_below = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    above, below = np.zeros(LANES), np.zeros(LANES)  # positives above the run, negatives of the group so far
    tied, own = np.zeros(LANES), np.zeros(LANES)  # of the run: positives, negatives
    for i in range(len(clusters)):
        drawn = draws[clusters[i]]
        if positive[i]:
            for r in range(LANES):
                tied[r] += drawn[r]
        else:
            for r in range(LANES):
                own[r] += drawn[r]
        if ends[i] == 0:
            continue
        for r in range(LANES):
            in_order[r] += own[r] * (above[r] + 0.5 * tied[r])
            above[r] += tied[r]
            below[r] += own[r]
            tied[r] = 0.0
            own[r] = 0.0
        if ends[i] == 2:
            for r in range(LANES):
                pairs[r] += above[r] * below[r]
                all_above[r] += above[r]
                all_below[r] += below[r]
                above[r] = 0.0
                below[r] = 0.0
    return in_order, pairs, all_above, all_below


@njit(cache=True, nogil=True, error_model="numpy")
def _precisions(
    clusters: NDArray[np.int32],
    positive: NDArray[np.bool_],
    ends: NDArray[np.uint8],
    draws: Draws,
    factors: Floats,
    sums: Floats,
) -> None:  # pragma: no cover
    """Add up precision times positives found at each distinct score, ``(n_ratios, LANES)``."""
    found, wrong, new = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    any_new = False
    for i in range(len(clusters)):
        drawn = draws[clusters[i]]
        if positive[i]:
            any_new = True
            for r in range(LANES):
                new[r] += drawn[r]
        else:
            for r in range(LANES):
                wrong[r] += drawn[r]
        if ends[i] == 0 or not any_new:
            continue
        any_new = False
        for r in range(LANES):
            found[r] += new[r]
        for k in range(len(factors)):
            factor, total = factors[k], sums[k]
            for r in range(LANES):
                # nothing found adds nothing; the least above 0 keeps 0 / 0 out without a branch
                called = max(found[r] + factor[r] * wrong[r], 1e-300)
                total[r] += new[r] * found[r] / called
        for r in range(LANES):
            new[r] = 0.0
