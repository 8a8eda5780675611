"""UMIs with sequencing errors, corrected: how many molecules the UMIs of one insert stand for.

The directional rule of UMI-tools (Smith, Heger and Sudbery 2017, Genome Research 27:491–499): an error in a UMI makes
a rarer UMI one base away from it, so of two such UMIs the rarer one is the other's error if the other has at least
twice its reads less one. Errors of errors follow the same rule, so a molecule is all that is reached from its most
frequent UMI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

__all__ = ["directional", "n_molecules"]


def directional(reads: Mapping[str, int]) -> dict[str, str]:
    """Return the UMI of its molecule for each UMI that one insert was seen with.

    UMIs of different lengths are never one molecule's. Neighbours are found by looking up every UMI that differs in one
    base, so the time grows with the number of UMIs and not with its square.

    Parameters
    ----------
    reads
        Reads by UMI; any characters, N is one like the others.

    Returns
    -------
    dict
        UMI → the most frequent UMI of the same molecule (itself, for as many UMIs as there are molecules), most
        frequent first; equal numbers in alphabetical order.

    Examples
    --------
    >>> directional({"ACGT": 9, "ACGA": 5, "ACCA": 3, "TTTT": 2})
    {'ACGT': 'ACGT', 'ACGA': 'ACGT', 'ACCA': 'ACGT', 'TTTT': 'TTTT'}
    >>> directional({"ACGT": 8, "ACGA": 5})  # 8 is less than 2 · 5 − 1
    {'ACGT': 'ACGT', 'ACGA': 'ACGA'}
    """
    ranked = sorted(reads, key=lambda umi: (-reads[umi], umi))
    if len(ranked) < 2:
        return {umi: umi for umi in ranked}
    bases = sorted(set().union(*ranked))
    molecule: dict[str, str] = {}
    for first in ranked:
        if first in molecule:
            continue
        molecule[first] = first
        reached = [first]
        while reached:
            umi = reached.pop()
            most = (reads[umi] + 1) // 2
            for other in _one_base_away(umi, reads, bases):
                if other not in molecule and reads[other] <= most:
                    molecule[other] = first
                    reached.append(other)
    return {umi: molecule[umi] for umi in ranked}


def n_molecules(reads: Mapping[str, int]) -> int:
    """Return how many molecules the UMIs of one insert stand for, see :func:`directional`.

    Examples
    --------
    >>> n_molecules({"ACGT": 9, "ACGA": 5, "TTTT": 2})
    2
    """
    return len(reads) if len(reads) < 2 else len(set(directional(reads).values()))


def _one_base_away(umi: str, known: Collection[str], bases: Collection[str]) -> Iterator[str]:
    """Give the known UMIs that differ from one in exactly one base."""
    for i, own in enumerate(umi):
        before, behind = umi[:i], umi[i + 1 :]
        for base in bases:
            if base != own and (other := before + base + behind) in known:
                yield other
