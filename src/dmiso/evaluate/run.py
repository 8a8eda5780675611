"""An evaluation from files to a directory of tables."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.errors import InputError, UsageError
from dmiso.evaluate.adapters import read_tool_output, run_tools
from dmiso.evaluate.baselines import baseline_scores, default_baselines
from dmiso.evaluate.behaviour import check_behaviour
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.compare import judge
from dmiso.evaluate.curves import curve_table
from dmiso.evaluate.energy_sample import COSTLY, sample_rows, spread_out
from dmiso.evaluate.evaluate_report import summary_text
from dmiso.evaluate.inputs import EVALUATE_FOLDER, EvaluateInputs, evaluation_manifest
from dmiso.evaluate.labelled import read_labelled, require_both_classes
from dmiso.evaluate.models import ModelScorer, model_column, model_scorer, with_domain
from dmiso.evaluate.reliability import at_priors, reliability_table
from dmiso.evaluate.score_column import ScoreColumn, guessed_threshold
from dmiso.evaluate.score_tables import read_score_tables
from dmiso.evaluate.strata import find_strata, strata_table
from dmiso.extras import is_installed
from dmiso.io import write_table, write_text
from dmiso.io.folders import check_folder
from dmiso.io.streams import read_once
from dmiso.provenance import to_json
from dmiso.records import Counts
from dmiso.settings.evaluate import EvaluateSettings
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "EVALUATE_FOLDER",
    "EvaluateInputs",
    "Evaluation",
    "check_names",
    "evaluate_files",
    "evaluate_table",
    "gather_scores",
    "run_chosen_tools",
    "usual_replicates",
]


class Evaluation(NamedTuple):
    """The tables of an evaluation; the one of behaviour is None where it was not asked for.

    ``curves`` are those of :func:`dmiso.evaluate.curves.curve_table`.
    """

    metrics: pl.DataFrame
    comparisons: pl.DataFrame
    strata: pl.DataFrame
    reliability: pl.DataFrame
    behaviour: pl.DataFrame | None = None
    curves: pl.DataFrame | None = None


def evaluate_table(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    *,
    train: pl.DataFrame | None = None,
    settings: EvaluateSettings | None = None,
) -> Evaluation:
    """Evaluate scores on a labelled table, with baselines, intervals, paired tests and strata.

    Parameters
    ----------
    table
        As :func:`dmiso.evaluate.labelled.read_labelled` gives it.
    columns
        Scores to judge.
    train
        Training table for priors and for miRNAs seen or not.
    settings
        Baselines, replicates, seed.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If the table has no rows.
    UsageError
        If two scores have one name.
    """
    if table.height == 0:
        raise InputError("the labelled table has no rows", hint="An evaluation needs labelled pairs")
    settings = settings or EvaluateSettings()
    clusters = cluster_column(table)
    columns = at_priors(table, columns, settings.prior)
    everything = [*columns, *_baselines(table, columns, train, settings)]
    check_names(everything)
    n, seed = settings.replicates, settings.seed
    n = usual_replicates(table.height) if n is None else n
    metrics, comparisons = judge(table, everything, clusters, n_replicates=n, seed=seed)
    strata = find_strata(table, train=train)
    return Evaluation(
        metrics,
        comparisons,
        strata_table(table, everything, strata, clusters, n_replicates=n, seed=seed),
        reliability_table(table, columns),
        curves=curve_table(table, everything),
    )


def usual_replicates(n_rows: int) -> int:
    """Return how many bootstrap replicates a table gets without a given number.

    Intervals are narrower with more rows, and so is the uncertainty of their ends that few replicates leave (with
    200, about a tenth of the interval).

    Examples
    --------
    >>> usual_replicates(200_000), usual_replicates(500_000), usual_replicates(10_000_000)
    (1000, 400, 200)
    """
    return max(200, min(1000, 200_000_000 // max(n_rows, 1)))


def _sample(table: pl.DataFrame, settings: EvaluateSettings) -> NDArray[np.bool_] | None:
    """Return the rows that are folded; None if all are."""
    if settings.energy_rows is None or table.height <= settings.energy_rows:
        return None
    return sample_rows(cluster_column(table), settings.energy_rows, seed=settings.seed)


def _baselines(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    train: pl.DataFrame | None,
    settings: EvaluateSettings,
) -> list[ScoreColumn]:
    names = settings.baselines
    if names is None:
        names = default_baselines(has_train=train is not None, energies=is_installed("RNA"))
    shown = {column.name for column in columns}
    names = [name for name in names if name not in shown]
    with_clusters = table
    if "cluster" not in table.columns:
        with_clusters = table.with_columns(pl.Series("cluster", cluster_column(table)))
    sample = _sample(with_clusters, settings) if COSTLY.intersection(names) else None
    found = []
    work = Work("baselines", len(names))
    for name in names:
        rows = sample if name in COSTLY else None
        part = with_clusters if rows is None else with_clusters.filter(pl.Series(rows))
        values = baseline_scores(part, [name], train=train, seed=settings.seed)[name].to_numpy()
        threshold = settings.thresholds.get(name)
        found.append(ScoreColumn(name, "baseline", spread_out(values, rows), threshold, rows=rows))
        work.advance(1)
    return found


def check_names(columns: Sequence[ScoreColumn]) -> None:
    """Refuse two scores of one name: their rows could not be told apart."""
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"two scores are called {name}: rename one of them, or choose with --score-column."
            )


@read_once()
def evaluate_files(
    inputs: EvaluateInputs,
    output: Path,
    *,
    settings: EvaluateSettings | None = None,
    command: Sequence[str] = (),
) -> tuple[Evaluation, Counts]:
    """Evaluate scores on a labelled table and write the tables to a directory.

    Parameters
    ----------
    inputs
        What is judged, and on what.
    output
        Directory: ``metrics.tsv``, ``comparisons.tsv``, ``strata.tsv``, ``reliability.tsv``, ``curves.tsv``,
        ``summary.md``,
        ``manifest.json``, and ``behaviour.tsv`` if asked for.
    settings
        How it is judged.
    command
        The words of the command line, for the manifest.

    Returns
    -------
    Evaluation
        The tables.
    Counts
        What was read, dropped and changed.
    """
    settings = settings or EvaluateSettings()
    check_folder(output, EVALUATE_FOLDER)
    counts = Counts()
    table = read_labelled(
        inputs.labelled,
        counts,
        layout=inputs.layout,
        columns=inputs.columns,
        numbers=("iso5_offset", "iso3_offset"),  # rows are grouped by them
    )
    require_both_classes(table, inputs.labelled, "An evaluation")
    train = None
    if inputs.train is not None:
        train = read_labelled(inputs.train, Counts(), layout=inputs.layout, columns=inputs.columns)
    models = [model_scorer(model) for model in inputs.models]
    table = with_domain(table, models, counts)
    columns = [model_column(model, table) for model in models]
    columns += gather_scores(inputs, table, counts, settings)
    settings = _settled(settings, table.height, counts)
    result = evaluate_table(table, columns, train=train, settings=settings)
    _note_sample(result.metrics, table.height, counts)
    if settings.behaviour:
        result = result._replace(behaviour=behaviour_table(models, seed=settings.seed))
    for name, frame in result._asdict().items():
        if frame is not None:
            write_table(output / f"{name}.tsv", frame, digits=6)
    write_text(output / "summary.md", summary_text(*result[:5], table=table))
    write_text(
        output / "manifest.json", to_json(evaluation_manifest(inputs, settings, counts, models, command))
    )
    return result, counts


def _settled(settings: EvaluateSettings, n_rows: int, counts: Counts) -> EvaluateSettings:
    """Return the settings with a number of replicates; note where it is not the 1,000 of smaller tables."""
    if settings.replicates is not None:
        return settings
    n = usual_replicates(n_rows)
    if n < usual_replicates(0):
        counts.note(
            "bootstrap replicates, fewer because the table is large: --replicates takes any number", n
        )
    return replace(settings, replicates=n)


def _note_sample(metrics: pl.DataFrame, n_rows: int, counts: Counts) -> None:
    """Note on how many rows scores of folded pairs were judged."""
    sampled = metrics.filter(pl.col("rows") < n_rows)
    if sampled.height:
        names = ", ".join(sampled["scorer"].unique(maintain_order=True))
        counts.note(
            f"rows of a random sample of site clusters, on which were judged: {names}", sampled["rows"][0]
        )


def gather_scores(
    inputs: EvaluateInputs, table: pl.DataFrame, counts: Counts, settings: EvaluateSettings
) -> list[ScoreColumn]:
    """Return the scores of tables, tools that are run, and files of tools, in this order."""
    columns: list[ScoreColumn] = []
    if inputs.scores:
        found = read_score_tables(inputs.scores, table, counts, names=inputs.score_columns)
        for name, values in found.items():
            threshold = settings.thresholds.get(name, guessed_threshold(values))
            inside = values if guessed_threshold(values) is not None and values.min() >= 0 else None
            columns.append(ScoreColumn(name, "scores", values, threshold, inside))
    columns += run_chosen_tools(table, inputs.tools, settings)
    columns += [read_tool_output(name, path, table, counts) for name, path in inputs.tool_outputs.items()]
    return columns


def run_chosen_tools(
    table: pl.DataFrame, names: Sequence[str], settings: EvaluateSettings
) -> list[ScoreColumn]:
    """Run tools, those that fold pairs on a sample of large tables."""
    sample = _sample(table, settings) if COSTLY.intersection(names) else None
    if sample is None:
        return run_tools(table, names)
    columns = []
    for name in names:
        if name not in COSTLY:
            columns += run_tools(table, [name])
            continue
        for column in run_tools(table.filter(pl.Series(sample)), [name]):
            values = column.values
            if values is None:  # the tool is absent
                columns.append(column)
            else:
                columns.append(replace(column, values=spread_out(values, sample), rows=sample))
    return columns


def behaviour_table(models: Sequence[ModelScorer], *, seed: int = 0) -> pl.DataFrame:
    """Return what models make of made-up pairs, a row per model and check.

    Raises
    ------
    UsageError
        If there is no model to ask.
    """
    if not models:
        raise UsageError("--behaviour asks models for new scores: name one with --model.")
    rows = [
        {
            "scorer": model.name,
            "check": check.name,
            "verdict": "passed" if check.passed else "failed",
            "value": check.value,
            "limit": check.limit,
            "sentence": check.sentence,
            "details": json.dumps(check.details),
        }
        for model in models
        for check in check_behaviour(model.score, threshold=model.threshold, seed=seed)
    ]
    return pl.DataFrame(rows)
