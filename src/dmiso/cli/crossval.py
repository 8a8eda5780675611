"""``dmiso crossval``: how good a network is on pairs, and sites, that it has not seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.cli.training_options import training_options, training_settings
from dmiso.settings.training import FoldPlan
from dmiso.workers import keeps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso crossval dmiso-examples/labelled.tsv --folds 3 --epochs 2 -o folds
  dmiso crossval dmiso-examples/labelled.tsv --folds 3 --epochs 2 --split random --workers 2 -o random-folds
"""


_option = partial(click.option, cls=GroupedOption)


@click.command("crossval", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("data", type=INPUT)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory for folds.tsv, predictions.tsv and the finished folds.",
)
@force_option
@options_of(FoldPlan, "folds", "split", group="Folds")
@training_options
@options_of(FoldPlan, "workers", group="Running")
@_option(
    "--restart",
    group="Running",
    is_flag=True,
    help="Forget finished folds instead of going on from them.",
)
@quiet_option()
def command(
    *,
    data: Path,
    output: Path,
    force: bool,
    restart: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Cross-validate a network on DATA: TSV, CSV or Parquet with mirna_sequence, target_sequence and label.

    Rows of split test are left out. The same command goes on with an interrupted run: finished folds are kept.
    """
    from dmiso.train import crossval

    settings = training_settings(given)
    plan = settings_of(FoldPlan, given, seed=settings.seed, force=force)

    def on_fold(result: Any) -> None:
        if not quiet:
            click.echo(
                f"fold {result.fold} of {plan.folds}: average precision {result.metrics['average_precision']:.4f}, "
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
        f"{output}: {plan.folds} folds by {plan.split}; pooled average precision "
        f"{result.pooled['average_precision']:.3f}, AUROC {result.pooled['auroc']:.3f}",
        err=True,
    )
