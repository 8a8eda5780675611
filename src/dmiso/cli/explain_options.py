"""What the subcommands of ``dmiso explain`` have in common: which model, where to, and the pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.options import GroupedOption, force_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER
from dmiso.cli.pictures import picture_options

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FILE", "model_option", "option", "output_options"]

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
                picture_options("what was found", by_default=True),
                option("-q", "--quiet", group="Output", is_flag=True, help="Say nothing but errors."),
            )
        ):
            function = added(function)
        return function

    return add
