"""Options that show under a heading of their own in the help page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from dmiso.cli.from_reference import OPTION, fill, has_reference
from dmiso.cli.paths import CheckedCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "DefaultGroup",
    "GroupedCommand",
    "GroupedOption",
    "ReferenceOption",
    "add_options",
    "force_option",
    "labelled_options",
    "model_option",
    "quiet_option",
    "reference_option",
]


_LAST: Final = "Other"
_Command = TypeVar("_Command", bound="Callable[..., Any]")


class GroupedOption(click.Option):
    """An option with the heading it is listed under, and the options without which it has no effect.

    Parameters
    ----------
    group
        The heading.
    needs
        Conditions as :func:`dmiso.cli.needs.check_needs` reads them; one that holds is enough.
    formerly
        Spellings that no help shows and that still work, see :func:`dmiso.cli.former.say_former`.
    """

    def __init__(
        self,
        *args: Any,
        group: str = "Other",
        needs: Sequence[str] = (),
        formerly: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        self.needs = tuple(needs)
        self.formerly = tuple(formerly)

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser know the former spellings too."""
        shown = self.opts
        self.opts = [*shown, *self.formerly]
        super().add_to_parser(parser, ctx)
        self.opts = shown

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """Return what was given; else, in a command with ``--reference``, the file of the reference for it."""
        if self.name not in opts and has_reference(ctx.command):
            path = fill(self, ctx, opts)
            if path is not None:
                return ((str(path),) if self.multiple else str(path)), ParameterSource.DEFAULT_MAP
        return super().consume_value(ctx, opts)


class ReferenceOption(GroupedOption):
    """``--reference NAME``.

    Parameters
    ----------
    needed
        Parameters that the command cannot do without, though none of them is required as another can be given.
    without
        Parameters that it never stands for in this command.
    unless
        Parameters by what it does not stand for beside them, besides what :data:`dmiso.cli.from_reference.FILLS` says.
    """

    def __init__(
        self,
        *args: Any,
        needed: Sequence[str] = (),
        without: Sequence[str] = (),
        unless: Mapping[str, tuple[str, ...]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needed, self.without, self.unless = tuple(needed), tuple(without), dict(unless or {})


class GroupedCommand(CheckedCommand):
    """A command whose help lists :class:`GroupedOption` by heading, in the order they were declared; "Other" last."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Argument):
                continue  # the usage line and the sentences below it describe them
            record = parameter.get_help_record(ctx)
            if record is not None:
                heading = parameter.group if isinstance(parameter, GroupedOption) else _LAST
                sections.setdefault(heading, []).append(record)
        sections[_LAST] = sections.pop(_LAST)
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
            help="How the tables are written.  [default: detected from the header]",
        ),
        option("--mirna-column", default="mirna_sequence", show_default=True, help="miRNA sequences."),
        option("--target-column", default="target_sequence", show_default=True, help="Target sequences."),
        option("--label-column", default="label", show_default=True, help="Labels: 1 or 0."),
    )
    return add_options(options, command)


def model_option(group: str) -> Callable[[_Command], _Command]:
    """Return what adds ``--model`` under a heading."""
    return click.option(
        "--model",
        cls=GroupedOption,
        group=group,
        metavar="NAME|DIR",
        help="Bundled model or directory.  [default: see dmiso models list]",
    )


def reference_option(
    group: str,
    *,
    needed: Sequence[str] = (),
    without: Sequence[str] = (),
    unless: Mapping[str, tuple[str, ...]] | None = None,
) -> Callable[[_Command], _Command]:
    """Return what adds ``--reference`` under a heading; see :class:`ReferenceOption`.

    The command gets no parameter of it: the paths that it stands for come as if they were given.
    """
    return click.option(
        f"--{OPTION}",
        cls=ReferenceOption,
        group=group,
        metavar="NAME|DIR",
        needed=needed,
        without=without,
        unless=unless,
        expose_value=False,
        help="In place of the paths that are left out: see dmiso reference list.",
    )


def quiet_option(
    text: str = "Say nothing but errors.", *, group: str = "Other"
) -> Callable[[_Command], _Command]:
    """Return what adds ``--quiet``."""
    return click.option("-q", "--quiet", cls=GroupedOption, group=group, is_flag=True, help=text)


def add_options(options: Sequence[Callable[[_Command], _Command]], command: _Command) -> _Command:
    """Add options to a command, in this order."""
    for add in reversed(options):
        command = add(command)
    return command
