"""The best few pairs of each read: alternatives that the interactions table, of best pairs, does not have.

The paper (Discussion) also tried "the top five potential pairs from each chimeric read". Each candidate is a miRNA and
a position on a transcript, both of its own alignments: the nucleotides as sequenced are the same for miRNAs of one
family, and which of them it was is what the candidates leave open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dmiso.columns import CANDIDATE_COLUMNS, schema_of
from dmiso.io.table_writer import TableWriter
from dmiso.isomir.classify import isomir_types, types_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = ["CANDIDATE_COLUMNS", "ranked_candidates", "write_candidates"]

_READ = ("sample", "read_id")


def ranked_candidates(calls: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Return the pairs of the reads that passed, ranked anew without the pairs that a rule left out.

    Parameters
    ----------
    calls
        Calls that passed the filters, best ones and others.
    counts
        Filled with the alternatives of reads whose best pair was left out.
    """
    passed = calls.filter(pl.col("candidate_rank") == 1).select(_READ)
    kept = calls.join(passed, on=_READ, how="semi", maintain_order="left")
    if kept.height < calls.height:
        counts.drop("candidate pairs of reads whose best pair was left out", calls.height - kept.height)
    return kept.with_columns(
        candidate_rank=pl.col("candidate_rank").rank("ordinal").over(_READ).cast(pl.Int64)
    )


def write_candidates(
    path: Path,
    candidates: pl.DataFrame,
    isomirs: pl.DataFrame,
    mirnas: Mapping[str, str],
    transcripts: Mapping[str, Transcript],
) -> None:
    """Write every pair of the reads that passed, best first.

    Parameters
    ----------
    path
        The table.
    candidates
        Of :func:`ranked_candidates`.
    isomirs
        Isomir calls by ``sequence``, a row a parent: where the candidate's miRNA is one, its ends and types.
    mirnas
        Nucleotides of reference miRNAs by name, for candidates that explain their portion less well.
    transcripts
        By name.
    """
    explained = isomirs.unique(("sequence", "mirna_id"), keep="first", maintain_order=True).select(
        pl.col("sequence").alias("mirna_sequence"), "mirna_id", "isomir_types", "iso5_offset", "iso3_offset"
    )
    with TableWriter(path, schema_of(CANDIDATE_COLUMNS)) as writer:
        for batch in _batches(candidates):
            positions = list(batch.select("transcript_id", "start", "end").iter_rows())
            writer.write(
                _named(batch, explained, mirnas).with_columns(
                    pl.Series(
                        "target_sequence", [transcripts[n].sequence[a:b] for n, a, b in positions], pl.String
                    ),
                    pl.Series("region", [transcripts[n].region(a, b) for n, a, b in positions], pl.String),
                    target_id=pl.format("{}:{}-{}", "transcript_id", "start", "end"),
                )
            )


def _named(batch: pl.DataFrame, explained: pl.DataFrame, mirnas: Mapping[str, str]) -> pl.DataFrame:
    """Name each candidate after the miRNA of its own alignment, with the ends and types that it has against it."""
    numbered = batch.with_row_index("_row")
    names = (
        numbered.select("_row", "mirna_sequence", mirna_id=pl.col("located_mirna").str.split(","))
        .explode("mirna_id", empty_as_null=True)
        .join(explained, on=("mirna_sequence", "mirna_id"), how="left", maintain_order="left")
    )
    # one sequence may have several names: one that the isomiR search takes is preferred, then the first
    best = names.sort(pl.col("isomir_types").is_null(), maintain_order=True).unique(
        "_row", keep="first", maintain_order=True
    )
    own = numbered.rename({"iso5_offset": "_five", "iso3_offset": "_three"}).join(
        best.drop("mirna_sequence"), on="_row", how="left", maintain_order="left"
    )
    types = [
        known if known is not None else _types(bases, mirnas[name], five, three)
        for name, bases, known, five, three in own.select(
            "mirna_id", "mirna_sequence", "isomir_types", "_five", "_three"
        ).iter_rows()
    ]
    return own.with_columns(
        pl.Series("isomir_types", types, pl.String),
        iso5_offset=pl.coalesce("iso5_offset", "_five"),
        iso3_offset=pl.coalesce("iso3_offset", "_three"),
    )


def _types(bases: str, mirna: str, five: int, three: int) -> str:
    """Return the types of a portion against a miRNA on which its alignment lays it."""
    found = types_between(bases, mirna, five, three)
    return ",".join(isomir_types(five, three) if found is None else found)


def _batches(frame: pl.DataFrame, rows: int = 65_536) -> Iterator[pl.DataFrame]:
    for first in range(0, frame.height, rows):
        yield frame.slice(first, rows)
