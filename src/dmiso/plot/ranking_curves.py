"""ROC and precision-recall curves, baselines and chance beside, areas with their intervals in the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import COLOURS, GREY, LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["plot_precision_recall", "plot_roc"]

_BASELINES: Final = {
    "seed_class": "seed class",
    "rnaduplex": "RNAduplex energy",
    "mirna_identity": "miRNA's share of positives",
    "mirna_identity_ceiling": "miRNA alone, at best",
    "target_gc": "GC of the site",
}
"""Baselines that are drawn, and how they are called: what a score has to beat."""
_GREYS: Final = ("0.2", "0.4", "0.55", "0.55", "0.65")
_DASHES: Final = ((4, 1.5), (9, 1.5), (5, 1.5, 1, 1.5), (5, 1.5, 1, 1.5), (2, 1))
_MOST: Final = 7
"""Scores drawn at most besides baselines, the best first."""
_NAME: Final = 28
_ROC: Final = (
    "The positives found (upwards) against the negatives called with them (to the right), from the surest calls "
    "to all pairs. The nearer a curve comes to the upper left corner the better; the dotted diagonal is chance. "
    "In brackets the 95 % interval of the area (site clusters resampled). Grey broken lines are baselines: a "
    "score that does not leave them below has learnt no more than they know."
)
_PRECISION: Final = (
    "Of the pairs called, the share that are positives (precision, upwards), against the positives found (recall, "
    "to the right), at this table's share of positives, which is what chance has (dotted). A high start says that "
    "the surest calls are right; where fewer pairs in life are positives, precision is lower at every recall. In "
    "brackets the 95 % interval of the average precision; grey broken lines are baselines."
)


def plot_roc(curves: pl.DataFrame, metrics: pl.DataFrame) -> Picture | None:
    """Draw ROC curves with AUROC and interval of each score.

    Parameters
    ----------
    curves
        As :func:`dmiso.evaluate.curves.curve_table` gives them.
    metrics
        As :func:`dmiso.evaluate.compare.metric_table` gives them.

    Returns
    -------
    Picture or None
        None without a curve.
    """
    drawn = _drawn(curves, metrics, "auroc")
    if not drawn:
        return None
    with drawing("ROC curves", _ROC, height=_height(drawn)) as picture:
        axes = picture.figure.subplots()
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="chance  0.500")
        for i, (name, kind) in enumerate(drawn):
            own = curves.filter(pl.col("scorer") == name)
            x = [0.0, *own["false_positive_share"].to_list()]
            _plot(
                axes,
                (x, [0.0, *own["recall"].to_list()]),
                i,
                kind,
                _label(picture, name, kind, metrics, "auroc"),
            )
        axes.set_xlabel("share of negatives called")
        axes.set_ylabel("share of positives called")
        _finish(picture, axes, "AUROC")
    return picture


def plot_precision_recall(curves: pl.DataFrame, metrics: pl.DataFrame) -> Picture | None:
    """Draw precision-recall curves with average precision and interval of each score.

    Parameters
    ----------
    curves, metrics
        As for :func:`plot_roc`.

    Returns
    -------
    Picture or None
        None without a curve.
    """
    metric = "average_precision"
    drawn = _drawn(curves, metrics, metric)
    if not drawn:
        return None
    with drawing("Precision and recall", _PRECISION, height=_height(drawn)) as picture:
        axes = picture.figure.subplots()
        chance = metrics.filter(pl.col("metric") == metric)["chance"].mean()
        assert isinstance(chance, float)
        axes.axhline(chance, color=GREY, linestyle=":", linewidth=1, label=f"chance  {chance:.3f}")
        for i, (name, kind) in enumerate(drawn):
            own = curves.filter(pl.col("scorer") == name)
            recall, precision = own["recall"].to_list(), own["precision"].to_list()
            label = _label(picture, name, kind, metrics, metric)
            # the precision of a step holds back to the recall before it, as average precision counts it
            _plot(axes, ([0.0, *recall], [precision[0], *precision]), i, kind, label, steps=True)
        axes.set_xlabel("recall: share of positives called")
        axes.set_ylabel("precision: share of calls that are positives")
        _finish(picture, axes, "average precision")
    return picture


def _drawn(curves: pl.DataFrame, metrics: pl.DataFrame, metric: str) -> list[tuple[str, str]]:
    """Return name and kind of the scores to draw: models and tools, the best first, then the known baselines."""
    values = dict(metrics.filter(pl.col("metric") == metric).select("scorer", "value").iter_rows())
    there = [
        (name, kind) for name, kind in curves.select("scorer", "kind").unique(maintain_order=True).iter_rows()
    ]
    judged = [(name, kind) for name, kind in there if kind != "baseline"]
    judged.sort(key=lambda pair: -(values.get(pair[0]) or 0.0))
    known = {name for name, kind in there if kind == "baseline"}
    return judged[:_MOST] + [(name, "baseline") for name in _BASELINES if name in known]


def _plot(
    axes: Axes,
    points: tuple[list[float], list[float]],
    number: int,
    kind: str,
    label: str,
    *,
    steps: bool = False,
) -> None:
    """Draw one curve; baselines are grey and broken, thinner than what is judged."""
    style = "steps-pre" if steps else "default"
    if kind == "baseline":
        place = next(i for i, words in enumerate(_BASELINES.values()) if label.startswith(words))
        line = (0, _DASHES[place])
        axes.plot(
            *points,
            color=_GREYS[place],
            linestyle=line,
            linewidth=1.1,
            label=label,
            drawstyle=style,
            zorder=1,
        )
    else:
        colour, dashes = COLOURS[number % len(COLOURS)], LINES[number % len(LINES)]
        axes.plot(
            *points, color=colour, linestyle=dashes, linewidth=1.8, label=label, drawstyle=style, zorder=3
        )


def _label(picture: Picture, name: str, kind: str, metrics: pl.DataFrame, metric: str) -> str:
    """Return a curve's name with the area and its interval."""
    shown = _BASELINES[name] if kind == "baseline" else picture.name(name, _NAME)
    for row in metrics.filter((pl.col("scorer") == name) & (pl.col("metric") == metric)).iter_rows(
        named=True
    ):
        if row["value"] is not None:
            ends = "" if row["low"] is None else f" [{row['low']:.3f}–{row['high']:.3f}]"
            return f"{shown}  {row['value']:.3f}{ends}"
    return shown


def _height(drawn: list[tuple[str, str]]) -> float:
    return 4.6 + 0.17 * (len(drawn) + 2)


def _finish(picture: Picture, axes: Axes, area: str) -> None:
    """Set the limits and put the legend, with what its numbers are, above."""
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.02)
    axes.grid(visible=True)
    handles, labels = axes.get_legend_handles_labels()
    picture.figure.legend(
        handles[1:] + handles[:1],
        labels[1:] + labels[:1],
        loc="outside upper left",
        title=f"{area} [95 % interval]",
        alignment="left",
        title_fontsize=8.0,
        handlelength=2.6,
    )
