"""A duplex drawn as text: for a terminal, and as columns for a picture."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from dmiso.energies.duplex import Duplex, pair_class

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["draw_ascii", "duplex_columns"]

_MARKS: Final = {"Watson-Crick": "|", "wobble": ":", "mismatch": " "}

Column = tuple[int | None, int | None]


def draw_ascii(duplex: Duplex, *, flank: int | None = 5) -> str:
    """Draw a duplex as text: target 5'→3' above, miRNA 3'→5' below; ``|`` Watson-Crick, ``:`` wobble.

    Unpaired nucleotides stand opposite each other where both strands have some, else opposite ``-``; nothing stands
    beyond a strand's end.

    Parameters
    ----------
    duplex
        Any; without pairs the strands stand side by side.
    flank
        Target nucleotides shown beyond the miRNA's ends; None shows the whole target.

    Returns
    -------
    str
        Three lines.

    Examples
    --------
    >>> duplex = Duplex("UGAGGUA", "GUACUCUCAAA", ((0, 8), (1, 7), (2, 6), (3, 5), (5, 2), (6, 1)), -5.0)
    >>> print(draw_ascii(duplex))
    target 5' GUACUCUCAAA 3'
               ||  ||||
    miRNA  3'  AUG-GAGU   5'
    """
    columns = duplex_columns(duplex, flank=flank)
    upper = _strand(duplex.target, [t for _, t in columns])
    lower = _strand(duplex.mirna, [m for m, _ in columns])
    paired = set(duplex.pairs)
    marks = "".join(
        _MARKS[pair_class(below, above)] if column in paired else " "
        for column, above, below in zip(columns, upper, lower, strict=True)
    )
    return f"target 5' {upper} 3'\n{('          ' + marks).rstrip()}\nmiRNA  3' {lower} 5'"


def _strand(sequence: str, positions: Sequence[int | None]) -> str:
    """Write one strand: its nucleotides, dashes in its gaps, blanks beyond its ends."""
    own = [offset for offset, position in enumerate(positions) if position is not None]
    return "".join(
        sequence[position] if position is not None else "-" if own[0] < offset < own[-1] else " "
        for offset, position in enumerate(positions)
    )


def duplex_columns(duplex: Duplex, *, flank: int | None = 5) -> list[Column]:
    """Return the columns of a drawing, target 5'→3': (miRNA position or None, target position or None).

    Parameters
    ----------
    duplex
        Any; without pairs the strands stand side by side.
    flank
        Target nucleotides shown beyond the miRNA's ends; None shows the whole target.

    Examples
    --------
    >>> duplex_columns(Duplex("AC", "GGU", ((0, 2), (1, 0)), -1.0), flank=0)
    [(1, 0), (None, 1), (0, 2)]
    """
    n_mirna, n_target = len(duplex.mirna), len(duplex.target)
    if not duplex.pairs:
        return list(zip_longest(range(n_mirna - 1, -1, -1), range(n_target)))
    beyond = n_target if flank is None else flank
    pairs = sorted(duplex.pairs, key=lambda pair: pair[1])
    last_mirna, first_target = pairs[0]
    columns: list[Column] = []
    overhang = n_mirna - 1 - last_mirna
    begin = max(0, first_target - overhang - beyond)
    for t in range(begin - max(0, overhang - first_target), first_target):
        m = last_mirna + first_target - t
        columns.append((m if m < n_mirna else None, t if t >= 0 else None))
    before: tuple[int, int] | None = None
    for m, t in pairs:
        if before is not None:
            columns += _between(range(before[0] - 1, m, -1), range(before[1] + 1, t))
        columns.append((m, t))
        before = (m, t)
    first_mirna, last_target = pairs[-1]
    end = min(n_target, last_target + 1 + first_mirna + beyond)
    for t in range(last_target + 1, max(end, last_target + 1 + first_mirna)):
        m = first_mirna - (t - last_target)
        columns.append((m if m >= 0 else None, t if t < n_target else None))
    return columns


def _between(mirna: range, target: range) -> list[Column]:
    """Put unpaired nucleotides between two pairs opposite each other; the longer side's last ones have no partner."""
    return list(zip_longest(mirna, target))
