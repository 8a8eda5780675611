"""Which words of a sequence are looked up in the templates, by the sequence's length: as few and as long as suffice.

Whatever explains a sequence, its nucleotides between the tails lie on one diagonal with at most some substitutions. Of
``s + 1`` words there that share no nucleotide, ``s`` substitutions leave one whole: looking these up finds every
explanation. A word of six nucleotides stands by chance at a quarter of the positions where one of five does.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.isomir.limits import cost_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.settings.isomirs import Limits

__all__ = ["Words", "words_for"]

_LONGEST: Final = 8
"""An index by longer words would be larger than what it saves."""


class Words(NamedTuple):
    """Words to look up: their length, and where each begins in the sequence."""

    length: int
    starts: tuple[int, ...]

    @property
    def chance_hits(self) -> float:
        """Hits by chance, per position of the templates."""
        return len(self.starts) / 4.0**self.length


def words_for(length: int, limits: Limits) -> Words:
    """Return the words that find every explanation of a sequence.

    Parameters
    ----------
    length
        Of the sequence, nt.
    limits
        How far it may be from a miRNA.

    Returns
    -------
    Words
        Without any start where no sequence of this length has an explanation.

    Examples
    --------
    >>> from dmiso.settings.isomirs import Limits
    >>> words_for(22, Limits()), words_for(14, Limits())
    (Words(length=6, starts=(2, 8, 14)), Words(length=5, starts=()))
    """
    inner = _inner(length, limits)
    if not inner:
        return Words(limits.word_length, ())
    # at any position, as many nucleotides agree in a row as the limits alone promise
    anywhere = Words(limits.word_length, tuple(range(length - limits.word_length + 1)))
    for size in range(_LONGEST, 0, -1):
        starts = _enough(size, inner)
        if starts is not None:
            return min(Words(size, starts), anywhere, key=lambda words: words.chance_hits)
    return anywhere


def _inner(length: int, limits: Limits) -> Mapping[int, tuple[int, int]]:
    """Return by number of substitutions which nucleotides lie between the tails, whatever these are; half-open."""
    inner: dict[int, tuple[int, int]] = {}
    tails = product(range(limits.max_5p_tail + 1), range(limits.max_3p_tail + 1))
    for (tail_5p, tail_3p), n_wrong in product(tails, range(limits.max_substitutions + 1)):
        n_matches = length - tail_5p - tail_3p - n_wrong
        if n_matches < limits.min_matches or cost_of(0, tail_5p, tail_3p, n_wrong) > limits.max_cost:
            continue
        begin, end = inner.get(n_wrong, (0, length))
        inner[n_wrong] = max(begin, tail_5p), min(end, length - tail_3p)
    return inner


def _enough(size: int, inner: Mapping[int, tuple[int, int]]) -> tuple[int, ...] | None:
    """Return starts of which one more than substitutions lie side by side between the tails; None if none fit."""
    options = [
        [
            tuple(range(first, first + (n_wrong + 1) * size, size))
            for first in range(begin, end - (n_wrong + 1) * size + 1)
        ]
        for n_wrong, (begin, end) in sorted(inner.items(), reverse=True)
    ]
    if not all(options):
        return None
    sets = []
    for most in options[0]:
        chosen = set(most)
        for fewer in options[1:]:
            # what more substitutions need may do for fewer
            chosen.update(min(fewer, key=lambda starts: len(set(starts) - chosen)))
        sets.append(tuple(sorted(chosen)))
    return min(sets, key=len)
