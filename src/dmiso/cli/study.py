"""``dmiso study``: whole studies, composed of what the other subcommands do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.numbers import EPOCHS, PROCESSES, RECORDS, REPLICATES, SEED, Real, Whole
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.workers import keeps

if TYPE_CHECKING:
    from pathlib import Path

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
    help="Interactions to train and test on (the paper's CLASH). May be given again.",
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
    "--second",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Interactions of another experiment, test only (the paper's CLEAR-CLIP). May be given again.",
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
    help="Reference miRNAs, FASTA: letters for --mouse, and to see replaced letters of isomiRs.",
)
@_option(
    "--labelled-recall",
    "recall",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Table of positives on which recall alone is measured (the paper's miRTarBase). May be given again.",
)
@_option(
    "--exclude",
    group="Left out",
    multiple=True,
    type=_PATH,
    help="Table of test sites: positives that share a 16-mer with one are left out. May be given again.",
)
@_option(
    "--exclude-chromosome",
    "exclude_chromosomes",
    group="Left out",
    multiple=True,
    metavar="[SOURCE:]NAME",
    help="Chromosome left out of --interactions, of all sources or one (hejret:1). May be given again.",
)
@_option(
    "--epochs",
    group="Training",
    type=EPOCHS,
    default=500,
    show_default=True,
    help="Passes over the training pairs at most; the paper's 500.",
)
@_option(
    "--patience",
    group="Training",
    type=EPOCHS,
    default=20,
    show_default=True,
    help="Epochs without a better validation average precision after which a training stops.",
)
@_option(
    "--folds",
    group="Training",
    type=Whole(3, 1000),
    default=10,
    show_default=True,
    help="Folds of the cross-validation; the paper's 10.",
)
@_option(
    "--low-l1",
    group="Training",
    type=Real(0, 1000),
    default=1e-4,
    show_default=True,
    help="L1 coefficient of a second training beside the paper's 0.01; 0 leaves it out.",
)
@_option(
    "--full-epochs",
    group="Training",
    type=Whole(0, 1_000_000),
    default=500,
    show_default=True,
    help="Epochs of one more training that is not stopped early, as in the paper; 0 leaves it out.",
)
@_option(
    "--seed",
    group="Other",
    type=SEED,
    default=0,
    show_default=True,
    help="Of everything random.",
)
@_option(
    "--workers",
    group="Other",
    type=PROCESSES,
    default=1,
    show_default=True,
    help="Trainings at once, a process each; changes no result.",
)
@_option(
    "--replicates",
    "n_replicates",
    group="Other",
    type=REPLICATES,
    default=1000,
    show_default=True,
    help="Bootstrap replicates of site clusters; 0 leaves intervals out.",
)
@_option(
    "--mouse-pairs",
    needs=("mouse",),
    group="Other",
    type=RECORDS,
    default=20_000,
    show_default=True,
    help="Mouse interactions taken at random, at most.",
)
@_option(
    "--random-windows",
    group="Other",
    type=RECORDS,
    default=2_000,
    show_default=True,
    help="Random windows in the control of Table 2.",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory for the tables, the trained networks and all that a later run goes on from.",
)
@force_option
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def paper(
    *,
    interactions: tuple[Path, ...],
    transcripts: Path,
    cds: Path,
    second: tuple[Path, ...],
    mouse: Path | None,
    mature: Path | None,
    recall: tuple[Path, ...],
    exclude: tuple[Path, ...],
    exclude_chromosomes: tuple[str, ...],
    epochs: int,
    patience: int,
    folds: int,
    low_l1: float,
    full_epochs: int,
    seed: int,
    workers: int,
    n_replicates: int,
    mouse_pairs: int,
    random_windows: int,
    output: Path,
    force: bool,
    quiet: bool,
) -> None:
    """Repeat the paper's analyses, in paper mode and in honest mode, side by side.

    Paper mode: negatives from 3'UTRs of the same transcripts, rows parted at random. Honest mode: the same positives,
    sites parted by cluster, each site also shown with other miRNAs. The output directory holds side_by_side.tsv and
    .md, results.tsv, counts.tsv, preference.tsv and manifest.json. The same command goes on where a run stopped.
    """
    from dmiso.studies.paper import study_paper
    from dmiso.studies.settings import StudyInputs, StudySettings

    inputs = StudyInputs(interactions, transcripts, cds, second, mouse, mature, recall, exclude)
    settings = StudySettings(
        epochs=epochs,
        patience=patience,
        folds=folds,
        seed=seed,
        workers=workers,
        low_l1=low_l1,
        full_epochs=full_epochs,
        n_replicates=n_replicates,
        mouse_pairs=mouse_pairs,
        random_windows=random_windows,
        exclude_chromosomes=exclude_chromosomes,
    )

    def say(step: str) -> None:
        if not quiet:
            click.echo(f"made {step}", err=True)

    kept = f"tables and networks that are done are kept in {output}: the same command goes on"
    with keeps(kept), progress("pairs", quiet=quiet):
        study = study_paper(inputs, output, settings, force=force, on_step=say, command=typed_command())
    if quiet:
        return
    for what, n in study.counts.dropped.items():
        click.echo(f"left out: {n:,} {what}", err=True)
    if not study.made:
        click.echo("everything was there already", err=True)
    click.echo(f"{output / 'side_by_side.md'}: {study.table.height:,} rows", err=True)
