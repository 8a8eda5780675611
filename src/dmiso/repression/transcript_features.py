"""The catalogue of transcript features: what the sites of a transcript do together, and what no seed site covers.

A feature is a function of a :class:`~dmiso.repression.context.SiteContext` that returns a number per miRNA and
transcript, ``(n_mirnas, n_transcripts)``. The **load** of a transcript is the sum of the usual strengths of its sites
(:data:`STRENGTHS`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.errors import ModelError, did_you_mean
from dmiso.repression.kmer_sums import WEAK_MATCHES, Facing, K, kmer_sums
from dmiso.repression.sites import NEAR_STOP, PLACES, SITE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.repression.context import SiteContext

    Floats = NDArray[np.float64]

__all__ = ["STRENGTHS", "TRANSCRIPT_CATALOGUE", "TranscriptFeature", "transcript_features"]

STRENGTHS: Final = np.array([1.0, 0.55, 0.45, 0.2, 0.1, 0.1])
"""Usual effect of a site by its type, against that of an 8mer."""

_UTR3, _CDS = PLACES.index("3'UTR"), PLACES.index("CDS")
_FIRM: Final = SITE_TYPES.index("7mer-A1")
"""Types up to this one are matches of seven or eight."""
_MOST_SQUARED: Final = 4.0


class TranscriptFeature(NamedTuple):
    """How a feature is computed, and what it is."""

    compute: Callable[[SiteContext], Floats]
    meaning: str


def _add_up(context: SiteContext, wanted: NDArray[np.bool_], values: Floats | None = None) -> Floats:
    """Add values of some sites up by miRNA and transcript; count them without values."""
    shape = (len(context.mirnas), len(context.targets.lengths))
    pairs = context.sites.mirna[wanted] * shape[1] + context.sites.transcript[wanted]
    weights = None if values is None else values[wanted]
    return (
        np.bincount(pairs, weights=weights, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    )


def _load(context: SiteContext, place: int = _UTR3) -> Floats:
    return _add_up(context, context.sites.place == place, STRENGTHS[context.sites.type])


def _any(weakest: int) -> Callable[[SiteContext], Floats]:
    def compute(context: SiteContext) -> Floats:
        wanted = (context.sites.place == _UTR3) & (context.sites.type <= weakest)
        return (_add_up(context, wanted) > 0).astype(np.float64)

    return compute


def _pairs(nearest: int, farthest: int) -> Callable[[SiteContext], Floats]:
    """Count neighbouring firm sites of the 3'UTR whose anchors lie so far apart, both ends included."""

    def compute(context: SiteContext) -> Floats:
        mirna, transcript, anchor, kind, place = context.sites
        firm = np.flatnonzero((place == _UTR3) & (kind <= _FIRM))  # by miRNA, transcript and position already
        same = (np.diff(mirna[firm]) == 0) & (np.diff(transcript[firm]) == 0)
        apart = np.diff(anchor[firm])
        wanted = np.zeros(len(mirna), np.bool_)
        wanted[firm[1:][same & (apart >= nearest) & (apart <= farthest)]] = True
        return _add_up(context, wanted)

    return compute


def _weak(name: str) -> Callable[[SiteContext], Floats]:
    """Return log(1 + number of weak matches in the 3'UTR beyond the stop codon)."""

    def compute(context: SiteContext) -> Floats:
        tables = [_weak_table(name, m[:K]) for m in context.mirnas]
        begins = context.targets.cds_end + NEAR_STOP
        return np.log1p(kmer_sums(tables, context.targets, begins, context.targets.lengths))

    return compute


@lru_cache(maxsize=128)
def _weak_table(name: str, first_bases: str) -> NDArray[np.float32]:
    """Return which 8-mers are a weak match of a miRNA, as numbers; kept, as a panel is asked again and again."""
    return WEAK_MATCHES[name](Facing(first_bases)).astype(np.float32)


TRANSCRIPT_CATALOGUE: Final[Mapping[str, TranscriptFeature]] = {
    "load_log": TranscriptFeature(lambda c: np.log1p(_load(c)), "log(1 + load of the 3'UTR)"),
    "load_root": TranscriptFeature(lambda c: np.sqrt(_load(c)), "square root of the load of the 3'UTR"),
    "load_square": TranscriptFeature(
        lambda c: np.minimum(_load(c), _MOST_SQUARED) ** 2,
        "square of the load of the 3'UTR, which counts to 4",
    ),
    "cds_load_log": TranscriptFeature(lambda c: np.log1p(_load(c, _CDS)), "log(1 + load of the CDS)"),
    "any_site": TranscriptFeature(_any(len(SITE_TYPES)), "1 where the 3'UTR has a site"),
    "any_7mer": TranscriptFeature(_any(_FIRM), "1 where it has a match of seven or eight"),
    "pairs_under_8": TranscriptFeature(
        _pairs(0, 7), "neighbouring matches of seven or eight under 8 nt apart"
    ),
    "pairs_8_to_40": TranscriptFeature(_pairs(8, 40), "8 to 40 nt apart (Grimson et al. 2007: cooperative)"),
    "pairs_41_to_100": TranscriptFeature(_pairs(41, 100), "41 to 100 nt apart"),
    "pairs_over_100": TranscriptFeature(_pairs(101, 1 << 40), "more than 100 nt apart"),
    "weak_2_6": TranscriptFeature(_weak("weak_2_6"), "log(1 + matches of positions 2-6 alone)"),
    "weak_3_7": TranscriptFeature(_weak("weak_3_7"), "log(1 + matches of positions 3-7 alone)"),
    "weak_4_8": TranscriptFeature(_weak("weak_4_8"), "log(1 + matches of positions 4-8 alone)"),
    "weak_mismatch": TranscriptFeature(_weak("weak_mismatch"), "log(1 + 8mer sites with one mismatch)"),
    "weak_wobble": TranscriptFeature(_weak("weak_wobble"), "log(1 + 8mer sites with one GU pair)"),
    "weak_bulge": TranscriptFeature(
        _weak("weak_bulge"), "log(1 + sites with a bulged base opposite 5 and 6)"
    ),
}
"""Every transcript feature by name."""


def transcript_features(names: Sequence[str], context: SiteContext) -> Floats:
    """Compute features of transcripts.

    Parameters
    ----------
    names
        Of :data:`TRANSCRIPT_CATALOGUE`.
    context
        miRNAs, transcripts and sites.

    Returns
    -------
    numpy.ndarray
        ``(n_features, n_mirnas, n_transcripts)``.

    Raises
    ------
    ModelError
        If there is no such feature.
    """
    rows = np.empty((len(names), len(context.mirnas), len(context.targets.lengths)))
    for row, name in zip(rows, names, strict=True):
        if name not in TRANSCRIPT_CATALOGUE:
            known = did_you_mean(name, list(TRANSCRIPT_CATALOGUE))
            raise ModelError(f"transcript feature {name!r} is unknown to this dmiso. {known}")
        row[:] = TRANSCRIPT_CATALOGUE[name].compute(context)
    return rows
