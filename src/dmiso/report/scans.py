"""The page of ``dmiso scan``: how many sites, the best of them, genes, and where on a transcript they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import GENE_COLUMNS, SCAN_SITE_COLUMNS, TOTAL_COLUMNS
from dmiso.pages import Page, Section, Verdict
from dmiso.report.figures import drawn
from dmiso.report.origin import REPRESSION_LIMIT, SCORE_LIMITS, limits, origin
from dmiso.report.tables import table_of
from dmiso.report.targets import site_track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmiso.io.transcripts import Transcript
    from dmiso.pages import Part
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_Q: Final = 0.1
"""q-value up to which the verdict counts sites."""
_TRACKS: Final = 3
_MIRNAS: Final = 6
"""miRNAs of a track: more would be a picture longer than a page."""
_SITES: Final = (
    *("mirna_id", "gene_id", "transcript_id", "start", "end", "region", "seed_class", "score", "q_value"),
    *("logit", "percentile", "domain", "repression", "occupancy", "energy"),
)
_GENES: Final = (
    *("mirna_id", "gene_id", "repression", "binding", "n_sites", "best_score", "best_q_value", "best_start"),
    *("best_end", "binding_transcript_id"),
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    from dmiso.plot.repression_ranks import plot_repression_ranks

    sites = run.table("sites.parquet", SCAN_SITE_COLUMNS)
    genes = run.table("genes.parquet", GENE_COLUMNS)
    totals = run.table("genes_total.parquet", TOTAL_COLUMNS)
    n_mirnas, n_transcripts = (sites[name].n_unique() for name in ("mirna_id", "transcript_id"))
    best = sites.sort(
        pl.col("q_value").fill_null(1.0),
        pl.col("logit"),
        "transcript_id",
        "start",
        descending=[False, True, False, False],
    )
    sections = [
        Section("Where the best sites lie", tuple(_tracks(best, targets.read()))),
        Section(
            "Genes by miRNA",
            (
                *drawn(lambda: {"repression-ranks": plot_repression_ranks(genes)}, what="The ranks"),
                table_of(
                    _by_effect(genes),
                    "Best first; a row per miRNA and gene",
                    columns=_GENES,
                    file="genes.parquet",
                ),
            ),
        ),
        Section(
            "Genes, all miRNAs together",
            (table_of(_by_effect(totals), "Best first; a row per gene", file="genes_total.parquet"),),
        ),
        Section(
            "Sites", (table_of(best, "Best first; a row per site", columns=_SITES, file="sites.parquet"),)
        ),
        limits((*SCORE_LIMITS, REPRESSION_LIMIT)),
        *origin(run),
    ]
    return Page(
        f"Sites of {n_mirnas:,} miRNAs on {n_transcripts:,} transcripts",
        (_verdict(sites, genes),),
        tuple(section for section in sections if section.parts),
        f"dmiso scan, {run.path.name}",
    )


def _verdict(sites: pl.DataFrame, genes: pl.DataFrame) -> Verdict:
    """Say how many sites are not of chance, as far as decoys tell."""
    if sites.is_empty():
        return Verdict("No site", "No position of any transcript passed the threshold.", "no")
    told = sites["q_value"].drop_nulls()
    repressed = genes["repression"].drop_nulls()
    known = (
        f"Repression is predicted for {repressed.len():,} of {genes.height:,} pairs of miRNA and gene."
        if repressed.len()
        else "Repression is not predicted: no coding sequence is known, so no 3′UTR is."
    )
    if told.is_empty():
        return Verdict(
            f"{sites.height:,} sites, without an error rate",
            f"No decoys were scanned, so nothing says how many of them are chance. {known}",
            "unsure",
        )
    passing, lowest = int((told <= _Q).sum()), float(told.to_numpy().min())
    sentence = (
        f"{passing:,} of {sites.height:,} reported sites have a q-value of at most {_Q:g}: of those, that share is "
        f"expected to be chance. The lowest q-value is {lowest:.2g}. {known}"
    )
    return Verdict(f"{passing:,} sites at q ≤ {_Q:g}", sentence, "yes" if passing else "unsure")


def _by_effect(genes: pl.DataFrame) -> pl.DataFrame:
    """Sort genes by predicted repression, and those without one by binding."""
    return genes.sort("repression", pl.col("binding").neg(), "gene_id", nulls_last=True)


def _tracks(best: pl.DataFrame, known: dict[str, Transcript]) -> Iterator[Part]:
    """Yield the track of each of the transcripts with the best sites."""
    for number, name in enumerate(best["transcript_id"].unique(maintain_order=True).head(_TRACKS), start=1):
        own = best.filter(pl.col("transcript_id") == name)
        shown = own["mirna_id"].unique(maintain_order=True).head(_MIRNAS)
        yield from site_track(
            own.filter(pl.col("mirna_id").is_in(shown.to_list())), name, known, file=f"track-{number}"
        )
