"""What an alignment is worth: scores, bit scores and e-values of ungapped nucleotide alignments.

Match +1, mismatch -3, as BLAST+'s ``blastn-short``. Expected numbers follow Karlin and Altschul (1990) with
BLAST's constants for these scores and its correction for alignments that run over an end
(Altschul & Gish 1996): the effective lengths are ``m - l`` and ``n - N l`` where ``l = ln(K (m-l)(n-Nl)) / H``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import Final

import numpy as np
import polars as pl

__all__ = ["HIT_SCHEMA", "MATCH", "MISMATCH", "SearchSpace", "bit_score"]

MATCH: Final = 1
MISMATCH: Final = -3
LAMBDA: Final = 1.374
K: Final = 0.711
H: Final = 1.31
"""Constants of Karlin and Altschul for +1/-3, as in BLAST+'s table of nucleotide scores."""

HIT_SCHEMA: Final = {
    "read": pl.Int64(),
    "subject": pl.Int32(),
    "read_start": pl.Int32(),
    "read_end": pl.Int32(),
    "start": pl.Int64(),
    "end": pl.Int64(),
    "bit_score": pl.Float64(),
    "log10_evalue": pl.Float64(),
}
"""An alignment of a read: number of the read and of the subject, 0-based half-open on both, and its worth."""


def bit_score(score: float) -> float:
    """Return the bits of a raw score.

    Examples
    --------
    >>> round(bit_score(22), 1)
    44.1
    """
    return (LAMBDA * score - log(K)) / log(2)


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """The nucleotides searched, which make a score more or less surprising.

    Parameters
    ----------
    n_bases, n_sequences
        Size of the reference.

    Examples
    --------
    >>> space = SearchSpace(n_bases=58_000, n_sequences=2_656)
    >>> space.min_score(60, max_evalue=0.1)
    12
    """

    n_bases: int
    n_sequences: int

    def effective(self, read_length: int) -> float:
        """Return the number of positions that count, for a read."""
        cut = 0.0
        for _ in range(20):
            space = max(read_length - cut, 1.0) * max(self.n_bases - self.n_sequences * cut, 1.0)
            step = max(log(K * space), 0.0) / H
            step = min(step, read_length - 1.0, (self.n_bases - 1.0) / max(self.n_sequences, 1))
            if abs(step - cut) < 0.5:
                break
            cut = step
        cut = max(int(cut), 0)
        return max(read_length - cut, 1) * max(self.n_bases - self.n_sequences * cut, 1)

    def log10_evalue(self, read_length: int, score: float) -> float:
        """Return the logarithm of the expected number of chance alignments with so good a score."""
        return float(np.log10(K * self.effective(read_length)) - LAMBDA * score / log(10))

    def min_score(self, read_length: int, *, max_evalue: float) -> int:
        """Return the least score whose e-value is small enough."""
        return max(1, ceil(log(K * self.effective(read_length) / max_evalue) / LAMBDA - 1e-9))
