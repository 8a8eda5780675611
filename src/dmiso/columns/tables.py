"""The tables that commands write or read, each with its columns in order."""

from __future__ import annotations

from typing import Final, NamedTuple

from dmiso.columns import (
    chimeras,
    comparison,
    confidence,
    evaluation,
    explanation,
    gene_scores,
    pairs,
    references,
    samples,
    scan,
    small_rnas,
    studies,
    training,
)
from dmiso.columns.declared import PAIR_COLUMNS, SCORE_COLUMNS

__all__ = ["TABLES", "Table"]


class Table(NamedTuple):
    """A table: its name, the command that writes it, what a row is, and its columns in order.

    Parameters
    ----------
    name
        The file's name; where users choose it, the command's.
    command
        Without ``dmiso``.
    row
        What one row is.
    columns
        Of :data:`dmiso.columns.COLUMNS`; columns of the input that a command keeps come before them.
    sometimes
        Those of them that some inputs or options alone give; without these the table lacks them.
    """

    name: str
    command: str
    row: str
    columns: tuple[str, ...]
    sometimes: tuple[str, ...] = ()


TABLES: Final = (
    Table("pairs.tsv", "ask", "a miRNA and a transcript", confidence.ASK_PAIR_COLUMNS),
    Table("sites.tsv", "ask", "a site of a miRNA on a transcript", confidence.ASK_SITE_COLUMNS),
    Table(
        "changes.tsv",
        "ask",
        "a position of the target, of two miRNAs",
        comparison.SITE_CHANGE_COLUMNS,
    ),
    Table(
        "predictions",
        "predict",
        "a pair: the best window of a target, or every window",
        (
            *(*PAIR_COLUMNS, *SCORE_COLUMNS[:-1], "spread", SCORE_COLUMNS[-1]),
            *confidence.BINDING_CONFIDENCE_COLUMNS,
        ),
        ("spread", *confidence.BINDING_CONFIDENCE_COLUMNS),
    ),
    Table("sites.parquet", "scan", "a site of a miRNA on a transcript", scan.FULL_SITE_COLUMNS),
    Table("genes.parquet", "scan", "a miRNA and a gene", scan.GENE_COLUMNS),
    Table("genes_total.parquet", "scan", "a gene, all miRNAs together", scan.TOTAL_COLUMNS),
    Table(
        "calls",
        "isomirs",
        "a sequence and a miRNA that explains it best",
        small_rnas.EXCHANGE_COLUMNS,
        ("sample_counts",),
    ),
    Table("names", "isomirs names", "a name and a candidate", small_rnas.NAMES_COLUMNS),
    Table("types.tsv", "isomirs summary", "a type of isomiRs", small_rnas.SUMMARY_TYPE_COLUMNS),
    Table(
        "mirnas.tsv",
        "isomirs summary",
        "a miRNA",
        small_rnas.SUMMARY_MIRNA_COLUMNS,
        ("mirgenedb_ids",),
    ),
    Table(
        "mirna_types.tsv",
        "isomirs summary",
        "a miRNA and a type of its isomiRs",
        small_rnas.SUMMARY_MIRNA_TYPE_COLUMNS,
    ),
    Table(
        "substitutions.tsv",
        "isomirs summary",
        "a position and a replaced nucleotide",
        small_rnas.SUBSTITUTION_COLUMNS,
    ),
    Table(
        "ends.tsv",
        "isomirs summary",
        "a miRNA, one of its ends and a position",
        small_rnas.SUMMARY_END_COLUMNS,
    ),
    Table(
        "preference.tsv",
        "isomirs summary",
        "a miRNA and a type of isomiRs",
        small_rnas.SUMMARY_PREFERENCE_COLUMNS,
    ),
    Table(
        "mirgenedb.tsv",
        "isomirs summary",
        "a miRNA of MirGeneDB and one of miRBase that is the same; empty where there is none",
        small_rnas.CROSSREF_COLUMNS,
    ),
    Table("sites.tsv", "isomirs compare", "a position of the target", comparison.SITE_CHANGE_COLUMNS),
    Table(
        "cds.tsv",
        "reference add",
        "a transcript with a coding sequence",
        references.REFERENCE_CDS_COLUMNS,
    ),
    Table("genes.tsv", "reference add", "a transcript", references.REFERENCE_GENE_COLUMNS),
    Table("genes.tsv", "isomirs compare", "a gene", comparison.GENE_CHANGE_COLUMNS),
    Table("interactions.tsv", "chimeras", "a miRNA or isomiR and a site", chimeras.CHIMERA_COLUMNS),
    Table("candidates.tsv", "chimeras", "a read and a candidate pair", chimeras.CANDIDATE_COLUMNS),
    Table("funnel.tsv", "chimeras", "a step and a reason", chimeras.FUNNEL_COLUMNS),
    Table("barcodes.tsv", "chimeras", "a barcode", chimeras.BARCODE_COLUMNS),
    Table("qc.tsv", "chimeras", "a number", chimeras.QC_COLUMNS),
    Table("truth.tsv.gz", "chimeras simulate", "a read", chimeras.TRUTH_COLUMNS),
    Table("samples.tsv", "isomirs simulate", "a sample", samples.SHEET_COLUMNS),
    Table("truth.tsv", "isomirs simulate", "a miRNA or isomiR that was made", samples.TRUE_FEATURE_COLUMNS),
    Table(
        "truth_mirnas.tsv", "isomirs simulate", "miRNAs that cannot be told apart", samples.TRUE_MIRNA_COLUMNS
    ),
    Table(
        "truth_counts.tsv",
        "isomirs simulate",
        "a miRNA or isomiR that was made; behind its name a column of molecules per sample",
        samples.WIDE_COUNT_COLUMNS,
    ),
    Table("samples.tsv", "isomirs", "a sample", samples.SAMPLE_COLUMNS),
    Table(
        "counts/isomirs.tsv",
        "isomirs",
        "a miRNA or isomiR; behind its name a column of counts per sample. mirnas.tsv and types.tsv alike",
        samples.WIDE_COUNT_COLUMNS,
    ),
    Table("counts/features.tsv", "isomirs", "a row of the isomiR matrix", samples.FEATURE_COLUMNS),
    Table(
        "counts/isomirs_long.tsv",
        "isomirs",
        "a row of a count matrix and a sample with reads of it",
        samples.LONG_COUNT_COLUMNS,
    ),
    Table("statistics", "chimeras statistics", "a number", chimeras.STATISTIC_COLUMNS),
    Table(
        "statistics.preference.tsv",
        "chimeras statistics",
        "a miRNA and a type of isomiRs",
        small_rnas.PREFERENCE_COLUMNS,
    ),
    Table("interactions", "dataset", "a pair, read from any layout", pairs.INTERACTION_COLUMNS),
    Table("data.parquet", "dataset", "a labelled pair", pairs.DATASET_COLUMNS),
    Table("curves.tsv", "train", "an epoch", training.CURVE_COLUMNS),
    Table("folds.tsv", "crossval", "a fold, then what sums up all", training.FOLD_COLUMNS),
    Table("predictions.tsv", "crossval", "a row of the labelled table", training.FOLD_PREDICTION_COLUMNS),
    Table("metrics.tsv", "evaluate", "a score and a metric", evaluation.METRIC_COLUMNS),
    Table("comparisons.tsv", "evaluate", "two scores and a metric", evaluation.COMPARISON_COLUMNS),
    Table("strata.tsv", "evaluate", "a stratum, a score and a metric", evaluation.STRATA_COLUMNS),
    Table("reliability.tsv", "evaluate", "a score and a bin of its values", evaluation.RELIABILITY_COLUMNS),
    Table("fair pairs", "evaluate fair", "a labelled pair that is kept", pairs.LABELLED_COLUMNS),
    Table(
        "curves.tsv",
        "evaluate",
        "a score and a number of pairs called, most confident first",
        evaluation.RANKING_CURVE_COLUMNS,
    ),
    Table(
        "experiments.tsv",
        "evaluate genes",
        "an experiment, a score and a metric",
        gene_scores.EXPERIMENT_METRIC_COLUMNS,
    ),
    Table(
        "metrics.tsv",
        "evaluate genes",
        "a score and a metric, over experiments",
        gene_scores.GENE_METRIC_COLUMNS,
    ),
    Table(
        "comparisons.tsv", "evaluate genes", "two scores and a metric", gene_scores.GENE_COMPARISON_COLUMNS
    ),
    Table(
        "curves.tsv",
        "evaluate genes",
        "a score, a class of genes and a share of them",
        gene_scores.CURVE_SHARE_COLUMNS,
    ),
    Table("recall.tsv", "evaluate", "a score and a source of positives, or all", evaluation.RECALL_COLUMNS),
    Table("pairs.tsv", "evaluate", "a site of miRTarBase that was judged", pairs.INTERACTION_COLUMNS),
    Table("names.tsv", "evaluate", "a name of miRTarBase and a candidate", small_rnas.NAMES_COLUMNS),
    Table("bases.tsv", "explain pair", "a base of either sequence", explanation.BASE_COLUMNS),
    Table("pair_effects.tsv", "explain pair", "a base of each sequence", explanation.PAIR_EFFECT_COLUMNS),
    Table("profiles.tsv", "explain data", "a position and a measure", explanation.PROFILE_COLUMNS),
    Table("mirna_clusters.tsv", "explain data", "a miRNA", explanation.CLUSTER_COLUMNS),
    Table("shared_targets.tsv", "explain data", "a cluster of miRNAs", explanation.SHARED_COLUMNS),
    Table("gene_sets.tsv", "explain data", "a gene set", explanation.GENE_SET_COLUMNS),
    Table("kernels.tsv", "explain model", "a kernel", explanation.MATCH_COLUMNS),
    Table(
        "pair_energies.tsv", "explain model", "a context, a position and a pair", explanation.ENERGY_COLUMNS
    ),
    Table("pair_tables.tsv", "explain model", "a position and a pair", explanation.PAIR_TABLE_COLUMNS),
    Table("variants.tsv", "explain variants", "a change and a miRNA or target", explanation.VARIANT_COLUMNS),
    Table("tool_pairs.tsv", "study paper", "a pair that other tools are asked for", PAIR_COLUMNS),
    Table("results.tsv", "study paper", "a number of the paper's analyses", evaluation.ROW_COLUMNS),
    Table(
        "side_by_side.tsv", "study paper", "a number in both modes and in the paper", evaluation.SIDE_COLUMNS
    ),
    Table("preference.tsv", "study paper", "a miRNA and a type of isomiRs", small_rnas.PREFERENCE_COLUMNS),
    Table(
        "counts.tsv",
        "study paper",
        "a step and what it kept, dropped or noted",
        evaluation.STUDY_COUNT_COLUMNS,
    ),
    Table(
        "supplement/isomirs.tsv",
        "study paper",
        "an isomiR of the data trained on, or of the other experiment",
        studies.ISOMIR_FREQUENCY_COLUMNS,
    ),
    Table(
        "supplement/funnel.tsv",
        "study paper",
        "a step and what it kept or dropped",
        studies.STUDY_FUNNEL_COLUMNS,
    ),
    Table(
        "supplement/profiles.tsv",
        "study paper",
        "a mask, a scale and a network or control",
        studies.STUDY_PROFILE_COLUMNS,
    ),
    Table(
        "supplement/mirna_clusters.tsv", "study paper", "a miRNA and a mask", studies.GROUPED_MIRNA_COLUMNS
    ),
    Table(
        "supplement/shared_targets.tsv", "study paper", "a cluster of miRNAs", studies.STUDY_SHARED_COLUMNS
    ),
    Table(
        "supplement/gene_sets.tsv",
        "study paper",
        "a cluster of miRNAs and a gene set",
        studies.STUDY_GENE_SET_COLUMNS,
    ),
    Table(
        "supplement/kernels.tsv",
        "study paper",
        "a kernel, a way of reading it and a collection",
        studies.STUDY_KERNEL_COLUMNS,
    ),
    Table(
        "supplement/abundance_weights.tsv",
        "study paper",
        "an input of the last unit",
        studies.LAST_LAYER_COLUMNS,
    ),
)
"""Every table with fixed columns."""
