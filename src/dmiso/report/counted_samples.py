"""The page of ``dmiso isomirs`` of many samples: what became of their reads, and which miRNAs and isomiRs they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import FEATURE_COLUMNS, SAMPLE_COLUMNS
from dmiso.pages import Page, Section, Verdict
from dmiso.report.figures import drawn
from dmiso.report.origin import limits, origin
from dmiso.report.tables import table_of

if TYPE_CHECKING:
    from dmiso.pages import Table
    from dmiso.plot import Picture
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_FEW: Final = 0.2
"""Share of a sample's inserts that are miRNAs, below which the verdict asks to look at it."""

_LIMITS: Final = (
    "Counts are of reads as sequenced: no sample is normalised here. Compare samples with DESeq2, edgeR or their like.",
    "Reads that several miRNAs explain alike are counted once, in a row that names them all.",
    (
        "A nucleotide replaced by an error of the sequencer looks like an isomiR: one that a single read of a frequent "
        "miRNA shows is probably none."
    ),
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    del targets  # sequences lie on no transcript
    samples = run.table("samples.tsv", SAMPLE_COLUMNS)
    features = run.table("counts/features.tsv", FEATURE_COLUMNS)

    def draw() -> dict[str, Picture | None]:
        from dmiso.plot.sample_reads import draw_sample_reads

        return {"samples": draw_sample_reads(samples)}

    counts = [
        _counts(run, level, what)
        for level, what in (("mirnas", "miRNA"), ("isomirs", "isomiR"), ("types", "type"))
        if run.has(f"counts/{level}.tsv")
    ]
    sections = [
        Section("What became of the reads", tuple(drawn(draw))),
        Section("Samples", (table_of(samples, "A row per sample", file="samples.tsv"),)),
        Section("Counts", tuple(counts)),
        limits(_LIMITS),
        *origin(run),
    ]
    n_mirnas = features["mirna_ids"].n_unique()
    return Page(
        f"{n_mirnas:,} miRNAs and {features.height:,} isomiRs in {samples.height:,} samples",
        (_verdict(samples),),
        tuple(section for section in sections if section.parts),
        f"dmiso isomirs, {run.path.name}",
    )


def _counts(run: Run, level: str, what: str) -> Table:
    """Return the first rows of a count matrix; samples are called as they are."""
    name = f"counts/{level}.tsv"
    frame = run.table(name, ("feature",))
    samples = [column for column in frame.columns if column != "feature"]
    frame = frame.with_columns(pl.col(samples).cast(pl.Int64))
    labels = {sample: sample for sample in samples}
    return table_of(frame, f"A row per {what}, a column per sample", labels=labels, file=name)


def _verdict(samples: pl.DataFrame) -> Verdict:
    """Say how much of the samples is miRNA, and which samples are unlike that."""
    reads, molecules, assigned = (int(samples[name].sum()) for name in ("raw_reads", "molecules", "assigned"))
    if not assigned:
        return Verdict("No miRNA", f"None of {reads:,} reads is explained by a miRNA.", "no")
    share = assigned / molecules
    few = samples.filter(pl.col("assigned_share") < _FEW)["sample"].to_list()
    sentence = f"{assigned:,} of {molecules:,} inserts ({share:.1%}) of {reads:,} reads are of miRNAs."
    if few:
        names = ", ".join(few[:5]) + (" …" if len(few) > 5 else "")
        return Verdict(
            f"Look at {names}",
            f"{sentence} In {names} less than {_FEW:.0%} are: see what was cut off.",
            "unsure",
        )
    return Verdict(f"{share:.0%} of inserts are miRNAs", sentence, "yes")
