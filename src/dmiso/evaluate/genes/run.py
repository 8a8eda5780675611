"""An evaluation of gene scores from files to a directory of tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import UsageError
from dmiso.evaluate.genes.curves import curve_table
from dmiso.evaluate.genes.gather import EvaluateGenesInputs, gather
from dmiso.evaluate.genes.over_experiments import comparison_table, experiment_table, metric_table
from dmiso.evaluate.genes.report import gene_summary
from dmiso.evaluate.score_tables import named_scores
from dmiso.io import write_table, write_text
from dmiso.io.folders import FolderKind, check_folder
from dmiso.io.streams import read_once
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.settings.evaluate_genes import EvaluateGenesSettings
from dmiso.settings.pictures import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

__all__ = [
    "EVALUATE_GENES_FOLDER",
    "EvaluateGenesInputs",
    "GeneEvaluation",
    "evaluate_genes_files",
]

EVALUATE_GENES_FOLDER: Final = FolderKind(
    "evaluate genes",
    (
        *(f"{name}.tsv" for name in ("experiments", "metrics", "comparisons", "curves")),
        *(f"{name}.{ending}" for name in ("curves*", "means*") for ending in FORMATS),
        "summary.md",
    ),
)
"""What ``dmiso evaluate genes`` makes in its folder."""


class GeneEvaluation(NamedTuple):
    """The tables of an evaluation of gene scores."""

    experiments: pl.DataFrame
    metrics: pl.DataFrame
    comparisons: pl.DataFrame
    curves: pl.DataFrame


@read_once()
def evaluate_genes_files(
    inputs: EvaluateGenesInputs,
    output: Path,
    *,
    settings: EvaluateGenesSettings | None = None,
    command: Sequence[str] = (),
) -> tuple[GeneEvaluation, Counts]:
    """Judge scores of genes on responses to miRNAs and write the tables to a directory.

    Parameters
    ----------
    inputs
        What is judged, and on what.
    output
        Directory: ``experiments.tsv``, ``metrics.tsv``, ``comparisons.tsv``, ``curves.tsv``, ``summary.md``,
        ``manifest.json``.
    settings
        How it is judged.
    command
        The words of the command line, for the manifest.

    Returns
    -------
    GeneEvaluation
        The tables.
    Counts
        What was read, dropped and changed.

    Raises
    ------
    InputError
        If a table cannot be read.
    NothingKeptError
        If no gene with a response has a 3'UTR in the sequences given.
    UsageError
        If there is no score, or a name that was asked for is of none.
    """
    settings = settings or EvaluateGenesSettings()
    check_folder(output, EVALUATE_GENES_FOLDER)
    if inputs.transcripts is not None and inputs.utrs is not None:
        raise UsageError("--transcripts and --utrs both give 3'UTRs. Give one of them.")
    counts = Counts()
    judge = gather(inputs, settings, counts)
    result = GeneEvaluation(
        experiment_table(judge), metric_table(judge), comparison_table(judge), curve_table(judge)
    )
    for name, frame in result._asdict().items():
        write_table(output / f"{name}.tsv", frame, digits=6)
    write_text(output / "summary.md", gene_summary(result.metrics, result.comparisons, settings))
    write_text(output / "manifest.json", to_json(_manifest(inputs, settings, counts, command)))
    return result, counts


def _manifest(
    inputs: EvaluateGenesInputs, settings: EvaluateGenesSettings, counts: Counts, command: Sequence[str]
) -> dict[str, object]:
    files = {
        f"responses_{i}" if i > 1 else "responses": path for i, path in enumerate(inputs.responses, start=1)
    }
    files |= named_scores(inputs.scores)
    named = ("experiments", "mirnas", "gene_map", "transcripts", "cds", "utrs")
    files |= {name: path for name in named if (path := getattr(inputs, name)) is not None}
    told = asdict(settings)
    return manifest(
        command=command,
        inputs=files,
        counts=counts,
        seed=told.pop("seed"),
        settings=told | {"score_columns": list(inputs.score_columns)},
    )
