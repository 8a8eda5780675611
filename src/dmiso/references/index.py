"""Which transcripts a reference has, of which gene, and where the nucleotides of each are in its FASTA.

The index is a table in columns, small beside the FASTA: 100,000 transcripts take about 10 MB and are read in a tenth of
a second. Nothing is put into a dictionary: one look-up needs one pass over a column, which takes milliseconds.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from dmiso.errors import InputError
from dmiso.io.streams import display_name
from dmiso.io.transcripts import Transcript
from dmiso.io.versions import without_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["FoundTranscript", "TranscriptIndex", "read_transcript", "sum_of"]

_SUM: Final = 8
"""Bytes of the check sum of one transcript's nucleotides."""


class FoundTranscript(NamedTuple):
    """A transcript that a name stands for.

    ``transcript`` has its nucleotides, coding sequence and gene; ``tags`` are those of the annotation (``MANE Select``,
    ``Ensembl canonical``); ``represents`` says why it stands for its gene, and is empty for the gene's others.
    """

    transcript: Transcript
    tags: tuple[str, ...]
    represents: str

    @property
    def utr3_length(self) -> int:
        """Nucleotides of the 3'UTR; 0 where the coding sequence is unknown."""
        start, end = self.transcript.part("3'UTR")
        return end - start

    @property
    def symbol(self) -> str:
        """Name of the gene; its identifier where it has no name, and else the transcript's."""
        names = self.transcript.gene_names
        return next(filter(None, (*names[:1], self.transcript.gene_id)), self.transcript.id)


class TranscriptIndex(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The transcripts of a reference, a column each; all columns are in the order of the FASTA.

    Parameters
    ----------
    ids, gene_ids, gene_names
        Names; those of genes are empty where unknown.
    others
        Further names of the gene and the transcript, in one text, separated by spaces.
    lengths, cds_starts, cds_ends
        Nucleotides, and the coding sequence, 0-based half-open; -1 where there is none.
    offsets
        Where the nucleotides begin in ``transcripts.fa``, bytes; they are one line.
    sums
        Check sums of the nucleotides, 8 bytes each.
    tags
        What the annotation says of each, separated by ``; ``.
    represents
        Why a transcript stands for its gene; empty for the others.
    """

    ids: list[str]
    gene_ids: list[str]
    gene_names: list[str]
    others: list[str]
    lengths: list[int]
    cds_starts: list[int]
    cds_ends: list[int]
    offsets: list[int]
    sums: bytes
    tags: list[str]
    represents: list[str]

    def rows_of(self, name: str) -> list[int]:
        """Return the rows that a name stands for: those of a transcript, else those of a gene, by identifier or symbol.

        Versions of accessions do not matter where the whole name is not found. The one that represents its gene comes
        first.
        """
        for column in (self.ids, self.gene_ids, self.gene_names):
            if rows := [row for row, known in enumerate(column) if known == name] or _unversioned(
                column, name
            ):
                return sorted(rows, key=lambda row: (not self.represents[row], row))
        rows = [row for row, known in enumerate(self.others) if name in known.split(" ")]
        return sorted(rows, key=lambda row: (not self.represents[row], row))


def _unversioned(column: Sequence[str], name: str) -> list[int]:
    """Return the rows whose name is the same but for a version, on either side."""
    short = without_version(name)
    begin = short.partition("_PAR_Y")[0]
    return [
        row for row, known in enumerate(column) if known.startswith(begin) and without_version(known) == short
    ]


def sum_of(sequence: str) -> bytes:
    """Return the check sum of a sequence."""
    return hashlib.blake2b(sequence.encode("ascii"), digest_size=_SUM).digest()


def read_transcript(fasta: Path, index: TranscriptIndex, row: int) -> FoundTranscript:
    """Read one transcript.

    Parameters
    ----------
    fasta
        ``transcripts.fa`` of the reference.
    index
        Of the same reference.
    row
        In it.

    Raises
    ------
    InputError
        If what stands there is another sequence than when the reference was made.
    """
    with fasta.open("rb") as handle:
        handle.seek(index.offsets[row])
        data = handle.read(index.lengths[row])
    sequence = data.decode("ascii", "replace")
    if (
        len(data) != index.lengths[row]
        or not data.isascii()
        or sum_of(sequence) != index.sums[_SUM * row :][:_SUM]
    ):
        raise InputError(
            "the nucleotides are not those that the reference was made with",
            path=display_name(fasta),
            record=index.ids[row],
            hint="Make the reference again with dmiso reference add",
        )
    start = index.cds_starts[row]
    names = [index.gene_names[row], *index.others[row].split(" ")]
    return FoundTranscript(
        Transcript(
            index.ids[row],
            sequence,
            (start, index.cds_ends[row]) if start >= 0 else None,
            index.gene_ids[row],
            tuple(dict.fromkeys(filter(None, names))),
        ),
        tuple(filter(None, index.tags[row].split("; "))),
        index.represents[row],
    )
