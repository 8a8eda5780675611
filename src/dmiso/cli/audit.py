"""``dmiso audit``: look for shortcuts and leaks in a labelled table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedCommand, GroupedOption, labelled_options, quiet_option
from dmiso.cli.paths import INPUT, OUTPUT_REPORT, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes
from dmiso.settings.ranges import SEED

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso audit dmiso-examples/labelled.tsv -o audit.json
  dmiso audit dmiso-examples/test.tsv --train dmiso-examples/labelled.tsv --scores dmiso-examples/scores.tsv -o a.json
"""

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.command("audit", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("labelled", type=_PATH)
@_option(
    "--train",
    group="Input",
    type=_PATH,
    help="The training table: priors learnt on it, and sites shared with it, are looked at.",
)
@_option(
    "--scores",
    group="Input",
    multiple=True,
    type=_PATH,
    help="Scores of a model or tool, one row per labelled row; can be repeated.",
)
@_option(
    "--score-column",
    "score_columns",
    needs=("scores",),
    group="Input",
    multiple=True,
    help="A column of --scores; can be repeated.  [default: every numeric one]",
)
@_option(
    "--model",
    "models",
    group="Input",
    multiple=True,
    metavar="NAME|DIR",
    help="A model to question with exchanged partners and shuffled sites; can be repeated.",
)
@labelled_options
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_REPORT,
    required=True,
    help="Report, .json; the same as .txt is written beside it, and the page.",
)
@report_option(default=True, where="the report's name with .html")
@_option(
    "--seed",
    group="Other",
    type=Whole(SEED),
    default=0,
    show_default=True,
    help="For folds, shuffles and draws.",
)
@quiet_option()
def command(
    *,
    labelled: Path,
    train: Path | None,
    scores: tuple[Path, ...],
    score_columns: tuple[str, ...],
    models: tuple[str, ...],
    layout: str | None,
    mirna_column: str,
    target_column: str,
    label_column: str,
    output: Path,
    report: bool,
    seed: int,
    quiet: bool,
) -> int:
    """Look for shortcuts and leaks in a LABELLED table, ours or anybody's.

    Each question has a number, a threshold and a sentence: what the miRNA alone, the site alone, their nucleotides
    or their repetition give away about the label. The exit code is 1 if one is beyond its threshold.
    """
    from dmiso.evaluate.audit.report import as_text
    from dmiso.evaluate.audit.run import AuditInputs, audit_files

    named = {
        "mirna_sequence": mirna_column,
        "target_sequence": target_column,
        "label": label_column,
    }
    inputs = AuditInputs(
        labelled=labelled,
        train=train,
        scores=scores,
        score_columns=score_columns,
        models=models,
        layout=layout,
        columns={ours: theirs for ours, theirs in named.items() if ours != theirs},
    )
    with progress("rows", quiet=quiet):
        found, counts = audit_files(inputs, output, seed=seed, command=typed_command())
        write_or_remove_report(output, report=report, quiet=True)
    if not quiet:
        print_notes(counts)
        click.echo(as_text(found), nl=False)
    return 1 if found.convicted else 0
