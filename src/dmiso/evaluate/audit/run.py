"""An audit from files to files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dmiso.errors import UsageError
from dmiso.evaluate.audit.audit import AuditReport, audit_table
from dmiso.evaluate.audit.report import as_dict, as_text
from dmiso.evaluate.labelled import read_labelled, require_both_classes
from dmiso.evaluate.models import ModelScorer, model_scorer
from dmiso.evaluate.score_tables import named_scores, read_score_tables
from dmiso.io import write_text
from dmiso.io.folders import check_companions
from dmiso.io.streams import read_once
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["AuditInputs", "audit_files"]


@dataclass(frozen=True, slots=True)
class AuditInputs:
    """What an audit looks at.

    Parameters
    ----------
    labelled
        The labelled table.
    train
        The training table that belongs to it, or None.
    scores, score_columns
        Tables of scores row by row, and which of their columns to use (none: all numeric ones).
    models
        Names or directories of models to question.
    layout, columns
        How the tables are written, see :func:`dmiso.evaluate.labelled.read_labelled`.
    """

    labelled: Path
    train: Path | None = None
    scores: Sequence[Path] = ()
    score_columns: Sequence[str] = ()
    models: Sequence[str] = ()
    layout: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@read_once()
def audit_files(
    inputs: AuditInputs, output: Path, *, seed: int = 0, command: Sequence[str] = ()
) -> tuple[AuditReport, Counts]:
    """Audit a labelled table and write the report as JSON and text.

    Parameters
    ----------
    inputs
        What to look at.
    output
        The JSON file; the text appears beside it with the ending ``.txt``, and :mod:`dmiso.report` makes a page of it,
        ``.html``.
    seed
        As :func:`dmiso.evaluate.audit.audit.audit_table`.
    command
        The words of the command line, for the manifest.

    Returns
    -------
    AuditReport
        The answers.
    Counts
        What was read, dropped and changed.

    Raises
    ------
    UsageError
        If ``output`` does not end with ``.json``.
    InputError
        If a table cannot be used.
    """
    if output.suffix != ".json":
        raise UsageError(
            f"{output} does not end with .json; the text and HTML reports get the other endings."
        )
    beside = [output.with_suffix(ending) for ending in (".txt", ".html")]
    check_companions(output, beside, [inputs.labelled, inputs.train, *inputs.scores])
    counts = Counts()
    table = read_labelled(inputs.labelled, counts, layout=inputs.layout, columns=inputs.columns)
    require_both_classes(table, inputs.labelled, "An audit")
    train = None
    if inputs.train is not None:
        train = read_labelled(inputs.train, Counts(), layout=inputs.layout, columns=inputs.columns)
    scores = None
    if inputs.scores:
        scores = read_score_tables(inputs.scores, table, counts, names=inputs.score_columns)
    models = [model_scorer(model) for model in inputs.models]
    asked = {model.name: model.score for model in models}
    thresholds = {model.name: model.threshold for model in models}
    report = audit_table(table, train=train, scores=scores, models=asked, thresholds=thresholds, seed=seed)
    origin = _manifest(inputs, counts, models, seed=seed, command=command)
    write_text(output, to_json(as_dict(report, origin)))
    write_text(beside[0], as_text(report))
    return report, counts


def _manifest(
    inputs: AuditInputs,
    counts: Counts,
    models: Sequence[ModelScorer],
    *,
    seed: int,
    command: Sequence[str],
) -> dict[str, Any]:
    files = {"labelled": inputs.labelled, "train": inputs.train, **named_scores(inputs.scores)}
    return manifest(
        command=command,
        inputs={name: path for name, path in files.items() if path is not None},
        counts=counts,
        seed=seed,
        model={model.name: {"weights_sha256": model.weights_sha256} for model in models},
        settings={"layout": inputs.layout, "columns": dict(inputs.columns)},
    )
