"""Transcripts whose sequence has another length than their exons: poly(A) tails are cut off, others left out.

RefSeq's mRNAs often end with a poly(A) tail, which no genome has. Any other difference means that positions on the
sequence would be mapped to wrong positions of the genome.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dmiso.io.transcript_models import TranscriptModel
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = ["on_exons"]

_LEAST_A: Final = 0.8
"""Share of A in what is beyond the exons that makes it a poly(A) tail: tails of RefSeq hold a few other bases."""


def on_exons(transcript: Transcript, model: TranscriptModel, counts: Counts) -> Transcript | None:
    """Return a transcript as long as its exons, or None if it cannot be laid on them.

    Parameters
    ----------
    transcript
        With its coding sequence, where it is known: one that ends in the tail ends with the exons instead, as stop
        codons of mitochondria do, which polyadenylation completes.
    model
        Its exons.
    counts
        Filled with tails cut off, and with transcripts left out.

    Examples
    --------
    >>> from dmiso.io.transcript_models import TranscriptModel
    >>> from dmiso.io.transcripts import Transcript
    >>> from dmiso.records import Counts
    >>> model = TranscriptModel("NM_1", "chr1", "+", ((0, 4), (10, 14)))
    >>> counts = Counts()
    >>> on_exons(Transcript("NM_1", "GGAUGCCCAAAAA"), model, counts).sequence
    'GGAUGCCC'
    >>> on_exons(Transcript("NM_1", "GGAUGC"), model, counts)
    >>> counts.sentences()[0]
    '1 transcripts whose exons have another length than their sequence (NM_1: 8 and 6 nt)'
    """
    n_exons, n_sequence = model.length, len(transcript.sequence)
    tail = transcript.sequence[n_exons:]
    if n_exons == n_sequence:
        return transcript
    if not tail or tail.count("A") < _LEAST_A * len(tail):
        counts.drop(
            "transcripts whose exons have another length than their sequence",
            example=f"{transcript.id}: {n_exons:,} and {n_sequence:,} nt",
        )
        return None
    counts.note("poly(A) tails beyond the exons, cut off", example=f"{transcript.id}: {len(tail):,} nt")
    cds = transcript.cds
    if cds is not None:
        cds = (cds[0], min(cds[1], n_exons)) if cds[0] < n_exons else None
    return replace(transcript, sequence=transcript.sequence[:n_exons], cds=cds)
