"""What an isomiR may differ in, and what each difference costs: the whole of the search's judgement.

An explanation of a sequence is a miRNA, a place of its ends on the template, tails that the template does not have,
and substitutions inside the miRNA. Its cost is the sum of what it needs:

====================================  ==============================
end moved along the template          1 a nucleotide, either end
letters added without template, 3'    3 the first, 1 each further
letters added without template, 5'    5 the first, 2 each further
substitution inside the miRNA         4 each
====================================  ==============================

The cheapest explanation is the call, and all that are as cheap are reported. The numbers order what sequencing
of small RNAs finds, from the frequent to the rare: ends that move, 3' tails of one to three letters, then
substitutions, then 5' tails. A changed last letter costs 4 as a substitution and 4 as a removed letter with a
tail of one (1 + 3): both are said. One letter further in the substitution (4) is cheaper than the tail (2 + 4).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, NamedTuple

from dmiso.errors import UsageError

__all__ = ["COST_MARGIN", "Limits", "Rules", "cost_of"]

COST_MARGIN: Final = 2
"""Explanations that cost this much more than the best are named in the column ``ambiguity``."""

SHIFT: Final = 1
TAIL_3P: Final = 2
TAIL_3P_LETTER: Final = 1
TAIL_5P: Final = 3
TAIL_5P_LETTER: Final = 2
SUBSTITUTION: Final = 4

_LOWEST: Final = {"min_matches": 8}
_HIGHEST: Final = {
    "max_5p_offset": 15,
    "max_3p_offset": 15,
    "max_5p_tail": 10,
    "max_3p_tail": 10,
    "max_substitutions": 4,
    "min_matches": 40,
    "max_cost": 60,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a sequence may be from a miRNA.

    Parameters
    ----------
    max_5p_offset, max_3p_offset
        Nucleotides an end may lie off the reference's, inside or outside, on the template.
    max_5p_tail, max_3p_tail
        Letters without template before and after.
    max_substitutions
        Letters replaced inside the miRNA.
    min_matches
        Letters that must agree with the template.
    max_cost
        Cost of an explanation, see the module's table.

    Raises
    ------
    UsageError
        If a limit is outside of what the search can keep its promise for: to find every explanation.

    Examples
    --------
    >>> Limits(max_substitutions=2).word_length
    5
    """

    max_5p_offset: int = 5
    max_3p_offset: int = 7
    max_5p_tail: int = 2
    max_3p_tail: int = 5
    max_substitutions: int = 2
    min_matches: int = 15
    max_cost: int = 12

    def __post_init__(self) -> None:
        """Check the limits once."""
        for field in fields(self):
            value, low, high = getattr(self, field.name), _LOWEST.get(field.name, 0), _HIGHEST[field.name]
            if not low <= value <= high:
                flag = "--" + field.name.replace("_", "-")
                raise UsageError(f"{flag} {value} is not between {low} and {high}.")
        if self.min_matches // (self.max_substitutions + 1) < 3:
            raise UsageError(
                f"--min-matches {self.min_matches} with --max-substitutions {self.max_substitutions} leaves runs of "
                "less than 3 agreeing letters to search by. Raise the first or lower the second."
            )

    @property
    def word_length(self) -> int:
        """Letters that must agree in a row somewhere, whatever the substitutions are: the search's words.

        ``min_matches`` letters in ``max_substitutions + 1`` runs: the longest has at least the mean, rounded up.
        """
        return min(8, -(-self.min_matches // (self.max_substitutions + 1)))

    @property
    def rules(self) -> Rules:
        """The limits with the prices, as the compiled search takes them."""
        own = {field.name: int(getattr(self, field.name)) for field in fields(self)}
        return Rules(**own)


class Rules(NamedTuple):
    """Limits and prices as the compiled search takes them: as arguments, since its cache does not notice globals.

    All whole numbers: compiled code knows one type of them all.
    """

    max_5p_offset: int
    max_3p_offset: int
    max_5p_tail: int
    max_3p_tail: int
    max_substitutions: int
    min_matches: int
    max_cost: int
    shift: int = SHIFT
    substitution: int = SUBSTITUTION
    tail_5p: int = TAIL_5P
    tail_5p_letter: int = TAIL_5P_LETTER
    tail_3p: int = TAIL_3P
    tail_3p_letter: int = TAIL_3P_LETTER
    margin: int = COST_MARGIN


def cost_of(moved: int, tail_5p: int, tail_3p: int, substitutions: int) -> int:
    """Return what an explanation costs.

    Parameters
    ----------
    moved
        Nucleotides that both ends lie off the reference's, without regard of direction.
    tail_5p, tail_3p
        Letters added without template.
    substitutions
        Letters replaced inside the miRNA.

    Examples
    --------
    >>> cost_of(1, 0, 1, 0), cost_of(0, 0, 0, 1)
    (4, 4)
    """
    cost = SHIFT * moved + SUBSTITUTION * substitutions
    if tail_5p:
        cost += TAIL_5P + TAIL_5P_LETTER * tail_5p
    if tail_3p:
        cost += TAIL_3P + TAIL_3P_LETTER * tail_3p
    return cost
