"""miRNAs clustered by how a model reacts to masks along them: tree and heat map, the paper's Fig. S2."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.explain.mirna_clusters import profile_tree
from dmiso.plot.picture import drawing
from dmiso.plot.style import COLOURS, SMALL

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dmiso.plot.picture import Picture

    Floats = NDArray[np.float64]

__all__ = ["draw_mirna_tree"]

_INCHES_PER_ROW: Final = 0.128
_INCHES_AROUND: Final = 1.2
_READING: Final = (
    "Each row is a miRNA, its colours what masking four of its nucleotides does to the logit (blue lowers it), as "
    "a share of its largest change. The tree joins miRNAs of like profiles, the further left the less alike; "
    "numbers and colours at the right are the clusters."
)


def draw_mirna_tree(table: pl.DataFrame, *, title: str = "") -> Picture:
    """Draw the tree of the miRNAs, their profiles beside it, and which cluster each is in.

    Parameters
    ----------
    table
        A row per miRNA and mask: ``mirna_sequence``, ``mirna_id``, ``mirna_cluster``, ``mask_start``, ``mean_change``;
        two miRNAs at least.
    title
        Of the figure.
    """
    from scipy.cluster.hierarchy import dendrogram

    members = table.unique("mirna_sequence", keep="first", maintain_order=True)
    profiles = table["mean_change"].to_numpy().reshape(members.height, -1)
    drawn = dendrogram(profile_tree(profiles), no_plot=True)
    order = drawn["leaves"]
    largest = np.abs(profiles).max(axis=1, keepdims=True)
    scaled = (profiles / np.where(largest > 0, largest, 1))[order]
    own = members[order]
    height = _INCHES_AROUND + _INCHES_PER_ROW * len(order)
    with drawing("miRNAs by what their nucleotides do", _READING, height=height) as picture:
        if title:
            picture.figure.suptitle(picture.name(title, 60), fontsize=9)
        tree, heat, strip = picture.figure.subplots(1, 3, width_ratios=[1.1, 2.4, 0.22])
        _draw_branches(tree, drawn["icoord"], drawn["dcoord"], len(order))
        mesh = heat.pcolormesh(scaled, cmap="RdBu_r", vmin=-1, vmax=1)
        heat.set_xticks(np.arange(profiles.shape[1]) + 0.5, range(1, profiles.shape[1] + 1))
        heat.tick_params(axis="x", labelsize=SMALL, labelrotation=90)
        heat.set_xlabel("first masked position")
        heat.set_yticks([])
        clusters = own["mirna_cluster"].to_list()
        _draw_strip(strip, clusters, [picture.name(name, 20) for name in _names(own["mirna_id"].to_list())])
        bar = picture.figure.colorbar(
            mesh, ax=[tree, heat], location="bottom", shrink=0.5, aspect=40, pad=min(0.02, 0.3 / height)
        )
        bar.set_label("change of the logit, share of the miRNA's largest", fontsize=SMALL)
        for axes in (tree, heat, strip):
            axes.set_ylim(0, len(order))
            for side in axes.spines.values():
                side.set_visible(False)
    return picture


def _draw_branches(axes: Axes, across: list[list[float]], depth: list[list[float]], n_leaves: int) -> None:
    """Draw the tree, its leaves at the right; scipy puts leaf i at 10 i + 5."""
    for leaves, heights in zip(across, depth, strict=True):
        axes.plot(heights, [leaf / 10 for leaf in leaves], color="0.3", linewidth=0.6)
    axes.set_xlim(1.02 * max(max(heights) for heights in depth) or 1.0, 0)
    axes.set_ylim(0, n_leaves)
    axes.set_yticks([])
    axes.set_xlabel("1 − correlation", fontsize=SMALL)


def _draw_strip(axes: Axes, clusters: list[int], names: list[str]) -> None:
    """Colour the rows by cluster and name the miRNAs; a cluster's number stands once, on its first row."""
    # in the order drawn, so that neighbours differ
    colours = {own: COLOURS[i % len(COLOURS)] for i, own in enumerate(dict.fromkeys(clusters))}
    for row, (cluster, name) in enumerate(zip(clusters, names, strict=True)):
        axes.barh(row + 0.5, 1, height=1, color=colours[cluster], linewidth=0)
        axes.annotate(
            name, (1, row + 0.5), xytext=(3, 0), textcoords="offset points", va="center", fontsize=SMALL
        )
    for cluster in dict.fromkeys(clusters):
        rows = [row for row, own in enumerate(clusters) if own == cluster]
        axes.text(
            0.5,
            sum(rows) / len(rows) + 0.5,
            str(cluster),
            ha="center",
            va="center",
            fontsize=SMALL,
            color="white",
        )
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([])


def _names(names: list[str]) -> list[str]:
    """Give numbers to the forms of a miRNA that is there more than once."""
    often = Counter(names)
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if often[name] > 1 else name)
    return found
