"""Pictures of an evaluation of gene scores: means of every score, and cumulative curves of its best genes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, GREY, ORANGE, SKY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.evaluate.genes import GeneEvaluation
    from dmiso.plot.picture import Picture

__all__ = ["draw_gene_evaluation", "plot_gene_curves", "plot_gene_means"]

_SHOWN: Final = 3.0
"""Responses beyond this many standard deviations lie outside the picture."""
_MOST: Final = 12
"""Scores drawn at most, those of tools first."""
_COLUMNS: Final = 2
_NAME: Final = 22
_MEANS: Final = (
    "Each mark is the mean of a score over the experiments with its 95 % interval (seed families resampled): blue "
    "scores, grey squares baselines, dotted what knowing nothing reaches. Further right is better; scores whose "
    "intervals overlap cannot be told apart."
)
_CURVES: Final = (
    "Each curve is the share of genes whose response is at most what stands below; repressed genes lie to the right. "
    "The further the curve of the best {best} genes (orange) lies right of that of genes without a site (grey), the "
    "better the score picks genes that the miRNA represses."
)


def draw_gene_evaluation(result: GeneEvaluation, *, best: int) -> dict[str, Picture]:
    """Draw an evaluation of gene scores, a picture of each kind per set of experiments.

    Parameters
    ----------
    result
        As :func:`dmiso.evaluate.genes.evaluate_genes_files` gives it.
    best
        Number of best genes, for the words.

    Returns
    -------
    dict of str to Picture
        ``means`` and ``curves``; of several sets ``means-NAME`` and so on.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    drawn: dict[str, Picture | None] = {}
    groups = result.metrics["experiment_set"].unique(maintain_order=True).to_list()
    for number, group in enumerate(groups, start=1):
        ending = "" if len(groups) == 1 else f"-{number}-{re.sub(r'[^A-Za-z0-9]+', '_', group)[:40]}"
        own = pl.col("experiment_set") == group
        drawn[f"means{ending}"] = plot_gene_means(result.metrics.filter(own), best=best)
        drawn[f"curves{ending}"] = plot_gene_curves(result.curves.filter(own), best=best)
    return {name: picture for name, picture in drawn.items() if picture is not None}


def plot_gene_means(metrics: pl.DataFrame, *, best: int) -> Picture | None:
    """Draw the means of each score with their intervals, a panel per metric; baselines in grey, chance dotted.

    Parameters
    ----------
    metrics
        Rows of one set, as ``metrics.tsv`` has them.
    best
        Number of best genes.

    Returns
    -------
    Picture or None
        None without a score.
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
        return None
    with drawing(
        "How well scores order genes by their response", _MEANS, height=1.4 + 0.4 * len(names)
    ) as picture:
        panels = picture.figure.subplots(2, 2, sharey=True, squeeze=False)
        for axes, (metric, title) in zip(panels.flat, titles.items(), strict=True):
            _draw_metric(axes, there.filter(pl.col("metric") == metric), names)
            axes.set_xlabel(title)
        panels[0, 0].set_yticks(range(len(names)), [picture.name(name, _NAME) for name in names])
        panels[0, 0].set_ylim(len(names) - 0.5, -0.5)
    return picture


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


def plot_gene_curves(curves: pl.DataFrame, *, best: int) -> Picture | None:
    """Draw cumulative shares of genes against their response, a panel per score, a curve per class of genes.

    Parameters
    ----------
    curves
        Rows of one set, as ``curves.tsv`` has them.
    best
        Number of best genes.

    Returns
    -------
    Picture or None
        None without a score.
    """
    names = curves["scorer"].unique(maintain_order=True).to_list()[:_MOST]
    if not names:
        return None
    n_rows = math.ceil(len(names) / _COLUMNS)
    n_columns = min(_COLUMNS, len(names))
    reading = _CURVES.format(best=best)
    with drawing("Responses of the best genes of each score", reading, height=1.8 * n_rows + 1.0) as picture:
        panels = picture.figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
        for axes, name in zip(panels.flat, names, strict=False):
            _draw_classes(axes, curves.filter(pl.col("scorer") == name), best)
            axes.set_title(picture.name(name, _NAME))
        for axes in panels.flat[len(names) :]:
            axes.set_visible(False)
        for axes in panels[:, 0]:
            axes.set_ylabel("share of genes")
        for column in range(n_columns):  # the lowest panel of a column may not be in the last row
            lowest = panels[n_rows - 1 - (column >= len(names) - n_columns * (n_rows - 1)), column]
            lowest.set_xlabel("response (SD), repressed →")
            lowest.tick_params(labelbottom=True)
        handles, labels = panels[0, 0].get_legend_handles_labels()
        picture.figure.legend(handles, labels, loc="outside upper left", ncols=2)
    return picture


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
