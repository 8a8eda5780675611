"""Ranking metrics of cluster-bootstrap replicates, each in one pass over rows that were sorted once.

A replicate is how often each cluster was drawn. Sorting does not depend on it, so rows are sorted before, and a
replicate adds up counts along them: linear in rows, and no array of rows x replicates is ever made. Several replicates
are computed together (:data:`LANES`), so that a row's cluster is looked up once for all of them.

Counts are whole numbers, so areas under ROC curves are exact: the numbers are those of :mod:`dmiso.evaluate.metrics`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.evaluate.metrics import checked, ends_of_runs
from dmiso.evaluate.soon import soon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Draws = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]

__all__ = ["LANES", "Ranking", "Ranks", "ranks_of", "sort_rows"]

LANES: Final = 64
"""Replicates that are computed together: their counts of a cluster, a byte each, fill a cache line."""

_NEGATIVE, _POSITIVE, _TIED = 0, 1, 2
_RUN_ENDS, _GROUP_ENDS, _COUNT = 1, 2, 4

_AHEAD: Final = 12
"""Rows between asking for a cluster's draws and using them: they lie anywhere in a table of many MB, and waiting for
each took three times as long as adding it."""

# where the counts of a pass lie in one array, LANES of each: a compiler sees that they do not overlap
_ABOVE, _BELOW, _HIGHER, _LOWER = 0, LANES, 2 * LANES, 3 * LANES
_IN_ORDER, _PAIRS, _ALL_ABOVE, _ALL_BELOW = 4 * LANES, 5 * LANES, 6 * LANES, 7 * LANES


class Ranking(NamedTuple):
    """Rows in falling order of score, within each group if there are any: six bytes per row."""

    clusters: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    """0 negative, 1 positive, 2 positive that has its score in common with a negative of its group."""
    ends: NDArray[np.uint8]
    """Sum of 1 at the last of equal scores, 2 at the last of a group, and 4 where pairs are to be counted: no pair is
    missed if that is done once for neighbouring negatives, of whatever scores, that no positive lies between."""


class Ranks(NamedTuple):
    """What one pass gives, a column per replicate."""

    auroc: Floats
    """``(LANES,)``."""
    average_precision: Floats
    """``(n_ratios, LANES)``."""


def sort_rows(
    labels: ArrayLike,
    scores: ArrayLike,
    clusters: NDArray[np.intp],
    groups: ArrayLike | None = None,
    *,
    order: NDArray[np.intp] | None = None,
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
    order
        Rows in falling order of score, equals in the table's, where it is known; None sorts them.

    Raises
    ------
    ValueError
        As :func:`dmiso.evaluate.metrics.auroc`.
    """
    y, s, _ = checked(labels, scores, None)
    codes = np.zeros(len(s), np.intp) if groups is None else np.asarray(groups)
    order = np.argsort(-s, kind="stable") if order is None else order
    if groups is not None:
        rows, positives = np.bincount(codes), np.bincount(codes, weights=y)
        order = order[((positives > 0) & (positives < rows))[codes[order]]]
        order = _by_group(order, codes[order], np.zeros(len(rows) + 1, np.intp))
    return _ranking(clusters[order].astype(np.int32), y[order] == 1, s[order], codes[order])


@njit(cache=True, nogil=True)
def _by_group(
    order: NDArray[np.intp], codes: NDArray[np.intp], starts: NDArray[np.intp]
) -> NDArray[np.intp]:  # pragma: no cover
    """Bring rows together group by group, each in the order it has; ``starts`` are zeros, one more than groups."""
    # by counting, as rows are sorted by score already: sorting by both again took longer than all passes over the rows
    for i in range(len(codes)):
        starts[codes[i] + 1] += 1
    for g in range(1, len(starts)):
        starts[g] += starts[g - 1]
    grouped = np.empty_like(order)
    for i in range(len(codes)):
        grouped[starts[codes[i]]] = order[i]
        starts[codes[i]] += 1
    return grouped


def _ranking(
    clusters: NDArray[np.int32], positive: NDArray[np.bool_], scores: Floats, codes: NDArray[np.intp]
) -> Ranking:
    """Mark kinds and ends of sorted rows."""
    if not len(clusters):
        return Ranking(clusters, np.zeros(0, np.uint8), np.zeros(0, np.uint8))
    groups = ends_of_runs(codes)
    ends = np.zeros(len(clusters), np.uint8)
    ends[ends_of_runs(scores) - 1] = _RUN_ENDS
    ends[groups - 1] = _RUN_ENDS | _GROUP_ENDS | _COUNT
    runs = np.flatnonzero(ends) + 1  # half-open ends
    sizes = np.diff(runs, prepend=0)
    positives = np.add.reduceat(positive.astype(np.intp), runs - sizes)
    tied = (positives > 0) & (positives < sizes)
    before_negatives = np.append(
        positives[1:] == 0, False
    )  # within a group: at its end they are counted anyway
    ends[runs[tied | ((positives == 0) & ~before_negatives)] - 1] |= _COUNT
    kinds = np.where(positive, np.where(np.repeat(tied, sizes), _TIED, _POSITIVE), _NEGATIVE)
    return Ranking(clusters, kinds.astype(np.uint8), ends)


def ranks_of(ranking: Ranking, draws: Draws, ratios: Sequence[float | None] = ()) -> Ranks:
    """Compute AUROC and average precisions of replicates.

    Parameters
    ----------
    ranking
        Sorted rows.
    draws
        How often each cluster was drawn, ``(n_clusters, LANES)``, in the smallest unsigned type that holds them.
    ratios
        Negatives per positive at which average precision is taken (negatives are weighted); None is as they are.

    Returns
    -------
    Ranks
        NaN where a replicate has one class only.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        counts = np.zeros((8, LANES))
        _areas(*ranking, draws, counts.reshape(-1))
        in_order, pairs, positives, negatives = counts[4:]
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
    clusters: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    ends: NDArray[np.uint8],
    draws: Draws,
    counts: Floats,
) -> None:  # pragma: no cover
    """Count pairs in order (ties half), all pairs, and the weights of both classes.

    ``counts``, zeros, has eight lots of ``LANES``: the last four are the result.
    """
    last = len(clusters) - 1
    for i in range(len(clusters)):
        soon(draws, clusters[min(i + _AHEAD, last)])
        drawn = draws[clusters[i]]
        kind = kinds[i]
        # one loop each, and not one with an offset that depends on the kind, so that each is a few vector instructions
        if kind == _NEGATIVE:
            for r in range(LANES):
                counts[_LOWER + r] += drawn[r]
        elif kind == _POSITIVE:
            for r in range(LANES):
                counts[_ABOVE + r] += drawn[r]
        else:
            for r in range(LANES):
                counts[_HIGHER + r] += drawn[r]
        if ends[i] & _COUNT:
            # _HIGHER are positives tied with the negatives of _LOWER; those of _ABOVE lie above them
            for r in range(LANES):
                counts[_IN_ORDER + r] += counts[_LOWER + r] * (counts[_ABOVE + r] + 0.5 * counts[_HIGHER + r])
                counts[_ABOVE + r] += counts[_HIGHER + r]
                counts[_BELOW + r] += counts[_LOWER + r]
                counts[_HIGHER + r] = 0.0
                counts[_LOWER + r] = 0.0
        if ends[i] & _GROUP_ENDS:
            _end_group(counts)


@njit(cache=True, nogil=True, error_model="numpy")
def _end_group(counts: Floats) -> None:  # pragma: no cover
    for r in range(LANES):
        counts[_PAIRS + r] += counts[_ABOVE + r] * counts[_BELOW + r]
        counts[_ALL_ABOVE + r] += counts[_ABOVE + r]
        counts[_ALL_BELOW + r] += counts[_BELOW + r]
        counts[_ABOVE + r] = 0.0
        counts[_BELOW + r] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _precisions(
    clusters: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    ends: NDArray[np.uint8],
    draws: Draws,
    factors: Floats,
    sums: Floats,
) -> None:  # pragma: no cover
    """Add up precision times positives found at each distinct score, ``(n_ratios, LANES)``."""
    found, wrong, new = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    any_new = False
    last = len(clusters) - 1
    for i in range(len(clusters)):
        soon(draws, clusters[min(i + _AHEAD, last)])
        drawn = draws[clusters[i]]
        if kinds[i] == _NEGATIVE:
            for r in range(LANES):
                wrong[r] += drawn[r]
        else:
            any_new = True
            for r in range(LANES):
                new[r] += drawn[r]
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
