"""A comparison as a page that one can read in a terminal and in Markdown: sentences, duplexes and the best sites."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

import polars as pl

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
from dmiso.energies import draw_ascii, fold_sites
from dmiso.extras import is_installed, missing_extra
from dmiso.pages import Head, Page, Paragraph, Preformatted, RowGroup, Section, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmiso.compare.comparison import Comparison
    from dmiso.compare.scanned import Targets
    from dmiso.pages import Part

__all__ = ["as_markdown", "as_text", "page_of"]

_TITLE: Final = "What the isomiR changes"
_TOP: Final = 5
_DRAWN: Final = 2
_SITE_COLUMNS: Final = {
    "gene_id": "gene",
    "transcript_id": "transcript",
    "start": "start",
    "end": "end",
    "site_change": "site is",
    "isomir_logit": "logit isomiR",
    "canonical_logit": "logit canonical",
    "isomir_score": "score isomiR",
    "canonical_score": "score canonical",
    "isomir_q_value": "q isomiR",
    "canonical_q_value": "q canonical",
    "isomir_seed_class": "seed isomiR",
    "canonical_seed_class": "seed canonical",
}


def page_of(comparisons: Sequence[Comparison], targets: Targets, about: str) -> Page:
    """Lay out a page.

    Parameters
    ----------
    comparisons
        One section each.
    targets
        What was scanned; genes asked for are shown one by one.
    about
        A sentence on model, transcripts and decoys.
    """
    rules = [rule_sentence(comparison) for comparison in comparisons[:1]]
    sections = [
        Section(_TITLE, tuple(Paragraph(text) for text in (about, *rules))),
        *(Section(comparison.pair.label, tuple(_parts(comparison, targets))) for comparison in comparisons),
        Section("What the numbers mean", tuple(Paragraph(text) for text in CAVEATS)),
    ]
    return Page(_TITLE, sections=tuple(sections))


def _parts(comparison: Comparison, targets: Targets) -> list[Part]:
    """Return the parts of one comparison."""
    pair = comparison.pair
    parts: list[Part] = [
        Preformatted(draw_seeds(pair)),
        Paragraph(repression_sentence(comparison)),
        Paragraph(change_sentence(comparison)),
        *(Paragraph(text) for text in seed_sentences(comparison)),
    ]
    if pair.n_parents > 1:
        text = f"{pair.n_parents} miRNAs explain this isomiR equally well; each has a section of its own."
        parts.append(Paragraph(text))
    if pair.share is not None:
        text = (
            f"The isomiR has {pair.isomir_reads:,} reads, {pair.share:.1%} of both; "
            "the mixture's repression and binding are at these shares."
        )
        parts.append(Paragraph(text))
    if targets.asked:
        for gene in sorted(targets.asked):
            parts += _gene(comparison, targets, gene)
        return parts
    for change in ("gained", "lost"):
        best = comparison.sites.filter(pl.col("site_change") == change).sort(
            pl.col("logit_difference").abs(), "transcript_id", "start", descending=[True, False, False]
        )
        if best.height:
            title = f"The {min(_TOP, best.height)} of {best.height:,} {change} sites that differ most"
            parts += [Paragraph(title + ":"), _table(best.head(_TOP))]
            parts += _drawings(comparison, targets, best.head(1))
    return parts


def _gene(comparison: Comparison, targets: Targets, gene: str) -> list[Part]:
    """Return the parts of one gene."""
    rows = comparison.genes.filter(pl.col("gene_id") == gene)
    sites = comparison.sites.filter(pl.col("gene_id") == gene)
    row = rows.row(0, named=True) if rows.height else None
    parts: list[Part] = [Paragraph(gene_sentence(comparison, gene, row, sites))]
    if row is not None:
        canonical = comparison.pair.canonical.id
        parts += [Paragraph(measure_sentence(name, row, canonical)) for name in ("repression", "binding")]
    if sites.height:
        parts.append(_table(sites))
        order = pl.max_horizontal("isomir_logit", "canonical_logit")
        parts += _drawings(comparison, targets, sites.sort(order, descending=True).head(_DRAWN))
    return parts


def _table(sites: pl.DataFrame) -> Table:
    rows = [tuple(_cell(value) for value in row) for row in sites.select(list(_SITE_COLUMNS)).iter_rows()]
    return Table("", tuple(Head(name) for name in _SITE_COLUMNS.values()), (RowGroup("", tuple(rows)),))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _drawings(comparison: Comparison, targets: Targets, sites: pl.DataFrame) -> list[Part]:
    """Draw the duplex of both at sites, or say why not."""
    if not is_installed("RNA"):
        return [Paragraph(f"Duplexes are not drawn: {missing_extra('RNA')}.")]
    bases = {t.id: t.sequence for t in targets.transcripts}
    pair = comparison.pair
    parts: list[Part] = []
    for name, start, end in sites.select("transcript_id", "start", "end").iter_rows():
        transcript = bases[name]
        mirnas = [pair.isomir.sequence, pair.canonical.sequence]
        folded = fold_sites(mirnas, [transcript] * 2, [(start, end)] * 2)
        text = [f"{name} {start}-{end}"]
        for role, duplex in zip(("isomiR", pair.canonical.id), folded, strict=True):
            text += ["", f"{role}: {duplex.energy:.1f} kcal/mol", draw_ascii(duplex, flank=None)]
        parts.append(Preformatted("\n".join(text)))
    return parts


def as_text(page: Page) -> str:
    """Write a page for a terminal."""

    def table(rows: list[tuple[str, ...]]) -> str:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(v.ljust(w) for v, w in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    return _written(page, lambda text: f"{text}\n{'=' * len(text)}", str, str, table)


def as_markdown(page: Page) -> str:
    """Write a page as Markdown."""

    def table(rows: list[tuple[str, ...]]) -> str:
        lines = ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])

    def bases(text: str) -> str:
        return f"{_fence(text)}\n{text}\n{_fence(text)}"

    return _written(page, lambda text: f"## {_plain(text)}", _plain, bases, table)


def _plain(text: str) -> str:
    """Write text so that Markdown shows it as it is: a name may hold tags, links, code and the border of a cell."""
    return escape(text, quote=False).translate(_MARKS)


def _fence(text: str) -> str:
    """Return a fence that no run of backticks in the text closes."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))


_MARKS: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\`[]|"})


def _written(
    page: Page,
    heading: Callable[[str], str],
    paragraph: Callable[[str], str],
    bases: Callable[[str], str],
    table: Callable[[list[tuple[str, ...]]], str],
) -> str:
    """Write the sections of a page one after the other, each kind of part with its own writer."""
    pieces = []
    for section in page.sections:
        pieces.append(heading(section.title))
        for part in section.parts:
            if isinstance(part, Paragraph):
                pieces.append(paragraph(part.text))
            elif isinstance(part, Preformatted):
                pieces.append(bases(part.text))
            else:
                assert isinstance(part, Table), f"a comparison has no {type(part).__name__}"
                rows = [tuple(map(str, row)) for group in part.groups for row in group.rows]
                pieces.append(table([tuple(head.label for head in part.heads), *rows]))
    return "\n\n".join(pieces) + "\n"
