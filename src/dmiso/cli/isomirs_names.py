"""``dmiso isomirs names``: what a miRNA is called in the reference at hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.options import GroupedCommand, GroupedOption, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_TABLE
from dmiso.cli.show import print_notes, print_table

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso isomirs names let-7a miR-21 --mature dmiso-examples/mature.fa --species hsa
  dmiso isomirs names --table dmiso-examples/pairs.tsv --mature dmiso-examples/mature.fa -o names.tsv
"""

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT
_SHOWN = ("name", "status", "mirna_id", "mirgenedb_ids", "rules", "agrees", "note")


@click.command("names", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("names", nargs=-1)
@_option(
    "--mature",
    "matures",
    group="Reference",
    type=_PATH,
    multiple=True,
    required=True,
    help="Mature miRNAs to find names in, FASTA. Can be repeated.",
)
@reference_option("Reference")
@_option(
    "--mirgenedb",
    group="Reference",
    type=_PATH,
    help="Mature miRNAs of MirGeneDB, FASTA: its names are found by their nucleotides, and shown for candidates.",
)
@_option(
    "--species",
    group="Reference",
    help="Species, such as hsa or mmu, of names that begin with none; candidates are of this species only.",
)
@_option("--table", group="Input", type=_PATH, help="Table with a column of names.")
@_option(
    "--name-column",
    needs=("table",),
    group="Input",
    default="mirna_id",
    show_default=True,
    help="Column of names in --table.",
)
@_option(
    "--sequence-column",
    needs=("table",),
    group="Input",
    help="Column of the nucleotides that belong to the names in --table.",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_TABLE,
    help="Table of all candidates.  [default: shown only]",
)
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def command(
    *,
    names: tuple[str, ...],
    matures: tuple[Path, ...],
    mirgenedb: Path | None,
    species: str | None,
    table: Path | None,
    name_column: str,
    sequence_column: str | None,
    output: Path | None,
    quiet: bool,
) -> None:
    """Look up NAMES of any miRBase release or of MirGeneDB in a reference.

    Every candidate is given with the rule that found it; none is picked. A name without an arm (hsa-let-7a) or with
    a star (miR-10a*) stands for both arms unless nucleotides decide. Unknown names list similar ones.
    """
    from dmiso.isomir.names.table import NAMES_KEPT, NamesInputs, look_up

    inputs = NamesInputs(names, matures, species, mirgenedb, table, name_column, sequence_column)
    found, counts = look_up(inputs, output)
    if quiet:
        return
    if output is None or names:
        print_table(found.select(_SHOWN), "Candidates")
    print_notes(counts)
    kinds = {kind: counts.kept[name] for kind, name in NAMES_KEPT.items()}
    listed = ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
    click.echo(f"{sum(kinds.values()):,} names; candidates: {listed}", err=True)
