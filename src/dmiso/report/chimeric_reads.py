"""The page of ``dmiso chimeras``: what became of the reads, and whether the calls look like binding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.chimera.qc import SeedEnrichment
from dmiso.columns import FUNNEL_COLUMNS, QC_COLUMNS
from dmiso.pages import Listing, Page, Section, Verdict
from dmiso.report.figures import drawn
from dmiso.report.origin import limits, origin
from dmiso.report.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmiso.pages import Part, Table
    from dmiso.plot import Picture
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_INTERACTIONS: Final = (
    *(
        "interaction_id",
        "mirna_id",
        "isomir_id",
        "variant",
        "gene_id",
        "transcript_id",
        "target_id",
        "start",
        "end",
    ),
    *("region", "seed_class", "reads", "read_count", "mirna_sequence"),
)
_LIMITS: Final = (
    (
        "A chimeric read says that a small RNA and a fragment of a transcript were ligated on AGO. It does not say "
        "that the transcript is repressed, and ligation in the test tube makes some pairs that never met in the cell."
    ),
    (
        "Seed matches far more frequent than with shuffled partners say that the calls as a whole are of binding; they "
        "say nothing of a single call."
    ),
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    del targets  # interactions of a run lie on too many transcripts to draw them
    from dmiso.plot.chimera_qc import draw_chimera_qc
    from dmiso.plot.funnel import draw_funnel

    told = run.json("report.json")
    funnel, qc = run.table("funnel.tsv", FUNNEL_COLUMNS), run.table("qc.tsv", QC_COLUMNS)
    interactions = run.table("interactions.tsv", ("mirna_id", "mirna_sequence"))
    seeds = _seeds(told)

    sections = [
        *_diagnoses(told),
        Section(
            "What became of the reads",
            (
                *drawn(lambda: {"funnel": draw_funnel(funnel)}, what="The rules"),
                table_of(funnel, "A row per rule", file="funnel.tsv"),
            ),
        ),
        Section(
            "Do the calls look like binding?",
            (*drawn(lambda: _measures(draw_chimera_qc(funnel, qc, seeds))), *_seed_table(seeds)),
        ),
        Section("Interactions", (_interaction_table(interactions),)),
        Section("All measures", (table_of(qc, "A row per measure and class", file="qc.tsv"),), folded=True),
        limits(_LIMITS),
        *origin(run),
    ]
    return Page(
        f"{interactions.height:,} interactions of {interactions['mirna_sequence'].n_unique():,} miRNAs and isomiRs",
        (_verdict(funnel, interactions, seeds),),
        tuple(sections),
        f"dmiso chimeras, {run.path.name}",
    )


def _diagnoses(told: Mapping[str, Any]) -> Iterator[Section]:
    """Say what is probably wrong, where the run found something."""
    found = told.get("diagnoses")
    if isinstance(found, list) and found:
        yield Section("What is probably wrong", (Listing(tuple(map(str, found))),))


def _interaction_table(interactions: pl.DataFrame) -> Table:
    """Return the interactions, the known columns first."""
    return table_of(
        interactions, "A row per interaction", columns=_shown(interactions), file="interactions.tsv"
    )


def _measures(pictures: dict[str, Picture]) -> dict[str, Picture]:
    """Return the pictures of the calls: the funnel has a section of its own."""
    return {name: picture for name, picture in pictures.items() if name != "funnel"}


def _shown(interactions: pl.DataFrame) -> list[str]:
    """Return the columns that one reads: the known ones of them first."""
    first: list[str] = [name for name in _INTERACTIONS if name in interactions.columns]
    return first if len(first) > 3 else interactions.columns


def _seeds(told: Mapping[str, Any]) -> dict[str, SeedEnrichment]:
    """Return the seed matches that a run's report holds."""
    found = told.get("seed_enrichment")
    made = {}
    for name, value in found.items() if isinstance(found, dict) else ():
        if isinstance(value, dict) and {"n", "true_share", "shuffled_share"} <= set(value):
            made[str(name)] = SeedEnrichment(
                int(value["n"]), float(value["true_share"]), float(value["shuffled_share"])
            )
    return made


def _seed_table(seeds: Mapping[str, SeedEnrichment]) -> Iterator[Part]:
    if seeds:
        rows = [
            (name, one.n, one.true_share, one.shuffled_share, one.enrichment) for name, one in seeds.items()
        ]
        frame = pl.DataFrame(
            rows, schema=("what", "pairs", "share_with_seed", "share_shuffled", "times"), orient="row"
        )
        yield table_of(frame, "Pairs with a match of miRNA positions 2-7")


def _verdict(
    funnel: pl.DataFrame, interactions: pl.DataFrame, seeds: Mapping[str, SeedEnrichment]
) -> Verdict:
    """Say how many interactions there are, and how much more often they have a seed match than shuffled ones."""
    read = int(funnel.filter((pl.col("step") == "read") & (pl.col("outcome") == "kept"))["n"].sum())
    kept = f"{read:,} reads gave {interactions.height:,} interactions."
    if interactions.is_empty():
        return Verdict("No interaction", f"{kept} The table below says which rule dropped the reads.", "no")
    best = max(seeds.items(), key=lambda item: item[1].n, default=None)
    if best is None or best[1].enrichment is None:
        return Verdict(
            "Interactions found", f"{kept} Seed matches cannot be compared with shuffled ones.", "unsure"
        )
    name, one = best
    shares = f"{one.true_share:.0%} have a seed match, of shuffled partners {one.shuffled_share:.0%}"
    sentence = f"{kept} Of their {name} {shares}: {one.enrichment:.1f} times as many."
    times = one.enrichment or 0.0
    return Verdict(
        f"Seed matches {times:.1f} times as frequent as by chance", sentence, "yes" if times > 1 else "unsure"
    )
