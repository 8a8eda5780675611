"""``dmiso models``: list, show, check, join, import and export models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmiso.cli.options import GroupedOption
from dmiso.cli.paths import INPUT, OUTPUT_ANY, OUTPUT_FOLDER, CheckedCommand
from dmiso.errors import printable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples:
  dmiso models list
  dmiso models check "$(dmiso models list --default)"
"""

_FILE = INPUT


@click.group("models", epilog=_EPILOG)
def command() -> None:
    """List, show, check, join, import and export models."""


@command.command("list", cls=CheckedCommand)
@click.option(
    "--default", "only_default", is_flag=True, help="Only the name of the model used when none is named."
)
def list_models(*, only_default: bool) -> None:
    """List the bundled models, those of repression last; a star marks the defaults."""
    from dmiso.models.registry import default_model_name, model_names, resolve
    from dmiso.repression.store import default_repression_name, repression_names, resolve_repression

    default = default_model_name()
    if only_default:
        click.echo(default)
        return
    for name in model_names():
        config = resolve(name).config
        star = "*" if name == default else " "
        members = f"\t{config.members} members" if config.members > 1 else ""
        lengths = f"miRNA {config.mirna_length} nt, target {config.target_length} nt"
        click.echo(f"{star} {name}\t{config.network}\t{lengths}{members}")
    for name in repression_names():
        star = "*" if name == default_repression_name() else " "
        sets = " or ".join(resolve_repression(name).config.weight_sets)
        click.echo(f"{star} {name}\trepression\tweights for {sets}")


@command.command("show", cls=CheckedCommand)
@click.argument("model", required=False)
def show(*, model: str | None) -> None:
    """Print the card of MODEL: a bundled name or a directory; the default model if left out."""
    from dmiso.models import resolve
    from dmiso.repression.store import is_repression, resolve_repression

    if model is not None and is_repression(model):
        found = resolve_repression(model)
        click.echo(printable(found.card.rstrip("\n"), keep="\n\t"))
        click.echo(f"\nweights sha256: {found.weights_sha256}")
        return
    stored = resolve(model)
    click.echo(printable(stored.card.rstrip("\n"), keep="\n\t"))
    click.echo(f"\nweights sha256: {stored.weights_sha256}")
    click.echo(f"members: {stored.config.members}")
    click.echo(f"domain: {stored.domain.sentence() if stored.domain else 'not stated'}")


@command.command("check", cls=CheckedCommand)
@click.argument("model")
def check(*, model: str) -> None:
    """Check that MODEL is whole and works; exit code 1 if not."""
    from dmiso.models import check_model
    from dmiso.repression.checks import check_repression
    from dmiso.repression.store import is_repression

    findings = check_repression(model) if is_repression(model) else check_model(model)
    for finding in findings:
        click.echo(printable(f"{'ok  ' if finding.passed else 'FAIL'} {finding.check}: {finding.detail}"))
    if not all(finding.passed for finding in findings):
        raise click.exceptions.Exit(1)


@command.command("ensemble", cls=CheckedCommand)
@click.argument("models", nargs=-1, required=True, metavar="MODEL MODEL...")
@click.option("-o", "--output", type=OUTPUT_FOLDER, required=True, help="Model directory to make.")
@click.option(
    "--pairs",
    type=_FILE,
    help="Labelled table that no member was trained on: calibrates the mean logit. Its rows named validation are "
    "used, all rows where it has no column split.  [default: no calibration, scores are no probabilities]",
)
@click.option(
    "--transcripts",
    cls=GroupedOption,
    needs=("pairs",),
    type=_FILE,
    help="FASTA: random windows, with miRNAs of --pairs, are the background of percentiles.  [default: none]",
)
@click.option("--name", help="Name of the model.  [default: the directory's name]")
def ensemble(
    *,
    models: tuple[str, ...],
    output: Path,
    pairs: Path | None,
    transcripts: Path | None,
    name: str | None,
) -> None:
    """Join trained models, directories or bundled names, of one network and one set of settings.

    The logit is the mean of the members' logits; predictions get a column spread, their standard deviation.
    """
    from dmiso.cli.show import print_notes
    from dmiso.records import Counts
    from dmiso.train.ensemble import join_files

    counts = Counts()
    stored = join_files(models, output, counts, pairs=pairs, transcripts=transcripts, name=name)
    print_notes(counts)
    click.echo(f"{output}: {stored.config.name}, {stored.config.members} members", err=True)


@command.command("import-keras", cls=CheckedCommand)
@click.argument("architecture", type=_FILE)
@click.argument("weights", type=_FILE)
@click.option("-o", "--output", type=OUTPUT_FOLDER, required=True, help="Model directory to make.")
@click.option("--name", help="Name of the model.  [default: the directory's name]")
def import_keras(*, architecture: Path, weights: Path, output: Path, name: str | None) -> None:
    """Turn the published program's model_top.json (ARCHITECTURE) and model_top.h5 (WEIGHTS) into a model directory."""
    from dmiso.models.keras import import_keras as run

    stored = run(architecture, weights, output, name=name)
    click.echo(f"{output}: {stored.config.name}, weights sha256 {stored.weights_sha256}", err=True)


@command.command("export", cls=CheckedCommand)
@click.argument("model")
@click.option(
    "-o",
    "--output",
    type=OUTPUT_ANY,
    required=True,
    help="What to make, by its ending: .npz, .h5 (Keras layout, with .json beside), or a directory.",
)
def export(*, model: str, output: Path) -> None:
    """Write MODEL, a bundled name or a directory, in another form."""
    from dmiso.models import resolve
    from dmiso.models.export import export_model

    export_model(resolve(model), output)
    click.echo(f"{output}: {model}", err=True)
