"""``dmiso examples``: write the example files that the help pages use."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

_EPILOG = """\b
Examples:
  dmiso examples
  dmiso examples -o my-folder
"""


@click.command("examples", epilog=_EPILOG)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="dmiso-examples",
    show_default=True,
    help="Folder to write to.",
)
def command(*, output: Path) -> None:
    """Write real miRNAs/isomiRs, invented transcripts with planted sites, and small tables."""
    from dmiso.examples import write_examples

    for path in write_examples(output):
        click.echo(path)
