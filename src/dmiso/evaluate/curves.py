"""ROC and precision-recall curves: what a score finds and what it lets in, for every number of pairs called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import RANKING_CURVE_COLUMNS, schema_of
from dmiso.evaluate.metrics import checked, ends_of_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dmiso.evaluate.score_column import ScoreColumn

    Floats = NDArray[np.float64]

__all__ = ["curve_table", "ranking_curve"]

_STEPS: Final = 100
"""Points of a curve at most, along recall and along false positives."""


def ranking_curve(labels: ArrayLike, scores: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return the corners of both curves, most confident calls first.

    Parameters
    ----------
    labels
        1 or 0, both there, ``(n_rows,)``.
    scores
        Larger is more likely positive, ``(n_rows,)``; pairs of equal score are called together.

    Returns
    -------
    tuple of numpy.ndarray
        Share of negatives called, share of positives called (recall), and precision, ``(n_scores,)`` each.

    Examples
    --------
    >>> [corner.tolist() for corner in ranking_curve([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.7])]
    [[0.0, 0.5, 1.0], [0.5, 0.5, 1.0], [1.0, 0.5, 0.5]]
    """
    y, s, _ = checked(labels, scores, None)
    order = np.argsort(-s, kind="stable")
    ends = ends_of_runs(s[order])
    found = np.cumsum(y[order])[ends - 1]
    return (ends - found) / (len(y) - y.sum()), found / y.sum(), found / ends


def curve_table(table: pl.DataFrame, columns: Sequence[ScoreColumn]) -> pl.DataFrame:
    """Return the curves of every score, thinned to what a picture shows.

    Parameters
    ----------
    table
        Labelled table with both classes.
    columns
        Scores; one that only a sample of rows has is drawn on that sample, one without values is left out.

    Returns
    -------
    polars.DataFrame
        Columns :data:`dmiso.columns.RANKING_CURVE_COLUMNS`, at most 202 rows per score, of rising recall.
    """
    labels = table["label"].to_numpy()
    frames = [pl.DataFrame(schema=schema_of(RANKING_CURVE_COLUMNS))]
    for column in columns:
        if column.values is None:
            continue
        rows = np.ones(len(labels), bool) if column.rows is None else column.rows
        if len(np.unique(labels[rows])) < 2:
            continue
        wrong, found, precision = ranking_curve(labels[rows], column.values[rows])
        kept = _thinned(wrong, found)
        head = {"scorer": column.name, "kind": column.kind, "false_positive_share": wrong[kept]}
        frames.append(
            pl.DataFrame(
                head | {"recall": found[kept], "precision": precision[kept]},
                schema=schema_of(RANKING_CURVE_COLUMNS),
            )
        )
    return pl.concat(frames)


def _thinned(wrong: Floats, found: Floats) -> NDArray[np.intp]:
    """Return the corners to keep: the last of each hundredth of recall, and of each of false positives."""
    kept = [np.flatnonzero(np.append(np.diff(np.floor(axis * _STEPS)) > 0, True)) for axis in (wrong, found)]
    return np.unique(np.concatenate(kept))
