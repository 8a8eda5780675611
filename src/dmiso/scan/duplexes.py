"""The duplex of a site by ViennaRNA: minimum energy and structure (``[energy]`` extra)."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Duplex", "fold_sites", "require_vienna"]

_FLANK: Final = 5
"""Letters on either side of a site that may take part: bulges make a duplex longer than the miRNA."""


class Duplex(NamedTuple):
    """The best duplex: kcal/mol, and its pairs, see :func:`fold_sites`."""

    energy: float
    structure: str


def require_vienna() -> None:
    """Stop unless ViennaRNA is installed.

    Raises
    ------
    MissingExtraError
        If it is not.
    """
    if find_spec("RNA") is None:
        raise MissingExtraError("ViennaRNA", extra="energy", purpose="folding the duplexes of sites")


@lru_cache(maxsize=65_536)
def _fold(mirna: str, site: str) -> tuple[float, str, int, int]:
    import RNA

    found = RNA.duplexfold(mirna, site)
    return round(float(found.energy), 2), str(found.structure), int(found.i), int(found.j)


def fold_sites(
    mirnas: Sequence[str], transcripts: Sequence[str], places: Sequence[tuple[int, int]]
) -> list[Duplex]:
    """Fold sites with their miRNAs (RNAduplex: pairs between the strands only; about 900 sites/s).

    Parameters
    ----------
    mirnas, transcripts
        Letters, a row a site.
    places
        Start and end of each site on its transcript.

    Returns
    -------
    list of Duplex
        The structure spans the whole miRNA and the whole site with five letters on either side, in dots and
        brackets: ``miRNA&site``, both 5'→3'.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    """
    require_vienna()
    folded = []
    for mirna, transcript, (start, end) in zip(mirnas, transcripts, places, strict=True):
        site = transcript[max(0, start - _FLANK) : end + _FLANK]
        energy, structure, i, j = _fold(mirna, site)
        folded.append(Duplex(energy, _whole(structure, i, j, len(mirna), len(site))))
    return folded


def _whole(structure: str, i: int, j: int, n_mirna: int, n_site: int) -> str:
    """Fill up with dots what RNAduplex leaves out: i is its last miRNA letter, j its first site letter, from 1.

    Examples
    --------
    >>> _whole("((&))", 3, 2, 4, 5)
    '.((.&.))..'
    """
    mirna, _, site = structure.partition("&")
    left = i - len(mirna)
    return (
        "." * left
        + mirna
        + "." * (n_mirna - i)
        + "&"
        + "." * (j - 1)
        + site
        + "." * (n_site - (j - 1) - len(site))
    )
