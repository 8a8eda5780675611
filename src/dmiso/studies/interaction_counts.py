"""How many interactions of which kind there are: the paper's Tables S2 and S3 and what its text says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.isomir.preference import type_preference
from dmiso.studies.isomir_types import EXACT, GROUPS, TYPES, UNTOLD
from dmiso.studies.measures import plain_row, rows_frame
from dmiso.studies.two_experiments import not_seen_again, target_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LEAST_FOR_PREFERENCE", "count_rows", "preference_table"]

ANALYSIS: Final = "S2 S3 counts"
LEAST_FOR_PREFERENCE: Final = (100, 20)
"""Isomir interactions a miRNA needs to be tested: the paper's 100, and fewer, as its data were larger."""

_SIGNIFICANT: Final = 0.01


def count_rows(primary: pl.DataFrame, second: pl.DataFrame | None) -> pl.DataFrame:
    """Count interactions, isomiRs, reads and shared sites.

    Parameters
    ----------
    primary, second
        Positives with ``isomir_types``, ``isomir_groups``, ``located`` and ``has_utr``, of the data trained on
        and of the other experiment.

    Returns
    -------
    polars.DataFrame
        Rows of results, mode ``both``.
    """
    rows: list[dict[str, Any]] = []
    for data, frame in (("primary", primary), ("second", second)):
        if frame is not None:
            rows += _of_data(data, frame)
    if second is not None:
        rows += not_seen_again(primary, second)
    return rows_frame(rows)


def _row(data: str, subject: str, metric: str, value: float | None, note: str = "") -> dict[str, Any]:
    return plain_row(ANALYSIS, data, subject, metric, value=value, note=note)


def _of_data(data: str, frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count one experiment's interactions, all of its sources and each."""
    for source in frame["source"].unique(maintain_order=True).to_list():
        yield from _of_source(data, source, frame.filter(pl.col("source") == source))
    told = frame.filter(~pl.col("isomir_groups").list.contains(UNTOLD))
    exact = told.filter(pl.col("isomir_groups").list.contains(EXACT))
    isomirs = told.filter(~pl.col("isomir_groups").list.contains(EXACT))
    note = "of sources that keep miRNAs as sequenced"
    everything = "all sources"
    yield _row(data, everything, "interactions of exact miRNAs", exact.height, note)
    yield _row(data, everything, "interactions of isomiRs", isomirs.height, note)
    forms = told.group_by("mirna_id", "mirna_sequence").len()
    yield _row(data, everything, "distinct exact miRNAs and isomiRs", forms.height, note)
    if isomirs.height:
        yield from _of_isomirs(data, isomirs)
    yield from _shared_sites(data, exact, isomirs)
    yield from target_rows(data, told)
    yield from _preferences(data, isomirs)


def _of_source(data: str, source: str, frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count one source by type (S2: interactions; S3: distinct sequences)."""
    yield _row(data, source, "interactions", frame.height)
    yield _row(
        data,
        source,
        "located on the transcripts",
        int(frame["located"].sum()),
    )
    yield _row(
        data,
        source,
        "whose gene has a 3'UTR at hand",
        int(frame["has_utr"].sum()),
        "these are trained or tested on",
    )
    if frame["isomir_groups"].list.contains(UNTOLD).all():
        note = "the source keeps reference miRNAs only: no type can be counted"
        yield _row(data, source, f"interactions, {UNTOLD}", frame.height, note)
        return
    for name in (EXACT, *TYPES, UNTOLD):
        of_type = frame.filter(pl.col("isomir_types").list.contains(name))
        if of_type.height or name != UNTOLD:
            yield _row(data, source, f"interactions, {name}", of_type.height)
            distinct = of_type.select("mirna_id", "mirna_sequence").n_unique() if of_type.height else 0
            yield _row(data, source, f"distinct sequences, {name}", distinct)


def _of_isomirs(data: str, isomirs: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count reads per isomiR and isomiRs per miRNA."""
    everything = "all sources"
    support = isomirs.group_by("mirna_id", "mirna_sequence").agg(
        interactions=pl.len(), reads=pl.col("read_count").fill_null(1).sum()
    )
    often = support.filter(pl.col("interactions") >= 100).height
    yield _row(data, everything, "isomiRs in at least 100 interactions", often)
    counted = isomirs["read_count"].is_not_null().all()
    note = "" if counted else "an interaction of a source without read counts stands for one read"
    reads = support["reads"].cast(pl.Float64).to_numpy()
    yield _row(data, everything, "reads an isomiR, mean", float(reads.mean()), note)
    middle = float(pl.Series(reads).median() or 0.0)  # type: ignore[arg-type]
    yield _row(data, everything, "reads an isomiR, median", middle, note)
    per_mirna = support.group_by("mirna_id").len("n")["n"].to_numpy()
    yield _row(data, everything, "miRNAs with an isomiR", len(per_mirna))
    for word, value in (
        ("least", per_mirna.min()),
        ("most", per_mirna.max()),
        ("mean", per_mirna.mean()),
    ):
        yield _row(data, everything, f"isomiRs of a miRNA, {word}", float(value))


def _shared_sites(data: str, exact: pl.DataFrame, isomirs: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count the site clusters that exact miRNAs and 5' or 3' isomiRs have in common."""
    everything = "all sources"
    note = "sites that share a 16-mer are one"
    sites = exact["cluster"].unique()
    yield _row(data, everything, "sites of exact miRNAs", len(sites), note)
    for group in GROUPS[1:3]:
        own = isomirs.filter(pl.col("isomir_groups").list.contains(group))["cluster"].unique()
        common = int(own.is_in(sites.implode()).sum())
        yield _row(data, everything, f"of these, also of {group}s", common, note)
        yield _row(data, everything, f"sites of {group}s", len(own), note)


def preference_table(frame: pl.DataFrame, least: int) -> pl.DataFrame:
    """Test which types of isomiRs each miRNA prefers, see :func:`dmiso.isomir.preference.type_preference`."""
    isomirs = frame.filter(
        ~pl.col("isomir_groups").list.contains(EXACT) & ~pl.col("isomir_groups").list.contains(UNTOLD)
    )
    return type_preference(isomirs["mirna_id"].to_list(), isomirs["isomir_types"].to_list(), least=least)


def _preferences(data: str, isomirs: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count the miRNAs that prefer a type."""
    everything = "all sources"
    note = "binomial test against the type's share among all miRNAs, Benjamini-Hochberg"
    for least in LEAST_FOR_PREFERENCE:
        tests = preference_table(isomirs, least)
        tested = tests["mirna_id"].n_unique()
        yield _row(data, everything, f"miRNAs with at least {least} isomiR interactions", tested)
        prefer = tests.filter(pl.col("binomial_q_value") < _SIGNIFICANT)["mirna_id"].n_unique()
        words = "of these, miRNAs that prefer a type (q < 0.01)"
        yield _row(data, everything, words if least == 100 else f"{words}, at least {least}", prefer, note)
