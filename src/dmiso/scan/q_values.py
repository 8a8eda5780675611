"""q-values by counting decoys: of the sites at least this good, how many come by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["add_q_values", "q_values"]


def q_values(logits: ArrayLike, decoy_logits: ArrayLike, n_decoys: int) -> NDArray[np.float64]:
    """Return the smallest false discovery rate at which each site of one miRNA is called.

    At a threshold t the expected number of chance sites is ``(decoy sites >= t + 1) / n_decoys``; divided by the
    number of sites at least t it estimates the false discovery rate. A site's q-value is the smallest estimate over
    thresholds that call it, so it never falls as the logit falls. The 1 keeps the estimate above 0
    where no decoy scored as high (Storey 2003; Levitsky et al. 2017).

    Parameters
    ----------
    logits
        Of the miRNA's sites.
    decoy_logits
        Of the sites of all its decoys, found with the same settings on the same transcripts.
    n_decoys
        Decoys scanned, at least 1.

    Returns
    -------
    numpy.ndarray
        0-1, float64, in the order of ``logits``.

    Examples
    --------
    >>> q_values([5.0, 4.0, 1.0], [2.0, 0.0], 2).round(3).tolist()
    [0.25, 0.25, 0.333]
    """
    if n_decoys < 1:
        raise ValueError(f"n_decoys is {n_decoys}; at least 1 is needed")
    x = np.asarray(logits, np.float64)
    ascending = np.sort(x)
    chance = np.sort(np.asarray(decoy_logits, np.float64))
    n_sites = len(ascending) - np.searchsorted(ascending, ascending, side="left")
    n_chance = len(chance) - np.searchsorted(chance, ascending, side="left")
    rates = np.minimum((n_chance + 1) / n_decoys / np.maximum(n_sites, 1), 1.0)
    smallest = np.minimum.accumulate(rates)  # over thresholds up to each logit
    return smallest[np.searchsorted(ascending, x, side="left")] if len(x) else np.empty(0)


def add_q_values(sites: pl.DataFrame, decoy_sites: pl.DataFrame, n_decoys: Sequence[int]) -> pl.DataFrame:
    """Return sites with the column ``q_value``, each miRNA against its own decoys; null without decoys.

    Parameters
    ----------
    sites, decoy_sites
        With ``mirna`` and ``logit``, of all transcripts.
    n_decoys
        Decoys of each miRNA.
    """
    values = np.full(sites.height, np.nan)
    which, logits = sites["mirna"].to_numpy(), sites["logit"].to_numpy()
    owner, chance = decoy_sites["mirna"].to_numpy(), decoy_sites["logit"].to_numpy()
    for m in np.unique(which):
        if n_decoys[m]:
            rows = which == m
            values[rows] = q_values(logits[rows], chance[owner == m], n_decoys[m])
    return sites.with_columns(pl.Series("q_value", values).fill_nan(None))
