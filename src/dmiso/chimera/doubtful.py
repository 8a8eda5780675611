"""Calls that are no evidence of ligation, left out: sense calls and repeats.

A transcript that holds a piece of a miRNA's own sequence gives a read that looks chimeric, and so does a simple repeat.
The miRNA part is therefore compared with the extended site, and with the transcript's nucleotides just before it, where
a read that begins with the miRNA would have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.confounders import doubtful_pairs, pair_evidence, sense_runs
from dmiso.confounders.repeats import SURE_SENSE_RUN
from dmiso.errors import MissingExtraError
from dmiso.extras import missing_extra

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript

__all__ = ["REASONS", "doubts_of"]

REASONS: Final = {
    "sense call": "reads of sense calls (miRNA part is a piece of the transcript)",
    "repeat": "reads of repeats (simple sequences without a duplex)",
}
"""What a call is, to how its reads are counted."""

_PLACE: Final = ("mirna_sequence", "transcript_id", "start", "end")


def doubts_of(calls: pl.DataFrame, transcripts: Mapping[str, Transcript], extend: int) -> pl.Series:
    """Say of each call why it is no evidence of ligation.

    Parameters
    ----------
    calls
        With ``mirna_sequence``, ``transcript_id``, ``start``, ``end``.
    transcripts
        By name.
    extend
        Nucleotides of the transcript added at the site's 3' end.

    Returns
    -------
    polars.Series
        A key of :data:`REASONS`, or an empty text, per call.

    Raises
    ------
    MissingExtraError
        If a call can be judged by its duplex energy only, and ViennaRNA is not installed.
    """
    places = calls.select(_PLACE).unique(maintain_order=True)
    mirnas = places["mirna_sequence"].to_list()
    sites, before = [], []
    for mirna, name, start, end in places.iter_rows():
        sequence = transcripts[name].sequence
        sites.append(sequence[start : end + extend])
        before.append(sequence[max(0, start - len(mirna)) : start + SURE_SENSE_RUN - 1])
    doubts = np.where(sense_runs(mirnas, before) >= SURE_SENSE_RUN, "sense call", _doubts(mirnas, sites))
    named = places.with_columns(pl.Series("_doubt", doubts, pl.String))
    return calls.select(_PLACE).join(named, on=_PLACE, how="left", maintain_order="left")["_doubt"]


def _doubts(mirnas: list[str], sites: list[str]) -> NDArray[np.str_]:
    try:
        return doubtful_pairs(pair_evidence(mirnas, sites))
    except MissingExtraError:
        needed = "telling sense calls and repeats from duplexes (--keep-repeats goes without)"
        raise missing_extra("RNA", needed) from None
