"""Sense calls and repeats: what a model makes of a miRNA's own sequence in the target, and of simple sites.

A read of one transcript that holds a piece of a miRNA's own sequence, or of a repeat, is easily called a chimera. A
model that learnt from such calls takes the miRNA's own sequence, or a repeat, for a site. Two checks: a piece of the
miRNA's sequence planted into random targets, against the same nucleotides shuffled; and simple sites without a duplex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import reverse_complement
from dmiso.evaluate.behaviour_check import BehaviourCheck
from dmiso.evaluate.planted import MIRNAS, TARGET_LENGTH, plant, random_target
from dmiso.evaluate.score_scale import ScoreScale, change_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Scorer = Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]

__all__ = [
    "OWN_REPEATS",
    "SIMPLE_UNITS",
    "check_own_pieces",
    "check_repeats",
    "own_piece",
    "pieces_of",
    "repeat_site",
]

PIECE_LIMIT: Final = 0.10
"""Standard deviations by which a piece of the miRNA's own sequence may raise a score: as for competition."""

REPEAT_LIMIT: Final = 0.50
"""Share of simple sites of one kind that may be called: as of random targets of one GC content."""

PIECE_LENGTHS: Final = (9, 16)
_PAIRING: Final = 4
"""A piece and its shuffle show no 4-mer that pairs with the miRNA: the miRNA may bind such a piece. miR-21, with
AUCAG-A-CUGAU in its middle, has none of 9 nt and is left out."""

_TRIES: Final = 200
REPEAT_LENGTH: Final = 40

OWN_REPEATS: Final = {
    "miR-8485": ("CACACACACACACACACGUAU", "CA"),
    "miR-466": ("AUACACAUACACGCAACACACAU", "CA"),
    "miR-574-5p": ("UGAGUGUGUGUGUGUGAGUGUGU", "UG"),
    "miR-3613-3p": ("ACAAAAAAAAAAGCCCAACCCUUC", "A"),
    "miR-3613-5p": ("UGUUGUACUUUUUUUUUUGUUC", "U"),
    "miR-4644": ("UGGAGAGAGAAAAGAGACAGAAG", "AG"),
    "miR-6873-3p": ("UUCUCUCUGUCUUUCUCUCUCAG", "CU"),
}
"""Human miRNAs (miRBase 22) that are pieces of simple repeats, and the repeat's unit on their own strand."""

SIMPLE_UNITS: Final = ("A", "U", "CA", "UG", "AG", "CU")
"""Units of simple sites that the ten ordinary miRNAs are asked about."""

HAS_DUPLEX: Final = frozenset({("miR-16-5p", "UG"), ("miR-122-5p", "CA")})
"""Pairs of these that bind after all: RNAduplex -7 kcal/mol or less with the bare repeat."""


def pieces_of(mirna: str) -> list[str]:
    """Return the pieces of 9-16 nt of a miRNA that do not pair with it in four consecutive nucleotides.

    Examples
    --------
    >>> len(pieces_of("UGAGGUAGUAGGUUGUAUAGUU")), len(pieces_of("UAGCUUAUCAGACUGAUGUUGA"))
    (52, 0)
    """
    pairing = _fours(reverse_complement(mirna))
    first, last = PIECE_LENGTHS
    pieces = (mirna[i : i + n] for n in range(first, last + 1) for i in range(len(mirna) - n + 1))
    return [piece for piece in pieces if not _fours(piece) & pairing]


def own_piece(mirna: str, generator: np.random.Generator) -> tuple[str, str]:
    """Return a random target with a piece of a miRNA's own sequence, and with the piece shuffled.

    Parameters
    ----------
    mirna
        Upper-case RNA with at least one of :func:`pieces_of`.
    generator
        Source of randomness.

    Returns
    -------
    tuple of str
        Neither pairs with the miRNA in four consecutive nucleotides in the piece and three nucleotides beside it.
    """
    pairing, pieces = _fours(reverse_complement(mirna)), pieces_of(mirna)
    while True:
        target = random_target(generator, without=(mirna,))
        piece = pieces[int(generator.integers(len(pieces)))]
        at = int(generator.integers(_PAIRING, TARGET_LENGTH - len(piece) - _PAIRING + 1))
        planted = plant(target, piece, at)
        if _pairs(planted, at, len(piece), pairing):
            continue
        for _ in range(_TRIES):
            shuffled = plant(target, "".join(piece[i] for i in generator.permutation(len(piece))), at)
            if not _pairs(shuffled, at, len(piece), pairing):
                return planted, shuffled


def _fours(sequence: str) -> frozenset[str]:
    return frozenset(sequence[i : i + _PAIRING] for i in range(len(sequence) - _PAIRING + 1))


def _pairs(target: str, at: int, length: int, pairing: frozenset[str]) -> bool:
    """Say whether a piece of a target, with three nucleotides on either side, pairs in four consecutive nucleotides."""
    beside = _PAIRING - 1
    return bool(_fours(target[at - beside : at + length + beside]) & pairing)


def check_own_pieces(scale: ScoreScale, *, n_pairs: int, generator: np.random.Generator) -> BehaviourCheck:
    """Ask whether a piece of a miRNA's own sequence in a target raises the score.

    Parameters
    ----------
    scale
        The model, as :func:`dmiso.evaluate.score_scale.scale_of` gives it.
    n_pairs
        Random targets; the ordinary miRNAs take turns.
    generator
        Source of randomness.

    Returns
    -------
    BehaviourCheck
        It fails where the 95 % interval of the mean rise lies above the limit whole.
    """
    own = [mirna for mirna in MIRNAS.values() if pieces_of(mirna)]
    mirnas = [own[i % len(own)] for i in range(n_pairs)]
    planted, shuffled = zip(*(own_piece(mirna, generator) for mirna in mirnas), strict=True)
    scores = scale.score([*mirnas, *mirnas], [*planted, *shuffled])
    rise = change_of((scores[:n_pairs] - scores[n_pairs:]) / scale.spread)
    low, high = rise.interval
    passed = low <= PIECE_LIMIT
    head = (
        f"A piece of the miRNA's own sequence in a target changes the score by {rise.mean:+.2f} standard deviations "
        f"against its shuffle (95 %: {low:+.2f} to {high:+.2f}; at most {PIECE_LIMIT:+.2f} is asked)"
    )
    why = ": the model learnt from reads of one transcript that were called chimeras."
    details = {
        "standard_error": round(rise.standard_error, 6),
        "spread": round(scale.spread, 6),
        "pairs": n_pairs,
    }
    return BehaviourCheck(
        "own_pieces", passed, rise.mean, PIECE_LIMIT, head + ("." if passed else why), details
    )


def repeat_site(mirna: str, unit: str, generator: np.random.Generator) -> str:
    """Return a random target with 40 nt of a simple repeat in it and no site of a miRNA.

    Examples
    --------
    >>> "CA" * 20 in repeat_site("UGAGGUAGUAGGUUGUAUAGUU", "CA", np.random.default_rng(0))
    True
    """
    repeat = (unit * REPEAT_LENGTH)[:REPEAT_LENGTH]
    at = int(generator.integers(0, TARGET_LENGTH - REPEAT_LENGTH + 1))
    return plant(random_target(generator, without=(mirna,)), repeat, at)


def check_repeats(
    scorer: Scorer, *, threshold: float, n_per_mirna: int, generator: np.random.Generator
) -> BehaviourCheck:
    """Ask how many simple sites without a duplex are called positive.

    Parameters
    ----------
    scorer, threshold
        The model, and the smallest score that it calls positive.
    n_per_mirna
        Sites for each miRNA that is a piece of a repeat; ten ordinary miRNAs have a third as many of each kind.
    generator
        Source of randomness.

    Returns
    -------
    BehaviourCheck
        Its value is the share of the kind that is called most.
    """
    own = {f"{name} on {unit} repeats": [mirna] * n_per_mirna for name, (mirna, unit) in OWN_REPEATS.items()}
    ordinary = {
        f"ordinary miRNAs on {unit} repeats": [
            mirna for name, mirna in MIRNAS.items() if (name, unit) not in HAS_DUPLEX
        ]
        * max(1, n_per_mirna // 3)
        for unit in SIMPLE_UNITS
    }
    kinds = {**own, **ordinary}
    units = {kind: kind.split()[-2] for kind in kinds}
    mirnas = [mirna for kind in kinds for mirna in kinds[kind]]
    sites = [repeat_site(mirna, units[kind], generator) for kind in kinds for mirna in kinds[kind]]
    called = np.asarray(scorer(mirnas, sites)) >= threshold
    parts = np.split(called, np.cumsum([len(kinds[kind]) for kind in kinds])[:-1])
    shares = {kind: float(part.mean()) for kind, part in zip(kinds, parts, strict=True)}
    worst = max(shares, key=lambda kind: shares[kind])
    passed = shares[worst] <= REPEAT_LIMIT
    head = (
        f"{100 * float(called.mean()):.0f} % of simple sites without a duplex are called positive, "
        f"{100 * shares[worst]:.0f} % of {worst} (at most {100 * REPEAT_LIMIT:.0f} % is asked, of any kind)"
    )
    details = {"called_by_kind": shares, "called": float(called.mean()), "pairs": len(mirnas)}
    why = ": no nucleotides pair there; such calls come from reads of one transcript."
    return BehaviourCheck(
        "repeats", passed, shares[worst], REPEAT_LIMIT, head + ("." if passed else why), details
    )
