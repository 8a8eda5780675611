"""Which rows of a table share a site, so that no fold or replicate tears them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.dataset.clusters import site_clusters

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["cluster_column", "cluster_folds"]


def cluster_column(table: pl.DataFrame) -> NDArray[np.intp]:
    """Return the table's ``cluster`` column as numbers from 0, or number its sites by shared 16-mers.

    Examples
    --------
    >>> import polars as pl
    >>> cluster_column(pl.DataFrame({"cluster": [9, 3, 9]}))
    array([1, 0, 1])
    """
    if "cluster" in table.columns:
        return np.unique(table["cluster"].to_numpy(), return_inverse=True)[1].reshape(-1)
    return site_clusters(table["target_sequence"].to_list())


def cluster_folds(clusters: NDArray[np.intp], n_folds: int, *, seed: int) -> NDArray[np.intp]:
    """Deal whole clusters to folds of about equal size.

    Parameters
    ----------
    clusters
        Cluster numbers from 0, ``(n_rows,)``.
    n_folds
        Number of folds; with fewer clusters some stay empty.
    seed
        For the order in which clusters are dealt.

    Returns
    -------
    numpy.ndarray
        Fold of each row, ``(n_rows,)``.

    Examples
    --------
    >>> folds = cluster_folds(np.array([0, 0, 1, 2]), 2, seed=0)
    >>> bool(folds[0] == folds[1]), sorted(np.bincount(folds).tolist())
    (True, [2, 2])
    """
    sizes = np.bincount(clusters)
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    load = np.zeros(n_folds)
    fold_of = np.empty(len(sizes), np.intp)
    large = order[sizes[order] > 1] if len(sizes) > 50_000 else order
    for cluster in large:
        fold = int(np.argmin(load))
        fold_of[cluster] = fold
        load[fold] += sizes[cluster]
    rest = order[len(large) :]
    fold_of[rest] = np.arange(len(rest)) % n_folds
    return fold_of[clusters]
