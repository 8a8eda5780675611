"""Which isomiR is compared with which canonical miRNA: found by its nucleotides, or given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dmiso.errors import UsageError
from dmiso.isomir import Caller
from dmiso.records import SequenceRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmiso.isomir import CountedSequence, Reference
    from dmiso.records import Counts

__all__ = ["Pair", "best_shift", "pairs_from_calls", "pairs_with"]

_FURTHEST: Final = 8
_SHORTEST: Final = 15


@dataclass(frozen=True, slots=True)
class Pair:
    """An isomiR and a miRNA it is compared with.

    Parameters
    ----------
    isomir, canonical
        Names and nucleotides.
    variant
        What differs in mirGFF3's words; empty if the miRNA was given.
    n_parents
        miRNAs that explain the isomiR as well, this one included; each is a pair of its own.
    isomir_reads, canonical_reads
        Reads of both; None where no counts are given.

    Examples
    --------
    >>> pair = Pair(SequenceRecord("iso", "GUACAGUACUGUGAUAACUGAA"), SequenceRecord("miR-101", "UACAGUACUGUGAUAACUGAA"))
    >>> pair.seeds, pair.seed_shifted, pair.shift
    (('UACAGUA', 'ACAGUAC'), True, -1)
    """

    isomir: SequenceRecord
    canonical: SequenceRecord
    variant: str = ""
    n_parents: int = 1
    isomir_reads: int | None = None
    canonical_reads: int | None = None

    @property
    def seeds(self) -> tuple[str, str]:
        """Positions 2-8 of the isomiR and of the canonical miRNA."""
        return self.isomir.sequence[1:8], self.canonical.sequence[1:8]

    @property
    def seed_shifted(self) -> bool:
        """Whether the seeds differ."""
        return self.seeds[0] != self.seeds[1]

    @property
    def shift(self) -> int:
        """Where the isomiR begins on the canonical miRNA, by most equal nucleotides: negative before it."""
        return best_shift(self.isomir.sequence, self.canonical.sequence)

    @property
    def label(self) -> str:
        """Name for a heading: the miRNA and what differs, or both names."""
        known = self.variant or self.isomir.id
        return f"{self.canonical.id} {known}" if self.variant else f"{known} against {self.canonical.id}"

    @property
    def share(self) -> float | None:
        """Share of the isomiR among the reads of both; None without counts."""
        if self.isomir_reads is None or self.canonical_reads is None:
            return None
        total = self.isomir_reads + self.canonical_reads
        return self.isomir_reads / total if total else None


def best_shift(isomir: str, canonical: str) -> int:
    """Return the ungapped shift at which most nucleotides agree, the smallest of equals.

    Examples
    --------
    >>> best_shift("ACCCUGUAGAUCC", "UACCCUGUAGAUCC"), best_shift("UACCC", "UACCC")
    (1, 0)
    """

    def agreeing(shift: int) -> int:
        positions = range(max(0, -shift), min(len(isomir), len(canonical) - shift))
        return sum(isomir[i] == canonical[i + shift] for i in positions)

    return max(range(-_FURTHEST, _FURTHEST + 1), key=lambda shift: (agreeing(shift), -abs(shift), shift))


def pairs_from_calls(
    sequences: Iterable[CountedSequence], reference: Reference, counts: Counts, *, counted: bool = True
) -> list[Pair]:
    """Find the canonical miRNA of each sequence; where several explain it equally well, each gives a pair.

    Parameters
    ----------
    sequences
        As :func:`dmiso.isomir.read_counted` gives them.
    reference
        miRNAs and hairpins.
    counts
        Filled: sequences without a miRNA, those that are one, and those with several.
    counted
        Whether the numbers of reads mean something; the canonical miRNA's are those of its own nucleotides.

    Returns
    -------
    list of Pair
        Most reads first, then in the order given.

    Raises
    ------
    UsageError
        If a sequence is too short.
    """
    records = list(sequences)
    for record in records:
        check_length(record.id, record.sequence)
    reads: dict[str, int] = {}
    for record in records:
        reads[record.sequence] = reads.get(record.sequence, 0) + sum(record.counts)
    bases = {mature.id: mature.sequence for mature in reference.matures}
    pairs: dict[tuple[str, str], Pair] = {}
    for batch in Caller(reference).batches(records, counts):
        for row in batch.frame.iter_rows(named=True):
            sequence, name = str(row["sequence"]), str(row["mirna_id"])
            canonical = bases[name]
            if sequence == canonical:
                counts.note("sequences that are a canonical miRNA: nothing to compare", example=name)
            elif (sequence, name) not in pairs:
                pairs[sequence, name] = Pair(
                    SequenceRecord(str(row["sequence_id"]), sequence),
                    SequenceRecord(name, canonical),
                    str(row["variant"]),
                    int(row["n_parents"]),
                    reads[sequence] if counted else None,
                    reads.get(canonical, 0) if counted else None,
                )
    return sorted(pairs.values(), key=lambda pair: -(pair.isomir_reads or 0))


def pairs_with(
    sequences: Iterable[CountedSequence],
    canonical: SequenceRecord,
    counts: Counts,
    *,
    counted: bool = True,
) -> list[Pair]:
    """Compare each sequence with one miRNA that is given.

    Parameters
    ----------
    sequences, counts, counted
        As for :func:`pairs_from_calls`.
    canonical
        The miRNA.

    Raises
    ------
    UsageError
        If a sequence is too short.
    """
    records: Sequence[CountedSequence] = list(sequences)
    check_length(canonical.id, canonical.sequence)
    own = sum(sum(r.counts) for r in records if r.sequence == canonical.sequence)
    pairs = []
    for record in records:
        check_length(record.id, record.sequence)
        if record.sequence == canonical.sequence:
            counts.note("sequences that are a canonical miRNA: nothing to compare", example=record.id)
            continue
        pairs.append(
            Pair(
                SequenceRecord(record.id, record.sequence),
                canonical,
                isomir_reads=sum(record.counts) if counted else None,
                canonical_reads=own if counted else None,
            )
        )
    return sorted(pairs, key=lambda pair: -(pair.isomir_reads or 0))


def check_length(name: str, sequence: str) -> None:
    """Refuse a sequence that is not a miRNA.

    Raises
    ------
    UsageError
        If it has fewer than 15 nucleotides.
    """
    if len(sequence) < _SHORTEST:
        raise UsageError(
            f"{name} has {len(sequence)} nucleotides; a miRNA or isomiR of at least {_SHORTEST} is needed."
        )
