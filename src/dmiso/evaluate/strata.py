"""Parts of a labelled table that a score may treat differently: isomiR type, offsets, seed class, region, domain."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import STRATA_COLUMNS, schema_of
from dmiso.evaluate.compare import METRIC_COLUMNS, metric_table, replicate
from dmiso.evaluate.energy_sample import by_rows, inside
from dmiso.seeds import SEED_CLASSES, seed_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.score_column import ScoreColumn

__all__ = ["Stratum", "find_strata", "strata_table"]

_METRICS: Final = ("auroc", "ap_1_1", "within_mirna_auroc", "recall")
_FEWEST: Final = 10
"""Rows of either class under which a stratum is shown with its counts only."""

_HEAD: Final = ("by", "stratum", "positives", "negatives")


class Stratum(NamedTuple):
    """Rows of a table that have one value of one property."""

    by: str
    value: str
    rows: NDArray[np.bool_]


def find_strata(table: pl.DataFrame, *, train: pl.DataFrame | None = None) -> list[Stratum]:
    """Return the strata that a table's columns allow.

    Parameters
    ----------
    table
        Labelled table; ``isomir_types`` (comma-separated) or ``iso5_offset`` and ``iso3_offset``, ``region``
        (comma-separated), ``domain`` (comma-separated) and ``source`` are used where they are.
    train
        Training table, to separate miRNAs seen in it from those not seen.

    Returns
    -------
    list of Stratum
        Property by property; a row can be in several isomiR types and regions.
    """
    strata = _isomir_types(table)
    if "region" in table.columns:
        strata += _listed(table["region"], "region")
    if "domain" in table.columns:
        reasons = _listed(table["domain"], "domain", empty="inside")
        outside = table["domain"].fill_null("").to_numpy() != ""
        strata += [*reasons, Stratum("domain", "outside", outside)] if outside.any() else []
    for name in ("iso5_offset", "iso3_offset", "source"):
        if name in table.columns:
            values = table[name].cast(pl.String).fill_null("").to_numpy()
            strata += [Stratum(name, str(v) or "unknown", values == v) for v in _ordered(values)]
    found = np.array(seed_classes(table["mirna_sequence"].to_list(), table["target_sequence"].to_list()))
    strata += [Stratum("seed_class", name, found == name) for name in SEED_CLASSES if (found == name).any()]
    if train is not None:
        seen = table["mirna_sequence"].is_in(train["mirna_sequence"].unique().implode()).to_numpy()
        strata += [
            Stratum("mirna_in_training", name, rows)
            for name, rows in (("seen", seen), ("unseen", ~seen))
            if rows.any()
        ]
    return strata


def _isomir_types(table: pl.DataFrame) -> list[Stratum]:
    if "isomir_types" in table.columns:
        return _listed(table["isomir_types"], "isomir_type")
    if not {"iso5_offset", "iso3_offset"} <= set(table.columns):
        return []
    five, three = (
        table[name].cast(pl.Int64, strict=False).to_numpy() for name in ("iso5_offset", "iso3_offset")
    )
    parts = {
        "reference": (five == 0) & (three == 0),
        "5' isomiR": np.nan_to_num(five) != 0,
        "3' isomiR": np.nan_to_num(three) != 0,
    }
    return [Stratum("isomir_type", name, rows) for name, rows in parts.items() if rows.any()]


def _listed(column: pl.Series, by: str, *, empty: str = "unknown") -> list[Stratum]:
    """Return the strata of a column whose fields hold several values, separated by commas."""
    texts = column.cast(pl.String).fill_null("")
    found = {text: {part.strip() for part in text.split(",")} for text in texts.unique().to_list()}
    names = sorted({part for parts in found.values() for part in parts})
    having = [[text for text, parts in found.items() if name in parts] for name in names]
    return [
        Stratum(by, name or empty, texts.is_in(those).to_numpy())
        for name, those in zip(names, having, strict=True)
    ]


def _ordered(values: NDArray[np.object_]) -> list[str]:
    """Return distinct values, numbers in their order."""
    distinct = {str(value) for value in values}
    try:
        return sorted(distinct, key=lambda text: (text == "", float(text or 0)))
    except ValueError:
        return sorted(distinct)


def strata_table(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    strata: Sequence[Stratum],
    clusters: NDArray[np.intp],
    *,
    n_replicates: int = 1000,
    seed: int = 0,
) -> pl.DataFrame:
    """Return metrics of every score in every stratum.

    Returns
    -------
    polars.DataFrame
        ``by``, ``stratum``, ``positives``, ``negatives``, then the columns of the metrics table. A stratum with
        fewer than 10 rows of a class gives its counts and a note; scores that only a sample of rows has are
        judged on the sample's rows of the stratum, and ``rows`` says how many these are.
    """
    frames = [pl.DataFrame(schema=schema_of(STRATA_COLUMNS))]
    whole, sample = by_rows([column for column in columns if column.values is not None])
    sampled = [column for column in columns if column.rows is not None]
    for stratum in strata:
        labels = table["label"].to_numpy()[stratum.rows]
        positives = int(labels.sum())
        if _too_few(labels):
            metrics = _without_metrics([None])
        else:
            draw = partial(_of_rows, table, clusters=clusters, n_replicates=n_replicates, seed=seed)
            metrics = draw(whole, stratum.rows)
            if sample is not None:
                metrics = pl.concat([metrics, draw(sampled, stratum.rows & sample)])
        head = (stratum.by, stratum.value, positives, len(labels) - positives)
        columns_of_stratum = [
            pl.lit(value, dtype).alias(name)
            for (name, dtype), value in zip(schema_of(_HEAD).items(), head, strict=True)
        ]
        frames.append(metrics.select(*columns_of_stratum, *METRIC_COLUMNS))
    return pl.concat(frames)


def _of_rows(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    rows: NDArray[np.bool_],
    *,
    clusters: NDArray[np.intp],
    n_replicates: int,
    seed: int,
) -> pl.DataFrame:
    """Return the metrics of scores on some rows."""
    part, here = table.filter(pl.Series(rows)), [inside(column, rows) for column in columns]
    if _too_few(part["label"].to_numpy()):
        return _without_metrics([column.name for column in columns])
    draws = replicate(part, here, clusters[rows], names=_METRICS, n_replicates=n_replicates, seed=seed)
    return metric_table(part, here, draws, names=_METRICS)


def _too_few(labels: NDArray[np.int8]) -> bool:
    positives = int(labels.sum())
    return min(positives, len(labels) - positives) < _FEWEST


def _without_metrics(scorers: Sequence[str | None]) -> pl.DataFrame:
    """Return rows that say why there are no metrics."""
    note = f"fewer than {_FEWEST} rows of a class"
    rows = [dict.fromkeys(METRIC_COLUMNS) | {"scorer": name, "note": note} for name in scorers]
    return pl.DataFrame(rows, schema=schema_of(METRIC_COLUMNS))
