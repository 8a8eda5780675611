"""``dmiso explain data``: profiles of a data set with controls, and clusters of miRNAs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmiso.cli.explain_options import FILE, draws_pictures, model_option, option, output_options
from dmiso.cli.numbers import PROCESSES, RECORDS, SEED, Whole
from dmiso.cli.options import GroupedCommand
from dmiso.cli.paths import typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command(
    "data",
    cls=GroupedCommand,
    epilog="\b\nExamples (dmiso examples writes the files):\n"
    "  dmiso explain data dmiso-examples/labelled.tsv -o profiles\n"
    "  dmiso explain data dmiso-examples/labelled.tsv --controls 0 --clusters 2 -o clusters",
)
@click.argument("pairs", type=FILE)
@model_option(many=True)
@option("--mirna-column", group="Input", default="mirna_sequence", show_default=True, help="miRNA sequences.")
@option(
    "--target-column", group="Input", default="target_sequence", show_default=True, help="Target sequences."
)
@option("--label-column", group="Input", default="label", show_default=True, help="Labels, if there are any.")
@option("--negatives-too", group="Input", is_flag=True, help="Explain rows of label 0 too.")
@option(
    "--max-pairs",
    group="Input",
    type=RECORDS,
    default=10_000,
    show_default=True,
    help="Pairs explained at most, drawn at random.",
)
@option(
    "--width",
    group="Method",
    type=Whole(1, 20),
    default=4,
    show_default=True,
    help="Letters of a mask; the paper's 4.",
)
@option(
    "--controls",
    group="Method",
    type=Whole(0, 1000),
    default=3,
    show_default=True,
    help="Networks with shuffled weights on the same axes.",
)
@option(
    "--control-pairs",
    needs=("controls",),
    group="Method",
    type=RECORDS,
    default=1000,
    show_default=True,
    help="Pairs that a control is asked for at most.",
)
@option(
    "--clusters",
    group="miRNA clusters",
    type=Whole(0, 10_000),
    default=0,
    show_default=True,
    help="Clusters of miRNAs by their profile; 0 makes none.",
)
@option(
    "--target-name",
    needs=("clusters",),
    group="miRNA clusters",
    default="target_id",
    show_default=True,
    help="Column that names the target (a gene) of a pair.",
)
@option(
    "--gene-sets",
    needs=("clusters",),
    group="miRNA clusters",
    type=FILE,
    help="GMT file: over-representation of a cluster's targets.",
)
@option(
    "--seed",
    group="Other",
    type=SEED,
    default=0,
    show_default=True,
    help="For draws, shuffles and random clusters.",
)
@option("--threads", group="Other", type=PROCESSES, default=1, show_default=True, help="CPU cores.")
@output_options("profiles.tsv, its pictures, and the tables of clusters")
def command(
    *,
    pairs: Path,
    models: tuple[str, ...],
    mirna_column: str,
    target_column: str,
    label_column: str,
    negatives_too: bool,
    max_pairs: int,
    width: int,
    controls: int,
    control_pairs: int,
    clusters: int,
    target_name: str,
    gene_sets: Path | None,
    seed: int,
    threads: int,
    output: Path,
    force: bool,
    pictures: bool | None,
    quiet: bool,
) -> None:
    """Explain a data set: the mean and variation of the change when 4 letters are masked (the paper's Fig. 2).

    PAIRS is a table of miRNA and target sequences; where it has labels, its positives are explained. Beside the
    probability, logits; beside the model, the same network with its weights shuffled, and its edge coverage.
    """
    from dmiso.explain.inputs import PairsInput
    from dmiso.explain.output import EXPLAIN_FOLDER
    from dmiso.explain.run_data import DataSettings, explain_data
    from dmiso.io.folders import whole_folder
    from dmiso.models import resolve
    from dmiso.plot.profiles import draw_profiles

    draw = draws_pictures(pictures, quiet=quiet)
    if gene_sets is not None and not clusters:
        raise click.UsageError(
            "--gene-sets needs --clusters: it is the targets of clusters that are looked at"
        )
    source = PairsInput(pairs, mirna_column, target_column, label_column, negatives_too, max_pairs)
    settings = DataSettings(width, controls, control_pairs, clusters, target_name, gene_sets, seed, threads)
    stored = [resolve(name) for name in models or (None,)]
    with whole_folder(output, EXPLAIN_FOLDER, force=force) as folder:
        with progress("profiles", quiet=quiet) as shown:
            found = explain_data(
                stored, source, folder, settings=settings, command=typed_command(), progress=shown.advance
            )
        if draw:
            for number, one in enumerate(stored, start=1):
                path = folder / ("profiles" if len(stored) == 1 else f"profiles_{number}")
                draw_profiles(path, found.profiles, one.config.name, title=pairs.name)
    if not quiet:
        print_notes(found.counts)
        click.echo(f"The tables are in {output}", err=True)
