"""Loss and metrics over the epochs: as a table, and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from dmiso.columns import CURVE_COLUMNS, schema_of
from dmiso.io import write_table
from dmiso.plot import drawing
from dmiso.plot.style import COLOURS, GREY, LINES, MARKERS, legend_above

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.plot import Picture

__all__ = ["CurveRow", "best_row", "plot_curves", "write_curves"]


_READING: Final = (
    "Above: the loss by epoch, in training with dropout and on the held-out part without; where the validation's rises "
    "while the training's falls, the network learns its pairs by heart. Below: how well the held-out part is ranked. "
    "The dotted line is the epoch whose weights were kept."
)


class CurveRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was measured after an epoch.

    Parameters
    ----------
    epoch
        Counted from 1.
    learning_rate
        Of its last step.
    train_loss
        Weighted mean binary cross-entropy of the epoch's batches, dropout on, without the penalty; nats.
    penalty
        Mean L1 penalty of the batches.
    validation_loss
        Weighted mean binary cross-entropy of the validation pairs, dropout off; nats.
    validation_average_precision, validation_auroc
        0-1, weighted.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    penalty: float
    validation_loss: float
    validation_average_precision: float
    validation_auroc: float


def best_row(rows: Sequence[CurveRow]) -> CurveRow:
    """Return the epoch with the highest validation average precision, the first of equals."""
    return max(rows, key=lambda row: (row.validation_average_precision, -row.epoch))


def write_curves(path: Path, rows: Sequence[CurveRow]) -> None:
    """Write the curves as a table, one row per epoch."""
    import polars as pl

    made = [msgspec.to_builtins(row) for row in rows]
    write_table(path, pl.DataFrame(made, schema=schema_of(CURVE_COLUMNS)))


def plot_curves(rows: Sequence[CurveRow]) -> Picture:
    """Draw the losses and the validation metrics over the epochs, the chosen epoch marked."""
    epochs = [row.epoch for row in rows]
    best = best_row(rows)
    with drawing("The training", _READING, height=4.2) as picture:
        loss, metric = picture.figure.subplots(2, 1, sharex=True)
        for axes, name, field, number in (
            (loss, "training", "train_loss", 0),
            (loss, "validation", "validation_loss", 1),
            (metric, "average precision", "validation_average_precision", 1),
            (metric, "AUROC", "validation_auroc", 2),
        ):
            axes.plot(
                epochs,
                [getattr(row, field) for row in rows],
                color=COLOURS[number],
                linestyle=LINES[number],
                marker=MARKERS[number] if len(rows) == 1 else None,
                label=name,
            )
        loss.set_ylabel("cross-entropy (nats)")
        metric.set_ylabel("validation metric")
        metric.set_xlabel("epoch")
        metric.xaxis.get_major_locator().set_params(integer=True)
        for axes in (loss, metric):
            axes.axvline(best.epoch, color=GREY, linestyle=":", label=f"epoch {best.epoch}, kept")
            legend_above(axes)
    return picture
