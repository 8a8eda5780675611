"""Sections of ``dmiso train`` and ``dmiso evaluate``: a model, or a score that is judged, is a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.mqc.content import Statistic, bars, lines, statistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.mqc.content import Content

__all__ = ["evaluation_contents", "training_contents"]

_AP_HELP: Final = (
    "Average precision, the area below the curve of precision over recall: 1 is perfect, and the share of positives "
    "among all pairs is what a score without knowledge has."
)
_JUDGED: Final = {
    "average_precision": Statistic("AP", "Average precision on the labelled table", "", 3, "Greens", 1),
    "auroc": Statistic("AUROC", "Area below the ROC curve", "", 3, "Blues", 1),
}


def training_contents(
    name: str, epochs: Sequence[Any], metrics: Mapping[str, Mapping[str, float]]
) -> list[Content]:
    """Return the sections of a training run.

    Parameters
    ----------
    name
        What the model is called.
    epochs
        A row per epoch, with ``epoch``, ``validation_average_precision`` and ``validation_loss``.
    metrics
        Part of the data → metric → value.
    """
    precision = {row.epoch: row.validation_average_precision for row in epochs}
    loss = {row.epoch: row.validation_loss for row in epochs}
    columns = {
        f"dmiso_train_{part}_{key}": Statistic(
            f"{part} {column.title}",
            f"{column.description.split(' on ')[0]} on the {part} pairs",
            digits=3,
            scale=column.scale,
            most=1,
        )
        for part in metrics
        for key, column in _JUDGED.items()
    }
    row = {f"dmiso_train_{part}_{key}": of.get(key) for part, of in metrics.items() for key in _JUDGED}
    return [
        lines("train_precision", "Training: average precision", "Of the validation pairs, by epoch.",
              {name: precision}, axes=("epoch", "average precision"), helptext=_AP_HELP),
        lines("train_loss", "Training: loss", "Of the validation pairs, by epoch.", {name: loss},
              axes=("epoch", "loss")),
        statistics("train", columns, {name: row}),
    ]  # fmt: skip


def evaluation_contents(name: str, metrics: pl.DataFrame) -> list[Content]:
    """Return the sections of an evaluation.

    Parameters
    ----------
    name
        What the evaluation is called.
    metrics
        A row per score that was judged and metric: ``scorer``, ``metric``, ``value``.
    """
    wanted = metrics.filter(pl.col("metric").is_in(list(_JUDGED)) & pl.col("value").is_not_null())
    found: dict[str, dict[str, float]] = {}
    for scorer, metric, value in wanted.select("scorer", "metric", "value").iter_rows():
        found.setdefault(f"{name} {scorer}", {})[_JUDGED[metric].title] = round(value, 6)
    return [
        bars("evaluate_metrics", "Evaluation: metrics", "Of every model, tool and baseline that was judged.", found,
             unit="value", helptext=_AP_HELP, stacked=False),
    ]  # fmt: skip
