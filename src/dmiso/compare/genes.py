"""What both do to each gene, and what the isomiR's share of the reads makes of it.

A gene's binding is that of a scan (:mod:`dmiso.scan.genes`), over all sites above the floor; its repression is
predicted from all seed sites (:mod:`dmiso.compare.repressed`). With counts, the mixture is what both miRNAs do together
at their shares of the reads: its change is against the same reads being all canonical.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import GENE_CHANGE_COLUMNS, GENE_CONFIDENCE_COLUMNS, schema_of
from dmiso.compare.matching import joined_sites
from dmiso.compare.repressed import repression_change
from dmiso.scan import add_occupancy, gene_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.compare.pairs import Pair
    from dmiso.compare.scanned import ScannedPairs
    from dmiso.settings.compare import CompareSettings

__all__ = ["GENE_CHANGE_COLUMNS", "compare_genes", "gene_change"]


_PRIOR: Final = 0.5
"""Prior of scores of a model that states none."""


def gene_change(n: Mapping[str, int], *, isomir_passes: bool, canonical_passes: bool) -> str:
    """Return what became of a gene.

    Parameters
    ----------
    n
        Number of its sites by what became of them.
    isomir_passes, canonical_passes
        Whether either has a site that passes on the gene.

    Returns
    -------
    str
        ``gained``: only the isomiR passes, at a gained site at least; ``lost`` the other way round; ``kept``: both
        pass, and no site is gained, lost or changed; ``changed``: both pass, and some is; ``borderline``: nothing but
        thresholds separates them; ``neither``: no site passes.

    Examples
    --------
    >>> gene_change({"gained": 1, "kept": 1}, isomir_passes=True, canonical_passes=True)
    'changed'
    """
    if not (isomir_passes or canonical_passes):
        return "neither"
    if isomir_passes and canonical_passes:
        if any(n.get(kind) for kind in ("gained", "lost", "changed")):
            return "changed"
        return "kept" if n.get("kept") else "borderline"
    alone = "gained" if isomir_passes else "lost"
    return alone if n.get(alone) else "borderline"


def compare_genes(
    scanned: ScannedPairs, pair: Pair, sites: pl.DataFrame, settings: CompareSettings
) -> pl.DataFrame:
    """Compare the genes of a pair.

    Parameters
    ----------
    scanned
        A scan of both.
    pair
        Who is compared.
    sites
        As :func:`dmiso.compare.matching.compare_sites` gives them.
    settings
        Share of true sites.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`GENE_CHANGE_COLUMNS`: every gene with a site above the floor or a seed site, the largest
        change of repression first, then of binding.
    """
    each = {
        role: _scores(scanned, one.sequence, settings)
        for role, one in (("isomir", pair.isomir), ("canonical", pair.canonical))
    }
    both = {
        role: frame.select(
            "gene_id",
            pl.col("binding").alias(f"{role}_binding"),
            pl.col("best_logit").alias(f"{role}_best_logit"),
            pl.col("best_q_value").alias(f"{role}_best_q_value"),
        )
        for role, frame in each.items()
    }
    table = both["isomir"].join(both["canonical"], on="gene_id", how="full", coalesce=True)
    table = table.join(_mixture(scanned, pair, settings), on="gene_id", how="left")
    table = table.join(scanned.repression.of_pair(pair), on="gene_id", how="full", coalesce=True)
    if pair.share is not None:
        table = table.with_columns(pl.col("mixture_binding").fill_null(0.0))
    table = table.with_columns(
        pl.col("isomir_binding", "canonical_binding").fill_null(0.0),
        isomir_id=pl.lit(pair.isomir.id),
        canonical_id=pl.lit(pair.canonical.id),
    ).with_columns(
        binding_difference=pl.col("isomir_binding") - pl.col("canonical_binding"),
        mixture_binding_difference=pl.col("mixture_binding") - pl.col("canonical_binding"),
        repression_difference=pl.col("isomir_repression") - pl.col("canonical_repression"),
        mixture_repression_difference=pl.col("mixture_repression") - pl.col("canonical_repression"),
    )
    table = _with_repression_changes(_with_changes(table, sites), settings)
    table = table.with_columns(pl.lit(None).alias(name) for name in GENE_CONFIDENCE_COLUMNS)
    order = [pl.col(name).abs() for name in ("repression_difference", "binding_difference")]
    return table.sort(*order, "gene_id", descending=[True, True, False], nulls_last=True).select(
        pl.col(name).cast(dtype) for name, dtype in schema_of(GENE_CHANGE_COLUMNS).items()
    )


def _scores(scanned: ScannedPairs, bases: str, settings: CompareSettings) -> pl.DataFrame:
    """Return the binding of one miRNA by gene."""
    found = scanned.mirnas[bases].sites
    odds = _odds(scanned, found["logit"].to_list(), settings)
    return _gene_scores(scanned, found.select("transcript", "start", "end", "logit", "q_value"), odds)


def _mixture(scanned: ScannedPairs, pair: Pair, settings: CompareSettings) -> pl.DataFrame:
    """Return the genes' binding with both at their shares of the reads; none without counts.

    At a position of both they compete: its odds are the sum of both, each times its share.
    """
    if pair.share is None:
        return pl.DataFrame(schema=schema_of(("gene_id", "mixture_binding")))
    isomir, canonical = (scanned.mirnas[one.sequence] for one in (pair.isomir, pair.canonical))
    joint = joined_sites(isomir, canonical, settings.reach)
    logits = [[one.isomir for one in joint], [one.canonical for one in joint]]
    own, other = (_odds(scanned, each, settings) for each in logits)
    positions = pl.DataFrame(
        [one.position for one in joint],
        schema={"transcript": pl.Int64, "start": pl.Int64, "end": pl.Int64},
        orient="row",
    ).with_columns(
        logit=pl.Series([max(x for x in one[1:] if x is not None) for one in joint], dtype=pl.Float32)
    )
    mixed = _gene_scores(scanned, positions, pair.share * own + (1 - pair.share) * other)
    return mixed.select("gene_id", mixture_binding="binding")


def _odds(
    scanned: ScannedPairs, logits: Sequence[float | None], settings: CompareSettings
) -> NDArray[np.float64]:
    """Return the odds that a miRNA alone binds positions, ``(n_positions,)``; 0 where it has no site."""
    known = np.array([x is not None for x in logits], np.bool_)
    scores = scanned.model.calibration.apply([x if x is not None else 0.0 for x in logits])
    bound = add_occupancy(
        pl.DataFrame({"score": scores}),
        prior=scanned.model.calibration.prior or _PRIOR,
        site_prior=settings.site_prior,
    )["occupancy"].to_numpy()
    return np.where(known, bound / (1 - bound), 0.0)


def _gene_scores(scanned: ScannedPairs, positions: pl.DataFrame, odds: NDArray[np.float64]) -> pl.DataFrame:
    """Return the binding of genes, of positions with these odds to be bound."""
    transcripts = positions["transcript"].to_list()
    return gene_scores(
        positions.with_columns(
            mirna_id=pl.lit("all"),
            mirna_sequence=pl.lit(""),
            score=pl.Series(scanned.model.calibration.apply(positions["logit"].to_numpy()), dtype=pl.Float32),
            transcript_id=pl.Series(
                [scanned.targets.transcripts[t].id for t in transcripts], dtype=pl.String
            ),
            gene_id=pl.Series([scanned.targets.gene(t) for t in transcripts], dtype=pl.String),
            occupancy=pl.Series(odds / (1 + odds), dtype=pl.Float64),
        )
    )


def _with_changes(table: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Add the numbers of sites by change, and what became of each gene."""
    kinds = ("gained", "lost", "kept", "changed", "borderline")
    counted = sites.group_by("gene_id", maintain_order=True).agg(
        *((pl.col("site_change") == kind).sum().cast(pl.Int64).alias(f"n_{kind}") for kind in kinds),
        pl.col("isomir_passes").any(),
        pl.col("canonical_passes").any(),
    )
    table = table.join(counted, on="gene_id", how="left").with_columns(
        pl.col([f"n_{kind}" for kind in kinds]).fill_null(0),
        pl.col("isomir_passes", "canonical_passes").fill_null(value=False),
    )
    changes = [
        gene_change(
            {kind: row[f"n_{kind}"] for kind in kinds},
            isomir_passes=row["isomir_passes"],
            canonical_passes=row["canonical_passes"],
        )
        for row in table.iter_rows(named=True)
    ]
    return table.with_columns(gene_change=pl.Series(changes, dtype=pl.String))


def _with_repression_changes(table: pl.DataFrame, settings: CompareSettings) -> pl.DataFrame:
    """Say what became of each gene's repression; nothing where it is not known."""
    pairs = table.select("isomir_repression", "canonical_repression").iter_rows()
    changes = [
        None if own is None else repression_change(own, other, settings.min_repression)
        for own, other in pairs
    ]
    return table.with_columns(repression_change=pl.Series(changes, dtype=pl.String))
