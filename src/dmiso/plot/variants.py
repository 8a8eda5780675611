"""Changes that matter most: reference and changed logit of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from dmiso.plot.picture import Picture

__all__ = ["draw_variants"]

_SHOWN: Final = 30
_READING: Final = (
    "Each row is a change of a nucleotide, those with the largest effect on top: the arrow goes from the logit "
    "without it (dot) to the logit with it. Blue arrows to the right strengthen a site, orange ones to the left "
    "weaken it."
)


def draw_variants(variants: pl.DataFrame) -> Picture:
    """Draw the 30 rows whose logit changes most, an arrow from the reference's logit to that of the change.

    Parameters
    ----------
    variants
        As :func:`dmiso.explain.variant_scores.score_changes` gives them, at least one row.
    """
    rows = variants.sort(pl.col("logit_change").abs(), descending=True, maintain_order=True).head(_SHOWN)
    height = 0.6 + 0.19 * rows.height
    with drawing("Changes that matter most", _READING, height=height) as picture:
        axes = picture.figure.subplots()
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
        names = [
            f"{picture.name(r['change'], 18)}, {picture.name(_other(r), 18)} ({picture.name(r['effect'], 16)})"
            for r in rows.iter_rows(named=True)
        ]
        axes.set_yticks(range(rows.height), names)
        axes.set_ylim(rows.height - 0.5, -0.5)
        axes.set_xlabel("logit: reference (dot) to changed (arrow)")
        axes.grid(visible=True, axis="x")
        axes.margins(x=0.05)
    return picture


def _other(row: dict[str, object]) -> str:
    return str(row["mirna_id"] if row["side"] == "target" else row["target_id"])
