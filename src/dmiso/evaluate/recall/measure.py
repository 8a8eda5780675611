"""The share of positives that scores call positive, and the same of sites shown with other miRNAs.

A recall alone is worth nothing: whoever calls every site positive has 1. So each stands beside the share of the same
sites that is called positive with the miRNAs of other rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.columns import RECALL_COLUMNS, schema_of
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.compare import metric_table, replicate
from dmiso.evaluate.energy_sample import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.score_column import ScoreColumn

    Mask = NDArray[np.bool_]

__all__ = ["ALL_SOURCES", "RECALL_COLUMNS", "dealt_anew", "groups_of", "recall_table"]

ALL_SOURCES: Final = "all"
"""Stands in ``source`` for the positives of all sources, each pair of sequences once."""

_PAIR: Final = ("mirna_sequence", "target_sequence")
_NO_THRESHOLD: Final = "it calls nothing positive by itself: give it a threshold (--threshold NAME=VALUE)"


def groups_of(table: pl.DataFrame) -> Iterator[tuple[str, Mask]]:
    """Yield the groups of positives whose recall is taken, with their rows: all, then each source.

    Parameters
    ----------
    table
        Positives; ``source`` may be absent.

    Examples
    --------
    >>> table = pl.DataFrame({"mirna_sequence": ["UGA", "UGA"], "target_sequence": ["UCA", "UCA"],
    ...                       "source": ["functional", "non-functional"]})
    >>> [(name, rows.tolist()) for name, rows in groups_of(table)]
    [('all', [True, False]), ('functional', [True, False]), ('non-functional', [False, True])]
    """
    yield ALL_SOURCES, table.select(pl.struct(_PAIR).is_first_distinct()).to_series().to_numpy()
    if "source" in table.columns:
        for source in table["source"].drop_nulls().unique(maintain_order=True).to_list():
            yield source, (table["source"] == source).fill_null(value=False).to_numpy()


def dealt_anew(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the rows with miRNAs dealt to them at random; a row may get its own, and is no control then.

    Examples
    --------
    >>> table = pl.DataFrame({"mirna_sequence": ["A", "U", "G"], "target_sequence": ["C", "C", "C"]})
    >>> sorted(dealt_anew(table, seed=1)["mirna_sequence"].to_list())
    ['A', 'G', 'U']
    """
    order = np.random.default_rng(seed).permutation(table.height)
    return table.with_columns(table["mirna_sequence"].gather(order))


def recall_table(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    controls: Mapping[str, ScoreColumn],
    *,
    dealt: pl.DataFrame,
    n_replicates: int,
    seed: int,
) -> pl.DataFrame:
    """Measure recall by source.

    Parameters
    ----------
    table
        Positives.
    columns
        Scores of its rows.
    controls
        By name, the scores of ``dealt`` for those that could be asked.
    dealt
        The rows with other miRNAs, see :func:`dealt_anew`.
    n_replicates, seed
        Bootstrap replicates of site clusters (0: no intervals), and their seed.

    Returns
    -------
    polars.DataFrame
        Columns :data:`RECALL_COLUMNS`: all groups of a scorer one after the other. A tool that is absent, or has no
        threshold, has no recall and a note that says why.
    """
    clusters = cluster_column(table)
    other = (table["mirna_sequence"] != dealt["mirna_sequence"]).to_numpy()
    rows = []
    for column in columns:
        control = controls.get(column.name)
        for source, here in groups_of(table):
            row: dict[str, Any] = {"scorer": column.name, "kind": column.kind, "source": source}
            row |= {"positives": int(here.sum()), "threshold": column.threshold, "note": column.note}
            if column.values is not None and column.threshold is None:
                row["note"] = "; ".join(filter(None, [column.note, _NO_THRESHOLD]))
            elif column.values is not None:
                row |= _measured(table, column, here, clusters, n_replicates=n_replicates, seed=seed)
                row["control"] = None if control is None else _share(control, here & other)
            rows.append(row)
    return pl.DataFrame(
        [{name: row.get(name) for name in RECALL_COLUMNS} for row in rows], schema=schema_of(RECALL_COLUMNS)
    )


def _measured(
    table: pl.DataFrame,
    column: ScoreColumn,
    here: Mask,
    clusters: NDArray[np.intp],
    *,
    n_replicates: int,
    seed: int,
) -> dict[str, Any]:
    """Return a score's recall on some rows, with its interval; of a sample, on those of its rows."""
    rows = here if column.rows is None else here & column.rows
    part, own = table.filter(pl.Series(rows)), inside(replace(column, rows=None), rows)
    if part.is_empty():
        return {"positives": 0, "called": 0}
    labelled = part.with_columns(label=pl.lit(1, pl.Int8))
    draws = {}
    if n_replicates:
        numbers = np.unique(clusters[rows], return_inverse=True)[1]
        draws = replicate(labelled, [own], numbers, names=("recall",), n_replicates=n_replicates, seed=seed)
    found = metric_table(labelled, [own], draws, names=("recall",)).row(0, named=True)
    called = round(found["value"] * part.height)
    return {"positives": part.height, "called": called, "recall": found["value"]} | {
        end: found[end] for end in ("low", "high")
    }


def _share(column: ScoreColumn, rows: Mask) -> float | None:
    """Return the share of some rows that a score calls positive; None if it has none of them."""
    there = rows if column.rows is None else rows & column.rows
    values = column.thresholded
    if values is None or column.threshold is None or not there.any():
        return None
    return float((values[there] >= column.threshold).mean())
