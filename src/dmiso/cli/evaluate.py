"""``dmiso evaluate``: metrics of models and tools on a labelled table, baselines beside.

A group whose subcommand may be left out: ``dmiso evaluate pairs.tsv …`` is ``dmiso evaluate run pairs.tsv …``.
"""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from dmiso.cli import evaluate_fair, evaluate_genes
from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.multiqc import multiqc_option, run_name, write_or_remove_content
from dmiso.cli.named_values import named_values
from dmiso.cli.numbers import RowsType
from dmiso.cli.options import (
    DefaultGroup,
    GroupedCommand,
    GroupedOption,
    force_option,
    labelled_options,
    quiet_option,
    reference_option,
)
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes
from dmiso.errors import UsageError
from dmiso.settings.evaluate import EvaluateSettings

if TYPE_CHECKING:
    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso evaluate dmiso-examples/labelled.tsv -o evaluation
  dmiso evaluate dmiso-examples/test.tsv --scores dmiso-examples/scores.tsv --tool targetscan -o tools
"""

_DEFAULT: Final = "run"
_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT
_TOOLS = ("rnaduplex", "rnacofold", "rnahybrid", "miranda", "targetscan")


class PriorType(click.ParamType[float | Literal["table"]]):
    """A number between 0 and 1, or the word ``table``."""

    name = "SHARE|table"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | Literal["table"]:
        """Return the number or the word."""
        if value == "table":
            return "table"
        try:
            share = float(str(value))
        except ValueError:
            self.fail(f"{value!r} is neither a number nor 'table'", param, ctx)
        if not 0 < share < 1:
            self.fail(f"{value} does not lie between 0 and 1", param, ctx)
        return share


@click.group("evaluate", cls=DefaultGroup, default=_DEFAULT, usage="[OPTIONS] LABELLED", epilog=_EPILOG)
def command() -> None:
    """Judge models and tools: pairs on a LABELLED table, or, with genes, gene scores on responses to miRNAs.

    Of pairs: metrics are the paper's six, average precision at 1:1, 1:10 and 1:100, and AUROC within miRNAs and within
    sites; intervals come from a bootstrap of site clusters; baselines and paired tests stand beside.
    """


@command.command(_DEFAULT, cls=GroupedCommand, epilog=_EPILOG)
@click.argument("labelled", type=_PATH)
@_option(
    "--model",
    "models",
    group="What is judged",
    multiple=True,
    metavar="NAME|DIR",
    help="Bundled model or directory; can be repeated.  [default: the default model, if nothing else is judged]",
)
@_option(
    "--scores",
    group="What is judged",
    multiple=True,
    type=_PATH,
    help="Scores of any tool, one row per labelled row; can be repeated.",
)
@_option(
    "--score-column",
    "score_columns",
    needs=("scores",),
    group="What is judged",
    multiple=True,
    help="A column of --scores; can be repeated.  [default: every numeric one]",
)
@_option(
    "--tool",
    "tools",
    group="What is judged",
    multiple=True,
    type=click.Choice([*_TOOLS, "all"]),
    help="A tool on this machine to run at its defaults; can be repeated. One that is absent is a row that says "
    "how to get it.",
)
@_option(
    "--tool-output",
    "tool_outputs",
    group="What is judged",
    multiple=True,
    metavar="TOOL=FILE",
    help="What miranda, targetscan, rna22, miraw, mitar or mirbind2 wrote, or a table of pairs with its scores; can be "
    "repeated.",
)
@options_of(EvaluateSettings, "thresholds", "behaviour", group="What is judged")
@_option(
    "--train",
    group="Input",
    type=_PATH,
    help="The training table: for the priors of baselines, and for miRNAs seen or not.",
)
@_option(
    "--mature",
    group="Input",
    type=_PATH,
    help="Reference miRNAs, FASTA: the nucleotides for miRTarBase's file of target sites.",
)
@_option(
    "--utrs",
    needs=("mature",),
    group="Input",
    type=_PATH,
    help="3'UTRs by gene, FASTA: miRTarBase's sites are found on them and lengthened.",
)
@reference_option("Input")
@labelled_options
@_option(
    "--recall-only",
    group="Statistics",
    is_flag=True,
    help="Measure the share of positives called positive, by source, with a control; done for miRTarBase anyway.",
)
@options_of(
    EvaluateSettings,
    *("baselines", "replicates", "energy_rows", "prior"),
    group="Statistics",
    types={"energy_rows": RowsType(), "prior": PriorType()},
)
@picture_options("ROC and precision-recall curves, reliability, strata and behaviour", by_default=True)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory for metrics.tsv, comparisons.tsv, strata.tsv, reliability.tsv, curves.tsv (or recall.tsv), "
    "summary.md and manifest.json.",
)
@force_option
@report_option()
@multiqc_option()
@options_of(EvaluateSettings, "seed", group="Other")
@quiet_option()
def run(
    *,
    labelled: Path,
    models: tuple[str, ...],
    scores: tuple[Path, ...],
    score_columns: tuple[str, ...],
    tools: tuple[str, ...],
    tool_outputs: tuple[str, ...],
    train: Path | None,
    mature: Path | None,
    utrs: Path | None,
    recall_only: bool,
    layout: str | None,
    mirna_column: str,
    target_column: str,
    label_column: str,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    output: Path,
    force: bool,
    report: bool,
    multiqc: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Judge models and tools on a LABELLED table, with baselines, intervals and paired tests.

    Metrics are the paper's six, average precision at 1:1, 1:10 and 1:100, and AUROC within miRNAs and within sites;
    intervals come from a bootstrap of site clusters. Of miRTarBase's target sites, which are positives alone, the
    recall is measured.
    """
    from dmiso.evaluate.inputs import EVALUATE_FOLDER, EvaluateInputs
    from dmiso.evaluate.recall.run import asks_for_recall, recall_files
    from dmiso.evaluate.run import evaluate_files
    from dmiso.io.folders import whole_folder
    from dmiso.io.streams import read_once
    from dmiso.mqc.models import evaluation_contents
    from dmiso.plot import write_pictures
    from dmiso.plot.evaluation import draw_evaluation

    named = {"mirna_sequence": mirna_column, "target_sequence": target_column, "label": label_column}
    judged: tuple[str | None, ...] = models
    if not (models or scores or tools or tool_outputs):
        judged = (None,)
    inputs = EvaluateInputs(
        labelled=labelled,
        train=train,
        scores=scores,
        score_columns=score_columns,
        models=judged,
        tools=_TOOLS if "all" in tools else tools,
        tool_outputs={
            name: Path(value) for name, value in named_values(tool_outputs, "--tool-output").items()
        },
        layout=layout,
        columns={ours: theirs for ours, theirs in named.items() if ours != theirs},
        mature=mature,
        utrs=utrs,
    )
    settings = settings_of(
        EvaluateSettings,
        given,
        thresholds={
            name: _number(value) for name, value in named_values(given["thresholds"], "--threshold").items()
        },
        baselines=given["baselines"] or None,
    )
    with read_once():
        recalls = asks_for_recall(inputs, recall_only=recall_only)
        formats = _formats(pictures, formats, recalls=recalls, quiet=quiet)
        with whole_folder(output, EVALUATE_FOLDER, force=force) as folder, progress("rows", quiet=quiet):
            if recalls:
                _, counts = recall_files(inputs, folder, settings=settings, command=typed_command())
            else:
                result, counts = evaluate_files(inputs, folder, settings=settings, command=typed_command())
                if formats:
                    write_pictures(draw_evaluation(result), folder, formats)
                metrics = result.metrics
                write_or_remove_content(
                    folder, lambda: evaluation_contents(run_name(output), metrics), multiqc=multiqc
                )
        write_or_remove_report(output, report=report, quiet=quiet)
    if not quiet:
        print_notes(counts)
        click.echo((output / "summary.md").read_text(encoding="utf-8"), nl=False)
        click.echo(f"The tables are in {output}", err=True)


def _formats(
    pictures: bool | None, formats: tuple[Format, ...] | None, *, recalls: bool, quiet: bool
) -> tuple[Format, ...]:
    """Return the files of each picture; a recall has none."""
    if recalls:
        if pictures or formats:
            raise UsageError("--pictures has no effect where recall alone is measured. Leave it out.")
        return ()
    return chosen_formats(pictures, formats, purpose="drawing an evaluation", quiet=quiet)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise click.BadParameter(f"{text!r} is not a finite number", param_hint="--threshold")
    return number


command.add_command(evaluate_genes.command)
command.add_command(evaluate_fair.command)
