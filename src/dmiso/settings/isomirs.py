"""How far a sequence may be from a miRNA to be called its isomiR: the limits of ``dmiso isomirs``."""

from dataclasses import dataclass
from typing import Annotated

from dmiso.errors import UsageError
from dmiso.settings.ranges import Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a sequence may be from a miRNA.

    Parameters
    ----------
    max_5p_offset, max_3p_offset
        Nucleotides an end may lie off the reference's, inside or outside, on the template.
    max_5p_tail, max_3p_tail
        Nucleotides without template before and after.
    max_substitutions
        Nucleotides replaced inside the miRNA.
    min_matches
        Nucleotides that must agree with the template.
    max_cost
        Cost of an explanation, see :mod:`dmiso.isomir.limits`.

    Raises
    ------
    UsageError
        If a limit is outside of what the search can keep its promise for: to find every explanation.

    Examples
    --------
    >>> Limits(max_substitutions=2).word_length
    5
    """

    max_5p_offset: Annotated[int, Setting("nt that the 5' end may be off on the hairpin.", Range(0, 15))] = 5
    max_3p_offset: Annotated[int, Setting("nt that the 3' end may be off on the hairpin.", Range(0, 15))] = 7
    max_5p_tail: Annotated[int, Setting("Nucleotides without template before the 5' end.", Range(0, 10))] = 2
    max_3p_tail: Annotated[int, Setting("Nucleotides without template after the 3' end.", Range(0, 10))] = 5
    max_substitutions: Annotated[int, Setting("Nucleotides replaced inside the miRNA.", Range(0, 4))] = 2
    min_matches: Annotated[int, Setting("Nucleotides that must agree with the template.", Range(8, 40))] = 15
    max_cost: Annotated[
        int,
        Setting(
            "Cost of all differences: 1 per moved nt, 4 per substitution, 3' tails 3 and 1 each further nucleotide, "
            "5' tails 5 and 2.",
            Range(0, 60),
        ),
    ] = 12

    def __post_init__(self) -> None:
        """Check the limits once."""
        check_settings(self)
        if self.min_matches // (self.max_substitutions + 1) < 3:
            raise UsageError(
                f"--min-matches {self.min_matches} with --max-substitutions {self.max_substitutions} leaves runs of "
                "less than 3 agreeing nucleotides to search by. Raise the first or lower the second."
            )

    @property
    def word_length(self) -> int:
        """Nucleotides that must agree in a row somewhere, whatever the substitutions are: the search's words.

        ``min_matches`` nucleotides in ``max_substitutions + 1`` runs: the longest has at least the mean, rounded up.
        """
        return min(8, -(-self.min_matches // (self.max_substitutions + 1)))
