"""miRNAs by how a model reacts to masks along them (the paper's Fig. S2), and the targets that a cluster shares.

Each miRNA is the mean profile of its pairs, cut to the first 18 masks that nearly all miRNAs fill and scaled to
length 1, so that shapes are compared. Clusters come from average linkage on correlation distance (Sokal & Michener
1958). Whether a cluster's miRNAs share targets is compared with random clusters of the same size.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import CLUSTER_COLUMNS, SHARED_COLUMNS, schema_of
from dmiso.explain.model import encode_pairs
from dmiso.explain.perturb import MASK
from dmiso.explain.profiles import sensitivities
from dmiso.extras import require_extra
from dmiso.significance import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.explain.model import ExplainedModel
    from dmiso.records import Counts

    Floats = NDArray[np.float64]

__all__ = [
    "CLUSTER_COLUMNS",
    "SHARED_COLUMNS",
    "Clusters",
    "average_linkage",
    "cluster_mirnas",
    "profile_tree",
    "shared_targets",
]


_FEWEST_PAIRS: Final = 5
_MASKS: Final = 15
"""Masks of 4 that lie on 18 nucleotides."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of miRNAs: ``table`` of members, and the mean profile of each miRNA in its order, ``(n, masks)``."""

    table: pl.DataFrame
    profiles: Floats

    def targets(self, frame: pl.DataFrame, column: str) -> dict[int, set[str]]:
        """Return the targets of each cluster's miRNAs in a data set."""
        cluster = dict(self.table.select("mirna_sequence", "mirna_cluster").iter_rows())
        found: dict[int, set[str]] = {number: set() for number in sorted(set(cluster.values()))}
        for mirna, target in frame.select("mirna_sequence", column).iter_rows():
            if mirna in cluster and target is not None:
                found[cluster[mirna]].add(str(target))
        return found


def cluster_mirnas(
    model: ExplainedModel,
    frame: pl.DataFrame,
    n_clusters: int,
    *,
    width: int = MASK,
    counts: Counts | None = None,
) -> Clusters:
    """Cluster the miRNAs of a data set by their mean profile.

    Parameters
    ----------
    model
        The model.
    frame
        Pairs: ``mirna_sequence``, ``target_sequence``, ``mirna_id``. miRNAs of fewer than 5 pairs, or shorter than
        18 nucleotides, are in no cluster.
    n_clusters
        How many; fewer where there are fewer miRNAs.
    width
        Nucleotides of a mask.
    counts
        Filled with the miRNAs that are in no cluster.
    """
    pairs = encode_pairs(model, frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list())
    changes = sensitivities(model, pairs, width=width)[:, :_MASKS]
    names = dict(frame.select("mirna_sequence", "mirna_id").iter_rows())
    order = frame["mirna_sequence"].to_numpy()
    rows, profiles = [], []
    for mirna in sorted(names):
        own = changes[order == mirna]
        if len(own) < _FEWEST_PAIRS or np.isnan(own).any():
            continue
        rows.append((mirna, names[mirna], len(own)))
        profiles.append(own.mean(axis=0))
    table = np.array(profiles).reshape(len(rows), changes.shape[1])
    if counts is not None and len(names) > len(rows):
        counts.drop("miRNAs in no cluster, of fewer than 5 pairs or 18 nucleotides", len(names) - len(rows))
    labels = average_linkage(_correlation_distance(table), n_clusters) if rows else np.zeros(0, np.int64)
    found = pl.DataFrame(rows, schema=schema_of(("mirna_sequence", "mirna_id", "n")), orient="row")
    found = found.with_columns(pl.Series("mirna_cluster", labels + 1, pl.Int64), scorer=pl.lit(model.name))
    position = np.lexsort((np.arange(len(rows)), labels))
    return Clusters(found[position].select(list(CLUSTER_COLUMNS)), table[position])


def _correlation_distance(profiles: Floats) -> Floats:
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = centred / np.where(length > 0, length, 1)
    # rounding may leave equal shapes slightly below 0
    return np.asarray(np.maximum(1 - unit @ unit.T, 0.0), np.float64)


def average_linkage(distances: Floats, n_clusters: int) -> NDArray[np.int64]:
    """Join the nearest clusters, by mean distance of members (scipy's linkage), until ``n_clusters`` are left.

    Parameters
    ----------
    distances
        ``(n, n)``, symmetric.
    n_clusters
        At least 1.

    Returns
    -------
    numpy.ndarray
        Cluster of each row from 0, the largest first.

    Examples
    --------
    >>> points = np.array([0.0, 1.0, 9.0, 10.0, 11.0])
    >>> average_linkage(np.abs(points[:, None] - points), 2).tolist()
    [1, 1, 0, 0, 0]
    """
    require_extra("scipy", "clustering miRNAs")
    from scipy.cluster.hierarchy import cut_tree

    n = len(distances)
    if n < 2:
        return np.zeros(n, np.int64)
    tree = _linkage(distances)
    cut = cut_tree(tree, n_clusters=min(n_clusters, n)).ravel()
    members = [np.flatnonzero(cut == number).tolist() for number in np.unique(cut)]
    left = sorted(members, key=lambda own: (-len(own), min(own)))
    labels = np.zeros(n, np.int64)
    for number, own in enumerate(left):
        labels[own] = number
    return labels


def _linkage(distances: Floats) -> Floats:
    """Return scipy's linkage of at least two rows."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    # unchecked: rounding may leave a distance slightly off its mirror image, or the diagonal off 0
    return np.asarray(linkage(squareform(distances, checks=False), "average"), np.float64)


def profile_tree(profiles: Floats) -> Floats:
    """Return the tree that profiles are clustered by, as scipy's linkage has it, ``(n - 1, 4)``.

    Parameters
    ----------
    profiles
        ``(n, masks)``, at least two.
    """
    require_extra("scipy", "clustering miRNAs")
    return _linkage(_correlation_distance(profiles))


def shared_targets(
    clusters: Clusters, frame: pl.DataFrame, *, column: str = "target_id", n_random: int = 1000, seed: int = 0
) -> pl.DataFrame:
    """Ask whether the miRNAs of a cluster share more targets than random clusters of as many miRNAs.

    Parameters
    ----------
    clusters
        From :func:`cluster_mirnas`.
    frame
        The data set.
    column
        Names the target of a pair.
    n_random
        Random clusters drawn for each.
    seed
        Of the draws.

    Returns
    -------
    polars.DataFrame
        :data:`SHARED_COLUMNS` for clusters of two or more: mean Jaccard index of the members' targets, its mean over
        random clusters, the share of those that reach it, and that adjusted by Benjamini and Hochberg.
    """
    mirnas = clusters.table["mirna_sequence"].to_list()
    jaccard = _jaccard(mirnas, frame, column)
    generator = np.random.default_rng(seed)
    rows = []
    for number, own in clusters.table.with_row_index().group_by("mirna_cluster", maintain_order=True):
        members = own["index"].to_numpy()
        if len(members) < 2:
            continue
        value = _mean_pair(jaccard, members)
        draws = [
            _mean_pair(jaccard, generator.choice(len(mirnas), len(members), replace=False))
            for _ in range(n_random)
        ]
        p = (1 + sum(draw >= value for draw in draws)) / (1 + n_random)
        rows.append(
            (clusters.table["scorer"][0], number[0], len(members), value, float(np.mean(draws)), p, 1.0)
        )
    table = pl.DataFrame(rows, schema=schema_of(SHARED_COLUMNS), orient="row")
    return table.with_columns(
        pl.Series(
            "permutation_q_value", benjamini_hochberg(table["permutation_p_value"].to_numpy()), pl.Float64
        )
    )


def _mean_pair(matrix: Floats, members: NDArray[np.int64]) -> float:
    part = matrix[np.ix_(members, members)]
    n = len(members)
    return float((part.sum() - np.trace(part)) / (n * (n - 1)))


def _jaccard(mirnas: Sequence[str], frame: pl.DataFrame, column: str) -> Floats:
    """Return the Jaccard index of the targets of every two miRNAs, ``(n, n)``."""
    sets: Mapping[str, set[str]] = {mirna: set() for mirna in mirnas}
    for mirna, target in frame.select("mirna_sequence", column).iter_rows():
        if mirna in sets and target is not None:
            sets[mirna].add(str(target))
    found = np.eye(len(mirnas))
    for i, j in combinations(range(len(mirnas)), 2):
        both = len(sets[mirnas[i]] | sets[mirnas[j]])
        found[i, j] = found[j, i] = len(sets[mirnas[i]] & sets[mirnas[j]]) / both if both else 0.0
    return found
