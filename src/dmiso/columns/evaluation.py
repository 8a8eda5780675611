"""What evaluations, audits and studies find."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "COMPARISON_COLUMNS",
    "EVALUATION",
    "METRIC_COLUMNS",
    "RANKING_CURVE_COLUMNS",
    "RECALL_COLUMNS",
    "RELIABILITY_COLUMNS",
    "ROW_COLUMNS",
    "SIDE_COLUMNS",
    "STRATA_COLUMNS",
    "STUDY_COUNT_COLUMNS",
]

EVALUATION: Final = (
    Column(
        "scorer", "String", "", "Name of what gave the scores that are judged: a model, a tool, a baseline"
    ),
    Column("other_scorer", "String", "", "What a scorer is compared with"),
    Column(
        "kind",
        "String",
        "",
        "What a row is of: a scorer (model, tool, scores of a table, baseline), a profile (model, control, edge), "
        "a simulated read (chimera, mirna, transcript, dimer), a count (kept, dropped, noted)",
    ),
    Column(
        "metric",
        "String",
        "",
        "What is measured: one of dmiso.evaluate.compare.METRICS, of gene scores one of "
        "dmiso.evaluate.genes.measures.GENE_METRICS",
    ),
    Column("value", "Float64", "", "The metric; empty where it is not defined"),
    Column(
        "low",
        "Float64",
        "",
        "Lower end of the 95 % interval from a bootstrap of site clusters; of gene scores, of seed families",
    ),
    Column("high", "Float64", "", "Upper end of that interval"),
    Column("replicates", "Int64", "", "Bootstrap replicates in which the metric was defined"),
    Column("rows", "Int64", "", "Rows that a metric is of: all, or those of a sample that were scored"),
    Column("called", "Int64", "", "Positives that a scorer calls positive"),
    Column(
        "control",
        "Float64",
        "0-1",
        "Share of the same sites called positive with the miRNAs of other rows; empty for scores read from files",
    ),
    Column("chance", "Float64", "", "What scores that know nothing reach"),
    Column("threshold", "Float64", "", "Smallest score that is called positive"),
    Column(
        "note", "String", "", "What a reader should know of the row: why there is no value, how to get a tool"
    ),
    Column("false_positive_share", "Float64", "0-1", "Share of the negatives that are called"),
    Column("difference", "Float64", "", "Metric of the scorer minus that of the other one"),
    Column(
        "p_value",
        "Float64",
        "0-1",
        "Two-sided, of no difference, from the bootstrap's standard error; of best_ks in an experiment one-sided",
    ),
    Column(
        "p_adjusted", "Float64", "0-1", "The p-value adjusted by Holm's method for all tests of its metric"
    ),
    Column("by", "String", "", "Property that parts a table into strata"),
    Column("stratum", "String", "", "Value of that property"),
    Column("positives", "Int64", "", "Positive rows of a stratum"),
    Column("negatives", "Int64", "", "Negative rows of a stratum"),
    Column("check", "String", "", "What a model is asked on made-up pairs"),
    Column("verdict", "String", "", "Whether a check was passed or failed"),
    Column("limit", "Float64", "", "Where passing begins or ends"),
    Column("sentence", "String", "", "What a check's number means"),
    Column("analysis", "String", "", "Analysis of the paper that a study repeats, by its table"),
    Column("data", "String", "", "Data that an analysis is made on"),
    Column("subject", "String", "", "Network, tool, baseline, source or isomiR type that a result is of"),
    Column("mode", "String", "", "paper, honest, or both where the modes do not differ"),
    Column(
        "training_seed",
        "Int64",
        "",
        "Seed of the training, where a network is trained several times; empty in the row of their mean",
    ),
    Column("sd", "Float64", "", "Standard deviation (n - 1) over the trainings that a mean is of"),
    Column("paper", "String", "", "Figure as the paper prints it; empty where its text prints none"),
    Column("paper_place", "String", "", "Where in the paper the figure stands"),
    Column("paper_mode_value", "Float64", "", "The metric in paper mode"),
    Column("paper_mode_low", "Float64", "", "Lower end of its 95 % interval"),
    Column("paper_mode_high", "Float64", "", "Upper end of its 95 % interval"),
    Column(
        "paper_mode_sd", "Float64", "", "Standard deviation (n - 1) over the trainings that it is the mean of"
    ),
    Column("paper_mode_chance", "Float64", "", "What scores that know nothing reach there"),
    Column("paper_mode_positives", "Int64", "", "Positive rows it is of"),
    Column("paper_mode_negatives", "Int64", "", "Negative rows it is of"),
    Column("honest_mode_value", "Float64", "", "The metric in honest mode"),
    Column("honest_mode_low", "Float64", "", "Lower end of its 95 % interval"),
    Column("honest_mode_high", "Float64", "", "Upper end of its 95 % interval"),
    Column(
        "honest_mode_sd",
        "Float64",
        "",
        "Standard deviation (n - 1) over the trainings that it is the mean of",
    ),
    Column("honest_mode_chance", "Float64", "", "What scores that know nothing reach there"),
    Column("honest_mode_positives", "Int64", "", "Positive rows it is of"),
    Column("honest_mode_negatives", "Int64", "", "Negative rows it is of"),
    Column("mirna_abundance", "Int64", "reads", "Reads of a miRNA in an experiment's interactions"),
    Column("target_abundance", "Int64", "reads", "Reads of a transcript in an experiment's interactions"),
    Column("isomir_type", "String", "", "One of the paper's eight types of isomiRs"),
    Column("interactions", "Int64", "", "isomiR interactions of a miRNA"),
    Column("of_type", "Int64", "", "Those of one type"),
    Column("expected_share", "Float64", "0-1", "Share of a type among the isomiR interactions of all miRNAs"),
    Column(
        "binomial_p_value", "Float64", "0-1", "One-sided, of no more interactions of a type than expected"
    ),
    Column("binomial_q_value", "Float64", "0-1", "The same after Benjamini and Hochberg, over all tests"),
    Column("step", "String", "", "Step of a study"),
    Column("what", "String", "", "What was kept, dropped or noted in it"),
    Column("n", "Int64", "", "How many"),
    Column(
        "prior",
        "Float64",
        "0-1",
        "Share of positives at which the scores are probabilities; empty if not stated",
    ),
    Column("bin", "Int64", "", "Bin of scores, counted from 1, lowest first"),
    Column("lowest_score", "Float64", "0-1", "Lowest score of a bin"),
    Column("highest_score", "Float64", "0-1", "Highest score of a bin"),
    Column("mean_score", "Float64", "0-1", "Mean score of a bin"),
    Column("observed_share", "Float64", "0-1", "Share of positives among the rows of a bin"),
    Column(
        "share_low",
        "Float64",
        "0-1",
        "Lower end of the share's 95 % interval (Wilson), rows taken as independent",
    ),
    Column("share_high", "Float64", "0-1", "Upper end of that interval"),
    Column(
        "domain",
        "String",
        "",
        "Why a score is an extrapolation: reasons joined by commas; nothing for a pair like those of training, "
        "null if the model does not state its domain",
    ),
    Column("details", "String", "", "Other numbers of a check, JSON"),
    Column("spread", "Float32", "logit", "Standard deviation of the logits of an ensemble's members (n - 1)"),
)

METRIC_COLUMNS: Final = (
    "scorer",
    "kind",
    "metric",
    "value",
    "low",
    "high",
    "replicates",
    "rows",
    "chance",
    "threshold",
    "note",
)

COMPARISON_COLUMNS: Final = (
    "scorer",
    "other_scorer",
    "metric",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "replicates",
    "rows",
)

STRATA_COLUMNS: Final = (
    "by",
    "stratum",
    "positives",
    "negatives",
    *METRIC_COLUMNS,
)

RECALL_COLUMNS: Final = (
    "scorer",
    "kind",
    "source",
    "positives",
    "called",
    "recall",
    "low",
    "high",
    "control",
    "threshold",
    "note",
)

RANKING_CURVE_COLUMNS: Final = ("scorer", "kind", "false_positive_share", "recall", "precision")
"""Columns of ROC and precision-recall curves."""

RELIABILITY_COLUMNS: Final = (
    "scorer",
    "prior",
    "bin",
    "lowest_score",
    "highest_score",
    "mean_score",
    "observed_share",
    "share_low",
    "share_high",
    "n",
)

ROW_COLUMNS: Final = (
    "analysis",
    "data",
    "subject",
    "metric",
    "training_seed",
    "mode",
    "value",
    "low",
    "high",
    "sd",
    "chance",
    "positives",
    "negatives",
    "note",
)
"""Columns of every table of results; ``mode`` is paper, honest, or both."""

SIDE_COLUMNS: Final = (
    "analysis",
    "data",
    "subject",
    "metric",
    "training_seed",
    "paper",
    "paper_place",
    "paper_mode_value",
    "paper_mode_low",
    "paper_mode_high",
    "paper_mode_sd",
    "paper_mode_chance",
    "paper_mode_positives",
    "paper_mode_negatives",
    "honest_mode_value",
    "honest_mode_low",
    "honest_mode_high",
    "honest_mode_sd",
    "honest_mode_chance",
    "honest_mode_positives",
    "honest_mode_negatives",
    "note",
)
"""Columns of ``side_by_side.tsv``; ``paper`` is the figure as printed, empty where the text prints none."""

STUDY_COUNT_COLUMNS: Final = ("step", "kind", "what", "n")
"""Columns of ``counts.tsv``."""
