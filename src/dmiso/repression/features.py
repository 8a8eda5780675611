"""The catalogue of site features: a model names those it uses, in its files, and each is computed here by its name.

A feature is a function of a :class:`~dmiso.repression.context.SiteContext` that returns a number per site; NaN where it
cannot be known, which a model takes for its mean. What each means and its unit is declared in
:mod:`dmiso.columns.repression`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import GC, N_CODE, NUCLEOTIDES, codes_of, spelled
from dmiso.errors import ModelError, did_you_mean
from dmiso.repression.context import au_of_parts, bases_at, pairing_3p, shares_of_au

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.repression.context import SiteContext

    Floats = NDArray[np.float64]

__all__ = ["CATALOGUE", "OPENED", "SiteFeature", "seed_stability", "site_features"]

_FLANK: Final = 30
_NEAR: Final = 1 / np.arange(1, _FLANK + 1)
"""Weight of the bases of a flank by their distance from the site (Grimson et al. 2007)."""
_SITE_BASES: Final = 8

OPENED: Final = 14
"""Length of the window whose chance to be unpaired counts: centred on the bases that face miRNA positions 7 and 8
(Agarwal et al. 2015), so it ends opposite position 1."""
_AROUND: Final = 80
_SHORTEST_UTR: Final = 50
_AFFINITY_WINDOW: Final = (-9, 3)
"""From the anchor, half-open: a 12-mer, the 8mer site with two bases on either side (McGeary et al. 2019)."""


class SiteFeature(NamedTuple):
    """How a feature is computed, where it comes from, and what must be there for it."""

    compute: Callable[[SiteContext], Floats]
    source: str
    needs: str = ""
    """Field of the context that must not be None."""


def _local_au(context: SiteContext) -> Floats:
    weights = np.concatenate([_NEAR[::-1], np.zeros(_SITE_BASES), _NEAR])
    return shares_of_au(context, 1 - _SITE_BASES - _FLANK, weights)


def _utr3_au(context: SiteContext) -> Floats:
    bounds = context.targets.packed.bounds
    return au_of_parts(context, bounds[:-1] + context.targets.cds_end, bounds[1:])[context.sites.transcript]


def _accessibility(context: SiteContext) -> Floats:
    assert context.accessibility is not None
    found = np.full(len(context.at), np.nan)
    for transcript in np.unique(context.sites.transcript).tolist():
        mine = np.flatnonzero(context.sites.transcript == transcript)
        log10 = context.accessibility(transcript)
        found[mine] = log10[np.minimum(context.sites.anchor[mine], len(log10) - 1)]
    return found


def _end_distance(context: SiteContext) -> Floats:
    _, transcript, anchor, _, place = context.sites
    cds_start, cds_end = context.targets.cds_start[transcript], context.targets.cds_end[transcript]
    begin = np.select([place == 0, place == 1], [np.zeros_like(anchor), cds_start], cds_end)
    end = np.select([place == 0, place == 1], [cds_start, cds_end], context.targets.lengths[transcript])
    return np.asarray(np.log10(np.maximum(np.minimum(anchor - begin, end - anchor), 1)))


def _utr3_length(context: SiteContext) -> Floats:
    length = context.targets.lengths - context.targets.cds_end
    return np.asarray(np.log10(np.maximum(length, _SHORTEST_UTR))[context.sites.transcript])


def _cds_length(context: SiteContext) -> Floats:
    length = (context.targets.cds_end - context.targets.cds_start).astype(np.float64)
    return np.log10(np.where(length > 0, length, np.nan))[context.sites.transcript]


def _seed_stability(context: SiteContext) -> Floats:
    return np.array([seed_stability(m) for m in context.mirnas])[context.sites.mirna]


def _faces_9(base: str) -> Callable[[SiteContext], Floats]:
    code = codes_of(base)[0]
    return lambda context: (bases_at(context, -_SITE_BASES) == code).astype(np.float64)


def _affinity(context: SiteContext) -> Floats:
    assert context.affinity is not None
    codes = np.stack([bases_at(context, i) for i in range(*_AFFINITY_WINDOW)], axis=1)
    text = spelled(np.minimum(codes, N_CODE).ravel())
    width = codes.shape[1]
    found = np.full(len(codes), np.nan)
    for m in np.unique(context.sites.mirna).tolist():
        mine = np.flatnonzero(context.sites.mirna == m)
        windows = [text[i * width : (i + 1) * width] for i in mine.tolist()]
        found[mine] = context.affinity(context.mirnas[m], windows)
    return found


CATALOGUE: Final[Mapping[str, SiteFeature]] = {
    "local_au": SiteFeature(_local_au, "Grimson et al. 2007, weights 1/distance"),
    "au_upstream": SiteFeature(
        lambda context: shares_of_au(context, 1 - _SITE_BASES - _FLANK, _NEAR[::-1]), "as local_au"
    ),
    "au_downstream": SiteFeature(lambda context: shares_of_au(context, 1, _NEAR), "as local_au"),
    "au_of_site": SiteFeature(
        lambda context: shares_of_au(context, 1 - OPENED, np.ones(OPENED)), "in place of accessibility"
    ),
    "au_around": SiteFeature(
        lambda context: shares_of_au(context, 1 - (_AROUND + OPENED) // 2, np.ones(_AROUND)),
        "in place of accessibility",
    ),
    "utr3_au": SiteFeature(_utr3_au, "own"),
    "accessibility": SiteFeature(
        _accessibility,
        "Agarwal et al. 2015: RNAplfold, windows of 80 nt, pairs at most 40 apart",
        "accessibility",
    ),
    "pairing_3p": SiteFeature(pairing_3p, "Grimson et al. 2007"),
    "end_distance": SiteFeature(_end_distance, "Agarwal et al. 2015: Min_dist"),
    "utr3_length": SiteFeature(_utr3_length, "Agarwal et al. 2015: Len_3UTR"),
    "cds_length": SiteFeature(_cds_length, "Agarwal et al. 2015: Len_ORF"),
    "seed_stability": SiteFeature(_seed_stability, "Garcia et al. 2011: SPS; stacks of Xia et al. 1998"),
    "faces_9_is_a": SiteFeature(_faces_9("A"), "own"),
    "faces_9_is_u": SiteFeature(_faces_9("U"), "own"),
    "affinity": SiteFeature(_affinity, "McGeary et al. 2019", "affinity"),
}
"""Every feature by name."""

_STACKS: Final = np.array(
    # of 5'-XY-3' on its complement, kcal/mol at 37 °C (Xia et al. 1998): rows X, columns Y, in the order of codes
    [
        [-0.93, -1.10, -2.24, -2.08],
        [-1.33, -0.93, -2.35, -2.11],
        [-2.11, -2.08, -3.26, -2.36],
        [-2.35, -2.24, -3.42, -3.26],
    ]
)
assert NUCLEOTIDES.endswith(GC)


def seed_stability(mirna: str) -> float:
    """Return the stacking energy of a miRNA's positions 2-8 on their match, kcal/mol; NaN for an unknown base.

    Examples
    --------
    >>> round(seed_stability("UGAGGUAG"), 2)  # GA AG GG GU UA AG: 2.35 + 2.08 + 3.26 + 2.24 + 1.33 + 2.08
    -13.34
    """
    codes = codes_of(mirna[1:8])
    if len(codes) < 7 or codes.max() >= N_CODE:
        return float("nan")
    return float(_STACKS[codes[:-1], codes[1:]].sum())


def site_features(names: Sequence[str], context: SiteContext) -> Floats:
    """Compute features of sites.

    Parameters
    ----------
    names
        Of :data:`CATALOGUE`.
    context
        The sites, with what the features need.

    Returns
    -------
    numpy.ndarray
        ``(n_features, n_sites)``; NaN where a feature cannot be known.

    Raises
    ------
    ModelError
        If there is no such feature, or what it needs is not there.
    """
    rows = np.empty((len(names), len(context.at)))
    for row, name in zip(rows, names, strict=True):
        if name not in CATALOGUE:
            raise ModelError(
                f"feature {name!r} is unknown to this dmiso. {did_you_mean(name, list(CATALOGUE))}"
            )
        feature = CATALOGUE[name]
        if feature.needs and getattr(context, feature.needs) is None:
            raise ModelError(f"feature {name!r} needs {feature.needs}, which this dmiso does not compute")
        row[:] = feature.compute(context)
    return rows
