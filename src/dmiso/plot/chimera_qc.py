"""Pictures of a run of ``dmiso chimeras``: the funnel, and what the calls look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.alphabet import ALPHABETICAL
from dmiso.evaluate.reliability import wilson_interval
from dmiso.plot.funnel import draw_funnel
from dmiso.plot.picture import drawing
from dmiso.plot.style import BLUE, COLOURS, GREY, LINES, MARKERS, SMALL, legend_above

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from dmiso.plot.picture import Picture

    Rows = Mapping[str, pl.DataFrame]

__all__ = ["draw_chimera_qc", "draw_classes", "draw_lengths", "draw_ligation", "draw_seeds"]

_LINES: Final = {
    "read length": "read length after trimming (nt)",
    "miRNA position in read": "start of the miRNA (nt)",
    "miRNA part length": "miRNA part (nt)",
    "target part length": "target part (nt)",
}
_BARS: Final = {
    "isomiR types of interactions": "isomiR types (one may be of several)",
    "region": "region of the site",
    "seed class": "seed class",
}
_LENGTHS: Final = (
    "Bars count reads. A miRNA part of 20–24 nt that begins where the read begins (or after its UMI and barcode) is "
    "what a ligated miRNA looks like; many short parts, or starts all over the read, point at chance alignments."
)
_CLASSES: Final = (
    "Bars are shares of the interactions, their lines 95 % intervals (Wilson); the number of interactions stands at "
    "each bar. With few interactions the intervals, not the bars, say what can be told."
)
_LIGATION: Final = (
    "Share of each nucleotide on both sides of the ligation, in reads that begin with the miRNA, with 95 % "
    "intervals (Wilson); dotted, in the same colour, its share in the transcripts. A point far off its dotted "
    "line shows what the ligase or the nuclease prefers there."
)
_SEEDS: Final = (
    "How many pairs have a match of miRNA positions 2–7, as they were ligated (with 95 % interval, Wilson) and "
    "after miRNAs were shuffled among the sites. The number of times says how far the pairs are from chance; an "
    "interval that holds the grey bar shows nothing."
)


def draw_chimera_qc(funnel: pl.DataFrame, qc: pl.DataFrame, seeds: Mapping[str, Any]) -> dict[str, Picture]:
    """Draw everything that there are numbers for.

    Parameters
    ----------
    funnel
        Of a run: ``sample``, ``step``, ``outcome``, ``what``, ``n``.
    qc
        Of a run: ``measure``, ``stratum``, ``n``, ``share``.
    seeds
        What was compared → its ``n``, ``true_share`` and ``shuffled_share``.

    Returns
    -------
    dict of str to Picture
        ``funnel``, ``lengths``, ``classes``, ``ligation`` and ``seeds``.
    """
    drawn = {
        "funnel": draw_funnel(funnel),
        "lengths": draw_lengths(qc),
        "classes": draw_classes(qc),
        "ligation": draw_ligation(qc),
        "seeds": draw_seeds(seeds),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}


def _by_measure(qc: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {name: qc.filter(pl.col("measure") == name) for name in qc["measure"].unique().to_list()}


def draw_lengths(qc: pl.DataFrame) -> Picture | None:
    """Draw distributions of lengths and positions; None without any."""
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    rows = _by_measure(qc)
    there = [name for name in _LINES if name in rows]
    if not there:
        return None
    n_rows = (len(there) + 1) // 2
    with drawing("Lengths and positions of the parts", _LENGTHS, height=0.4 + 1.6 * n_rows) as picture:
        panels = picture.figure.subplots(n_rows, 2, squeeze=False).ravel()
        for axes, name in zip(panels, there, strict=False):
            own = rows[name].with_columns(pl.col("stratum").cast(pl.Int64)).sort("stratum")
            axes.bar(own["stratum"].to_list(), own["n"].to_list(), color=BLUE, width=0.9)
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
            axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axes.set_xlabel(_LINES[name])
            axes.set_ylabel("reads")
        for axes in panels[len(there) :]:
            axes.set_axis_off()
    return picture


def draw_classes(qc: pl.DataFrame) -> Picture | None:
    """Draw shares of isomiR types, regions and seed classes with their intervals; None without any."""
    rows = _by_measure(qc)
    there = {
        name: rows[name].sort("n", descending=True, maintain_order=True) for name in _BARS if name in rows
    }
    if not there:
        return None
    heights = [own.height + 1.6 for own in there.values()]
    with drawing("What the interactions are", _CLASSES, height=0.4 + 0.2 * sum(heights)) as picture:
        panels = picture.figure.subplots(len(there), 1, sharex=True, squeeze=False, height_ratios=heights)[
            :, 0
        ]
        for axes, (name, own) in zip(panels, there.items(), strict=True):
            _draw_shares(axes, own["n"].to_numpy(), own["share"].to_numpy())
            axes.set_yticks(range(own.height), [picture.name(label, 24) for label in own["stratum"]])
            axes.set_ylim(own.height - 0.4, -0.6)
            axes.set_title(_BARS[name])
        panels[-1].set_xlabel("interactions (%)")
        panels[-1].set_xlim(0, 118)
        panels[-1].set_xticks(range(0, 101, 20))
    return picture


def _draw_shares(axes: Axes, n: np.ndarray, share: np.ndarray) -> None:
    """Draw shares as bars with intervals, the number and the share right of each."""
    total = np.where(share > 0, n / np.where(share > 0, share, 1), 1)
    low, high = wilson_interval(n, total)
    axes.barh(
        range(len(n)),
        100 * share,
        height=0.7,
        color=BLUE,
        xerr=100 * np.stack([share - low, high - share]),
        error_kw={"elinewidth": 0.9, "capsize": 2, "ecolor": "0.2"},
    )
    for position, (count, part, end) in enumerate(zip(n, share, high, strict=True)):
        axes.annotate(
            f"{count:,} ({100 * part:.2g} %)" if part < 0.995 else f"{count:,} ({part:.0%})",
            (100 * end, position),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )


def draw_ligation(qc: pl.DataFrame) -> Picture | None:
    """Draw nucleotides on either side of the ligation, and the transcripts' share of each; None without any."""
    rows = _by_measure(qc)
    names = [f"miRNA -{i}" for i in range(5, 0, -1)] + [f"target +{i}" for i in range(1, 6)]
    there = [name for name in names if f"nucleotides at {name}" in rows]
    if not there:
        return None
    n = max(int(rows[f"nucleotides at {name}"]["n"].sum()) for name in there)
    with drawing(f"Nucleotides at the ligation ({n:,} reads)", _LIGATION, height=3.2) as picture:
        axes = picture.figure.subplots()
        border = sum(name.startswith("miRNA") for name in there)
        for i, base in enumerate(ALPHABETICAL):
            counts = [_count(rows[f"nucleotides at {name}"], base) for name in there]
            n_base, n_all = (np.array(side, float) for side in zip(*counts, strict=True))
            low, high = wilson_interval(n_base, n_all)
            share = n_base / n_all
            x = np.arange(len(there)) + 0.09 * (i - 1.5)
            axes.plot(x[:border], 100 * share[:border], color=COLOURS[i], linestyle=LINES[i], linewidth=1.0)
            axes.plot(x[border:], 100 * share[border:], color=COLOURS[i], linestyle=LINES[i], linewidth=1.0)
            axes.errorbar(
                x,
                100 * share,
                yerr=100 * np.stack([share - low, high - share]),
                marker=MARKERS[i],
                color=COLOURS[i],
                linestyle="none",
                elinewidth=0.8,
                label=base,
            )
            if "nucleotides of the transcripts" in rows:
                known, total = _count(rows["nucleotides of the transcripts"], base)
                axes.axhline(100 * known / total, color=COLOURS[i], linewidth=0.8, linestyle=":")
        axes.axvline(border - 0.5, color=GREY, linewidth=0.8)
        axes.set_xticks(range(len(there)), [name.split()[1].replace("-", "−") for name in there])
        axes.set_xlabel("← miRNA   position from the ligation (nt)   target →")
        axes.set_ylabel("reads (%)")
        axes.set_ylim(bottom=0)
        legend_above(axes, columns=4)
    return picture


def _count(rows: pl.DataFrame, base: str) -> tuple[int, int]:
    """Return how many there are of a nucleotide, and of all."""
    return int(rows.filter(pl.col("stratum") == base)["n"].sum()), int(rows["n"].sum())


def draw_seeds(seeds: Mapping[str, Any]) -> Picture | None:
    """Draw seed matches of pairs beside those of shuffled partners; None without any pair."""
    there = {name: found for name, found in seeds.items() if found.n}
    if not there:
        return None
    with drawing("Seed matches against shuffled partners", _SEEDS, height=0.9 + 0.62 * len(there)) as picture:
        axes = picture.figure.subplots()
        for i, found in enumerate(there.values()):
            share = found.true_share
            low, high = (float(end) for end in wilson_interval(share * found.n, found.n))
            axes.barh(
                i - 0.2,
                100 * share,
                xerr=[[100 * (share - low)], [100 * (high - share)]],
                error_kw={"elinewidth": 0.9, "capsize": 2, "ecolor": "0.2"},
                height=0.36,
                color=BLUE,
                label="as ligated" if i == 0 else None,
            )
            label = "shuffled partners" if i == 0 else None
            axes.barh(
                i + 0.2,
                100 * found.shuffled_share,
                0.36,
                color="0.7",
                hatch="///",
                edgecolor=GREY,
                label=label,
            )
            times = "" if found.enrichment is None else f", {found.enrichment:.1f}× shuffled"
            for position, end, words in (
                (i - 0.2, high, f"{share:.1%}{times}"),
                (i + 0.2, found.shuffled_share, f"{found.shuffled_share:.1%}"),
            ):
                axes.annotate(
                    words,
                    (100 * end, position),
                    xytext=(4, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=SMALL,
                )
        axes.set_yticks(
            range(len(there)), [f"{picture.name(name, 22)}\nn = {found.n:,}" for name, found in there.items()]
        )
        axes.set_ylim(len(there) - 0.4, -0.6)
        axes.margins(x=0.35)
        axes.set_xlim(left=0)
        axes.set_xlabel("pairs with a match of positions 2–7 (%)")
        legend_above(axes, columns=2)
    return picture
