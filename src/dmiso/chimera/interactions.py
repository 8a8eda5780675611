"""Reads to interactions: one row for an isomiR and a site, with the reads and samples that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import CHIMERA_COLUMNS, schema_of
from dmiso.seeds import seed_classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.io.transcripts import Transcript

__all__ = ["CHIMERA_COLUMNS", "gather_interactions"]


_SITE: Final = ("mirna_sequence", "transcript_id")


def gather_interactions(
    calls: pl.DataFrame,
    isomirs: pl.DataFrame,
    transcripts: Mapping[str, Transcript],
    samples: Sequence[str],
    *,
    join_sites: bool,
) -> pl.DataFrame:
    """Gather calls to interactions.

    Parameters
    ----------
    calls
        Best calls that passed the filters, with ``sample``, ``variant_quality`` and ``extended_end``.
    isomirs
        Isomir calls by ``sequence``, a row a parent.
    transcripts
        With coding sequences where known.
    samples
        Names, in the order of ``sample_counts``.
    join_sites
        Overlapping sites of one isomiR on one transcript are one interaction; its position is that of the best read.

    Returns
    -------
    polars.DataFrame
        Columns of ``CHIMERA_COLUMNS``; most reads first, then by nucleotides and position.
    """
    if calls.is_empty():
        return pl.DataFrame(schema=schema_of(CHIMERA_COLUMNS))
    # the isomiR's own ends are told by its best explanation, not by the alignment that found it
    calls = calls.drop("iso5_offset", "iso3_offset").sort(*_SITE, "start", "end", "sample", "read_id")
    keys = [*_SITE, "_site"]
    if join_sites:
        reached = pl.col("end").cum_max().shift(1).over(_SITE)
        begins = (pl.col("start") >= reached).fill_null(value=True)
        calls = calls.with_columns(_site=begins.cast(pl.Int64).cum_sum().over(_SITE))
    else:
        calls = calls.with_columns(_site=pl.struct("start", "end"))
    length = pl.col("end") - pl.col("start")
    best = calls.sort(pl.col("copies"), length, descending=True, maintain_order=True).unique(
        keys, keep="first", maintain_order=True
    )
    totals = calls.group_by(keys, maintain_order=True).agg(
        pl.col("read_count").sum().alias("_reads"),
        pl.col("copies").sum().alias("_copies"),
        pl.col("sample").n_unique().cast(pl.Int64).alias("n_samples"),
        pl.col("mirna_evalue").min().alias("_mirna_evalue"),
        pl.col("target_evalue").min().alias("_target_evalue"),
        pl.col("variant_quality").max().alias("_quality"),
        *(
            pl.col("read_count").filter(pl.col("sample") == name).sum().cast(pl.String).alias(f"_of_{i}")
            for i, name in enumerate(samples)
        ),
    )
    table = best.join(totals, on=keys, how="left", maintain_order="left").with_columns(
        read_count="_reads",
        copies="_copies",
        mirna_evalue="_mirna_evalue",
        target_evalue="_target_evalue",
        variant_quality="_quality",
        sample_counts=pl.concat_str([f"_of_{i}" for i in range(len(samples))], separator=","),
    )
    return _described(table, isomirs, transcripts)


def _described(
    table: pl.DataFrame, isomirs: pl.DataFrame, transcripts: Mapping[str, Transcript]
) -> pl.DataFrame:
    """Add names of the isomiR, nucleotides of the site, region and seed class."""
    named = isomirs.group_by("sequence", maintain_order=True).agg(
        pl.col("mirna_id").first(),
        pl.col("mirna_id").str.join(",").alias("parents"),
        *(pl.col(name).first() for name in ("variant", "isomir_types", "iso5_offset", "iso3_offset")),
    )
    table = table.join(
        named, left_on="mirna_sequence", right_on="sequence", how="left", maintain_order="left"
    )
    positions = list(table.select("transcript_id", "start", "end", "extended_end").iter_rows())
    sites = [transcripts[name].sequence[start:end] for name, start, end, _ in positions]
    extended = [transcripts[name].sequence[start:end] for name, start, _, end in positions]
    table = table.with_columns(
        pl.Series("target_sequence", sites, pl.String),
        pl.Series("extended_sequence", extended, pl.String),
        pl.Series("region", [transcripts[n].region(a, b) for n, a, b, _ in positions], pl.String),
        pl.Series("seed_class", seed_classes(table["mirna_sequence"].to_list(), extended), pl.String),
        target_id=pl.format("{}:{}-{}", "transcript_id", "start", "end"),
    )
    table = table.select(pl.col(name).cast(dtype) for name, dtype in schema_of(CHIMERA_COLUMNS).items())
    by = ("read_count", "copies", "mirna_sequence", "transcript_id", "start", "end")
    return table.sort(*by, descending=[True, True, False, False, False, False])
