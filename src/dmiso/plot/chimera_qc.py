"""Pictures of a run of ``dmiso chimeras``: the funnel, and what the calls look like."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.alphabet import ALPHABETICAL
from dmiso.plot.style import BLUE, COLOURS, GREY, ORANGE, legend_above, picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_chimera_qc", "draw_funnel"]

_LINES: Final = {
    "read length": "read length after trimming (nt)",
    "miRNA position in read": "start of the miRNA in the read (nt)",
    "miRNA part length": "miRNA part (nt)",
    "target part length": "target part (nt)",
}
_LABEL: Final = 64
"""Characters of a line of a rule's words."""

_BARS: Final = ("isomiR types of interactions", "region", "seed class")


def draw_chimera_qc(
    funnel: pl.DataFrame, qc: pl.DataFrame, seeds: Mapping[str, Any], folder: Path
) -> list[str]:
    """Draw everything that there are numbers for.

    Parameters
    ----------
    funnel
        Of a run: ``sample``, ``step``, ``outcome``, ``what``, ``n``.
    qc
        Of a run: ``measure``, ``stratum``, ``n``, ``share``.
    seeds
        What was compared → its ``true_share`` and ``shuffled_share``.
    folder
        Where to; each picture is an SVG and a PNG.

    Returns
    -------
    list of str
        Names of the pictures, without endings.
    """
    draw_funnel(folder / "funnel", funnel)
    drawn = ["funnel"]
    rows = {measure: qc.filter(pl.col("measure") == measure) for measure in qc["measure"].unique().to_list()}
    for name, draw in (
        ("lengths", _draw_lengths),
        ("classes", _draw_classes),
        ("ligation", _draw_ligation),
    ):
        if draw(rows, folder / name):
            drawn.append(name)
    if seeds:
        _draw_seeds(seeds, folder / "seeds")
        drawn.append("seeds")
    return drawn


def draw_funnel(path: Path | None, funnel: pl.DataFrame, *, counted: str = "reads") -> Figure:
    """Draw what was kept and dropped, all samples together, the rules from top to bottom.

    Parameters
    ----------
    path
        Where to, without an ending; None saves no file.
    funnel
        Rows with ``step``, ``outcome``, ``what``, ``n``.
    counted
        What the numbers count.
    """
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    rows = funnel.group_by("step", "outcome", "what", maintain_order=True).agg(pl.col("n").sum())
    labels = [fill(what, _LABEL) for what in rows["what"].to_list()]
    kept = rows["outcome"].to_list()
    numbers = rows["n"].to_list()
    with picture(path, width=7.5, height=0.8 + 0.24 * rows.height) as figure:
        axes = figure.subplots()
        positions = list(range(rows.height))
        axes.barh(positions, numbers, color=[BLUE if k == "kept" else ORANGE for k in kept], height=0.7)
        for position, n in zip(positions, numbers, strict=True):
            axes.annotate(
                f"{n:,}", (n, position), xytext=(3, 0), textcoords="offset points", va="center", fontsize=7
            )
        axes.set_yticks(positions, labels, fontsize=7)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set_ylim(rows.height - 0.4, -0.6)
        axes.set_xlim(0, 1.15 * max([*numbers, 1]))
        axes.set_xlabel(f"{counted} (blue kept, orange dropped)", loc="right")
    return figure


def _draw_lengths(rows: Mapping[str, pl.DataFrame], path: Path) -> bool:
    """Draw distributions of lengths and positions."""
    from matplotlib.ticker import MaxNLocator

    there = [name for name in _LINES if name in rows and rows[name].height]
    if not there:
        return False
    with picture(path, width=7.0, height=1.0 + 1.6 * ((len(there) + 1) // 2)) as figure:
        panels = figure.subplots((len(there) + 1) // 2, 2, squeeze=False).ravel()
        for axes, name in zip(panels, there, strict=False):
            own = rows[name].with_columns(pl.col("stratum").cast(pl.Int64)).sort("stratum")
            axes.bar(own["stratum"].to_list(), own["n"].to_list(), color=BLUE, width=0.9)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.set_xlabel(_LINES[name])
            axes.set_ylabel("reads")
        for axes in panels[len(there) :]:
            axes.set_axis_off()
    return True


def _draw_classes(rows: Mapping[str, pl.DataFrame], path: Path) -> bool:
    """Draw shares of types, regions (a pie) and seed classes."""
    there = [name for name in _BARS if name in rows and rows[name].height]
    if not there:
        return False
    with picture(path, width=8.0, height=2.9) as figure:
        for axes, name in zip(figure.subplots(1, len(there), squeeze=False)[0], there, strict=True):
            own = rows[name].sort("n", descending=True, maintain_order=True)
            if name == "region":
                _draw_pie(axes, own)
            else:
                positions = list(range(own.height))
                axes.barh(positions, (100 * own["share"]).to_list(), color=BLUE)
                axes.set_yticks(positions, own["stratum"].to_list(), fontsize=8)
                axes.invert_yaxis()
                axes.set_xlabel("interactions (%)")
            axes.set_title(name)
    return True


def _draw_pie(axes: Axes, own: pl.DataFrame) -> None:
    """Draw regions as a pie, named with their shares."""
    names = [f"{name} {share:.0%}" for name, share in own.select("stratum", "share").iter_rows()]
    axes.pie(
        own["n"].to_list(),
        labels=names,
        colors=[COLOURS[i % len(COLOURS)] for i in range(own.height)],
        startangle=90,
        counterclock=False,
        wedgeprops={"linewidth": 1, "edgecolor": "white"},
        textprops={"fontsize": 8},
    )


def _draw_ligation(rows: Mapping[str, pl.DataFrame], path: Path) -> bool:
    """Draw nucleotides on either side of the ligation, and the transcripts' share of each."""
    positions = [f"miRNA -{i}" for i in range(5, 0, -1)] + [f"target +{i}" for i in range(1, 6)]
    there = [position for position in positions if f"nucleotides at {position}" in rows]
    if not there:
        return False
    with picture(path, width=6.0, height=3.4) as figure:
        axes = figure.subplots()
        for i, base in enumerate(ALPHABETICAL):
            shares = [_share(rows[f"nucleotides at {position}"], base) for position in there]
            axes.plot(range(len(there)), shares, marker="o", color=COLOURS[i], label=base)
            if "nucleotides of the transcripts" in rows:
                background = _share(rows["nucleotides of the transcripts"], base)
                axes.axhline(background, color=COLOURS[i], linewidth=0.8, linestyle=":")
        axes.axvline(sum(position.startswith("miRNA") for position in there) - 0.5, color=GREY, linewidth=0.8)
        axes.set_xticks(range(len(there)), there, rotation=45, ha="right")
        axes.set_ylabel("reads (%); dotted: transcripts")
        legend_above(axes, columns=4)
    return True


def _share(rows: pl.DataFrame, base: str) -> float:
    found = rows.filter(pl.col("stratum") == base)["share"]
    return 100 * float(found[0]) if len(found) else 0.0


def _draw_seeds(seeds: Mapping[str, Any], path: Path) -> None:
    """Draw seed matches of pairs beside those of shuffled partners."""
    with picture(path, width=4.2, height=3.0) as figure:
        axes = figure.subplots()
        for i, found in enumerate(seeds.values()):
            axes.bar(
                i - 0.2, 100 * found.true_share, 0.38, color=BLUE, label="as ligated" if i == 0 else None
            )
            axes.bar(
                i + 0.2,
                100 * found.shuffled_share,
                0.38,
                color=GREY,
                label="shuffled partners" if i == 0 else None,
            )
            if found.enrichment is not None:
                height = 100 * max(found.true_share, found.shuffled_share)
                axes.annotate(f"{found.enrichment:.1f}×", (i, height), ha="center", va="bottom")
            axes.set_xticks(range(i + 1), list(seeds)[: i + 1])
        axes.set_ylabel("with a seed match 2–7 (%)")
        axes.margins(y=0.12)
        legend_above(axes, columns=2)
