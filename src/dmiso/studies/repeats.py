"""Trainings that differ in their seed alone: the mean of each result and its standard deviation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import ROW_COLUMNS, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["with_means"]

_SAME: Final = ("analysis", "data", "subject", "metric", "mode")
_POSITION: Final = "_position"


def with_means(results: pl.DataFrame) -> pl.DataFrame:
    """Put the mean of each result over its trainings before the rows of the trainings.

    Parameters
    ----------
    results
        Columns :data:`dmiso.columns.ROW_COLUMNS`; rows without ``training_seed`` are left as they are.

    Returns
    -------
    polars.DataFrame
        The same columns. A mean has no ``training_seed`` and no interval, which would be of one training; ``sd`` is the
        standard deviation over trainings (n - 1), empty where only one has a value.

    Examples
    --------
    >>> from dmiso.studies.measures import plain_row, rows_frame
    >>> rows = [plain_row("Table 1", "test", "network", "auroc", value=v, training_seed=s)
    ...         for s, v in ((1, 0.9), (2, 0.7))]
    >>> with_means(rows_frame(rows)).select("training_seed", "value", "note").rows()
    [(None, 0.8, 'mean of 2 trainings, seeds 1, 2'), (1, 0.9, None), (2, 0.7, None)]
    """
    numbered = results.with_row_index(_POSITION).with_columns(pl.col(_POSITION).cast(pl.Float64))
    means = (
        numbered.filter(pl.col("training_seed").is_not_null())
        .group_by(_SAME, maintain_order=True)
        .agg(
            pl.col(_POSITION).min() - 0.5,
            pl.col("value").mean(),
            pl.col("value").std().alias("sd"),
            pl.col("chance", "positives", "negatives").first(),
            pl.col("training_seed").alias("_seeds"),
            pl.col("note").first().alias("_note"),
        )
    )
    notes = [
        _said(seeds, note)
        for seeds, note in zip(means["_seeds"].to_list(), means["_note"].to_list(), strict=True)
    ]
    empty = {name: pl.lit(None, schema_of((name,))[name]) for name in ("training_seed", "low", "high")}
    means = means.with_columns(pl.Series("note", notes, pl.String), **empty)
    columns = (*ROW_COLUMNS, _POSITION)
    return pl.concat([numbered.select(columns), means.select(columns)]).sort(_POSITION).drop(_POSITION)


def _said(seeds: Iterable[int], note: str | None) -> str:
    """Return the note of a mean: of which trainings it is, then what is noted of the first."""
    numbers = list(seeds)
    said = f"mean of {len(numbers)} trainings, seeds {', '.join(map(str, numbers))}"
    return "; ".join(filter(None, [said, note]))
