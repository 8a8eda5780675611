"""The isomiRs of a library: reads and types of its most frequent miRNAs, and where their ends lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, ORANGE, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dmiso.plot.picture import Picture

__all__ = ["draw_isomir_summary", "plot_isomir_ends", "plot_isomir_types"]

_MIRNAS: Final = 15
"""miRNAs drawn, those with the most reads."""
_NAME: Final = 17
_ROW: Final = 0.2
"""Inches of a miRNA's row."""
_ENDS: Final = {"5'": (-3, 3), "3'": (-4, 4)}
"""Positions drawn of each end; what lies beyond is added to the outermost."""
_TYPES: Final = (
    "The miRNAs with the most reads. Left: their reads, exact ones (blue) and isomiRs (orange, hatched). "
    "Right: per cent of the miRNA's reads that are of each type; an isomiR may be of several, so rows can add up "
    "to more than 100. Dark cells beside a pale first column are miRNAs whose reference is not what the cells "
    "make."
)
_ENDS_READING: Final = (
    "Where the reads of a miRNA begin (left) and end (right), per cent of its reads, against the ends of the "
    "reference (0, boxed): −1 begins or ends one nucleotide before it, +1 one after it; the outermost columns "
    "hold all beyond. A dark cell off 0 at the 5′ end is an isomiR with another seed; at the 3′ end trimming and "
    "tails are common."
)


def draw_isomir_summary(
    mirnas: pl.DataFrame, mirna_types: pl.DataFrame, ends: pl.DataFrame
) -> dict[str, Picture]:
    """Draw a summary of calls.

    Parameters
    ----------
    mirnas, mirna_types, ends
        The tables of these names of ``dmiso isomirs summary``.

    Returns
    -------
    dict of str to Picture
        ``isomirs`` and ``ends``, each where there is something to draw.
    """
    drawn = {"isomirs": plot_isomir_types(mirnas, mirna_types), "ends": plot_isomir_ends(mirnas, ends)}
    return {name: picture for name, picture in drawn.items() if picture is not None}


def plot_isomir_types(mirnas: pl.DataFrame, mirna_types: pl.DataFrame) -> Picture | None:
    """Draw reads and types of the miRNAs with the most reads; None without a miRNA.

    Parameters
    ----------
    mirnas
        ``mirna_id``, ``exact_reads``, ``isomir_reads``, most reads first.
    mirna_types
        ``mirna_id``, ``isomir_type``, ``read_share``.
    """
    top = mirnas.head(_MIRNAS)
    if not top.height:
        return None
    names = top["mirna_id"].to_list()
    own = mirna_types.filter(pl.col("mirna_id").is_in(names))
    types = mirna_types.group_by("isomir_type", maintain_order=True).agg(pl.col("reads").sum())
    columns = [name for name, _ in types.sort("reads", descending=True, maintain_order=True).iter_rows()]
    columns.sort(key=lambda name: name != "exact miRNA")
    shares = _matrix(own, names, columns, "isomir_type", "read_share")
    with drawing("isomiRs by miRNA", _TYPES, height=2.1 + _ROW * len(names)) as picture:
        reads, cells = picture.figure.subplots(1, 2, sharey=True, width_ratios=[1, 2.1])
        positions = range(len(names))
        reads.barh(positions, top["exact_reads"].to_list(), color=BLUE, height=0.7, label="exact")
        reads.barh(
            positions,
            top["isomir_reads"].to_list(),
            left=top["exact_reads"].to_list(),
            color="white",
            edgecolor=ORANGE,
            hatch="////",
            linewidth=0.8,
            height=0.7,
            label="isomiRs",
        )
        _finish_reads(reads, [picture.name(name, _NAME) for name in names])
        _draw_cells(cells, shares)
        cells.set_xticks(range(len(columns)), [picture.name(name, 16) for name in columns], rotation=90)
        cells.set_title("% of its reads")
        picture.figure.legend(*reads.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return picture


def _finish_reads(axes: Axes, names: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_title("reads")


def plot_isomir_ends(mirnas: pl.DataFrame, ends: pl.DataFrame) -> Picture | None:
    """Draw where the reads of the most frequent miRNAs begin and end; None where no call tells it.

    Parameters
    ----------
    mirnas
        ``mirna_id``, most reads first.
    ends
        ``mirna_id``, ``which_end`` (5' or 3'), ``end_position``, ``read_share``.
    """
    there = set(ends["mirna_id"].to_list())
    names = [name for name in mirnas["mirna_id"].to_list() if name in there][:_MIRNAS]
    if not names:
        return None
    widths = [last - first + 1 for first, last in _ENDS.values()]
    with drawing("Where miRNAs begin and end", _ENDS_READING, height=1.2 + _ROW * len(names)) as picture:
        panels = picture.figure.subplots(1, 2, sharey=True, width_ratios=widths)
        for axes, (end, (first, last)) in zip(panels, _ENDS.items(), strict=True):
            own = ends.filter(pl.col("which_end") == end, pl.col("mirna_id").is_in(names)).with_columns(
                pl.col("end_position").clip(first, last)
            )
            summed = own.group_by("mirna_id", "end_position").agg(pl.col("read_share").sum())
            columns = list(range(first, last + 1))
            words = end.replace("'", "′")
            _draw_cells(axes, _matrix(summed, names, columns, "end_position", "read_share"))
            axes.set_xticks(range(len(columns)), [_signed(position, first, last) for position in columns])
            axes.axvline(-first - 0.5, color="0.2", linewidth=0.9)
            axes.axvline(-first + 0.5, color="0.2", linewidth=0.9)
            axes.set_title(f"{words} end: % of its reads")
            axes.set_xlabel(f"nt from the {words} end")
        panels[0].set_yticks(range(len(names)), [picture.name(name, _NAME) for name in names])
    return picture


def _signed(position: int, first: int, last: int) -> str:
    """Return a position with its sign, the outermost ones as what they hold."""
    text = "0" if position == 0 else f"{position:+d}".replace("-", "−")
    return f"≤\n{text}" if position == first else f"≥\n{text}" if position == last else text


def _matrix(
    rows: pl.DataFrame, names: Sequence[str], columns: Sequence[object], by: str, value: str
) -> NDArray[np.float64]:
    """Return values by miRNA and column, 0 where there is none, ``(n_names, n_columns)``."""
    table = np.zeros((len(names), len(columns)))
    at = {name: i for i, name in enumerate(names)}
    across = {name: j for j, name in enumerate(columns)}
    for name, column, number in rows.select("mirna_id", by, value).iter_rows():
        table[at[name], across[column]] = number
    return table


def _draw_cells(axes: Axes, shares: NDArray[np.float64]) -> None:
    """Draw shares as cells, the darker the more, the number in each; below half a per cent it is left empty."""
    from matplotlib.colors import LinearSegmentedColormap

    blues = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", "#9ECAE8", BLUE, "#003A5C"])
    n_rows, n_columns = shares.shape
    axes.pcolormesh(
        np.arange(n_columns + 1) - 0.5,
        np.arange(n_rows + 1) - 0.5,
        shares,
        cmap=blues,
        vmin=0,
        vmax=1,
        edgecolors="white",
        linewidth=0.6,
    )
    for i, j in zip(*np.nonzero(shares >= 0.005), strict=True):
        colour = "white" if shares[i, j] > 0.55 else "black"
        axes.text(j, i, f"{100 * shares[i, j]:.0f}", ha="center", va="center", fontsize=SMALL, color=colour)
    axes.set_ylim(n_rows - 0.5, -0.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
