"""``dmiso predict``: score pairs, or every miRNA with every target."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click

from dmiso.cli.abundant_mirnas import abundant_options, mirnas_file
from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.multiqc import multiqc_option, run_name, write_or_remove_content
from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedCommand, GroupedOption, model_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, INPUT_MIRNAS, OUTPUT_SITES, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes, print_table
from dmiso.settings.predict import PredictSettings
from dmiso.settings.ranges import PROCESSES, SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from dmiso.models import StoredModel
    from dmiso.predict.run import PredictInputs

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso predict --mirnas dmiso-examples/isomirs.fa --targets dmiso-examples/transcripts.fa --show 10 -o sites.tsv
  dmiso predict --pairs dmiso-examples/pairs.tsv -o scores.parquet
"""

_SHOWN = ("mirna_id", "target_id", "start", "end", "score", "percentile", "target_sequence")
_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.command("predict", cls=GroupedCommand, epilog=_EPILOG)
@_option(
    "--pairs",
    group="Input",
    type=_PATH,
    help="Table of pairs: TSV, CSV or Parquet with the columns mirna_sequence and "
    "target_sequence, or four columns without a header (miRNA id, target id, both sequences).",
)
@_option(
    "--mirnas",
    group="Input",
    type=INPUT_MIRNAS,
    help="miRNAs or isomiRs, FASTA or FASTQ, or the folder of counts that dmiso isomirs wrote; - is standard input.",
)
@abundant_options("--top-mirnas")
@_option(
    "--targets",
    group="Input",
    type=_PATH,
    help="Sites or whole transcripts, FASTA or FASTQ; - is standard input.",
)
@reference_option("Input", needed=("targets",))
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_SITES,
    default="-",
    show_default="standard output",
    help="Result: .tsv, .csv, .parquet, .bed or .xlsx; text also .gz, .bz2, .xz, .zst.",
)
@model_option("Scoring")
@options_of(PredictSettings, "windows", "stride", group="Scoring")
@options_of(PredictSettings, "top", "min_score", "confidence", "compat", group="Output")
@_option(
    "--mirna-column",
    needs=("pairs",),
    group="Input",
    default="mirna_sequence",
    show_default=True,
    help="miRNA sequences.",
)
@_option(
    "--target-column",
    needs=("pairs",),
    group="Input",
    default="target_sequence",
    show_default=True,
    help="Target sequences.",
)
@_option(
    "--on-bad",
    group="Input",
    type=click.Choice(["stop", "skip"]),
    default="stop",
    show_default=True,
    help="At a record that cannot be used: stop, or leave it out and count it.",
)
@_option("--threads", group="Scoring", type=Whole(PROCESSES), default=1, show_default=True, help="CPU cores.")
@multiqc_option("OUTPUT_mqc.json beside the output")
@_option(
    "--show",
    group="Output",
    type=Whole(SHOWN),
    default=0,
    show_default=True,
    help="Print the best rows.",
)
@quiet_option()
def command(
    *,
    pairs: Path | None,
    mirnas: Path | None,
    top_mirnas: int | None,
    isomirs_only: bool,
    targets: Path | None,
    output: Path,
    model: str | None,
    mirna_column: str,
    target_column: str,
    on_bad: Literal["stop", "skip"],
    threads: int,
    show: int,
    multiqc: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Score miRNA/isomiR-target pairs.

    Give --pairs, or --mirnas with --targets for every miRNA with every target. A target longer than the network's
    window is covered by overlapping windows; nothing is cropped in silence.
    """
    from dmiso.models import resolve
    from dmiso.mqc.predictions import prediction_contents
    from dmiso.predict.inputs import PairColumns
    from dmiso.predict.predictor import Predictor
    from dmiso.predict.run import PredictInputs, predict_files

    with (
        mirnas_file(mirnas, top_mirnas, isomirs_only=isomirs_only, as_table=False, quiet=quiet) as path,
        progress("windows scored", quiet=quiet, output=output),
    ):
        inputs = PredictInputs(pairs, path, targets, PairColumns(mirna_column, target_column), on_bad)
        settings = settings_of(PredictSettings, given)
        predictor = Predictor(resolve(model), threads=threads, crop="centre" if settings.compat else None)
        result = predict_files(
            predictor,
            inputs,
            output,
            settings,
            n_best=max(show, 1),
            extend=_confidence(predictor.model, inputs) if settings.confidence else None,
            command=typed_command(),
        )
    write_or_remove_content(output, lambda: prediction_contents(run_name(output), result), multiqc=multiqc)
    if quiet:
        return
    if show:
        columns = [name for name in _SHOWN if name in result.best.columns]
        print_table(
            result.best.select(columns), f"The {min(show, result.best.height)} best of {result.n_rows:,} rows"
        )
    print_notes(result.counts)
    if str(output) != "-":
        click.echo(f"{result.n_rows:,} rows in {output} (model {predictor.model.config.name})", err=True)


def _confidence(model: StoredModel, inputs: PredictInputs) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what adds p-values to rows."""
    from dmiso.confidence.predictions import PredictionConfidence, read_targets

    targets = None if inputs.targets is None else read_targets(inputs.targets)
    return PredictionConfidence(model, targets).added
