"""Which calls become interactions: each rule drops reads, and says how many.

The order is the paper's: a portion that no reference miRNA explains is no isomiR; variant nucleotides need good
quality (sense calls and repeats are no chimeras, see :mod:`dmiso.chimera.doubtful`); a portion must be seen in enough
of the reads that are left; the extended site must be long enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.io.transcripts import Transcript
    from dmiso.settings.chimeras import ChimeraSettings

__all__ = ["best_only", "drop_rare", "drop_short_sites", "quality_at", "reads_of_parts", "with_quality"]

_PHRED = 33


def best_only(calls: pl.DataFrame) -> pl.DataFrame:
    """Keep the best pair of each read."""
    return calls.filter(pl.col("candidate_rank") == 1)


def quality_at(quality: str, positions: tuple[int, ...]) -> int | None:
    """Return the least Phred quality at some nucleotides; None where there are none.

    Examples
    --------
    >>> quality_at("I5I", (0, 1)), quality_at("I5I", ())
    (20, None)
    """
    return min(ord(quality[i]) for i in positions) - _PHRED if positions else None


def with_quality(calls: pl.DataFrame, positions: Mapping[str, tuple[int, ...]]) -> pl.DataFrame:
    """Add ``variant_quality``: the least quality at the variant nucleotides of each call; null where there are none."""
    rows = calls.select("mirna_sequence", "mirna_quality").iter_rows()
    values = [quality_at(quality, positions.get(bases, ())) for bases, quality in rows]
    return calls.with_columns(pl.Series("variant_quality", values, dtype=pl.Int64))


def drop_rare(calls: pl.DataFrame, min_reads: int) -> pl.DataFrame:
    """Keep calls whose miRNA portion is seen in enough chimeric reads, all samples together."""
    support = pl.col("read_count").filter(pl.col("candidate_rank") == 1).sum().over("mirna_sequence")
    return calls.filter(support >= min_reads)


def reads_of_parts(calls: pl.DataFrame) -> tuple[int, ...]:
    """Return the chimeric reads of each miRNA portion, all samples together, most first."""
    counted = best_only(calls).group_by("mirna_sequence").agg(pl.col("read_count").sum())
    return tuple(counted["read_count"].sort(descending=True).to_list())


def drop_short_sites(
    calls: pl.DataFrame, transcripts: Mapping[str, Transcript], settings: ChimeraSettings
) -> pl.DataFrame:
    """Add ``extended_end``, and keep calls whose extended site is long enough."""
    lengths = pl.DataFrame(
        {
            "transcript_id": list(transcripts),
            "transcript_length": [len(t.sequence) for t in transcripts.values()],
        },
        schema={"transcript_id": pl.String, "transcript_length": pl.Int64},
    )
    end = pl.min_horizontal(pl.col("end") + settings.call.extend, pl.col("transcript_length"))
    calls = calls.join(lengths, on="transcript_id", how="left", maintain_order="left").with_columns(
        extended_end=end
    )
    return calls.filter(pl.col("extended_end") - pl.col("start") >= settings.filters.min_site_length).drop(
        "transcript_length"
    )
