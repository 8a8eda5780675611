"""Numbers that say how well scores order labels: the paper's six, and those that see through shortcuts.

Every function takes ``weights`` of shape ``(n_rows,)`` or ``(n_replicates, n_rows)`` and gives a number or
``n_replicates`` numbers; the cluster bootstrap passes whole blocks of replicates that way.
A metric that is not defined (one class only, no comparable pair) is NaN; :func:`why_undefined` gives the reason.
Order: checks and sorting, areas under curves, the metrics at a threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "OF_CALLS",
    "RATIOS",
    "ThresholdMetrics",
    "ap_at_ratio",
    "auroc",
    "average_precision",
    "brier",
    "chance_ap",
    "checked",
    "comparable_pairs",
    "ends_of_runs",
    "quotient",
    "threshold_metrics",
    "threshold_quotients",
    "why_undefined",
    "within_group_auroc",
]

RATIOS: Final = (1, 10, 100)
"""Negatives per positive at which average precision is given: 1:1, 1:10 and 1:100."""


class ThresholdMetrics(NamedTuple):
    """What the calls at one threshold are worth; each is a number, or an array with one entry per replicate."""

    f1: Floats
    precision: Floats
    recall: Floats
    specificity: Floats

    @property
    def call_auroc(self) -> Floats:
        """AUROC of the calls themselves, a score of 0 or 1: its curve has one corner, so it is a mean of two rates.

        Examples
        --------
        >>> float(threshold_metrics([1, 1, 0, 0], [0.9, 0.2, 0.1, 0.1], 0.5).call_auroc)
        0.75
        >>> float(auroc([1, 1, 0, 0], [1, 0, 0, 0]))
        0.75
        """
        return (self.recall + self.specificity) / 2


OF_CALLS: Final = (*ThresholdMetrics._fields, "call_auroc")
"""What is measured of calls at a threshold, the AUROC of the calls included."""


def why_undefined(labels: ArrayLike, groups: ArrayLike | None = None) -> str | None:
    """Say why ranking metrics of these labels are NaN, or return None where they are defined.

    Examples
    --------
    >>> why_undefined([1, 1, 1])
    'all 3 rows are positives: a ranking metric needs both classes'
    >>> why_undefined([1, 0], ["let-7a", "mir-1"])
    'no group has both a positive and a negative'
    >>> why_undefined([1, 0]) is None
    True
    """
    y = np.asarray(labels)
    if y.size == 0:
        return "there are no rows"
    n_positive = int((y == 1).sum())
    if n_positive in {0, y.size}:
        kind = "positives" if n_positive else "negatives"
        return f"all {y.size} rows are {kind}: a ranking metric needs both classes"
    if groups is not None and comparable_pairs(y, groups)[1] == 0:
        return "no group has both a positive and a negative"
    return None


def auroc(labels: ArrayLike, scores: ArrayLike, *, weights: ArrayLike | None = None) -> Floats:
    """Compute the area under the ROC curve: how often a positive scores above a negative, ties half.

    Parameters
    ----------
    labels
        1 or 0, ``(n_rows,)``.
    scores
        Larger is more likely positive, ``(n_rows,)``; infinite values are allowed, NaN is not.
    weights
        ``(n_rows,)`` or ``(n_replicates, n_rows)``; None counts each row once.

    Returns
    -------
    numpy.ndarray
        0-1, a scalar or ``(n_replicates,)``; NaN where one class has no weight.

    Raises
    ------
    ValueError
        If lengths differ, a label is not 0 or 1, or a score is NaN.

    Examples
    --------
    >>> float(auroc([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1]))
    0.875
    """
    y, s, w = checked(labels, scores, weights)
    order = np.argsort(s, kind="stable")
    return _pair_share(y[order], w[..., order], ends_of_runs(s[order]), np.array([len(s)]))


def within_group_auroc(
    labels: ArrayLike, scores: ArrayLike, groups: ArrayLike, *, weights: ArrayLike | None = None
) -> Floats:
    """Compute the AUROC over pairs of rows of the same group, as miRNA or site.

    Mean of the groups' AUROCs weighted by their number of (positive, negative) pairs: the chance that a
    positive scores above a negative *of its own group*. What a score knows of the group alone gives 0.5.

    Parameters
    ----------
    labels, scores, weights
        As for :func:`auroc`.
    groups
        The group of each row, any sortable values, ``(n_rows,)``.

    Returns
    -------
    numpy.ndarray
        0-1, a scalar or ``(n_replicates,)``; NaN where no group has both classes.

    Examples
    --------
    >>> float(within_group_auroc([1, 0, 1, 0], [0.9, 0.8, 0.2, 0.1], ["a", "a", "b", "b"]))
    1.0
    """
    y, s, w = checked(labels, scores, weights)
    codes = _codes(groups, len(s))
    order = np.lexsort((s, codes))
    codes, s = codes[order], s[order]
    changes = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    group_ends = np.append(changes, len(s))
    run_ends = np.union1d(ends_of_runs(s), group_ends)
    return _pair_share(y[order], w[..., order], run_ends, group_ends)


def comparable_pairs(labels: ArrayLike, groups: ArrayLike) -> tuple[int, int]:
    """Count the groups with both classes, and the (positive, negative) pairs inside groups.

    Examples
    --------
    >>> comparable_pairs([1, 0, 0, 1], ["a", "a", "a", "b"])
    (1, 2)
    """
    y = np.asarray(labels)
    codes = _codes(groups, y.size)
    positives = np.bincount(codes, weights=y == 1)
    negatives = np.bincount(codes, weights=y != 1, minlength=len(positives))
    pairs = positives * negatives
    return int((pairs > 0).sum()), int(pairs.sum())


def average_precision(labels: ArrayLike, scores: ArrayLike, *, weights: ArrayLike | None = None) -> Floats:
    """Compute average precision, the step-wise area under the precision-recall curve (AUPR).

    Rows with one score are one step, as in scikit-learn: ``sum((R_n - R_{n-1}) * P_n)`` over the distinct
    scores from the largest down.

    Parameters
    ----------
    labels, scores, weights
        As for :func:`auroc`.

    Returns
    -------
    numpy.ndarray
        0-1, a scalar or ``(n_replicates,)``; NaN where there is no positive or no negative.

    Examples
    --------
    >>> round(float(average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])), 4)
    0.8333
    """
    y, s, w = checked(labels, scores, weights)
    if y.size == 0:
        return np.full(w.shape[:-1], np.nan)
    order = np.argsort(-s, kind="stable")
    ends = ends_of_runs(s[order]) - 1
    positive = w[..., order] * y[order]
    found = np.cumsum(positive, axis=-1)[..., ends]
    called = np.cumsum(w[..., order], axis=-1)[..., ends]
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(called > 0, found / called, 0.0)
        total = found[..., -1]
        area = (np.diff(found, axis=-1, prepend=0.0) * precision).sum(axis=-1) / total
    defined = (total > 0) & (called[..., -1] - total > 0)
    return np.asarray(np.where(defined, area, np.nan))


def ap_at_ratio(
    labels: ArrayLike, scores: ArrayLike, ratio: float, *, weights: ArrayLike | None = None
) -> Floats:
    """Compute average precision as it would be with ``ratio`` negatives per positive.

    The negatives keep their scores and are weighted so that together they weigh ``ratio`` times the positives.

    Parameters
    ----------
    labels, scores, weights
        As for :func:`auroc`.
    ratio
        Negatives per positive; the chance level is :func:`chance_ap` of it.

    Returns
    -------
    numpy.ndarray
        0-1, a scalar or ``(n_replicates,)``; NaN where there is no positive or no negative.

    Examples
    --------
    >>> float(ap_at_ratio([1, 0], [0.5, 0.5], 10)) == chance_ap(10)
    True
    """
    y, s, w = checked(labels, scores, weights)
    positives = (w * y).sum(axis=-1, keepdims=True)
    negatives = (w * (1 - y)).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(negatives > 0, ratio * positives / negatives, 0.0)
    return average_precision(y, s, weights=np.where(y == 1, w, w * factor))


def chance_ap(ratio: float) -> float:
    """Return the average precision of scores that know nothing, at ``ratio`` negatives per positive.

    Examples
    --------
    >>> chance_ap(1)
    0.5
    """
    return 1.0 / (1.0 + ratio)


def threshold_metrics(
    labels: ArrayLike, scores: ArrayLike, threshold: float, *, weights: ArrayLike | None = None
) -> ThresholdMetrics:
    """Compute F1, precision, recall and specificity of calling every score ``>= threshold`` positive.

    Parameters
    ----------
    labels, scores, weights
        As for :func:`auroc`.
    threshold
        Smallest score that is called positive.

    Returns
    -------
    ThresholdMetrics
        Each 0-1; a quotient with nothing in its denominator (precision without a call, recall without
        a positive, specificity without a negative) is NaN.

    Examples
    --------
    >>> [float(x) for x in threshold_metrics([1, 1, 0, 0], [0.9, 0.2, 0.6, 0.1], 0.5)]
    [0.5, 0.5, 0.5, 0.5]
    """
    y, s, w = checked(labels, scores, weights)
    called = s >= threshold
    true_positive = (w * (y * called)).sum(axis=-1)
    false_positive = (w * ((1 - y) * called)).sum(axis=-1)
    positives = (w * y).sum(axis=-1)
    negatives = (w * (1 - y)).sum(axis=-1)
    return threshold_quotients(true_positive, false_positive, positives, negatives)


def threshold_quotients(
    true_positive: Floats, false_positive: Floats, positives: Floats, negatives: Floats
) -> ThresholdMetrics:
    """Compute the metrics at a threshold from weights of calls and classes, all of one shape."""
    return ThresholdMetrics(
        f1=quotient(2 * true_positive, true_positive + false_positive + positives),
        precision=quotient(true_positive, true_positive + false_positive),
        recall=quotient(true_positive, positives),
        specificity=quotient(negatives - false_positive, negatives),
    )


def brier(labels: ArrayLike, probabilities: ArrayLike, *, weights: ArrayLike | None = None) -> Floats:
    """Compute the mean squared distance of probabilities from labels (0 best; 0.25 for 0.5 everywhere).

    Raises
    ------
    ValueError
        As :func:`auroc`, or if a value is outside 0-1.

    Examples
    --------
    >>> float(brier([1, 0], [0.5, 0.5]))
    0.25
    """
    y, p, w = checked(labels, probabilities, weights)
    if p.size and (p.min() < 0 or p.max() > 1):
        raise ValueError(f"probabilities lie in 0-1; found {p.min():g} to {p.max():g}")
    return quotient((w * (p - y) ** 2).sum(axis=-1), w.sum(axis=-1))


def checked(labels: ArrayLike, scores: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    """Return labels, scores and weights as float arrays of matching shapes."""
    y = np.asarray(labels, dtype=np.float64)
    s = np.asarray(scores, dtype=np.float64)
    w = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if y.ndim != 1 or s.shape != y.shape or w.shape[-1:] != y.shape:
        raise ValueError(
            f"labels {y.shape}, scores {s.shape} and weights {w.shape} do not have the same rows"
        )
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"labels are 0 or 1; found {np.unique(y[~np.isin(y, (0, 1))])[:3]}")
    if np.isnan(s).any():
        raise ValueError(
            f"{int(np.isnan(s).sum())} scores are NaN: give each row a score or leave the row out"
        )
    return y, s, w


def _codes(groups: ArrayLike, n_rows: int) -> NDArray[np.intp]:
    """Return the groups as whole numbers from 0."""
    values = np.asarray(groups)
    if values.shape != (n_rows,):
        raise ValueError(f"groups {values.shape} do not have the {n_rows} rows of the labels")
    return np.unique(values, return_inverse=True)[1].reshape(-1)


def ends_of_runs(sorted_values: NDArray[Any]) -> NDArray[np.intp]:
    """Return the half-open ends of the runs of equal values."""
    return np.append(np.flatnonzero(sorted_values[1:] != sorted_values[:-1]) + 1, len(sorted_values))


def _pair_share(y: Floats, w: Floats, run_ends: NDArray[np.intp], group_ends: NDArray[np.intp]) -> Floats:
    """Return the share of (positive, negative) pairs in order, for rows sorted by group and rising score.

    ``run_ends`` end runs of equal group and score; ``group_ends`` end groups and are among them.
    """
    if y.size == 0:
        return np.full(w.shape[:-1], np.nan)
    positives = np.diff(np.cumsum(w * y, axis=-1)[..., run_ends - 1], axis=-1, prepend=0.0)
    below_or_tied = np.cumsum(w * (1 - y), axis=-1)
    negatives_end = below_or_tied[..., run_ends - 1]
    negatives = np.diff(negatives_end, axis=-1, prepend=0.0)
    group_of_run = np.searchsorted(group_ends, run_ends)
    at_group_end = below_or_tied[..., group_ends - 1]
    before_group = np.concatenate([np.zeros((*w.shape[:-1], 1)), at_group_end[..., :-1]], axis=-1)
    below = negatives_end - negatives - before_group[..., group_of_run]
    in_order = (positives * (below + 0.5 * negatives)).sum(axis=-1)
    of_group = at_group_end - before_group
    pairs = (positives * of_group[..., group_of_run]).sum(axis=-1)
    return quotient(in_order, pairs)


def quotient(above: Floats, below: Floats) -> Floats:
    """Return above / below, NaN where there is nothing below."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(below > 0, np.divide(above, below), np.nan))
