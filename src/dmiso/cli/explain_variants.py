"""``dmiso explain variants``: sites gained and lost by single-base changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from dmiso.cli.explain_options import FILE, model_option, option, output_options
from dmiso.cli.numbers import Real
from dmiso.cli.options import GroupedCommand, reference_option
from dmiso.cli.paths import typed_command
from dmiso.cli.pictures import chosen_formats
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.settings.ranges import LOGIT
from dmiso.settings.scan import AS_UTRS

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.settings.pictures import Format

__all__ = ["command"]


@click.command(
    "variants",
    cls=GroupedCommand,
    epilog="\b\nExamples (dmiso examples writes the files):\n"
    "  dmiso explain variants 'example_gene_1:n.430C>G' --mirnas dmiso-examples/mature.fa "
    "--transcripts dmiso-examples/transcripts.fa -o variants\n"
    "  dmiso explain variants --a-to-i --mirnas dmiso-examples/mature.fa "
    "--transcripts dmiso-examples/transcripts.fa --min-change 1 -o edited",
)
@click.argument("changes", nargs=-1)
@model_option()
@option("--mirnas", group="Input", type=FILE, required=True, help="miRNAs and isomiRs, FASTA.")
@option("--transcripts", group="Input", type=FILE, required=True, help="Transcripts, FASTA.")
@option(
    "--changes", "changes_file", group="Input", type=FILE, help="Changes, one per line, written like CHANGES."
)
@option(
    "--vcf",
    needs=("annotation",),
    group="Input",
    type=FILE,
    help="Changes on the genome; needs --annotation.",
)
@option(
    "--annotation",
    needs=("vcf",),
    group="Input",
    type=FILE,
    help="Where transcripts lie on the genome, BED12, GTF or GFF3.",
)
@option(
    "--cds",
    group="Input",
    type=FILE,
    help="Coding bounds of transcripts, for positions c. and for repression.",
)
@reference_option("Input")
@option("--as-utrs", group="Input", is_flag=True, help=AS_UTRS.help)
@option("--a-to-i", group="Input", is_flag=True, help="Score A-to-I editing of every A of the miRNAs.")
@option(
    "--on-bad",
    group="Input",
    type=click.Choice(["stop", "skip"]),
    default="stop",
    show_default=True,
    help="What to do with a change that cannot be used, as where another nucleotide is there.",
)
@option(
    "--min-change",
    group="Output",
    type=Real(LOGIT),
    default=0.0,
    show_default=True,
    help="Leave out rows whose logit changes less.",
)
@output_options("variants.tsv")
def command(
    *,
    changes: tuple[str, ...],
    model: str | None,
    mirnas: Path,
    transcripts: Path,
    changes_file: Path | None,
    vcf: Path | None,
    annotation: Path | None,
    cds: Path | None,
    a_to_i: bool,
    as_utrs: bool,
    on_bad: Literal["stop", "skip"],
    min_change: float,
    output: Path,
    force: bool,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    quiet: bool,
) -> None:
    """Score single-base CHANGES of transcripts or miRNAs: sites gained and lost, and the change of repression.

    A change is NAME:n.POSITIONREF>ALT, counted from 1 on the transcript or miRNA, or NAME:c.12A>G, c.-3A>G, c.*7A>G
    from the coding sequence. The nucleotide that it replaces is checked. A changed transcript is scored with every
    miRNA, a changed miRNA with every transcript.
    """
    from dmiso.explain.output import EXPLAIN_FOLDER
    from dmiso.explain.run_variants import VariantInputs, explain_variants_files
    from dmiso.io.folders import whole_folder
    from dmiso.models import resolve
    from dmiso.plot.variants import draw_variants

    formats = chosen_formats(pictures, formats, purpose="drawing an explanation", quiet=quiet)
    inputs = VariantInputs(
        mirnas, transcripts, changes, changes_file, vcf, annotation, cds, a_to_i, on_bad, as_utrs
    )
    with whole_folder(output, EXPLAIN_FOLDER, force=force) as folder:
        with progress("rows", quiet=quiet) as shown:
            found, counts = explain_variants_files(
                resolve(model),
                inputs,
                folder,
                min_change=min_change,
                command=typed_command(),
                progress=shown.advance,
            )
        if formats and found.height:
            draw_variants(found).write(folder / "variants", formats)
    if not quiet:
        print_notes(counts)
        click.echo(f"The tables are in {output}", err=True)
