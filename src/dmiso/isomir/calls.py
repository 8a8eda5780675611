"""From sequences to calls: a row per sequence and miRNA, batch by batch."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from dmiso.columns import schema_of
from dmiso.isomir.align import Aligner
from dmiso.isomir.classify import isomir_types
from dmiso.isomir.counted import CountedSequence
from dmiso.isomir.exchange import EXCHANGE_COLUMNS
from dmiso.isomir.naming import other_readings, variant
from dmiso.isomir.uid import encode_uid
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dmiso.isomir.align import Explanation
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
        self._hairpins: dict[int, list[int]] = {}
        for placement in reference.placements:
            if placement.hairpin >= 0:
                self._hairpins.setdefault(placement.mature, []).append(placement.hairpin)

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
            yield self._batch(batch, counts)

    def _batch(self, batch: list[CountedSequence], counts: Counts) -> CallBatch:
        rows: list[dict[str, Any]] = []
        unassigned = []
        explained = self.aligner.explain([record.sequence for record in batch])
        for record, found in zip(batch, explained, strict=True):
            n_reads = sum(record.counts)
            if not found:
                unassigned.append(record)
                counts.drop("sequences that no miRNA explains", example=record.sequence)
                counts.drop(READS_UNEXPLAINED, n_reads)
                continue
            calls = self._rows(record, found)
            counts.keep(SEQUENCES_ASSIGNED)
            counts.keep(READS_ASSIGNED, n_reads)
            if len(calls) > 1:
                counts.note(
                    "sequences that several miRNAs explain alike: all are reported", example=record.id
                )
            rows += calls
        counts.keep("calls", len(rows))
        return CallBatch(pl.DataFrame(rows, schema=schema_of(CALLS_COLUMNS)), unassigned, len(batch))

    def _rows(self, record: CountedSequence, found: list[Explanation]) -> list[dict[str, Any]]:
        """Return a row for each miRNA that explains a sequence best."""
        best = found[0].cost
        chosen: dict[int, Explanation] = {}
        for one in found:
            if one.cost == best:
                chosen.setdefault(one.mature, one)
        return [self._row(record, chosen[mature], found, frozenset(chosen)) for mature in sorted(chosen)]

    def _row(
        self, record: CountedSequence, one: Explanation, found: list[Explanation], parents: frozenset[int]
    ) -> dict[str, Any]:
        reference, sequence = self.reference, record.sequence
        mature = reference.matures[one.mature]
        alike = [f for f in found if f.mature == one.mature and f.form == one.form and f.hairpin >= 0]
        hairpins = list(dict.fromkeys(f.hairpin for f in alike))
        others = [f for f in found if f.mature == one.mature or f.mature not in parents]
        seed = sequence[1:8]
        start = one.start - len(one.added_5p)
        return {
            "sequence_id": record.id,
            "sequence": sequence,
            "read_count": sum(record.counts),
            "sample_counts": ",".join(map(str, record.counts)) if len(record.counts) > 1 else None,
            "mirna_id": mature.id,
            "mirna_accession": mature.accession,
            "precursor_ids": ",".join(reference.hairpins[i].id for i in hairpins),
            "isomir_types": ",".join(_types(one, len(mature.sequence))),
            "variant": str(variant(one)),
            "iso5_offset": one.iso5_offset,
            "iso3_offset": one.iso3_offset,
            "added_5p": one.added_5p,
            "added_3p": one.added_3p,
            "templated_5p": one.templated_5p,
            "templated_3p": one.templated_3p,
            "changes": ",".join(map(str, one.changes)),
            "seed": seed,
            "seed_shifted": seed != mature.sequence[1:8],
            "precursor_start": start if hairpins else None,
            "precursor_end": start + len(sequence) if hairpins else None,
            "n_parents": len(parents),
            "uid": encode_uid(sequence),
            "ambiguity": other_readings(
                one,
                others,
                reference,
                hairpins=hairpins,
                all_hairpins=list(dict.fromkeys(self._hairpins.get(one.mature, ()))),
            ),
        }


def _types(found: Explanation, mature_length: int) -> tuple[str, ...]:
    return isomir_types(
        found.iso5_offset,
        found.iso3_offset,
        n_added_5p=len(found.added_5p),
        n_added_3p=len(found.added_3p),
        changed=[change.position for change in found.changes],
        mature_length=mature_length,
    )


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
