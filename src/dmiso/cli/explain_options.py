"""What the subcommands of ``dmiso explain`` have in common: which model, where to, and whether pictures are drawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.options import GroupedOption, force_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FILE", "draws_pictures", "model_option", "option", "output_options"]

option = partial(click.option, cls=GroupedOption)
FILE = INPUT


def model_option(*, many: bool = False) -> Callable[[Any], Any]:
    """Return the option ``--model``, or one that can be repeated."""
    more = " Can be repeated." if many else ""
    return option(
        "--model",
        "models" if many else "model",
        group="Model",
        multiple=many,
        metavar="NAME|DIR",
        help=f"Bundled model or model directory.{more}  [default: the default model]",
    )


def output_options(files: str) -> Callable[[Any], Any]:
    """Return the options of what is written; ``files`` are named in the help."""

    def add(function: Any) -> Any:
        for added in reversed(
            (
                option(
                    "-o",
                    "--output",
                    group="Output",
                    type=OUTPUT_FOLDER,
                    required=True,
                    help=f"Folder for {files}.",
                ),
                force_option,
                option(
                    "--pictures/--no-pictures",
                    group="Output",
                    default=None,
                    help="Draw as SVG and PNG.  [default: if matplotlib is installed]",
                ),
                option("-q", "--quiet", group="Output", is_flag=True, help="Say nothing but errors."),
            )
        ):
            function = added(function)
        return function

    return add


def draws_pictures(pictures: bool | None, *, quiet: bool) -> bool:
    """Say whether pictures are drawn; stop if they were asked for and cannot be."""
    from dmiso.extras import is_installed, require_extra

    if pictures:
        require_extra("matplotlib", "drawing an explanation")
    if pictures is None and not is_installed("matplotlib") and not quiet:
        click.echo("No pictures: matplotlib is not installed (pip install 'dmiso[report]').", err=True)
    return is_installed("matplotlib") if pictures is None else pictures
