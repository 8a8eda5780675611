"""Whose site it is: the miRNAs that were seen on a site (its true partners), and whether it shows their seed match.

A seed match of a true partner speaks against every other miRNA on the site: that is competition, which a table of
swapped pairs rewards and which is not binding.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dmiso.seeds import seed_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Forms", "forms_of", "free_sites", "partners_of_clusters", "shows_seed"]


class Forms(dict[str, frozenset[str]]):
    """A miRNA's sequence to all forms whose seed may be its: itself, and those that its names are seen most in."""

    def __missing__(self, mirna: str) -> frozenset[str]:
        return frozenset({mirna})


def forms_of(positives: pl.DataFrame | None) -> Forms:
    """Return the forms of every miRNA of a table of interactions; one without a name is its own only form.

    Calls of a trimmed 5' end are partly technical: their sites often show the seed match of the whole miRNA.

    Examples
    --------
    >>> rows = {"mirna_id": ["let-7a"] * 3, "mirna_sequence": ["UGAGGUAG", "UGAGGUAG", "GAGGUAG"]}
    >>> sorted(forms_of(pl.DataFrame(rows))["GAGGUAG"])
    ['GAGGUAG', 'UGAGGUAG']
    """
    if positives is None or "mirna_id" not in positives.columns:
        return Forms()
    named = positives.filter(pl.col("mirna_id").is_not_null()).select("mirna_id", "mirna_sequence")
    seen = named.group_by("mirna_id", "mirna_sequence").len()
    most = seen.sort("len", "mirna_sequence", descending=[True, False]).unique("mirna_id", keep="first")
    main = dict(most.select("mirna_id", "mirna_sequence").iter_rows())
    forms: dict[str, set[str]] = defaultdict(set)
    for name, mirna in named.unique().iter_rows():
        forms[mirna] |= {mirna, main[name]}
    return Forms({mirna: frozenset(known) for mirna, known in forms.items()})


def shows_seed(mirnas: Iterable[str], site: str) -> bool:
    """Say whether a site has a seed match of any of some miRNAs, of any class, offset 6mers included.

    Examples
    --------
    >>> shows_seed(["UGAGGUAG"], "GGCUACCUCAGG"), shows_seed(["UGAGGUAG"], "GGCUAGGUCAGG")
    (True, False)
    """
    return any(seed_class(mirna, site) != "none" for mirna in mirnas)


def partners_of_clusters(
    clusters: NDArray[np.int64], mirnas: Sequence[str], forms: Forms
) -> dict[int, set[str]]:
    """Return the miRNAs, in all their forms, that were seen on each cluster of sites.

    Parameters
    ----------
    clusters, mirnas
        Of pairs seen together, as many of one as of the other.
    forms
        As :func:`forms_of` gives them.
    """
    partners: dict[int, set[str]] = defaultdict(set)
    for cluster, mirna in zip(clusters.tolist(), mirnas, strict=True):
        partners[cluster].update(forms[mirna])
    return dict(partners)


def free_sites(positives: pl.DataFrame) -> NDArray[np.bool_]:
    """Say which sites show no seed match of any miRNA that was seen on their cluster.

    Parameters
    ----------
    positives
        Pairs seen together, with ``mirna_sequence``, ``target_sequence``, ``cluster`` and, if known, ``mirna_id``.

    Returns
    -------
    numpy.ndarray
        ``(n_pairs,)``.
    """
    cluster = positives["cluster"].to_numpy().astype(np.int64)
    mirnas, sites = positives["mirna_sequence"].to_list(), positives["target_sequence"].to_list()
    partners = partners_of_clusters(cluster, mirnas, forms_of(positives))
    rows = zip(cluster.tolist(), sites, strict=True)
    return np.array([not shows_seed(partners[number], site) for number, site in rows], np.bool_)
