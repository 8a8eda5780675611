"""The option ``--reference``: which inputs of a command a reference stands for, and what is said of it.

This is the one place that knows: :data:`FILLS` maps a command's parameters to the files of a reference. A path that is
given wins over the reference, and takes those with it that belong to it: coding sequences of the reference say nothing
of other transcripts. Without ``--reference`` the one in use (``dmiso reference use``) is taken where an input is
missing that the command cannot do without, and never where all are given: what a whole command line means depends on
nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
from click.core import ParameterSource

from dmiso.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dmiso.references import Reference

__all__ = [
    "FILLS",
    "OPTION",
    "Fill",
    "fill",
    "has_reference",
    "hint_at_reference",
    "reference_of",
    "say_reference",
]

_META: Final = "dmiso.reference"
"""Where a context keeps what was taken from a reference."""
OPTION: Final = "reference"
"""The parameter's name."""


class Fill(NamedTuple):
    """What a parameter takes from a reference.

    ``kind`` is a file of :data:`dmiso.references.stored.FILES`, not taken where a parameter of ``unless`` is given.
    ``is_question`` marks what a command is asked about: that is taken from a reference that the command line names, not
    from the one in use.
    """

    kind: str
    unless: tuple[str, ...] = ()
    is_question: bool = False


FILLS: Final[Mapping[str, Fill]] = {
    "mirnas": Fill("mirnas", ("pairs",), is_question=True),
    "mature": Fill("mirnas", ("gff3",)),
    "matures": Fill("mirnas"),
    "known": Fill("mirnas"),
    "hairpin": Fill("hairpins", ("mature", "gff3")),
    "gff3": Fill("gff3", ("mature", "hairpin")),
    "transcripts": Fill("transcripts", ("genome",)),
    "targets": Fill("transcripts", ("pairs",)),
    "cds": Fill("cds", ("transcripts", "genome")),
    "genes": Fill("genes", ("transcripts", "genome")),
    "gene_map": Fill("genes", ("transcripts",)),
    "utrs": Fill("utrs"),
}
"""By the parameter's name, in commands that have ``--reference``."""


class _Taken:
    """A reference, and what a command took from it; ``reference`` is None where none is needed."""

    def __init__(self, reference: Reference | None, *, is_named: bool) -> None:
        self.reference, self.is_named = reference, is_named
        self.options: list[str] = []


def fill(parameter: click.Parameter, ctx: click.Context, given: Mapping[str, Any]) -> Path | None:
    """Return the file of a reference that stands for a parameter that is not given; None where there is none.

    Parameters
    ----------
    parameter
        Of a command with ``--reference``.
    ctx
        Its context.
    given
        What the command line gives, by the parameters' names.

    Raises
    ------
    UsageError
        If the reference is unknown, or has no such file and the command needs it.
    """
    rule = _rule(parameter, ctx.command)
    if rule is None or ctx.resilient_parsing:
        return None
    taken = _taken(ctx, given)
    if taken.reference is None or (rule.is_question and not taken.is_named):
        return None
    if any(name in given for name in rule.unless) or not _would_serve(parameter, ctx, given):
        return None
    kind = "utrs" if rule.kind == "transcripts" and given.get("as_utrs") else rule.kind
    if given.get("as_utrs") and kind == "cds":
        return None
    path = taken.reference.path(kind)
    if path is None:
        if _needs(parameter, ctx):
            raise UsageError(_lacking(parameter, taken.reference, kind))
        return None
    taken.options.append(max(parameter.opts, key=len))
    return path


def _would_serve(parameter: click.Parameter, ctx: click.Context, given: Mapping[str, Any]) -> bool:
    """Say whether an option would have an effect: one of those that it needs is there, or comes of the reference."""
    needs = [need for need in getattr(parameter, "needs", ()) if "=" not in need]
    others = {own.name: own for own in ctx.command.params}
    return not needs or any(
        name in given or _rule(others[name], ctx.command) or _is_on(others[name].default) for name in needs
    )


def _is_on(default: object) -> bool:
    """Say whether an option is on by its default, as a number above 0 is; click has a sign for none."""
    return isinstance(default, bool | int | float | str) and bool(default)


def _lacking(parameter: click.Parameter, reference: Reference, kind: str) -> str:
    """Say that a reference has no file that a command needs."""
    option = max(parameter.opts, key=len)
    what = {"utrs": "3'UTRs without mRNAs", "mirnas": "miRNAs"}.get(kind, kind)
    more = ", or leave out --as-utrs" if kind == "utrs" else ""
    return f"Reference {reference.sentence} has no {what}. Give {option}, or another --reference{more}."


def _taken(ctx: click.Context, given: Mapping[str, Any]) -> _Taken:
    """Return the reference of a command line, opened once."""
    if _META not in ctx.meta:
        ctx.meta[_META] = _opened(ctx, given)
    taken: _Taken = ctx.meta[_META]
    return taken


def _opened(ctx: click.Context, given: Mapping[str, Any]) -> _Taken:
    """Open the reference that is named, or the one in use where a needed input is missing."""
    named = given.get(OPTION)
    if named is None and not any(_is_missing(parameter, ctx, given) for parameter in ctx.command.params):
        return _Taken(None, is_named=False)
    from dmiso.references import open_reference
    from dmiso.references.homes import reference_in_use

    if named is not None:
        return _Taken(open_reference(named), is_named=True)
    in_use = reference_in_use()
    return _Taken(open_reference(in_use) if in_use else None, is_named=False)


def _is_missing(parameter: click.Parameter, ctx: click.Context, given: Mapping[str, Any]) -> bool:
    """Say whether a parameter is needed, not given, and of those that a reference in use may stand for."""
    rule = _rule(parameter, ctx.command)
    if rule is None or rule.is_question or parameter.name in given:
        return False
    return _needs(parameter, ctx) and not any(name in given for name in rule.unless)


def _needs(parameter: click.Parameter, ctx: click.Context) -> bool:
    """Say whether a command cannot do without a parameter: click knows, or its ``--reference`` says so."""
    return parameter.required or parameter.name in getattr(_option(ctx.command), "needed", ())


def _rule(parameter: click.Parameter, command: click.Command) -> Fill | None:
    """Return what a parameter of a command takes from a reference; None where it takes nothing."""
    option, name = _option(command), parameter.name or ""
    if not getattr(parameter.type, "is_input_file", False):
        return None  # a number of the same name, as --mirnas of a simulation
    rule = None if name in getattr(option, "without", ()) else FILLS.get(name)
    more: Mapping[str, tuple[str, ...]] = getattr(option, "unless", {})
    return rule and rule._replace(unless=(*rule.unless, *more.get(name, ())))


def _option(command: click.Command) -> click.Parameter | None:
    # by what it is: a command may have an option of this name that stands for no path
    return next((own for own in command.params if getattr(own, "stands_for_paths", False)), None)


def hint_at_reference(parameter: click.Parameter | None, command: click.Command) -> str:
    """Return what to add to the message of a missing option: that a reference can stand for it, where one can."""
    can = parameter is not None and has_reference(command) and _rule(parameter, command) is not None
    return "Give it, or --reference NAME: see dmiso reference list." if can else ""


def has_reference(command: click.Command) -> bool:
    """Say whether a command has ``--reference``."""
    return _option(command) is not None


def reference_of(ctx: click.Context) -> dict[str, Any] | None:
    """Return what a manifest says of the reference of a command that runs; None where it has none."""
    taken: _Taken | None = ctx.meta.get(_META)
    if taken is None or taken.reference is None or not taken.options:
        return None
    return {**taken.reference.as_manifest(), "stands_for": [option.lstrip("-") for option in taken.options]}


def say_reference(ctx: click.Context) -> None:
    """Say which reference stands for which options, and which were given in place of it.

    Raises
    ------
    UsageError
        If a reference is named and stands for nothing.
    """
    taken: _Taken | None = ctx.meta.get(_META)
    if taken is None or taken.reference is None:
        return
    if not taken.options:
        if taken.is_named:
            raise UsageError(
                f"--reference {taken.reference.name} has no effect: every input that it could stand for is given, or "
                "is not in it. Leave it out."
            )
        return
    if ctx.params.get("quiet"):
        return
    how = "" if taken.is_named else ", the reference in use"
    text = f"reference {taken.reference.sentence}{how}: {', '.join(taken.options)}"
    own = list(_given_instead(ctx))
    click.echo(text + (f"; given instead: {', '.join(own)}" if own else ""), err=True)


def _given_instead(ctx: click.Context) -> Iterator[str]:
    """Yield the options that were given and that the reference would have stood for."""
    for parameter in ctx.command.params:
        name = parameter.name or ""
        rule = _rule(parameter, ctx.command)
        if rule is None or rule.is_question:
            continue
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            yield max(parameter.opts, key=len)
