"""Explanations as numbers: the rows that compiled code hands to Python.

The fields are those of :class:`dmiso.isomir.align.Explanation`; nucleotides of the sequence are numbers of them, and
substitutions are packed into one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.alphabet import CODED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Rows = NDArray[np.void]

__all__ = [
    "CALL",
    "CHANGE_BITS",
    "FOUND",
    "FOUND_FIELDS",
    "MOST_CHANGES",
    "POSITION_BITS",
    "changed_positions",
    "changes_in",
]

CHANGE_BITS: Final = 13
"""Bits of a substitution: its position on the miRNA, and three for either nucleotide's code."""
POSITION_BITS: Final = 7
MOST_CHANGES: Final = 4
"""Substitutions that the limits allow at most; four fill 52 bits."""

FOUND_FIELDS: Final = (
    *("sequence", "mature", "hairpin", "start", "cost", "iso5", "iso3"),
    *("added_5p", "added_3p", "templated_5p", "templated_3p"),
    *("n_changes", "snv", "placement", "changes"),
)
FOUND: Final = np.dtype(
    [(name, np.int64 if name == "changes" else np.int32) for name in FOUND_FIELDS], align=True
)
"""An explanation: ``sequence`` is its number in the batch, ``snv`` the words of its substitutions, a bit for each."""

CALL: Final = np.dtype(
    [
        *((name, np.int32) for name in ("row", "begin", "end", "n_parents", "n_hairpins")),
        *((name, np.bool_) for name in ("every_hairpin", "said", "long")),
    ],
    align=True,
)
"""A call: its row among the explanations, and the rows of its sequence, half-open; hairpins that explain it so, and
whether those are all of the miRNA's; whether more is to be said of it, and whether that is too long for a key."""


def changes_in(packed: int) -> Iterator[tuple[int, str, str]]:
    """Yield position on the miRNA counted from 1, its nucleotide and the sequence's, by position.

    Examples
    --------
    >>> list(changes_in(5 | 3 << 7 | 2 << 10))
    [(5, 'G', 'C')]
    """
    while packed:
        yield packed & 127, CODED[packed >> POSITION_BITS & 7], CODED[packed >> POSITION_BITS + 3 & 7]
        packed >>= CHANGE_BITS


def changed_positions(packed: NDArray[np.int64]) -> list[NDArray[Any]]:
    """Return the positions of the first to the last substitution that there may be, 0 where there is none."""
    return [packed >> CHANGE_BITS * k & 127 for k in range(MOST_CHANGES)]
