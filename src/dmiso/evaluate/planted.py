"""Made-up targets whose right answer is known: a planted seed site, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.alphabet import NUCLEOTIDES, shares_of_gc
from dmiso.seeds import seed_class, seed_match

if TYPE_CHECKING:
    import numpy as np

__all__ = ["MIRNAS", "TARGET_LENGTH", "plant", "random_target", "shuffled_site", "site_of"]

MIRNAS: Final = {
    "let-7a-5p": "UGAGGUAGUAGGUUGUAUAGUU",
    "miR-1-3p": "UGGAAUGUAAAGAAGUAUGUAU",
    "miR-10a-5p": "UACCCUGUAGAUCCGAAUUUGUG",
    "miR-16-5p": "UAGCAGCACGUAAAUAUUGGCG",
    "miR-21-5p": "UAGCUUAUCAGACUGAUGUUGA",
    "miR-30a-5p": "UGUAAACAUCCUCGACUGGAAG",
    "miR-92a-3p": "UAUUGCACUUGUCCCGGCCUGU",
    "miR-122-5p": "UGGAGUGUGACAAUGGUGUUUG",
    "miR-155-5p": "UUAAUGCUAAUCGUGAUAGGGGUU",
    "miR-200b-3p": "UAAUACUGCCUGGUAAUGAUGA",
}
"""Human miRNAs (miRBase 22) of ten seed families."""

TARGET_LENGTH: Final = 50
_FIRST_PLACE, _LAST_PLACE = 18, 38
"""Where a planted site may begin: real sites lie there if the window is centred on the duplex."""


def site_of(mirna: str) -> str:
    """Return the 8mer site of a miRNA: what pairs with its positions 2-8, and A opposite position 1.

    Examples
    --------
    >>> site_of("UGAGGUAGUAGGUUGUAUAGUU")
    'CUACCUCA'
    """
    return seed_match(mirna[1:8]) + "A"


def random_target(generator: np.random.Generator, *, gc: float = 0.5, without: tuple[str, ...] = ()) -> str:
    """Return a random sequence of 50 nt without a seed match of some miRNAs.

    Parameters
    ----------
    generator
        Source of randomness.
    gc
        Expected share of G and C.
    without
        miRNAs that have no canonical site in it, offset 6mers included.
    """
    while True:
        bases = generator.choice(list(NUCLEOTIDES), size=TARGET_LENGTH, p=shares_of_gc(gc))
        target = "".join(bases.tolist())
        if all(seed_class(mirna, target) == "none" for mirna in without):
            return target


def plant(target: str, site: str, at: int) -> str:
    """Return a target with nucleotides replaced by a site from a position on.

    Examples
    --------
    >>> plant("AAAAAA", "GG", 2)
    'AAGGAA'
    """
    return target[:at] + site + target[at + len(site) :]


def random_place(generator: np.random.Generator) -> int:
    """Return where to plant a site."""
    return int(generator.integers(_FIRST_PLACE, _LAST_PLACE))


def shuffled_site(target: str, mirna: str, at: int, generator: np.random.Generator) -> str:
    """Return a target whose planted 8mer has its nucleotides shuffled until no seed match is left.

    Parameters
    ----------
    target
        With the 8mer of ``mirna`` at ``at``.
    mirna
        Whose site it is.
    at
        Where the site begins.
    generator
        Source of randomness.
    """
    site = target[at : at + 8]
    while True:
        shuffled = plant(target, "".join(site[i] for i in generator.permutation(8)), at)
        if seed_class(mirna, shuffled) == "none":
            return shuffled
