"""``dmiso isomirs export``: mirGFF3 as the table that R's isomiRs reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.options import GroupedCommand, GroupedOption, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OutputFile, typed_command
from dmiso.cli.show import print_notes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso isomirs dmiso-examples/isomirs.fa --mature dmiso-examples/mature.fa -o isomirs.gff3
  dmiso isomirs export isomirs.gff3 --mature dmiso-examples/mature.fa -o isomirs_rawData.tsv
"""

_option = partial(click.option, cls=GroupedOption)


@click.command("export", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("calls", type=INPUT)
@_option(
    "--mature",
    group="Reference",
    type=INPUT,
    required=True,
    help="The mature miRNAs that the calls were made with, FASTA: what an isomiR lacks is taken from there.",
)
@reference_option("Reference")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OutputFile((".tsv", ".txt")),
    required=True,
    help="Tab-separated table; also .gz, .bz2, .xz, .zst.",
)
@quiet_option()
def command(*, calls: Path, mature: Path, output: Path, quiet: bool) -> None:
    """Write CALLS, mirGFF3 of one sample or many, as the table that R's isomiRs reads (IsomirDataSeqFromMirtop).

    It is the one that mirtop export --format isomir writes: seq, mir, mism, add, t5, t3, and reads per sample.
    """
    from dmiso.isomir.bioconductor import write_raw_data

    counts = write_raw_data(calls, mature, output, command=typed_command())
    if quiet:
        return
    print_notes(counts)
    click.echo(f"{output}: {counts.kept['rows for isomiRs']:,} rows", err=True)
