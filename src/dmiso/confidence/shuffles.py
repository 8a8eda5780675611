"""Controls of a pair: shuffles of its miRNA and of its target, drawn from their own nucleotides alone.

A shuffled miRNA has the miRNA's first nucleotide, its length and its composition, and its seed (positions 2-7) nowhere
near the 5' end. The first nucleotide stays because AGO holds miRNAs by it and networks learn that. Dinucleotides are
not kept: a miRNA of 22 nt has few such shuffles, and most of them keep much of the seed.

A shuffled target has the target's length and dinucleotides, each region (5'UTR, CDS, 3'UTR) for itself where the coding
sequence is known: 3'UTRs are rich in A and U, and a shuffle across regions would be no control of one.

The draws depend on the shuffled sequence and on nothing else: not on its name, what is scanned beside it, workers, or a
seed that a user could change. So a pair has the same controls wherever it is met.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.io.transcripts import Transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["N_SHUFFLES", "shuffled_mirnas", "shuffled_targets"]

N_SHUFFLES: Final = 199
"""Of either side: p-values go by steps of 1/200, and the smallest, 0.005, is a tenth of the usual limit."""

_SEED: Final = slice(1, 7)
_NEAR: Final = 9
"""A shuffle with the miRNA's seed anywhere in its first nine nucleotides would bind the miRNA's own sites."""
_TRIES: Final = 4_000
_KEPT: Final = 256
"""Sequences whose controls are held: the miRNAs of a scan's block come back with every transcript."""


def _seed_of(*parts: str) -> int:
    """Return a number that stands for sequences: the same on every machine."""
    return int.from_bytes(sha256("\n".join(parts).encode("ascii")).digest()[:8], "big")


@lru_cache(maxsize=_KEPT)
def shuffled_mirnas(mirna: str, n: int = N_SHUFFLES) -> tuple[str, ...]:
    """Shuffle a miRNA into controls, all different.

    Parameters
    ----------
    mirna
        Upper-case RNA.
    n
        Controls wanted.

    Returns
    -------
    tuple of str
        At most ``n``: fewer where the nucleotides have no more orders without the seed.

    Examples
    --------
    >>> let7 = "UGAGGUAGUAGGUUGUAUAGUU"
    >>> [one[0] == "U" and sorted(one) == sorted(let7) for one in shuffled_mirnas(let7, 3)]
    [True, True, True]
    """
    draw = np.random.default_rng(_seed_of(mirna))
    bases = np.frombuffer(mirna[1:].encode("ascii"), np.uint8)
    made: dict[str, None] = {}
    for _ in range(_TRIES):
        if len(made) == n:
            break
        one = mirna[:1] + draw.permutation(bases).tobytes().decode("ascii")
        if one != mirna and mirna[_SEED] not in one[:_NEAR]:
            made[one] = None
    return tuple(made)


def shuffled_targets(target: Transcript, n: int = N_SHUFFLES) -> list[Transcript]:
    """Shuffle a target into controls.

    Parameters
    ----------
    target
        Its name plays no part.
    n
        Controls wanted.

    Returns
    -------
    list of Transcript
        ``n`` of them, named by number, with the coding sequence where the target has it. None if every shuffle is the
        target itself.

    Examples
    --------
    >>> made = shuffled_targets(Transcript("t", "GCAGAUAGCAGUUUGGCAUU", (4, 13)), 2)
    >>> [one.cds for one in made], {len(one.sequence) for one in made}
    ([(4, 13), (4, 13)], {20})
    """
    bounds = sorted({0, len(target.sequence), *(target.cds or ())})
    parts = [target.sequence[start:end] for start, end in pairwise(bounds)]
    seed = _seed_of(*parts)
    columns: Sequence[list[str]] = [
        dinucleotide_shuffle([part] * n, seed=seed + number) for number, part in enumerate(parts)
    ]
    made = ["".join(row) for row in zip(*columns, strict=True)]
    if all(one == target.sequence for one in made):
        return []
    return [Transcript(str(number), bases, target.cds) for number, bases in enumerate(made)]
