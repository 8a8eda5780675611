"""The page of ``dmiso isomirs compare``: whether the isomiR changes targets, which, where, and by which pairing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import GENE_CHANGE_COLUMNS, SITE_CHANGE_COLUMNS
from dmiso.compare.drawing import draw_seeds
from dmiso.compare.sentences import (
    CAVEATS,
    change_sentence,
    gene_sentence,
    measure_sentence,
    repression_sentence,
    rule_sentence,
    seed_sentences,
)
from dmiso.compare.stored import stored_comparison
from dmiso.errors import InputError
from dmiso.pages import KeyValues, Note, Page, Paragraph, Preformatted, Section, Verdict
from dmiso.report.figures import drawn
from dmiso.report.origin import limits, origin
from dmiso.report.tables import plain_table, table_of
from dmiso.report.targets import duplexes, site_track

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.compare.comparison import Comparison
    from dmiso.io.transcripts import Transcript
    from dmiso.pages import Part
    from dmiso.plot import Picture
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_TRACKS: Final = 2
_DRAWN: Final = 3
_VERDICTS: Final = 4
_SITES: Final = (
    *("gene_id", "transcript_id", "start", "end", "region", "site_change", "isomir_score", "canonical_score"),
    *("isomir_q_value", "canonical_q_value", "isomir_logit", "canonical_logit", "logit_difference"),
    *("isomir_seed_class", "canonical_seed_class", "seed_match"),
)
_GENES: Final = (
    *("gene_id", "gene_change", "repression_change", "isomir_repression", "canonical_repression"),
    *(
        "repression_difference",
        "mixture_repression",
        "isomir_binding",
        "canonical_binding",
        "binding_difference",
    ),
    *("mixture_binding", "n_gained", "n_lost", "n_kept", "n_changed", "n_borderline"),
)
_ORDER: Final = ("gained", "lost", "changed", "borderline", "kept")


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    summary = run.json("summary.json")
    sites, genes = run.table("sites.tsv", SITE_CHANGE_COLUMNS), run.table("genes.tsv", GENE_CHANGE_COLUMNS)
    try:
        found = [stored_comparison(told, sites, genes, run.settings) for told in summary["comparisons"]]
    except (KeyError, TypeError, ValueError) as error:
        problem = f"a comparison is not as this version of dmiso writes it ({error!r})"
        raise InputError(
            problem, path=str(run.path / "summary.json"), hint="Run the comparison again"
        ) from error
    known = targets.read()
    asked = [str(name) for name in run.settings.get("asked", ())]
    sections = [_overview(found)] if len(found) > 1 else []
    for number, one in enumerate(found, start=1):
        sections.append(Section(one.pair.label, tuple(_parts(one, asked, known, number))))
    return Page(
        _title(found),
        tuple(_verdict(one) for one in found[:_VERDICTS]) or (_NOTHING,),
        (
            *sections,
            Section("How sites are judged", tuple(_rules(found, summary))),
            limits(CAVEATS),
            *origin(run),
        ),
        f"dmiso isomirs compare, {run.path.name}",
    )


_NOTHING: Final = Verdict(
    "Nothing compared", "No sequence is an isomiR of a miRNA of the reference.", "unsure"
)


def _title(found: Sequence[Comparison]) -> str:
    return f"What {found[0].pair.label} changes" if len(found) == 1 else f"What {len(found):,} isomiRs change"


def _verdict(one: Comparison) -> Verdict:
    """Say whether targets change, in words and a sentence."""
    gained, lost = one.n_sites("gained"), one.n_sites("lost")
    held = one.n_sites("kept") + one.n_sites("changed")
    sentence = (
        f"Of the sites that pass, {gained:,} are the isomiR's alone, {lost:,} {one.pair.canonical.id}'s alone, and "
        f"{held:,} of both. {_repression(one)}"
    )
    if gained or lost:
        return Verdict(f"{one.pair.label}: {gained:,} sites gained, {lost:,} lost", sentence, "yes")
    if not np.isfinite(one.thresholds).any():
        return Verdict(f"{one.pair.label}: no answer, as no site passes", sentence, "unsure")
    return Verdict(f"{one.pair.label}: no site gained or lost", sentence, "no")


def _repression(one: Comparison) -> str:
    """Say in a sentence what becomes of repression."""
    if not one.has_repression:
        return "Repression is not predicted: no coding sequence is known."
    n = {change: one.n_repressed(change) for change in ("gained", "lost", "kept")}
    return f"Repression: {n['gained']:,} genes gained, {n['lost']:,} lost, {n['kept']:,} kept."


def _overview(found: Sequence[Comparison]) -> Section:
    heads = (
        "isomiR",
        "miRNA",
        "differs by",
        "seed shifted",
        "sites gained",
        "lost",
        "kept",
        "genes gained",
        "genes lost",
    )
    rows = [
        (
            *(one.pair.isomir.id, one.pair.canonical.id, one.pair.variant or "–", one.pair.seed_shifted),
            *(one.n_sites("gained"), one.n_sites("lost"), one.n_sites("kept") + one.n_sites("changed")),
            *(one.n_genes("gained"), one.n_genes("lost")),
        )
        for one in found
    ]
    return Section("All comparisons", (plain_table("A row per isomiR and miRNA", heads, rows),))


def _parts(
    one: Comparison, asked: Sequence[str], known: dict[str, Transcript], number: int
) -> Iterator[Part]:
    """Yield what is shown of one comparison."""
    pair = one.pair
    yield Preformatted(draw_seeds(pair), "Both sequences and their seeds")
    for text in (repression_sentence(one), change_sentence(one), *seed_sentences(one)):
        yield Paragraph(text)
    if pair.n_parents > 1:
        yield Note(
            f"{pair.n_parents} miRNAs explain this isomiR equally well; each has a section of its own.",
            "unsure",
        )
    if pair.share is not None:
        yield KeyValues(
            (("reads of the isomiR", f"{pair.isomir_reads:,}"), ("share of both", f"{pair.share:.1%}"))
        )
    for gene in asked:
        yield from _gene(one, gene)
    sites = _in_order(one.sites)
    of_asked = sites.filter(pl.col("gene_id").is_in(asked) | pl.col("transcript_id").is_in(asked))
    shown = of_asked if of_asked.height else sites.filter(pl.col("site_change").is_in(_ORDER))
    for position, name in enumerate(
        shown["transcript_id"].unique(maintain_order=True).head(_TRACKS), start=1
    ):
        yield from site_track(_by_mirna(one), name, known, file=f"track-{number}-{position}")
    both = [("isomiR", pair.isomir.sequence), (pair.canonical.id, pair.canonical.sequence)]
    for row in shown.head(_DRAWN).iter_rows(named=True):
        yield from duplexes(both, row, known)
    yield table_of(
        sites, "Sites: gained and lost first, then by their difference", columns=_SITES, file="sites.tsv"
    )
    yield from drawn(lambda: _changes(one, number), what="The genes")
    genes = one.genes.sort(_rank("gene_change"), pl.col("repression_difference").abs().neg(), nulls_last=True)
    yield table_of(genes, "Genes: gained and lost first", columns=_GENES, file="genes.tsv")


def _changes(one: Comparison, number: int) -> dict[str, Picture | None]:
    from dmiso.plot.gene_changes import plot_gene_changes

    return {f"genes-{number}": plot_gene_changes(one.genes)}


def _gene(one: Comparison, gene: str) -> Iterator[Part]:
    """Yield the sentences of a gene that was asked for."""
    rows = one.genes.filter(pl.col("gene_id") == gene)
    row = rows.row(0, named=True) if rows.height else None
    yield Note(gene_sentence(one, gene, row, one.sites.filter(pl.col("gene_id") == gene)))
    if row is not None:
        for name in ("repression", "binding"):
            yield Paragraph(measure_sentence(name, row, one.pair.canonical.id))


def _rank(column: str) -> pl.Expr:
    """Return an order of changes: what differs first."""
    return pl.col(column).replace_strict({name: i for i, name in enumerate(_ORDER)}, default=len(_ORDER))


def _in_order(sites: pl.DataFrame) -> pl.DataFrame:
    return sites.sort(_rank("site_change"), pl.col("logit_difference").abs().neg(), "transcript_id", "start")


def _by_mirna(one: Comparison) -> pl.DataFrame:
    """Return the sites of both miRNAs as a scan would list them: a row per miRNA and site."""
    return pl.concat(
        [
            one.sites.select(
                pl.lit(name).alias("mirna_id"),
                *("transcript_id", "start", "end"),
                pl.col(f"{role}_logit").alias("logit"),
                pl.col(f"{role}_seed_class").alias("seed_class"),
            )
            for role, name in (("isomir", _isomir_name(one)), ("canonical", one.pair.canonical.id))
        ]
    )


def _isomir_name(one: Comparison) -> str:
    return one.pair.label if one.pair.variant else one.pair.isomir.id


def _rules(found: Sequence[Comparison], summary: dict[str, object]) -> Iterator[Part]:
    if found:
        yield Paragraph(rule_sentence(found[0]))
    told = (
        ("transcripts or sites", "transcripts"),
        ("nucleotides searched", "bases"),
        ("decoys per miRNA", "decoys"),
    )
    rows = [(said, f"{value:,}") for said, key in told if isinstance(value := summary.get(key), int)]
    yield KeyValues(tuple(rows))
