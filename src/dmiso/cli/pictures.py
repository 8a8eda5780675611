"""Whether a command draws, and as which files: the same two options wherever there are pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.options import GroupedOption
from dmiso.errors import UsageError
from dmiso.settings.pictures import DEFAULT_FORMATS, FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.settings.pictures import Format

__all__ = ["chosen_formats", "picture_options"]

_option = partial(click.option, cls=GroupedOption)


class _FormatsType(click.ParamType["tuple[Format, ...]"]):
    """Endings joined by commas."""

    name = "list"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Format, ...]:
        """Return the formats in the order of :data:`FORMATS`, each once."""
        if isinstance(value, tuple):
            return value
        given = {word.strip().lower() for word in value.split(",")}
        for word in sorted(given - set(FORMATS)):
            self.fail(
                f"{word!r} is not one of {', '.join(FORMATS)}. Join several by commas: svg,pdf.", param, ctx
            )
        return tuple(form for form in FORMATS if form in given)


def picture_options(what: str, *, by_default: bool, needs: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """Return the options ``--pictures`` and ``--formats``.

    Parameters
    ----------
    what
        What is drawn, for the help: ``reliability and strata``.
    by_default
        Whether it is drawn where neither option is given and matplotlib is installed.
    needs
        Options without which nothing is drawn.
    """
    default = "if matplotlib is installed" if by_default else "no pictures"

    def add(function: Any) -> Any:
        formats = _option(
            "--formats",
            needs=needs,
            group="Output",
            type=_FormatsType(),
            metavar="LIST",
            help=f"Files of each picture: {', '.join(FORMATS)}, joined by commas; PNG has 300 dots per inch.  "
            f"[default: {','.join(DEFAULT_FORMATS)}]",
        )
        pictures = _option(
            "--pictures/--no-pictures",
            needs=needs,
            group="Output",
            default=None,
            help=f"Draw {what}, each with a line that says how to read it.  [default: {default}]",
        )
        return pictures(formats(function))

    return add


def chosen_formats(
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    *,
    purpose: str,
    by_default: bool = True,
    quiet: bool = False,
) -> tuple[Format, ...]:
    """Return the files that each picture is written as; none where nothing is drawn.

    Parameters
    ----------
    pictures, formats
        As given; ``--formats`` alone asks for pictures too.
    purpose
        What needs matplotlib, for the message: ``drawing an evaluation``.
    by_default
        As for :func:`picture_options`.
    quiet
        Do not say that there are no pictures.

    Raises
    ------
    MissingExtraError
        If pictures were asked for and matplotlib is not installed.
    UsageError
        If formats were given and pictures refused.
    """
    from dmiso.extras import is_installed, require_extra

    if pictures is False:
        if formats is not None:
            raise UsageError("--formats has no effect with --no-pictures. Leave one of them out.")
        return ()
    if pictures or formats is not None:
        require_extra("matplotlib", purpose)
    elif not by_default:
        return ()
    elif not is_installed("matplotlib"):
        if not quiet:
            click.echo("No pictures: matplotlib is not installed (pip install 'dmiso[report]').", err=True)
        return ()
    return formats or DEFAULT_FORMATS
