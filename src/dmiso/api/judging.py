"""Verbs that judge and train: evaluate, evaluate_fair, audit, train."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmiso.api.given import desk, like, say
from dmiso.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.api.given import GivenFile, GivenSequences, GivenTable
    from dmiso.evaluate.audit.audit import AuditReport
    from dmiso.records import Counts
    from dmiso.train.run import Training

__all__ = ["EvaluationTables", "audit", "evaluate", "evaluate_fair", "train"]


@dataclass(frozen=True, slots=True, repr=False)
class EvaluationTables(Shown):
    """How good scores are.

    Parameters
    ----------
    metrics
        A row per score and metric, with intervals, baselines beside.
    comparisons, strata, reliability
        Paired tests; metrics by stratum; observed against predicted shares.
    curves
        ROC and precision-recall curves of every score.
    behaviour
        Answers of models to made-up pairs; None where it was not asked for.
    counts
        What was read, dropped and changed.
    recall, pairs, names
        Where recall alone is measured, in place of the others: by source; the positives; for miRTarBase what the names
        of miRNAs may stand for.
    """

    metrics: Any
    comparisons: Any
    strata: Any
    reliability: Any
    curves: Any
    behaviour: Any
    counts: Counts
    recall: Any = None
    pairs: Any = None
    names: Any = None


def evaluate(
    labelled: GivenTable,
    *,
    train: GivenTable | None = None,
    scores: Mapping[str, Sequence[float]] | GivenTable | None = None,
    models: Sequence[GivenFile | None] = (),
    tools: Sequence[str] = (),
    layout: str | None = None,
    mature: GivenSequences | None = None,
    utrs: GivenSequences | None = None,
    recall_only: bool = False,
    output: GivenFile | None = None,
    **settings: Any,
) -> EvaluationTables:
    """Judge models, tools or any scores on labelled pairs: what ``dmiso evaluate`` does.

    Parameters
    ----------
    labelled
        A path, frame, dict of columns or list of rows with ``mirna_sequence``, ``target_sequence`` and ``label``.
    train
        The table that models were trained on.
    scores
        Scores of the rows: name → values, a frame, or a path.
    models
        Names or directories of models; None among them is the default model. Without scores, models and tools it is
        the default model that is judged.
    tools
        Programs to run, keys of :data:`dmiso.evaluate.adapters.TOOLS`.
    layout
        How the tables are written; None detects it from their headers.
    mature, utrs
        Reference miRNAs and 3'UTRs by gene for miRTarBase's target sites, whose recall is measured.
    recall_only
        Measure recall alone, of the positives of any table.
    output
        Folder that keeps the tables, a summary and a manifest; None keeps none.
    settings
        Fields of :class:`dmiso.settings.evaluate.EvaluateSettings`.

    Returns
    -------
    EvaluationTables
    """
    from dmiso.evaluate.inputs import EvaluateInputs
    from dmiso.evaluate.recall.run import asks_for_recall, recall_files
    from dmiso.evaluate.run import evaluate_files
    from dmiso.settings.evaluate import EvaluateSettings

    with desk() as work:
        inputs = EvaluateInputs(
            labelled=work.table(labelled, "labelled"),
            train=work.optional(train, "train"),
            scores=() if scores is None else (work.table(scores, "scores"),),
            models=[None if model is None else str(model) for model in models]
            or ([None] if scores is None and not tools else []),
            tools=tuple(tools),
            layout=layout,
            mature=None if mature is None else work.sequences(mature, "mature"),
            utrs=None if utrs is None else work.sequences(utrs, "utrs"),
        )
        folder = work.output(output, "evaluation")
        judge = recall_files if asks_for_recall(inputs, recall_only=recall_only) else evaluate_files
        result, counts = judge(
            inputs, folder, settings=EvaluateSettings(**settings), command=("dmiso.evaluate",)
        )
    say(counts)
    tables = {
        name: None if table is None else like(table, labelled) for name, table in result._asdict().items()
    }
    absent = dict.fromkeys(("metrics", "comparisons", "strata", "reliability", "curves", "behaviour"))
    return EvaluationTables(**{**absent, **tables}, counts=counts)


def evaluate_fair(
    labelled: GivenTable,
    *,
    positives: Sequence[GivenTable] = (),
    mature: GivenSequences | None = None,
    layout: str | None = None,
    output: GivenFile | None = None,
    **settings: Any,
) -> Any:
    """Return labelled pairs without competition, sense calls and repeats: what ``dmiso evaluate fair`` does.

    Parameters
    ----------
    labelled, layout
        As for :func:`evaluate`; columns of scores stay beside the pairs.
    positives
        Interactions of any layout: miRNAs seen on the sites that the table does not name itself.
    mature
        Reference miRNAs, for layouts without miRNA sequences.
    output
        Table that keeps the pairs, its manifest beside; None keeps none.
    settings
        Fields of :class:`dmiso.settings.fair.FairSettings`: ``seedless=True``.

    Returns
    -------
    polars.DataFrame or pandas.DataFrame
        The pairs kept, with all columns.
    """
    from dmiso.evaluate.fair import FairInputs, fair_files
    from dmiso.settings.fair import FairSettings

    with desk() as work:
        inputs = FairInputs(
            labelled=work.table(labelled, "labelled"),
            positives=[work.table(one, f"positives{i}") for i, one in enumerate(positives)],
            mature=None if mature is None else work.sequences(mature, "mature"),
            layout=layout,
        )
        path = work.output(output, "fair.parquet")
        fair, counts = fair_files(inputs, path, FairSettings(**settings), command=("dmiso.evaluate_fair",))
    say(counts)
    return like(fair, labelled)


def audit(
    labelled: GivenTable,
    *,
    train: GivenTable | None = None,
    scores: Mapping[str, Sequence[float]] | GivenTable | None = None,
    models: Sequence[GivenFile] = (),
    layout: str | None = None,
    seed: int = 0,
    output: GivenFile | None = None,
) -> AuditReport:
    """Look for shortcuts and leaks in labelled pairs: what ``dmiso audit`` does.

    Parameters
    ----------
    labelled, train, scores, models, layout
        As for :func:`evaluate`.
    seed
        For folds, shuffles and draws.
    output
        ``.json`` file that keeps the report, text and page beside it; None keeps none.

    Returns
    -------
    dmiso.evaluate.audit.audit.AuditReport
    """
    from dmiso.evaluate.audit.run import AuditInputs, audit_files
    from dmiso.report import write_report

    with desk() as work:
        inputs = AuditInputs(
            labelled=work.table(labelled, "labelled"),
            train=work.optional(train, "train"),
            scores=() if scores is None else (work.table(scores, "scores"),),
            models=[str(model) for model in models],
            layout=layout,
        )
        place = work.output(output, "audit.json")
        report, counts = audit_files(inputs, place, seed=seed, command=("dmiso.audit",))
        if output is not None:
            write_report(place)
    say(counts)
    return report


def train(
    data: GivenTable,
    output: GivenFile,
    *,
    network: str | None = None,
    name: str | None = None,
    start_from: GivenFile | None = None,
    restart: bool = False,
    **settings: Any,
) -> Training:
    """Train a network on labelled pairs: what ``dmiso train`` does. A script needs no ``__main__`` guard.

    Parameters
    ----------
    data
        A path, frame, dict of columns or list of rows with ``mirna_sequence``, ``target_sequence``, ``label`` and
        ``split``.
    output
        Model directory to write.
    network
        Name of the network; None is the default model's.
    name
        Of the model.
    start_from
        Model whose weights are the first ones.
    restart
        Forget the state of an unfinished run.
    settings
        Fields of :class:`dmiso.settings.training.TrainSettings`.

    Returns
    -------
    dmiso.train.run.Training
    """
    from dmiso.models import resolve
    from dmiso.train.run import Beginning
    from dmiso.train.run import train as train_files
    from dmiso.train.settings import settings_for

    with desk() as work:
        result = train_files(
            work.table(data, "data"),
            Path(output),
            settings_for(network or resolve(None).config.network, **settings),
            name=name,
            beginning=Beginning(start_from, restart=restart),
            command=("dmiso.train",),
        )
    say(result.counts)
    return result
