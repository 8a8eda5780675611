"""``dmiso evaluate fair``: a labelled table without competition, sense calls and repeats."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand, GroupedOption, labelled_options, quiet_option
from dmiso.cli.paths import INPUT, OUTPUT_TABLE, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.settings.fair import FairSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso evaluate fair dmiso-examples/labelled.tsv -o fair.tsv
  dmiso evaluate fair dmiso-examples/test.tsv --positives dmiso-examples/labelled.tsv --seedless -o seedless.tsv
"""

_option = partial(click.option, cls=GroupedOption)


@click.command("fair", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("labelled", type=INPUT)
@_option(
    "--positives",
    group="Input",
    multiple=True,
    type=INPUT,
    help="Interactions of any layout that dmiso dataset reads: miRNAs seen on sites of the table that it does not name "
    "itself; can be repeated.",
)
@_option(
    "--mature",
    needs=("positives",),
    group="Input",
    type=INPUT,
    help="Reference miRNAs, FASTA, for layouts of --positives without miRNA nucleotides.",
)
@labelled_options
@options_of(FairSettings, group="What is kept")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_TABLE,
    required=True,
    help="Table with the pairs kept; its manifest has the recipe's version, a hash and what was left out why.",
)
@quiet_option()
def command(
    *,
    labelled: Path,
    positives: tuple[Path, ...],
    mature: Path | None,
    layout: str | None,
    mirna_column: str,
    target_column: str,
    label_column: str,
    output: Path,
    quiet: bool,
    **given: Any,
) -> None:
    """Write the fair version of a LABELLED table, ours or anybody's.

    Left out are sense calls and repeats, and negatives whose site shows a seed match of the miRNA that was seen on it:
    a score can tell these by whose site it is, which says nothing about binding. Columns of scores stay beside the
    pairs, so that the same tools can be judged on the old and the fair table. docs/fair_sets.md tells more.
    """
    from dmiso.dataset.fair import FAIR_VERSION
    from dmiso.evaluate.fair import FairInputs, fair_files

    named = {"mirna_sequence": mirna_column, "target_sequence": target_column, "label": label_column}
    columns = {ours: theirs for ours, theirs in named.items() if ours != theirs}
    inputs = FairInputs(labelled, positives, mature, layout, columns)
    with progress("rows", quiet=quiet, output=output):
        _, counts = fair_files(inputs, output, settings_of(FairSettings, given), command=typed_command())
    if quiet:
        return
    print_notes(counts)
    kept = counts.kept
    click.echo(
        f"{kept['positives']:,} positives and {kept['negatives']:,} negatives kept by recipe {FAIR_VERSION}"
        + ("" if str(output) == "-" else f" in {output}"),
        err=True,
    )
