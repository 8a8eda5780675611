"""The sites of a transcript along its length: a row per miRNA, with the network's logit at every position behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.io.transcripts import REGIONS
from dmiso.plot.picture import drawing
from dmiso.plot.style import AMBER, BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.plot.picture import Picture

__all__ = ["plot_site_track"]

_SEED_LOOKS: Final = {
    "8mer": (ORANGE, "o"),
    "7mer-m8": (BLUE, "s"),
    "7mer-A1": (PURPLE, "D"),
    "6mer": (GREEN, "^"),
    "offset-6mer": (AMBER, "v"),
    "none": (GREY, "x"),
}
"""Colour and marker of a seed class."""

_MARKER: Final = 0.14
"""Share of a row's height that a marker and its label need."""
_POINTS: Final = 2_400
"""Points that all tracks of a picture have at most, each the highest of its stretch."""
_READING: Final = (
    "Each mark is a predicted site, its height the network's logit there (0 is a score of one half at the model's "
    "prior; higher is surer), its shape the seed match; the number is where the best site of a row begins. The "
    "grey line is the logit at every position alone. All rows have one scale; the bar below is the transcript."
)


def plot_site_track(
    transcript: Transcript,
    sites: pl.DataFrame,
    tracks: Mapping[str, NDArray[np.float32]] | None = None,
) -> Picture:
    """Draw where the sites of a transcript lie and how good they are.

    Parameters
    ----------
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
    tracks = tracks or {}
    mirnas = list(dict.fromkeys([*own["mirna_id"].to_list(), *tracks]))
    n_rows = max(len(mirnas), 1)
    height = 1.1 + 1.15 * n_rows
    with drawing("Sites along the transcript", _READING, height=height) as picture:
        heights = [*[4.0] * n_rows, 0.75]
        panels = picture.figure.subplots(n_rows + 1, 1, sharex=True, height_ratios=heights, squeeze=False)
        *rows, gene = panels[:, 0]
        limits = _limits(own["logit"].to_list(), [_thinned(track, n_rows)[1] for track in tracks.values()])
        for axes, name in zip(rows, mirnas, strict=False):
            if name in tracks:
                axes.plot(*_thinned(tracks[name], n_rows), color=GREY, linewidth=0.5, zorder=1)
            _draw_sites(axes, own.filter(pl.col("mirna_id") == name), len(transcript.sequence))
            axes.set_title(picture.name(name, 48))
        for axes in rows:
            axes.set_ylim(limits)
            axes.set_ylabel("logit")
            axes.grid(visible=True, axis="y")
            if transcript.cds:
                axes.axvspan(*transcript.cds, color="0.95", linewidth=0, zorder=0)
        _draw_regions(gene, transcript)
        gene.set_xlabel(f"position on {picture.name(transcript.id)} (nt)")
        gene.set_xlim(0, len(transcript.sequence))
        _draw_legend(picture, rows[0], own)
    return picture


def _thinned(logits: NDArray[np.float32], n_tracks: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return positions and logits to draw: of a long transcript the highest of each stretch."""
    step = max(1, -(-len(logits) * n_tracks // _POINTS))
    padded = np.pad(logits, (0, -len(logits) % step), constant_values=logits.min(initial=0))
    highest = padded.reshape(-1, step).max(axis=1)
    return np.arange(len(highest)) * step, highest


def _limits(logits: list[float], tracks: list[NDArray[np.float32]]) -> tuple[float, float]:
    """Return the ends of all rows' axis, with room for markers and labels; tracks may dive below it."""
    shown = [*logits, *(float(end) for t in tracks if len(t) for end in (np.quantile(t, 0.02), t.max()))]
    low, high = min(shown, default=0.0), max(shown, default=1.0)
    room = _MARKER * max(high - low, 1.0)
    return low - room, high + 1.8 * room


def _draw_sites(axes: Axes, sites: pl.DataFrame, length: int) -> None:
    """Draw the sites of a miRNA, strong ones over weak ones, and say where the best begins."""
    for name, (colour, marker) in reversed(_SEED_LOOKS.items()):
        of_class = sites.filter(pl.col("seed_class") == name)
        middle = ((of_class["start"] + of_class["end"]) / 2).to_numpy()
        looks = (
            {"color": colour}
            if marker == "x"
            else {"facecolor": colour, "edgecolor": "white", "linewidth": 0.4}
        )
        axes.scatter(middle, of_class["logit"].to_numpy(), marker=marker, s=26, zorder=3, **looks)
    for row in sites.sort("logit", descending=True).head(1).iter_rows(named=True):
        x = (row["start"] + row["end"]) / 2
        side = "left" if x < 0.1 * length else "right" if x > 0.9 * length else "center"
        axes.annotate(
            f"{row['start']:,}",
            (x, row["logit"]),
            xytext=(0, 4),
            textcoords="offset points",
            ha=side,
            fontsize=SMALL,
        )


def _draw_regions(axes: Axes, transcript: Transcript) -> None:
    """Draw the transcript as a bar, its coding sequence thicker."""
    axes.broken_barh([(0, len(transcript.sequence))], (0.15, 0.7), color="0.85")
    for region in REGIONS if transcript.cds else ():
        start, end = transcript.part(region)
        if region == "CDS":
            axes.broken_barh([(start, end - start)], (0.05, 0.9), color="0.25")
        if end - start > len(transcript.sequence) / 9:
            colour = "white" if region == "CDS" else BLACK
            axes.text((start + end) / 2, 0.46, region, ha="center", va="center", color=colour, fontsize=SMALL)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _draw_legend(picture: Picture, axes: Axes, sites: pl.DataFrame) -> None:
    """Name the seed classes that occur, above all rows."""
    met = set(sites["seed_class"].to_list())
    handles = [
        axes.scatter([], [], color=colour, marker=marker, s=26, label="no seed" if name == "none" else name)
        for name, (colour, marker) in _SEED_LOOKS.items()
        if name in met
    ]
    if handles:
        picture.figure.legend(
            handles=handles, ncols=6, loc="outside upper left", handletextpad=0.1, columnspacing=1.0
        )
