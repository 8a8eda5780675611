"""``dmiso train``: a labelled table to a model directory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.multiqc import multiqc_option, run_name, write_or_remove_content
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.cli.training_options import training_options, training_settings
from dmiso.workers import keeps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso train dmiso-examples/labelled.tsv --epochs 3 -o my-model
  dmiso train dmiso-examples/labelled.tsv --network dmiso --epochs 3 --l1 1e-4 --seed 1 -o my-second-model
"""


_option = partial(click.option, cls=GroupedOption)


@click.command("train", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("data", type=INPUT)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Model directory to write; while training runs, its state is in OUTPUT.checkpoint.",
)
@force_option
@_option("--name", group="Output", help="Name of the model.  [default: network and directory]")
@_option(
    "--start-from",
    group="Network",
    metavar="MODEL",
    help="Begin with the weights of a model of the same network (name or directory) instead of random ones.",
)
@training_options
@_option(
    "--restart",
    group="Running",
    is_flag=True,
    help="Forget an unfinished run of this output instead of going on with it.",
)
@multiqc_option()
@quiet_option()
def command(
    *,
    data: Path,
    output: Path,
    force: bool,
    name: str | None,
    start_from: str | None,
    restart: bool,
    multiqc: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Train a network on DATA: TSV, CSV or Parquet with mirna_sequence, target_sequence and label (1 or 0).

    Optional columns: split (train, validation, test), weight, cluster, source, soft_label (a probability to learn in
    place of the label, e.g. another model's score; with --negatives given). Without validation rows, some are
    drawn as whole site clusters. Training stops when validation average precision has not risen for --patience
    epochs; the best epoch is kept. The same command goes on with an interrupted run.
    """
    from dmiso.mqc.models import training_contents
    from dmiso.train import Beginning, Reporter, train

    settings = training_settings(given)
    state = output.with_name(f"{output.name}.checkpoint")

    def kept() -> str:
        if not state.is_dir():
            return "no epoch was done: nothing is kept"
        return f"the last whole epoch is kept in {state}: the same command goes on"

    with keeps(kept), progress("pairs", quiet=quiet):

        def on_epoch(row: Any) -> None:
            if not quiet:
                click.echo(
                    f"epoch {row.epoch}: loss {row.train_loss:.4f}, validation loss {row.validation_loss:.4f}, "
                    f"average precision {row.validation_average_precision:.4f}, AUROC {row.validation_auroc:.4f}",
                    err=True,
                )

        result = train(
            data,
            output,
            settings,
            name=name,
            beginning=Beginning(start_from, restart, force),
            command=typed_command(),
            reporter=Reporter(on_epoch=on_epoch),
        )
    trained = result.trained
    write_or_remove_content(
        output,
        lambda: training_contents(run_name(output), trained.fit.rows, trained.metrics),
        multiqc=multiqc,
    )
    if quiet:
        return
    print_notes(result.counts)
    click.echo(f"validation: {result.parts.origin}", err=True)
    best = result.trained.fit.best
    for part, metrics in result.trained.metrics.items():
        click.echo(
            f"{part}: average precision {metrics['average_precision']:.3f}, AUROC {metrics['auroc']:.3f} "
            f"on {metrics['n_pairs']:,.0f} pairs",
            err=True,
        )
    click.echo(f"{output}: model of epoch {best.epoch} of {len(result.trained.fit.rows)}", err=True)
