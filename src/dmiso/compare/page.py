"""A comparison as a page that one can read: blocks of text, nucleotides and tables, written three ways."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
    verdict_sentence,
)
from dmiso.energies import draw_ascii, fold_sites
from dmiso.extras import is_installed, missing_extra
from dmiso.pages import render_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dmiso.compare.comparison import Comparison
    from dmiso.compare.scanned import Targets

__all__ = ["Block", "as_html", "as_markdown", "as_text", "page_of"]

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


class Block(NamedTuple):
    """A part of a page: ``heading``, ``paragraph``, ``bases`` (kept as they are) or ``table`` (rows of text)."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def page_of(comparisons: Sequence[Comparison], targets: Targets, about: str) -> list[Block]:
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
    blocks = [Block("heading", "What the isomiR changes"), Block("paragraph", about)]
    if comparisons:
        blocks.append(Block("paragraph", rule_sentence(comparisons[0])))
    for comparison in comparisons:
        blocks += _section(comparison, targets)
    blocks += [Block("heading", "What the numbers mean"), *(Block("paragraph", text) for text in CAVEATS)]
    return blocks


def _section(comparison: Comparison, targets: Targets) -> list[Block]:
    """Return the blocks of one comparison."""
    pair = comparison.pair
    blocks = [
        Block("heading", pair.label),
        Block("bases", draw_seeds(pair)),
        Block("paragraph", repression_sentence(comparison)),
        Block("paragraph", change_sentence(comparison)),
        *(Block("paragraph", text) for text in seed_sentences(comparison)),
    ]
    if pair.n_parents > 1:
        text = f"{pair.n_parents} miRNAs explain this isomiR equally well; each has a section of its own."
        blocks.append(Block("paragraph", text))
    if pair.share is not None:
        text = (
            f"The isomiR has {pair.isomir_reads:,} reads, {pair.share:.1%} of both; "
            "the mixture's repression and binding are at these shares."
        )
        blocks.append(Block("paragraph", text))
    if targets.asked:
        for gene in sorted(targets.asked):
            blocks += _gene(comparison, targets, gene)
        return blocks
    for change in ("gained", "lost"):
        best = comparison.sites.filter(pl.col("site_change") == change).sort(
            pl.col("logit_difference").abs(), "transcript_id", "start", descending=[True, False, False]
        )
        if best.height:
            title = f"The {min(_TOP, best.height)} of {best.height:,} {change} sites that differ most"
            blocks += [Block("paragraph", title + ":"), _table(best.head(_TOP))]
            blocks += _drawings(comparison, targets, best.head(1))
    return blocks


def _gene(comparison: Comparison, targets: Targets, gene: str) -> list[Block]:
    """Return the blocks of one gene."""
    rows = comparison.genes.filter(pl.col("gene_id") == gene)
    sites = comparison.sites.filter(pl.col("gene_id") == gene)
    row = rows.row(0, named=True) if rows.height else None
    canonical = comparison.pair.canonical.id
    blocks = [Block("paragraph", gene_sentence(comparison, gene, row, sites))]
    if row is not None:
        if row["binding_verdict"] is not None:
            blocks.insert(0, Block("paragraph", verdict_sentence(gene, row, canonical)))
        blocks += [
            Block("paragraph", measure_sentence(name, row, canonical)) for name in ("repression", "binding")
        ]
    if sites.height:
        blocks.append(_table(sites))
        order = pl.max_horizontal("isomir_logit", "canonical_logit")
        blocks += _drawings(comparison, targets, sites.sort(order, descending=True).head(_DRAWN))
    return blocks


def _table(sites: pl.DataFrame) -> Block:
    rows = [tuple(_SITE_COLUMNS.values())]
    rows += [tuple(_cell(value) for value in row) for row in sites.select(list(_SITE_COLUMNS)).iter_rows()]
    return Block("table", rows=tuple(rows))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _drawings(comparison: Comparison, targets: Targets, sites: pl.DataFrame) -> list[Block]:
    """Draw the duplex of both at sites, or say why not."""
    if not is_installed("RNA"):
        return [Block("paragraph", f"Duplexes are not drawn: {missing_extra('RNA')}.")]
    bases = {t.id: t.sequence for t in targets.transcripts}
    pair, blocks = comparison.pair, []
    for name, start, end in sites.select("transcript_id", "start", "end").iter_rows():
        transcript = bases[name]
        mirnas = [pair.isomir.sequence, pair.canonical.sequence]
        folded = fold_sites(mirnas, [transcript] * 2, [(start, end)] * 2)
        text = [f"{name} {start}-{end}"]
        for role, duplex in zip(("isomiR", pair.canonical.id), folded, strict=True):
            text += ["", f"{role}: {duplex.energy:.1f} kcal/mol", draw_ascii(duplex, flank=None)]
        blocks.append(Block("bases", "\n".join(text)))
    return blocks


def as_text(blocks: Sequence[Block]) -> str:
    """Write blocks for a terminal."""

    def table(block: Block) -> str:
        widths = [max(len(row[i]) for row in block.rows) for i in range(len(block.rows[0]))]
        lines = ("  ".join(v.ljust(w) for v, w in zip(row, widths, strict=True)) for row in block.rows)
        return "\n".join(line.rstrip() for line in lines)

    writers: Mapping[str, Callable[[Block], str]] = {
        "heading": lambda b: f"{b.text}\n{'=' * len(b.text)}",
        "paragraph": lambda b: b.text,
        "bases": lambda b: b.text,
        "table": table,
    }
    return _written(blocks, writers)


def as_markdown(blocks: Sequence[Block]) -> str:
    """Write blocks as Markdown."""

    def table(block: Block) -> str:
        rows = ["| " + " | ".join(map(_plain, row)) + " |" for row in block.rows]
        return "\n".join([rows[0], "|" + "---|" * len(block.rows[0]), *rows[1:]])

    writers: Mapping[str, Callable[[Block], str]] = {
        "heading": lambda b: f"## {_plain(b.text)}",
        "paragraph": lambda b: _plain(b.text),
        "bases": lambda b: f"{_fence(b.text)}\n{b.text}\n{_fence(b.text)}",
        "table": table,
    }
    return _written(blocks, writers)


def _plain(text: str) -> str:
    """Write text so that Markdown shows it as it is: a name may hold tags, links, code and the border of a cell."""
    return escape(text, quote=False).translate(_MARKS)


def _fence(text: str) -> str:
    """Return a fence that no run of backticks in the text closes."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))


_MARKS: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\`[]|"})


def as_html(blocks: Sequence[Block]) -> str:
    """Write blocks as one HTML page that needs nothing else."""
    return render_page("blocks", title=blocks[0].text if blocks else "dmiso", blocks=blocks)


def _written(blocks: Sequence[Block], writers: Mapping[str, Any]) -> str:
    return "\n\n".join(writers[block.kind](block) for block in blocks) + "\n"
