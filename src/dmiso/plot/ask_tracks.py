"""The site tracks of an answer: one picture per transcript, a row per miRNA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dmiso.networks import network_entry
from dmiso.plot.site_track import plot_site_track
from dmiso.scan.positions import PositionNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.ask import Answer
    from dmiso.models import StoredModel

__all__ = ["draw_tracks"]


def draw_tracks(answer: Answer, model: StoredModel, folder: Path) -> None:
    """Draw ``track_1``, ``track_2``, … (SVG and PNG), in the order of the transcripts.

    Parameters
    ----------
    answer
        With sites.
    model
        That the answer is of; one with positions gives the line behind the sites.
    folder
        Where to.
    """
    has_positions = network_entry(model.config.network).scanner is not None
    network = PositionNetwork(model) if has_positions else None
    mirnas = answer.pairs.select("mirna_id", "mirna_sequence").unique(maintain_order=True)
    reported = answer.sites.filter(pl.col("logit").is_not_null())
    for number, transcript in enumerate(answer.transcripts, start=1):
        tracks = (
            {}
            if network is None
            else {name: network.track(bases, transcript.sequence) for name, bases in mirnas.iter_rows()}
        )
        plot_site_track(folder / f"track_{number}", transcript, reported, tracks)
