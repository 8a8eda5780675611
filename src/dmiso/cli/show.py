"""What commands say on the terminal: progress, readable tables, and what was dropped or changed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from dmiso.records import Counts

__all__ = ["print_notes", "print_table", "progress"]

_LONGEST_CELL = 28


@contextmanager
def progress(unit: str, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """Show a count and rate while a block runs, on a terminal only; gives the function that counts on."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} " + unit),
        TextColumn("{task.speed:,.0f}/s"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(unit, total=None)
        yield lambda n: bar.update(task, advance=n)


def print_table(frame: pl.DataFrame, title: str) -> None:
    """Print rows as a readable table on standard error."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name, dtype in frame.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left", no_wrap=True)
    for row in frame.iter_rows():
        table.add_row(*(_cell(value) for value in row))
    width = None if sys.stderr.isatty() else 200
    Console(stderr=True, width=width).print(table)


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
