"""Where a site's letters stand on given transcripts: exact search through a sorted index of 16-mers.

A site named on a transcript of another release is found again by its letters alone. The index holds every
16-mer of the transcripts beside its position (8 bytes each); a site is looked up by its first 16-mer free of
N and then compared letter by letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.dataset.clusters import SITE_K, pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript

__all__ = ["Places", "SiteIndex"]

_BREAK: Final = 5
"""Code of the letter between two transcripts; 4 is N."""


class Places(NamedTuple):
    """Where sites were found: all arrays ``(n_sites,)``.

    ``transcript`` is the transcript's number in the index (-1: not found), ``start`` the 0-based position on
    it, ``hits`` on how many places the site stands.
    """

    transcript: NDArray[np.int64]
    start: NDArray[np.int64]
    hits: NDArray[np.int64]


@njit(cache=True)
def _index(codes: NDArray[np.uint8], k: int, out: NDArray[np.uint64]) -> int:  # pragma: no cover
    """Write ``kmer << 32 | position`` for every k-mer free of N; return how many."""
    mask = (np.uint64(1) << np.uint64(2 * k)) - np.uint64(1)
    kmer = np.uint64(0)
    run = 0
    n = 0
    for p in range(len(codes)):
        if codes[p] >= 4:
            run = 0
            continue
        kmer = ((kmer << np.uint64(2)) | np.uint64(codes[p])) & mask
        run += 1
        if run >= k:
            out[n] = (kmer << np.uint64(32)) | np.uint64(p - k + 1)
            n += 1
    return n


@njit(cache=True)
def _find(
    site: NDArray[np.uint8],
    index: NDArray[np.uint64],
    codes: NDArray[np.uint8],
    k: int,
    favourite: tuple[int, int],
) -> tuple[int, int]:  # pragma: no cover
    """Return the first place of a site (one inside ``favourite`` comes before all) and the number of places."""
    kmer = np.uint64(0)
    run, anchor = 0, -1
    for p in range(len(site)):
        run = 0 if site[p] == 4 else run + 1
        if run == k:
            anchor = p - k + 1
            break
    if anchor < 0:
        return -1, 0
    for p in range(anchor, anchor + k):
        kmer = (kmer << np.uint64(2)) | np.uint64(site[p])
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
    places = np.empty(n, np.int64)
    hits = np.empty(n, np.int64)
    for i in range(n):
        favourite = (favourites[i, 0], favourites[i, 1])
        places[i], hits[i] = _find(sites[bounds[i] : bounds[i + 1]], index, codes, k, favourite)
    return places, hits


class SiteIndex:
    """Finds sites on transcripts by their letters.

    Parameters
    ----------
    transcripts
        mRNAs by name.
    k
        Length of the indexed words, 1–16 nt; shorter sites are not found.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> index = SiteIndex({"a": Transcript("a", "GGGGG"), "b": Transcript("b", "AACGUCGUAA")}, k=4)
    >>> places = index.find(["GUCGU", "ACCCA"])
    >>> places.transcript.tolist(), places.start.tolist(), places.hits.tolist()
    ([1, -1], [3, -1], [1, 0])
    """

    def __init__(self, transcripts: Mapping[str, Transcript], k: int = SITE_K) -> None:
        self.names = list(transcripts)
        self._k = k
        packed = pack([transcript.sequence + "N" for transcript in transcripts.values()])
        self._codes, self._bounds = packed
        # the letter after each transcript equals none: no word and no site crosses from one to the next
        self._codes[self._bounds[1:] - 1] = _BREAK
        out = np.empty(self._codes.size, np.uint64)
        self._index = out[: _index(self._codes, k, out)]
        self._index.sort()
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def find(self, sites: Sequence[str], prefer: Sequence[str | None] | None = None) -> Places:
        """Find sites.

        Parameters
        ----------
        sites
            RNA letters. N matches only N.
        prefer
            Name of the transcript each site is said to lie on; a place there comes before others. Among
            equals the first transcript counts.

        Returns
        -------
        Places
            First place and number of places of each site.
        """
        packed = pack(sites)
        favourites = np.full((len(sites), 2), -1, np.int64)
        for i, name in enumerate(prefer or ()):
            number = self._numbers.get(name, -1) if name is not None else -1
            if number >= 0:
                favourites[i] = self._bounds[number], self._bounds[number + 1]
        places, hits = _find_all(packed.codes, packed.bounds, self._index, self._codes, self._k, favourites)
        owner = np.searchsorted(self._bounds, places, side="right") - 1
        found = places >= 0
        start = np.where(found, places - self._bounds[np.maximum(owner, 0)], -1)
        return Places(np.where(found, owner, -1), start, hits)
