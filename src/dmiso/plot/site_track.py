"""The sites of a transcript along its length: a row per miRNA, with the network's logit at every position behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.io.transcripts import REGIONS
from dmiso.plot.style import BLUE, GREEN, GREY, ORANGE, picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript

__all__ = ["plot_site_track"]

_SEED_LOOKS: Final = {
    "8mer": (ORANGE, "o"),
    "7mer-m8": (BLUE, "s"),
    "7mer-A1": (BLUE, "D"),
    "6mer": (GREEN, "^"),
    "offset-6mer": (GREEN, "v"),
    "none": (GREY, "x"),
}
"""Colour and marker of a seed class."""

_MARKER: Final = 0.12
"""Share of a row's height that a marker needs."""
_POINTS: Final = 2_000
"""Points a track is drawn with at most, each the highest of its stretch."""


def plot_site_track(
    path: Path | None,
    transcript: Transcript,
    sites: pl.DataFrame,
    tracks: Mapping[str, NDArray[np.float32]] | None = None,
) -> Figure:
    """Draw where the sites of a transcript lie and how good they are.

    Parameters
    ----------
    path
        Where to, without an ending: SVG and PNG.
    transcript
        With its coding sequence, if known.
    sites
        As :func:`dmiso.scan.scanner.scan_sites` gives them; those of the transcript are drawn, a row per miRNA.
    tracks
        miRNA → logit of each offset alone, ``(n_offsets,)``, see
        :meth:`dmiso.scan.positions.PositionNetwork.track`: a site's logit takes its neighbours together, so it is
        somewhat higher.
    """
    own = sites.filter(pl.col("transcript_id") == transcript.id)
    mirnas = list(dict.fromkeys([*own["mirna_id"].to_list(), *(tracks or {})]))
    with picture(path, width=7.5, height=0.9 + 1.35 * max(len(mirnas), 1)) as figure:
        heights = [*[4.0] * max(len(mirnas), 1), 0.7]
        *rows, gene = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[
            :, 0
        ]
        for axes, name in zip(rows, mirnas, strict=False):
            if tracks and name in tracks:
                _draw_track(axes, tracks[name])
            of_mirna = own.filter(pl.col("mirna_id") == name)
            _draw_sites(axes, of_mirna)
            _fit(axes, of_mirna["logit"].to_list())
            axes.set_title(name)
            axes.set_ylabel("logit")
            axes.grid(visible=True, axis="y")
        _draw_regions(gene, transcript)
        gene.set_xlabel(f"position on {transcript.id}, nt")
        gene.set_xlim(0, len(transcript.sequence))
        _draw_legend(rows[0], own)
    return figure


def _draw_track(axes: Axes, logits: NDArray[np.float32]) -> None:
    """Draw logits, of long transcripts the highest of each stretch."""
    step = -(-len(logits) // _POINTS)
    padded = np.pad(logits, (0, -len(logits) % step), constant_values=logits.min(initial=0))
    highest = padded.reshape(-1, step).max(axis=1)
    axes.plot(np.arange(len(highest)) * step, highest, color=GREY, linewidth=0.5, zorder=1)
    axes.set_ylim(bottom=float(np.quantile(highest, 0.02)))


def _draw_sites(axes: Axes, sites: pl.DataFrame) -> None:
    for name, (colour, marker) in _SEED_LOOKS.items():
        of_class = sites.filter(pl.col("seed_class") == name)
        middle = ((of_class["start"] + of_class["end"]) / 2).to_numpy()
        axes.scatter(middle, of_class["logit"].to_numpy(), color=colour, marker=marker, s=26, zorder=3)


def _fit(axes: Axes, logits: list[float]) -> None:
    """Make room for all sites, whose markers stay whole: the limits of a track know of none."""
    shown = [*axes.get_ylim(), *logits]
    room = _MARKER * (max(shown) - min(shown))
    axes.set_ylim(min(shown) - room, max(shown) + room)


def _draw_regions(axes: Axes, transcript: Transcript) -> None:
    """Draw the transcript as a bar, its coding sequence thicker."""
    axes.broken_barh([(0, len(transcript.sequence))], (0.15, 0.7), color="0.85")
    for region in REGIONS if transcript.cds else ():
        start, end = transcript.part(region)
        if region == "CDS":
            axes.broken_barh([(start, end - start)], (0.05, 0.9), color="black")
        if end - start > len(transcript.sequence) / 12:
            colour = "white" if region == "CDS" else "black"
            axes.text((start + end) / 2, 0.48, region, ha="center", va="center", color=colour, fontsize=7)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _draw_legend(axes: Axes, sites: pl.DataFrame) -> None:
    """Name the seed classes that occur, above the first row at the right."""
    met = set(sites["seed_class"].to_list())
    for name, (colour, marker) in _SEED_LOOKS.items():
        if name in met:
            axes.scatter(
                [], [], color=colour, marker=marker, s=26, label=name if name != "none" else "no seed"
            )
    if met:
        axes.legend(
            ncols=6, loc="lower right", bbox_to_anchor=(1.0, 1.0), handletextpad=0.2, columnspacing=1.0
        )
