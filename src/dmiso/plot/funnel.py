"""The funnel: what each rule kept and dropped, small numbers as visible as large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, ORANGE, SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmiso.plot.picture import Picture

__all__ = ["draw_funnel"]

_WORDS: Final = 74
"""Characters of a rule's words."""
_LEFT: Final = 0.7
"""Where bars begin: left of 1, so that a single read has a bar."""
_READING: Final = (
    "From top to bottom what each rule dropped (orange, hatched, with a minus) and what was left after it (blue, "
    "bold). Percentages are of what came into the step. The axis is logarithmic, so that small losses show: read "
    "numbers at the bars, do not compare their lengths."
)


class _Row(NamedTuple):
    """A bar: its words, its number, and its share of what came into its step, where that is known."""

    what: str
    kept: bool
    n: int
    share: float | None

    @property
    def label(self) -> str:
        """The number as it stands at the bar."""
        number = f"{self.n:,}" if self.kept else f"−{self.n:,}" if self.n else "0"
        if self.share is None or not self.n:
            return number
        return (
            f"{number} ({100 * self.share:.2g} %)" if self.share < 0.995 else f"{number} ({self.share:.0%})"
        )


def draw_funnel(funnel: pl.DataFrame, *, counted: str = "reads") -> Picture:
    """Draw what was kept and dropped, all samples together, the rules from top to bottom.

    Parameters
    ----------
    funnel
        Rows with ``step``, ``outcome``, ``what``, ``n``.
    counted
        What the numbers count.
    """
    rows = list(_rows(funnel.group_by("step", "outcome", "what", maintain_order=True).agg(pl.col("n").sum())))
    title = f"What was kept and dropped: {counted}"
    with drawing(title, _READING, height=0.7 + 0.31 * max(len(rows), 1)) as picture:
        axes = picture.figure.subplots()
        for kept, colour, hatch in ((True, BLUE, ""), (False, ORANGE, "////")):
            drawn = [(i, row) for i, row in enumerate(rows) if row.kept == kept]
            axes.barh(
                [i + 0.2 for i, _ in drawn],
                [max(row.n - _LEFT, 0) for _, row in drawn],
                height=0.36,
                left=_LEFT,
                color=colour if kept else "white",
                edgecolor=colour,
                linewidth=[0.8 if row.n else 0.0 for _, row in drawn],
                hatch=hatch,
            )
        for i, row in enumerate(rows):
            weight = "bold" if row.kept else "normal"
            words = picture.name(row.what, _WORDS)
            axes.text(
                0, i - 0.06, words, transform=axes.get_yaxis_transform(), fontsize=SMALL, fontweight=weight
            )
            axes.annotate(
                row.label,
                (max(row.n, _LEFT), i + 0.2),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                fontweight=weight,
            )
        most = max([row.n for row in rows], default=1)
        axes.set_xscale("log")
        axes.set_xlim(_LEFT, max(most, 10) ** 1.42)  # room for the number at the longest bar
        axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        _count_axis(axes, most)
        axes.set_xlabel(f"{counted}, logarithmic axis")
    return picture


def _count_axis(axes: object, most: int) -> None:
    """Have powers of ten as ticks, written as numbers, up to the largest bar."""
    from matplotlib.axes import Axes
    from matplotlib.ticker import NullLocator

    assert isinstance(axes, Axes)
    ticks = [10**power for power in range(len(str(most)) + 1) if 10**power <= max(most, 10)]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())


def _rows(funnel: pl.DataFrame) -> Iterator[_Row]:
    """Give the bars; a step's drops, and what it kept after them, are shares of what was kept before."""
    came: int | None = None
    for step in funnel["step"].unique(maintain_order=True).to_list():
        own = funnel.filter(pl.col("step") == step)
        flows = "dropped" in own["outcome"].to_list()
        dropped = False
        kept = came
        for outcome, what, n in own.select("outcome", "what", "n").iter_rows():
            dropped = dropped or outcome == "dropped"
            if flows and not dropped:  # a step that begins with what it starts from
                came = n
            share = n / came if flows and dropped and came else None
            yield _Row(what, outcome == "kept", n, share)
            kept = n if outcome == "kept" else kept
        came = kept
