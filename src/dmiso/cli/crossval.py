"""``dmiso crossval``: how good a network is on pairs, and sites, that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from dmiso.cli.numbers import FOLDS, PROCESSES
from dmiso.cli.options import force_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, CheckedCommand, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.cli.training_options import training_options
from dmiso.workers import keeps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso crossval dmiso-examples/labelled.tsv --folds 3 --epochs 2 -o folds
  dmiso crossval dmiso-examples/labelled.tsv --folds 3 --epochs 2 --by random --workers 2 -o random-folds
"""


@click.command("crossval", cls=CheckedCommand, epilog=_EPILOG)
@click.argument("data", type=INPUT)
@click.option(
    "-o",
    "--output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory for folds.tsv, predictions.tsv and the finished folds.",
)
@force_option
@click.option("--folds", type=FOLDS, default=10, show_default=True, help="Number of folds.")
@click.option(
    "--by",
    type=click.Choice(["cluster", "random"]),
    default="cluster",
    show_default=True,
    help="Keep sites that share a 16-mer in one fold, or part rows at random as the paper did.",
)
@click.option(
    "--workers", type=PROCESSES, default=1, show_default=True, help="Folds computed at once, a process each."
)
@training_options
@click.option("--restart", is_flag=True, help="Forget finished folds instead of going on from them.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(
    *,
    data: Path,
    output: Path,
    force: bool,
    folds: int,
    by: Literal["cluster", "random"],
    workers: int,
    network: str,
    restart: bool,
    quiet: bool,
    **changes: Any,
) -> None:
    """Cross-validate a network on DATA: TSV, CSV or Parquet with mirna_sequence, target_sequence and label.

    Rows of split test are left out. The same command goes on with an interrupted run: finished folds are kept.
    """
    from dmiso.train import FoldPlan, crossval, settings_for

    settings = settings_for(network, **changes)
    plan = FoldPlan(folds=folds, by=by, seed=settings.seed, workers=workers, force=force)

    def on_fold(result: Any) -> None:
        if not quiet:
            click.echo(
                f"fold {result.fold} of {folds}: average precision {result.metrics['average_precision']:.4f}, "
                f"AUROC {result.metrics['auroc']:.4f} on {result.metrics['n_pairs']:,.0f} pairs "
                f"(epoch {result.best_epoch})",
                err=True,
            )

    kept = f"folds that are done, and the last epoch of the others, are kept in {output}: the same command goes on"
    with keeps(kept), progress("pairs", quiet=quiet):
        result = crossval(
            data,
            output,
            settings,
            plan,
            restart=restart,
            command=typed_command(),
            on_fold=on_fold,
        )
    if quiet:
        return
    print_notes(result.counts)
    click.echo(
        f"{output}: {folds} folds by {by}; pooled average precision {result.pooled['average_precision']:.3f}, "
        f"AUROC {result.pooled['auroc']:.3f}",
        err=True,
    )
