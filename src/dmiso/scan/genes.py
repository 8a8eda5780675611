"""Genes: what the reported sites of a transcript add up to (binding), beside what seed sites do (repression).

A site's occupancy is the chance that it is bound, ``odds / (1 + odds)`` with ``odds = weight * prior odds * score
odds``: the score's odds at the model's prior, moved to the rare true sites of a transcriptome, times the isomiR's
abundance (a ligand at equilibrium, as in McGeary et al. 2019). A gene's binding is ``1 - exp(-sum of occupancies)``:
the chance that at least one of independent, rarely bound sites is bound, if their numbers are Poisson.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import BINDING_COLUMNS, CONFIDENCE_COLUMNS, GENE_COLUMNS, TOTAL_COLUMNS, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dmiso.records import SequenceRecord

__all__ = ["BINDING_COLUMNS", "GENE_COLUMNS", "add_occupancy", "gene_rows", "gene_scores", "total_rows"]


_LEAST: Final = 1e-12


def add_occupancy(
    sites: pl.DataFrame, *, prior: float, site_prior: float, weights: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Return sites with the column ``occupancy``.

    Parameters
    ----------
    sites
        With ``score`` and ``mirna_sequence``.
    prior
        Share of positives that the scores are for.
    site_prior
        Share of true sites among all positions.
    weights
        Abundance by miRNA sequence, 1 for the most abundant; a miRNA without one has 0. None: 1 each.

    Returns
    -------
    polars.DataFrame
    """
    weight = (
        pl.lit(1.0)
        if weights is None
        else pl.col("mirna_sequence").replace_strict(
            list(weights), list(weights.values()), default=0.0, return_dtype=pl.Float64
        )
    )
    prior_odds = (site_prior / (1 - site_prior)) / (prior / (1 - prior))
    score = pl.col("score").cast(pl.Float64).clip(_LEAST, 1 - _LEAST)
    odds = weight * prior_odds * score / (1 - score)
    return sites.with_columns((odds / (1 + odds)).alias("occupancy"))


def gene_scores(sites: pl.DataFrame) -> pl.DataFrame:
    """Add the sites of each miRNA on each gene.

    Parameters
    ----------
    sites
        As :func:`dmiso.scan.scanner.scan_sites` gives them, with ``occupancy`` and ``gene_id``.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`BINDING_COLUMNS`: a row per miRNA and gene, best first within each miRNA. Of a gene with
        several transcripts the one with the highest sum counts, so that a shared site counts once.
    """
    if sites.is_empty():
        return pl.DataFrame(schema=schema_of(BINDING_COLUMNS))
    key = ["mirna_id", "mirna_sequence", "gene_id"]
    q_value = pl.col("q_value") if "q_value" in sites.columns else pl.lit(None, pl.Float64)
    best = {"best_start": "start", "best_end": "end", "best_logit": "logit", "best_score": "score"}
    ranked = sites.with_columns(q_value=q_value).sort(
        "logit", "transcript_id", "start", descending=[True, False, False]
    )
    sums = ranked.group_by([*key, "transcript_id"], maintain_order=True).agg(
        pl.col("occupancy").sort().sum(),  # in order of size: the same sum whatever the order of rows
        pl.len().cast(pl.Int64).alias("n_sites"),
        *(pl.col(column).first().alias(name) for name, column in best.items()),
        pl.col("q_value").first().alias("best_q_value"),
    )
    order = sites.select("mirna_id", "mirna_sequence").unique(maintain_order=True).with_row_index("_mirna")
    chosen = (
        sums.sort("occupancy", "best_logit", "transcript_id", descending=[True, True, False])
        .group_by(key, maintain_order=True)
        .first()
    )
    return (
        chosen.join(order, on=["mirna_id", "mirna_sequence"], how="left")
        .sort("_mirna", "occupancy", "gene_id", descending=[False, True, False])
        .rename({"transcript_id": "binding_transcript_id"})
        .with_columns(binding=1 - (-pl.col("occupancy")).exp())
        .select(pl.col(name).cast(dtype) for name, dtype in schema_of(BINDING_COLUMNS).items())
    )


def gene_rows(
    binding: pl.DataFrame, repression: pl.DataFrame, mirnas: Sequence[SequenceRecord]
) -> pl.DataFrame:
    """Put binding and repression of genes side by side.

    Parameters
    ----------
    binding
        As :func:`gene_scores` gives it.
    repression
        As :class:`dmiso.scan.repressing.ScanRepression` gives it.
    mirnas
        In the order of the rows; each name and sequence once.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`GENE_COLUMNS`: a row per miRNA and gene of either table, the most repressed first within each
        miRNA, those without a predicted repression last and by occupancy.
    """
    key = ["mirna_id", "mirna_sequence", "gene_id"]
    order = pl.DataFrame(
        [(m.id, m.sequence, number) for number, m in enumerate(mirnas)],
        schema={"mirna_id": pl.String, "mirna_sequence": pl.String, "_mirna": pl.Int64},
        orient="row",
    )
    return (
        repression.join(binding, on=key, how="full", coalesce=True)
        .with_columns(
            pl.col("binding", "occupancy").fill_null(0.0),
            pl.col("n_sites").fill_null(0),
            pl.col("transcript_id").fill_null(pl.col("binding_transcript_id")),
            *(pl.lit(None).alias(name) for name in CONFIDENCE_COLUMNS),
        )
        .join(order, on=key[:2], how="left")
        .sort(
            *("_mirna", "repression", "occupancy", "gene_id"),
            descending=[False, False, True, False],
            nulls_last=True,
        )
        .select(pl.col(name).cast(dtype) for name, dtype in schema_of(GENE_COLUMNS).items())
    )


def total_rows(binding: Iterable[pl.DataFrame], repression: pl.DataFrame) -> pl.DataFrame:
    """Return what all miRNAs together do to each gene, the most repressed first.

    Parameters
    ----------
    binding
        ``gene_id``, ``mirna_id``, ``occupancy`` and ``n_sites`` of all miRNAs with a reported site, in parts (at least
        one), each gene in one of them.
    repression
        ``gene_id``, ``repression`` and ``best_mirna_id``.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`dmiso.columns.TOTAL_COLUMNS`.
    """
    bound = pl.concat([_sums_of_genes(part) for part in binding])
    return (
        repression.join(bound, on="gene_id", how="full", coalesce=True)
        .with_columns(
            pl.col("occupancy").fill_null(0.0),
            pl.col("n_sites", "n_mirnas").fill_null(0),
            pl.col("best_mirna_id").fill_null(pl.col("bound_by")),
        )
        .with_columns(binding=1 - (-pl.col("occupancy")).exp())
        .sort("repression", "occupancy", "gene_id", descending=[False, True, False], nulls_last=True)
        .select(pl.col(name).cast(dtype) for name, dtype in schema_of(TOTAL_COLUMNS).items())
    )


def _sums_of_genes(binding: pl.DataFrame) -> pl.DataFrame:
    """Add up what all miRNAs bind of each gene."""
    return (
        binding.sort("gene_id", "occupancy", "mirna_id", descending=[False, True, False])
        .group_by("gene_id", maintain_order=True)
        .agg(
            pl.col("occupancy").sum(),
            pl.col("n_sites").sum(),
            pl.len().cast(pl.Int64).alias("n_mirnas"),
            pl.col("mirna_id").first().alias("bound_by"),
        )
        .with_columns(pl.col("gene_id", "bound_by").cast(pl.String))
    )
