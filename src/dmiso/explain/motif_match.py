"""Kernels against motif collections by TOMTOM (Gupta et al. 2007; memelite's), with permutation q-values.

TOMTOM's p-value is of one comparison. The question here is whether a kernel's best match in a whole collection is
better than that of a motif that means nothing: the same kernel with its positions shuffled and its bases exchanged
keeps width and information. The share of a kernel's shuffles whose best p-value is as low is its permutation p-value,
and Benjamini and Hochberg's adjustment over all kernels that are not flat its q-value.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.alphabet import NUCLEOTIDES
from dmiso.columns import MATCH_COLUMNS, schema_of
from dmiso.extras import require_extra
from dmiso.significance import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.explain.kernels import KernelMotif
    from dmiso.explain.motif_files import Motif

    Floats = NDArray[np.float64]

__all__ = ["MATCH_COLUMNS", "match_motifs", "shuffled"]


_ROUNDING: Final = 1e-9


def shuffled(shares: Floats, generator: np.random.Generator) -> Floats:
    """Return a motif with its positions in another order and its nucleotides exchanged.

    Examples
    --------
    >>> motif = np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0]])
    >>> sorted(shuffled(motif, np.random.default_rng(0)).sum(axis=1).tolist())
    [1.0, 1.0]
    """
    bases = generator.permutation(4)
    return shares[generator.permutation(len(shares))][:, bases]


def match_motifs(
    kernels: Sequence[KernelMotif],
    collection: Sequence[Motif],
    *,
    name: str,
    n_shuffles: int = 300,
    seed: int = 0,
) -> pl.DataFrame:
    """Find the best match of each kernel in a collection, on one strand.

    Parameters
    ----------
    kernels
        Flat ones are listed without a match.
    collection
        At least 25 motifs, or TOMTOM's background is meaningless.
    name
        Of the collection, for the table.
    n_shuffles
        Shuffles of each kernel.
    seed
        Of the shuffles.

    Returns
    -------
    polars.DataFrame
        :data:`MATCH_COLUMNS`, a row per kernel. ``bonferroni_p_value`` is the best p-value times the number of motifs.

    Raises
    ------
    MissingExtraError
        If memelite is not installed.
    """
    require_extra("memelite")
    generator = np.random.default_rng(seed)
    live = [kernel for kernel in kernels if not kernel.flat]
    queries = [kernel.shares for kernel in live]
    nulls = [shuffled(shares, generator) for shares in queries for _ in range(n_shuffles)]
    targets = [motif.shares for motif in collection]
    p_values = _tomtom([*queries, *nulls], targets) if live else np.ones((0, len(targets)))
    best = p_values[: len(live)].argmin(axis=1)
    null_best = p_values[len(live) :].min(axis=1).reshape(len(live), n_shuffles)
    own = p_values[np.arange(len(live)), best] if live else np.zeros(0)
    empirical = [
        (1 + int((null <= p * (1 + _ROUNDING)).sum())) / (1 + n_shuffles)
        for p, null in zip(own, null_best, strict=True)
    ]
    adjusted = benjamini_hochberg(empirical).tolist()
    rows: list[tuple[object, ...]] = []
    number = 0
    for kernel in kernels:
        head = (
            kernel.name,
            kernel.way,
            kernel.bits,
            kernel.n_sites,
            kernel.flat,
            consensus(kernel.shares),
            name,
        )
        if kernel.flat:
            rows.append((*head, None, None, None, None, None, None))
            continue
        motif, p = collection[int(best[number])], float(own[number])
        bonferroni = min(1.0, p * len(targets))
        rows.append((*head, motif.id, motif.name, p, bonferroni, empirical[number], adjusted[number]))
        number += 1
    return pl.DataFrame(rows, schema=schema_of(MATCH_COLUMNS), orient="row")


def consensus(shares: Floats) -> str:
    """Return the base with the largest share where it is over half, else N.

    Examples
    --------
    >>> consensus(np.array([[0.9, 0.1, 0, 0], [0.3, 0.3, 0.2, 0.2]]))
    'AN'
    """
    return "".join(NUCLEOTIDES[int(row.argmax())] if row.max() > 0.5 else "N" for row in shares)


def _tomtom(queries: Sequence[Floats], targets: Sequence[Floats]) -> Floats:
    """Return TOMTOM's p-values, ``(n_queries, n_targets)``; memelite expects the base axis first."""
    from memelite import tomtom  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its numba code; too few targets are refused by the caller
        found = tomtom(
            [np.ascontiguousarray(q.T) for q in queries],
            [np.ascontiguousarray(t.T) for t in targets],
            reverse_complement=False,
            n_jobs=1,
        )
    return np.asarray(found[0], np.float64)
