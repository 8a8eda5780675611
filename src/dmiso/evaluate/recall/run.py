"""A measurement of recall from files to a directory of tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dmiso.dataset.settings import stage_seed
from dmiso.errors import UsageError
from dmiso.evaluate.inputs import EVALUATE_FOLDER, evaluation_manifest
from dmiso.evaluate.models import model_column, model_scorer
from dmiso.evaluate.recall.measure import dealt_anew, groups_of, recall_table
from dmiso.evaluate.recall.positives import is_mirtarbase, read_positives
from dmiso.evaluate.recall.report import recall_text
from dmiso.evaluate.run import check_names, gather_scores, run_chosen_tools, usual_replicates
from dmiso.io import write_table, write_text
from dmiso.io.folders import check_folder
from dmiso.io.streams import read_once
from dmiso.provenance import to_json
from dmiso.records import Counts
from dmiso.settings.evaluate import EvaluateSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.evaluate.inputs import EvaluateInputs
    from dmiso.evaluate.score_column import ScoreColumn

__all__ = ["Recall", "asks_for_recall", "recall_files"]


class Recall(NamedTuple):
    """Recall by source, the positives it is of, and what their miRNAs' names may stand for (miRTarBase only)."""

    recall: pl.DataFrame
    pairs: pl.DataFrame
    names: pl.DataFrame | None


def asks_for_recall(inputs: EvaluateInputs, *, recall_only: bool = False) -> bool:
    """Return whether nothing but recall can be measured, or is asked for.

    Parameters
    ----------
    inputs
        Of the evaluation; a file of miRTarBase has positives alone.
    recall_only
        Measure recall of any table's positives.
    """
    return recall_only or is_mirtarbase(inputs)


@read_once()
def recall_files(
    inputs: EvaluateInputs,
    output: Path,
    *,
    settings: EvaluateSettings | None = None,
    command: Sequence[str] = (),
) -> tuple[Recall, Counts]:
    """Measure which share of positives is called positive, and write it to a directory.

    Parameters
    ----------
    inputs
        What is judged, and on what: a labelled table, or miRTarBase's file of target sites with reference miRNAs.
    output
        Directory: ``recall.tsv``, ``summary.md``, ``manifest.json``; for miRTarBase also ``pairs.tsv`` (the pairs
        judged, with non-functional ones labelled 0; scores of other programs are given a row for each of them) and
        ``names.tsv`` (every candidate of every name).
    settings
        Thresholds, replicates, rows that are folded, seed.
    command
        The words of the command line, for the manifest.

    Returns
    -------
    Recall
        The tables.
    Counts
        What was read, dropped and changed.

    Raises
    ------
    UsageError
        If a setting is of evaluations with negatives.
    NothingKeptError
        If no positive is left.
    """
    settings = settings or EvaluateSettings()
    _refuse(inputs, settings)
    check_folder(output, EVALUATE_FOLDER)
    counts = Counts()
    table, names = read_positives(inputs, counts)
    n_replicates = usual_replicates(table.height) if settings.replicates is None else settings.replicates
    dealt = dealt_anew(table, stage_seed(settings.seed, "recall control"))
    models = [model_scorer(model) for model in inputs.models]
    columns = [model_column(model, table) for model in models]
    columns += gather_scores(inputs, table, counts, settings)
    check_names(columns)
    controls = [model_column(model, dealt) for model in models]
    controls += run_chosen_tools(dealt, inputs.tools, settings)
    recall = recall_table(
        table,
        [_at_threshold(column, settings.thresholds) for column in columns],
        {column.name: _at_threshold(column, settings.thresholds) for column in controls},
        dealt=dealt,
        n_replicates=n_replicates,
        seed=settings.seed,
    )
    for source, rows in groups_of(table):
        counts.keep(f"positives judged: {source}", int(rows.sum()))
    write_table(output / "recall.tsv", recall, digits=6)
    if names is not None:
        write_table(output / "pairs.tsv", table)
        write_table(output / "names.tsv", names)
    write_text(output / "summary.md", recall_text(recall, counts))
    settled = replace(settings, replicates=n_replicates)
    write_text(
        output / "manifest.json", to_json(evaluation_manifest(inputs, settled, counts, models, command))
    )
    return Recall(recall, table, names), counts


def _refuse(inputs: EvaluateInputs, settings: EvaluateSettings) -> None:
    """Refuse what has no effect on a recall."""
    given = {
        "--train": inputs.train is not None,
        "--behaviour": settings.behaviour,
        "--baseline": settings.baselines is not None,
        "--prior": settings.prior is not None,
    }
    if idle := [name for name, is_given in given.items() if is_given]:
        raise UsageError(
            f"{idle[0]} has no effect where recall alone is measured (--recall-only, and files of miRTarBase). "
            f"Leave {idle[0]} out."
        )


def _at_threshold(column: ScoreColumn, thresholds: Mapping[str, float]) -> ScoreColumn:
    """Return a score with the threshold that was given for it, if one was."""
    return replace(column, threshold=thresholds.get(column.name, column.threshold))
