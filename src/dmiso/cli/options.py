"""Options that show under a heading of their own in the help page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dmiso.cli.numbers import PERCENT, PRIOR, SEED, SHARE
from dmiso.cli.paths import CheckedCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "DefaultGroup",
    "GroupedCommand",
    "GroupedOption",
    "force_option",
    "labelled_options",
    "model_options",
    "site_options",
]


_Command = TypeVar("_Command", bound="Callable[..., Any]")


class GroupedOption(click.Option):
    """An option with the heading it is listed under, and the options without which it has no effect.

    Parameters
    ----------
    group
        The heading.
    needs
        Conditions as :func:`dmiso.cli.needs.check_needs` reads them; one that holds is enough.
    """

    def __init__(self, *args: Any, group: str = "Other", needs: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        self.needs = tuple(needs)


class GroupedCommand(CheckedCommand):
    """A command whose help lists :class:`GroupedOption` by heading, in the order they were declared."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                heading = parameter.group if isinstance(parameter, GroupedOption) else "Other"
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class DefaultGroup(click.Group):
    """A group one of whose subcommands runs where none is named; its help shows that command's options.

    Parameters
    ----------
    default
        Name of that subcommand.
    usage
        What follows the group's name then, e.g. ``[OPTIONS] READS...``.
    """

    def __init__(self, *args: Any, default: str, usage: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._default, self._usage = default, usage

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default subcommand before arguments that name none."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write all ways to use the group."""
        formatter.write_usage(ctx.command_path, self._usage)
        others = [name for name in self.list_commands(ctx) if name != self._default]
        if others:
            formatter.write_usage(ctx.command_path, f"{{{'|'.join(others)}}} ...", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the default subcommand, then the subcommands."""
        self.commands[self._default].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def force_option(command: _Command) -> _Command:
    """Add ``--force`` to a command that writes a folder."""
    option = click.option(
        "--force",
        cls=GroupedOption,
        group="Output",
        is_flag=True,
        help="Write into a folder that holds files of others too: none of them is replaced or removed.",
    )
    return option(command)


def labelled_options(command: _Command) -> _Command:
    """Add the options that say how a labelled table is written."""
    option = partial(click.option, cls=GroupedOption, group="Input")
    options = (
        option(
            "--layout",
            type=click.Choice(["dmiso", "mirbench", "mirbind", "miraw"]),
            help="How the tables are written.  [default: told by the header]",
        ),
        option("--mirna-column", default="mirna_sequence", show_default=True, help="miRNA sequences."),
        option("--target-column", default="target_sequence", show_default=True, help="Target sequences."),
        option("--label-column", default="label", show_default=True, help="Labels: 1 or 0."),
    )
    return _with_options(options, command)


def site_options(group: str) -> Callable[[_Command], _Command]:
    """Return what adds the options that say which sites are kept, under a heading."""
    option = partial(click.option, cls=GroupedOption, group=group, show_default=True)
    options = (
        option(
            "--min-percentile",
            type=PERCENT,
            default=99.0,
            help="Sites above this share (%) of the model's background windows.",
        ),
        option("--min-score", type=SHARE, default=0.0, help="Sites with at least this score."),
    )
    return partial(_with_options, options)


def model_options(group: str, seed_of: str) -> Callable[[_Command], _Command]:
    """Return what adds prior, seed and model of a scan, under a heading; ``seed_of`` says what is drawn."""
    option = partial(click.option, cls=GroupedOption, group=group)
    options = (
        option(
            "--site-prior",
            type=PRIOR,
            default=0.01,
            show_default=True,
            help="Share of true sites among places, for gene scores.",
        ),
        option("--seed", type=SEED, default=0, show_default=True, help=seed_of),
        option(
            "--model",
            metavar="NAME|DIR",
            help="Bundled model or directory.  [default: see dmiso models list]",
        ),
    )
    return partial(_with_options, options)


def _with_options(options: Sequence[Callable[[_Command], _Command]], command: _Command) -> _Command:
    for add in reversed(options):
        command = add(command)
    return command
