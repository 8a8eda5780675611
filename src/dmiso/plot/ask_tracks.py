"""The site tracks of an answer: one picture per transcript, a row per miRNA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dmiso.networks import network_entry
from dmiso.plot.site_track import plot_site_track
from dmiso.scan.positions import PositionNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.io.transcripts import Transcript
    from dmiso.models import StoredModel
    from dmiso.plot.picture import Picture

__all__ = ["draw_tracks"]


def draw_tracks(
    pairs: pl.DataFrame, sites: pl.DataFrame, transcripts: Sequence[Transcript], model: StoredModel | None
) -> dict[str, Picture]:
    """Draw ``track_1``, ``track_2``, …, in the order of the transcripts.

    Parameters
    ----------
    pairs, sites
        The tables of an answer.
    transcripts
        Those asked for.
    model
        That the answer is of; one with positions gives the line behind the sites. None leaves the line out.
    """
    has_positions = model is not None and network_entry(model.config.network).scanner is not None
    network = PositionNetwork(model) if model is not None and has_positions else None
    mirnas = pairs.select("mirna_id", "mirna_sequence").unique(maintain_order=True)
    reported = sites.filter(pl.col("logit").is_not_null())
    return {
        f"track_{number}": plot_site_track(
            transcript,
            reported,
            {name: network.track(bases, transcript.sequence) for name, bases in mirnas.iter_rows()}
            if network is not None
            else None,
        )
        for number, transcript in enumerate(transcripts, start=1)
    }
