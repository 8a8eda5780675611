"""The verb that judges scores of genes: evaluate_genes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmiso.api.given import desk, like, say
from dmiso.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.api.given import GivenFile, GivenSequences, GivenTable
    from dmiso.records import Counts

__all__ = ["GeneEvaluationTables", "evaluate_genes"]


@dataclass(frozen=True, slots=True, repr=False)
class GeneEvaluationTables(Shown):
    """How good scores of genes are.

    Parameters
    ----------
    metrics
        A row per set of experiments, score and metric: means over experiments with intervals, baselines beside.
    experiments, comparisons, curves
        Each experiment; paired tests; cumulative curves of the best genes and of those without a site.
    counts
        What was read, dropped and changed.
    """

    metrics: Any
    experiments: Any
    comparisons: Any
    curves: Any
    counts: Counts


def evaluate_genes(
    responses: GivenTable | Sequence[GivenFile],
    *,
    scores: Mapping[str, GivenTable] | GivenTable | None = None,
    experiments: GivenTable | None = None,
    mirnas: GivenSequences | None = None,
    gene_map: GivenTable | None = None,
    transcripts: GivenSequences | None = None,
    cds: GivenTable | None = None,
    utrs: GivenSequences | None = None,
    output: GivenFile | None = None,
    **settings: Any,
) -> GeneEvaluationTables:
    """Judge scores of genes on responses to miRNAs: what ``dmiso evaluate genes`` does.

    Parameters
    ----------
    responses
        A long table (path, frame, dict of columns or list of rows) with ``experiment``, ``mirna_id``, ``gene_id`` and
        ``response``; or a list of paths, of such tables or of fold changes by edgeR, DESeq2 or limma.
    scores
        Scores of a tool: a path, frame, dict of columns or list of rows; or name → any of these, for several.
    experiments
        Of tables of fold changes: ``file``, ``mirna_id``, ``kind``.
    mirnas
        Nucleotides of miRNAs by name.
    gene_map
        Names of genes.
    transcripts, cds, utrs
        For the baselines: mRNAs with the table of their coding sequences, or 3'UTRs.
    output
        Folder that keeps the tables, a summary and a manifest; None keeps none.
    settings
        Fields of :class:`dmiso.settings.evaluate_genes.EvaluateGenesSettings`, and ``score_columns``.

    Returns
    -------
    GeneEvaluationTables
    """
    from dmiso.evaluate.genes import EvaluateGenesInputs, evaluate_genes_files
    from dmiso.settings.evaluate_genes import EvaluateGenesSettings

    columns = tuple(settings.pop("score_columns", ()))
    with desk() as work:
        inputs = EvaluateGenesInputs(
            responses=_files(work.table, responses),
            experiments=work.optional(experiments, "experiments"),
            scores=_tables(work.table, scores),
            score_columns=columns,
            mirnas=None if mirnas is None else work.sequences(mirnas, "miRNAs"),
            gene_map=work.optional(gene_map, "gene_map"),
            transcripts=None if transcripts is None else work.sequences(transcripts, "transcripts"),
            cds=work.optional(cds, "cds"),
            utrs=None if utrs is None else work.sequences(utrs, "utrs"),
        )
        result, counts = evaluate_genes_files(
            inputs,
            work.output(output, "gene-evaluation"),
            settings=EvaluateGenesSettings(**settings),
            command=("dmiso", "evaluate genes"),  # as a folder of that command is known by
        )
    say(counts)
    tables = {name: like(table, responses) for name, table in result._asdict().items()}
    return GeneEvaluationTables(**tables, counts=counts)


def _files(table: Any, given: Any) -> tuple[Path, ...]:
    """Return the files of responses: those listed, or one of what is in memory."""
    if isinstance(given, list | tuple) and given and not isinstance(given[0], dict):
        return tuple(Path(path) for path in given)
    return (table(given, "responses"),)


def _tables(table: Any, given: Any) -> tuple[Path, ...]:
    """Return the files of scores; a dict of columns is one table, one of tables several."""
    if given is None:
        return ()
    if isinstance(given, dict) and not any(isinstance(value, list | tuple) for value in given.values()):
        return tuple(table(value, str(name)) for name, value in given.items())
    return (table(given, "scores"),)
