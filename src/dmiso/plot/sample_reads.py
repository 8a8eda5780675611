"""What became of the reads of each sample, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, GREEN, GREY, ORANGE, SKY, SMALL, YELLOW, legend_above

if TYPE_CHECKING:
    import polars as pl

    from dmiso.plot.picture import Picture

__all__ = ["draw_sample_reads"]

_MOST: Final = 60
"""Samples drawn, the first ones."""
_ROW: Final = 0.24
"""Inches of a sample's row."""
_PARTS: Final = (
    ("exact miRNA", BLUE, ""),
    ("isomiR", SKY, "////"),
    ("no miRNA", YELLOW, ""),
    ("copies", GREEN, "...."),
    ("too short", ORANGE, ""),
    ("otherwise left out", GREY, ""),
)
_READING: Final = (
    "Per cent of each sample's reads, their number behind the bar: exact miRNAs (dark blue) and isomiRs (hatched) are "
    "counted. Inserts that no miRNA explains, copies of a molecule with the same UMI, and reads that were too short, "
    "too long or not readable are not. Samples of one experiment should look alike: one that does not was treated "
    "otherwise."
)


def draw_sample_reads(samples: pl.DataFrame) -> Picture | None:
    """Draw what became of the reads of each sample.

    Parameters
    ----------
    samples
        Columns ``SAMPLE_COLUMNS``.

    Returns
    -------
    Picture or None
        None without a sample.
    """
    if samples.is_empty():
        return None
    shown = samples.head(_MOST)
    reads = np.maximum(shown["raw_reads"].to_numpy(), 1)
    exact = (shown["assigned"] * shown["exact_share"].fill_null(0)).to_numpy()
    sizes = (
        exact,
        shown["assigned"].to_numpy() - exact,
        (shown["molecules"] - shown["assigned"]).to_numpy(),
        (shown["inserts"] - shown["molecules"]).to_numpy(),
        shown["too_short"].to_numpy(),
        (shown["too_long"] + shown["too_many_n"] + shown["without_umi"]).to_numpy(),
    )
    title = "What became of the reads of each sample"
    with drawing(title, _READING, height=1.1 + _ROW * shown.height) as picture:
        axes = picture.figure.subplots()
        left = np.zeros(shown.height)
        rows = np.arange(shown.height)
        for (label, colour, hatch), size in zip(_PARTS, sizes, strict=True):
            share = 100 * size / reads
            axes.barh(
                rows, share, left=left, height=0.7, color=colour, hatch=hatch, edgecolor="white", label=label
            )
            left += share
        for row, n in zip(rows, shown["raw_reads"], strict=True):
            axes.annotate(f"{n:,}", (101, row), va="center", fontsize=SMALL, annotation_clip=False)
        axes.set_yticks(rows, [picture.name(name) for name in shown["sample"]], fontsize=SMALL)
        axes.set_xlim(0, 100)
        axes.set_xlabel("reads (%)")
        axes.invert_yaxis()
        legend_above(axes)
    return picture
