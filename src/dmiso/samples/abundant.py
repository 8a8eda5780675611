"""The most abundant miRNAs and isomiRs of counted samples, for a scan or predictions of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.errors import InputError, UsageError
from dmiso.io.streams import display_name
from dmiso.io.tables import read_table
from dmiso.samples.features import EXACT

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEFAULT_TOP", "counts_of", "is_counted", "most_abundant"]

DEFAULT_TOP: Final = 50
"""Sequences taken of a folder if nothing is said."""

_FORMATS: Final = ("tsv", "parquet", "csv")
_MILLION: Final = 1_000_000


def is_counted(folder: Path) -> bool:
    """Say whether a folder is one that ``dmiso isomirs`` counted samples into."""
    return (folder / "counts" / "features.tsv").is_file()


def counts_of(folder: Path) -> Path:
    """Return the isomiR matrix of a folder of counts.

    Raises
    ------
    UsageError
        If the folder holds none.
    """
    if is_counted(folder):
        for ending in _FORMATS:
            path = folder / "counts" / f"isomirs.{ending}"
            if path.is_file():
                return path
    raise UsageError(
        f"{folder} holds no counts/features.tsv and counts/isomirs.tsv. Give the folder that dmiso isomirs READS... "
        "-o FOLDER wrote (its --formats must have tsv, csv or parquet), or a file of miRNAs."
    )


def most_abundant(folder: Path, top: int, *, isomirs_only: bool = False) -> pl.DataFrame:
    """Return the most abundant sequences of counted samples.

    Parameters
    ----------
    folder
        Of ``dmiso isomirs``.
    top
        How many, at most.
    isomirs_only
        Leave out the exact miRNAs.

    Returns
    -------
    polars.DataFrame
        Columns ``feature``, ``sequence`` and ``cpm``: mean over samples of counts per million of all miRNAs and
        isomiRs, most first, then by name. Samples without counts are left out of the mean.

    Raises
    ------
    UsageError, InputError
        If the folder holds no counts, or its files do not belong together.
    """
    path = counts_of(folder)
    matrix = read_table(path, required=("feature",))
    known = read_table(folder / "counts" / "features.tsv", required=("feature", "sequence", "variant"))
    samples = [name for name in matrix.columns if name != "feature"]
    matrix = matrix.with_columns(pl.col(samples).cast(pl.Int64, strict=False))
    broken = [name for name in samples if matrix[name].null_count()]
    if broken or matrix["feature"].to_list() != known["feature"].to_list():
        what = (
            f"column {broken[0]} holds no whole numbers"
            if broken
            else "its rows are not those of features.tsv"
        )
        raise InputError(
            what, path=display_name(path), hint="Run dmiso isomirs again, or give its folder unchanged"
        )
    filled = [name for name in samples if matrix[name].sum()]
    each = [pl.col(name) / pl.col(name).sum() * _MILLION for name in filled]
    cpm = pl.mean_horizontal(each) if each else pl.lit(0.0)
    found = matrix.select("feature", cpm.alias("cpm")).with_columns(known["sequence"], known["variant"])
    if isomirs_only:
        found = found.filter(pl.col("variant") != EXACT)
    return (
        found.sort("cpm", "feature", descending=[True, False]).head(top).select("feature", "sequence", "cpm")
    )
