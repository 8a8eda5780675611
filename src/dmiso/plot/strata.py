"""Average precision by stratum: isomiR offsets, seed classes, regions, each with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import COLOURS, GREY, MARKERS, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["plot_strata"]

_TITLES: Final = {
    "isomir_type": "isomiR type",
    "iso5_offset": "5′ offset (nt)",
    "iso3_offset": "3′ offset (nt)",
    "seed_class": "seed class",
    "region": "region",
    "source": "source",
    "domain": "domain",
    "mirna_in_training": "miRNA in training",
}
_MOST: Final = 12
"""Classes of a property drawn at most: a table of a hundred sources is read as a table."""

_READING: Final = (
    "Each row is a part of the table, with its positives + negatives in brackets; each mark a score's average "
    "precision there at one negative per positive, with its 95 % interval. Further right is better, the dotted "
    "line is chance (0.5), grey is RNAduplex's energy alone. Parts whose intervals overlap cannot be told apart."
)


def plot_strata(strata: pl.DataFrame) -> Picture | None:
    """Draw average precision at 1:1 of each score in each stratum, property by property.

    Parameters
    ----------
    strata
        As :func:`dmiso.evaluate.strata.strata_table` gives it. Models, tools and tables are drawn in colour; of the
        baselines only ``rnaduplex``, in grey. Strata with counts only are left out.

    Returns
    -------
    Picture or None
        None where no property has two classes to compare.
    """
    judged = strata.filter(
        (pl.col("metric") == "ap_1_1")
        & pl.col("value").is_not_null()
        & ((pl.col("kind") != "baseline") | (pl.col("scorer") == "rnaduplex"))
    )
    classes = {
        by: judged.filter(pl.col("by") == by)["stratum"].unique(maintain_order=True).to_list()
        for by in judged["by"].unique(maintain_order=True)
    }
    drawn = {by: names for by, names in classes.items() if 2 <= len(names) <= _MOST}
    if not drawn:
        return None
    heights = [len(names) + 1 for names in drawn.values()]
    with drawing(
        "How well parts of the table are ranked", _READING, height=1.0 + 0.27 * sum(heights)
    ) as picture:
        panels = picture.figure.subplots(len(drawn), 1, sharex=True, squeeze=False, height_ratios=heights)[
            :, 0
        ]
        for axes, (by, names) in zip(panels, drawn.items(), strict=True):
            _draw_property(picture, axes, judged.filter(pl.col("by") == by), names)
            axes.set_ylabel(_TITLES.get(by) or picture.name(by, 16))
        panels[0].set_xlim(_left_end(judged), 1.005)
        panels[-1].set_xlabel("average precision at 1:1 (chance 0.5)")
        picture.figure.align_ylabels(list(panels))
        legend_above(panels[0], columns=1 if len(judged["scorer"].unique()) < 3 else 2)
    return picture


def _draw_property(picture: Picture, axes: Axes, rows: pl.DataFrame, names: list[str]) -> None:
    """Draw the classes of one property from top to bottom, the scores of a class side by side."""
    scorers = rows.select("scorer", "kind").unique(maintain_order=True).rows()
    step = 0.7 / max(len(scorers), 2)
    for i, (scorer, kind) in enumerate(scorers):
        own = rows.filter(pl.col("scorer") == scorer)
        positions = [names.index(name) + step * (i - (len(scorers) - 1) / 2) for name in own["stratum"]]
        value = own["value"].to_numpy()
        low = own["low"].fill_null(own["value"]).to_numpy()
        high = own["high"].fill_null(own["value"]).to_numpy()
        axes.errorbar(
            value,
            positions,
            xerr=[value - low, high - value],
            color=GREY if kind == "baseline" else COLOURS[i % len(COLOURS)],
            marker=MARKERS[i % len(MARKERS)],
            linestyle="none",
            elinewidth=0.9,
            label=picture.name(scorer, 26),
        )
    counts = {name: (p, n) for name, p, n in rows.select("stratum", "positives", "negatives").iter_rows()}
    shown = [name.replace("-", "−") if _is_number(name) else picture.name(name, 20) for name in names]
    labels = [
        f"{label}  ({counts[name][0]:,} + {counts[name][1]:,})"
        for label, name in zip(shown, names, strict=True)
    ]
    axes.set_yticks(range(len(names)), labels)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
    axes.grid(visible=True, axis="x")


def _is_number(name: str) -> bool:
    return name.lstrip("-").isdigit()


def _left_end(judged: pl.DataFrame) -> float:
    """Return where the axis begins: at chance, or under the lowest interval."""
    lowest: float = judged.select(pl.min_horizontal(pl.col("low").min(), pl.col("value").min())).item()
    return max(0.0, min(0.48, lowest - 0.02))
