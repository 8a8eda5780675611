"""Made-up miRNAs and made-up targets that a gate is fitted and judged on: no data file, the same for every model.

miRNAs are random, of many lengths and compositions. Half of the bases are random, composed about as 3'UTRs are; into
the other half partial complements of the miRNA are planted, since duplexes that are worth a site are rare by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import NUCLEOTIDES, complement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Example", "examples"]

_BASES: Final = np.frombuffer(NUCLEOTIDES.encode(), np.uint8)
_SHARES: Final = np.array([0.28, 0.31, 0.20, 0.21])
"""A, U, C, G of human 3'UTRs, about."""
_LENGTHS: Final = (16, 17, 18, 19, 20, 21, 21, 22, 22, 22, 22, 23, 23, 24, 25, 26, 28, 30)
_ALIKE: Final = 12.0
"""How similar the compositions of miRNAs, and of targets, are: the sum of a Dirichlet distribution's parameters."""
_FIRST_IS_U: Final = 0.4
_APART: Final = 70
"""Nucleotides from one planted site to the next: beyond what a duplex and the network's context reach."""
_EDGE: Final = 40


class Example(NamedTuple):
    """A miRNA and a made-up target to scan with it."""

    mirna: str
    bases: str
    planted: bool


def examples(n_mirnas: int, n_random: int, n_planted: int, *, seed: int) -> Iterator[Example]:
    """Yield random nucleotides, then nucleotides with planted sites, for each of some random miRNAs.

    Parameters
    ----------
    n_mirnas
        How many.
    n_random, n_planted
        Nucleotides of each kind.
    seed
        For all draws.

    Examples
    --------
    >>> [(len(e.bases), e.planted) for e in examples(1, 300, 200, seed=1)]
    [(300, False), (200, True)]
    """
    draw = np.random.default_rng(seed)
    for _ in range(n_mirnas):
        mirna = _mirna(draw)
        yield Example(mirna, _random(draw, n_random, draw.dirichlet(_SHARES * _ALIKE)), planted=False)
        bases = list(_random(draw, n_planted, draw.dirichlet(_SHARES * _ALIKE)))
        for start in range(_EDGE, n_planted - _APART - _EDGE, _APART):
            site = partial_site(mirna, draw)
            bases[start : start + len(site)] = site
        yield Example(mirna, "".join(bases), planted=True)


def _mirna(draw: np.random.Generator) -> str:
    shares = draw.dirichlet(np.full(4, _ALIKE / 4))
    first = "U" if draw.random() < _FIRST_IS_U else _random(draw, 1, shares)
    return first + _random(draw, int(draw.choice(_LENGTHS)) - 1, shares)


def _random(draw: np.random.Generator, n: int, shares: NDArray[np.float64] | None = None) -> str:
    return draw.choice(_BASES, n, p=shares).tobytes().decode()


def partial_site(mirna: str, draw: np.random.Generator) -> str:
    """Return a site that pairs with some nucleotides of a miRNA.

    In three quarters of the sites five to eight bases at the 5' end pair, alone or with more in a row further on or
    more here and there; in a quarter seven to thirteen nucleotides anywhere, and more here and there. In three of ten a
    nucleotide is added or left out.

    Parameters
    ----------
    mirna
        Upper-case RNA of at least 15 nucleotides.
    draw
        For the draws.
    """
    n = len(mirna)
    paired = np.zeros(n, np.bool_)
    kind = draw.integers(4)
    if kind < 3:
        first = draw.integers(3)
        paired[first : first + draw.integers(5, 9)] = True
    else:
        first = draw.integers(n - 7)
        paired[first : first + draw.integers(7, 14)] = True
    if kind == 1:
        second = draw.integers(8, n - 5)
        paired[second : second + draw.integers(4, 9)] = True
    elif kind >= 2:
        paired |= draw.random(n) < draw.uniform(0.2, 0.9)
    others = _random(draw, n + 1)
    site = [complement(x) if p else other for x, p, other in zip(mirna, paired, others, strict=False)]
    if draw.random() < 0.3:
        position = int(draw.integers(1, n - 1))
        if draw.random() < 0.5:
            site.insert(position, others[-1])
        else:
            del site[position]
    return "".join(reversed(site))
