"""``dmiso study``: whole studies, composed of what the other subcommands do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.named_values import named_values
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.settings.study import StudySettings
from dmiso.workers import keeps

__all__ = ["command", "paper"]

_EPILOG = """\b
Examples:
  dmiso study paper --interactions clash.csv.gz --second eclip.tsv.gz --transcripts mrna.fa --cds cds.tsv -o study
  dmiso study paper --help
"""

_PAPER_EPILOG = """\b
Examples:
  dmiso study paper --interactions clash.csv.gz --transcripts mrna.fa --cds cds.tsv --workers 2 -o study
  dmiso study paper --interactions clash.csv.gz --interactions isomirs.tsv.gz --second eclip.tsv.gz \\
      --transcripts mrna.fa --cds cds.tsv --mature mature.fa --epochs 60 --patience 10 -o study
"""

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.group("study", epilog=_EPILOG)
def command() -> None:
    """Do a whole study: its data sets, trainings and tables, resumable, in one directory."""


@command.command("paper", cls=GroupedCommand, epilog=_PAPER_EPILOG)
@_option(
    "--interactions",
    group="Input",
    multiple=True,
    required=True,
    type=_PATH,
    help="Interactions to train and test on (the paper's CLASH). Can be repeated.",
)
@_option("--transcripts", group="Input", required=True, type=_PATH, help="mRNAs the sites lie on, FASTA.")
@_option(
    "--cds",
    group="Input",
    required=True,
    type=_PATH,
    help="Coding sequences on the transcripts: TSV with transcript_id, cds_start, cds_end (0-based half-open).",
)
@_option(
    "--utrs",
    group="Input",
    type=_PATH,
    help="3'UTRs by gene, FASTA: positives whose gene is in it count, though their site is on no transcript.",
)
@_option(
    "--genes", group="Input", type=_PATH, help="Genes of the transcripts: TSV with transcript_id, gene_id."
)
@_option(
    "--annotation",
    group="Input",
    type=_PATH,
    help="GTF, GFF3 or BED12 on the genome of the interactions' coordinates: names the gene of a site without one.",
)
@_option(
    "--second",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Interactions of another experiment, test only (the paper's CLEAR-CLIP). Can be repeated.",
)
@_option(
    "--mouse",
    needs=("mature",),
    group="Input",
    type=_PATH,
    help="Mouse CLEAR-CLIP, test only; needs --mature.",
)
@_option(
    "--mature",
    group="Input",
    type=_PATH,
    help="Reference miRNAs, FASTA: nucleotides for --mouse, and to see replaced nucleotides of isomiRs.",
)
@_option(
    "--mirgenedb",
    needs=("mature",),
    group="Input",
    type=_PATH,
    help="Mature miRNAs of MirGeneDB, FASTA: their interactions are counted apart; needs --mature.",
)
@reference_option("Input")
@_option(
    "--labelled-recall",
    "recall",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Table of positives on which recall alone is measured. Can be repeated.",
)
@_option(
    "--mirtarbase",
    needs=("mature",),
    group="Input",
    type=_PATH,
    help="miRTarBase's file of target sites, CSV or Excel: recall by support type (Table 2); needs --mature.",
)
@_option(
    "--model",
    "models",
    group="Input",
    multiple=True,
    metavar="NAME|DIR",
    help="Model judged beside the networks trained here, on every table: a bundled name, a model directory, or a "
    "folder with the authors' Keras files. Can be repeated.",
)
@_option(
    "--gene-sets",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Gene sets, GMT, to test the targets of miRNA clusters with. Can be repeated.",
)
@_option(
    "--motifs",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Motifs in MEME format, e.g. of JASPAR, to match kernels with; needs memelite. Can be repeated.",
)
@_option(
    "--funnel",
    group="Input",
    type=_PATH,
    help="funnel.tsv of the run of dmiso chimeras that made --interactions: Fig. 1 begins with its reads.",
)
@_option(
    "--exclude",
    group="Left out",
    multiple=True,
    type=_PATH,
    help="Table of test sites: positives that share a 16-mer with one are left out. Can be repeated.",
)
@_option(
    "--tool-output",
    "tool_outputs",
    group="Input",
    multiple=True,
    metavar="TOOL=FILE",
    help="What miranda, rna22, targetscan, miraw or mitar wrote, as for dmiso evaluate: read in place of running the "
    "tool, and judged in every table where the paper has it. Can be repeated.",
)
@options_of(StudySettings, "exclude_chromosomes", group="Left out")
@options_of(
    StudySettings,
    *("epochs", "patience", "folds", "low_l1", "full_epochs", "training_seeds"),
    group="Training",
)
@options_of(StudySettings, *("seed", "workers", "replicates", "mouse_pairs", "random_windows"), group="Other")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory for the tables, the trained networks and all that a later run goes on from.",
)
@force_option
@report_option(default=True)
@quiet_option()
def paper(
    *,
    interactions: tuple[Path, ...],
    transcripts: Path,
    cds: Path,
    utrs: Path | None,
    genes: Path | None,
    annotation: Path | None,
    second: tuple[Path, ...],
    mouse: Path | None,
    mature: Path | None,
    recall: tuple[Path, ...],
    mirtarbase: Path | None,
    exclude: tuple[Path, ...],
    models: tuple[str, ...],
    mirgenedb: Path | None,
    gene_sets: tuple[Path, ...],
    motifs: tuple[Path, ...],
    funnel: Path | None,
    tool_outputs: tuple[str, ...],
    output: Path,
    force: bool,
    report: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Repeat the paper's analyses, in paper mode and in honest mode, side by side.

    Paper mode: negatives from 3'UTRs of the same transcripts, rows split at random. Honest mode: the same positives,
    sites split by cluster, each site also shown with other miRNAs. The output directory holds the page report.html
    (side_by_side.md is the same), side_by_side.tsv, results.tsv, counts.tsv, preference.tsv, manifest.json, in
    supplement/ the paper's supplement and figures, and tool_* to run other tools on. The same command goes on where a
    run stopped.
    """
    from dmiso.studies.paper import study_paper
    from dmiso.studies.settings import StudyInputs

    inputs = StudyInputs(
        interactions=interactions,
        transcripts=transcripts,
        cds=cds,
        second=second,
        mouse=mouse,
        mature=mature,
        recall=recall,
        exclude=exclude,
        utrs=utrs,
        genes=genes,
        annotation=annotation,
        models=models,
        mirgenedb=mirgenedb,
        gene_sets=gene_sets,
        motifs=motifs,
        funnel=funnel,
        mirtarbase=mirtarbase,
        tool_outputs={n: Path(file) for n, file in named_values(tool_outputs, "--tool-output").items()},
    )
    settings = settings_of(StudySettings, given)

    def say(step: str) -> None:
        if not quiet:
            click.echo(f"made {step}", err=True)

    kept = f"tables and networks that are done are kept in {output}: the same command goes on"
    with keeps(kept), progress("pairs", quiet=quiet):
        study = study_paper(inputs, output, settings, force=force, on_step=say, command=typed_command())
        write_or_remove_report(output, report=report, quiet=True)
    if quiet:
        return
    for what, n in study.counts.dropped.items():
        click.echo(f"left out: {n:,} {what}", err=True)
    if not study.made:
        click.echo("everything was there already", err=True)
    click.echo(
        f"{output / ('report.html' if report else 'side_by_side.md')}: {study.table.height:,} rows", err=True
    )
