"""Click types of numbers: every option that is a number has both bounds, and is finite.

The bounds are those of :mod:`dmiso.settings.ranges`. A test walks all commands and refuses a bare type.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dmiso.settings.ranges import Range

__all__ = ["Real", "RowsType", "Whole"]


class Whole(click.IntRange):
    """A whole number in a range whose bounds are both included."""

    def __init__(self, bounds: Range) -> None:
        super().__init__(int(bounds.least), int(bounds.most))


class Real(click.FloatRange):
    """A finite number in a range; NaN lies in no range, though it is above and below nothing."""

    def __init__(self, bounds: Range) -> None:
        super().__init__(bounds.least, bounds.most, min_open=bounds.above_least, max_open=bounds.below_most)

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


class RowsType(click.ParamType[int | None]):
    """A number of rows, or the word ``all`` (None)."""

    name = "N|all"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Return the number, or None for all."""
        if value == "all":
            return None
        text = str(value)
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            self.fail(f"{value!r} is neither a number of rows above 0 nor 'all'", param, ctx)
        return int(text)
