"""The reliability plot: how often pairs of a score are positives, and how many pairs have which score."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.plot.style import COLOURS, GREY, MARKERS, legend_above, picture

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_reliability"]

_LINES: Final = ("-", "--", "-.", ":")


def plot_reliability(
    path: Path | None, reliability: pl.DataFrame, metrics: pl.DataFrame | None = None
) -> Figure:
    """Draw the observed share of positives against the mean score of each bin, with a histogram of scores below.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    reliability
        As :func:`dmiso.evaluate.reliability.reliability_table` gives it, at least one row.
    metrics
        As :func:`dmiso.evaluate.compare.metric_table` gives it: the Brier score is named in the legend.
    """
    scorers = reliability["scorer"].unique(maintain_order=True).to_list()
    with picture(path, width=4.4, height=5.1 + 0.3 * len(scorers)) as figure:
        shares, counts = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        shares.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
        for i, scorer in enumerate(scorers):
            bins = reliability.filter(pl.col("scorer") == scorer)
            _draw_bins(
                shares, bins, COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)], _label(bins, metrics)
            )
            _draw_counts(counts, bins, COLOURS[i % len(COLOURS)], _LINES[i % len(_LINES)])
        shares.set_ylabel("observed share of positives")
        shares.set_ylim(-0.02, 1.02)
        legend_above(shares, columns=1)
        counts.set_xlabel("score (mean of a bin)")
        counts.set_ylabel("share of pairs\nper 0.01 of score", fontsize=8)
        counts.set_xlim(-0.02, 1.02)
        counts.set_ylim(bottom=0)
        for axes in (shares, counts):
            axes.grid(visible=True)
    return figure


def _draw_bins(axes: Axes, bins: pl.DataFrame, colour: str, marker: str, label: str) -> None:
    x, y = bins["mean_score"].to_numpy(), bins["observed_share"].to_numpy()
    low, high = bins["share_low"].to_numpy(), bins["share_high"].to_numpy()
    axes.errorbar(
        x,
        y,
        yerr=np.stack([y - low, high - y]),
        color=colour,
        marker=marker,
        capsize=2,
        elinewidth=0.8,
        label=label,
    )


def _draw_counts(axes: Axes, bins: pl.DataFrame, colour: str, line: str) -> None:
    """Draw a histogram whose bars are the bins: they hold equally many pairs, so narrow bars are high."""
    edges = [*bins["lowest_score"].to_list(), bins["highest_score"][-1]]
    widths = np.array([max(b - a, 1e-3) for a, b in pairwise(edges)])
    share = bins["n"].to_numpy() / bins["n"].sum()
    axes.stairs(0.01 * share / widths, np.cumsum([edges[0], *widths]), color=colour, linestyle=line)


def _label(bins: pl.DataFrame, metrics: pl.DataFrame | None) -> str:
    """Return the score's name with its prior and its Brier score."""
    name, prior = str(bins["scorer"][0]), bins["prior"][0]
    said = "prior not stated" if prior is None else f"prior {prior:.3g}"
    if metrics is None:
        return f"{name}\n{said}"
    brier = metrics.filter((pl.col("scorer") == name) & (pl.col("metric") == "brier")).to_dicts()
    for row in brier:
        interval = "" if row["low"] is None else f" [{row['low']:.3f}–{row['high']:.3f}]"
        return f"{name}\n{said}; Brier {row['value']:.3f}{interval}"
    return f"{name}\n{said}"
