"""``dmiso chimeras statistics``: the statistics of the paper's first results section."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedCommand, GroupedOption, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_TABLE, typed_command
from dmiso.cli.show import print_notes
from dmiso.settings.ranges import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (after those of dmiso chimeras):
  dmiso chimeras statistics chimeras/interactions.tsv --least 2 -o statistics.tsv
  dmiso chimeras statistics chimeras/interactions.tsv --other chimeras/interactions.tsv -o again.tsv
"""


_option = partial(click.option, cls=GroupedOption)


@click.command("statistics", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("interactions", type=INPUT)
@_option(
    "--other", group="Input", type=INPUT, help="Interactions of another experiment: which isomiRs are shared."
)
@_option(
    "--mirgenedb",
    needs=("mature",),
    group="Input",
    type=INPUT,
    help="MirGeneDB's mature miRNAs, FASTA: counts of these miRNAs alone.",
)
@_option(
    "--mature",
    needs=("mirgenedb",),
    group="Input",
    type=INPUT,
    help="The mature miRNAs of the interactions, FASTA; with --mirgenedb.",
)
@reference_option("Input")
@_option(
    "--least",
    group="Tests",
    type=Whole(RECORDS),
    default=100,
    show_default=True,
    help="isomiR interactions under which a miRNA's preference of types is not tested.",
)
@_option(
    "-o",
    "--output",
    group="Output",
    required=True,
    type=OUTPUT_TABLE,
    help="Table; the tests are written next to it.",
)
@quiet_option()
def command(
    *,
    interactions: Path,
    other: Path | None,
    mirgenedb: Path | None,
    mature: Path | None,
    least: int,
    output: Path,
    quiet: bool,
) -> None:
    """Write the statistics of the paper's first results section for INTERACTIONS."""
    from dmiso.chimera.statistics.run import statistics_files

    result = statistics_files(
        interactions,
        output,
        other=other,
        mirgenedb=mirgenedb,
        mature=mature,
        least=least,
        command=typed_command(),
    )
    if not quiet:
        print_notes(result.counts)
        click.echo(f"{output}: {result.n_rows:,} numbers; tests in {result.tests.name}", err=True)
