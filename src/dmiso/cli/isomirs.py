"""``dmiso isomirs``: name isomiRs against a miRNA reference.

A group whose subcommand may be left out: ``dmiso isomirs reads.fa …`` is ``dmiso isomirs call reads.fa …``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli import isomirs_compare, isomirs_export, isomirs_names, isomirs_simulate, isomirs_summary
from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.isomirs_samples import call_samples, check_way, sample_options
from dmiso.cli.multiqc import multiqc_option, run_name, write_or_remove_content
from dmiso.cli.numbers import Whole
from dmiso.cli.options import DefaultGroup, GroupedCommand, GroupedOption, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_CALLS_OR_FOLDER, OUTPUT_FASTA, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes, print_table
from dmiso.settings.isomirs import Limits
from dmiso.settings.ranges import Range

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


@click.group(
    "isomirs", cls=DefaultGroup, default=_DEFAULT, usage="[OPTIONS] READS_OR_TABLE...", epilog=_EPILOG
)
def command() -> None:
    """Name isomiRs: which miRNA, what differs, templated or not, which seed.

    READS_OR_TABLE is FASTA, FASTQ, a table with the column sequence (and read_count or one column per sample), or
    mirGFF3; adapters are trimmed before. The reference is miRBase's or MirGeneDB's, of any species. A row is a
    sequence and a miRNA that explains it best; where several explain it alike, all are written.
    """


@command.command(_DEFAULT, cls=GroupedCommand, epilog=_EPILOG)
@click.argument("reads", metavar="READS_OR_TABLE...", nargs=-1, type=_PATH)
@_option("--mature", group="Reference", type=_PATH, help="Mature miRNAs, FASTA.")
@_option(
    "--hairpin",
    group="Reference",
    type=_PATH,
    help="Precursors, FASTA; without them no nucleotide outside a miRNA is templated.",
)
@_option(
    "--gff3",
    needs=("hairpin",),
    group="Reference",
    type=_PATH,
    help="miRBase's or MirGeneDB's GFF3: which miRNA is in which precursor; --mature may then be left out.",
)
@reference_option("Reference", needed=("mature",))
@_option(
    "--species", group="Reference", help="Only names that begin so: hsa, mmu.  [default: all of the files]"
)
@_option(
    "--database",
    group="Reference",
    help="What mirGFF3 calls the reference: miRBase22.  [default: from --gff3 or the accessions]",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_CALLS_OR_FOLDER,
    default="-",
    show_default="standard output",
    help="Result: .gff3 is mirGFF3 1.2; .tsv, .csv or .parquet the table of calls. Text also .gz. A name without an "
    "ending is a folder: reads are trimmed, and counts of all samples are written there.",
)
@_option(
    "--unassigned", group="Output", type=OUTPUT_FASTA, help="FASTA for the sequences that no miRNA explains."
)
@multiqc_option("OUTPUT_mqc.json beside a file, multiqc/*_mqc.json in a folder")
@_option(
    "--show",
    group="Output",
    type=Whole(Range(0, 100)),
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
    help="Count identical sequences together.  [default: for FASTQ only]",
)
@_option(
    "--counts-from-names",
    group="Input",
    is_flag=True,
    help="Read counts are at the end of names: seq_7_x120 or 7-120.",
)
@sample_options
@report_option(where="report.html in the folder, of samples")
@options_of(Limits, group="Limits")
@quiet_option()
def call(
    *,
    reads: tuple[Path, ...],
    mature: Path | None,
    hairpin: Path | None,
    gff3: Path | None,
    species: str | None,
    database: str | None,
    output: Path,
    unassigned: Path | None,
    multiqc: bool,
    show: int,
    input_format: InputFormat,
    collapse: bool | None,
    counts_from_names: bool,
    sheet: Path | None,
    names: tuple[str, ...],
    workers: int,
    force: bool,
    report: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Name isomiRs: which miRNA, what differs, templated or not, which seed."""
    from dmiso.errors import UsageError
    from dmiso.isomir.call_tables import is_mirgff3
    from dmiso.isomir.calls import SEQUENCES_ASSIGNED
    from dmiso.isomir.run import IsomirInputs, isomirs_files
    from dmiso.mqc.isomirs import type_bars
    from dmiso.mqc.samples import sample_contents

    ctx = click.get_current_context()
    if check_way(ctx, output, len(reads), has_sheet=sheet is not None):
        from dmiso.samples.inputs import SampleInputs

        of_samples = SampleInputs(
            reads, names, sheet, mature, hairpin, gff3, species, database, counts_from_names
        )
        counted = call_samples(of_samples, output, given, workers=workers, force=force, quiet=quiet)
        write_or_remove_content(output, lambda: sample_contents(counted), multiqc=multiqc)
        write_or_remove_report(output, report=report, quiet=quiet)
        return
    if database is not None and not is_mirgff3(output):
        raise UsageError("--database has no effect without -o FILE.gff3: only mirGFF3 names its reference.")
    inputs = IsomirInputs(
        reads[0], mature, hairpin, gff3, species, database, input_format, collapse, counts_from_names
    )
    with progress("sequences", quiet=quiet, output=output):
        result = isomirs_files(
            inputs,
            output,
            settings_of(Limits, given),
            unassigned=unassigned,
            command=typed_command(),
        )
    write_or_remove_content(output, lambda: [type_bars(result.tally, run_name(output))], multiqc=multiqc)
    if quiet:
        return
    if show:
        print_table(result.first.head(show).select(_SHOWN), f"The first of {result.n_rows:,} rows")
    print_notes(result.counts)
    if str(output) != "-":
        assigned = result.counts.kept[SEQUENCES_ASSIGNED]
        click.echo(f"{output}: {result.n_rows:,} rows of {assigned:,} sequences", err=True)


command.add_command(isomirs_compare.command)
command.add_command(isomirs_export.command)
command.add_command(isomirs_names.command)
command.add_command(isomirs_simulate.command)
command.add_command(isomirs_summary.command)
