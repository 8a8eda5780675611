"""Canonical seed matches, the site types of TargetScan.

A site is what the target shows to the miRNA's 5' end, Watson-Crick pairs only (Lewis et al. 2005; Bartel 2009;
Agarwal et al. 2015, offset 6mer: Friedman et al. 2009):

========== =============================================================
8mer       pairs with miRNA positions 2-8, and A opposite position 1
7mer-m8    pairs with miRNA positions 2-8
7mer-A1    pairs with miRNA positions 2-7, and A opposite position 1
6mer       pairs with miRNA positions 2-7
offset-6mer pairs with miRNA positions 3-8
none       none of these
========== =============================================================

The A opposite position 1 is a target A whatever the miRNA's first base is; it lies 3' of the paired bases.
N pairs with nothing. A million pairs take about two seconds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import reverse_complement

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SEED_CLASSES", "SeedSite", "find_seed_sites", "seed_class", "seed_classes", "seed_match"]

SEED_CLASSES: Final = ("8mer", "7mer-m8", "7mer-A1", "6mer", "offset-6mer", "none")
"""From the strongest to none."""

_A_OPPOSITE = {"8mer", "7mer-A1"}


class SeedSite(NamedTuple):
    """A seed match: its class and its bases on the target, 0-based half-open, the opposite A included."""

    seed_class: str
    start: int
    end: int


def seed_match(seed: str) -> str:
    """Return what a target shows to positions of a miRNA, 5'→3'; ``-``, which matches nothing, opposite N.

    Examples
    --------
    >>> seed_match("GAGGUAN")
    '-UACCUC'
    """
    return reverse_complement(seed).replace("N", "-")


@lru_cache(maxsize=65_536)
def _patterns(mirna: str) -> tuple[tuple[str, str], ...]:
    """Return (class, target bases) from the strongest class down; classes a short miRNA lacks are left out."""
    pairs_2_8 = seed_match(mirna[1:8])
    pairs_2_7 = seed_match(mirna[1:7])
    pairs_3_8 = seed_match(mirna[2:8])
    patterns = []
    if len(mirna) >= 8:
        patterns += [("8mer", pairs_2_8 + "A"), ("7mer-m8", pairs_2_8)]
    if len(mirna) >= 7:
        patterns += [("7mer-A1", pairs_2_7 + "A"), ("6mer", pairs_2_7)]
    if len(mirna) >= 8:
        patterns += [("offset-6mer", pairs_3_8)]
    return tuple(patterns)


def seed_class(mirna: str, target: str) -> str:
    """Return the strongest seed class of a miRNA anywhere in a target.

    Parameters
    ----------
    mirna, target
        Upper-case RNA, 5'→3'.

    Returns
    -------
    str
        One of :data:`SEED_CLASSES`.

    Examples
    --------
    >>> let7 = "UGAGGUAGUAGGUUGUAUAGUU"
    >>> [seed_class(let7, site) for site in ("GCUACCUCAG", "GCUACCUCGG", "GGUACCUCAG", "GCUACCUGGG")]
    ['8mer', '7mer-m8', '7mer-A1', 'offset-6mer']
    """
    for name, pattern in _patterns(mirna):
        if pattern in target:
            return name
    return "none"


def seed_classes(mirnas: Sequence[str], targets: Sequence[str]) -> list[str]:
    """Return the strongest seed class of each pair.

    Raises
    ------
    ValueError
        If there are not as many miRNAs as targets.

    Examples
    --------
    >>> seed_classes(["UGAGGUAG", "UGAGGUAG"], ["CUACCUCA", "GGGG"])
    ['8mer', 'none']
    """
    return [seed_class(mirna, target) for mirna, target in zip(mirnas, targets, strict=True)]


def find_seed_sites(mirna: str, target: str) -> list[SeedSite]:
    """Return every seed match of a miRNA in a target, each position once with its strongest class.

    Parameters
    ----------
    mirna, target
        Upper-case RNA, 5'→3'.

    Returns
    -------
    list of SeedSite
        Ordered by start, then end.

    Examples
    --------
    >>> find_seed_sites("UGAGGUAGUAG", "GGCUACCUCAGGUACCUC")
    [SeedSite(seed_class='8mer', start=2, end=10), SeedSite(seed_class='6mer', start=12, end=18)]
    """
    best: dict[int, SeedSite] = {}
    for name, pattern in _patterns(mirna):
        at = target.find(pattern)
        while at >= 0:
            end = at + len(pattern)
            # the target base that faces miRNA position 2 tells matches of one position apart
            faces_2 = end - (name in _A_OPPOSITE) + (name == "offset-6mer")
            best.setdefault(faces_2, SeedSite(name, at, end))
            at = target.find(pattern, at + 1)
    return sorted(best.values(), key=lambda site: (site.start, site.end))
