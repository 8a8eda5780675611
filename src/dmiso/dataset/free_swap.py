"""Site swap without competition: negatives on sites that show no seed match of the miRNAs seen there.

Every miRNA stands equally often in both classes, as in a plain site swap. Sites do not: those with a seed match of
their own miRNA are positives only, and the others are negatives more often. No draw can have balanced sites, positives
with seed matches and no competition at once (docs/fair_sets.md says why).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.dataset.site_swap import groups_of, repaired, rules_of
from dmiso.dataset.true_partners import free_sites

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from dmiso.dataset.site_swap import Rules

__all__ = ["FreeSwap", "free_partners"]


class FreeSwap(NamedTuple):
    """Which rows were kept, and on whose sites the miRNA of each is shown in its negatives.

    ``kept`` are row numbers, ``(n_kept,)``, ascending; ``sites[r, i]`` is the row on whose site the miRNA of row
    ``kept[i]`` is shown in negative ``r``, ``(ratio, n_kept)``, itself a kept row.
    """

    kept: NDArray[np.int64]
    sites: NDArray[np.int64]


def free_partners(frame: pl.DataFrame, *, ratio: int, within: Sequence[str], seed: int) -> FreeSwap:
    """Choose for each miRNA the rows on whose sites it is shown as a negative.

    Parameters
    ----------
    frame, within, seed
        As :func:`dmiso.dataset.site_swap.swap_partners`, with ``target_sequence``.
    ratio
        Negatives a positive.

    Returns
    -------
    FreeSwap
        Rows kept and the rows whose sites they get; each site that is free is used about equally often.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({
    ...     "mirna_sequence": ["UGAGGUAGUAG", "UAAAGUGCUUA", "UAGCUUAUCAG"],
    ...     "target_sequence": ["CUACCUCA", "GGGGAGGG", "CCGGCCGG"], "cluster": [0, 1, 2],
    ... })
    >>> swap = free_partners(frame, ratio=1, within=(), seed=1)
    >>> sorted(set(swap.sites.ravel().tolist()))  # row 0 shows the seed match of its own miRNA
    [1, 2]
    """
    rng = np.random.default_rng(seed)
    rules, free = rules_of(frame), free_sites(frame)
    swaps = [_swap_group(rows, free, rules, ratio, rng) for rows in groups_of(frame, within)]
    kept = np.concatenate([np.empty(0, np.int64), *(swap.kept for swap in swaps)])
    order = np.argsort(kept)
    sites = np.concatenate([np.empty((ratio, 0), np.int64), *(swap.sites for swap in swaps)], axis=1)
    return FreeSwap(kept[order], sites[:, order])


def _swap_group(
    rows: NDArray[np.int64], free: NDArray[np.bool_], rules: Rules, ratio: int, rng: np.random.Generator
) -> FreeSwap:
    """Find the sites of one group of rows; rows whose miRNA no site can take are left out, and all begins anew."""
    while len(rows):
        offered = rows[free[rows]]
        if not len(offered):
            break
        found, stuck = [], np.zeros(len(rows), np.bool_)
        for _ in range(ratio):
            sites = np.resize(
                rng.permutation(offered), len(rows)
            )  # each as often as the next, but for the rest
            lenders, bad = repaired(rng.permutation(len(rows)), sites, rows, rules, rng)
            stuck[lenders[bad]] = True
            of_row = np.empty(len(rows), np.int64)
            of_row[lenders] = sites
            found.append(of_row)
        if not stuck.any():
            return FreeSwap(rows, np.stack(found))
        rows = rows[~stuck]
    return FreeSwap(np.empty(0, np.int64), np.empty((ratio, 0), np.int64))
