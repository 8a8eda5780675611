"""Click types of numbers: every option that is a number has both bounds, and is finite.

The bounds that several commands share stand here. An upper bound keeps a slip of the keyboard (``--decoys 20000``) from
taking all memory; what lies above it is no use that we know of. A test walks all commands and refuses a bare type.
"""

from __future__ import annotations

import math
from typing import Any, Final

import click

__all__ = [
    "COPIES",
    "DECOYS",
    "EPOCHS",
    "FOLDS",
    "LETTERS",
    "LETTERS_OR_NONE",
    "LOGIT",
    "PERCENT",
    "POSITIVE_SHARE",
    "PRIOR",
    "PROCESSES",
    "RECORDS",
    "RECORDS_OR_NONE",
    "REPLICATES",
    "SECONDS",
    "SEED",
    "SHARE",
    "SHARE_BELOW_ONE",
    "SHOWN",
    "TRAINING_SEED",
    "Real",
    "Whole",
]


class Whole(click.IntRange):
    """A whole number between two bounds, both included."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)


class Real(click.FloatRange):
    """A finite number between two bounds; NaN lies in no range, though it is above and below nothing."""

    def __init__(
        self, least: float, most: float, *, above_least: bool = False, below_most: bool = False
    ) -> None:
        super().__init__(least, most, min_open=above_least, max_open=below_most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number.

        Raises
        ------
        click.BadParameter
            If it is none, is not finite, or lies beyond the bounds.
        """
        number = click.FLOAT.convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return super().convert(number, param, ctx)


SEED: Final = Whole(0, 2**63 - 1)
TRAINING_SEED: Final = Whole(0, 2**32 - 1)
"""Torch and numpy's legacy generators take 32 bits."""
PROCESSES: Final = Whole(1, 1024)
"""Workers and threads."""
EPOCHS: Final = Whole(1, 1_000_000)
FOLDS: Final = Whole(2, 1000)
DECOYS: Final = Whole(0, 1000)
REPLICATES: Final = Whole(0, 100_000)
COPIES: Final = Whole(1, 1000)
"""Times that each record is made again: negatives a positive, shuffles of a kernel."""
RECORDS: Final = Whole(1, 1_000_000_000)
RECORDS_OR_NONE: Final = Whole(0, 1_000_000_000)
SECONDS: Final = Whole(1, 7 * 24 * 60 * 60)
"""Time limits, up to a week."""
SHOWN: Final = Whole(0, 10_000)
"""Rows printed."""
LETTERS: Final = Whole(1, 100_000)
LETTERS_OR_NONE: Final = Whole(0, 100_000)
SHARE: Final = Real(0, 1)
SHARE_BELOW_ONE: Final = Real(0, 1, below_most=True)
POSITIVE_SHARE: Final = Real(0, 1, above_least=True)
PRIOR: Final = Real(0, 1, above_least=True, below_most=True)
PERCENT: Final = Real(0, 100)
LOGIT: Final = Real(0, 1000)
