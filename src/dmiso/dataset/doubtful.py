"""Interactions that are no evidence of binding, left out: sense calls and repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.confounders import doubtful_pairs, pair_evidence
from dmiso.errors import MissingExtraError
from dmiso.extras import missing_extra

if TYPE_CHECKING:
    from dmiso.records import Counts

__all__ = ["REASONS", "without_doubtful"]

REASONS: Final = {
    "sense call": "sense calls: the miRNA is a piece of the site's own strand",
    "repeat": "repeats: miRNA or site is a simple sequence, and they form no duplex",
}
"""What a pair is, to how it is counted."""


def without_doubtful(frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Leave out sense calls and repeats, see :mod:`dmiso.confounders.repeats`.

    Parameters
    ----------
    frame
        Interactions with ``mirna_sequence`` and ``target_sequence``.
    counts
        Filled with what is left out, by reason.

    Raises
    ------
    MissingExtraError
        If a pair can be judged by its duplex energy only, and ViennaRNA is not installed.
    """
    try:
        evidence = pair_evidence(frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list())
    except MissingExtraError:
        needed = "telling sense calls and repeats from duplexes (--keep-repeats goes without)"
        raise missing_extra("RNA", needed) from None
    doubts = doubtful_pairs(evidence)
    for doubt, reason in REASONS.items():
        if n := int((doubts == doubt).sum()):
            mirna = frame["mirna_id" if "mirna_id" in frame.columns else "mirna_sequence"]
            counts.drop(reason, n, example=mirna.filter(pl.Series(doubts == doubt))[0])
    return frame.filter(pl.Series(doubts == "", dtype=pl.Boolean))
