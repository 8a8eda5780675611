"""What a declared column says of itself, and which numbers it may hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["Column"]

_LARGEST: Final = 10**15
"""Reads, rows and other counts; far from what 64 bits hold, so that sums of them hold too."""
_FARTHEST: Final = 10**10
"""Positions: the longest chromosomes have some 10^9 nt."""
_UNITS: Final[dict[str, tuple[float, float]]] = {
    "0-1": (0, 1),
    "0/1": (0, 1),
    "0-100": (0, 100),
    "reads": (0, _LARGEST),
    "Phred": (0, 93),
    "kcal/mol": (-2000, 200),
}
"""What a unit allows. 1,000 pairs of G and C have -3,400 kcal/mol, and no duplex has a third of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type in Parquet, its unit, what it means, and the numbers it may hold.

    Parameters
    ----------
    name, type, unit, meaning
        As said.
    least, most
        Bounds of a number, both included; None takes those of the unit, and else of the type: see :attr:`bounds`.
    """

    name: str
    type: str
    unit: str
    meaning: str
    least: float | None = None
    most: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it holds whole numbers."""
        return self.type.startswith("Int")

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.is_whole or self.type.startswith("Float")

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the largest number that it may hold; NaN and infinity are none.

        Whole numbers count things or positions, so without a word they begin at 0.

        Examples
        --------
        >>> Column("label", "Int8", "0/1", "Label").bounds, Column("share", "Float64", "0-1", "Share").bounds
        ((0, 1), (0, 1))
        >>> Column("start", "Int64", "nt", "Start").bounds, Column("logit", "Float32", "", "Logit").bounds
        ((0, 10000000000), (-inf, inf))
        """
        if self.unit in _UNITS:
            least, most = _UNITS[self.unit]
        elif self.is_whole:
            least, most = 0, _FARTHEST if self.unit == "nt" else _LARGEST
        else:
            least, most = -math.inf, math.inf
        return (
            least if self.least is None else self.least,
            most if self.most is None else self.most,
        )
