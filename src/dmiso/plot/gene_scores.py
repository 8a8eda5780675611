"""Pictures of an evaluation of gene scores: means of every score, and cumulative curves of its best genes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.style import BLUE, GREY, ORANGE, SKY, picture

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from dmiso.evaluate.genes import GeneEvaluation

__all__ = ["draw_gene_evaluation", "plot_gene_curves", "plot_gene_means"]

_SHOWN: Final = 3.0
"""Responses beyond this many standard deviations lie outside the picture."""
_MOST: Final = 12
"""Scores drawn at most, those of tools first."""
_COLUMNS: Final = 3


def draw_gene_evaluation(result: GeneEvaluation, folder: Path, *, best: int) -> list[str]:
    """Draw an evaluation of gene scores as SVG and PNG, a picture of each kind per set of experiments.

    Parameters
    ----------
    result
        As :func:`dmiso.evaluate.genes.evaluate_genes_files` gives it.
    folder
        Where ``means`` and ``curves`` are written; of several sets ``means-NAME`` and so on.
    best
        Number of best genes, for the words.

    Returns
    -------
    list of str
        Names of the pictures, without endings.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    drawn = []
    groups = result.metrics["experiment_set"].unique(maintain_order=True).to_list()
    for number, group in enumerate(groups, start=1):
        ending = "" if len(groups) == 1 else f"-{number}-{re.sub(r'[^A-Za-z0-9]+', '_', group)[:40]}"
        own = pl.col("experiment_set") == group
        if plot_gene_means(folder / f"means{ending}", result.metrics.filter(own), best=best):
            drawn.append(f"means{ending}")
        if plot_gene_curves(folder / f"curves{ending}", result.curves.filter(own), best=best):
            drawn.append(f"curves{ending}")
    return drawn


def plot_gene_means(path: Path | None, metrics: pl.DataFrame, *, best: int) -> int:
    """Draw the means of each score with their intervals, a panel per metric; baselines in grey, chance dotted.

    Parameters
    ----------
    path
        Where to, without an ending; None draws and saves nothing.
    metrics
        Rows of one set, as ``metrics.tsv`` has them.
    best
        Number of best genes.

    Returns
    -------
    int
        Scores drawn; with 0 no file is written.
    """
    titles = {
        "spearman": "Spearman",
        "auroc": "AUROC",
        "average_precision": "average precision",
        "best_mean": f"mean of best {best} (SD)",
    }
    there = metrics.filter(pl.col("value").is_not_null() & pl.col("metric").is_in(list(titles)))
    names = there["scorer"].unique(maintain_order=True).to_list()
    if not names:
        return 0
    with picture(path, width=9.0, height=1.1 + 0.24 * len(names)) as figure:
        panels = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
        for axes, (metric, title) in zip(panels, titles.items(), strict=True):
            _draw_metric(axes, there.filter(pl.col("metric") == metric), names)
            axes.set_xlabel(title)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].set_ylim(len(names) - 0.5, -0.5)
    return len(names)


def _draw_metric(axes: Axes, rows: pl.DataFrame, names: list[str]) -> None:
    for kind, colour, marker in (("scores", BLUE, "o"), ("baseline", GREY, "s")):
        own = rows.filter(pl.col("kind") == kind)
        value = own["value"].to_numpy()
        low = own["low"].fill_null(own["value"]).to_numpy()
        high = own["high"].fill_null(own["value"]).to_numpy()
        axes.errorbar(
            value,
            [names.index(name) for name in own["scorer"]],
            xerr=[(value - low).clip(0), (high - value).clip(0)],
            color=colour,
            marker=marker,
            linestyle="none",
            elinewidth=0.9,
        )
    chance = rows["chance"].mean()
    if isinstance(chance, float):
        axes.axvline(chance, color=GREY, linestyle=":", linewidth=1)
    axes.grid(visible=True, axis="x")


def plot_gene_curves(path: Path | None, curves: pl.DataFrame, *, best: int) -> int:
    """Draw cumulative shares of genes against their response, a panel per score, a curve per class of genes.

    Parameters
    ----------
    path
        Where to, without an ending; None draws and saves nothing.
    curves
        Rows of one set, as ``curves.tsv`` has them.
    best
        Number of best genes.

    Returns
    -------
    int
        Scores drawn; with 0 no file is written.
    """
    names = curves["scorer"].unique(maintain_order=True).to_list()[:_MOST]
    if not names:
        return 0
    n_rows = math.ceil(len(names) / _COLUMNS)
    n_columns = min(_COLUMNS, len(names))
    with picture(path, width=2.6 * n_columns + 0.6, height=2.1 * n_rows + 0.8) as figure:
        panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
        for axes, name in zip(panels.flat, names, strict=False):
            _draw_classes(axes, curves.filter(pl.col("scorer") == name), best)
            axes.set_title(name)
        for axes in panels.flat[len(names) :]:
            axes.set_visible(False)
        figure.supxlabel("response, standard deviations (repressed to the right)", fontsize=9)
        figure.supylabel("cumulative share of genes", fontsize=9)
        handles, labels = panels[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return len(names)


def _draw_classes(axes: Axes, rows: pl.DataFrame, best: int) -> None:
    """Draw the curves of one score."""
    looks = {
        "best": (f"best {best} of each experiment", ORANGE, "-"),
        "other": ("others with a site", SKY, "--"),
        "without site": ("without site", GREY, "-"),
    }
    for name, (label, colour, line) in looks.items():
        own = rows.filter(pl.col("score_class") == name)
        axes.plot(
            own["response_sd"],
            own["cumulative_share"],
            color=colour,
            linestyle=line,
            label=label,
            linewidth=1.2,
        )
    axes.set_xlim(-_SHOWN, _SHOWN)
    axes.set_xticks((-2, 0, 2))
    axes.set_ylim(0, 1)
    axes.grid(visible=True)
