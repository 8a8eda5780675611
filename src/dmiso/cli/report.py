"""``dmiso report``: the page of a finished run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.options import GroupedCommand, GroupedOption, quiet_option, reference_option
from dmiso.cli.paths import INPUT, INPUT_RUN, OUTPUT_PAGE

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso scan --mirnas dmiso-examples/mature.fa --transcripts dmiso-examples/transcripts.fa -o scan
  dmiso report scan --transcripts dmiso-examples/transcripts.fa
  dmiso report scan -o page.html
"""

_option = partial(click.option, cls=GroupedOption)


@click.command("report", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("run", type=INPUT_RUN)
@_option(
    "--transcripts",
    group="Input",
    type=INPUT,
    help="The transcripts that were scanned, FASTA: pictures then show them whole.",
)
@_option(
    "--cds",
    needs=("transcripts",),
    group="Input",
    type=INPUT,
    help="Table of their coding sequences: transcript_id, cds_start, cds_end.",
)
@reference_option("Input")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_PAGE,
    help="The page, .html.  [default: report.html in RUN; beside an audit, its name with .html]",
)
@quiet_option()
def command(
    *, run: Path, transcripts: Path | None, cds: Path | None, output: Path | None, quiet: bool
) -> None:
    """Write a page of a finished RUN: one file to read, send and print, which needs nothing else.

    RUN is the folder that -o of ask, isomirs compare, scan, isomirs summary, chimeras, evaluate or study named, of this
    or an earlier version, or the .json of an audit. The verdict comes first, then pictures (to be saved as SVG, PNG and
    PDF), tables that sort and filter, what was run with which model, and what the numbers do not say.
    """
    from dmiso.report.write import write_report

    place = write_report(run, output, transcripts=transcripts, cds=cds)
    if not quiet:
        click.echo(f"{place}: open it in a browser", err=True)
