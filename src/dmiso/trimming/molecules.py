"""Molecules of reads with the same bases, by their UMIs; a UMI misread once is no molecule of its own.

The directional rule (Smith, Heger, Sudbery 2017, UMI-tools): a UMI is taken for a misreading of another one if they
differ at one position and the other was seen at least twice as often, less one; and so on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["count_molecules", "molecules_of"]

_BASES: Final = "ACGTN"
_FEW: Final = 30
"""UMIs up to which each is compared with each; above, the neighbours of each are looked up."""


def count_molecules(umis: Mapping[str, int]) -> int:
    """Return how many molecules the UMIs of one insert stand for.

    Parameters
    ----------
    umis
        Reads by UMI; all UMIs are of one length.

    Examples
    --------
    >>> count_molecules({"ACGT": 100, "ACGA": 3, "TTTT": 2})
    2
    >>> count_molecules({"ACGT": 5, "ACGA": 4})
    2
    """
    return len(umis) if len(umis) < 2 else sum(1 for _ in molecules_of(umis))


def molecules_of(umis: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the UMIs of each molecule, the true one first, most reads first.

    Parameters
    ----------
    umis
        Reads by UMI; all UMIs are of one length.
    """
    order = sorted(umis, key=lambda umi: (-umis[umi], umi))
    taken: set[str] = set()
    for umi in order:
        if umi in taken:
            continue
        taken.add(umi)
        members, waiting = [umi], [umi]
        while waiting:
            parent = waiting.pop()
            for other in _near(parent, umis, order):
                if other not in taken and umis[parent] >= 2 * umis[other] - 1:
                    taken.add(other)
                    members.append(other)
                    waiting.append(other)
        yield tuple(members)


def _near(umi: str, umis: Mapping[str, int], order: list[str]) -> Iterator[str]:
    """Yield the UMIs that differ from one at one position."""
    if len(order) <= _FEW:
        for other in order:
            if sum(a != b for a, b in zip(umi, other, strict=True)) == 1:
                yield other
        return
    for position, own in enumerate(umi):
        for base in _BASES:
            if base != own:
                other = umi[:position] + base + umi[position + 1 :]
                if other in umis:
                    yield other
