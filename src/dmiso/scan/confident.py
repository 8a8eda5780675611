"""Confidence of the best genes of each miRNA: p-values of pairs from shuffles, the same whatever else is scanned.

A row of the table of genes is about two transcripts: the one that is repressed most, and the one of highest occupancy.
Where they differ, its p-values of repression are of the first and those of binding of the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import CONFIDENCE_COLUMNS, schema_of
from dmiso.confidence import Confidence, PairConfidence
from dmiso.confidence.predictions import COMPARED
from dmiso.repression.store import resolve_repression
from dmiso.scan.shards import OpenJob, ScanJob
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmiso.workers import Crew

    Task = tuple[str, int, list[str]]

__all__ = ["GeneConfidence"]

_REPRESSION: Final = ("repression_p_shuffled_mirna", "repression_p_shuffled_target")
_OPEN: dict[str, tuple[OpenJob, Confidence]] = {}
"""The job of this process: opened once, used for all of its pairs."""


class GeneConfidence:
    """Adds p-values to the best genes of each miRNA.

    Parameters
    ----------
    work
        The scan.
    crew
        Who does it.
    """

    def __init__(self, work: OpenJob, crew: Crew) -> None:
        self._work, self._crew = work, crew
        self._shown, self._expected = Work(COMPARED), 0
        self._numbers = {one.id: number for number, one in enumerate(work.loaded.transcripts)}
        self._text = work.job.to_text()
        _OPEN.clear()
        if crew.n_workers == 1:
            _OPEN[self._text] = work, _confidence(work)

    def added(self, genes: pl.DataFrame) -> pl.DataFrame:
        """Return a table of genes, the best first within each miRNA, with the columns of confidence.

        Parameters
        ----------
        genes
            As :func:`dmiso.scan.genes.gene_rows` gives them.
        """
        n = self._work.job.settings.confidence
        rank = pl.int_range(pl.len()).over("mirna_id", "mirna_sequence")
        table = genes.with_row_index("_row").with_columns(_rank=rank)
        best = table.filter(pl.col("_rank") < n)
        pairs = self._pairs(best)
        known = self._judged(sorted({pair for both in pairs for pair in both}))
        rows = []
        for row, (bound, repressed) in zip(best["_row"].to_list(), pairs, strict=True):
            values = known[bound].columns()
            values |= {name: known[repressed].columns()[name] for name in _REPRESSION}
            rows.append({"_row": row, **values})
        schema = {"_row": table.schema["_row"], **schema_of(CONFIDENCE_COLUMNS)}
        added = pl.DataFrame(rows, schema=schema)
        return (
            table.drop(CONFIDENCE_COLUMNS)
            .join(added, on="_row", how="left", maintain_order="left")
            .select(genes.columns)
        )

    def _pairs(self, best: pl.DataFrame) -> list[tuple[tuple[int, str], tuple[int, str]]]:
        """Return what each row is about: transcript (number) and miRNA of binding, and of repression."""
        rows = best.select("mirna_sequence", "transcript_id", "binding_transcript_id").iter_rows()
        return [
            ((self._numbers[bound or repressed], bases), (self._numbers[repressed], bases))
            for bases, repressed, bound in rows
        ]

    def _judged(self, pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], PairConfidence]:
        """Judge pairs, transcript by transcript."""
        mirnas: dict[int, list[str]] = {}
        for number, bases in pairs:
            mirnas.setdefault(number, []).append(bases)
        tasks = [(self._text, number, bases) for number, bases in mirnas.items()]
        self._expected += len(pairs)
        self._shown.expect(self._expected)
        found = {}
        for which, judged in self._crew.map(judge_pairs, tasks, on_report=self._shown.advance):
            _, number, own = tasks[which]
            found.update({(number, one): pair for one, pair in zip(own, judged, strict=True)})
        return found


def _confidence(work: OpenJob) -> Confidence:
    return Confidence(work.model, resolve_repression(), regions=work.job.settings.regions)


def judge_pairs(task: Task, report: Callable[[int], None]) -> list[PairConfidence]:
    """Judge some miRNAs on a transcript, perhaps in a child interpreter.

    Parameters
    ----------
    task
        The job as text, the transcript's number, the miRNAs.
    report
        Called with the pairs done.
    """
    text, number, mirnas = task
    if text not in _OPEN:
        _OPEN.clear()
        work = OpenJob(ScanJob.from_text(text))
        _OPEN[text] = work, _confidence(work)
    work, confidence = _OPEN[text]
    judged = confidence.of(mirnas, work.loaded.transcripts[number])
    report(len(mirnas))
    return judged
