"""Sequence logos of kernels (Schneider & Stephens 1990), and what pairs are worth along the miRNA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.explain.kernels import information
from dmiso.plot.style import AMBER, BLUE, GREEN, MARKERS, ORANGE, YELLOW, legend_above, picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from dmiso.explain.kernels import KernelMotif

__all__ = ["draw_logos", "draw_pair_energies"]

_BASE_COLOURS: Final = {"A": GREEN, "U": ORANGE, "C": BLUE, "G": AMBER}
_COLUMNS: Final = 5


def draw_logos(path: Path | None, motifs: Sequence[KernelMotif]) -> Figure:
    """Draw a logo for each kernel, nucleotides as high as their information in bits; flat kernels are greyed.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    motifs
        At least one.
    """
    rows = -(-len(motifs) // _COLUMNS)
    with picture(path, width=1.75 * _COLUMNS, height=1.15 * rows + 0.2) as figure:
        panels = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
        for axes, motif in zip(panels, motifs, strict=False):
            draw_logo(axes, motif.shares)
            sites = f", {motif.n_sites:,} sites" if motif.way == "activating" else ""
            flat = " – flat" if motif.flat else ""
            axes.set_title(
                f"{motif.name}{flat}{sites}", fontsize=6.5, color="0.55" if motif.flat else "black"
            )
        for axes in panels[len(motifs) :]:
            axes.set_axis_off()
    return figure


def draw_logo(axes: Axes, shares: NDArray[np.float64]) -> None:
    """Draw nucleotides as shapes, the most frequent on top, 0 to 2 bits."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import PathPatch
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    font = FontProperties(family="DejaVu Sans", weight="bold")
    for position, (bits, row) in enumerate(zip(information(shares), shares, strict=True)):
        bottom = 0.0
        for base in np.argsort(row, kind="stable"):
            height = float(bits * row[base])
            if height < 0.01:
                continue
            nucleotide = "AUCG"[base]
            outline = TextPath((0, 0), nucleotide, size=1, prop=font)
            box = outline.get_extents()
            moved = (
                Affine2D()
                .translate(-box.x0, -box.y0)
                .scale(0.9 / box.width, height / box.height)
                .translate(position + 0.55, bottom)
            )
            axes.add_patch(
                PathPatch(outline.transformed(moved), color=_BASE_COLOURS[nucleotide], linewidth=0)
            )
            bottom += height
    axes.set_xlim(0.4, len(shares) + 0.6)
    axes.set_ylim(0, 2)
    axes.set_yticks([0, 1, 2])
    axes.set_xticks(range(1, len(shares) + 1))
    axes.tick_params(labelsize=6)


def draw_pair_energies(path: Path | None, energies: pl.DataFrame) -> Figure:
    """Draw what a Watson-Crick pair and a wobble are worth against a mismatch, by miRNA position, a panel per site.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    energies
        As :func:`dmiso.explain.pair_energies.planted_energies` gives them.
    """
    contexts = energies["context"].unique(maintain_order=True).to_list()
    with picture(path, width=7.2, height=1.75 * len(contexts) + 0.5) as figure:
        panels = figure.subplots(len(contexts), 1, sharex=True, squeeze=False).ravel()
        for axes, context in zip(panels, contexts, strict=True):
            for position, (name, colour) in enumerate((("Watson-Crick", BLUE), ("wobble", ORANGE))):
                rows = energies.filter(pl.col("context") == context, pl.col("pair_class") == name)
                x = (rows["mirna_position"] + 1).to_numpy()
                mean, sd = rows["mean_change"].to_numpy(), rows["sd_change"].to_numpy()
                axes.fill_between(x, mean - sd, mean + sd, color=colour, alpha=0.15, linewidth=0)
                axes.plot(x, mean, color=colour, marker=MARKERS[position], label=name)
            axes.axvspan(1.5, 8.5, color=YELLOW, alpha=0.25, linewidth=0)
            axes.axvspan(12.5, 16.5, color="0.85", alpha=0.5, linewidth=0)
            axes.axhline(0, color="0.6", linewidth=0.6)
            axes.set_title(f"site: {context} paired", fontsize=8)
            axes.set_ylabel("logits over\na mismatch")
        panels[-1].set_xlabel("miRNA position (shaded: seed 2–8, 3′ supplementary 13–16)")
        panels[-1].set_xticks(range(1, 23))
        legend_above(panels[0], columns=2)
    return figure
