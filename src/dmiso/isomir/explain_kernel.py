"""Rows of the search to explanations in numbers, compiled by numba: the cheapest of each sequence, in order.

numba's cache does not notice a change of the bits that :mod:`dmiso.isomir.found` gives a substitution: who changes them
clears the caches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.compiled import njit
from dmiso.isomir.found import CHANGE_BITS, POSITION_BITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dmiso.isomir.found import Rows
    from dmiso.isomir.templates import Templates

__all__ = ["describe"]


@njit(cache=True)
def _fill(one, row, codes, offsets, templates, snv_of) -> None:  # type: ignore[no-untyped-def] # pragma: no cover # noqa: ANN001
    """Turn a row of the search into an explanation."""
    number, template, offset, tail_5p, tail_3p = row[0], row[1], row[2], row[3], row[4]
    sequence = codes[offsets[number] : offsets[number + 1]]
    placement = templates.placements[template]
    mature = templates.matures[
        templates.mature_bounds[placement[0]] : templates.mature_bounds[placement[0] + 1]
    ]
    inner = len(sequence) - tail_3p
    shift = templates.hairpin_shift[template]
    one.sequence, one.mature, one.hairpin, one.placement = number, placement[0], placement[1], template
    one.start, one.cost = offset + shift + tail_5p, row[5]
    one.iso5, one.iso3 = one.start - placement[2], offset + shift + inner - placement[3]
    one.added_5p, one.added_3p = tail_5p, tail_3p
    first = tail_5p - one.iso5  # where the miRNA's first nucleotide falls in the sequence
    low, high = min(max(tail_5p, first), inner), max(min(inner, first + len(mature)), tail_5p)
    one.templated_5p, one.templated_3p = low - tail_5p, inner - high
    one.n_changes, one.changes, one.snv = 0, 0, 0
    for j in range(low, high):
        if sequence[j] == mature[j - first]:
            continue
        position = j - first + 1
        change = position | mature[j - first] << POSITION_BITS | sequence[j] << POSITION_BITS + 3
        one.changes |= change << CHANGE_BITS * one.n_changes
        one.n_changes += 1
        one.snv |= snv_of[position]


@njit(cache=True)
def _before(a, b):  # type: ignore[no-untyped-def] # pragma: no cover # noqa: ANN001, ANN202, PLR0911
    """Return whether an explanation comes before another; of equally cheap ones those without substitutions do."""
    if a.cost != b.cost:
        return a.cost < b.cost
    if a.n_changes != b.n_changes:
        return a.n_changes < b.n_changes
    if a.added_5p + a.added_3p != b.added_5p + b.added_3p:
        return a.added_5p + a.added_3p < b.added_5p + b.added_3p
    if abs(a.iso5) != abs(b.iso5):
        return abs(a.iso5) < abs(b.iso5)
    if abs(a.iso3) != abs(b.iso3):
        return abs(a.iso3) < abs(b.iso3)
    # miRNA, hairpin, position in it: the order of the placements; then the position of the sequence
    if a.placement != b.placement and (a.mature != b.mature or a.hairpin != b.hairpin):
        return a.mature < b.mature if a.mature != b.mature else a.hairpin < b.hairpin
    return a.start < b.start if a.start != b.start else a.placement < b.placement


@njit(cache=True)
def describe(  # pragma: no cover
    rows: NDArray[np.int32],
    codes: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    templates: Templates,
    snv_of: NDArray[np.int32],
    margin: int,
    found: Rows,
) -> int:
    """Turn the rows of the search into explanations.

    Parameters
    ----------
    rows
        Of :func:`dmiso.isomir.search_kernel.search`, ``(n_rows, 6)``, those of a sequence together.
    codes, offsets, templates
        As the search had them.
    snv_of
        The word of a substitution as a bit, by position on the miRNA counted from 1.
    margin
        Cost above the cheapest that is kept.
    found
        Filled: :data:`dmiso.isomir.found.FOUND`, ``(n_rows + 1,)``; the last is scratch.

    Returns
    -------
    int
        Explanations written: by sequence, then as :func:`_before` orders them.
    """
    n_found, begin = 0, 0
    spare = len(rows)
    while begin < len(rows):
        end, best = begin, rows[begin, 5]
        while end < len(rows) and rows[end, 0] == rows[begin, 0]:
            best = min(best, rows[end, 5])
            end += 1
        first = n_found
        for i in range(begin, end):
            if rows[i, 5] > best + margin:
                continue
            _fill(found[spare], rows[i], codes, offsets, templates, snv_of)
            # few explain a sequence: each is put where it belongs among those before it
            at = n_found
            while at > first and _before(found[spare], found[at - 1]):
                found[at] = found[at - 1]
                at -= 1
            found[at] = found[spare]
            n_found += 1
        begin = end
    return n_found
