"""The page of ``dmiso isomirs summary``: how much is isomiR, of which types, and which miRNAs prefer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import (
    SUBSTITUTION_COLUMNS,
    SUMMARY_END_COLUMNS,
    SUMMARY_MIRNA_COLUMNS,
    SUMMARY_MIRNA_TYPE_COLUMNS,
    SUMMARY_PREFERENCE_COLUMNS,
    SUMMARY_TYPE_COLUMNS,
)
from dmiso.isomir.summary.text import SIGNIFICANT
from dmiso.pages import Page, Section, Verdict
from dmiso.report.figures import drawn
from dmiso.report.origin import limits, origin
from dmiso.report.tables import table_of

if TYPE_CHECKING:
    from dmiso.plot import Picture
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_LIMITS: Final = (
    (
        "Types are told from the nucleotides and the reference given: a type is added, not templated, only where a "
        "precursor says so, and a nucleotide replaced by an error of the sequencer looks like one replaced in the cell."
    ),
    "Reads of a sequence that several miRNAs explain alike are shared evenly among them.",
    (
        "A preferred type is one that a miRNA has more often than all miRNAs together (one-sided binomial test, "
        f"Benjamini-Hochberg q below {SIGNIFICANT:g}); that says nothing of what it does."
    ),
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    del targets  # sequences lie on no transcript
    types = run.table("types.tsv", SUMMARY_TYPE_COLUMNS)
    mirnas = run.table("mirnas.tsv", SUMMARY_MIRNA_COLUMNS)
    by_type = run.table("mirna_types.tsv", SUMMARY_MIRNA_TYPE_COLUMNS)
    replaced = run.table("substitutions.tsv", SUBSTITUTION_COLUMNS)
    preferred = run.table("preference.tsv", SUMMARY_PREFERENCE_COLUMNS)
    ends = run.table("ends.tsv", SUMMARY_END_COLUMNS) if run.has("ends.tsv") else None

    def draw() -> dict[str, Picture | None]:
        from dmiso.plot.isomir_summary import plot_isomir_ends, plot_isomir_types

        return {
            "isomirs": plot_isomir_types(mirnas, by_type),
            "ends": None if ends is None else plot_isomir_ends(mirnas, ends),
        }

    sections = [
        Section("Which miRNAs vary, and where", tuple(drawn(draw))),
        Section(
            "Types of isomiRs", (table_of(types, "An isomiR may be of several types", file="types.tsv"),)
        ),
        Section("miRNAs", (table_of(mirnas, "Most reads first; a row per miRNA", file="mirnas.tsv"),)),
        Section(
            "Types of each miRNA", (table_of(by_type, "A row per miRNA and type", file="mirna_types.tsv"),)
        ),
        Section(
            "Replaced nucleotides",
            (table_of(replaced, "A row per position and replacement", file="substitutions.tsv"),)
            if replaced.height
            else (),
        ),
        Section(
            "Preferred types",
            (table_of(preferred, "A row per miRNA and type that was tested", file="preference.tsv"),)
            if preferred.height
            else (),
        ),
        limits(_LIMITS),
        *origin(run),
    ]
    return Page(
        f"isomiRs of {mirnas.height:,} miRNAs",
        (_verdict(mirnas, preferred),),
        tuple(section for section in sections if section.parts),
        f"dmiso isomirs summary, {run.path.name}",
    )


def _verdict(mirnas: pl.DataFrame, preferred: pl.DataFrame) -> Verdict:
    """Say how much of the reads is isomiR, and how much has another seed."""
    reads = float(mirnas["reads"].sum())
    if not reads:
        return Verdict("No miRNA", "No sequence was assigned to a miRNA.", "no")
    isomirs, shifted = (float(mirnas[name].sum()) / reads for name in ("isomir_reads", "seed_shifted_reads"))
    n_preferring = preferred.filter(pl.col("binomial_q_value") < SIGNIFICANT)["mirna_id"].n_unique()
    sentence = (
        f"{isomirs:.1%} of {reads:,.0f} reads are isomiRs of {mirnas.height:,} miRNAs; {shifted:.1%} have another seed "
        f"than the miRNA, so that other targets are to be expected. {n_preferring:,} miRNAs prefer a type of isomiRs."
    )
    return Verdict(f"{isomirs:.1%} isomiRs, {shifted:.1%} with another seed", sentence)
