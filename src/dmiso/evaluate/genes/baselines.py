"""What every tool has to beat: seed types added up, numbers of sites, the 3'UTR's length and composition, RNAduplex.

A seed match is of the 3'UTR if the bases that face miRNA positions 2-7 lie in it; its type is that of the transcript,
so that a base before the 3'UTR may pair with position 8. The rule matters only for a site at the very beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.energies import duplex_energies
from dmiso.seeds import find_seed_sites
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.genes.utrs import Utr
    from dmiso.seeds import SeedSite

    Floats = NDArray[np.float64]

__all__ = [
    "BASELINES",
    "SEED_TYPE_WEIGHTS",
    "duplex_scores",
    "seed_scores",
    "seed_type_sum",
    "utr_scores",
    "utr_sites",
]

BASELINES: Final = ("seed_type_sum", "sites_7mer_or_better", "utr_length", "utr_au", "rnaduplex")
"""In the order in which tables show them."""

SEED_TYPE_WEIGHTS: Final = {"8mer": 0.310, "7mer-m8": 0.161, "7mer-A1": 0.099, "6mer": 0.030}
"""What a site of each type adds; the first three are the mean log2 fold changes of Grimson et al. 2007. An offset 6mer
adds nothing."""

_SEVENS: Final = ("8mer", "7mer-m8", "7mer-A1")
_FACED_A: Final = ("8mer", "7mer-A1")


def utr_sites(mirna: str, utr: Utr) -> list[SeedSite]:
    """Return the seed matches of a 3'UTR, at positions of its transcript from one base before the 3'UTR.

    Parameters
    ----------
    mirna
        Upper-case RNA.
    utr
        A 3'UTR.

    Examples
    --------
    >>> from dmiso.evaluate.genes.utrs import Utr
    >>> utr_sites("UGAGGUAG", Utr("GCUACCUCG", 2))[0].seed_class, utr_sites("UGAGGUAG", Utr("GCUACCUCG", 3))
    ('7mer-m8', [])
    """
    before = min(1, utr.start)
    searched = utr.sequence[utr.start - before :]
    return [
        site
        for site in find_seed_sites(mirna, searched)
        if site.seed_class == "offset-6mer" or site.end - 6 - (site.seed_class in _FACED_A) >= before
    ]


def seed_type_sum(mirna: str, utr: Utr) -> float:
    """Return the sum of :data:`SEED_TYPE_WEIGHTS` over the seed matches of a 3'UTR.

    Examples
    --------
    >>> from dmiso.evaluate.genes.utrs import Utr
    >>> seed_type_sum("UGAGGUAG", Utr("CUACCUCAGGUACCUCG", 0))
    0.34
    """
    return _added([site.seed_class for site in utr_sites(mirna, utr)])


def _added(classes: Sequence[str]) -> float:
    """Add weights up, rounded to what they are written with: sums of the same sites in another order must tie."""
    return round(sum(SEED_TYPE_WEIGHTS.get(name, 0.0) for name in classes), 3)


def seed_scores(mirnas: Sequence[str], utrs: Sequence[Utr], rows: NDArray[np.int64]) -> dict[str, Floats]:
    """Compute the baselines of seed matches for pairs of a miRNA and a 3'UTR.

    Parameters
    ----------
    mirnas
        Nucleotides of each row's miRNA, ``(n_rows,)``; empty where they are not known.
    utrs, rows
        3'UTRs, and the number of each row's among them.

    Returns
    -------
    dict
        ``seed_type_sum`` and ``sites_7mer_or_better``, ``(n_rows,)``; NaN where the miRNA is not known.
    """
    sums, sevens = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    work = Work("seed matches of genes", len(rows))
    for row, (mirna, utr) in enumerate(zip(mirnas, rows, strict=True)):
        if mirna:
            classes = [site.seed_class for site in utr_sites(mirna, utrs[utr])]
            sums[row] = _added(classes)
            sevens[row] = sum(name in _SEVENS for name in classes)
        if row % 1000 == 999:
            work.advance(1000)
    work.advance(len(rows) % 1000)
    return {"seed_type_sum": sums, "sites_7mer_or_better": sevens}


def utr_scores(utrs: Sequence[Utr], rows: NDArray[np.int64]) -> dict[str, Floats]:
    """Return length (nt) and share of A and U (0-1, among known bases) of each row's 3'UTR: the miRNA has no part."""
    lengths = np.array([utr.length for utr in utrs], np.float64)
    shares = np.array([_au(utr.sequence[utr.start :]) for utr in utrs], np.float64)
    return {"utr_length": lengths[rows], "utr_au": shares[rows]}


def _au(sequence: str) -> float:
    known = len(sequence) - sequence.count("N")
    return (sequence.count("A") + sequence.count("U")) / known if known else 0.0


def duplex_scores(
    mirnas: Sequence[str], utrs: Sequence[Utr], rows: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> Floats:
    """Fold miRNAs with whole 3'UTRs by RNAduplex, which finds the duplex of least energy wherever it lies.

    Parameters
    ----------
    mirnas, utrs, rows
        As for :func:`seed_scores`.
    chosen
        Rows to fold, ``(n_rows,)``: about 45,000 nt of 3'UTR per second and core.

    Returns
    -------
    numpy.ndarray
        Minus the least energy, kcal/mol; NaN for rows that are not folded.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    """
    folded = [row for row in np.flatnonzero(chosen).tolist() if mirnas[row] and utrs[rows[row]].length > 0]
    targets = [utrs[rows[row]] for row in folded]
    energies = duplex_energies(
        [mirnas[row] for row in folded], [utr.sequence[utr.start :] for utr in targets], "RNAduplex"
    )
    scores = np.full(len(rows), np.nan)
    scores[folded] = -energies
    return scores
