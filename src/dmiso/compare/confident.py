"""Confidence of genes in a comparison: what one may say of a gene whatever else is scanned beside.

q-values are of all transcripts of a scan, so they change with them, and so does what passes. The p-values here are
those of :mod:`dmiso.confidence`: both miRNAs on one transcript, against shuffles of each and of the transcript. They
are made of the genes that are asked for, and of as many of those that change most as the settings say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.columns import GENE_CONFIDENCE_COLUMNS, schema_of
from dmiso.confidence import Confidence, call_binding, call_change, call_repression
from dmiso.confidence.predictions import COMPARED
from dmiso.repression.store import resolve_repression
from dmiso.settings.confidence import VerdictSettings
from dmiso.workers import Work

if TYPE_CHECKING:
    from dmiso.compare.pairs import Pair
    from dmiso.compare.scanned import ScannedPairs
    from dmiso.confidence import PairConfidence
    from dmiso.settings.compare import CompareSettings

__all__ = ["with_confidence"]

_P_VALUES: Final = (
    "p_shuffled_mirna",
    "p_shuffled_target",
    "repression_p_shuffled_mirna",
    "repression_p_shuffled_target",
)


def with_confidence(
    genes: pl.DataFrame, scanned: ScannedPairs, pair: Pair, settings: CompareSettings
) -> pl.DataFrame:
    """Add p-values of both miRNAs and what they let one say; empty for the genes that are not judged so.

    Parameters
    ----------
    genes
        As :func:`dmiso.compare.genes.compare_genes` gives them, the largest change first.
    scanned, pair, settings
        Of the comparison.
    """
    asked = scanned.targets.asked
    wanted = list(dict.fromkeys([*genes["gene_id"].head(settings.confidence).to_list(), *sorted(asked)]))
    wanted = [gene for gene in wanted if gene in set(genes["gene_id"].to_list())]
    if not wanted:
        return genes
    confidence = Confidence(scanned.model, resolve_repression(), regions=settings.regions)
    limits = VerdictSettings(min_repression=settings.min_repression, margin=settings.margin)
    work = Work(COMPARED, 2 * len(wanted))
    rows = []
    for gene in wanted:
        number = scanned.transcript_of(pair, gene)
        both = [pair.isomir.sequence, pair.canonical.sequence]
        own, other = confidence.of(both, scanned.targets.transcripts[number])
        named = {"gene_id": gene, "confidence_transcript_id": scanned.targets.transcripts[number].id}
        rows.append({**named, **_row(own, other, limits)})
        work.advance(2)
    added = pl.DataFrame(rows, schema=schema_of(("gene_id", *GENE_CONFIDENCE_COLUMNS)))
    return (
        genes.drop(GENE_CONFIDENCE_COLUMNS)
        .join(added, on="gene_id", how="left", maintain_order="left")
        .select(genes.columns)
    )


def _row(own: PairConfidence, other: PairConfidence, limits: VerdictSettings) -> dict[str, Any]:
    """Return p-values of both, what is called of each, and what changes."""
    binding = call_binding(own, limits), call_binding(other, limits)
    repression = call_repression(own, limits), call_repression(other, limits)
    folds = (own.repression, other.repression)
    gain = None if folds[0] is None or folds[1] is None else folds[1] - folds[0]
    return {
        **{f"isomir_{name}": getattr(own, name) for name in _P_VALUES},
        **{f"canonical_{name}": getattr(other, name) for name in _P_VALUES},
        "isomir_binding_call": binding[0],
        "canonical_binding_call": binding[1],
        "binding_verdict": call_change(*binding, own.best_logit - other.best_logit, limits.margin),
        "isomir_repression_call": repression[0],
        "canonical_repression_call": repression[1],
        "repression_verdict": call_change(*repression, gain, limits.min_repression),
    }
