"""What two experiments have in common, and what types of isomiRs target: the paper's first results section.

The paper takes what one experiment has and the other has not as a sign that isomiRs are condition-specific, and
repeats the comparison with isomiRs of at least 50 reads, so that it is not their quality.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.studies.isomir_types import GROUPS, UNTOLD
from dmiso.studies.measures import plain_row

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["not_seen_again", "target_rows"]

_ANALYSIS: Final = "S2 S3 counts"
_EVERYTHING: Final = "all sources"
_FREQUENT: Final = 50
"""Reads of the forms that the paper compares a second time."""


def _row(data: str, metric: str, value: float | None, note: str = "") -> dict[str, Any]:
    return plain_row(_ANALYSIS, data, _EVERYTHING, metric, value=value, note=note)


def not_seen_again(primary: pl.DataFrame, second: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count the exact miRNAs and isomiRs that the second data do not have: all, and those of at least 50 reads.

    Parameters
    ----------
    primary, second
        Positives with ``isomir_groups``; sources that keep reference miRNAs only are left out.
    """
    told = ~pl.col("isomir_groups").list.contains(UNTOLD)
    reads = primary.filter(told).group_by("mirna_sequence").agg(pl.col("read_count").fill_null(1).sum())
    others = second.filter(told)["mirna_sequence"].unique()
    for words, forms in (
        ("", reads),
        (f" of at least {_FREQUENT} reads", reads.filter(pl.col("read_count") >= _FREQUENT)),
    ):
        metric = f"share of miRNA forms{words} not seen in the second data"
        if forms.is_empty() or others.is_empty():
            note = "there are none" if others.len() else "one of the two keeps no miRNA as sequenced"
            yield _row("primary", metric, None, note)
            continue
        missing = int((~forms["mirna_sequence"].is_in(others.implode())).sum())
        yield _row("primary", f"miRNA forms{words}", forms.height)
        yield _row("primary", f"miRNA forms{words} not seen in the second data", missing)
        note = f"{forms.height} against {len(others)} sequences"
        yield _row("primary", metric, missing / forms.height, note)


def target_rows(data: str, frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count the mRNAs that exact miRNAs and each group of isomiRs target.

    Parameters
    ----------
    data
        Name of the data.
    frame
        Positives with ``isomir_groups``.
    """
    # a gene once, however a source names it; a transcript stands for its gene where no gene is named
    named = frame.with_columns(_mrna=pl.coalesce("gene_name", "gene_id", "transcript_id")).drop_nulls("_mrna")
    note = "genes; a transcript where no gene is named, sites of neither left out"
    for group in GROUPS[:4]:
        own = named.filter(pl.col("isomir_groups").list.contains(group))
        yield _row(data, f"mRNAs of {group}s", own["_mrna"].n_unique(), note)
