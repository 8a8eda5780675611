"""Counts of features in samples: one long table of isomiRs, and the matrices that are made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.columns import LONG_COUNT_COLUMNS, schema_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEVELS", "Matrices", "count_matrices", "wide"]

LEVELS: Final = {"mirnas": "mirna_ids", "isomirs": "feature", "types": "isomir_types"}
"""Count matrices, and the column of the features that names their rows."""


class Matrices(NamedTuple):
    """Counts of miRNAs, isomiRs and types, long: columns ``LONG_COUNT_COLUMNS``, zeros left out."""

    mirnas: pl.DataFrame
    isomirs: pl.DataFrame
    types: pl.DataFrame


def count_matrices(features: pl.DataFrame, inserts: pl.DataFrame, samples: Sequence[str]) -> Matrices:
    """Return the counts of all features in all samples.

    Parameters
    ----------
    features
        A row per sequence that a miRNA explains, columns ``FEATURE_COLUMNS``.
    inserts
        Columns ``sequence``, ``sample``, ``read_count``: every insert of every sample.
    samples
        Names, in the order of columns.

    Returns
    -------
    Matrices
        Each insert counted once in each of them. Rows are in the order of their sums, most first, then by name; of
        one feature in the order of samples.

    Examples
    --------
    >>> features = pl.DataFrame({"feature": ["a;exact", "b;exact"], "mirna_ids": ["a", "b"],
    ...     "isomir_types": ["exact", "exact"], "sequence": ["UUU", "GGG"]})
    >>> inserts = pl.DataFrame({"sequence": ["UUU", "GGG", "UUU", "CCC"], "sample": ["x", "x", "y", "y"],
    ...     "read_count": [5, 1, 2, 9]})
    >>> count_matrices(features, inserts, ["x", "y"]).types.rows()
    [('exact', 'x', 6), ('exact', 'y', 2)]
    """
    columns = ("sequence", *dict.fromkeys(LEVELS.values()))
    counted = inserts.join(features.select(columns), on="sequence", how="inner")
    order = pl.DataFrame({"sample": list(samples), "_sample": range(len(samples))})
    return Matrices(*(_long(counted, column, order) for column in LEVELS.values()))


def _long(counted: pl.DataFrame, column: str, order: pl.DataFrame) -> pl.DataFrame:
    """Return counts of one level."""
    count = pl.col("read_count")
    return (
        counted.group_by(pl.col(column).alias("feature"), "sample")
        .agg(count.sum())
        .with_columns(count.sum().over("feature").alias("_total"))
        .join(order, on="sample")
        .sort("_total", "feature", "_sample", descending=[True, False, False])
        .select(pl.col(name).cast(dtype) for name, dtype in schema_of(LONG_COUNT_COLUMNS).items())
    )


def wide(long: pl.DataFrame, samples: Sequence[str]) -> pl.DataFrame:
    """Return a long table as a matrix: a row per feature, a column per sample.

    Parameters
    ----------
    long
        Of :func:`count_matrices`.
    samples
        Names, in the order of columns; a sample without counts has a column of zeros.

    Examples
    --------
    >>> long = pl.DataFrame({"feature": ["a", "b"], "sample": ["y", "x"], "read_count": [5, 1]})
    >>> wide(long, ["x", "y", "z"]).rows()
    [('a', 0, 5, 0), ('b', 1, 0, 0)]
    """
    pivoted = long.pivot("sample", index="feature", values="read_count", maintain_order=True)
    return pivoted.select(
        "feature",
        *(
            pl.col(name).fill_null(0) if name in pivoted.columns else pl.lit(0, pl.Int64).alias(name)
            for name in samples
        ),
    )
