"""Whether a miRNA prefers a type of isomiR: binomial tests, corrected for their number.

The paper: "at least one type of isomiRs occurred in significantly higher than expected frequencies (corrected
Binomial test p value < 0.01)". It does not say what is expected or how it corrected: here a type is expected
at its share among the isomiR interactions of all miRNAs, and q-values are Benjamini and Hochberg's.
"""

from __future__ import annotations

from math import exp, lgamma, log
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["benjamini_hochberg", "binomial_tail", "type_preference"]

_SCHEMA: Final = {
    "mirna_id": pl.String(),
    "isomir_type": pl.String(),
    "interactions": pl.Int64(),
    "of_type": pl.Int64(),
    "expected_share": pl.Float64(),
    "binomial_p_value": pl.Float64(),
    "binomial_q_value": pl.Float64(),
}


def binomial_tail(successes: int, trials: int, share: float) -> float:
    """Return the chance of at least so many successes.

    Parameters
    ----------
    successes, trials
        Whole numbers, ``0 <= successes <= trials``.
    share
        Chance of one success, 0–1.

    Examples
    --------
    >>> round(binomial_tail(2, 2, 0.5), 6), binomial_tail(0, 9, 0.1)
    (0.25, 1.0)
    """
    if successes <= 0:
        return 1.0
    if share in {0.0, 1.0}:
        return share
    if successes > trials * share:
        return min(1.0, _sum_of_terms(successes, trials, share))
    # below the mean the other side has fewer terms: successes there are failures
    return 1.0 - _sum_of_terms(trials - successes + 1, trials, 1 - share)


def _sum_of_terms(successes: int, trials: int, share: float) -> float:
    """Return the chance of at least so many successes, which lie above the mean: terms shrink from the first on."""
    first = lgamma(trials + 1) - lgamma(successes + 1) - lgamma(trials - successes + 1)
    term = exp(first + successes * log(share) + (trials - successes) * log(1 - share))
    total, odds = 0.0, share / (1 - share)
    for k in range(successes, trials + 1):
        total += term
        if term <= total * 1e-18:
            break
        term *= (trials - k) / (k + 1) * odds
    return total


def benjamini_hochberg(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Return q-values: the false discovery rate at which each test would be called (Benjamini & Hochberg 1995).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(-p, kind="stable")
    stepped = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1)) if len(p) else p
    q = np.empty(len(p))
    q[order] = np.minimum(stepped, 1.0)
    return q


def type_preference(
    mirnas: Sequence[str],
    types: Sequence[Sequence[str]],
    *,
    least: int,
    weights: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Test each miRNA with enough isomiR interactions for each type.

    Parameters
    ----------
    mirnas
        Name of the miRNA of each isomiR interaction.
    types
        Its types; exact and untold ones are to be left out before.
    least
        Interactions under which a miRNA is not tested; the paper's 100.
    weights
        Interactions (or reads) that each row stands for; None is one each. Reads of one molecule's copies are not
        independent, so with reads a small q-value says little: look at the shares.

    Returns
    -------
    polars.DataFrame
        A row a miRNA and type, miRNAs by name: counts, expected share, p-value (one-sided), q-value over all rows.
    """
    flat = pl.DataFrame(
        {
            "mirna_id": list(mirnas),
            "isomir_type": [list(t) for t in types],
            "n": [1] * len(mirnas) if weights is None else list(weights),
        },
        schema={"mirna_id": pl.String, "isomir_type": pl.List(pl.String), "n": pl.Int64},
    )
    totals = (
        flat.group_by("mirna_id").agg(interactions=pl.col("n").sum()).filter(pl.col("interactions") >= least)
    )
    every = flat.explode("isomir_type", empty_as_null=True)
    share = pl.col("n").sum() / max(int(flat["n"].sum()), 1)
    shares = every.group_by("isomir_type").agg(expected_share=share)
    found = every.group_by("mirna_id", "isomir_type").agg(of_type=pl.col("n").sum())
    table = (
        totals.join(shares, how="cross")
        .join(found, on=["mirna_id", "isomir_type"], how="left")
        .with_columns(pl.col("of_type").fill_null(0))
        .sort("mirna_id", "isomir_type")
    )
    p = [
        binomial_tail(k, n, share)
        for k, n, share in table.select("of_type", "interactions", "expected_share").iter_rows()
    ]
    return table.with_columns(
        pl.Series("binomial_p_value", p, pl.Float64),
        pl.Series("binomial_q_value", benjamini_hochberg(p), pl.Float64),
    ).select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items())
