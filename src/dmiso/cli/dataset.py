"""``dmiso dataset``: interactions to a labelled, split data set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.multiqc import multiqc_option, run_name, write_or_remove_content
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.settings.dataset import BuildSettings, SiteRule, SplitSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso dataset dmiso-examples/labelled.tsv --site-rule as-given -o dataset
  dmiso dataset dmiso-examples/labelled.tsv --negatives dinucleotide-shuffle --ratio 10 --tsv -o shuffled
"""

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.command("dataset", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("interactions", nargs=-1, required=True, type=_PATH)
@_option(
    "--layout",
    "layouts",
    group="Input",
    multiple=True,
    metavar="NAME",
    help="Layout of the interactions: helwak, hejret, hybridetector, grosswendt, mirbench, mirbind, moore or dmiso; "
    "once for all files or once per file.  [default: detected from the header]",
)
@_option("--transcripts", group="Input", type=_PATH, help="mRNAs the sites lie on, FASTA.")
@_option(
    "--cds",
    needs=("transcripts",),
    group="Input",
    type=_PATH,
    help="Coding sequences on the transcripts: TSV with transcript_id, cds_start, cds_end (0-based half-open).",
)
@_option(
    "--utrs",
    group="Input",
    type=_PATH,
    help="3'UTRs by gene, FASTA: a site not on the transcripts takes its paper negatives from its gene's 3'UTR.",
)
@_option(
    "--genes",
    needs=("transcripts",),
    group="Input",
    type=_PATH,
    help="Genes of the transcripts: TSV with transcript_id, gene_id, gene_name.",
)
@_option(
    "--annotation",
    group="Input",
    type=_PATH,
    help="GTF, GFF3 or BED12 on the genome of the interactions' coordinates: names the gene of a site without one.",
)
@_option(
    "--mature",
    group="Input",
    type=_PATH,
    help="Reference miRNAs, FASTA, for layouts without miRNA nucleotides.",
)
@reference_option("Input")
@options_of(BuildSettings, "annotation_genome", group="Input")
@options_of(BuildSettings, "on_bad", "top", "min_mirna_length", group="Input", defaults={"on_bad": "stop"})
@_option(
    "--exclude",
    group="Left out",
    multiple=True,
    type=_PATH,
    help="Table of test sites: sites that share a 16-mer with one are left out. Can be repeated.",
)
@options_of(BuildSettings, "exclude_chromosomes", "keep_repeats", group="Left out")
@options_of(SiteRule, group="Sites")
@options_of(
    BuildSettings,
    "negatives",
    "ratio",
    "avoid_competition",
    "energy_threshold",
    "energy_side",
    group="Negatives",
)
@options_of(BuildSettings, "split", group="Splits")
@options_of(SplitSettings, group="Splits")
@options_of(BuildSettings, "seed", group="Other")
@_option("--tsv", group="Output", is_flag=True, help="Write data.tsv beside data.parquet.")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory to write.",
)
@multiqc_option()
@force_option
@quiet_option()
def command(
    *,
    interactions: tuple[Path, ...],
    layouts: tuple[str, ...],
    transcripts: Path | None,
    cds: Path | None,
    utrs: Path | None,
    genes: Path | None,
    annotation: Path | None,
    mature: Path | None,
    exclude: tuple[Path, ...],
    tsv: bool,
    output: Path,
    multiqc: bool,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Turn INTERACTIONS into a labelled, split data set.

    The output directory holds data.parquet, with the columns mirna_sequence, target_sequence, label and split that
    dmiso train reads, and manifest.json, which accounts for every row kept and left out. The same files and seed give
    the same bytes.
    """
    from dmiso.dataset.run import Sources, dataset_files
    from dmiso.mqc.datasets import dataset_contents

    sources = Sources(interactions, layouts, transcripts, cds, mature, exclude, utrs, genes, annotation)
    settings = settings_of(
        BuildSettings, given, site_rule=settings_of(SiteRule, given), parts=settings_of(SplitSettings, given)
    )
    with progress("rows", quiet=quiet):
        counts = dataset_files(sources, output, settings, tsv=tsv, force=force, command=typed_command())
    write_or_remove_content(
        output, lambda: dataset_contents(output, run_name(output), seed=settings.seed), multiqc=multiqc
    )
    if quiet:
        return
    print_notes(counts)
    kept = counts.kept
    click.echo(f"{kept['positives']:,} positives and {kept['negatives']:,} negatives in {output}", err=True)
