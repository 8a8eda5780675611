"""The duplex of least energy of a miRNA and a target: ViennaRNA's pairs, and what kind each is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import WATSON_CRICK, WOBBLES
from dmiso.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Duplex",
    "PairClass",
    "cofold_energy",
    "duplex_energy",
    "fold_duplex",
    "fold_sites",
    "pair_class",
]

PairClass = str
"""``Watson-Crick``, ``wobble`` or ``mismatch``."""

_FLANK: Final = 5
"""Nucleotides on either side of a site that may take part: bulges make a duplex longer than the miRNA."""


class Duplex(NamedTuple):
    """A miRNA on a target, both upper-case RNA 5'→3'.

    ``pairs`` are (miRNA position, target position), 0-based, miRNA ascending and target descending; ``energy`` is in
    kcal/mol.

    Examples
    --------
    >>> Duplex("UGAG", "ACUCU", ((1, 3), (2, 2)), -1.5).structure
    '.((.&..)).'
    """

    mirna: str
    target: str
    pairs: tuple[tuple[int, int], ...]
    energy: float

    @property
    def structure(self) -> str:
        """Both strands from end to end in dots and brackets: ``miRNA&target``."""
        of_mirna, of_target = {m for m, _ in self.pairs}, {t for _, t in self.pairs}
        return (
            "".join("(" if m in of_mirna else "." for m in range(len(self.mirna)))
            + "&"
            + "".join(")" if t in of_target else "." for t in range(len(self.target)))
        )


def pair_class(mirna_base: str, target_base: str) -> PairClass:
    """Return what kind of pair two nucleotides make.

    Examples
    --------
    >>> pair_class("G", "C"), pair_class("G", "U"), pair_class("G", "A")
    ('Watson-Crick', 'wobble', 'mismatch')
    """
    pair = mirna_base + target_base
    if pair in WATSON_CRICK:
        return "Watson-Crick"
    return "wobble" if pair in WOBBLES else "mismatch"


@lru_cache(maxsize=65_536)
def _fold(mirna: str, target: str) -> tuple[str, int, int, float]:
    """Return ViennaRNA's structure, its last paired miRNA and first paired target position from 1, and the energy."""
    import RNA

    found = RNA.duplexfold(mirna, target)
    return str(found.structure), int(found.i), int(found.j), float(found.energy)


def duplex_energy(mirna: str, target: str) -> float:
    """Return the energy of :func:`fold_duplex` alone, kcal/mol; ViennaRNA must be there."""
    return _fold(mirna, target)[3]


def cofold_energy(mirna: str, target: str) -> float:
    """Return the least energy where each strand may fold on itself too, kcal/mol; ViennaRNA must be there."""
    import RNA

    return float(RNA.cofold(f"{mirna}&{target}")[1])


def fold_duplex(mirna: str, target: str) -> Duplex:
    """Return the duplex of least energy between two strands by ViennaRNA's ``duplexfold``, 37 °C.

    Only pairs between the strands count, as in RNAduplex; about 900 duplexes per second.

    Parameters
    ----------
    mirna, target
        Upper-case RNA.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.

    Examples
    --------
    >>> fold_duplex("UGAGGUAGU", "AAACUACCUCAAA").pairs[0]
    (0, 10)
    """
    require_extra("RNA", "folding a duplex")
    structure, i, j, energy = _fold(mirna, target)
    of_mirna, of_target = structure.split("&")
    first = i - len(of_mirna)
    opened = [first + k for k, mark in enumerate(of_mirna) if mark == "("]
    closed = [j - 1 + k for k, mark in enumerate(of_target) if mark == ")"]
    return Duplex(mirna, target, tuple(zip(opened, reversed(closed), strict=True)), energy)


def fold_sites(
    mirnas: Sequence[str], transcripts: Sequence[str], positions: Sequence[tuple[int, int]]
) -> list[Duplex]:
    """Fold sites with their miRNAs.

    Parameters
    ----------
    mirnas, transcripts
        Upper-case RNA, one miRNA and one transcript per site.
    positions
        Start and end of each site on its transcript, 0-based, half-open.

    Returns
    -------
    list of Duplex
        The target of each is the site with five nucleotides on either side, as far as the transcript reaches.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    """
    return [
        fold_duplex(mirna, transcript[max(0, start - _FLANK) : end + _FLANK])
        for mirna, transcript, (start, end) in zip(mirnas, transcripts, positions, strict=True)
    ]
