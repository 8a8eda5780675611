"""The behaviour report as a picture: each check's share beside its limit, and random targets called by GC."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.picture import drawing, short_name
from dmiso.plot.style import COLOURS, GREEN, GREY, LINES, MARKERS, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["plot_behaviour"]

_SHARES: Final = {
    "planted_8mer": "planted 8mer scores\nabove its shuffle",
    "partner_swap": "site scores higher with\nits own miRNA",
    "five_prime_shift": "preference moves\nwith the 5′ end",
}
"""Checks whose number is a share that must not be below its limit, and what it is a share of."""

_READING: Final = (
    "Above: of made-up targets, the share in which a model does what it should; marks in the green part pass, the "
    "dotted line is a coin's. Below: random targets called positive, by their share of G and C; a model that "
    "keeps out of the green at one end calls composition, not sites."
)


def plot_behaviour(behaviour: pl.DataFrame) -> Picture:
    """Draw what models make of made-up pairs.

    Above: the share of targets in which a planted 8mer, the own miRNA and a moved 5′ end do what they should. Below:
    the share of random targets called positive, by GC content. What passes is shaded. In the words: the largest change
    of a score when a sequence is written differently.

    Parameters
    ----------
    behaviour
        As :func:`dmiso.evaluate.run.behaviour_table` gives it, at least one model.
    """
    models = behaviour["scorer"].unique(maintain_order=True).to_list()
    rewriting = behaviour.filter(pl.col("check") == "rewriting")
    said = [
        f"{short_name(r['scorer'], 48)} {r['value']:.1g}, {short_name(r['verdict'], 12)}"
        for r in rewriting.iter_rows(named=True)
    ]
    reading = (
        f"{_READING} Largest change of a logit when a sequence is written differently: {'; '.join(said)}."
    )
    with drawing("What models make of made-up pairs", reading, height=4.9 + 0.16 * len(models)) as picture:
        shares, gc = picture.figure.subplots(2, 1, height_ratios=[1, 1.1])
        _draw_shares(picture, shares, behaviour, models)
        _draw_gc(gc, behaviour.filter(pl.col("check") == "random_targets"), models)
        legend_above(shares, columns=1)
    return picture


def _draw_shares(picture: Picture, axes: Axes, behaviour: pl.DataFrame, models: list[str]) -> None:
    """Draw a line of points for each check; from its limit on it passes."""
    for i, model in enumerate(models):
        rows = {
            row["check"]: row for row in behaviour.filter(pl.col("scorer") == model).iter_rows(named=True)
        }
        positions = [position + 0.16 * (i - (len(models) - 1) / 2) for position in range(len(_SHARES))]
        axes.plot(
            [rows[name]["value"] for name in _SHARES],
            positions,
            color=COLOURS[i % len(COLOURS)],
            marker=MARKERS[i % len(MARKERS)],
            linestyle="none",
            label=picture.name(model, 48),
        )
    limits = dict(behaviour.select("check", "limit").iter_rows())
    for position, name in enumerate(_SHARES):
        axes.fill_betweenx(
            [position - 0.38, position + 0.38], limits[name], 1.0, color=GREEN, alpha=0.12, linewidth=0
        )
    axes.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
    axes.set_yticks(range(len(_SHARES)), list(_SHARES.values()))
    axes.set_ylim(len(_SHARES) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("share of targets (chance 0.5)")
    axes.grid(visible=True, axis="x")


def _draw_gc(axes: Axes, rows: pl.DataFrame, models: list[str]) -> None:
    """Draw the share of random targets called positive over their GC content."""
    for i, model in enumerate(models):
        for text in rows.filter(pl.col("scorer") == model)["details"]:
            called = json.loads(text)["called_by_gc"]
            axes.plot(
                [float(level) for level in called],
                list(called.values()),
                color=COLOURS[i % len(COLOURS)],
                marker=MARKERS[i % len(MARKERS)],
                linestyle=LINES[i % len(LINES)],
            )
    axes.axhspan(0, rows["limit"][0], color=GREEN, alpha=0.12, linewidth=0)
    axes.set_ylim(-0.02, 1.02)
    axes.margins(x=0.08)
    axes.set_xlabel("GC content of random targets")
    axes.set_ylabel("share called positive")
    axes.grid(visible=True)
