"""Sections of ``dmiso scan``: a scan is a sample, named as its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.mqc.content import Statistic, bars, statistics
from dmiso.mqc.sites import region_bars, seed_class_bars

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.mqc.content import Content

__all__ = ["scan_contents"]

_Q: Final = (0.01, 0.05, 0.1, 0.25)
"""Limits between the classes of q-values."""
_STRONG: Final = -0.3
"""A predicted log2 fold change that counts as repression: a fifth of the mRNA less."""
_COLUMNS: Final = {
    "dmiso_scan_sites": Statistic("sites", "Reported sites"),
    "dmiso_scan_good_sites": Statistic("sites q ≤ 0.1", "Sites, a tenth of them expected to be chance", scale="Greens"),
    "dmiso_scan_mirnas": Statistic("miRNAs", "miRNAs and isomiRs with a site", scale="Greys", hidden=True),
    "dmiso_scan_genes": Statistic("genes", "Genes with a site", scale="Greys", hidden=True),
    "dmiso_scan_repressed": Statistic(
        "repressed", f"miRNA-gene pairs with a predicted log2 fold change of {_STRONG} or less", scale="Purples"
    ),
}  # fmt: skip
_Q_HELP: Final = (
    "A q-value is the share of chance sites expected among the sites at least that good, from shuffled miRNAs scanned "
    "alongside. Without --decoys no site has one."
)


def scan_contents(folder: Path, name: str) -> list[Content]:
    """Return the sections of a finished scan; its tables are read piece by piece.

    Parameters
    ----------
    folder
        With ``sites.parquet`` and ``genes.parquet``.
    name
        What the scan is called.
    """
    sites = pl.scan_parquet(folder / "sites.parquet", glob=False)
    genes = pl.scan_parquet(folder / "genes.parquet", glob=False)
    regions = _counted(sites, pl.col("region").fill_null(""))
    passing = _by_q(sites)
    return [
        region_bars("scan", "Scan", "Sites", {name: regions}),
        seed_class_bars("scan", "Scan", "Sites", {name: _counted(sites, pl.col("seed_class").fill_null("none"))}),
        bars("scan_q_values", "Scan: q-values", "Sites by q-value.", {name: passing}, unit="sites", helptext=_Q_HELP),
        statistics("scan", _COLUMNS, {name: _numbers(sites, genes)}),
    ]  # fmt: skip


def _counted(table: pl.LazyFrame, value: pl.Expr) -> dict[str, int]:
    """Return how often each value is there."""
    return dict(table.group_by(_value=value).agg(_n=pl.len()).collect().iter_rows())


def _by_q(sites: pl.LazyFrame) -> dict[str, int]:
    """Return classes of q-values and their sites, the best first."""
    q = pl.col("q_value")
    classes: dict[str, pl.Expr] = {}
    below = q.is_not_null()
    for limit in _Q:
        classes[f"q ≤ {limit:g}"] = below & (q <= limit)
        below = below & (q > limit)
    classes[f"q > {_Q[-1]:g}"] = below
    classes["without a q-value"] = q.is_null()
    found = sites.select(which.sum().alias(said) for said, which in classes.items()).collect()
    return {said: int(n) for said, n in found.row(0, named=True).items()}


def _numbers(sites: pl.LazyFrame, genes: pl.LazyFrame) -> Mapping[str, float | None]:
    """Return the row of the scan for the head of the page."""
    told = sites.select(
        pl.len().alias("n"),
        pl.col("q_value").is_not_null().any().alias("has_q"),
        (pl.col("q_value") <= 0.1).sum().alias("good"),
        pl.col("mirna_id").n_unique().alias("mirnas"),
        pl.col("gene_id").n_unique().alias("genes"),
    ).collect()
    n, has_q, good, mirnas, n_genes = told.row(0)
    repression = genes.select(
        pl.col("repression").is_not_null().any(), (pl.col("repression") <= _STRONG).sum().alias("strong")
    ).collect()
    known, strong = repression.row(0)
    values = (n, good if has_q else None, mirnas, n_genes, strong if known else None)
    return dict(zip(_COLUMNS, values, strict=True))
