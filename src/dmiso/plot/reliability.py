"""The reliability plot: how often pairs of a score are positives, and how many pairs have which score."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import COLOURS, GREY, LINES, MARKERS, SMALL, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["plot_reliability"]

_READING: Final = (
    "Each point is a bin of equally many pairs: their mean score to the right, upwards the share of them that are "
    "positives, with its 95 % interval (Wilson). On the dotted diagonal a score of 0.8 is right eight times in ten; "
    "below it scores promise too much, above it too little. Below: how many pairs have which score."
)


def plot_reliability(reliability: pl.DataFrame, metrics: pl.DataFrame | None = None) -> Picture:
    """Draw the observed share of positives against the mean score of each bin, with a histogram of scores below.

    Parameters
    ----------
    reliability
        As :func:`dmiso.evaluate.reliability.reliability_table` gives it, at least one row.
    metrics
        As :func:`dmiso.evaluate.compare.metric_table` gives it: the Brier score is named in the legend.
    """
    scorers = reliability["scorer"].unique(maintain_order=True).to_list()
    with drawing("How far scores are probabilities", _READING, height=5.0 + 0.3 * len(scorers)) as picture:
        shares, counts = picture.figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        shares.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
        for i, scorer in enumerate(scorers):
            bins = reliability.filter(pl.col("scorer") == scorer)
            colour = COLOURS[i % len(COLOURS)]
            label = f"{picture.name(scorer, 48)}\n{_said(bins, metrics)}"
            _draw_bins(shares, bins, colour, MARKERS[i % len(MARKERS)], label)
            _draw_counts(counts, bins, colour, LINES[i % len(LINES)])
        shares.set_ylabel("observed share of positives")
        shares.set_ylim(-0.02, 1.02)
        legend_above(shares, columns=1)
        counts.set_xlabel("score (mean of a bin)")
        counts.set_ylabel("share of pairs\nper 0.01", fontsize=SMALL)
        counts.set_xlim(-0.02, 1.02)
        counts.set_ylim(bottom=0)
        for axes in (shares, counts):
            axes.grid(visible=True)
    return picture


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


def _said(bins: pl.DataFrame, metrics: pl.DataFrame | None) -> str:
    """Return the prior and the Brier score of one score."""
    name, prior = str(bins["scorer"][0]), bins["prior"][0]
    said = "prior not stated" if prior is None else f"prior {prior:.3g}"
    if metrics is None:
        return said
    for row in metrics.filter((pl.col("scorer") == name) & (pl.col("metric") == "brier")).to_dicts():
        interval = "" if row["low"] is None else f" [{row['low']:.3f}–{row['high']:.3f}]"
        return f"{said}; Brier {row['value']:.3f}{interval}"
    return said
