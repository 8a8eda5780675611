"""How often isomiRs are seen, by type: the paper's Fig. S1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.isomir.classify import TYPES
from dmiso.plot.picture import drawing
from dmiso.plot.style import COLOURS, GREY, LINES, MARKERS, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["draw_isomir_frequency"]

_LEAST: Final = 10
"""Interactions that the paper asks of an isomiR, drawn as a line."""
_READING: Final = (
    "Above: how many isomiRs are of each type. Below: how many of them are in at least so many interactions; a curve "
    "that falls late is a type of frequent isomiRs. The dotted line is the paper's least number, 10."
)


def draw_isomir_frequency(table: pl.DataFrame) -> Picture:
    """Draw how many isomiRs there are of each type, and how many of them are seen at least so often.

    Parameters
    ----------
    table
        A row per isomiR: ``isomir_types``, joined by commas, and ``isomir_interactions``.
    """
    from matplotlib.ticker import MaxNLocator

    types = pl.col("isomir_types").str.split(",")
    each = {
        name: np.sort(table.filter(types.list.contains(name))["isomir_interactions"].to_numpy())[::-1]
        for name in TYPES
    }
    with drawing("isomiRs by type and frequency", _READING, height=5.2) as picture:
        bars, curves = picture.figure.subplots(2, 1, height_ratios=[1, 1.5])
        colours = [COLOURS[i % len(COLOURS)] for i in range(len(TYPES))]
        numbers = [len(found) for found in each.values()]
        positions = range(len(TYPES))
        bars.barh(positions, numbers, color=colours, height=0.7)
        bars.bar_label(bars.containers[0], fmt="{:,.0f}", padding=2, fontsize=SMALL)
        bars.set_yticks(positions, TYPES)
        bars.invert_yaxis()
        bars.set_xlim(0, 1.2 * max([*numbers, 1]))
        bars.set_xlabel("isomiRs (one may be of several types)")
        bars.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        for i, (name, found) in enumerate(each.items()):
            if len(found):
                _draw_curve(curves, found, name, i)
        _finish_curves(curves)
    return picture


def _finish_curves(curves: Axes) -> None:
    """Set the axes of the curves, and their legend beside them."""
    from matplotlib.ticker import NullFormatter, StrMethodFormatter

    curves.axvline(_LEAST, color=GREY, linewidth=0.8, linestyle=":")
    curves.annotate("10", (_LEAST, 1), xytext=(2, 2), textcoords="offset points", color=GREY, fontsize=SMALL)
    curves.set_xscale("log")
    curves.set_yscale("log")
    curves.set_ylim(0.8, None)
    for axis in (curves.xaxis, curves.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axis.set_minor_formatter(NullFormatter())
    curves.set_xlabel("interactions of an isomiR, at least")
    curves.set_ylabel("isomiRs")
    curves.grid(visible=True)
    if curves.get_lines()[1:]:
        curves.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _draw_curve(axes: Axes, found: np.ndarray, name: str, number: int) -> None:
    """Draw the isomiRs that reach each number of interactions."""
    values, counts = np.unique(found, return_counts=True)
    reached = counts[::-1].cumsum()[::-1]
    axes.plot(
        values,
        reached,
        color=COLOURS[number % len(COLOURS)],
        linestyle=LINES[number % len(LINES)],
        marker=MARKERS[number % len(MARKERS)],
        markersize=3,
        label=name,
        clip_on=False,
    )
