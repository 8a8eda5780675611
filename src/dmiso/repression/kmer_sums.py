"""What all 8-mers of a transcript add up to for a miRNA: weak matches, which no seed site covers.

Each 8-mer faces miRNA positions 8 to 1. ``Facing`` says which of them pair, for all 65,536 8-mers at once; a measure of
them is a table with a number per 8-mer, and :func:`kmer_sums` adds it up over a part of each transcript.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import COMPLEMENT_CODES, N_CODE, WOBBLES, codes_of
from dmiso.compiled import njit
from dmiso.kmers import next_kmer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dmiso.repression.sites import Targets

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["WEAK_MATCHES", "Facing", "K", "kmer_sums"]

K: Final = 8
_ALL: Final = 4**K
_BASES: Final = np.stack([(np.arange(_ALL) >> 2 * (K - 1 - i)) % 4 for i in range(K)]).astype(np.uint8)
"""Code of base i of every 8-mer, ``(8, 65536)``; it faces miRNA position ``8 - i``."""
_CODE_OF_A: Final = int(codes_of("A")[0])
_WOBBLES: Final = tuple(tuple(codes_of(pair).tolist()) for pair in WOBBLES)


@lru_cache(maxsize=4 * K)
def _where(row: int, code: int) -> Mask:
    """Return where base ``row`` of an 8-mer has a code: asked for again with every miRNA."""
    return np.asarray(_BASES[row] == code)


_NOWHERE: Final = np.zeros(_ALL, np.bool_)


class Facing:
    """Which positions of a miRNA pair with the bases of every 8-mer that faces positions 8 to 1.

    Parameters
    ----------
    mirna
        Upper-case RNA; positions that are not there or N pair with nothing.

    Examples
    --------
    >>> facing = Facing("UGAGGUAG")
    >>> int(facing.pairs(2, 8).sum()), int(facing.seed_site.sum())
    (4, 40)
    """

    def __init__(self, mirna: str) -> None:
        self._mirna = codes_of(mirna[:K].ljust(K, "N"))

    def _at(self, position: int, code: int, shift: int = 0) -> Mask:
        """Return where a base faces a position, or lies ``shift`` bases 5' of what does."""
        return _where(K - position - shift, code)

    def pairs(self, first: int, last: int, *, shift: int = 0) -> Mask:
        """Return where positions ``first`` to ``last`` all make Watson-Crick pairs, ``shift`` bases 5' of their own."""
        found = np.ones(_ALL, np.bool_)
        for position in range(first, last + 1):
            code = int(self._mirna[position - 1])
            found &= self._at(position, int(COMPLEMENT_CODES[code]), shift) if code < N_CODE else _NOWHERE
        return found

    def wobbles(self, position: int) -> Mask:
        """Return where a position makes a GU pair."""
        found = np.zeros(_ALL, np.bool_)
        for of_mirna, of_target in _WOBBLES:
            if self._mirna[position - 1] == of_mirna:
                found |= self._at(position, of_target)
        return found

    @cached_property
    def a_opposite_1(self) -> Mask:
        """Where A faces position 1."""
        return self._at(1, _CODE_OF_A)

    @cached_property
    def seed_site(self) -> Mask:
        """Where the 8-mer holds a seed site of any type."""
        return self.pairs(2, 7) | self.pairs(3, 8) | (self.pairs(2, 6) & self.a_opposite_1)

    @cached_property
    def one_off(self) -> Mask:
        """Where six of positions 2-8 pair, A faces position 1, and there is no seed site."""
        n = np.zeros(_ALL, np.uint8)
        for position in range(2, 9):
            n += self.pairs(position, position)
        return np.asarray((n == 6) & self.a_opposite_1 & ~self.seed_site)

    @cached_property
    def any_wobble(self) -> Mask:
        """Where one of positions 2-8 makes a GU pair."""
        found = np.zeros(_ALL, np.bool_)
        for position in range(2, 9):
            found |= self.wobbles(position)
        return found


WEAK_MATCHES: Final[dict[str, Callable[[Facing], Mask]]] = {
    "weak_2_6": lambda f: f.pairs(2, 6) & ~f.seed_site,
    "weak_3_7": lambda f: f.pairs(3, 7) & ~f.seed_site,
    "weak_4_8": lambda f: f.pairs(4, 8) & ~f.seed_site,
    "weak_mismatch": lambda f: f.one_off & ~f.any_wobble,
    "weak_wobble": lambda f: f.one_off & f.any_wobble,
    "weak_bulge": lambda f: f.pairs(2, 5) & f.pairs(6, 7, shift=1) & ~f.seed_site,
}
"""Matches weaker than any seed site, by name: which 8-mers are one."""


def kmer_sums(
    tables: Sequence[NDArray[np.float32]],
    targets: Targets,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> Floats:
    """Add a number per 8-mer up over a part of each transcript.

    Parameters
    ----------
    tables
        Of each miRNA, ``(65536,)``, in the order of :mod:`dmiso.kmers`.
    targets
        The transcripts.
    begins, ends
        Where 8-mers may begin on each transcript, half-open.

    Returns
    -------
    numpy.ndarray
        ``(n_mirnas, n_transcripts)``.
    """
    out = np.zeros((len(targets.packed.bounds) - 1, len(tables)))
    if tables:
        _add_up(np.stack(tables, axis=1), *targets.packed, begins, ends, out)
    return out.T


@njit(cache=True)
def _add_up(
    tables: NDArray[np.float32],
    codes: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    out: Floats,
) -> None:  # pragma: no cover
    for i in range(len(bounds) - 1):
        kmer, run = 0, 0
        last = min(ends[i] + K - 1, bounds[i + 1] - bounds[i])
        for p in range(begins[i], last):
            kmer, run = next_kmer(kmer, run, codes[bounds[i] + p], K)
            if run >= K:
                for m in range(tables.shape[1]):
                    out[i, m] += tables[kmer, m]
