"""From sequences to calls: a row per sequence and miRNA, batch by batch."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.isomir.align import Aligner
from dmiso.isomir.call_columns import CallColumns
from dmiso.isomir.counted import CountedSequence
from dmiso.isomir.exchange import EXCHANGE_COLUMNS
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dmiso.isomir.reference import Reference
    from dmiso.settings.isomirs import Limits

__all__ = [
    "CALLS_COLUMNS",
    "READS_ASSIGNED",
    "READS_UNEXPLAINED",
    "SEQUENCES_ASSIGNED",
    "CallBatch",
    "Caller",
    "call_isomirs",
]

CALLS_COLUMNS: Final = EXCHANGE_COLUMNS
"""Columns of the calls table and their types."""

SEQUENCES_ASSIGNED: Final = "sequences assigned"
READS_ASSIGNED: Final = "reads assigned"
READS_UNEXPLAINED: Final = "reads that no miRNA explains"

_BATCH: Final = 8192


class CallBatch(NamedTuple):
    """Calls of some sequences, the sequences that no miRNA explains, and the number of all of them."""

    frame: pl.DataFrame
    unassigned: list[CountedSequence]
    n_sequences: int


class Caller:
    """Calls isomiRs against a reference.

    Parameters
    ----------
    reference
        miRNAs and hairpins.
    limits
        How far a sequence may be from a miRNA.
    """

    def __init__(self, reference: Reference, limits: Limits | None = None) -> None:
        self.reference = reference
        self.aligner = Aligner(reference, limits)
        self._columns = CallColumns(self.aligner)

    def batches(self, sequences: Iterable[CountedSequence], counts: Counts) -> Iterator[CallBatch]:
        """Call sequences in batches of bounded memory.

        Parameters
        ----------
        sequences
            As read.
        counts
            Filled: sequences and reads assigned and not assigned, and how many have several miRNAs.

        Yields
        ------
        CallBatch
            In the order of the sequences; the miRNAs of one sequence in the order of the reference.
        """
        rest = iter(sequences)
        while batch := list(islice(rest, _BATCH)):
            yield from self._parts(batch, counts)

    def _parts(self, batch: list[CountedSequence], counts: Counts) -> Iterator[CallBatch]:
        """Call the sequences of a batch: in one part, but where thousands of miRNAs have the same nucleotides."""
        for part in self.aligner.explained([record.sequence for record in batch]):
            frame = self._columns.frame(batch, part)
            explained = np.zeros(part.end - part.begin, bool)
            explained[part.found["sequence"] - part.begin] = True
            records = batch[part.begin : part.end]
            unassigned = [records[i] for i in np.flatnonzero(~explained).tolist()]
            for record in unassigned:
                counts.drop("sequences that no miRNA explains", example=record.sequence)
                counts.drop(READS_UNEXPLAINED, sum(record.counts))
            if len(unassigned) < len(records):
                counts.keep(SEQUENCES_ASSIGNED, len(records) - len(unassigned))
                n_reads = sum(sum(records[i].counts) for i in np.flatnonzero(explained).tolist())
                counts.keep(READS_ASSIGNED, n_reads)
            _note_several(frame, counts)
            counts.keep("calls", frame.height)
            yield CallBatch(frame, unassigned, len(records))


def _note_several(frame: pl.DataFrame, counts: Counts) -> None:
    """Count the sequences that have several miRNAs."""
    names = frame.filter(pl.col("n_parents") > 1).select("sequence_id", "n_parents")
    at = 0
    while at < names.height:  # the rows of a sequence follow each other
        name, n_parents = names.row(at)
        counts.note("sequences that several miRNAs explain alike: all are reported", example=name)
        at += n_parents


def call_isomirs(
    sequences: Mapping[str, str], reference: Reference, *, limits: Limits | None = None
) -> pl.DataFrame:
    """Name isomiRs.

    Parameters
    ----------
    sequences
        Id to upper-case RNA, 5'→3'.
    reference
        From :func:`dmiso.isomir.reference.read_reference`.
    limits
        How far a sequence may be from a miRNA.

    Returns
    -------
    polars.DataFrame
        Columns :data:`CALLS_COLUMNS`: a row per sequence and miRNA that explains it best; none for a sequence that
        no miRNA explains within the limits.

    Examples
    --------
    >>> from dmiso.isomir.reference import Hairpin, Mature, Placement, Reference
    >>> let7 = Mature("hsa-let-7a-5p", "MIMAT0000062", "UGAGGUAGUAGGUUGUAUAGUU")
    >>> hairpin = Hairpin("hsa-let-7a-1", "MI0000060", "UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACC")
    >>> reference = Reference((let7,), (hairpin,), (Placement(0, 0, 5, 27),), "miRBase")
    >>> table = call_isomirs({"read": "AUGAGGUAGUAGGUUGUAUAGUUUUA"}, reference)
    >>> table.select("variant", "isomir_types", "templated_3p", "added_3p", "seed").row(0)
    ('iso_5p:-1,iso_3p:+3', "5' addition,3' addition", 'UUA', '', 'UGAGGUA')
    """
    records = (CountedSequence(name, sequence, (1,)) for name, sequence in sequences.items())
    frames = [batch.frame for batch in Caller(reference, limits).batches(records, Counts())]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema_of(CALLS_COLUMNS))
