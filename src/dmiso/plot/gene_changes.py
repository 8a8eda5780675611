"""Genes that an isomiR gains and loses: the predicted change against the best site, the first genes named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.plot.labels import Labelled, label_points
from dmiso.plot.picture import drawing, short_name
from dmiso.plot.style import BLACK, BLUE, GREY, ORANGE, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["draw_gene_changes", "plot_gene_changes"]

_NAMED: Final = 6
"""Genes of each kind that are named at most."""
_NAME: Final = 16
_VECTORS: Final = 150
"""Marks of a kind above which they are one bitmap: a transcriptome of them would be megabytes of SVG."""
_LOOKS: Final = {
    "neither": ("0.75", "o", 5, "neither"),
    "kept": (GREY, "o", 9, "kept"),
    "lost": (ORANGE, "v", 22, "lost"),
    "gained": (BLUE, "^", 22, "gained"),
}
_REPRESSION: Final = (
    "Each mark is a gene. To the left of the dotted line the isomiR represses it more than the miRNA does, to the "
    "right less. Upwards, the logit of the best site of the one that represses it more: the higher, the surer the "
    "site; at the bottom genes without a reported site. Triangles are genes that cross the threshold of "
    "repression, those that change most with their names."
)
_BINDING: Final = (
    "Each mark is a gene. To the right of the dotted line the isomiR binds it more than the miRNA does, to the "
    "left less. Upwards, the logit of the best site of the one that binds it more: the higher, the surer the "
    "site; at the bottom genes without a reported site. Triangles are genes gained and lost, those that change "
    "most with their names."
)


def draw_gene_changes(genes: pl.DataFrame) -> dict[str, Picture]:
    """Draw the genes of each isomiR and miRNA that were compared.

    Parameters
    ----------
    genes
        As ``genes.tsv`` of ``dmiso isomirs compare`` has them.

    Returns
    -------
    dict of str to Picture
        ``genes``, of several comparisons ``genes_1``, ``genes_2``, … in the table's order.
    """
    pairs = genes.select("isomir_id", "canonical_id").unique(maintain_order=True)
    found: dict[str, Picture] = {}
    for number, (isomir, canonical) in enumerate(pairs.iter_rows(), start=1):
        own = genes.filter(pl.col("isomir_id") == isomir, pl.col("canonical_id") == canonical)
        picture = plot_gene_changes(own)
        if picture is not None:
            found["genes" if pairs.height == 1 else f"genes_{number}"] = picture
    return found


def plot_gene_changes(genes: pl.DataFrame) -> Picture | None:
    """Draw the change of each gene's repression against its best site.

    Parameters
    ----------
    genes
        Rows of one isomiR and one miRNA; where no repression was predicted (no coding sequences), binding is drawn.

    Returns
    -------
    Picture or None
        None without a gene that has either.
    """
    measure = "repression" if genes["repression_difference"].drop_nulls().len() else "binding"
    kind = "repression_change" if measure == "repression" else "gene_change"
    rows = _points(genes, measure, kind)
    if not rows.height:
        return None
    isomir, canonical = short_name(genes["isomir_id"][0], 34), short_name(genes["canonical_id"][0], 30)
    reading = _REPRESSION if measure == "repression" else _BINDING
    with drawing(f"Genes gained and lost: {isomir} against {canonical}", reading, height=4.3) as picture:
        axes = picture.figure.subplots()
        for name, (colour, marker, size, words) in _LOOKS.items():
            own = rows.filter(pl.col("kind") == name)
            axes.scatter(
                own["change"].to_numpy(),
                own["height"].to_numpy(),
                color=colour,
                marker=marker,
                s=size,
                linewidth=0,
                label=f"{words} ({own.height:,})",
                rasterized=own.height > _VECTORS,
                zorder=2 + list(_LOOKS).index(name) / 10,
            )
        axes.axvline(0, color=GREY, linestyle=":", linewidth=1)
        _finish(axes, rows, measure)
        legend_above(axes, columns=4)
        named = _named(rows)
        axes.scatter(
            named["change"].to_numpy(),
            named["height"].to_numpy(),
            s=44,
            facecolor="none",
            edgecolor=BLACK,
            zorder=4,
        )
        label_points(axes, [Labelled(x, y, picture.name(gene, _NAME)) for gene, x, y in named.iter_rows()])
    return picture


def _points(genes: pl.DataFrame, measure: str, kind: str) -> pl.DataFrame:
    """Return gene, change, kind and height of each mark; without a reported site it lies below all others."""
    change = pl.col(f"{measure}_difference")
    stronger = change < 0 if measure == "repression" else change > 0
    logit = pl.when(stronger).then("isomir_best_logit").otherwise("canonical_best_logit")
    rows = genes.filter(change.is_not_null()).select(
        "gene_id", change=change, logit=logit, kind=pl.col(kind).fill_null("neither")
    )
    known = pl.col("kind").is_in(list(_LOOKS))
    rows = rows.with_columns(kind=pl.when(known).then("kind").otherwise(pl.lit("neither")))
    return rows.with_columns(height=pl.col("logit").fill_null(_bottom(rows)))


def _bottom(rows: pl.DataFrame) -> float:
    """Return the height of genes without a reported site: below all others."""
    logits = rows["logit"].drop_nulls().to_numpy()
    if not logits.size:
        return 0.0
    return float(logits.min() - max(0.14 * np.ptp(logits), 0.5))


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the genes to name: those gained and lost that change most, in turn."""
    size = pl.col("change").abs()
    kinds = [
        rows.filter(pl.col("kind") == kind).sort(size, "gene_id", descending=[True, False]).head(_NAMED)
        for kind in ("gained", "lost")
    ]
    both = pl.concat([own.with_row_index() for own in kinds]).sort("index", maintain_order=True)
    return both.select("gene_id", "change", "height")


def _finish(axes: Axes, rows: pl.DataFrame, measure: str) -> None:
    """Set the limits, alike to both sides, and name the axes; the lowest tick is for genes without a site."""
    most = 1.3 * max(float(np.abs(rows["change"].to_numpy()).max()), 1e-3)
    axes.set_xlim(-most, most)
    bottom = _bottom(rows)
    heights = rows["height"].to_numpy()
    room = 0.06 * max(float(heights.max()) - bottom, 1.0)
    axes.set_ylim(min(bottom, heights.min()) - room, heights.max() + 2 * room)
    if rows["logit"].null_count():
        ticks = [tick for tick in axes.get_yticks() if bottom + 2 * room < tick <= heights.max() + room]
        axes.set_yticks([bottom, *ticks], ["no site", *(f"{tick:g}".replace("-", "−") for tick in ticks)])
    axes.grid(visible=True)
    axes.set_ylabel("logit of the best site")
    unit = "log2 fold change" if measure == "repression" else "0–1"
    axes.set_xlabel(f"{measure} by the isomiR less that by the miRNA ({unit})")
