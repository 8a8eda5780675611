"""Competition: sites that show the seed match of another, frequent miRNA.

Where a negative is a real site with a miRNA that was not seen there (site swap), the site belongs to another miRNA. A
model can win by knowing whose site it is: a seed match of a frequent miRNA speaks against all others. That is true of
such tables and is not binding: the other miRNA may be absent from the cell that a user asks about.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.seeds import seed_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["FREQUENT_SHARE", "frequent_seeds", "other_seed_matches", "own_matches", "seed_of"]

FREQUENT_SHARE: Final = 0.8
"""The most frequent seeds that together make up this share of the miRNA parts are frequent."""


def seed_of(mirna: str) -> str:
    """Return positions 2-7 of a miRNA, the seed that a 6mer pairs with."""
    return mirna[1:7]


def frequent_seeds(mirnas: Iterable[str], *, share: float = FREQUENT_SHARE) -> tuple[str, ...]:
    """Return the seeds (positions 2-7) of the most frequent miRNAs, most frequent first.

    Parameters
    ----------
    mirnas
        The miRNA of each chimera, repeats included: they are what is counted.
    share
        Share of all that the returned seeds make up at least, 0-1.

    Examples
    --------
    >>> frequent_seeds(["UGAGGUAGUAGG"] * 8 + ["UAAAGCUAGAUA", "UAGCAGCACGUA"], share=0.8)
    ('GAGGUA',)
    """
    counts = Counter(seed_of(mirna) for mirna in mirnas)
    needed, kept = share * counts.total(), []
    for seed, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if needed <= 0:
            break
        kept.append(seed)
        needed -= n
    return tuple(kept)


@lru_cache(maxsize=4096)
def own_matches(mirna: str) -> frozenset[str]:
    """Return the 6-mers that pair with positions 1-6, 2-7 and 3-8: the seed of a miRNA, also moved by one position.

    Examples
    --------
    >>> sorted(own_matches("UGAGGUAGUAGG"))
    ['ACCUCA', 'CUACCU', 'UACCUC']
    """
    return frozenset(seed_match(mirna[start : start + 6]) for start in (0, 1, 2))


def other_seed_matches(
    mirnas: Sequence[str], targets: Sequence[str], seeds: Sequence[str]
) -> NDArray[np.int64]:
    """Count the frequent seeds, other than the pair's own, whose 6mer each site shows.

    Parameters
    ----------
    mirnas, targets
        Upper-case RNA, 5'→3', as many of one as of the other.
    seeds
        As :func:`frequent_seeds` gives them.

    Returns
    -------
    numpy.ndarray
        ``(n_pairs,)``: number of different seeds. Those of the pair's own miRNA, also moved by one position, are not
        counted.

    Examples
    --------
    >>> let7, mir21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
    >>> other_seed_matches([let7, mir21], ["GGCUACCUCAGG"] * 2, [let7[1:7]]).tolist()
    [0, 1]
    """
    matches = {seed_match(seed) for seed in seeds}
    lengths = {len(match) for match in matches}  # 6, and less of miRNAs that end in their seed
    counted = np.zeros(len(mirnas), np.int64)
    for row, (mirna, target) in enumerate(zip(mirnas, targets, strict=True)):
        # a site has fewer 6-mers than there are seeds
        shown = {target[at : at + n] for n in lengths for at in range(len(target) - n + 1)}
        counted[row] = len((shown & matches) - own_matches(mirna))
    return counted
