"""An isomiR against its canonical miRNA."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = ["COMPARISON", "GENE_CHANGE_COLUMNS", "GENE_CONFIDENCE_COLUMNS", "SITE_CHANGE_COLUMNS"]

_SIDES: Final = (("isomir", "isomiR"), ("canonical", "canonical miRNA"))
_P_VALUES: Final = (
    ("p_shuffled_mirna", "shuffles of the {}", "whose best site is as good"),
    ("p_shuffled_target", "shuffles of the transcript", "on which the {}'s best site is as good"),
    ("repression_p_shuffled_mirna", "shuffles of the {}", "predicted to repress as much"),
    (
        "repression_p_shuffled_target",
        "shuffles of the transcript",
        "that the {} is predicted to repress as much",
    ),
)
_CONFIDENCE: Final = (
    Column(
        "confidence_transcript_id", "String", "", "The gene's transcript that p-values and verdicts are of"
    ),
    *(
        Column(f"{side}_{name}", "Float64", "0-1", f"Share of {shuffles} {what}".format(named, named))
        for side, named in _SIDES
        for name, shuffles, what in _P_VALUES
    ),
    *(
        Column(
            f"{side}_{name}_call",
            "String",
            "",
            f"What p-values and size let one say of {name} by the {named}",
        )
        for name in ("binding", "repression")
        for side, named in _SIDES
    ),
    *(
        Column(
            f"{name}_verdict",
            "String",
            "",
            f"What the isomiR makes of {name}: gained, lost, stronger, weaker, same, uncertain or unknown",
        )
        for name in ("binding", "repression")
    ),
)

COMPARISON: Final = (
    *_CONFIDENCE,
    Column("isomir_id", "String", "", "Name of the isomiR; its nucleotides if it was given as nucleotides"),
    Column("canonical_id", "String", "", "miRNA that an isomiR is compared with"),
    Column(
        "site_change",
        "String",
        "",
        "What the isomiR makes of a site: gained, lost, kept, changed, borderline; neither if none passes",
    ),
    Column("isomir_logit", "Float64", "", "Logit of the isomiR at the site"),
    Column("canonical_logit", "Float64", "", "Logit of the canonical miRNA at the site"),
    Column("logit_difference", "Float64", "", "Logit of the isomiR less that of the canonical miRNA"),
    Column("isomir_score", "Float64", "0-1", "Score of the isomiR at the site"),
    Column("canonical_score", "Float64", "0-1", "Score of the canonical miRNA at the site"),
    Column("isomir_q_value", "Float64", "0-1", "q-value of the isomiR's logit; empty below all of its sites"),
    Column(
        "canonical_q_value",
        "Float64",
        "0-1",
        "q-value of the canonical miRNA's logit; empty below all of its sites",
    ),
    Column("isomir_passes", "Boolean", "", "Whether the isomiR's logit passes"),
    Column("canonical_passes", "Boolean", "", "Whether the canonical miRNA's logit passes"),
    Column("isomir_seed_class", "String", "", "Best seed match of the isomiR at the site"),
    Column("canonical_seed_class", "String", "", "Best seed match of the canonical miRNA at the site"),
    Column(
        "seed_match",
        "String",
        "",
        "Whose positions 2-7 the site pairs with: isomir, canonical, both or none",
    ),
    Column("site_sequence", "String", "5'→3'", "Nucleotides of the site, from start to end"),
    Column(
        "gene_change",
        "String",
        "",
        "What the isomiR makes of a gene: gained, lost, kept, changed, borderline; neither if none passes",
    ),
    Column(
        "repression_change",
        "String",
        "",
        "What the isomiR makes of a gene's repression: gained, lost or kept; neither if none represses it",
    ),
    Column("isomir_repression", "Float64", "log2", "Repression of the gene if all reads were the isomiR"),
    Column(
        "canonical_repression",
        "Float64",
        "log2",
        "Repression of the gene if all reads were the canonical miRNA",
    ),
    Column(
        "repression_difference",
        "Float64",
        "log2",
        "Repression by the isomiR less that by the canonical miRNA",
    ),
    Column(
        "mixture_repression", "Float64", "log2", "Repression of the gene by both at their shares of the reads"
    ),
    Column(
        "mixture_repression_difference",
        "Float64",
        "log2",
        "Repression by the mixture less that by the canonical miRNA",
    ),
    Column("isomir_binding", "Float64", "0-1", "Binding of the gene if all reads were the isomiR"),
    Column(
        "canonical_binding", "Float64", "0-1", "Binding of the gene if all reads were the canonical miRNA"
    ),
    Column("binding_difference", "Float64", "", "Binding by the isomiR less that by the canonical miRNA"),
    Column("mixture_binding", "Float64", "0-1", "Binding of the gene by both at their shares of the reads"),
    Column(
        "mixture_binding_difference", "Float64", "", "Binding by the mixture less that by the canonical miRNA"
    ),
    Column("n_gained", "Int64", "", "Gained sites on the gene"),
    Column("n_lost", "Int64", "", "Lost sites on the gene"),
    Column("n_kept", "Int64", "", "Kept sites on the gene"),
    Column("n_changed", "Int64", "", "Changed sites on the gene"),
    Column("n_borderline", "Int64", "", "Borderline sites on the gene"),
    Column("isomir_best_logit", "Float64", "", "Logit of the isomiR's best site on the gene"),
    Column("canonical_best_logit", "Float64", "", "Logit of the canonical miRNA's best site on the gene"),
    Column("isomir_best_q_value", "Float64", "0-1", "q-value of the isomiR's best site on the gene"),
    Column(
        "canonical_best_q_value", "Float64", "0-1", "q-value of the canonical miRNA's best site on the gene"
    ),
)

SITE_CHANGE_COLUMNS: Final = (
    "isomir_id",
    "canonical_id",
    "gene_id",
    "transcript_id",
    "start",
    "end",
    "region",
    "site_change",
    "isomir_logit",
    "canonical_logit",
    "logit_difference",
    "isomir_score",
    "canonical_score",
    "isomir_q_value",
    "canonical_q_value",
    "isomir_passes",
    "canonical_passes",
    "isomir_seed_class",
    "canonical_seed_class",
    "seed_match",
    "site_sequence",
)
"""Columns of the table of compared sites."""

GENE_CONFIDENCE_COLUMNS: Final = tuple(column.name for column in _CONFIDENCE)
"""Columns of confidence in the table of compared genes; empty but for genes that were compared with shuffles."""

GENE_CHANGE_COLUMNS: Final = (
    "isomir_id",
    "canonical_id",
    "gene_id",
    "repression_change",
    "isomir_repression",
    "canonical_repression",
    "repression_difference",
    "mixture_repression",
    "mixture_repression_difference",
    "gene_change",
    "isomir_binding",
    "canonical_binding",
    "binding_difference",
    "mixture_binding",
    "mixture_binding_difference",
    "n_gained",
    "n_lost",
    "n_kept",
    "n_changed",
    "n_borderline",
    "isomir_best_logit",
    "canonical_best_logit",
    "isomir_best_q_value",
    "canonical_best_q_value",
    *GENE_CONFIDENCE_COLUMNS,
)
"""Columns of the table of compared genes."""
