"""Perturbation profiles as the paper's Fig. 2, with what it lacks: logits and controls on the same axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

__all__ = ["draw_profiles"]

_SIDES: Final = {"mirna": "miRNA", "target": "target"}
_MIRNA_SHOWN: Final = 23
"""Nucleotides of the miRNA axis: few miRNAs are longer."""
_READING: Final = (
    "Four nucleotides are masked from each position on. Above: the mean change of the probability and of the "
    "logit, with its standard deviation over the pairs (grey); where it is far below 0 the model needs those "
    "nucleotides. Below: that variation, beside networks with shuffled weights and the number of steps that a "
    "mask touches: only what differs in shape from those has been learnt."
)


def draw_profiles(profiles: pl.DataFrame, scorer: str, *, title: str = "") -> Picture:
    """Draw the profile of a model: a row for each scale, then the variation beside its controls.

    Parameters
    ----------
    profiles
        As :func:`dmiso.explain.run_data.explain_data` gives them.
    scorer
        Name of the model.
    title
        Of the data set.
    """
    own = profiles.filter(pl.col("scorer") == scorer, pl.col("kind") == "model")
    edge = profiles.filter(pl.col("scorer") == scorer, pl.col("kind") == "edge")
    controls = profiles.filter(pl.col("scorer").str.starts_with(f"{scorer} #"), pl.col("kind") == "control")
    with drawing("What masked nucleotides change", _READING, height=5.8) as picture:
        on = f" on {picture.name(title, 36)}" if title else ""
        picture.figure.suptitle(f"{picture.name(scorer, 36)}{on}", fontsize=9)
        rows = picture.figure.subplots(3, 2, width_ratios=[1, 1.5], sharex="col")
        for position, side in enumerate(_SIDES):
            probability = _of(own, side, "probability")
            logit = _of(own, side, "logit")
            _draw_change(rows[0][position], probability)
            _draw_change(rows[1][position], logit)
            _draw_variation(rows[2][position], logit, _of(controls, side, "logit"), edge.filter(side=side))
            rows[2][position].set_xlabel("first masked position (from 1)")
            rows[0][position].set_title(_SIDES[side])
        rows[0][0].set_ylabel("probability\n(all pairs)")
        rows[1][0].set_ylabel("logit (pairs with\nnucleotides there)")
        rows[2][0].set_ylabel("variation of\nthe logit (SD)")
        named = {str(line.get_label()): line for axes in rows[2] for line in axes.get_lines()}
        shown = [line for label, line in named.items() if not label.startswith("_")]
        picture.figure.legend(handles=shown, loc="outside upper left", ncols=3)
    return picture


def _of(rows: pl.DataFrame, side: str, scale: str) -> pl.DataFrame:
    found = rows.filter(pl.col("side") == side, pl.col("scale") == scale).drop_nulls("mean_change")
    if scale == "logit" and found.height:  # a mean over a few long miRNAs is noise
        found = found.filter(pl.col("n") >= 0.02 * pl.col("n").max())
    return found.filter(pl.col("mask_end") <= _MIRNA_SHOWN) if side == "mirna" else found


def _draw_change(axes: Axes, rows: pl.DataFrame) -> None:
    """Draw mean and variation, as the paper's figure does."""
    positions = (rows["mask_start"] + 1).to_numpy()
    mean, sd = rows["mean_change"].to_numpy(), rows["sd_change"].to_numpy()
    axes.fill_between(positions, mean - sd, mean + sd, color=GREY, alpha=0.3, linewidth=0)
    axes.plot(positions, mean, color=BLUE)
    axes.axhline(0, color="0.6", linewidth=0.6)


def _draw_variation(axes: Axes, rows: pl.DataFrame, controls: pl.DataFrame, edge: pl.DataFrame) -> None:
    """Draw the variation over pairs; controls are scaled to the same mean, as only their shape can be compared."""
    if rows.is_empty():
        return
    size = float(rows["sd_change"].to_numpy().mean())
    axes.plot((rows["mask_start"] + 1).to_numpy(), rows["sd_change"].to_numpy(), color=BLUE, label="model")
    for _, control in controls.group_by("scorer", maintain_order=True):
        shape = control["sd_change"].to_numpy()
        if shape.mean() > 0:
            axes.plot(
                (control["mask_start"] + 1).to_numpy(),
                shape * size / shape.mean(),
                color=ORANGE,
                linewidth=0.9,
                linestyle="--",
                label="weights shuffled (scaled)",
            )
    shown = edge.join(rows.select("mask_start"), on="mask_start", how="semi")
    share = shown["mean_change"].to_numpy()
    if len(share) and share.mean() > 0:
        axes.plot(
            (shown["mask_start"] + 1).to_numpy(),
            share * size / share.mean(),
            color=GREY,
            linestyle=":",
            label="edge coverage (scaled)",
        )
    axes.set_ylim(0, None)
