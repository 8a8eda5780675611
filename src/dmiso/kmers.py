"""k-mers of sequences: two bits a nucleotide, rolled over codes by one compiled step; none that holds an N.

A k-mer is the number ``code * 4**(k - 1) + ... + code``, the 5' base first, of codes as :mod:`dmiso.alphabet` gives
them. From the one step (:func:`next_kmer`, which kernels of other rooms call too) follow here: counts of each
sequence, an index by k-mer, sorted keys, and the question whether sequences share one.

numba's cache of a calling kernel does not notice a change of :func:`next_kmer`: who changes it clears the caches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import Packed, pack
from dmiso.compiled import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.uint8]

__all__ = [
    "LONGEST_KEYED",
    "KmerSet",
    "count_kmers",
    "first_kmer",
    "index_kmers",
    "next_kmer",
    "sorted_keys",
]

LONGEST_KEYED: Final = 16
"""Largest k of a key: 32 bits per k-mer, beside the 32 bits of a sequence's number or a position."""

_LOW_BITS: Final = np.uint64(0xFFFFFFFF)


@njit(cache=True)
def next_kmer(kmer: int, run: int, code: int, k: int) -> tuple[int, int]:  # pragma: no cover
    """Return the k-mer that ends with a code, and how many known bases end there; (0, 0) at an N or a break.

    The k-mer is whole where ``run >= k``.
    """
    if code > 3:
        return 0, 0
    return ((kmer << 2) | code) & ((1 << (2 * k)) - 1), run + 1


@njit(cache=True)
def first_kmer(codes: Codes, k: int) -> tuple[int, int]:  # pragma: no cover
    """Return the first whole k-mer and where it begins; begins at -1 if there is none."""
    kmer, run = 0, 0
    for p in range(len(codes)):
        kmer, run = next_kmer(kmer, run, codes[p], k)
        if run >= k:
            return kmer, p - k + 1
    return 0, -1


@njit(cache=True)
def _count(
    codes: Codes, bounds: NDArray[np.int64], k: int, out: NDArray[np.float64]
) -> None:  # pragma: no cover
    for i in range(len(bounds) - 1):
        kmer, run = 0, 0
        for p in range(bounds[i], bounds[i + 1]):
            kmer, run = next_kmer(kmer, run, codes[p], k)
            if run >= k:
                out[i, kmer] += 1.0


def count_kmers(packed: Packed, k: int) -> NDArray[np.float64]:
    """Count the k-mers of each sequence.

    Parameters
    ----------
    packed
        From :func:`dmiso.alphabet.pack`.
    k
        Their length, nt.

    Returns
    -------
    numpy.ndarray
        ``(n_sequences, 4**k)``, in the order of the codes.

    Examples
    --------
    >>> count_kmers(pack(["AAU", "GN"]), 1).tolist()
    [[2.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    """
    out = np.zeros((len(packed.bounds) - 1, 4**k))
    _count(packed.codes, packed.bounds, k, out)
    return out


@njit(cache=True)
def _starts(codes: Codes, k: int) -> NDArray[np.uint32]:  # pragma: no cover
    starts = np.zeros(4**k + 1, np.uint32)
    kmer, run = 0, 0
    for i in range(len(codes)):
        kmer, run = next_kmer(kmer, run, codes[i], k)
        if run >= k:
            starts[kmer + 1] += 1
    for c in range(4**k):
        starts[c + 1] += starts[c]
    return starts


@njit(cache=True)
def _positions(codes: Codes, k: int, starts: NDArray[np.uint32]) -> NDArray[np.uint32]:  # pragma: no cover
    filled = starts[:-1].copy()
    positions = np.empty(starts[-1], np.uint32)
    kmer, run = 0, 0
    for i in range(len(codes)):
        kmer, run = next_kmer(kmer, run, codes[i], k)
        if run >= k:
            positions[filled[kmer]] = i - k + 1
            filled[kmer] += 1
    return positions


def index_kmers(codes: Codes, k: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Index codes by k-mer.

    Parameters
    ----------
    codes
        ``(length,)``, fewer than 4 billion.
    k
        Length of a k-mer; the table has ``4**k`` entries.

    Returns
    -------
    tuple of numpy.ndarray
        ``starts``, ``(4**k + 1,)``, and ``positions``: k-mer ``w`` begins at the rising
        ``positions[starts[w]:starts[w + 1]]``.

    Examples
    --------
    >>> from dmiso.alphabet import codes_of
    >>> starts, positions = index_kmers(codes_of("AUNAU"), 2)
    >>> positions[starts[1] : starts[2]].tolist()
    [0, 3]
    """
    starts = _starts(codes, k)
    return starts, _positions(codes, k, starts)


@njit(cache=True)
def _keys(
    codes: Codes, bounds: NDArray[np.int64], k: int, by_position: int, out: NDArray[np.uint64]
) -> int:  # pragma: no cover
    n = 0
    for i in range(len(bounds) - 1):
        kmer, run = 0, 0
        for p in range(bounds[i], bounds[i + 1]):
            kmer, run = next_kmer(kmer, run, codes[p], k)
            if run >= k:
                label = p - k + 1 if by_position else i
                out[n] = (np.uint64(kmer) << np.uint64(32)) | np.uint64(label)
                n += 1
    return n


def sorted_keys(packed: Packed, k: int, *, by_position: bool = False) -> NDArray[np.uint64]:
    """Return every k-mer above the number of its sequence, or above its position among the codes, sorted.

    Parameters
    ----------
    packed
        From :func:`dmiso.alphabet.pack`.
    k
        1–16 nt.
    by_position
        Label k-mers by where they begin in ``packed.codes``.

    Returns
    -------
    numpy.ndarray
        ``kmer << 32 | label``, 8 bytes per k-mer.

    Raises
    ------
    ValueError
        If ``k`` is out of range.
    """
    if not 1 <= k <= LONGEST_KEYED:
        raise ValueError(f"k is {k}; it must be from 1 to {LONGEST_KEYED}")
    out = np.empty(packed.codes.size, np.uint64)
    keys = out[: _keys(packed.codes, packed.bounds, k, int(by_position), out)]
    keys.sort()
    return keys


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

    def __init__(self, k: int) -> None:
        self._k = k
        self._parts: list[NDArray[np.uint32]] = []

    def add(self, sequences: Sequence[str]) -> None:
        """Take the k-mers of more sequences in."""
        kmers = (sorted_keys(pack(sequences), self._k) >> np.uint64(32)).astype(np.uint32)
        if len(kmers):  # sorted already: np.unique would sort again, half of an audit's time
            self._parts.append(kmers[np.append(True, kmers[1:] != kmers[:-1])])

    def shared(self, sequences: Sequence[str]) -> NDArray[np.bool_]:
        """Return which sequences have a k-mer of the set, ``(n_sequences,)``."""
        keys = sorted_keys(pack(sequences), self._k)
        kmers = (keys >> np.uint64(32)).astype(np.uint32)
        found = np.zeros(len(kmers), np.bool_)
        for part in self._parts:
            at = np.minimum(np.searchsorted(part, kmers), len(part) - 1)
            found |= part[at] == kmers
        shared = np.zeros(len(sequences), np.bool_)
        shared[(keys[found] & _LOW_BITS).astype(np.int64)] = True
        return shared
