"""What an evaluation is made from, what it leaves in its folder, and how its manifest is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dmiso.evaluate.score_tables import named_scores
from dmiso.io.folders import CONTENT_FILES, FolderKind
from dmiso.provenance import manifest
from dmiso.settings.pictures import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.evaluate.models import ModelScorer
    from dmiso.records import Counts
    from dmiso.settings.evaluate import EvaluateSettings

__all__ = ["EVALUATE_FOLDER", "EvaluateInputs", "evaluation_manifest"]

_PICTURES: Final = ("roc", "precision_recall", "reliability", "strata", "behaviour")
EVALUATE_FOLDER: Final = FolderKind(
    "evaluate",
    (
        *(
            f"{name}.tsv"
            for name in ("metrics", "comparisons", "strata", "reliability", "behaviour", "curves")
        ),
        *(f"{name}.{ending}" for name in _PICTURES for ending in FORMATS),
        *("recall.tsv", "pairs.tsv", "names.tsv"),
        "summary.md",
        "report.html",
        CONTENT_FILES,
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
    mature, utrs
        Reference miRNAs and 3'UTRs by gene (FASTA) for a file of miRTarBase, see :mod:`dmiso.evaluate.recall`.
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
    mature: Path | None = None
    utrs: Path | None = None

    def named(self) -> dict[str, Path]:
        """Return every file by the name a manifest gives it."""
        files = {
            "labelled": self.labelled,
            "train": self.train,
            "mature": self.mature,
            "utrs": self.utrs,
            **named_scores(self.scores),
            **{f"tool-output {name}": path for name, path in self.tool_outputs.items()},
        }
        return {name: path for name, path in files.items() if path is not None}


def evaluation_manifest(
    inputs: EvaluateInputs,
    settings: EvaluateSettings,
    counts: Counts,
    models: Sequence[ModelScorer],
    command: Sequence[str],
) -> dict[str, object]:
    """Return the manifest of an evaluation."""
    return manifest(
        command=command,
        inputs=inputs.named(),
        counts=counts,
        seed=settings.seed,
        model={model.name: {"weights_sha256": model.weights_sha256} for model in models},
        settings={
            "tools": list(inputs.tools),
            "behaviour": settings.behaviour,
            "prior": settings.prior,
            "replicates": settings.replicates,
            "energy_rows": settings.energy_rows,
            "baselines": None if settings.baselines is None else list(settings.baselines),
            "thresholds": dict(settings.thresholds),
            "layout": inputs.layout,
            "columns": dict(inputs.columns),
        },
    )
