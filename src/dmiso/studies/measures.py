"""One shape for every result of the study: a row is a metric of a subject on some data in one mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.alphabet import NUCLEOTIDES, shares_of_gc
from dmiso.columns import ROW_COLUMNS, schema_of
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.compare import metric_table, replicate
from dmiso.evaluate.score_column import ScoreColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmiso.settings.study import StudySettings

__all__ = [
    "BOTH_AUROCS",
    "PAPER_SIX",
    "ROW_COLUMNS",
    "measured",
    "network_column",
    "plain_row",
    "random_windows",
    "rows_frame",
]

PAPER_SIX: Final = ("auroc", "average_precision", "f1", "precision", "recall", "specificity")
"""The paper's six metrics; its AUPR is ``average_precision``."""

BOTH_AUROCS: Final = ("auroc", "call_auroc", *PAPER_SIX[1:])
"""The same with the AUROC of the calls, which is what the paper's AUROCs of other tools are."""


def rows_frame(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Return rows as a table of results; what a row does not say is null."""
    return pl.DataFrame(
        [{name: row.get(name) for name in ROW_COLUMNS} for row in rows], schema=schema_of(ROW_COLUMNS)
    )


def plain_row(
    analysis: str, data: str, subject: str, metric: str, *, value: float | None = None, **more: Any
) -> dict[str, Any]:
    """Return a row without an interval: a count, or a statement.

    Examples
    --------
    >>> plain_row("S9 top five", "primary", "network", "", note="one pair a read")["mode"]
    'both'
    """
    row = {"analysis": analysis, "data": data, "subject": subject, "metric": metric, "value": value}
    return {"mode": "both", **row, **more}


def network_column(scored: pl.DataFrame, name: str = "network", note: str = "") -> ScoreColumn:
    """Return a network's scores of a table that has ``logit`` and ``score``; a pair is called at score 0.5."""
    logits, scores = (scored[column].cast(pl.Float64).to_numpy() for column in ("logit", "score"))
    return ScoreColumn(name, "model", logits, 0.5, scores, note)


def measured(
    key: tuple[str, str, str],
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    settings: StudySettings,
    *,
    names: Sequence[str] = PAPER_SIX,
) -> pl.DataFrame:
    """Measure scores on a labelled table, with 95 % intervals by resampling site clusters.

    Parameters
    ----------
    key
        Analysis, data and mode.
    table
        Labelled rows.
    columns
        Scores; one that is absent gives a row per metric with its note and no value.
    settings
        Replicates and seed.
    names
        Metrics; those that a score cannot have are left out.

    Returns
    -------
    polars.DataFrame
        Columns :data:`ROW_COLUMNS`.
    """
    analysis, data, mode = key
    head = {"analysis": analysis, "data": data, "mode": mode}
    if table.is_empty():
        return rows_frame({**head, "subject": c.name, "metric": "", "note": "no rows"} for c in columns)
    positives = int((table["label"] == 1).sum())
    sizes = {"positives": positives, "negatives": table.height - positives}
    draws = {}
    if settings.replicates:
        draws = replicate(
            table,
            columns,
            cluster_column(table),
            names=names,
            n_replicates=settings.replicates,
            seed=settings.seed,
        )
    found = metric_table(table, columns, draws, names=names).rename({"scorer": "subject"})
    present = [row for row in found.to_dicts() if row["metric"] is not None]
    missing = [
        {"subject": column.name, "metric": name, "note": column.note}
        for column in columns
        if column.values is None
        for name in names
    ]
    return rows_frame({**row, **head, **sizes} for row in (*present, *missing))


def random_windows(n: int, length: int, gc: float, seed: int) -> list[str]:
    """Return random RNA with a share of G and C.

    Examples
    --------
    >>> windows = random_windows(2, 5, 1.0, seed=1)
    >>> len(windows), set("".join(windows)) <= set("GC")
    (2, True)
    """
    rng = np.random.default_rng(seed)
    bases = rng.choice(list(NUCLEOTIDES), size=(n, length), p=shares_of_gc(gc))
    return ["".join(row) for row in bases.tolist()]
