"""What the features of sites are computed from: miRNAs, transcripts and sites as codes; and three compiled measures.

``shares_of_au`` weighs the bases around sites, ``pairing_3p`` scores pairs of the miRNA's 3' part, ``bases_at`` gives
single bases. What is not there, or is N, counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import BREAK_CODE, COMPLEMENT_CODES, GC, N_CODE, NUCLEOTIDES
from dmiso.compiled import njit
from dmiso.encode import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dmiso.repression.sites import SeedSites, Targets

    Floats = NDArray[np.float64]
    Accessibility = Callable[[int], NDArray[np.float32]]
    """Number of a transcript → for each of its positions the log10 chance that the 14 nt that end there are unpaired;
    NaN where it is not known."""
    Affinity = Callable[[str, Sequence[str]], Floats]
    """miRNA, 12-nt windows of the transcript (N where there is none) → log10 of how firmly it binds each."""

__all__ = ["LONGEST_MIRNA", "SiteContext", "au_of_parts", "bases_at", "pairing_3p", "shares_of_au"]

LONGEST_MIRNA: Final = 30
"""Bases beyond are not looked at."""

_TAIL: Final = 8
"""miRNA positions from 9 on (8 from 0) may pair outside the seed."""
_REACH: Final = 26
"""Bases 5' of the seed match that they may pair with."""
_CORE: Final = (12, 16)
"""miRNA positions 13-16, from 0 half-open: their pairs count 1, others half (Grimson et al. 2007)."""
_OFFSETS: Final = (-4, 7)
"""How many more bases, half-open, the transcript may have between seed and 3' pairs than the miRNA."""
_FREE_OFFSET: Final = 2
_IS_AU: Final = np.array([base not in GC for base in NUCLEOTIDES], np.int64)
"""By code."""


@dataclass(frozen=True)
class SiteContext:
    """Sites, and all that their features may be computed from.

    Parameters
    ----------
    mirnas
        Upper-case RNA; ``sites.mirna`` counts in them.
    targets, sites
        See :mod:`dmiso.repression.sites`.
    accessibility, affinity
        Where a weight set asks for them; None where there is none.
    """

    mirnas: Sequence[str]
    targets: Targets
    sites: SeedSites
    accessibility: Accessibility | None = None
    affinity: Affinity | None = None

    @cached_property
    def at(self) -> NDArray[np.int64]:
        """Position of each anchor among the codes of all transcripts."""
        return self.targets.packed.bounds[self.sites.transcript] + self.sites.anchor

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where the codes of each site's transcript begin."""
        return self.targets.packed.bounds[self.sites.transcript]

    @cached_property
    def last(self) -> NDArray[np.int64]:
        """Where they end, half-open, the break not included."""
        return self.targets.packed.bounds[self.sites.transcript + 1] - 1


def shares_of_au(context: SiteContext, first: int, weights: Floats) -> Floats:
    """Return the weighted share of A and U among the bases of a window, ``(n_sites,)``.

    Parameters
    ----------
    context
        The sites.
    first
        Where the window begins, from the anchor.
    weights
        Of the window's bases 5'→3'; 0 leaves one out.

    Returns
    -------
    numpy.ndarray
        0-1; NaN where no base of the window is known.
    """
    out = np.empty(len(context.at))
    begin = context.at + first
    weights = np.asarray(weights, np.float64)
    _shares(context.targets.packed.codes, begin, context.first, context.last, weights, out)
    return out


@njit(cache=True)
def _shares(
    codes: NDArray[np.uint8],
    begin: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    weights: Floats,
    out: Floats,
) -> None:  # pragma: no cover
    for s in range(len(begin)):
        total, found = 0.0, 0.0
        for k in range(len(weights)):
            p = begin[s] + k
            if p >= first[s] and p < last[s] and codes[p] < N_CODE:
                total += weights[k]
                if _IS_AU[codes[p]]:
                    found += weights[k]
        out[s] = found / total if total > 0 else np.nan


def au_of_parts(context: SiteContext, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats:
    """Return the share of A and U among the known bases of parts of all codes; NaN where there is none."""
    out = np.empty(len(begins))
    _au_of_parts(context.targets.packed.codes, begins, ends, out)
    return out


@njit(cache=True)
def _au_of_parts(
    codes: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64], out: Floats
) -> None:  # pragma: no cover
    for i in range(len(begins)):
        known, found = 0, 0
        for p in range(begins[i], ends[i]):
            if codes[p] < N_CODE:
                known += 1
                found += _IS_AU[codes[p]]
        out[i] = found / known if known else np.nan


def bases_at(context: SiteContext, offset: int) -> NDArray[np.uint8]:
    """Return the code of the base at a distance from each anchor; of one beyond the transcript that of a break.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> from dmiso.repression.sites import find_all_sites, pack_targets
    >>> targets = pack_targets([Transcript("t", "GGCUACCUCAG", (0, 0))])
    >>> context = SiteContext(["UGAGGUAG"], targets, find_all_sites(["UGAGGUAG"], targets))
    >>> bases_at(context, 0).tolist(), bases_at(context, 2).tolist()  # A, and what is beyond the end
    ([0], [5])
    """
    at = context.at + offset
    inside = (at >= context.first) & (at < context.last)
    codes = context.targets.packed.codes
    return np.where(inside, codes[np.where(inside, at, 0)], BREAK_CODE).astype(np.uint8)


def pairing_3p(context: SiteContext) -> Floats:
    """Return the score of the best run of pairs of the miRNA's 3' part with bases 5' of the seed match.

    Pairs of miRNA positions 13-16 count 1, those of other positions from 9 on a half; runs of at least two count; half
    a point is lost for each nucleotide by which the loops on both strands differ beyond two (Grimson et al. 2007).

    Returns
    -------
    numpy.ndarray
        ``(n_sites,)``, 0 and more.
    """
    partners = COMPLEMENT_CODES[encode([m[:LONGEST_MIRNA] for m in context.mirnas], LONGEST_MIRNA)]
    lengths = np.array([min(len(m), LONGEST_MIRNA) for m in context.mirnas], np.int64)
    out = np.zeros(len(context.at))
    _pairing(
        partners, lengths, context.sites.mirna, context.targets.packed.codes, context.at, context.first, out
    )
    return out


@njit(cache=True)
def _pairing(
    partners: NDArray[np.uint8],
    lengths: NDArray[np.int64],
    mirna: NDArray[np.int64],
    codes: NDArray[np.uint8],
    at: NDArray[np.int64],
    first: NDArray[np.int64],
    out: Floats,
) -> None:  # pragma: no cover
    for s in range(len(at)):
        m = mirna[s]
        best = 0.0
        for offset in range(_OFFSETS[0], _OFFSETS[1]):
            lost = max(0.0, (abs(offset) - _FREE_OFFSET) / 2)
            run, score = 0, 0.0
            for i in range(_TAIL, lengths[m]):
                j = i - _TAIL + offset
                p = at[s] - _TAIL - j
                pairs = False
                if 0 <= j < _REACH and p >= first[s]:
                    pairs = codes[p] < N_CODE and codes[p] == partners[m, i]
                if not pairs:
                    run, score = 0, 0.0
                    continue
                run += 1
                score += 1.0 if _CORE[0] <= i < _CORE[1] else 0.5
                if run >= 2 and score - lost > best:
                    best = score - lost
        out[s] = best
