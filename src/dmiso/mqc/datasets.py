"""Sections of ``dmiso dataset``: a data set is a sample, named as its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.chimera.qc import seed_enrichment
from dmiso.io.parquet import parquet_frame
from dmiso.mqc.content import Statistic, bars, statistics
from dmiso.mqc.sites import region_bars, seed_bars, seed_class_bars
from dmiso.seeds import seed_classes

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.mqc.content import Content

__all__ = ["dataset_contents"]

_MOST: Final = 20_000
"""Pairs whose seed matches are looked for: as many as give a share to half a percent."""
_COLUMNS: Final = {
    "dmiso_dataset_positives": Statistic("positives", "Pairs that bind", scale="Greens"),
    "dmiso_dataset_negatives": Statistic("negatives", "Pairs that do not, drawn by the strategy", scale="Reds"),
    "dmiso_dataset_mirnas": Statistic("miRNAs", "Distinct miRNA and isomiR sequences", scale="Greys", hidden=True),
    "dmiso_dataset_clusters": Statistic("site clusters", "Groups of sites that overlap", scale="Greys", hidden=True),
    "dmiso_dataset_seeds": Statistic(
        "seed enrichment",
        "Seed matches (positions 2-7) of positives, as a multiple of those with shuffled partners",
        "×", 1, "Purples",
    ),
}  # fmt: skip
_SPLITS: Final = ("train", "validation", "test")


def dataset_contents(folder: Path, name: str, *, seed: int = 0) -> list[Content]:
    """Return the sections of a data set.

    Parameters
    ----------
    folder
        With ``data.parquet``.
    name
        What the data set is called.
    seed
        Of the shuffled partners, and of the choice of pairs where there are more than 20,000.
    """
    wanted = ("mirna_sequence", "target_sequence", "label", "split", "region", "cluster")
    table = parquet_frame(folder / "data.parquet").select(wanted)
    positives, negatives = (table.filter(pl.col("label") == label) for label in (1, 0))
    seeds = seed_enrichment(
        positives["mirna_sequence"].to_list(), positives["target_sequence"].to_list(), seed=seed
    )
    labelled = {f"{name} positives": positives, f"{name} negatives": negatives}
    values = (
        positives.height,
        negatives.height,
        table["mirna_sequence"].n_unique(),
        table["cluster"].n_unique(),
        seeds.enrichment,
    )
    return [
        bars("dataset_splits", "Data set: splits", "Pairs by part and label.", {name: _parts(table)}, unit="pairs"),
        region_bars("dataset", "Data set", "Pairs", {said: _regions(part) for said, part in labelled.items()}),
        seed_class_bars("dataset", "Data set", "Pairs",
                        {said: _classes(part, seed) for said, part in labelled.items()}),
        seed_bars("dataset", "Data set", {name: seeds}),
        statistics("dataset", _COLUMNS, {name: dict(zip(_COLUMNS, values, strict=True))}),
    ]  # fmt: skip


def _parts(table: pl.DataFrame) -> dict[str, int]:
    """Return pairs by part and label, the parts in the order in which they are used."""
    words = {1: "positives", 0: "negatives"}
    found = {
        f"{split} {words[label]}": n
        for split, label, n in table.group_by("split", "label").len().sort("split", "label").iter_rows()
    }
    usual = [f"{split} {word}" for split in _SPLITS for word in words.values()]
    return {said: found[said] for said in [*usual, *sorted(set(found) - set(usual))] if said in found}


def _regions(part: pl.DataFrame) -> dict[str, int]:
    """Return pairs by region."""
    return dict(part["region"].fill_null("").value_counts().iter_rows())


def _classes(part: pl.DataFrame, seed: int) -> dict[str, int]:
    """Return pairs by seed class, of a sample of large data sets."""
    few = part.sample(_MOST, seed=seed) if part.height > _MOST else part
    found = seed_classes(few["mirna_sequence"].to_list(), few["target_sequence"].to_list())
    return {name: found.count(name) for name in sorted(set(found))}
