"""Made-up miRNAs and targets that students learn from: harder ones than a gate is judged on.

Beside random nucleotides with planted partial sites (:mod:`dmiso.scan.gate.examples`): sites of isomiRs, sites changed
at a few nucleotides, stretches of a complement repeated side by side, targets and miRNAs of low complexity, sites close
to each other, and compositions far from that of 3'UTRs. No data file is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import NUCLEOTIDES, reverse_complement
from dmiso.scan.gate.examples import Example, partial_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LONGEST", "hard_examples"]

_SHARES: Final = np.array([0.28, 0.31, 0.20, 0.21])
"""A, U, C, G of human 3'UTRs, about."""
LONGEST: Final = 26
"""nt of miRNAs: every offset of longer ones is computed, whatever a student says."""
_LENGTHS: Final = (16, 17, 18, 19, 20, 21, 21, 22, 22, 22, 22, 23, 23, 24, 25, 26)
_ALIKE: Final = (4.0, 12.0, 30.0)
"""How similar compositions are: the sums of the parameters of Dirichlet distributions."""
_APART: Final = (70, 70, 45, 30, 25)
"""Nucleotides from the start of one planted site to the next."""
_EDGE: Final = 45
_SITE: Final = 40
"""nt of the longest planted site."""


def hard_examples(n_mirnas: int, n_random: int, n_planted: int, *, seed: int) -> Iterator[Example]:
    """Yield random nucleotides, then nucleotides with planted sites, for each of some made-up miRNAs.

    Parameters
    ----------
    n_mirnas, n_random, n_planted, seed
        As of :func:`dmiso.scan.gate.examples.examples`.
    """
    draw = np.random.default_rng(seed)
    for _ in range(n_mirnas):
        mirna = _mirna(draw)
        alike = float(draw.choice(_ALIKE))
        yield Example(mirna, _random(draw, n_random, draw.dirichlet(_SHARES * alike)), planted=False)
        simple = draw.random() < 0.25
        target = (
            _low_complexity(draw, n_planted)
            if simple
            else _random(draw, n_planted, draw.dirichlet(_SHARES * alike))
        )
        yield Example(mirna, _with_sites(target, mirna, draw), planted=True)


def _with_sites(target: str, mirna: str, draw: np.random.Generator) -> str:
    bases, position = list(target), int(draw.integers(20, 50))
    while position < len(target) - _EDGE:
        site = _site(mirna, draw)[:_SITE]
        bases[position : position + len(site)] = site
        position += int(draw.choice(_APART))
    return "".join(bases)[: len(target)]


def _random(draw: np.random.Generator, n: int, shares: Sequence[float] | np.ndarray | None = None) -> str:
    return "".join(draw.choice(list(NUCLEOTIDES), n, p=shares))


def _mirna(draw: np.random.Generator) -> str:
    n = int(draw.choice(_LENGTHS)) if draw.random() < 0.7 else int(draw.integers(16, LONGEST + 1))
    if draw.random() < 0.1:
        return _low_complexity(draw, n)
    shares = draw.dirichlet(np.full(4, draw.choice(_ALIKE) / 4))
    first = "U" if draw.random() < 0.4 else _random(draw, 1, shares)
    return first + _random(draw, n - 1, shares)


def _low_complexity(draw: np.random.Generator, n: int) -> str:
    """Return repeats of one to four nucleotides, with random ones between them."""
    parts: list[str] = []
    while sum(map(len, parts)) < n:
        unit = _random(draw, int(draw.integers(1, 5)))
        parts.append((unit * n)[: int(draw.integers(6, 90))])
        if draw.random() < 0.5:
            parts.append(_random(draw, int(draw.integers(5, 50)), draw.dirichlet(_SHARES * 8)))
    return "".join(parts)[:n]


def _site(mirna: str, draw: np.random.Generator) -> str:
    """Return a partial site of the miRNA or of an isomiR of it, as it is or changed, or a stretch of its complement."""
    kind = draw.random()
    if kind < 0.6:
        return partial_site(mirna, draw)
    if kind < 0.8:
        return _changed(partial_site(_isomir(mirna, draw), draw), draw)
    if kind < 0.9:
        return _changed(partial_site(mirna, draw), draw)
    first = int(draw.integers(0, 8))
    stretch = mirna[first : first + int(draw.integers(6, len(mirna) - first + 1))]
    return _changed(reverse_complement(stretch), draw) * int(draw.integers(1, 4))


def _isomir(mirna: str, draw: np.random.Generator) -> str:
    """Return the miRNA with up to two nucleotides more or less at its 5' end, and three at its 3' end."""
    before, after = int(draw.integers(-2, 3)), int(draw.integers(-3, 4))
    grown = _random(draw, before) + mirna if before > 0 else mirna[-before:]
    grown = grown + _random(draw, after) if after > 0 else grown[: len(grown) + after]
    return grown if len(grown) >= 15 else mirna


def _changed(site: str, draw: np.random.Generator) -> str:
    """Return a site with up to three nucleotides drawn anew, and rarely one more or less."""
    bases = list(site)
    for _ in range(int(draw.integers(0, 4))):
        bases[int(draw.integers(len(bases)))] = _random(draw, 1)
    if draw.random() < 0.15:
        bases.insert(int(draw.integers(len(bases))), _random(draw, 1))
    if draw.random() < 0.15:
        del bases[int(draw.integers(len(bases)))]
    return "".join(bases)
