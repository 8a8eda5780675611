"""Loss and metrics over the epochs: as a table, and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dmiso.columns import CURVE_COLUMNS, schema_of
from dmiso.extras import require_extra
from dmiso.io import atomic_path, write_table
from dmiso.plot.style import BLUE, GREEN, ORANGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["CurveRow", "best_row", "plot_curves", "write_curves"]


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


def plot_curves(path: Path, rows: Sequence[CurveRow]) -> None:
    """Draw the losses and the validation metrics over the epochs, the chosen epoch marked; PNG."""
    require_extra("matplotlib", "drawing training curves")
    from matplotlib.figure import Figure

    epochs = [row.epoch for row in rows]
    best = best_row(rows)
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    loss, metric = figure.subplots(1, 2)
    marker = "o" if len(rows) == 1 else None
    loss.plot(epochs, [row.train_loss for row in rows], color=BLUE, marker=marker, label="training")
    loss.plot(epochs, [row.validation_loss for row in rows], color=ORANGE, marker=marker, label="validation")
    loss.set_ylabel("binary cross-entropy (nats)")
    for name, field, color in (
        ("average precision", "validation_average_precision", ORANGE),
        ("AUROC", "validation_auroc", GREEN),
    ):
        metric.plot(epochs, [getattr(row, field) for row in rows], color=color, marker=marker, label=name)
    metric.set_ylabel("validation metric")
    for axes in (loss, metric):
        axes.axvline(best.epoch, color="0.6", linestyle=":", label=f"epoch {best.epoch}, kept")
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        # above the axes: inside, it would lie on a curve sooner or later
        axes.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize="small")
        axes.spines[["top", "right"]].set_visible(False)
    with atomic_path(path) as temporary:
        # no program name in the file: the same curves give the same bytes
        figure.savefig(temporary, format="png", dpi=120, metadata={"Software": None})
