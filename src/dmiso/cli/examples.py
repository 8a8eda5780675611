"""``dmiso examples``: write the example files that the help pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmiso.cli.options import force_option
from dmiso.cli.paths import OUTPUT_FOLDER, CheckedCommand

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples:
  dmiso examples
  dmiso examples -o my-folder
"""


@click.command("examples", cls=CheckedCommand, epilog=_EPILOG)
@click.option(
    "-o",
    "--output",
    type=OUTPUT_FOLDER,
    default="dmiso-examples",
    show_default=True,
    help="Folder to write to.",
)
@force_option
def command(*, output: Path, force: bool) -> None:
    """Write real miRNAs/isomiRs, invented transcripts with planted sites, and small tables."""
    from dmiso.examples import write_examples

    for path in write_examples(output, force=force):
        click.echo(path)
