"""How often shuffles of a pair do as much as the pair."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "ASK_PAIR_COLUMNS",
    "ASK_SITE_COLUMNS",
    "BINDING_CONFIDENCE_COLUMNS",
    "CONFIDENCE",
    "CONFIDENCE_COLUMNS",
]

CONFIDENCE: Final = (
    Column(
        "p_shuffled_mirna",
        "Float64",
        "0-1",
        "Share of shuffled miRNAs, the miRNA among them, whose best site on the target has as high a logit",
    ),
    Column(
        "p_shuffled_target",
        "Float64",
        "0-1",
        "Share of shuffled targets, the target among them, on which the miRNA's best site has as high a logit",
    ),
    Column(
        "repression_p_shuffled_mirna",
        "Float64",
        "0-1",
        "Share of shuffled miRNAs, the miRNA among them, predicted to repress the target as much",
    ),
    Column(
        "repression_p_shuffled_target",
        "Float64",
        "0-1",
        "Share of shuffled targets, the target among them, that the miRNA is predicted to repress as much",
    ),
    Column("n_shuffled_mirnas", "Int64", "", "Shuffled miRNAs that a pair was compared with"),
    Column("n_shuffled_targets", "Int64", "", "Shuffled targets that a pair was compared with"),
    Column("role", "String", "", "Of a question with two miRNAs: asked, or against which it is compared"),
    Column("binding_call", "String", "", "bound, uncertain or not distinguishable (from shuffles)"),
    Column(
        "repression_call", "String", "", "repressed, uncertain, not distinguishable, not repressed or unknown"
    ),
)

CONFIDENCE_COLUMNS: Final = (
    "p_shuffled_mirna",
    "p_shuffled_target",
    "repression_p_shuffled_mirna",
    "repression_p_shuffled_target",
    "n_shuffled_mirnas",
    "n_shuffled_targets",
)
"""Columns of confidence: the same of a pair in every table, whatever else is scanned."""

BINDING_CONFIDENCE_COLUMNS: Final = (*CONFIDENCE_COLUMNS[:2], *CONFIDENCE_COLUMNS[4:])
"""Columns of confidence where repression is not predicted."""

ASK_PAIR_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "role",
    "gene_id",
    "transcript_id",
    "binding_call",
    "best_score",
    "best_logit",
    "p_shuffled_mirna",
    "p_shuffled_target",
    "repression_call",
    "repression",
    "repression_low",
    "repression_high",
    "repression_p_shuffled_mirna",
    "repression_p_shuffled_target",
    "n_shuffled_mirnas",
    "n_shuffled_targets",
    "n_sites",
    "n_seed_sites",
)
"""Columns of ``pairs.tsv``: a miRNA and a transcript that were asked about."""

ASK_SITE_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "role",
    "gene_id",
    "transcript_id",
    "start",
    "end",
    "region",
    "seed_class",
    "logit",
    "score",
    "percentile",
    "repression",
    "energy",
    "duplex",
)
"""Columns of ``sites.tsv``: a site of a miRNA on a transcript; ``logit`` is empty where only a seed matches."""
