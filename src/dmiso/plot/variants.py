"""Changes that matter most: reference and changed logit of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.style import BLUE, GREY, ORANGE, picture

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

__all__ = ["draw_variants"]

_SHOWN: Final = 30


def draw_variants(path: Path | None, variants: pl.DataFrame) -> Figure:
    """Draw the 30 rows whose logit changes most, an arrow from the reference's logit to that of the change.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    variants
        As :func:`dmiso.explain.variant_scores.score_changes` gives them, at least one row.
    """
    rows = variants.sort(pl.col("logit_change").abs(), descending=True, maintain_order=True).head(_SHOWN)
    with picture(path, width=7.0, height=0.8 + 0.21 * rows.height) as figure:
        axes = figure.subplots()
        for position, row in enumerate(rows.iter_rows(named=True)):
            colour = BLUE if row["logit_change"] > 0 else ORANGE
            axes.annotate(
                "",
                (row["changed_logit"], position),
                (row["reference_logit"], position),
                arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 1.2},
            )
            axes.plot([row["reference_logit"]], [position], marker="o", markersize=3, color=GREY)
            axes.plot([row["changed_logit"]], [position], marker="", color=colour)
        names = [f"{r['change']}, {_other(r)} ({r['effect']})" for r in rows.iter_rows(named=True)]
        axes.set_yticks(range(rows.height), names, fontsize=6.5)
        axes.set_ylim(rows.height - 0.5, -0.5)
        axes.set_xlabel("logit: reference (dot) to changed (arrow)")
        axes.grid(visible=True, axis="x")
        axes.margins(x=0.05)
    return figure


def _other(row: dict[str, object]) -> str:
    return str(row["mirna_id"] if row["side"] == "target" else row["target_id"])
