"""Which transcript stands for its gene where a question names the gene.

The one that the annotation marks (MANE Select, else RefSeq Select, else Ensembl canonical), else the one with the
longest 3'UTR, as there are most sites to find; where no coding sequence is known, the longest. Ties go to the one that
comes first. The reason is kept, and the others are listed beside: none is picked in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmiso.references.gathered import TaggedTranscript

__all__ = ["gene_of", "represent"]

_MARKED: Final = ("MANE Select", "RefSeq Select", "Ensembl canonical")


def gene_of(tagged: TaggedTranscript) -> str:
    """Return what names the gene of a transcript: its identifier, else its symbol; empty where unknown."""
    own = tagged.transcript
    return own.gene_id or next(iter(own.gene_names), "")


def represent(transcripts: Iterable[TaggedTranscript]) -> list[str]:
    """Say of each transcript why it represents its gene; empty for the others.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> from dmiso.references.gathered import TaggedTranscript
    >>> made = [Transcript("t1", "A" * 9, (0, 3), "g"), Transcript("t2", "A" * 9, (0, 6), "g"), Transcript("t3", "A")]
    >>> represent(TaggedTranscript(transcript, ()) for transcript in made)
    ["longest 3'UTR of 2 transcripts", '', 'only transcript']
    """
    held = list(transcripts)
    by_gene: dict[str, list[int]] = {}
    for row, tagged in enumerate(held):
        by_gene.setdefault(gene_of(tagged) or f"\0{row}", []).append(row)
    reasons = [""] * len(held)
    for rows in by_gene.values():
        row, reason = _chosen(rows, held)
        reasons[row] = reason
    return reasons


def _chosen(rows: list[int], held: list[TaggedTranscript]) -> tuple[int, str]:
    """Return which of a gene's transcripts represents it, and why."""
    for tag in _MARKED:
        if marked := [row for row in rows if tag in held[row].tags]:
            return _longest(marked, held), tag
    if len(rows) == 1:
        return rows[0], "only transcript"
    coding = [row for row in rows if held[row].transcript.cds is not None]
    what = "longest 3'UTR" if coding else "longest"
    return _longest(coding or rows, held), f"{what} of {len(rows):,} transcripts"


def _longest(rows: list[int], held: list[TaggedTranscript]) -> int:
    """Return the first with the longest 3'UTR, then the longest at all."""

    def size(row: int) -> tuple[int, int]:
        start, end = held[row].transcript.part("3'UTR")
        return end - start, len(held[row].transcript.sequence)

    return max(rows, key=size)
