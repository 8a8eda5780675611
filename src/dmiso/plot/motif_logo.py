"""Sequence logos of kernels (Schneider & Stephens 1990), and what pairs are worth along the miRNA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.explain.kernels import information
from dmiso.plot.picture import drawing
from dmiso.plot.style import AMBER, BLUE, GREEN, LINES, MARKERS, ORANGE, SMALL, YELLOW, legend_above
from dmiso.plot.svg import SHAPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dmiso.explain.kernels import KernelMotif
    from dmiso.plot.picture import Picture

__all__ = ["draw_logos", "draw_pair_energies"]

_BASE_COLOURS: Final = {"A": GREEN, "U": ORANGE, "C": BLUE, "G": AMBER}
_COLUMNS: Final = 3
_LEAST: Final = 0.03
"""Bits below which a letter is a line too thin to be seen."""
_LOGOS: Final = (
    "Each panel is a kernel of the network. At each of its positions letters are as high as they are informative, "
    "the preferred nucleotide on top: 2 bits is one nucleotide always, 0 no preference. Kernels with a grey name "
    "are flat: they hold almost nothing."
)
_ENERGIES: Final = (
    "What a pair at a position of the miRNA adds to the logit against a mismatch there, mean and standard "
    "deviation (band) over made-up sites: Watson-Crick pairs blue, wobbles orange and dashed. Underlaid are the "
    "seed (positions 2–8) and the 3′ supplementary positions (13–16); at 0 a pair is worth no more than a "
    "mismatch."
)


def draw_logos(motifs: Sequence[KernelMotif]) -> Picture:
    """Draw a logo for each kernel, nucleotides as high as their information in bits; flat kernels are greyed.

    Parameters
    ----------
    motifs
        At least one.
    """
    rows = -(-len(motifs) // _COLUMNS)
    with drawing("Kernels as sequence logos", _LOGOS, height=1.2 * rows + 0.2) as picture:
        panels = picture.figure.subplots(rows, _COLUMNS, squeeze=False)
        for axes, motif in zip(panels.flat, motifs, strict=False):
            draw_logo(axes, motif.shares)
            sites = f"\n{motif.n_sites:,} sites" if motif.way == "activating" else ""
            flat = " – flat" if motif.flat else ""
            axes.set_title(
                f"{picture.name(motif.name, 12 if flat else 19)}{flat}{sites}",
                fontsize=SMALL,
                color="0.4" if motif.flat else "black",
            )
        for axes in panels[:, 0]:
            axes.set_ylabel("bits", fontsize=SMALL)
        for axes in panels.flat[len(motifs) :]:
            axes.set_axis_off()
    return picture


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
            if height < _LEAST:
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
            letter = PathPatch(
                outline.transformed(moved), facecolor=_BASE_COLOURS[nucleotide], linewidth=0, clip_on=False
            )
            letter.set_gid(f"{SHAPE}{nucleotide}")
            axes.add_patch(letter)
            bottom += height
    axes.set_xlim(0.4, len(shares) + 0.6)
    axes.set_ylim(0, 2)
    axes.set_yticks([0, 1, 2])
    axes.set_xticks(range(1, len(shares) + 1, max(1, len(shares) // 5)))


def draw_pair_energies(energies: pl.DataFrame) -> Picture:
    """Draw what a Watson-Crick pair and a wobble are worth against a mismatch, by miRNA position, a panel per site.

    Parameters
    ----------
    energies
        As :func:`dmiso.explain.pair_energies.planted_energies` gives them.
    """
    contexts = energies["context"].unique(maintain_order=True).to_list()
    with drawing(
        "What pairs are worth along the miRNA", _ENERGIES, height=1.55 * len(contexts) + 0.7
    ) as picture:
        panels = picture.figure.subplots(len(contexts), 1, sharex=True, squeeze=False).ravel()
        for axes, context in zip(panels, contexts, strict=True):
            for position, (name, colour) in enumerate((("Watson-Crick", BLUE), ("wobble", ORANGE))):
                rows = energies.filter(pl.col("context") == context, pl.col("pair_class") == name)
                x = (rows["mirna_position"] + 1).to_numpy()
                mean, sd = rows["mean_change"].to_numpy(), rows["sd_change"].to_numpy()
                axes.fill_between(x, mean - sd, mean + sd, color=colour, alpha=0.15, linewidth=0)
                axes.plot(
                    x, mean, color=colour, marker=MARKERS[position], linestyle=LINES[position], label=name
                )
            axes.axvspan(1.5, 8.5, color=YELLOW, alpha=0.25, linewidth=0)
            axes.axvspan(12.5, 16.5, color="0.85", alpha=0.5, linewidth=0)
            axes.axhline(0, color="0.6", linewidth=0.6)
            axes.set_title(f"site: {picture.name(context, 40)} paired")
            axes.set_ylabel("logits over\na mismatch")
        panels[-1].set_xlabel("miRNA position")
        panels[-1].set_xticks(range(1, 23, 2))
        legend_above(panels[0], columns=2)
    return picture
