"""What an isomiR may differ in, and what each difference costs: the whole of the search's judgement.

An explanation of a sequence is a miRNA, positions of its ends on the template, tails that the template does not have,
and substitutions inside the miRNA. Its cost is the sum of what it needs:

======================================  ==============================
end moved along the template            1 per nucleotide, either end
nucleotides added without template, 3'  3 the first, 1 each further
nucleotides added without template, 5'  5 the first, 2 each further
substitution inside the miRNA           4 each
======================================  ==============================

The cheapest explanation is the call, and all that are as cheap are reported. The numbers order what sequencing
of small RNAs finds, from the frequent to the rare: ends that move, 3' tails of one to three nucleotides, then
substitutions, then 5' tails. A changed last nucleotide costs 4 as a substitution and 4 as a removed nucleotide with a
tail of one (1 + 3): both are said. One nucleotide further in the substitution (4) is cheaper than the tail (2 + 4).
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from dmiso.settings.isomirs import Limits

__all__ = ["COST_MARGIN", "Rules", "cost_of", "rules_of"]

COST_MARGIN: Final = 2
"""Explanations that cost this much more than the best are named in the column ``ambiguity``."""

SHIFT: Final = 1
TAIL_3P: Final = 2
TAIL_3P_BASE: Final = 1
TAIL_5P: Final = 3
TAIL_5P_BASE: Final = 2
SUBSTITUTION: Final = 4


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
    tail_5p_base: int = TAIL_5P_BASE
    tail_3p: int = TAIL_3P
    tail_3p_base: int = TAIL_3P_BASE
    margin: int = COST_MARGIN


def rules_of(limits: Limits) -> Rules:
    """Return the limits with the prices, as the compiled search takes them."""
    return Rules(**{field.name: int(getattr(limits, field.name)) for field in fields(limits)})


def cost_of(moved: int, tail_5p: int, tail_3p: int, substitutions: int) -> int:
    """Return what an explanation costs.

    Parameters
    ----------
    moved
        Nucleotides that both ends lie off the reference's, without regard of direction.
    tail_5p, tail_3p
        Nucleotides added without template.
    substitutions
        Nucleotides replaced inside the miRNA.

    Examples
    --------
    >>> cost_of(1, 0, 1, 0), cost_of(0, 0, 0, 1)
    (4, 4)
    """
    cost = SHIFT * moved + SUBSTITUTION * substitutions
    if tail_5p:
        cost += TAIL_5P + TAIL_5P_BASE * tail_5p
    if tail_3p:
        cost += TAIL_3P + TAIL_3P_BASE * tail_3p
    return cost
