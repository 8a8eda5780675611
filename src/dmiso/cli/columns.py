"""``dmiso columns``: what the columns of the tables mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from dmiso.cli.paths import CheckedCommand
from dmiso.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmiso.columns import Column
    from dmiso.columns.tables import Table

__all__ = ["command", "markdown_page"]

_EPILOG = """\b
Examples:
  dmiso columns
  dmiso columns percentile
  dmiso columns genes.parquet
  dmiso columns --format tsv
"""


@click.command("columns", cls=CheckedCommand, epilog=_EPILOG)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "tsv", "json", "markdown"]),
    default="text",
    show_default=True,
    help="For reading, for programs, or for a page.",
)
def command(*, names: tuple[str, ...], layout: str) -> None:
    """Say what columns mean: all of them by table, those of a table, or one.

    NAME is a column, or a table such as genes.parquet; of tables that share a name all are shown.
    """
    from dmiso.columns import COLUMNS
    from dmiso.columns.tables import TABLES

    tables = [table for table in TABLES if table.name in names]
    columns = [COLUMNS[name] for name in names if name in COLUMNS]
    known = {*COLUMNS, *(table.name for table in TABLES)}
    if unknown := [name for name in names if name not in known]:
        near = did_you_mean(unknown[0], known).partition(" Known: ")[0]
        hint = near if near.startswith("Did") else "dmiso columns lists all"
        raise UsageError(f"{unknown[0]!r} is neither a column nor a table of dmiso. {hint}")
    if layout == "markdown":
        click.echo(markdown_page(), nl=False)
    elif layout == "text":
        _show_text(tables if names else list(TABLES), columns)
    else:
        chosen = [*columns, *(COLUMNS[name] for table in tables for name in table.columns)] if names else None
        _show_rows(chosen if chosen is not None else COLUMNS.values(), layout)


def _show_text(tables: Iterable[Table], columns: Iterable[Column]) -> None:
    """Print tables with a line per column, and columns with all that is known of them."""
    from dmiso.columns import COLUMNS

    for column in columns:
        click.echo(f"{column.name}: {column.meaning}")
        click.echo(f"  {', '.join(_facts(column))}")
        if homes := _tables_with(column.name):
            click.echo(f"  in {', '.join(homes)}")
    for table in tables:
        click.secho(f"{table.name} (dmiso {table.command}): a row is {table.row}", bold=True)
        for name in table.columns:
            unit = f" ({COLUMNS[name].unit})" if COLUMNS[name].unit else ""
            click.echo(f"  {name}{unit}: {COLUMNS[name].meaning}{_when(table, name)}")
        click.echo()


def _when(table: Table, name: str) -> str:
    """Say of a column that a table lacks it on some inputs."""
    return " (on some inputs only)" if name in table.sometimes else ""


def _show_rows(columns: Iterable[Column], layout: str) -> None:
    """Print a record per column, as TSV or JSON."""
    records = [
        {
            "name": column.name,
            "type": column.type,
            "unit": column.unit,
            "range": _range(column),
            "meaning": column.meaning,
            "tables": ", ".join(_tables_with(column.name)),
        }
        for column in dict.fromkeys(columns)
    ]
    if layout == "json":
        click.echo(json.dumps(records, indent=1, ensure_ascii=False))
        return
    click.echo("\t".join(records[0]))
    for record in records:
        click.echo("\t".join(record.values()))


def _facts(column: Column) -> list[str]:
    """Return type, unit and range in words."""
    return [
        column.type,
        *([column.unit] if column.unit else []),
        *([_range(column)] if _range(column) else []),
    ]


def _range(column: Column) -> str:
    """Return the numbers that a column may hold; empty for text and where every number may be."""
    least, most = column.bounds
    if not column.is_number or (least, most) == (float("-inf"), float("inf")):
        return ""
    if most == float("inf"):
        return f"at least {least:,g}"
    return f"at most {most:,g}" if least == float("-inf") else f"{least:,g} to {most:,g}"


def _tables_with(name: str) -> list[str]:
    """Return the tables that have a column, with their commands."""
    from dmiso.columns.tables import TABLES

    return [f"{table.name} ({table.command})" for table in TABLES if name in table.columns]


def markdown_page() -> str:
    """Return ``docs/columns.md``: tables with their columns, then every other declared column."""
    from dmiso.columns import COLUMNS
    from dmiso.columns.tables import TABLES
    from dmiso.io.markdown import markdown_table

    def rows(names: Iterable[str], table: Table | None = None) -> list[str]:
        chosen = ((COLUMNS[name], _when(table, name) if table else "") for name in names)
        cells = [(f"`{c.name}`", c.type, c.unit, _range(c), c.meaning + when) for c, when in chosen]
        return markdown_table(["column", "type", "unit", "range", "meaning"], cells).split("\n")

    lines = [
        "# Columns",
        "",
        "Every column of every table, as it is declared in `dmiso.columns`; `dmiso columns NAME` says it in a shell.",
        "This page is made by `dmiso columns --format markdown`. Coordinates are 0-based and half-open, on the",
        "target 5'→3'. Predictions keep the columns of the pairs given, before those listed.",
    ]
    for table in TABLES:
        lines += ["", f"## {table.name} (`dmiso {table.command}`)", "", f"A row is {table.row}.", ""]
        lines += rows(table.columns, table)
    told = {name for table in TABLES for name in table.columns}
    others = [name for name in COLUMNS if name not in told]
    lines += [
        "",
        "## Other columns",
        "",
        "Of inputs, and of tables whose columns depend on the input.",
        "",
        *rows(others),
    ]
    return "\n".join(lines) + "\n"
