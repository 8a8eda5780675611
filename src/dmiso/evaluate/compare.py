"""Scores side by side on one labelled table: metrics with intervals, and paired tests between scores.

Order: which metrics there are, :func:`metric_table`, :func:`comparison_table`. Both work from one set of
bootstrap replicates (:func:`replicate`), so that differences are paired.
"""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.columns import COMPARISON_COLUMNS, METRIC_COLUMNS, schema_of
from dmiso.evaluate.bootstrap import Metric, difference, interval
from dmiso.evaluate.energy_sample import by_rows, inside
from dmiso.evaluate.metrics import (
    OF_CALLS,
    RATIOS,
    ap_at_ratio,
    auroc,
    average_precision,
    brier,
    chance_ap,
    threshold_metrics,
    why_undefined,
    within_group_auroc,
)
from dmiso.evaluate.reliability import brier_parts, calibration_error
from dmiso.evaluate.replicates import Rows, replicate_scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dmiso.evaluate.score_column import ScoreColumn

    Floats = NDArray[np.float64]
    Jobs = dict[tuple[str, str], tuple[Metric, ArrayLike]]
    Replicates = dict[tuple[str, str], Floats]

__all__ = [
    "COMPARED_METRICS",
    "METRICS",
    "METRIC_COLUMNS",
    "comparison_table",
    "holm",
    "jobs_of",
    "judge",
    "metric_table",
    "observed",
    "replicate",
]

_GROUPED: Final = {"within_mirna_auroc": "mirna_sequence", "within_site_auroc": "target_sequence"}
_AT_THRESHOLD: Final = ("f1", "precision", "recall", "specificity")
_OF_BINS: Final = ("brier_reliability", "brier_resolution", "brier_uncertainty", "calibration_error")
"""Numbers of binned scores. They have no interval: a bootstrap spreads bins further, so it would lie too high."""

METRICS: Final = (
    "auroc",
    "average_precision",
    *_AT_THRESHOLD,
    *(f"ap_1_{ratio}" for ratio in RATIOS),
    *_GROUPED,
    "brier",
    *_OF_BINS,
)
"""Every metric: the paper's six first (AUPR is ``average_precision``)."""

COMPARED_METRICS: Final = ("auroc", "ap_1_1", "ap_1_10", "within_mirna_auroc")
"""Metrics that paired tests are made on."""


def _at_threshold(
    labels: ArrayLike, scores: ArrayLike, /, *, name: str, threshold: float, weights: ArrayLike | None
) -> Floats:
    """Compute one of the metrics at a threshold."""
    result: Floats = getattr(threshold_metrics(labels, scores, threshold, weights=weights), name)
    return result


def _of_bins(labels: ArrayLike, scores: ArrayLike, /, *, name: str, weights: ArrayLike | None) -> Floats:
    """Compute one of the numbers of binned scores."""
    assert weights is None
    if name == "calibration_error":
        return np.asarray(calibration_error(labels, scores))
    return np.asarray(getattr(brier_parts(labels, scores), name.removeprefix("brier_")))


def _group_codes(table: pl.DataFrame, names: Iterable[str]) -> dict[str, NDArray[np.intp]]:
    """Return numbers of the groups of metrics that compare inside groups, from 0."""
    return {
        name: table[_GROUPED[name]].rank("dense").to_numpy().astype(np.intp) - 1
        for name in names
        if name in _GROUPED
    }


def jobs_of(
    table: pl.DataFrame,
    column: ScoreColumn,
    names: Sequence[str] = METRICS,
    *,
    groups: Mapping[str, NDArray[np.intp]] | None = None,
) -> Jobs:
    """Return the metrics that a score can have, each with the values it is taken of.

    Parameters
    ----------
    table
        Labelled table.
    column
        A score that is there.
    names
        Metrics to choose from; those that need a threshold or probabilities are left out where there are none.
    groups
        Numbers of miRNAs and sites by metric, where many scores of one table are asked for; None makes them.
    """
    assert column.values is not None
    jobs: Jobs = {}
    for name in names:
        key = (column.name, name)
        if name == "auroc":
            jobs[key] = (auroc, column.values)
        elif name == "average_precision":
            jobs[key] = (average_precision, column.values)
        elif name.startswith("ap_1_"):
            jobs[key] = (partial(ap_at_ratio, ratio=float(name[5:])), column.values)
        elif name in _GROUPED:
            codes = _group_codes(table, [name])[name] if groups is None else groups[name]
            jobs[key] = (partial(within_group_auroc, groups=codes), column.values)
        elif name in OF_CALLS and column.threshold is not None:
            values = column.thresholded
            assert values is not None
            jobs[key] = (partial(_at_threshold, name=name, threshold=column.threshold), values)
        elif name == "brier" and column.probabilities is not None:
            jobs[key] = (brier, column.probabilities)
        elif name in _OF_BINS and column.probabilities is not None:
            jobs[key] = (partial(_of_bins, name=name), column.probabilities)
    return jobs


def replicate(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    clusters: NDArray[np.intp],
    *,
    names: Sequence[str] = METRICS,
    n_replicates: int = 1000,
    seed: int = 0,
) -> Replicates:
    """Compute every metric of every score on the same draws of site clusters.

    Returns
    -------
    dict
        ``(n_replicates,)`` by (score, metric).
    """
    wanted = [name for name in names if name not in _OF_BINS]
    rows = Rows(table["label"].to_numpy(), clusters, _group_codes(table, wanted))
    return replicate_scores(rows, columns, wanted, n_replicates=n_replicates, seed=seed)


def observed(
    table: pl.DataFrame, columns: Sequence[ScoreColumn], names: Sequence[str] = METRICS
) -> dict[tuple[str, str], float]:
    """Return the metrics of scores on the table as it is, by (score, metric); none of scores that are absent."""
    groups, labels = _group_codes(table, names), table["label"].to_numpy()
    return {
        key: float(metric(labels, values, weights=None))
        for column in columns
        if column.values is not None
        for key, (metric, values) in jobs_of(table, column, names, groups=groups).items()
    }


def metric_table(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    replicates: Replicates,
    *,
    names: Sequence[str] = METRICS,
    values: Mapping[tuple[str, str], float] | None = None,
) -> pl.DataFrame:
    """Return every metric of every score with its 95 % interval.

    Parameters
    ----------
    table
        Labelled table.
    columns
        Scores; one that is absent gives a single row with its note.
    replicates
        As :func:`replicate` gives them; an empty dict leaves the intervals empty.
    names
        Metrics to give.
    values
        What :func:`observed` gives of these scores and metrics, if that is known; None computes it.

    Returns
    -------
    polars.DataFrame
        Columns :data:`METRIC_COLUMNS`. A metric that is not defined has no value, and a note that says why.
    """
    rows: list[dict[str, Any]] = []
    values = observed(table, columns, names) if values is None else values
    for column in columns:
        head = {"scorer": column.name, "kind": column.kind, "note": column.note}
        if column.values is None:
            rows.append(head)
            continue
        for key in ((column.name, name) for name in names if (column.name, name) in values):
            rows.append({**head, **_row(table, column, key[1], values[key])})
            low = interval(0.0, replicates[key]) if key in replicates else None
            if low is not None and low.n_replicates:
                rows[-1] |= {"low": low.low, "high": low.high, "replicates": low.n_replicates}
    return pl.DataFrame(
        [{name: row.get(name) for name in METRIC_COLUMNS} for row in rows], schema=schema_of(METRIC_COLUMNS)
    )


def _row(table: pl.DataFrame, column: ScoreColumn, name: str, value: float) -> dict[str, Any]:
    """Return the fields of one metric."""
    row: dict[str, Any] = {"metric": name, "rows": table.height, "chance": _chance(table, name)}
    if name in OF_CALLS:
        row["threshold"] = column.threshold
    if not np.isnan(value):
        return row | {"value": value}
    if name in OF_CALLS:
        reason = "nothing to divide by: no call, no positive or no negative"
    else:
        groups = table[_GROUPED[name]].to_numpy() if name in _GROUPED else None
        reason = why_undefined(table["label"].to_numpy(), groups) or "not defined"
    return row | {"note": "; ".join(filter(None, [column.note, reason]))}


def _chance(table: pl.DataFrame, name: str) -> float | None:
    """Return what scores that know nothing reach."""
    if name.endswith("auroc"):
        return 0.5
    if name.startswith("ap_1_"):
        return chance_ap(float(name[5:]))
    if name in {"average_precision", "brier"} and table.height:
        share = float(table["label"].to_numpy().mean())
        return share if name == "average_precision" else share * (1 - share)
    return None


def judge(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    clusters: NDArray[np.intp],
    *,
    n_replicates: int,
    seed: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the metrics of scores and the tests between them, each on the rows that it can be taken of.

    A score that only a sample of rows has (:mod:`dmiso.evaluate.energy_sample`) is judged on that sample, and so is
    its comparison with any other: both on the same rows, and the same draws of clusters.

    Returns
    -------
    tuple of polars.DataFrame
        :func:`metric_table`, in the order of ``columns``, and :func:`comparison_table`; ``rows`` says of how many.
    """
    whole, sample = by_rows(columns)
    draw = partial(replicate, n_replicates=n_replicates, seed=seed)
    draws = draw(table, whole, clusters) if n_replicates else {}
    values = observed(table, whole)
    metrics = metric_table(table, whole, draws, values=values)
    tests = comparison_table(table, whole, draws, values=values)
    if sample is None:
        return metrics, tests
    part, sampled = table.filter(pl.Series(sample)), {c.name for c in columns if c.rows is not None}
    columns_there = [inside(column, sample) for column in columns if column.values is not None]
    draws = draw(part, columns_there, clusters[sample]) if n_replicates else {}
    values = observed(part, columns_there)
    more = metric_table(part, [c for c in columns_there if c.name in sampled], draws, values=values)
    order = pl.DataFrame({"scorer": [c.name for c in columns], "_order": range(len(columns))})
    metrics = pl.concat([metrics, more]).join(order, on="scorer", how="left", maintain_order="left")
    tests_there = comparison_table(part, columns_there, draws, values=values).filter(
        pl.col("scorer").is_in(sampled) | pl.col("other_scorer").is_in(sampled)
    )
    return metrics.sort("_order", maintain_order=True).drop("_order"), _adjusted([tests, tests_there])


def _adjusted(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Join tests, metric by metric, and adjust for the number of all."""
    tests = pl.concat(parts)
    of_metrics = [tests.filter(pl.col("metric") == name) for name in COMPARED_METRICS]
    return pl.concat(
        [part.with_columns(p_adjusted=pl.Series(holm(part["p_value"].to_numpy()))) for part in of_metrics]
    )


def comparison_table(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    replicates: Replicates,
    *,
    values: Mapping[tuple[str, str], float] | None = None,
) -> pl.DataFrame:
    """Test each score against each other one, and against each baseline, on the same replicates.

    Parameters
    ----------
    table, columns, replicates, values
        As for :func:`metric_table`.

    Returns
    -------
    polars.DataFrame
        ``difference`` is score minus other, with a 95 % interval and a two-sided bootstrap p-value;
        ``p_adjusted`` is Holm's over all comparisons of one metric.
    """
    present = [column for column in columns if column.values is not None]
    pairs = [
        (a, b) for a, b in combinations(present, 2) if not (a.kind == "baseline" and b.kind == "baseline")
    ]
    values = observed(table, columns, COMPARED_METRICS) if values is None else values
    rows: list[dict[str, Any]] = []
    for name in COMPARED_METRICS:
        tested = []
        for a, b in pairs:
            keys = ((a.name, name), (b.name, name))
            if any(key not in replicates for key in keys):
                continue
            d = difference(values[keys[0]] - values[keys[1]], replicates[keys[0]] - replicates[keys[1]])
            if d.n_replicates == 0 or np.isnan(d.difference):
                continue
            tested.append(
                {"scorer": a.name, "other_scorer": b.name, "metric": name, "difference": d.difference}
                | {"low": d.low, "high": d.high, "p_value": d.p_value, "replicates": d.n_replicates}
                | {"rows": table.height}
            )
        adjusted = holm(np.array([row["p_value"] for row in tested], dtype=np.float64))
        rows += [row | {"p_adjusted": p} for row, p in zip(tested, adjusted.tolist(), strict=True)]
    return pl.DataFrame(
        [{name: row[name] for name in COMPARISON_COLUMNS} for row in rows],
        schema=schema_of(COMPARISON_COLUMNS),
    )


def holm(p_values: Floats) -> Floats:
    """Adjust p-values for their number by Holm's step-down method.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    n = len(p_values)
    stepped = np.maximum.accumulate(p_values[order] * (n - np.arange(n)))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
