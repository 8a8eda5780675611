"""What commands say on the terminal: readable tables, and what was dropped or changed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Literal

import click

if TYPE_CHECKING:
    import polars as pl

    from dmiso.records import Counts

__all__ = ["print_notes", "print_table"]

_LONGEST_CELL: Final = 28
_SHORTEST_TEXT: Final = 6
"""Columns that a column of text needs at least; it is cut to them."""
_FRAME: Final = 3
"""Columns that the border and the space around a cell take."""
_WIDTH_ELSEWHERE: Final = 200
"""Columns where there is no terminal."""


def print_table(frame: pl.DataFrame, title: str) -> None:
    """Print rows as a readable table on standard error, as wide as the terminal at most.

    Numbers are shown whole, as half a number is a wrong one; text is cut. What does not fit even so is left out from
    the right, and named.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, width=None if sys.stderr.isatty() else _WIDTH_ELSEWHERE)
    cells = [[_cell(value) for value in column] for column in frame.iter_columns()]
    least = [
        max(map(len, [name, *column])) if dtype.is_numeric() else _SHORTEST_TEXT
        for (name, dtype), column in zip(frame.schema.items(), cells, strict=True)
    ]
    shown = frame.width
    while shown > 1 and sum(least[:shown]) + _FRAME * shown + 1 > console.width:
        shown -= 1
    table = Table(title=title, title_justify="left")
    for (name, dtype), width in zip(list(frame.schema.items())[:shown], least, strict=False):
        justify: Literal["right", "left"] = "right" if dtype.is_numeric() else "left"
        table.add_column(name, justify=justify, no_wrap=True, min_width=width)
    for row in zip(*cells[:shown], strict=True):
        table.add_row(*row)
    console.print(table)
    if hidden := frame.columns[shown:]:
        click.echo(f"Too narrow a terminal to show: {', '.join(hidden)}", err=True)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    text = str(value)
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"


def print_notes(counts: Counts) -> None:
    """Say what was dropped or changed, a line each; losses of over half come last, where they are seen."""
    from dmiso.losses import large_losses

    for sentence in counts.sentences():
        click.echo(f"note: {sentence}", err=True)
    for sentence in large_losses(counts):
        click.echo(f"WARNING: {sentence}", err=True)
