"""A duplex of one pair: ViennaRNA's pairs, what kind each is, and the duplex in letters for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from dmiso.alphabet import WATSON_CRICK, WOBBLES
from dmiso.errors import MissingExtraError

__all__ = [
    "WOBBLES",
    "Duplex",
    "PairClass",
    "draw_ascii",
    "duplex_columns",
    "fold_duplex",
    "pair_class",
    "parse_structure",
]

PairClass = str
"""``Watson-Crick``, ``wobble`` or ``mismatch``."""

_MARKS: Final = {"Watson-Crick": "|", "wobble": ":", "mismatch": " "}


@dataclass(frozen=True, slots=True)
class Duplex:
    """A miRNA on a target.

    Parameters
    ----------
    mirna, target
        Upper-case RNA, both 5'→3'.
    pairs
        (miRNA position, target position), 0-based, miRNA ascending and target descending.
    energy
        kcal/mol.
    """

    mirna: str
    target: str
    pairs: tuple[tuple[int, int], ...]
    energy: float


def pair_class(mirna_letter: str, target_letter: str) -> PairClass:
    """Return what kind of pair two letters make.

    Examples
    --------
    >>> pair_class("G", "C"), pair_class("G", "U"), pair_class("G", "A")
    ('Watson-Crick', 'wobble', 'mismatch')
    """
    pair = mirna_letter + target_letter
    if pair in WATSON_CRICK:
        return "Watson-Crick"
    return "wobble" if pair in WOBBLES else "mismatch"


def fold_duplex(mirna: str, target: str) -> Duplex:
    """Return the duplex of least energy between two strands by ViennaRNA's ``duplexfold``, 37 °C.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.

    Examples
    --------
    >>> fold_duplex("UGAGGUAGU", "AAACUACCUCAAA").pairs[0]
    (0, 10)
    """
    if find_spec("RNA") is None:
        raise MissingExtraError("ViennaRNA", extra="energy", purpose="folding a duplex")
    import RNA

    found = RNA.duplexfold(mirna, target)
    # i is the last paired miRNA position, j the first paired target position, both from 1
    mirna_part, target_part = found.structure.split("&")
    pairs = parse_structure(found.structure, found.i - len(mirna_part), found.j - 1)
    assert len(target_part) >= len(pairs), "a pair has a letter on either strand"
    return Duplex(mirna, target, pairs, float(found.energy))


def parse_structure(
    structure: str, mirna_start: int = 0, target_start: int = 0
) -> tuple[tuple[int, int], ...]:
    """Return the pairs of a dot-bracket structure ``miRNA&target``.

    Parameters
    ----------
    structure
        ``(`` on the miRNA pairs with ``)`` on the target.
    mirna_start, target_start
        Positions of the first characters, 0-based.

    Examples
    --------
    >>> parse_structure("((.(&).))", 0, 10)
    ((0, 13), (1, 12), (3, 10))
    """
    of_mirna, of_target = structure.split("&")
    opened = [mirna_start + i for i, mark in enumerate(of_mirna) if mark == "("]
    closed = [target_start + j for j, mark in enumerate(of_target) if mark == ")"]
    return tuple(zip(opened, reversed(closed), strict=True))


def draw_ascii(duplex: Duplex, *, flank: int = 5) -> str:
    """Draw a duplex in letters: target 5'→3' above, miRNA 3'→5' below; ``|`` Watson-Crick, ``:`` wobble.

    Letters without partner stand opposite each other where both strands have some, else opposite ``-``.

    Parameters
    ----------
    duplex
        At least one pair.
    flank
        Target letters shown beyond the miRNA's ends.

    Examples
    --------
    >>> duplex = Duplex("UGAGGUA", "GUACUCUCAAA", ((0, 8), (1, 7), (2, 6), (3, 5), (5, 2), (6, 1)), -5.0)
    >>> print(draw_ascii(duplex))
    target 5' GUACUCUCAAA 3'
               ||  ||||
    miRNA  3'  AUG-GAGU   5'
    """
    columns = duplex_columns(duplex, flank=flank)
    own = [place for place, (m, _) in enumerate(columns) if m is not None]
    upper, marks, lower = "", "", ""
    paired = set(duplex.pairs)
    for place, (m, t) in enumerate(columns):
        upper += "-" if t is None else duplex.target[t]
        lower += duplex.mirna[m] if m is not None else "-" if own[0] < place < own[-1] else " "
        bound = m is not None and t is not None and (m, t) in paired
        marks += _MARKS[pair_class(lower[-1], upper[-1])] if bound else " "
    return f"target 5' {upper} 3'\n{('          ' + marks).rstrip()}\nmiRNA  3' {lower} 5'"


def duplex_columns(duplex: Duplex, *, flank: int = 5) -> list[tuple[int | None, int | None]]:
    """Return the columns of a drawing, target 5'→3': (miRNA position or None, target position or None).

    Parameters
    ----------
    duplex
        At least one pair.
    flank
        Target letters shown beyond the miRNA's ends.

    Examples
    --------
    >>> duplex_columns(Duplex("AC", "GGU", ((0, 2), (1, 0)), -1.0), flank=0)
    [(1, 0), (None, 1), (0, 2)]
    """
    pairs = sorted(duplex.pairs, key=lambda pair: pair[1])
    last_mirna, first_target = pairs[0]
    columns: list[tuple[int | None, int | None]] = []
    overhang = len(duplex.mirna) - 1 - last_mirna
    begin = max(0, first_target - overhang - flank)
    for t in range(begin - max(0, overhang - first_target), first_target):
        m = last_mirna + first_target - t
        columns.append((m if m < len(duplex.mirna) else None, t if t >= 0 else None))
    before: tuple[int, int] | None = None
    for m, t in pairs:
        if before is not None:
            columns += _between(range(before[0] - 1, m, -1), range(before[1] + 1, t))
        columns.append((m, t))
        before = (m, t)
    first_mirna, last_target = pairs[-1]
    end = min(len(duplex.target), last_target + 1 + first_mirna + flank)
    for t in range(last_target + 1, max(end, last_target + 1 + first_mirna)):
        m = first_mirna - (t - last_target)
        columns.append((m if m >= 0 else None, t if t < len(duplex.target) else None))
    return columns


def _between(mirna: range, target: range) -> list[tuple[int | None, int | None]]:
    """Put unpaired letters between two pairs opposite each other; the longer side's last ones have no partner."""
    size = max(len(mirna), len(target))
    return [
        (mirna[k] if k < len(mirna) else None, target[k] if k < len(target) else None) for k in range(size)
    ]
