"""A duplex as a vector drawing, and the page of a pair: duplex, pair effects and what each nucleotide does.

The drawing has the target 5'→3' above and the miRNA 3'→5' below, each base a disc in the colour of what changing it
does to the logit. Watson-Crick pairs are lines, wobble pairs open circles; unpaired bases stand aside; the seed is
underlaid. On the page the target runs downwards and the miRNA to the right, so that every base can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.alphabet import NUCLEOTIDES
from dmiso.energies import Duplex, duplex_columns, pair_class
from dmiso.plot.picture import drawing
from dmiso.plot.style import GREY, SMALL, WIDTH, YELLOW

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dmiso.explain.run_pair import PairExplained
    from dmiso.plot.picture import Picture

__all__ = ["draw_duplex", "draw_pair_page"]

_GAP: Final = 1.5
"""Distance of the strands, in nucleotide widths."""
_ASIDE: Final = 0.5
"""How far an unpaired nucleotide inside the duplex stands off."""
_BELOW: Final = 3.1
_ABOVE: Final = 2.3
"""Room below and above the strands' lines, for unpaired nucleotides, numbers and names."""
_BESIDE: Final = 1.6
"""Room left and right of the nucleotides, for the names of the ends."""
_SEED: Final = range(1, 8)
_MAP: Final = "RdBu_r"
_FLANK: Final = 4
_CHANGES: Final = {
    **{f"change_to_{base}": base for base in NUCLEOTIDES},
    "deletion_change": "deleted",
    "mask_change": "4 masked",
}
"""Columns of what is done to a base, and how each is called."""

_DUPLEX: Final = (
    "The target above, the miRNA below; lines are Watson-Crick pairs, open circles wobbles, the seed is "
    "underlaid. A base is blue where another base there would lower the logit (the network needs it) and red "
    "where it would raise it."
)
_PAGE: Final = (
    "Above the duplex as RNAduplex folds it. Middle and right: how the logit changes when a base of the miRNA or "
    "of the target becomes another one, is deleted, or is masked with the three after it; blue is what the "
    "network needs. The square map shows pairs: what both changes do beyond the sum of each; squares are the "
    "pairs of RNAduplex, and where they meet colour the network has learnt that the two bases pair."
)


def draw_duplex(found: PairExplained) -> Picture:
    """Draw the duplex of a pair.

    Parameters
    ----------
    found
        With a duplex.
    """
    assert found.duplex is not None, "nothing to draw"
    with drawing("The duplex", _DUPLEX, height=_duplex_height(found.duplex) + 0.65) as picture:
        axes = picture.figure.subplots()
        shown = _draw(axes, found, found.duplex)
        bar = picture.figure.colorbar(shown, ax=axes, location="bottom", fraction=0.09, pad=0.02, aspect=50)
        bar.set_label("mean change of the logit by another base", fontsize=SMALL)
    return picture


def _column_points(duplex: Duplex) -> float:
    """Return the width of a nucleotide, so that all fit into the picture's."""
    return min(16.0, (72 * WIDTH - 8) / (len(duplex_columns(duplex, flank=_FLANK)) + 2 * _BESIDE))


def _duplex_height(duplex: Duplex) -> float:
    """Return the height of a duplex, inches."""
    return _column_points(duplex) * (_BELOW + _GAP + _ABOVE) / 72


def _draw(axes: Axes, found: PairExplained, duplex: Duplex) -> Any:
    """Draw strands, pairs and seed; return what a colour bar needs."""
    effect = {side: found.bases.filter(side=side)["mean_change"].to_numpy() for side in ("mirna", "target")}
    shade = _shade(np.concatenate(list(effect.values())))
    columns = duplex_columns(duplex, flank=_FLANK)
    points = _column_points(duplex)
    paired = set(duplex.pairs)
    inner = [position for position, column in enumerate(columns) if column in paired]
    _draw_seed(axes, [position for position, (m, _) in enumerate(columns) if m in _SEED])
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
            _base(
                axes, (position, _GAP + aside), duplex.target[t], shade.to_rgba(effect["target"][t]), points
            )
        if m is not None:
            heights["mirna"].append((position, -aside))
            _base(axes, (position, -aside), duplex.mirna[m], shade.to_rgba(effect["mirna"][m]), points)
            if m == 0 or (m + 1) % 5 == 0:
                axes.text(
                    position, -aside - 1.0, str(m + 1), ha="center", va="center", fontsize=SMALL, color=GREY
                )
    for strand in heights.values():  # the backbone, which also shows where a strand skips over a bulge
        axes.plot(*zip(*strand, strict=True), color="0.75", linewidth=1.2, zorder=0.5)
    _ends(axes, columns)
    return shade


def _shade(changes: NDArray[np.float64]) -> Any:
    """Return the colours of changes, white at 0 and as far to both sides."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    most = max(1e-9, float(np.nanmax(np.abs(changes))))
    return ScalarMappable(Normalize(-most, most), colormaps[_MAP])


def _draw_seed(axes: Axes, seed: list[int]) -> None:
    """Underlay the seed and name it."""
    if seed:
        left, right = min(seed) - 0.5, max(seed) + 0.5
        axes.axvspan(left, right, ymin=0.16, ymax=0.8, color=YELLOW, alpha=0.35, linewidth=0)
        axes.text((left + right) / 2, -2.55, "seed", ha="center", va="center", fontsize=SMALL)


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
        axes.plot([position, position], [0.5, _GAP - 0.5], color="black", linewidth=1.4)


def _base(axes: Axes, where: tuple[float, float], nucleotide: str, colour: Any, points: float) -> None:
    dark = sum(colour[:3]) < 1.35
    axes.plot(
        [where[0]],
        [where[1]],
        marker="o",
        markersize=0.92 * points,
        color=colour,
        markeredgecolor="0.55",
        markeredgewidth=0.4,
    )
    axes.text(
        where[0],
        where[1] - 0.03,
        nucleotide,
        ha="center",
        va="center",
        fontsize=min(9.0, 0.75 * points),
        color="white" if dark else "black",
    )


def _ends(axes: Axes, columns: list[tuple[int | None, int | None]]) -> None:
    """Name the strands and their ends, and set the limits."""
    above = [position for position, (_, t) in enumerate(columns) if t is not None]
    below = [position for position, (m, _) in enumerate(columns) if m is not None]
    for positions, height, left, right in ((above, _GAP, "5′", "3′"), (below, 0.0, "3′", "5′")):
        axes.text(positions[0] - 0.95, height, left, ha="center", va="center", fontsize=SMALL)
        axes.text(positions[-1] + 0.95, height, right, ha="center", va="center", fontsize=SMALL)
    axes.text(-_BESIDE, _GAP + _ABOVE - 0.1, "target", ha="left", va="top", fontsize=SMALL)
    axes.text(-_BESIDE, -_BELOW + 0.1, "miRNA", ha="left", va="bottom", fontsize=SMALL)
    axes.set_xlim(-_BESIDE - 0.2, len(columns) - 1 + _BESIDE)
    axes.set_ylim(-_BELOW, _GAP + _ABOVE)
    axes.set_aspect("equal")
    axes.set_axis_off()


def draw_pair_page(found: PairExplained) -> Picture:
    """Draw everything of a pair on one page: duplex, pair effects against ViennaRNA's, mutants, masks, deletions.

    Parameters
    ----------
    found
        As :func:`dmiso.explain.run_pair.explain_pair` gives it.
    """
    sides = {side: _changes(found, side) for side in ("mirna", "target")}
    shade = _shade(np.concatenate([table.ravel() for table in sides.values()]))
    n_mirna, n_target = len(found.mirna), len(found.target)
    duplex = 0.0 if found.duplex is None else _duplex_height(found.duplex) + 0.2
    heights = [duplex, 0.13 * len(_CHANGES), 0.13 * n_target]
    title = f"What the network sees in a pair: logit {found.logit:.2f}, score {found.score:.3f}"
    with drawing(title, _PAGE, height=sum(heights) + 1.6) as picture:
        grid = picture.figure.add_gridspec(3, 2, height_ratios=heights, width_ratios=[n_mirna, len(_CHANGES)])
        picture.figure.suptitle(f"{picture.name(found.model, 60)}: logit {found.logit:.2f}", fontsize=9)
        top = picture.figure.add_subplot(grid[0, :])
        if found.duplex is None:
            top.set_axis_off()
        else:
            _draw(top, found, found.duplex)
            top.set_title(f"RNAduplex {found.duplex.energy:.1f} kcal/mol")
        mirna, middle, target = (picture.figure.add_subplot(grid[i, j]) for i, j in ((1, 0), (2, 0), (2, 1)))
        _draw_changes(mirna, sides["mirna"], shade)
        mirna.set_yticks(range(len(_CHANGES)), list(_CHANGES.values()))
        mirna.set_xticks(range(n_mirna), list(found.mirna))
        mirna.xaxis.tick_top()
        mirna.set_title("miRNA 5′→3′, changed to")
        _draw_changes(target, sides["target"].T, shade)
        target.set_xticks(range(len(_CHANGES)), list(_CHANGES.values()), rotation=90)
        target.set_yticks([])
        target.set_title("target to")
        pairs = _draw_map(middle, found)
        for mappable, label, axes in (
            (pairs, "pairs: beyond both changes", middle),
            (shade, "changes of a base", target),
        ):
            bar = picture.figure.colorbar(
                mappable, ax=axes, location="bottom", fraction=0.04, pad=0.01, aspect=20
            )
            bar.set_label(f"{label} (logits)" if axes is middle else "logits", fontsize=SMALL)
            bar.ax.locator_params(nbins=4 if axes is middle else 2)
    return picture


def _changes(found: PairExplained, side: str) -> NDArray[np.float64]:
    """Return what every change at every base does, ``(n_changes, n_bases)``."""
    rows = found.bases.filter(side=side)
    return np.array([rows[column].cast(float).fill_null(np.nan).to_numpy() for column in _CHANGES])


def _draw_changes(axes: Axes, table: NDArray[np.float64], shade: Any) -> None:
    axes.imshow(table, cmap=shade.cmap, norm=shade.norm, aspect="auto")
    axes.tick_params(length=0)


def _draw_map(axes: Axes, found: PairExplained) -> Any:
    """Draw the matrix of pair effects, the pairs of the folded duplex boxed; return what a colour bar needs."""
    shade = _shade(found.epistasis)
    axes.imshow(found.epistasis.T, cmap=shade.cmap, norm=shade.norm, aspect="auto")
    for i, j in found.duplex.pairs if found.duplex else ():
        axes.plot(
            [i], [j], marker="s", markersize=6, markerfacecolor="none", color="black", markeredgewidth=0.8
        )
    axes.set_yticks(range(len(found.target)), list(found.target))
    positions = [i for i in range(len(found.mirna)) if i == 0 or (i + 1) % 5 == 0]
    axes.set_xticks(positions, [str(i + 1) for i in positions])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("miRNA position", labelpad=1)
    axes.set_ylabel("target, 5′ above")
    return shade
