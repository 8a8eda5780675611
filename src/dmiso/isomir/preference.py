"""Whether a miRNA prefers a type of isomiR: binomial tests, corrected for their number.

The paper: "at least one type of isomiRs occurred in significantly higher than expected frequencies (corrected
Binomial test p value < 0.01)". It does not say what is expected or how it corrected: here a type is expected
at its share among the isomiR interactions of all miRNAs, and q-values are Benjamini and Hochberg's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dmiso.columns import PREFERENCE_COLUMNS, schema_of
from dmiso.significance import benjamini_hochberg, binomial_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["type_preference"]


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
        Its types; exact and unknown ones are to be left out before.
    least
        Interactions under which a miRNA is not tested; the paper's 100.
    weights
        Interactions (or reads) that each row stands for; None is one each. Reads of one molecule's copies are not
        independent, so with reads a small q-value says little: look at the shares.

    Returns
    -------
    polars.DataFrame
        A row per miRNA and type, miRNAs by name: counts, expected share, p-value (one-sided), q-value over all rows.
    """
    flat = pl.DataFrame(
        {
            "mirna_id": list(mirnas),
            "types": [list(t) for t in types],
            "n": [1] * len(mirnas) if weights is None else list(weights),
        },
        schema_overrides={**schema_of(("mirna_id", "n")), "types": pl.List(pl.String)},
    )
    totals = (
        flat.group_by("mirna_id").agg(interactions=pl.col("n").sum()).filter(pl.col("interactions") >= least)
    )
    every = flat.explode("types", empty_as_null=True).rename({"types": "isomir_type"})
    share = pl.col("n").sum() / max(int(flat["n"].sum()), 1)
    shares = every.group_by("isomir_type").agg(expected_share=share)
    found = every.group_by("mirna_id", "isomir_type").agg(of_type=pl.col("n").sum())
    table = (
        totals.join(shares, how="cross")
        .join(found, on=["mirna_id", "isomir_type"], how="left")
        .with_columns(pl.col("of_type").fill_null(0))
        .sort("mirna_id", "isomir_type")
    )
    columns = ("of_type", "interactions", "expected_share")
    p = binomial_tail(*(table[name].to_numpy() for name in columns))
    return table.with_columns(
        pl.Series("binomial_p_value", p, pl.Float64),
        pl.Series("binomial_q_value", benjamini_hochberg(p), pl.Float64),
    ).select(pl.col(name).cast(dtype) for name, dtype in schema_of(PREFERENCE_COLUMNS).items())
