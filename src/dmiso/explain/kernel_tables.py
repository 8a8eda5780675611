"""The kernels of a network as one table: every kernel in both ways of reading it, matched with motif collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import MATCH_COLUMNS, schema_of
from dmiso.errors import InputError
from dmiso.explain.kernels import KernelMotif, activating_motifs, weight_motifs
from dmiso.explain.motif_files import read_meme
from dmiso.explain.motif_match import consensus, match_motifs
from dmiso.io.streams import base_name, display_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from dmiso.explain.motif_files import Motif

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]

__all__ = ["MATCH_COLUMNS", "kernel_motifs", "match_collections", "read_collection"]

_FEWEST_MOTIFS: Final = 25


def kernel_motifs(
    kernels: Mapping[str, tuple[Floats, Floats]], codes: Mapping[str, Codes]
) -> list[KernelMotif]:
    """Read the kernels of both sides in both ways.

    Parameters
    ----------
    kernels
        Of :func:`dmiso.explain.kernels.first_kernels`.
    codes
        Sequences that are shown to them, each once, by side, ``(n_sequences, length)``.
    """
    motifs = []
    for side, (weights, bias) in kernels.items():
        motifs += activating_motifs(side, weights, bias, codes[side])
        motifs += weight_motifs(side, weights)
    return motifs


def read_collection(path: Path) -> list[Motif]:
    """Read the motifs of a collection that kernels can be matched with.

    Parameters
    ----------
    path
        MEME's minimal format.

    Raises
    ------
    InputError
        If it cannot be read, or has fewer than 25 motifs.
    """
    collection = read_meme(path)
    if len(collection) < _FEWEST_MOTIFS:
        raise InputError(
            f"{len(collection)} motifs were found; TOMTOM's background needs {_FEWEST_MOTIFS}",
            path=display_name(path),
        )
    return collection


def match_collections(
    motifs: Sequence[KernelMotif], paths: Sequence[Path], *, n_shuffles: int = 300, seed: int = 0
) -> pl.DataFrame:
    """Match each way of reading kernels with each collection; q-values are over the kernels of one way and one.

    Parameters
    ----------
    motifs
        Kernels.
    paths
        Collections in MEME's minimal format; without one the kernels are listed unmatched.
    n_shuffles
        Shuffles of each kernel.
    seed
        Of the shuffles.

    Returns
    -------
    polars.DataFrame
        :data:`MATCH_COLUMNS`.

    Raises
    ------
    InputError
        If a collection has fewer than 25 motifs.
    MissingExtraError
        If collections are given and memelite is not installed.
    """
    if not paths:
        return _listed(motifs)
    tables = []
    for path in paths:
        collection = read_collection(path)
        name = base_name(path).removesuffix(".gz").removesuffix(".meme")
        for way in ("activating", "weights"):
            own = [motif for motif in motifs if motif.way == way]
            tables.append(match_motifs(own, collection, name=name, n_shuffles=n_shuffles, seed=seed))
    return pl.concat(tables)


def _listed(motifs: Sequence[KernelMotif]) -> pl.DataFrame:
    """Return the kernels as a table without matches."""
    rows = [
        (m.name, m.way, m.bits, m.n_sites, m.flat, consensus(m.shares), *([None] * (len(MATCH_COLUMNS) - 6)))
        for m in motifs
    ]
    return pl.DataFrame(rows, schema=schema_of(MATCH_COLUMNS), orient="row")
