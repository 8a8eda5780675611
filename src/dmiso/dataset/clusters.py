"""Which sites are the same place, or copies of it: sites that share a run of 16 letters.

A network that has seen a site in training knows it again in testing, also when it was cut some letters
further along or comes from a repeat or a paralogue. Sites are therefore linked when they share a 16-mer, and
the connected components (clusters) are kept on one side of every split.

All k-mers are packed into integers and sorted beside the number of their sequence; equal neighbours are
joined with union–find. A million 50-nt sites take a few seconds and about 16 bytes a k-mer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["MAX_K", "SITE_K", "KmerSet", "Packed", "components", "pack", "shares_kmer", "site_clusters"]

SITE_K: Final = 16
"""Length of the run that two sites must share to be one cluster (nt); in a random transcriptome of
100 Mb a given 16-mer stands 0.02 times by chance."""

MAX_K: Final = 16
"""Largest k: two bits a letter, 32 bits a k-mer, beside the 32 bits of a sequence's number."""

_UNKNOWN, _BAD = 4, 255
_CODES = np.full(256, _BAD, np.uint8)
for _code, _letter in enumerate("ACGUN"):
    _CODES[ord(_letter)] = _code


class Packed(NamedTuple):
    """Sequences as one run of codes; sequence i is ``codes[bounds[i]:bounds[i + 1]]``."""

    codes: NDArray[np.uint8]
    bounds: NDArray[np.int64]


def pack(sequences: Sequence[str]) -> Packed:
    """Lay sequences end to end as codes."""
    bounds = np.zeros(len(sequences) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, sequences), np.int64, len(sequences)), out=bounds[1:])
    codes = _CODES[np.frombuffer("".join(sequences).encode("latin-1", "replace"), np.uint8)]
    if codes.size and codes.max() == _BAD:
        raise ValueError(
            "a sequence has letters other than A U C G N: pass it through dmiso.alphabet.normalise"
        )
    return Packed(codes, bounds)


@njit(cache=True)
def _kmers(
    codes: NDArray[np.uint8], bounds: NDArray[np.int64], k: int, out: NDArray[np.uint64]
) -> int:  # pragma: no cover
    """Write ``kmer << 32 | sequence`` for every k-mer without N; return how many."""
    mask = (np.uint64(1) << np.uint64(2 * k)) - np.uint64(1)
    n = 0
    for i in range(len(bounds) - 1):
        kmer = np.uint64(0)
        run = 0
        for p in range(bounds[i], bounds[i + 1]):
            code = codes[p]
            if code == 4:
                run = 0
                continue
            kmer = ((kmer << np.uint64(2)) | np.uint64(code)) & mask
            run += 1
            if run >= k:
                out[n] = (kmer << np.uint64(32)) | np.uint64(i)
                n += 1
    return n


@njit(cache=True)
def _root(parent: NDArray[np.int64], i: int) -> int:  # pragma: no cover
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True)
def _join_runs(
    keys: NDArray[Any], members: NDArray[Any], parent: NDArray[np.int64]
) -> None:  # pragma: no cover
    """Join neighbours in ``members`` whose keys are equal; the smaller number becomes the root."""
    for j in range(1, len(keys)):
        if keys[j] == keys[j - 1]:
            a = _root(parent, members[j - 1])
            b = _root(parent, members[j])
            if a < b:
                parent[b] = a
            elif b < a:
                parent[a] = b


@njit(cache=True)
def _number(parent: NDArray[np.int64]) -> NDArray[np.int64]:  # pragma: no cover
    """Return component numbers from 0, in the order of their first member."""
    labels = np.empty(len(parent), np.int64)
    n = 0
    for i in range(len(parent)):
        root = _root(parent, i)
        if root == i:
            labels[i] = n
            n += 1
        else:
            labels[i] = labels[root]
    return labels


def _sorted_kmers(sequences: Sequence[str], k: int) -> NDArray[np.uint64]:
    """Return every k-mer above the number of its sequence, sorted."""
    if not 1 <= k <= MAX_K:
        raise ValueError(f"k is {k}; it must be from 1 to {MAX_K}")
    packed = pack(sequences)
    out = np.empty(packed.codes.size, np.uint64)
    kmers = out[: _kmers(packed.codes, packed.bounds, k, out)]
    kmers.sort()
    return kmers


def site_clusters(sequences: Sequence[str], k: int = SITE_K) -> NDArray[np.int64]:
    """Give sites cluster numbers: two sites that share a k-mer, directly or through others, get one number.

    Parameters
    ----------
    sequences
        Sites in RNA letters. K-mers with N count for nothing; sites shorter than ``k`` (or without a k-mer
        free of N) are joined only with sites of the very same letters.
    k
        Length of the shared run, 1–16 nt.

    Returns
    -------
    numpy.ndarray
        Cluster of each site, ``(n_sites,)``, numbered from 0 by first appearance.

    Raises
    ------
    ValueError
        If ``k`` is out of range or a sequence was not normalised.

    Examples
    --------
    >>> site_clusters(["AAACCGGU", "GUACGUAC", "CCGGUUUU"], k=5).tolist()
    [0, 1, 0]
    """
    kmers = _sorted_kmers(sequences, k)
    parent = np.arange(len(sequences), dtype=np.int64)
    keys = (kmers >> np.uint64(32)).astype(np.uint32)
    members = (kmers & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    _join_runs(keys, members, parent)
    without = np.ones(len(sequences), np.bool_)
    without[members] = False
    if without.any():
        places = np.flatnonzero(without)
        first: dict[str, int] = {}
        same = np.array([first.setdefault(sequences[int(i)], int(i)) for i in places])
        order = np.argsort(same, kind="stable")
        _join_runs(same[order], places[order], parent)
    labels: NDArray[np.int64] = _number(parent)
    return labels


def components(*labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join items that have one label of any kind in common, directly or through others.

    Parameters
    ----------
    labels
        One or more arrays ``(n_items,)`` of labels; a negative label joins nothing.

    Returns
    -------
    numpy.ndarray
        Component of each item, ``(n_items,)``, numbered from 0 by first appearance.

    Examples
    --------
    >>> components(np.array([0, 0, 1, 2]), np.array([5, 6, 6, -1])).tolist()
    [0, 0, 0, 1]
    """
    parent = np.arange(len(labels[0]), dtype=np.int64)
    for kind in labels:
        order = np.argsort(kind, kind="stable")
        order = order[np.searchsorted(kind[order], 0) :]
        _join_runs(kind[order], order, parent)
    result: NDArray[np.int64] = _number(parent)
    return result


class KmerSet:
    """The k-mers of sequences, to be asked which other sequences share one.

    Parameters
    ----------
    k
        Length of the shared run, 1–16 nt. K-mers with N count for nothing.

    Examples
    --------
    >>> known = KmerSet(k=5)
    >>> known.add(["CCGGUUUU"])
    >>> known.shared(["AAACCGGU", "GUACGUAC"]).tolist()
    [True, False]
    """

    def __init__(self, k: int = SITE_K) -> None:
        self._k = k
        self._parts: list[NDArray[np.uint32]] = []

    def add(self, sequences: Sequence[str]) -> None:
        """Take the k-mers of more sequences in."""
        kmers = (_sorted_kmers(sequences, self._k) >> np.uint64(32)).astype(np.uint32)
        if len(kmers):  # sorted already: np.unique would sort again, half of an audit's time
            self._parts.append(kmers[np.append(True, kmers[1:] != kmers[:-1])])

    def shared(self, sequences: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which sequences have a k-mer of the set, ``(n_sequences,)``."""
        kmers = _sorted_kmers(sequences, self._k)
        words = (kmers >> np.uint64(32)).astype(np.uint32)
        found = np.zeros(len(words), np.bool_)
        for part in self._parts:
            at = np.minimum(np.searchsorted(part, words), len(part) - 1)
            found |= part[at] == words
        shared = np.zeros(len(sequences), np.bool_)
        shared[(kmers[found] & np.uint64(0xFFFFFFFF)).astype(np.int64)] = True
        return shared


def shares_kmer(sequences: Sequence[str], others: Sequence[str], k: int = SITE_K) -> NDArray[np.bool_]:
    """Tell which sequences share a k-mer with any of the others.

    Parameters
    ----------
    sequences
        Sites to look at (of a training set), RNA letters.
    others
        Sites to stay clear of (of a test set), RNA letters.
    k
        Length of the shared run, 1–16 nt. Sequences too short for a k-mer share none.

    Returns
    -------
    numpy.ndarray
        True where a run of ``k`` letters is shared, ``(n_sequences,)``.

    Examples
    --------
    >>> shares_kmer(["AAACCGGU", "GUACGUAC"], ["CCGGUUUU"], k=5).tolist()
    [True, False]
    """
    known = KmerSet(k)
    known.add(others)
    return known.shared(sequences)
