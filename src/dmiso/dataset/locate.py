"""Where a site's sequence stands on given transcripts: exact search through a sorted index of 16-mers.

A site named on a transcript of another release is found again by its sequence alone. The index holds every
16-mer of the transcripts beside its position (8 bytes each); a site is looked up by its first 16-mer free of
N and then compared base by base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.alphabet import pack
from dmiso.compiled import njit
from dmiso.dataset.clusters import SITE_K
from dmiso.kmers import first_kmer, sorted_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript

__all__ = ["Positions", "SiteIndex"]


class Positions(NamedTuple):
    """Where sites were found: all arrays ``(n_sites,)``.

    ``transcript`` is the transcript's number in the index (-1: not found), ``start`` the 0-based position on
    it, ``hits`` at how many positions the site occurs.
    """

    transcript: NDArray[np.int64]
    start: NDArray[np.int64]
    hits: NDArray[np.int64]


@njit(cache=True)
def _find(
    site: NDArray[np.uint8],
    index: NDArray[np.uint64],
    codes: NDArray[np.uint8],
    k: int,
    favourite: tuple[int, int],
) -> tuple[int, int]:  # pragma: no cover
    """Return the first position of a site (one inside ``favourite`` comes before all) and the number of positions."""
    first_number, anchor = first_kmer(site, k)
    if anchor < 0:
        return -1, 0
    kmer = np.uint64(first_number)
    first, hits, liked = -1, 0, False
    at = np.searchsorted(index, kmer << np.uint64(32))
    while at < len(index) and index[at] >> np.uint64(32) == kmer:
        begin = int(index[at] & np.uint64(0xFFFFFFFF)) - anchor
        at += 1
        if begin < 0 or begin + len(site) > len(codes):
            continue
        if not np.array_equal(codes[begin : begin + len(site)], site):
            continue
        hits += 1
        inside = bool(favourite[0] <= begin < favourite[1])
        if first < 0 or (inside and not liked):
            first, liked = begin, inside
    return first, hits


@njit(cache=True)
def _find_all(
    sites: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    index: NDArray[np.uint64],
    codes: NDArray[np.uint8],
    k: int,
    favourites: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # pragma: no cover
    """Look every site up."""
    n = len(bounds) - 1
    positions = np.empty(n, np.int64)
    hits = np.empty(n, np.int64)
    for i in range(n):
        favourite = (favourites[i, 0], favourites[i, 1])
        positions[i], hits[i] = _find(sites[bounds[i] : bounds[i + 1]], index, codes, k, favourite)
    return positions, hits


class SiteIndex:
    """Finds sites on transcripts by their sequences.

    Parameters
    ----------
    transcripts
        mRNAs by name.
    k
        Length of the indexed k-mers, 1–16 nt; shorter sites are not found.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> index = SiteIndex({"a": Transcript("a", "GGGGG"), "b": Transcript("b", "AACGUCGUAA")}, k=4)
    >>> positions = index.find(["GUCGU", "ACCCA"])
    >>> positions.transcript.tolist(), positions.start.tolist(), positions.hits.tolist()
    ([1, -1], [3, -1], [1, 0])
    """

    def __init__(self, transcripts: Mapping[str, Transcript], k: int = SITE_K) -> None:
        self.names = list(transcripts)
        self._k = k
        # a break after each transcript equals nothing: no k-mer and no site crosses from one to the next
        packed = pack([transcript.sequence for transcript in transcripts.values()], separated=True)
        self._codes, self._bounds = packed
        self._index = sorted_keys(packed, k, by_position=True)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def find(self, sites: Sequence[str], prefer: Sequence[str | None] | None = None) -> Positions:
        """Find sites.

        Parameters
        ----------
        sites
            Upper-case RNA. N matches only N.
        prefer
            Name of the transcript each site is said to lie on; a position there comes before others. Among
            equals the first transcript counts.

        Returns
        -------
        Positions
            First position and number of positions of each site.
        """
        packed = pack(sites)
        favourites = np.full((len(sites), 2), -1, np.int64)
        for i, name in enumerate(prefer or ()):
            number = self._numbers.get(name, -1) if name is not None else -1
            if number >= 0:
                favourites[i] = self._bounds[number], self._bounds[number + 1]
        positions, hits = _find_all(
            packed.codes, packed.bounds, self._index, self._codes, self._k, favourites
        )
        owner = np.searchsorted(self._bounds, positions, side="right") - 1
        found = positions >= 0
        start = np.where(found, positions - self._bounds[np.maximum(owner, 0)], -1)
        return Positions(np.where(found, owner, -1), start, hits)
