"""Sections of ``dmiso isomirs -o FOLDER``: where the reads of each sample went, and what those of miRNAs are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.isomir.classify import EXACT
from dmiso.isomir.tally import TypeTally
from dmiso.mqc.content import Statistic, bars, statistics
from dmiso.mqc.isomirs import length_lines, type_bars
from dmiso.samples.features import EXACT as EXACT_FEATURE

if TYPE_CHECKING:
    from dmiso.mqc.content import Content
    from dmiso.samples.run import SampleResult

__all__ = ["sample_contents"]

_LOST: Final = {
    "too_short": "insert too short",
    "too_long": "insert too long",
    "too_many_n": "too many bases N",
    "without_umi": "ends within the UMI",
}
"""Columns of reads that trimming left out, and what is said of them, in the order of the steps."""

_FUNNEL_HELP: Final = (
    "A bar is all reads of a sample: those of miRNAs, those that no miRNA explains, copies of a molecule (with a UMI "
    "only), and reads that trimming left out."
)
_COLUMNS: Final = {
    "dmiso_isomirs_reads": Statistic("reads", "Reads in the files", scale="Greys"),
    "dmiso_isomirs_adapter": Statistic("adapter", "Reads in which the adapter was seen", "%", 1, "YlGn", 100),
    "dmiso_isomirs_assigned": Statistic("miRNA reads", "Molecules that a miRNA explains", scale="Greens"),
    "dmiso_isomirs_explained": Statistic(
        "explained", "Share of the molecules that a miRNA explains", "%", 1, "YlGn", 100
    ),
    "dmiso_isomirs_changed": Statistic(
        "isomiRs", "Share of miRNA molecules that are not the exact miRNA", "%", 1, "Purples", 100
    ),
    "dmiso_isomirs_mirnas": Statistic("miRNAs", "miRNAs with a molecule", hidden=True),
}


def sample_contents(result: SampleResult) -> list[Content]:
    """Return the sections of a run over samples.

    Parameters
    ----------
    result
        What :func:`dmiso.samples.run.samples_files` gave.
    """
    rows = {row["sample"]: row for row in result.samples.iter_rows(named=True)}
    tally = TypeTally(list(rows))
    # matrices say exact and part types by |: in tables of calls, which the tally reads, it is another word and a comma
    types = pl.col("isomir_types").replace(EXACT_FEATURE, EXACT).str.replace_all("|", ",", literal=True)
    features = result.features.select("feature", "sequence", types)
    tally.add_long(result.matrices.isomirs.join(features, on="feature", how="left"))
    for sample, row in rows.items():
        tally.unexplained[sample] = row["molecules"] - row["assigned"]
    return [
        bars(
            "isomirs_funnel",
            "isomiRs: funnel",
            "Reads of miRNAs, and those that a rule left out.",
            {sample: _funnel(row) for sample, row in rows.items()},
            unit="reads",
            helptext=_FUNNEL_HELP,
        ),
        type_bars(tally),
        length_lines(tally),
        statistics("isomirs", _COLUMNS, {sample: _numbers(row) for sample, row in rows.items()}),
    ]


def _funnel(row: dict[str, Any]) -> dict[str, int]:
    """Return what became of a sample's reads; the parts make up all of them."""
    return {
        "of miRNAs": row["assigned"],
        "no miRNA explains it": row["molecules"] - row["assigned"],
        "copies of a molecule": row["inserts"] - row["molecules"],
        **{said: row[column] for column, said in _LOST.items()},
    }


def _numbers(row: dict[str, Any]) -> dict[str, float | None]:
    """Return the row of a sample for the head of the page."""
    values = (
        row["raw_reads"],
        100 * row["adapter_share"],
        row["assigned"],
        100 * row["assigned_share"],
        100 * (1 - row["exact_share"]) if row["assigned"] else None,
        row["mirnas_seen"],
    )
    return dict(zip(_COLUMNS, values, strict=True))
