"""A page for each command, from the declarations that ``--help`` is made of: it cannot say anything else."""

from __future__ import annotations

import importlib
import re
from html import escape
from typing import TYPE_CHECKING

import click

from dmiso.cli.main import COMMANDS
from dmiso.cli.options import GroupedOption
from dmiso.columns.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command_index", "command_page"]


def command_index() -> str:
    """Return the page that lists the commands, as Markdown."""
    rows = [f"| [`dmiso {name}`]({name}.md) | {says} |" for name, says in COMMANDS.items()]
    return "\n".join(
        [
            "# Commands",
            "",
            "What `dmiso COMMAND --help` says, a page per command. `dmiso examples` writes the files of the examples.",
            "",
            "| command | does |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def command_page(name: str) -> str:
    """Return the page of a command and of its subcommands, as Markdown.

    Parameters
    ----------
    name
        Of :data:`dmiso.cli.main.COMMANDS`.
    """
    command: click.Command = importlib.import_module(f"dmiso.cli.{name}").command
    root = click.Context(click.Group("dmiso"), info_name="dmiso")
    parts = [f"# dmiso {name}", *_sections(command, click.Context(command, info_name=name, parent=root))]
    tables = [table for table in TABLES if table.command.split()[0] == name]
    if tables:
        parts += ["## Tables it writes", "Columns, types and ranges: [columns](../columns.md)."]
    return "\n\n".join(parts) + "\n"


def _sections(command: click.Command, context: click.Context, level: int = 2) -> Iterator[str]:
    yield "```synopsis\n" + _usage(command, context) + "\n```"
    yield from _paragraphs(command.help or "")
    if isinstance(command, click.Group):
        default = getattr(command, "_default", None)
        for name, sub in command.commands.items():
            inner = click.Context(sub, info_name=name, parent=context)
            if name == default:  # the group without a word is this command
                yield from _options(sub, inner, level)
        yield from _examples(command.epilog or "")
        for name, sub in command.commands.items():
            if name != default and not sub.hidden:
                yield f"{'#' * level} dmiso {context.info_name} {name}"
                yield from _sections(sub, click.Context(sub, info_name=name, parent=context), level + 1)
        return
    yield from _options(command, context, level)
    yield from _examples(command.epilog or "")


def _usage(command: click.Command, context: click.Context) -> str:
    formatter = click.HelpFormatter(width=100)
    command.format_usage(context, formatter)
    return formatter.getvalue().removeprefix("Usage: ").replace("\n       ", "\n").strip()


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.replace("\b", "").strip()):
        if paragraph.strip():
            yield _plain(" ".join(paragraph.split()))


def _plain(words: str) -> str:
    """Return words as Markdown that shows them as they are."""
    return re.sub(r"([\[\]*_`|])", r"\\\1", escape(words, quote=False))


def _options(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    """Write a table per heading, in the order of ``--help``."""
    headings: dict[str, list[str]] = {}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or isinstance(parameter, click.Argument):
            continue
        heading = parameter.group if isinstance(parameter, GroupedOption) else "Other"
        names, says = (" ".join(part.split()) for part in record)
        cell = _plain(says)
        headings.setdefault(heading, []).append(
            f"| <code>{escape(names).replace('|', '&#124;')}</code> | {cell} |"
        )
    if "Other" in headings:
        headings["Other"] = headings.pop("Other")
    for heading, rows in headings.items():
        anchor = f"{context.command_path} {heading}".lower().replace(
            " ", "-"
        )  # several commands have an "Output"
        yield f"{'#' * level} {heading} {{ #{anchor} }}"
        yield "\n".join(["| option | what it does |", "|---|---|", *rows])


def _examples(epilog: str) -> Iterator[str]:
    lines = [line.strip() for line in epilog.replace("\b", "").splitlines() if line.strip()]
    code = [line for line in lines if line.startswith("dmiso ")]
    if code:
        yield "**Examples** (`dmiso examples` writes the files):"
        yield "```sh\n" + "\n".join(code) + "\n```"
