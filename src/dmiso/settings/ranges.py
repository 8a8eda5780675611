"""The ranges that several settings and options share; both ends of each are stated.

An upper bound keeps a slip of the keyboard (``--decoys 20000``) from taking all memory; what lies above it is no use
that we know of.
"""

from dataclasses import dataclass
from typing import Final

__all__ = [
    "COPIES",
    "DECOYS",
    "EPOCHS",
    "FOLDS",
    "LENGTH",
    "LENGTH_OR_NONE",
    "LOGIT",
    "PERCENT",
    "POSITIVE_SHARE",
    "PRIOR",
    "PROCESSES",
    "QUALITY",
    "RECORDS",
    "RECORDS_OR_NONE",
    "REPLICATES",
    "SECONDS",
    "SEED",
    "SHARE",
    "SHARE_BELOW_ONE",
    "SHOWN",
    "TRAINING_SEED",
    "Range",
]


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two bounds.

    Parameters
    ----------
    least, most
        The bounds; of whole numbers they are whole.
    above_least, below_most
        Whether a bound itself lies outside.

    Examples
    --------
    >>> str(Range(0, 1)), str(Range(0, 1, above_least=True))
    ('between 0 and 1', 'above 0 and at most 1')
    >>> 1 in Range(0, 1, below_most=True), float("nan") in Range(0, 1)
    (False, False)
    """

    least: float
    most: float
    above_least: bool = False
    below_most: bool = False

    def __contains__(self, value: float) -> bool:
        """Say whether a number lies in the range; NaN lies in none."""
        above = value > self.least if self.above_least else value >= self.least
        return above and (value < self.most if self.below_most else value <= self.most)

    def __str__(self) -> str:
        """Return the range as messages say it."""
        if not (self.above_least or self.below_most):
            return f"between {self.least:,} and {self.most:,}"
        low = "above" if self.above_least else "at least"
        high = "below" if self.below_most else "at most"
        return f"{low} {self.least:,} and {high} {self.most:,}"


SEED: Final = Range(0, 2**63 - 1)
TRAINING_SEED: Final = Range(0, 2**32 - 1)
"""Torch and numpy's legacy generators take 32 bits."""
PROCESSES: Final = Range(1, 1024)
"""Workers and threads."""
EPOCHS: Final = Range(1, 1_000_000)
FOLDS: Final = Range(2, 1000)
DECOYS: Final = Range(0, 1000)
REPLICATES: Final = Range(0, 100_000)
COPIES: Final = Range(1, 1000)
"""Times that each record is made again: negatives per positive, shuffles of a kernel."""
RECORDS: Final = Range(1, 1_000_000_000)
RECORDS_OR_NONE: Final = Range(0, 1_000_000_000)
SECONDS: Final = Range(1, 7 * 24 * 60 * 60)
"""Time limits, up to a week."""
SHOWN: Final = Range(0, 10_000)
"""Rows printed."""
LENGTH: Final = Range(1, 100_000)
"""Nucleotides."""
LENGTH_OR_NONE: Final = Range(0, 100_000)
QUALITY: Final = Range(0, 93)
"""Phred."""
SHARE: Final = Range(0, 1)
SHARE_BELOW_ONE: Final = Range(0, 1, below_most=True)
POSITIVE_SHARE: Final = Range(0, 1, above_least=True)
PRIOR: Final = Range(0, 1, above_least=True, below_most=True)
PERCENT: Final = Range(0, 100)
LOGIT: Final = Range(0, 1000)
FOLD_CHANGE: Final = Range(0, 100, above_least=True)
"""log2, without its sign."""
