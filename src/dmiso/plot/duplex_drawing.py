"""A duplex as a vector drawing, and the page of a pair: duplex, pair effects and what each nucleotide does.

The drawing has the target 5'→3' above and the miRNA 3'→5' below, each base a disc in the colour of what changing it
does to the logit. Watson-Crick pairs are lines, wobble pairs open circles; unpaired bases stand aside; the seed is
underlaid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.alphabet import NUCLEOTIDES
from dmiso.energies import Duplex, duplex_columns, pair_class
from dmiso.plot.style import GREY, YELLOW, picture

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from dmiso.explain.run_pair import PairExplained

__all__ = ["draw_duplex", "draw_pair_page"]

_GAP: Final = 1.25
"""Distance of the strands, in nucleotide widths."""
_ASIDE: Final = 0.5
"""How far an unpaired nucleotide inside the duplex stands off."""
_SEED: Final = range(1, 8)
_MAP: Final = "RdBu_r"
_FLANK: Final = 4


def draw_duplex(path: Path | None, found: PairExplained) -> Figure:
    """Draw the duplex of a pair for a figure.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    found
        With a duplex.
    """
    assert found.duplex is not None, "nothing to draw"
    n = len(duplex_columns(found.duplex, flank=_FLANK))
    with picture(path, width=1.6 + 0.27 * n, height=1.9) as figure:
        axes = figure.subplots()
        shown = _draw(axes, found, found.duplex)
        _bar(figure, axes, shown, "mean change of logit\nby another base")
    return figure


def _draw(axes: Axes, found: PairExplained, duplex: Duplex) -> Any:
    """Draw strands, pairs and seed; return what a colour bar needs."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    effect = {side: found.bases.filter(side=side)["mean_change"].to_numpy() for side in ("mirna", "target")}
    most = max(1e-9, float(np.nanmax(np.abs(np.concatenate(list(effect.values()))))))
    shade = ScalarMappable(Normalize(-most, most), colormaps[_MAP])
    columns = duplex_columns(duplex, flank=_FLANK)
    paired = set(duplex.pairs)
    inner = [position for position, column in enumerate(columns) if column in paired]
    seed = [position for position, (m, _) in enumerate(columns) if m in _SEED]
    if seed:
        axes.axvspan(min(seed) - 0.5, max(seed) + 0.5, color=YELLOW, alpha=0.35, linewidth=0)
        axes.text(
            (min(seed) + max(seed)) / 2, -1.75, "seed", ha="center", va="center", fontsize=7, color="0.3"
        )
    heights: dict[str, list[tuple[int, float]]] = {"target": [], "mirna": []}
    for position, (m, t) in enumerate(columns):
        bound = (m, t) in paired
        aside = 0.0 if bound else _ASIDE if inner[0] < position < inner[-1] else _ASIDE * 0.6
        if bound:
            assert m is not None
            assert t is not None
            _draw_pair(axes, position, pair_class(duplex.mirna[m], duplex.target[t]))
        if t is not None:
            heights["target"].append((position, _GAP + aside))
            _base(axes, position, _GAP + aside, duplex.target[t], shade.to_rgba(effect["target"][t]))
        if m is not None:
            heights["mirna"].append((position, -aside))
            _base(axes, position, -aside, duplex.mirna[m], shade.to_rgba(effect["mirna"][m]))
            if m == 0 or (m + 1) % 5 == 0:
                axes.text(
                    position, -aside - 0.72, str(m + 1), ha="center", va="center", fontsize=6, color=GREY
                )
    for strand in heights.values():  # the backbone, which also shows where a strand skips over a bulge
        axes.plot(*zip(*strand, strict=True), color="0.75", linewidth=1.2, zorder=0.5)
    _ends(axes, columns)
    return shade


def _draw_pair(axes: Axes, position: int, kind: str) -> None:
    if kind == "wobble":
        axes.plot(
            [position],
            [_GAP / 2],
            marker="o",
            markersize=4,
            markerfacecolor="white",
            color="black",
            markeredgewidth=0.9,
        )
    else:
        axes.plot([position, position], [0.42, _GAP - 0.42], color="black", linewidth=1.4)


def _base(axes: Axes, position: int, height: float, nucleotide: str, colour: Any) -> None:
    dark = sum(colour[:3]) < 1.35
    axes.plot(
        [position],
        [height],
        marker="o",
        markersize=13,
        color=colour,
        markeredgecolor="0.55",
        markeredgewidth=0.4,
    )
    axes.text(
        position,
        height - 0.02,
        nucleotide,
        ha="center",
        va="center",
        fontsize=8,
        color="white" if dark else "black",
    )


def _ends(axes: Axes, columns: list[tuple[int | None, int | None]]) -> None:
    """Name the strands' ends and set the limits."""
    above = [position for position, (_, t) in enumerate(columns) if t is not None]
    below = [position for position, (m, _) in enumerate(columns) if m is not None]
    for positions, height, left, right in ((above, _GAP, "5′", "3′"), (below, 0.0, "3′", "5′")):
        axes.text(positions[0] - 0.85, height, left, ha="center", va="center", fontsize=8)
        axes.text(positions[-1] + 0.85, height, right, ha="center", va="center", fontsize=8)
    axes.text(-2.1, _GAP, "target", ha="right", va="center", fontsize=8)
    axes.text(-2.1, 0.0, "miRNA", ha="right", va="center", fontsize=8)
    axes.set_xlim(-5.0, len(columns) + 0.9)
    axes.set_ylim(-2.0, _GAP + 1.1)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _bar(figure: Figure, axes: Axes, shade: Any, label: str) -> None:
    bar = figure.colorbar(shade, ax=axes, fraction=0.03, pad=0.01, aspect=12)
    bar.set_label(label, fontsize=7)
    bar.ax.tick_params(labelsize=7)


def draw_pair_page(path: Path | None, found: PairExplained) -> Figure:
    """Draw everything of a pair on one page: duplex, pair effects against ViennaRNA's, mutants, masks, deletions.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    found
        As :func:`dmiso.explain.run_pair.explain_pair` gives it.
    """
    with picture(path, width=8.3, height=10.4) as figure:
        figure.suptitle(f"{found.model}: logit {found.logit:.2f}, score {found.score:.3f}", fontsize=10)
        top, middle, lower, lowest = figure.subplots(4, 1, height_ratios=[1.0, 2.1, 1.1, 1.1])
        if found.duplex is None:
            top.set_axis_off()
        else:
            shade = _draw(top, found, found.duplex)
            _bar(figure, top, shade, "mean change of logit\nby another base")
            top.set_title(f"RNAduplex {found.duplex.energy:.1f} kcal/mol")
        _draw_map(figure, middle, found)
        _draw_side(figure, lower, found, "mirna", "miRNA")
        _draw_side(figure, lowest, found, "target", "target")
    return figure


def _draw_map(figure: Figure, axes: Axes, found: PairExplained) -> None:
    """Draw the matrix of pair effects; the pairs of the folded duplex are boxed."""
    most = max(1e-9, float(np.nanmax(np.abs(found.epistasis))))
    shown = axes.imshow(found.epistasis, cmap=_MAP, vmin=-most, vmax=most, aspect="auto", origin="lower")
    for i, j in found.duplex.pairs if found.duplex else ():
        axes.plot(
            [j], [i], marker="s", markersize=6, markerfacecolor="none", color="black", markeredgewidth=0.8
        )
    axes.set_xticks(range(len(found.target)), list(found.target), fontsize=6)
    axes.set_yticks(
        range(len(found.mirna)),
        [f"{nucleotide} {i + 1}" for i, nucleotide in enumerate(found.mirna)],
        fontsize=6,
    )
    axes.set_xlabel("target 5′→3′")
    axes.set_ylabel("miRNA position")
    axes.set_title("pair effects: double-mutant epistasis; squares: pairs of RNAduplex")
    _bar(figure, axes, shown, "logits")


def _draw_side(figure: Figure, axes: Axes, found: PairExplained, side: str, name: str) -> None:
    """Draw what every base at every position does, with masks and deletions as rows."""
    rows = found.bases.filter(side=side)
    wanted = [f"change_to_{base}" for base in NUCLEOTIDES] + ["deletion_change", "mask_change"]
    table = np.array([rows[column].cast(float).fill_null(np.nan).to_numpy() for column in wanted])
    most = max(1e-9, float(np.nanmax(np.abs(table))))
    shown = axes.imshow(table, cmap=_MAP, vmin=-most, vmax=most, aspect="auto")
    axes.set_yticks(range(len(wanted)), [*NUCLEOTIDES, "deleted", "4 masked\nfrom here"], fontsize=7)
    axes.set_xticks(range(rows.height), rows["base"].to_list(), fontsize=6 if side == "target" else 8)
    axes.set_title(f"{name}: change of the logit by another base, a deletion, a mask")
    _bar(figure, axes, shown, "logits")
