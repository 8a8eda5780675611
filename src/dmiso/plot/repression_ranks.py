"""Predicted repression of genes by rank, and the most repressed genes by name with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, COLOURS, GREY, LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["plot_repression_ranks"]

_GENES: Final = 20
"""Genes named at most."""
_MIRNAS: Final = 6
"""Curves drawn at most, the strongest first."""
_POINTS: Final = 200
_READING: Final = (
    "Above: the genes of each miRNA from the most repressed on (to the right, a logarithmic axis) and their "
    "predicted log2 fold change: −1 is half the mRNA. A curve that falls steeply at the left has few strong "
    "targets. Below: the {n} most repressed, with the interval that 9 in 10 measured changes are predicted to lie "
    "in; where it reaches across 0 (dotted), a single gene may well not respond."
)


def plot_repression_ranks(genes: pl.DataFrame | pl.LazyFrame) -> Picture | None:
    """Draw how strongly genes are predicted to be repressed.

    Parameters
    ----------
    genes
        As ``genes.parquet`` of ``dmiso scan`` has them: ``mirna_id``, ``gene_id``, ``repression``, ``repression_low``,
        ``repression_high``. Of a lazy one only what is drawn is held in memory.

    Returns
    -------
    Picture or None
        None where no repression was predicted: no coding sequence was known.
    """
    rows = genes.lazy().filter(pl.col("repression").is_not_null())
    columns = ("gene_id", "mirna_id", "repression", "repression_low", "repression_high")
    top = rows.select(columns).sort("repression", "gene_id", "mirna_id").head(_GENES).collect()
    if not top.height:
        return None
    best = rows.group_by("mirna_id").agg(pl.col("repression").min()).sort("repression", "mirna_id").collect()
    mirnas = best["mirna_id"].to_list()
    reading = _READING.format(n=top.height)
    height = 2.6 + 0.12 * min(len(mirnas), _MIRNAS) + 0.18 * top.height
    with drawing("Genes by predicted repression", reading, height=height) as picture:
        curve, named = picture.figure.subplots(2, 1, height_ratios=[1.6, 0.35 + 0.18 * top.height])
        for i, name in enumerate(mirnas[:_MIRNAS]):
            own = rows.filter(pl.col("mirna_id") == name).select("repression").sort("repression").collect()
            ranks = np.unique(np.geomspace(1, own.height, _POINTS).round().astype(int))
            curve.plot(
                ranks,
                own["repression"].to_numpy()[ranks - 1],
                color=COLOURS[i % len(COLOURS)],
                linestyle=LINES[i % len(LINES)],
                marker="o" if own.height == 1 else None,
                label=f"{picture.name(name, 28)} ({own.height:,} genes)",
            )
        _finish_curve(curve)
        if len(mirnas) > _MIRNAS:
            curve.plot([], [], linestyle="none", label=f"{len(mirnas) - _MIRNAS:,} more are not drawn")
        picture.figure.legend(loc="outside upper left", ncols=1 if len(mirnas) < 4 else 2)
        _draw_named(picture, named, top, several=len(mirnas) > 1)
    return picture


def _finish_curve(axes: Axes) -> None:
    from matplotlib.ticker import NullFormatter, StrMethodFormatter

    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axhline(0, color=GREY, linestyle=":", linewidth=1)
    axes.set_xlabel("rank of the gene")
    axes.set_ylabel("repression\n(log2 fold change)")
    axes.grid(visible=True)


def _draw_named(picture: Picture, axes: Axes, top: pl.DataFrame, *, several: bool) -> None:
    """Draw the most repressed genes, each on its row."""
    value = top["repression"].to_numpy()
    low = top["repression_low"].fill_null(top["repression"]).to_numpy()
    high = top["repression_high"].fill_null(top["repression"]).to_numpy()
    axes.errorbar(
        value,
        range(top.height),
        xerr=np.stack([value - low, high - value]).clip(0),
        color=BLUE,
        marker="o",
        linestyle="none",
        elinewidth=0.9,
        capsize=2,
    )
    names = [
        f"{picture.name(gene, 16)}, {picture.name(mirna, 16)}" if several else picture.name(gene, 24)
        for gene, mirna in top.select("gene_id", "mirna_id").iter_rows()
    ]
    axes.set_yticks(range(top.height), names)
    axes.set_ylim(top.height - 0.4, -0.6)
    axes.axvline(0, color=GREY, linestyle=":", linewidth=1)
    axes.set_xlabel("predicted log2 fold change")
    axes.grid(visible=True, axis="x")
