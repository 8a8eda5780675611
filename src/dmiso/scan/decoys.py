"""Decoys: shuffled miRNAs that are not miRNAs, scanned alongside to learn how often a logit comes by chance.

A decoy has its miRNA's first nucleotide and the others in another order, so length and composition are kept, and a seed
(positions 2-7 and 2-8) that no known miRNA has. The first base stays because AGO holds miRNAs by it, most often a U,
and networks learn that: shuffled with the rest, decoys scored too low, and more of the calls were false than stated.
How often a decoy's sites reach a logit is how often a sequence without a biological partner does on the same
transcripts (target-decoy counting, Elias & Gygi 2007).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmiso.records import Counts, SequenceRecord
    from dmiso.settings.scan import ScanSettings

__all__ = ["MirnaDecoys", "decoys", "known_seeds", "make_decoys"]

_TRIES: Final = 2_000


def known_seeds(mirnas: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the nucleotides 2-7 and 2-8 of miRNAs.

    Examples
    --------
    >>> known_seeds(["UGAGGUAGUAG"])
    ({'GAGGUA'}, {'GAGGUAG'})
    """
    held = list(mirnas)
    return {m[1:7] for m in held}, {m[1:8] for m in held}


def decoys(mirna: str, known: tuple[set[str], set[str]], n: int, *, seed: int, counts: Counts) -> list[str]:
    """Shuffle a miRNA into decoys.

    The draws depend on the miRNA's nucleotides and the seed alone: not on its name, its row, or other miRNAs.

    Parameters
    ----------
    mirna
        Upper-case RNA.
    known
        Seeds that a decoy must not have, see :func:`known_seeds`.
    n
        Decoys wanted.
    seed
        Of the shuffles.
    counts
        Filled with miRNAs that have fewer decoys than wanted, or less strict ones.

    Returns
    -------
    list of str
        At most ``n``, all different. Where no shuffle avoids all seeds 2-7, only seeds 2-8 are avoided.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> made = decoys("UGAGGUAGUAGGUUGUAUAGUU", known_seeds(["UGAGGUAGUAGGUUGUAUAGUU"]), 2, seed=1, counts=Counts())
    >>> [sorted(decoy) == sorted("UGAGGUAGUAGGUUGUAUAGUU") for decoy in made]
    [True, True]
    """
    sixes, sevens = known
    draw = np.random.default_rng([seed, zlib.crc32(mirna.encode("ascii"))])
    bases = np.frombuffer(mirna[1:].encode("ascii"), np.uint8)
    strict: dict[str, None] = {}
    loose: dict[str, None] = {}
    for _ in range(_TRIES if n else 0):
        made = mirna[:1] + draw.permutation(bases).tobytes().decode("ascii")
        if made[1:8] in sevens or made == mirna:
            continue
        (loose if made[1:7] in sixes else strict)[made] = None
        if len(strict) == n:
            break
    if len(strict) < n and loose:
        counts.note("miRNAs with decoys whose nucleotides 2-7 a known miRNA has", example=mirna)
    found: Sequence[str] = [*strict, *loose][:n]
    if len(found) < n:
        counts.note(f"miRNAs with fewer than {n} decoys: no other order of their nucleotides", example=mirna)
    return list(found)


class MirnaDecoys(NamedTuple):
    """A miRNA and the shuffles scanned beside it."""

    mirna: SequenceRecord
    decoys: list[str]


def make_decoys(
    mirnas: Sequence[SequenceRecord], settings: ScanSettings, counts: Counts, *, known: Iterable[str] = ()
) -> list[MirnaDecoys]:
    """Give each miRNA its decoys.

    Parameters
    ----------
    mirnas
        To be scanned; their seeds are known seeds too.
    settings
        Number and seed of decoys.
    counts
        Filled, see :func:`decoys`.
    known
        Sequences of all known miRNAs.
    """
    seeds = known_seeds([*known, *(m.sequence for m in mirnas)])
    return [
        MirnaDecoys(m, decoys(m.sequence, seeds, settings.decoys, seed=settings.seed, counts=counts))
        for m in mirnas
    ]
