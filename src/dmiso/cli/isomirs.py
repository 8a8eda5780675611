"""``dmiso isomirs``: name isomiRs against a miRNA reference.

A group whose subcommand may be left out: ``dmiso isomirs reads.fa …`` is ``dmiso isomirs call reads.fa …``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import click

from dmiso.cli import isomirs_compare, isomirs_names, isomirs_summary
from dmiso.cli.numbers import Whole
from dmiso.cli.options import DefaultGroup, GroupedCommand, GroupedOption
from dmiso.cli.paths import INPUT, OUTPUT_CALLS, OUTPUT_FASTA, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes, print_table

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.isomir.counted import InputFormat

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso isomirs dmiso-examples/isomirs.fa --mature dmiso-examples/mature.fa --hairpin dmiso-examples/hairpin.fa -o isomirs.gff3
  dmiso isomirs dmiso-examples/isomirs.fa --mature dmiso-examples/mature.fa --hairpin dmiso-examples/hairpin.fa --show 10 -o isomirs.tsv
"""  # noqa: E501 - an example is one line, to be pasted

_DEFAULT: Final = "call"
_SHOWN: Final = ("sequence", "read_count", "mirna_id", "variant", "isomir_types", "seed", "seed_shifted")
_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT
_LIMIT = partial(_option, group="Limits", show_default=True)


@click.group("isomirs", cls=DefaultGroup, default=_DEFAULT, usage="[OPTIONS] READS_OR_TABLE", epilog=_EPILOG)
def command() -> None:
    """Name isomiRs: which miRNA, what differs, templated or not, which seed.

    READS_OR_TABLE is FASTA, FASTQ, a table with the column sequence (and read_count or one column a sample), or
    mirGFF3; adapters are trimmed before. The reference is miRBase's or MirGeneDB's, of any species. A row is a
    sequence and a miRNA that explains it best; where several explain it alike, all are written.
    """


@command.command(_DEFAULT, cls=GroupedCommand, epilog=_EPILOG)
@click.argument("reads", metavar="READS_OR_TABLE", type=_PATH)
@_option("--mature", group="Reference", type=_PATH, help="Mature miRNAs, FASTA.")
@_option(
    "--hairpin",
    group="Reference",
    type=_PATH,
    help="Precursors, FASTA; without them no letter outside a miRNA is templated.",
)
@_option(
    "--gff3",
    needs=("hairpin",),
    group="Reference",
    type=_PATH,
    help="miRBase's or MirGeneDB's GFF3: which miRNA is in which precursor; --mature may then be left out.",
)
@_option(
    "--species", group="Reference", help="Only names that begin so: hsa, mmu.  [default: all of the files]"
)
@_option(
    "--database",
    group="Reference",
    help="What mirGFF3 calls the reference: miRBase22.  [default: as --gff3 or the accessions tell]",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_CALLS,
    default="-",
    show_default="standard output",
    help="Result: .gff3 is mirGFF3 1.2; .tsv, .csv or .parquet the table of calls. Text also .gz.",
)
@_option(
    "--unassigned", group="Output", type=OUTPUT_FASTA, help="FASTA for the sequences that no miRNA explains."
)
@_option(
    "--show",
    group="Output",
    type=Whole(0, 100),
    default=0,
    show_default=True,
    help="Print the first rows.",
)
@_option(
    "--input-format",
    group="Input",
    type=click.Choice(["auto", "fasta", "fastq", "table", "mirgff3"]),
    default="auto",
    show_default=True,
    help="What READS_OR_TABLE is.",
)
@_option(
    "--collapse/--no-collapse",
    group="Input",
    default=None,
    help="Take equal sequences together.  [default: for FASTQ only]",
)
@_option(
    "--counts-from-names", group="Input", is_flag=True, help="Names end with counts: seq_7_x120 or 7-120."
)
@_LIMIT(
    "--max-5p-offset",
    "max_5p_offset",
    type=Whole(0, 15),
    default=5,
    help="nt that the 5' end may be off on the hairpin.",
)
@_LIMIT(
    "--max-3p-offset",
    "max_3p_offset",
    type=Whole(0, 15),
    default=7,
    help="nt that the 3' end may be off on the hairpin.",
)
@_LIMIT(
    "--max-5p-tail",
    "max_5p_tail",
    type=Whole(0, 10),
    default=2,
    help="Letters without template before the 5' end.",
)
@_LIMIT(
    "--max-3p-tail",
    "max_3p_tail",
    type=Whole(0, 10),
    default=5,
    help="Letters without template after the 3' end.",
)
@_LIMIT("--max-substitutions", type=Whole(0, 4), default=2, help="Letters replaced inside the miRNA.")
@_LIMIT("--min-matches", type=Whole(8, 40), default=15, help="Letters that must agree with the template.")
@_LIMIT(
    "--max-cost",
    type=Whole(0, 60),
    default=12,
    help="Cost of all differences: 1 a moved nt, 4 a substitution, 3' tails 3 and 1 each further letter, "
    "5' tails 5 and 2.",
)
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def call(
    *,
    reads: Path,
    mature: Path | None,
    hairpin: Path | None,
    gff3: Path | None,
    species: str | None,
    database: str | None,
    output: Path,
    unassigned: Path | None,
    show: int,
    input_format: InputFormat,
    collapse: bool | None,
    counts_from_names: bool,
    quiet: bool,
    **limits: int,
) -> None:
    """Name isomiRs: which miRNA, what differs, templated or not, which seed."""
    from dmiso.errors import UsageError
    from dmiso.isomir.call_tables import is_mirgff3
    from dmiso.isomir.calls import SEQUENCES_ASSIGNED
    from dmiso.isomir.limits import Limits
    from dmiso.isomir.run import IsomirInputs, isomirs_to_file

    if database is not None and not is_mirgff3(output):
        raise UsageError("--database has no effect without -o FILE.gff3: only mirGFF3 names its reference.")
    inputs = IsomirInputs(
        reads, mature, hairpin, gff3, species, database, input_format, collapse, counts_from_names
    )
    with progress("sequences", quiet=quiet, output=output):
        result = isomirs_to_file(
            inputs,
            output,
            Limits(**limits),
            unassigned=unassigned,
            command=typed_command(),
        )
    if quiet:
        return
    if show:
        print_table(result.first.head(show).select(_SHOWN), f"The first of {result.n_rows:,} rows")
    print_notes(result.counts)
    if str(output) != "-":
        assigned = result.counts.kept[SEQUENCES_ASSIGNED]
        click.echo(f"{output}: {result.n_rows:,} rows of {assigned:,} sequences", err=True)


command.add_command(isomirs_compare.command)
command.add_command(isomirs_names.command)
command.add_command(isomirs_summary.command)
