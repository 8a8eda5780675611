"""Which sites lie at the same position, or are copies: sites that share a run of 16 nucleotides.

A network that has seen a site in training knows it again in testing, also when it was cut some nucleotides
further along or comes from a repeat or a paralogue. Sites are therefore linked when they share a 16-mer, and
the connected components (clusters) are kept on one side of every split.

All k-mers are packed into integers and sorted beside the number of their sequence; equal neighbours are
joined with union–find. A million 50-nt sites take a few seconds and about 16 bytes per k-mer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.alphabet import pack
from dmiso.compiled import njit
from dmiso.kmers import KmerSet, sorted_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["SITE_K", "components", "shares_kmer", "site_clusters"]

SITE_K: Final = 16
"""Length of the run that two sites must share to be one cluster (nt); in a random transcriptome of
100 Mb a given 16-mer stands 0.02 times by chance."""


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


def site_clusters(sequences: Sequence[str], k: int = SITE_K) -> NDArray[np.int64]:
    """Give sites cluster numbers: two sites that share a k-mer, directly or through others, get one number.

    Parameters
    ----------
    sequences
        Sites, upper-case RNA. K-mers with N count for nothing; sites shorter than ``k`` (or without a k-mer
        free of N) are joined only with sites of the very same nucleotides.
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
    kmers = sorted_keys(pack(sequences), k)
    parent = np.arange(len(sequences), dtype=np.int64)
    keys = (kmers >> np.uint64(32)).astype(np.uint32)
    members = (kmers & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    _join_runs(keys, members, parent)
    without = np.ones(len(sequences), np.bool_)
    without[members] = False
    if without.any():
        positions = np.flatnonzero(without)
        first: dict[str, int] = {}
        same = np.array([first.setdefault(sequences[int(i)], int(i)) for i in positions])
        order = np.argsort(same, kind="stable")
        _join_runs(same[order], positions[order], parent)
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


def shares_kmer(sequences: Sequence[str], others: Sequence[str], k: int = SITE_K) -> NDArray[np.bool_]:
    """Find which sequences share a k-mer with any of the others.

    Parameters
    ----------
    sequences
        Sites to look at (of a training set), upper-case RNA.
    others
        Sites to stay clear of (of a test set), upper-case RNA.
    k
        Length of the shared run, 1–16 nt. Sequences too short for a k-mer share none.

    Returns
    -------
    numpy.ndarray
        True where a run of ``k`` nucleotides is shared, ``(n_sequences,)``.

    Examples
    --------
    >>> shares_kmer(["AAACCGGU", "GUACGUAC"], ["CCGGUUUU"], k=5).tolist()
    [True, False]
    """
    known = KmerSet(k)
    known.add(others)
    return known.shared(sequences)
