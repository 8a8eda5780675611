"""``dmiso isomirs compare``: what an isomiR changes against its canonical miRNA."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.numbers import Whole
from dmiso.cli.options import (
    GroupedCommand,
    GroupedOption,
    force_option,
    model_option,
    quiet_option,
    reference_option,
)
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes
from dmiso.settings.compare import CompareSettings
from dmiso.settings.ranges import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.compare.run import CompareResult
    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso isomirs compare GUACAGUACUGUGAUAACUGAA --mature dmiso-examples/mature.fa --hairpin dmiso-examples/hairpin.fa --transcripts dmiso-examples/transcripts.fa --gene example_gene_1 --show-page -o compared
  dmiso isomirs compare dmiso-examples/isomirs.fa --mature dmiso-examples/mature.fa --hairpin dmiso-examples/hairpin.fa --transcripts dmiso-examples/transcripts.fa --decoys 20 -o compared-all
"""  # noqa: E501 - an example is one line, to be pasted

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.command("compare", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("isomirs", metavar="ISOMIR...", nargs=-1, required=True)
@_option(
    "--mature", group="Reference", type=_PATH, help="Mature miRNAs, FASTA: the isomiR's is found in them."
)
@_option("--hairpin", needs=("mature",), group="Reference", type=_PATH, help="Precursors, FASTA.")
@_option(
    "--species",
    needs=("mature",),
    group="Reference",
    help="Only names that begin so: hsa, mmu.  [default: all of the files]",
)
@_option(
    "--canonical",
    group="Reference",
    help="Compare with this: nucleotides, or a name of --mature.  [default: found]",
)
@reference_option("Reference")
@_option("--transcripts", group="Targets", type=_PATH, required=True, help="mRNAs, 3'UTRs or sites, FASTA.")
@_option(
    "--cds", group="Targets", type=_PATH, help="Table of coding sequences: transcript_id, cds_start, cds_end."
)
@_option("--genes", group="Targets", type=_PATH, help="Table of transcript_id and gene_id.")
@options_of(CompareSettings, "regions", "as_utrs", group="Targets")
@_option(
    "--gene",
    "--transcript",
    "asked",
    group="Targets",
    multiple=True,
    help="Show every site of this gene or transcript; all transcripts are still read. Can be repeated.",
)
@_option("-o", "--output", group="Output", type=OUTPUT_FOLDER, required=True, help="Folder of the results.")
@force_option
@report_option(default=True)
@picture_options("genes gained and lost", by_default=False)
@_option("--show-page", formerly=("--show",), group="Output", is_flag=True, help="Print the page.")
@_option(
    "--max-isomirs",
    formerly=("--top",),
    group="Output",
    type=Whole(RECORDS),
    default=10,
    show_default=True,
    help="From files, only this many isomiRs, those with most reads.",
)
@options_of(
    CompareSettings,
    *(
        "max_q",
        "min_percentile",
        "min_score",
        "margin",
        "reach",
        "min_repression",
        "decoys",
        "site_prior",
        "seed",
    ),
    group="Judging",
)
@model_option("Judging")
@quiet_option("Say nothing but errors and the page.")
def command(
    *,
    isomirs: tuple[str, ...],
    mature: Path | None,
    hairpin: Path | None,
    species: str | None,
    canonical: str | None,
    transcripts: Path,
    cds: Path | None,
    genes: Path | None,
    asked: tuple[str, ...],
    output: Path,
    force: bool,
    report: bool,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    show_page: bool,
    max_isomirs: int,
    model: str | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Say what an isomiR changes: sites and genes gained, lost and kept, and whether the seed does it.

    ISOMIR is a sequence, or a file of sequences (FASTA, a table or mirGFF3, with counts perhaps). Writes sites.tsv,
    genes.tsv, summary.json, page.md and report.html to the folder -o. Both miRNAs are scanned with the same settings;
    every position has two logits.
    """
    from dmiso.compare.inputs import CompareInputs
    from dmiso.compare.run import compare_files

    inputs = CompareInputs(
        isomirs,
        transcripts,
        cds,
        genes,
        mature,
        hairpin,
        species,
        canonical,
        asked=asked,
        max_isomirs=max_isomirs,
    )
    settings = settings_of(CompareSettings, given)
    formats = chosen_formats(pictures, formats, purpose="drawing a comparison", by_default=False)
    with progress("transcripts", quiet=quiet) as shown:
        result = compare_files(
            inputs,
            output,
            settings,
            model=model,
            force=force,
            command=typed_command(),
            on_work=shown.update,
        )
    if formats:
        _draw(result, output, formats)
    write_or_remove_report(output, report=report, quiet=True, transcripts=transcripts, cds=cds)
    if show_page:
        click.echo(result.page, nl=False)
    if quiet:
        return
    print_notes(result.counts)
    n_sites = sum(comparison.sites.height for comparison in result.comparisons)
    page = "report.html" if report else "page.md"
    click.echo(f"{output}: {len(result.comparisons):,} comparisons, {n_sites:,} sites; see {page}", err=True)


def _draw(result: CompareResult, output: Path, formats: tuple[Format, ...]) -> None:
    """Draw the genes of each comparison."""
    import polars as pl

    from dmiso.plot import write_pictures
    from dmiso.plot.gene_changes import draw_gene_changes

    if result.comparisons:
        genes = pl.concat([comparison.genes for comparison in result.comparisons])
        write_pictures(draw_gene_changes(genes), output, formats)
