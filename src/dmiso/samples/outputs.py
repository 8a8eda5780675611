"""Files of the output folder that are made of the counts: matrices in every format, and what became of each sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dmiso.columns import FEATURE_COLUMNS, LONG_COUNT_COLUMNS, SAMPLE_COLUMNS, schema_of
from dmiso.io.table_writer import write_table
from dmiso.samples.h5ad import write_h5ad
from dmiso.samples.matrices import LEVELS, wide
from dmiso.settings.samples import TABLE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from dmiso.samples.inputs import Sample
    from dmiso.samples.matrices import Matrices

__all__ = ["sample_table", "write_counts"]


def write_counts(
    folder: Path,
    matrices: Matrices,
    features: pl.DataFrame,
    samples: pl.DataFrame,
    formats: Sequence[str],
) -> None:
    """Write the matrices, wide and long, and what their rows are; remove those of formats that are not wanted.

    Parameters
    ----------
    folder
        ``counts`` in the output.
    matrices
        Long tables.
    features
        A row per isomiR, columns ``FEATURE_COLUMNS``, in the order of the isomiR matrix.
    samples
        A row per sample, columns ``SAMPLE_COLUMNS``.
    formats
        Of :data:`dmiso.settings.samples.TABLE_FORMATS`.
    """
    folder.mkdir(exist_ok=True)
    names = samples["sample"].to_list()
    for level, long in zip(LEVELS, matrices, strict=True):
        matrix = wide(long, names)
        known = features if level == "isomirs" else matrix.select("feature")
        for form in TABLE_FORMATS:
            tables = {f"{level}.{form}": matrix, f"{level}_long.{form}": long}
            if form not in formats:
                for name in tables:
                    (folder / name).unlink(missing_ok=True)
            elif form == "h5ad":
                write_h5ad(folder / f"{level}.h5ad", matrix, samples, known)
            else:
                write_table(folder / f"{level}.{form}", matrix)
                write_table(folder / f"{level}_long.{form}", long, schema_of(LONG_COUNT_COLUMNS))
    write_table(folder / "features.tsv", features, schema_of(FEATURE_COLUMNS))


def sample_table(
    samples: Sequence[Sample],
    numbers: Sequence[Mapping[str, Any]],
    matrices: Matrices,
    features: pl.DataFrame,
) -> pl.DataFrame:
    """Return what became of each sample's reads.

    Parameters
    ----------
    samples, numbers
        Samples, and what :func:`dmiso.samples.inserts.count_inserts` says of each.
    matrices, features
        Counts, and what their rows are.
    """
    rows = []
    exact = matrices.isomirs.join(features.filter(pl.col("variant") == "exact"), on="feature", how="semi")
    assigned, exact_reads = _sums(matrices.isomirs), _sums(exact)
    n_mirnas, n_isomirs = (_rows_of(long) for long in (matrices.mirnas, matrices.isomirs))
    for sample, said in zip(samples, numbers, strict=True):
        name, n = sample.name, assigned.get(sample.name, 0)
        rows.append(
            {
                **{column: said[column] for column in SAMPLE_COLUMNS if column in said},
                "sample": name,
                "group": sample.group,
                "file": ",".join(path.name for path in sample.files),
                "assigned": n,
                "assigned_share": n / said["molecules"] if said["molecules"] else 0.0,
                "exact_share": exact_reads.get(name, 0) / n if n else 0.0,
                "mirnas_seen": n_mirnas.get(name, 0),
                "isomirs_seen": n_isomirs.get(name, 0),
            }
        )
    return pl.DataFrame(rows, schema=schema_of(SAMPLE_COLUMNS))


def _sums(long: pl.DataFrame) -> dict[str, int]:
    return dict(long.group_by("sample").agg(pl.col("read_count").sum()).iter_rows())


def _rows_of(long: pl.DataFrame) -> dict[str, int]:
    return dict(long.group_by("sample").len().iter_rows())
