"""``dmiso isomirs summary``: types, preferred types, replaced nucleotides and MirGeneDB's share of calls."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes
from dmiso.settings.ranges import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.isomir.summary.tables import CountBy
    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso isomirs dmiso-examples/isomirs.fa --mature dmiso-examples/mature.fa -o calls.tsv
  dmiso isomirs summary calls.tsv --count-by sequences -o summary
"""

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.command("summary", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("calls", type=_PATH)
@_option(
    "--mature",
    group="Reference",
    type=_PATH,
    help="Mature miRNAs, FASTA: for mirGFF3 of other tools and --mirgenedb.",
)
@_option(
    "--hairpin",
    group="Reference",
    type=_PATH,
    help="Precursors, FASTA: check positions in mirGFF3 of other tools.",
)
@reference_option("Reference")
@_option(
    "--mirgenedb",
    group="Reference",
    type=_PATH,
    help="Mature miRNAs of MirGeneDB, FASTA, for the cross-reference.",
)
@_option(
    "--mirgenedb-gff3",
    needs=("mirgenedb",),
    group="Reference",
    type=_PATH,
    help="MirGeneDB's GFF3, which names miRBase's accessions.",
)
@_option(
    "--species",
    needs=(
        "mature",
        "hairpin",
        "mirgenedb",
    ),
    group="Reference",
    help="Only reference names that begin so: hsa, mmu.  [default: all of the files]",
)
@_option(
    "--least",
    group="Preference",
    type=Whole(RECORDS),
    default=100,
    show_default=True,
    help="isomiR observations a miRNA needs to be tested for preferred types.",
)
@_option(
    "--count-by",
    group="Preference",
    type=click.Choice(["reads", "sequences"]),
    default="reads",
    show_default=True,
    help="What an observation is.",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory to write: summary.txt, types.tsv, mirnas.tsv, mirna_types.tsv, substitutions.tsv, preference.tsv, "
    "ends.tsv.",
)
@force_option
@report_option()
@picture_options("types by miRNA, abundance, and where the ends vary", by_default=False)
@quiet_option()
def command(
    *,
    calls: Path,
    mature: Path | None,
    hairpin: Path | None,
    mirgenedb: Path | None,
    mirgenedb_gff3: Path | None,
    species: str | None,
    least: int,
    count_by: CountBy,
    output: Path,
    force: bool,
    report: bool,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    quiet: bool,
) -> None:
    """Summarise CALLS, a table of dmiso isomirs or mirGFF3 of any tool.

    Counts types for each miRNA, replaced nucleotides by position, tests which types a miRNA prefers, and shows what
    share MirGeneDB holds. Reads of a sequence that several miRNAs explain alike are shared evenly among them.
    """
    from dmiso.isomir.summary.run import SummaryInputs, summary_files

    inputs = SummaryInputs(calls, mature, hairpin, mirgenedb, mirgenedb_gff3, species)
    formats = chosen_formats(pictures, formats, purpose="drawing a summary", by_default=False)
    summary, text, counts = summary_files(
        inputs, output, least=least, count_by=count_by, force=force, command=typed_command()
    )
    if formats:
        from dmiso.plot import write_pictures
        from dmiso.plot.isomir_summary import draw_isomir_summary

        drawn = draw_isomir_summary(summary.mirnas, summary.mirna_types, summary.ends)
        write_pictures(drawn, output, formats)
    write_or_remove_report(output, report=report, quiet=quiet)
    if quiet:
        return
    click.echo(text, err=True)
    print_notes(counts)
