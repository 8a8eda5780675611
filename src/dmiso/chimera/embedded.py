"""The engine that pip alone installs: ungapped local alignments from an index of k-mers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.alphabet import pack, reverse_complement_codes
from dmiso.chimera.alignments import HIT_SCHEMA, MATCH, MISMATCH, bit_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.chimera.reference import Reference

__all__ = ["Hits", "search_antisense", "search_embedded"]

DROP: Final = 10
"""An extension stops when its score is so far below its best; three mismatches in a row are 9."""


class Hits(NamedTuple):
    """Alignments of reads, and what was left out on the way.

    Parameters
    ----------
    frame
        Columns of ``HIT_SCHEMA``, by read.
    crowded
        Reads with more alignments than are kept.
    antisense
        Numbers of reads that align with the other strand only, where that was looked for.
    loops
        Alignments left out for their gaps.
    """

    frame: pl.DataFrame
    crowded: int = 0
    antisense: tuple[int, ...] = ()
    loops: int = 0


def _least_scores(lengths: NDArray[np.int64], reference: Reference, max_evalue: float) -> NDArray[np.int64]:
    """Return the least score for reads of each length."""
    least = np.zeros(int(lengths.max(initial=0)) + 1, np.int64)
    for length in np.unique(lengths):
        least[length] = reference.space.min_score(int(length), max_evalue=max_evalue)
    return least


def _search(
    codes: NDArray[np.uint8],
    begins: NDArray[np.int64],
    reference: Reference,
    *,
    max_evalue: float,
    max_repeats: int,
    max_hits: int,
) -> tuple[NDArray[np.int64], int]:
    """Run the compiled search."""
    from dmiso.chimera.kernels import Index, Scores, extend_hits

    least = _least_scores(np.diff(begins), reference, max_evalue)
    index = Index(reference.text, reference.word, reference.starts, reference.positions)
    scores = Scores(MATCH, MISMATCH, DROP)
    rows, crowded = extend_hits(codes, begins, index, least, max_repeats, scores, max_hits)
    return rows, crowded


def search_embedded(
    sequences: Sequence[str], reference: Reference, *, max_evalue: float, max_repeats: int, max_hits: int
) -> Hits:
    """Align reads with a reference, sense strand only.

    Parameters
    ----------
    sequences
        Reads, upper-case RNA.
    reference
        miRNAs or transcripts.
    max_evalue
        Largest expected number of chance alignments.
    max_repeats
        Words at more positions of the reference begin no alignment.
    max_hits
        Alignments kept of a read, the best ones.

    Examples
    --------
    >>> from dmiso.chimera.reference import make_reference
    >>> reference = make_reference({"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"}, 7)
    >>> hits = search_embedded(["GGUGAGGUAGUAGGUUGUAUAGUUACGAC"], reference, max_evalue=0.1, max_repeats=9, max_hits=9)
    >>> hits.frame.select("read_start", "read_end", "start", "end").row(0)
    (2, 24, 0, 22)
    """
    codes, begins = pack(sequences)
    rows, crowded = _search(
        codes, begins, reference, max_evalue=max_evalue, max_repeats=max_repeats, max_hits=max_hits
    )
    return Hits(_as_frame(rows, np.diff(begins), reference), crowded=int(crowded))


def search_antisense(
    sequences: Sequence[str], reference: Reference, *, max_evalue: float, max_repeats: int
) -> list[int]:
    """Return the numbers of the reads that align with the other strand."""
    codes, begins = pack(sequences)
    for first, last in pairwise(begins.tolist()):
        codes[first:last] = reverse_complement_codes(codes[first:last])
    rows, _ = _search(codes, begins, reference, max_evalue=max_evalue, max_repeats=max_repeats, max_hits=1)
    found: list[int] = np.unique(rows[:, 0]).tolist()
    return found


def _as_frame(rows: NDArray[np.int64], lengths: NDArray[np.int64], reference: Reference) -> pl.DataFrame:
    """Turn positions on the text into positions on sequences, and scores into bits and e-values."""
    read, score, left, right, position = (rows[:, i] for i in range(5))
    subject = np.searchsorted(reference.begins, position, side="right") - 1
    start = position - reference.begins[subject]
    worth = {
        int(length): reference.space.log10_evalue(int(length), 0.0) for length in np.unique(lengths[read])
    }
    at_zero = np.array([worth[int(length)] for length in lengths[read]], np.float64)
    slope = reference.space.log10_evalue(50, 1.0) - reference.space.log10_evalue(50, 0.0)
    bits = bit_score(0) + score * (bit_score(1) - bit_score(0))
    columns = (read, subject, left, right, start, start + right - left, bits, at_zero + slope * score)
    frame = pl.DataFrame(dict(zip(HIT_SCHEMA, columns, strict=True)), schema=HIT_SCHEMA)
    return frame.sort("read", "log10_evalue", "subject", "start", "read_start")
