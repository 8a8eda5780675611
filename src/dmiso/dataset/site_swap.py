"""Site swap: the same miRNAs and the same sites, paired otherwise.

Inside each group (split, and source where known) the miRNAs are permuted over the sites, so that every miRNA
copy and every site occurs equally often in both classes and neither reveals the label. A partner is never one
that could bind for the reason the true one does: not the seed 2–7 (and so not 2–8), the name or the family of
any miRNA seen on the site's cluster. Random swaps repair a permutation; rows that no swap can help are left
out on both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from dmiso.compiled import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Rules", "Swap", "groups_of", "repaired", "rules_of", "swap_partners"]

_TRIES = 200
"""Random swaps tried for a row before all others are looked through."""

_SCANS = 20
"""Vain looks through all rows of a group for one cluster before the rest of its rows is tried at random only:
clusters that met nearly every miRNA (ribosomal RNA) have thousands of rows."""


class Swap(NamedTuple):
    """Which rows were kept, and whose miRNA each of them gets in its negatives.

    ``kept`` are row numbers, ``(n_kept,)``, ascending; ``partners[r, i]`` is the row whose miRNA is shown
    with the site of row ``kept[i]`` in negative ``r``, ``(ratio, n_kept)``.
    """

    kept: NDArray[np.int64]
    partners: NDArray[np.int64]


class Rules(NamedTuple):
    """Who may not meet whom: up to three keys a row's miRNA, and the keys forbidden to each row's cluster."""

    keys: NDArray[np.int64]
    cluster: NDArray[np.int64]
    starts: NDArray[np.int64]
    forbidden: NDArray[np.int64]


@njit(cache=True)
def _allowed(
    i: int,
    j: int,
    keys: NDArray[np.int64],
    cluster: NDArray[np.int64],
    starts: NDArray[np.int64],
    forbidden: NDArray[np.int64],
) -> bool:  # pragma: no cover
    """Return whether the miRNA of row j may be shown with the site of row i."""
    first, last = starts[cluster[i]], starts[cluster[i] + 1]
    for c in range(keys.shape[1]):
        key = keys[j, c]
        if key < 0:
            continue
        low, high = first, last
        while low < high:
            middle = (low + high) // 2
            if forbidden[middle] < key:
                low = middle + 1
            else:
                high = middle
        if low < last and forbidden[low] == key:
            return False
    return True


@njit(cache=True)
def _repair(
    perm: NDArray[np.int64],
    sites: NDArray[np.int64],
    lenders: NDArray[np.int64],
    rules: Rules,
    generator: np.random.Generator,
    limits: tuple[int, int],
) -> NDArray[np.bool_]:  # pragma: no cover
    """Swap partners until all are allowed; return which positions could not be helped.

    ``lenders[perm[a]]`` is the row that lends its miRNA to the site of row ``sites[a]``.
    """
    keys, cluster, starts, forbidden = rules
    tries, scans = limits
    n = len(perm)
    failed = np.zeros(len(starts), np.int64)
    bad = np.zeros(n, np.bool_)
    for a in range(n):
        bad[a] = not _allowed(sites[a], lenders[perm[a]], keys, cluster, starts, forbidden)
    for a in range(n):
        if not bad[a]:
            continue
        offset = generator.integers(0, n)
        scan = failed[cluster[sites[a]]] < scans
        for t in range(tries + n if scan else tries):
            b = generator.integers(0, n) if t < tries else (offset + t) % n
            if _allowed(sites[a], lenders[perm[b]], keys, cluster, starts, forbidden) and _allowed(
                sites[b], lenders[perm[a]], keys, cluster, starts, forbidden
            ):
                perm[a], perm[b] = perm[b], perm[a]
                bad[a] = False
                bad[b] = False
                break
        failed[cluster[sites[a]]] += bad[a]
    return bad


@njit(cache=True)
def _some_partner(
    sites: NDArray[np.int64], mirnas: NDArray[np.int64], rules: Rules
) -> NDArray[np.bool_]:  # pragma: no cover
    """Find for which rows of ``sites`` any row of ``mirnas`` may lend its miRNA."""
    keys, cluster, starts, forbidden = rules
    found = np.zeros(len(sites), np.bool_)
    for a in range(len(sites)):
        for b in range(len(mirnas)):
            if _allowed(sites[a], mirnas[b], keys, cluster, starts, forbidden):
                found[a] = True
                break
    return found


def repaired(
    perm: NDArray[np.int64],
    sites: NDArray[np.int64],
    lenders: NDArray[np.int64],
    rules: Rules,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Swap partners, in place, until all may meet.

    Parameters
    ----------
    perm
        ``lenders[perm[a]]`` is the row that lends its miRNA to the site of row ``sites[a]``.
    sites, lenders
        Rows, as many of one as of the other.
    rules
        Who may not meet whom.
    rng
        Of the random swaps.

    Returns
    -------
    tuple of numpy.ndarray
        The permutation, and which of its positions could not be helped.
    """
    bad: NDArray[np.bool_] = _repair(perm, sites, lenders, rules, rng, (_TRIES, _SCANS))
    return perm, bad


def _hopeful(rows: NDArray[np.int64], rules: Rules) -> NDArray[np.int64]:
    """Leave out rows whose cluster forbids every miRNA of the group (ribosomal RNA was met by nearly all)."""
    _, first_mirna = np.unique(rules.keys[rows], axis=0, return_index=True)
    _, first_site, cluster = np.unique(rules.cluster[rows], return_index=True, return_inverse=True)
    some: NDArray[np.bool_] = _some_partner(rows[first_site], rows[first_mirna], rules)
    return rows[some[cluster]]


def _bridged(perm: NDArray[np.int64], bad: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Take elements out of a permutation: who got a removed row's miRNA gets the one that row was given."""
    kept = np.flatnonzero(~bad)
    target = perm[kept]
    while (out := bad[target]).any():
        target[out] = perm[target[out]]
    position = np.cumsum(~bad) - 1
    result: NDArray[np.int64] = position[target]
    return result


def _swap_group(rows: NDArray[np.int64], rules: Rules, ratio: int, rng: np.random.Generator) -> Swap:
    """Find the permutations of one group of rows."""
    rows = _hopeful(rows, rules)
    perms = [rng.permutation(len(rows)) for _ in range(ratio)]
    finished = 0
    while finished < ratio and len(rows):
        _, bad = repaired(perms[finished], rows, rows, rules, rng)
        if bad.any():
            perms = [_bridged(perm, bad) for perm in perms]
            rows = rows[~bad]
            finished = 0
        else:
            finished += 1
    return Swap(rows, np.stack([rows[perm] for perm in perms]))


def groups_of(frame: pl.DataFrame, within: Sequence[str]) -> list[NDArray[np.int64]]:
    """Return the row numbers of each group of rows that are swapped among themselves; none is empty."""
    if not within:
        groups = [range(frame.height)]
    else:
        numbered = frame.select(within).with_row_index("_row")
        groups = numbered.group_by(within, maintain_order=True).agg("_row")["_row"].to_list()
    return [np.array(rows, np.int64) for rows in groups if len(rows)]


def rules_of(frame: pl.DataFrame) -> Rules:
    """Give numbers to what distinguishes miRNAs, and gather what each cluster forbids."""
    cluster = np.ascontiguousarray(frame["cluster"].rank("dense").cast(pl.Int64).to_numpy() - 1)
    sequence = pl.col("mirna_sequence")
    kinds = [sequence.str.slice(1, 6)]
    kinds += [pl.col(name) for name in ("mirna_id", "family") if name in frame.columns]
    keys = np.full((frame.height, len(kinds)), -1, np.int64)
    used = 0
    for c, kind in enumerate(kinds):
        ranks = frame.select(kind.rank("dense").cast(pl.Int64).fill_null(0).alias("rank"))["rank"].to_numpy()
        keys[:, c] = np.where(ranks > 0, ranks - 1 + used, -1)
        used += int(ranks.max(initial=0))
    pairs = np.unique(
        np.stack([np.repeat(cluster, len(kinds)), keys.ravel()], axis=1)[keys.ravel() >= 0], axis=0
    )
    n_clusters = int(cluster.max(initial=-1)) + 1
    starts = np.searchsorted(pairs[:, 0], np.arange(n_clusters + 1))
    return Rules(keys, cluster, starts.astype(np.int64), np.ascontiguousarray(pairs[:, 1]))


def swap_partners(frame: pl.DataFrame, *, ratio: int, within: Sequence[str], seed: int) -> Swap:
    """Choose for each site the rows whose miRNAs it is shown with as negatives.

    Parameters
    ----------
    frame
        Positives with ``mirna_sequence``, ``cluster``, the columns of ``within`` and, if known, ``mirna_id``
        and ``family``.
    ratio
        Negatives a positive.
    within
        Columns that partners must share: miRNAs are permuted inside each group.
    seed
        Of the random choice; the same seed gives the same partners.

    Returns
    -------
    Swap
        Rows kept and their partners. Over the kept rows of a group each row is exactly ``ratio`` times a
        partner.

    Examples
    --------
    >>> frame = pl.DataFrame({"mirna_sequence": ["UGAGGUAGUAG", "UAAAGUGCUUA"], "cluster": [0, 1]})
    >>> swap_partners(frame, ratio=1, within=(), seed=1).partners.tolist()
    [[1, 0]]
    """
    rng = np.random.default_rng(seed)
    rules = rules_of(frame)
    swaps = [_swap_group(rows, rules, ratio, rng) for rows in groups_of(frame, within)]
    if not swaps:
        return Swap(np.empty(0, np.int64), np.empty((ratio, 0), np.int64))
    kept = np.concatenate([swap.kept for swap in swaps])
    order = np.argsort(kept)
    return Swap(kept[order], np.concatenate([swap.partners for swap in swaps], axis=1)[:, order])
