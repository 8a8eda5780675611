"""The behaviour report as a picture: each check's share beside its limit, and random targets called by GC."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.style import COLOURS, GREEN, GREY, MARKERS, legend_above, picture

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_behaviour"]

_SHARES: Final = {
    "planted_8mer": "planted 8mer scores\nabove its shuffle",
    "partner_swap": "site scores higher with\nits own miRNA",
    "five_prime_shift": "preference moves\nwith the 5′ end",
}
"""Checks whose number is a share that must not be below its limit, and what it is a share of."""


def plot_behaviour(path: Path | None, behaviour: pl.DataFrame) -> Figure:
    """Draw what models make of made-up pairs.

    Left: the share of targets in which a planted 8mer, the own miRNA and a moved 5′ end do what they should. Right:
    the share of random targets called positive, by GC content. What passes is shaded. Below: the largest change of a
    score when a sequence is written differently.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    behaviour
        As :func:`dmiso.evaluate.run.behaviour_table` gives it, at least one model.
    """
    models = behaviour["scorer"].unique(maintain_order=True).to_list()
    with picture(path, width=7.4, height=3.4 + 0.16 * len(models)) as figure:
        shares, gc = figure.subplots(1, 2, width_ratios=[1.25, 1])
        _draw_shares(shares, behaviour, models)
        _draw_gc(gc, behaviour.filter(pl.col("check") == "random_targets"), models)
        legend_above(shares, columns=1)
        rewriting = behaviour.filter(pl.col("check") == "rewriting")
        said = [f"{r['scorer']} {r['value']:.1g}, {r['verdict']}" for r in rewriting.iter_rows(named=True)]
        shaded = "Shaded: passes. Largest change of a logit by rewriting: "
        figure.supxlabel(shaded + "; ".join(said), fontsize=8)
    return figure


def _draw_shares(axes: Axes, behaviour: pl.DataFrame, models: list[str]) -> None:
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
            label=model,
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
            )
    axes.axhspan(0, rows["limit"][0], color=GREEN, alpha=0.12, linewidth=0)
    axes.set_ylim(-0.02, 1.02)
    axes.margins(x=0.08)
    axes.set_xlabel("GC content of random targets")
    axes.set_ylabel("share called positive")
    axes.grid(visible=True)
