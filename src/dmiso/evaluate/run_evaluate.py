"""An evaluation from files to a directory of tables."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import polars as pl
from polars import selectors

from dmiso.errors import InputError, UsageError
from dmiso.evaluate.adapters import read_tool_output, run_tools
from dmiso.evaluate.baselines import baseline_scores, default_baselines
from dmiso.evaluate.behaviour import check_behaviour
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.compare import comparison_table, metric_table, replicate
from dmiso.evaluate.evaluate_report import summary_text
from dmiso.evaluate.labelled import read_labelled, require_both_classes
from dmiso.evaluate.models import ModelScorer, model_column, model_scorer, with_domain
from dmiso.evaluate.reliability import at_priors, reliability_table
from dmiso.evaluate.score_column import ScoreColumn, guessed_threshold
from dmiso.evaluate.score_tables import named_scores, read_score_tables
from dmiso.evaluate.strata import find_strata, strata_table
from dmiso.io import TableWriter, write_text
from dmiso.io.folders import FolderKind, check_folder
from dmiso.io.streams import read_once
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "EVALUATE_FOLDER",
    "EvaluateInputs",
    "EvaluateSettings",
    "Evaluation",
    "evaluate_files",
    "evaluate_table",
]

_PICTURES: Final = ("reliability", "strata", "behaviour")
EVALUATE_FOLDER: Final = FolderKind(
    "evaluate",
    (
        *(f"{name}.tsv" for name in ("metrics", "comparisons", "strata", "reliability", "behaviour")),
        *(f"{name}.{ending}" for name in _PICTURES for ending in ("svg", "png")),
        "summary.md",
    ),
)
"""What ``dmiso evaluate`` makes in its folder."""


@dataclass(frozen=True, slots=True)
class EvaluateInputs:
    """What is judged, and on what.

    Parameters
    ----------
    labelled
        The labelled table.
    train
        The table that models were trained on: for priors and for miRNAs seen or not.
    scores, score_columns
        Tables of scores row by row, and which of its columns to use (none: all numeric ones).
    models
        Names or directories of models; None is the default bundled one.
    tools
        Tools to run, keys of :data:`dmiso.evaluate.adapters.TOOLS`.
    tool_outputs
        Files that tools wrote, by key of :data:`dmiso.evaluate.adapters.OUTPUT_READERS`.
    layout, columns
        How the tables are written, see :func:`dmiso.evaluate.labelled.read_labelled`.
    """

    labelled: Path
    train: Path | None = None
    scores: Sequence[Path] = ()
    score_columns: Sequence[str] = ()
    models: Sequence[str | None] = ()
    tools: Sequence[str] = ()
    tool_outputs: Mapping[str, Path] = field(default_factory=dict)
    layout: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvaluateSettings:
    """How it is judged.

    Parameters
    ----------
    thresholds
        Smallest value called positive, by score name; without one it is 0.5 for scores between 0 and 1.
    baselines
        Baselines to show; None shows those of :func:`dmiso.evaluate.baselines.default_baselines`.
    n_replicates
        Bootstrap replicates; 0 leaves intervals and tests out.
    seed
        For folds, shuffles, the bootstrap and made-up pairs.
    behaviour
        Ask the models for made-up pairs too, see :mod:`dmiso.evaluate.behaviour`.
    prior
        Re-express scores at this share of positives, 0-1, or at the table's own (``table``); None leaves them as the
        models give them. It moves the Brier score and the reliability table; what is called positive stays.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    baselines: Sequence[str] | None = None
    n_replicates: int = 1000
    seed: int = 0
    behaviour: bool = False
    prior: float | Literal["table"] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.prior, float | int) and not 0 < self.prior < 1:
            raise UsageError(
                f"prior is {self.prior}; a share of positives lies between 0 and 1, or is 'table'."
            )


class Evaluation(NamedTuple):
    """The tables of an evaluation; the one of behaviour is None where it was not asked for."""

    metrics: pl.DataFrame
    comparisons: pl.DataFrame
    strata: pl.DataFrame
    reliability: pl.DataFrame
    behaviour: pl.DataFrame | None = None


def evaluate_table(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    *,
    train: pl.DataFrame | None = None,
    settings: EvaluateSettings | None = None,
) -> Evaluation:
    """Judge scores on a labelled table, with baselines, intervals, paired tests and strata.

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
        raise InputError("the labelled table has no rows", mend="An evaluation needs labelled pairs")
    settings = settings or EvaluateSettings()
    clusters = cluster_column(table)
    columns = at_priors(table, columns, settings.prior)
    everything = [*columns, *_baselines(table, columns, train, settings)]
    _check_names(everything)
    n, seed = settings.n_replicates, settings.seed
    draws = replicate(table, everything, clusters, n_replicates=n, seed=seed) if n else {}
    return Evaluation(
        metric_table(table, everything, draws),
        comparison_table(table, everything, draws),
        strata_table(table, everything, find_strata(table, train=train), clusters, n_replicates=n, seed=seed),
        reliability_table(table, columns),
    )


def _baselines(
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    train: pl.DataFrame | None,
    settings: EvaluateSettings,
) -> list[ScoreColumn]:
    names = settings.baselines
    if names is None:
        names = default_baselines(has_train=train is not None, energies=find_spec("RNA") is not None)
    shown = {column.name for column in columns}
    names = [name for name in names if name not in shown]
    with_clusters = table
    if "cluster" not in table.columns:
        with_clusters = table.with_columns(pl.Series("cluster", cluster_column(table)))
    scores = baseline_scores(with_clusters, names, train=train, seed=settings.seed)
    return [
        ScoreColumn(name, "baseline", scores[name].to_numpy(), settings.thresholds.get(name))
        for name in names
    ]


def _check_names(columns: Sequence[ScoreColumn]) -> None:
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
    """Judge scores on a labelled table and write the tables to a directory.

    Parameters
    ----------
    inputs
        What is judged, and on what.
    output
        Directory: ``metrics.tsv``, ``comparisons.tsv``, ``strata.tsv``, ``reliability.tsv``, ``summary.md``,
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
    table = read_labelled(inputs.labelled, counts, layout=inputs.layout, columns=inputs.columns)
    require_both_classes(table, inputs.labelled, "An evaluation")
    train = None
    if inputs.train is not None:
        train = read_labelled(inputs.train, Counts(), layout=inputs.layout, columns=inputs.columns)
    models = [model_scorer(model) for model in inputs.models]
    table = with_domain(table, models, counts)
    columns = [model_column(model, table) for model in models]
    columns += gather_scores(inputs, table, counts, settings)
    result = evaluate_table(table, columns, train=train, settings=settings)
    if settings.behaviour:
        result = result._replace(behaviour=behaviour_table(models, seed=settings.seed))
    for name, frame in result._asdict().items():
        if frame is not None:
            write_tsv(frame, output / f"{name}.tsv")
    write_text(output / "summary.md", summary_text(*result, table=table))
    write_text(output / "manifest.json", to_json(_manifest(inputs, settings, counts, models, command)))
    return result, counts


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
    columns += run_tools(table, inputs.tools)
    columns += [read_tool_output(name, path, table, counts) for name, path in inputs.tool_outputs.items()]
    return columns


def behaviour_table(models: Sequence[ModelScorer], *, seed: int = 0) -> pl.DataFrame:
    """Return what models make of made-up pairs, a row a model and check.

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


def write_tsv(frame: pl.DataFrame, path: Path) -> None:
    """Write a table with numbers of six significant digits."""
    rounded = frame.with_columns(selectors.float().round_sig_figs(6))
    with TableWriter(path, dict(rounded.schema)) as writer:
        writer.write(rounded)


def _manifest(
    inputs: EvaluateInputs,
    settings: EvaluateSettings,
    counts: Counts,
    models: Sequence[ModelScorer],
    command: Sequence[str],
) -> dict[str, object]:
    files = {
        "labelled": inputs.labelled,
        "train": inputs.train,
        **named_scores(inputs.scores),
        **{f"tool-output {name}": path for name, path in inputs.tool_outputs.items()},
    }
    return manifest(
        command=command,
        inputs={name: path for name, path in files.items() if path is not None},
        counts=counts,
        seed=settings.seed,
        model={model.name: {"weights_sha256": model.weights_sha256} for model in models},
        settings={
            "tools": list(inputs.tools),
            "behaviour": settings.behaviour,
            "prior": settings.prior,
            "replicates": settings.n_replicates,
            "baselines": None if settings.baselines is None else list(settings.baselines),
            "thresholds": dict(settings.thresholds),
            "layout": inputs.layout,
            "columns": dict(inputs.columns),
        },
    )
