"""What an evaluation of gene scores reads and finds."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "CURVE_SHARE_COLUMNS",
    "EXPERIMENT_METRIC_COLUMNS",
    "GENE_COMPARISON_COLUMNS",
    "GENE_METRIC_COLUMNS",
    "GENE_SCORES",
    "RESPONSE_COLUMNS",
]

GENE_SCORES: Final = (
    Column(
        "experiment_set",
        "String",
        "",
        "Experiments that a mean is of: a value of the responses' column set, or all",
    ),
    Column("experiment", "String", "", "Name of an over-expression or a knock-out of a miRNA"),
    Column("seed_family", "String", "", "Positions 2-8 of a miRNA, which its family shares"),
    Column(
        "response",
        "Float64",
        "",
        "log2 fold change of a gene, its sign turned so that repression by the miRNA is positive",
    ),
    Column("responds", "Int8", "0/1", "1 for a gene that an experiment shows repressed"),
    Column("genes", "Int64", "", "Genes that a number is of, each once per experiment"),
    Column("responders", "Int64", "", "Those of them that respond"),
    Column(
        "missing_genes", "Int64", "", "Those of them that the tool has no score for: they take its lowest"
    ),
    Column("experiments", "Int64", "", "Experiments that a mean is of"),
    Column("families", "Int64", "", "Seed families of their miRNAs: what intervals and tests resample"),
    Column("better", "Int64", "", "Experiments in which the scorer beats the other one"),
    Column("worse", "Int64", "", "Experiments in which the other one beats it"),
    Column("sign_p_value", "Float64", "0-1", "Two-sided, of as many better as worse: the sign test"),
    Column(
        "score_class",
        "String",
        "",
        "Genes of a cumulative curve: best, other (with a site) or without site",
    ),
    Column(
        "cumulative_share",
        "Float64",
        "0-1",
        "Share of the genes of a class whose response is at most response_sd",
    ),
    Column("response_sd", "Float64", "SD", "Response minus its experiment's mean, in standard deviations"),
)

EXPERIMENT_METRIC_COLUMNS: Final = (
    "experiment_set",
    "experiment",
    "mirna_id",
    "seed_family",
    "scorer",
    "kind",
    "metric",
    "value",
    "chance",
    "p_value",
    "genes",
    "responders",
    "missing_genes",
    "note",
)

GENE_METRIC_COLUMNS: Final = (
    "experiment_set",
    "scorer",
    "kind",
    "metric",
    "value",
    "low",
    "high",
    "replicates",
    "chance",
    "experiments",
    "families",
    "note",
)

GENE_COMPARISON_COLUMNS: Final = (
    "experiment_set",
    "scorer",
    "other_scorer",
    "metric",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "better",
    "worse",
    "sign_p_value",
    "experiments",
    "families",
    "replicates",
)

CURVE_SHARE_COLUMNS: Final = (
    "experiment_set",
    "scorer",
    "score_class",
    "cumulative_share",
    "response_sd",
    "genes",
)

RESPONSE_COLUMNS: Final = (
    "experiment_set",
    "experiment",
    "mirna_id",
    "mirna_sequence",
    "transcript_id",
    "gene_id",
    "response",
    "responds",
)
"""Columns that responses have once they are read, from a long table or from tables of fold changes."""
