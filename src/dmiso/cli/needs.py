"""Options that would be left aside in silence are refused before any work.

One that means something only beside another, and one that is given twice where the last alone would count.

An option says itself what it needs (``needs=("transcripts",)``); a command that silently left an option aside would
report a result that its user takes for another.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dmiso.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_needs", "check_repeats"]


def check_needs(ctx: click.Context) -> None:
    """Refuse options that were given and have no effect beside the others.

    Each condition of an option's ``needs`` is a parameter's name (it was given, or is on), ``name=value`` (it has this
    value) or ``name!=value``; values are compared as text.

    Parameters
    ----------
    ctx
        Of a command whose parameters were read.

    Raises
    ------
    UsageError
        Naming the option and what it needs.
    """
    flags = {parameter.name or "": _flag(parameter) for parameter in ctx.command.params}
    for parameter in ctx.command.params:
        needs = getattr(parameter, "needs", ())
        name = parameter.name or ""
        if not needs or ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        if not any(_holds(ctx, need) for need in needs):
            wanted = " or ".join(_said(need, flags) for need in needs)
            raise UsageError(
                f"{flags[name]} has no effect without {wanted}. Give that too, or leave out {flags[name]}."
            )


def check_repeats(order: Iterable[click.Parameter]) -> None:
    """Refuse an option that was given twice and takes one value: the first would be forgotten.

    Parameters
    ----------
    order
        The parameter of each word of the command line, as click's parser gives them.

    Raises
    ------
    UsageError
        Naming the option.
    """
    for parameter, times in Counter(order).items():
        if times < 2 or not isinstance(parameter, click.Option):
            continue
        if not (
            parameter.multiple or parameter.count or (parameter.is_flag and not parameter.secondary_opts)
        ):
            raise UsageError(f"{_flag(parameter)} is given {times} times, and takes one value. Give it once.")


def _parts(need: str) -> tuple[str, str, str]:
    """Split a condition into name, sign and value; the last two are empty where it is a name alone."""
    for sign in ("!=", "="):
        name, found, value = need.partition(sign)
        if found:
            return name, sign, value
    return need, "", ""


def _holds(ctx: click.Context, need: str) -> bool:
    name, sign, value = _parts(need)
    given: Any = ctx.params[name]
    words = {str(one) for one in given} if isinstance(given, tuple | list) else {str(given)}
    if sign == "=":
        return value in words
    if sign == "!=":
        return value not in words
    return given not in (None, False, (), 0)


def _said(need: str, flags: dict[str, str]) -> str:
    name, sign, value = _parts(need)
    if sign == "!=":
        return f"another {flags[name]} than {value}"
    return f"{flags[name]} {value}".strip()


def _flag(parameter: click.Parameter) -> str:
    """Return an option as it is typed, or an argument as the help shows it."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name
