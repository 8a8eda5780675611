"""Whether a score of 0.8 is right eight times in ten: bins of scores, the Brier score's parts, calibration error.

A score is a probability at one prior only: the share of positives among the pairs it was calibrated on. On a table
with another share it is off by a known amount, which :meth:`ScoreColumn.at_prior` takes away.

Order: bins, their numbers, the table, the summary numbers, scores at another prior.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import RELIABILITY_COLUMNS, schema_of
from dmiso.evaluate.metrics import brier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dmiso.evaluate.score_column import ScoreColumn

    Floats = NDArray[np.float64]

__all__ = [
    "RELIABILITY_COLUMNS",
    "BrierParts",
    "at_priors",
    "brier_parts",
    "calibration_error",
    "equal_count_bins",
    "reliability_bins",
    "reliability_table",
    "wilson_interval",
]

N_BINS: Final = 10
_Z: Final = 1.959963984540054
"""97.5 % quantile of the standard normal."""

_BIN_COLUMNS: Final = tuple(RELIABILITY_COLUMNS)[2:]


class BrierParts(NamedTuple):
    """The Brier score's parts: ``brier = reliability - resolution + uncertainty + within_bins``.

    Parameters
    ----------
    brier
        Mean squared distance of scores from labels.
    reliability
        Mean squared distance of a bin's mean score from its share of positives; 0 is best.
    resolution
        Mean squared distance of a bin's share of positives from the table's; the more the better.
    uncertainty
        Of the labels: share of positives times share of negatives; what always scoring the share reaches.
    within_bins
        What scores differ by inside bins, beyond their means; near 0 with enough bins.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float


def equal_count_bins(scores: ArrayLike, n_bins: int = N_BINS) -> NDArray[np.intp]:
    """Divide scores into bins of equal count, lowest first; equal scores share a bin.

    Parameters
    ----------
    scores
        ``(n_rows,)``.
    n_bins
        Bins at most; where many scores are equal there are fewer.

    Returns
    -------
    numpy.ndarray
        The bin of each row, from 0, ``(n_rows,)``.

    Examples
    --------
    >>> equal_count_bins([0.1, 0.9, 0.2, 0.8], 2).tolist()
    [0, 1, 0, 1]
    >>> equal_count_bins([0.5, 0.5, 0.5, 0.9], 2).tolist()
    [0, 0, 0, 1]
    """
    values = np.asarray(scores, np.float64)
    if n_bins < 1:
        raise ValueError(f"n_bins is {n_bins}; at least 1 is needed")
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    run_ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, len(ordered))
    wanted = np.round(np.arange(1, n_bins + 1) * len(ordered) / n_bins).astype(np.int64)
    ends = np.unique(run_ends[np.searchsorted(run_ends, wanted)])
    bins = np.empty(len(values), np.intp)
    bins[order] = np.searchsorted(ends[ends > 0], np.arange(len(values)), side="right")
    return bins


def wilson_interval(positives: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Compute the 95 % interval of a share (Wilson 1927), rows taken as independent.

    Parameters
    ----------
    positives, n
        Positives and rows of each share; ``n`` above 0.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper ends, 0-1.

    Examples
    --------
    >>> [round(float(end), 3) for end in wilson_interval(8, 10)]
    [0.49, 0.943]
    """
    rows = np.asarray(n, np.float64)
    share = np.asarray(positives, np.float64) / rows
    z2 = _Z**2 / rows
    centre = (share + z2 / 2) / (1 + z2)
    half = _Z * np.sqrt(share * (1 - share) / rows + z2 / (4 * rows)) / (1 + z2)
    # at shares of 0 and 1 the ends are exactly 0 and 1: rounding must not leave the share outside
    return np.minimum(np.clip(centre - half, 0, 1), share), np.maximum(np.clip(centre + half, 0, 1), share)


def reliability_bins(labels: ArrayLike, scores: ArrayLike, *, n_bins: int = N_BINS) -> pl.DataFrame:
    """Return mean score and observed share of positives in bins of equal count.

    Parameters
    ----------
    labels
        1 or 0, ``(n_rows,)``.
    scores
        0-1, ``(n_rows,)``.
    n_bins
        As for :func:`equal_count_bins`.

    Returns
    -------
    polars.DataFrame
        A row per bin, lowest scores first: ``bin`` (from 1), ``lowest_score``, ``highest_score``, ``mean_score``,
        ``observed_share``, ``share_low`` and ``share_high`` (Wilson), ``n``.

    Examples
    --------
    >>> reliability_bins([0, 1, 1, 1], [0.2, 0.2, 0.9, 0.9], n_bins=2).select("mean_score", "observed_share").rows()
    [(0.2, 0.5), (0.9, 1.0)]
    """
    y, p = np.asarray(labels, np.float64), np.asarray(scores, np.float64)
    bins = equal_count_bins(p, n_bins)
    n = np.bincount(bins)
    positives = np.bincount(bins, weights=y)
    low, high = wilson_interval(positives, n)
    ends = np.cumsum(n)
    ordered = np.sort(p)
    values = (
        np.arange(1, len(n) + 1),
        ordered[ends - n],
        ordered[ends - 1],
        np.bincount(bins, weights=p) / n,
        positives / n,
        low,
        high,
        n,
    )
    schema = {name: schema_of(RELIABILITY_COLUMNS)[name] for name in _BIN_COLUMNS}
    return pl.DataFrame(dict(zip(_BIN_COLUMNS, values, strict=True)), schema=schema)


def reliability_table(
    table: pl.DataFrame, columns: Sequence[ScoreColumn], *, n_bins: int = N_BINS
) -> pl.DataFrame:
    """Return the bins of every score that is a probability.

    Parameters
    ----------
    table
        Labelled table.
    columns
        Scores; those without ``probabilities`` are left out.
    n_bins
        As for :func:`equal_count_bins`.

    Returns
    -------
    polars.DataFrame
        Columns :data:`RELIABILITY_COLUMNS`; ``prior`` is empty where a score does not state it.
    """
    labels = table["label"].to_numpy()
    frames = [pl.DataFrame(schema=schema_of(RELIABILITY_COLUMNS))]
    for column in columns:
        if column.probabilities is not None:
            head = (
                pl.lit(column.name, pl.String).alias("scorer"),
                pl.lit(column.prior, pl.Float64).alias("prior"),
            )
            frames.append(
                reliability_bins(labels, column.probabilities, n_bins=n_bins).select(*head, *_BIN_COLUMNS)
            )
    return pl.concat(frames)


def brier_parts(labels: ArrayLike, scores: ArrayLike, *, n_bins: int = N_BINS) -> BrierParts:
    """Decompose the Brier score by bins of equal count (Murphy 1973; the rest inside bins: Stephenson et al. 2008).

    Parameters
    ----------
    labels, scores, n_bins
        As for :func:`reliability_bins`.

    Returns
    -------
    BrierParts

    Examples
    --------
    >>> brier_parts([0, 1, 1, 1], [0.5, 0.5, 1.0, 1.0], n_bins=2)
    BrierParts(brier=0.125, reliability=0.0, resolution=0.0625, uncertainty=0.1875, within_bins=0.0)
    """
    bins = reliability_bins(labels, scores, n_bins=n_bins)
    share = bins["n"].to_numpy() / bins["n"].sum()
    observed, mean = bins["observed_share"].to_numpy(), bins["mean_score"].to_numpy()
    base = float(np.asarray(labels, np.float64).mean())
    total = float(brier(labels, scores))
    reliability = float((share * (mean - observed) ** 2).sum())
    resolution = float((share * (observed - base) ** 2).sum())
    uncertainty = base * (1 - base)
    return BrierParts(
        total, reliability, resolution, uncertainty, total - (reliability - resolution + uncertainty)
    )


def calibration_error(labels: ArrayLike, scores: ArrayLike, *, n_bins: int = N_BINS) -> float:
    """Compute the expected calibration error: the mean distance of a bin's mean score from its share of positives.

    Bins are of equal count (Nguyen & O'Connor 2015), so each has the same weight. It is above 0 by chance even for
    perfect probabilities: about 0.8 standard errors of a bin's share.

    Parameters
    ----------
    labels, scores, n_bins
        As for :func:`reliability_bins`.

    Examples
    --------
    >>> calibration_error([0, 1, 1, 1], [0.5, 0.5, 0.75, 0.75], n_bins=2)
    0.125
    """
    bins = reliability_bins(labels, scores, n_bins=n_bins)
    distance = np.abs(bins["mean_score"].to_numpy() - bins["observed_share"].to_numpy())
    return float(np.average(distance, weights=bins["n"].to_numpy()))


def at_priors(
    table: pl.DataFrame, columns: Sequence[ScoreColumn], prior: float | Literal["table"] | None
) -> list[ScoreColumn]:
    """Return scores re-expressed at a prior.

    Parameters
    ----------
    table
        Labelled table.
    columns
        Scores.
    prior
        Above 0 and below 1; ``table`` is the table's own share of positives; None leaves all as they are.

    Returns
    -------
    list of ScoreColumn
        Scores that are probabilities but do not state their prior are left as they are, with a note.
    """
    if prior is None:
        return list(columns)
    share = float(table["label"].to_numpy().mean()) if prior == "table" else prior
    if not 0 < share < 1:
        return list(columns)  # a table of one class: a prior of 0 or 1 would make every score 0 or 1
    return [column if column.probabilities is None else column.at_prior(share) for column in columns]
