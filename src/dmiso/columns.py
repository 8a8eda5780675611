"""The columns of every table dmiso writes or reads, declared once: name, type, unit, sentence.

One thing has one name everywhere: the column is the field, the flag and the JSON key.
Coordinates are 0-based, half-open, on the target 5'→3'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "COLUMNS",
    "PAIR_COLUMNS",
    "PUBLISHED_COLUMNS",
    "SCORE_COLUMNS",
    "SITE_COLUMNS",
    "Column",
    "describe",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type in Parquet, its unit and what it means."""

    name: str
    type: str
    unit: str
    meaning: str


_ALL = (
    Column("mirna_id", "String", "", "Name of the miRNA or isomiR; not a unique key"),
    Column("target_id", "String", "", "Name of the target: a site, a transcript, a gene"),
    Column("mirna_sequence", "String", "5'→3'", "miRNA or isomiR as sequenced"),
    Column(
        "target_sequence",
        "String",
        "5'→3'",
        "Target letters: as given in a pairs file; from start to end where targets come as FASTA",
    ),
    Column("start", "Int64", "nt", "First scored target position, 0-based"),
    Column("end", "Int64", "nt", "End of the scored target part, half-open"),
    Column("logit", "Float32", "", "The network's output before calibration; ranks without ties at the ends"),
    Column(
        "score",
        "Float32",
        "0-1",
        "Calibrated probability at the model's stated prior; not a share of cells or repression",
    ),
    Column(
        "percentile",
        "Float32",
        "0-100",
        "Share of random transcript windows that score lower; empty if the model has no background",
    ),
    Column("label", "Int8", "0/1", "1 for a pair seen ligated, 0 for a negative"),
    Column("split", "String", "", "Part of the data set: train, validation or test"),
    Column("weight", "Float32", "", "Weight of a pair in the training loss"),
    Column("source", "String", "", "Experiment or file a pair comes from"),
    Column("cluster", "Int64", "", "Site cluster: sites that share a 16-mer have one number"),
    Column(
        "seed_class",
        "String",
        "",
        "Best canonical seed match: 8mer, 7mer-m8, 7mer-A1, 6mer, offset-6mer or none",
    ),
    Column("energy", "Float32", "kcal/mol", "Minimum duplex energy"),
    Column("read_count", "Int64", "reads", "Reads that support the pair or sequence"),
    Column("family", "String", "", "miRNA family as the source names it; empty if unknown"),
    Column("transcript_id", "String", "", "Transcript that start and end refer to"),
    Column("gene_id", "String", "", "Stable identifier of the target's gene"),
    Column("gene_name", "String", "", "Symbol of the target's gene"),
    Column("chromosome", "String", "", "Chromosome without the prefix chr; MT is the mitochondrial one"),
    Column("genome_start", "Int64", "nt", "First position of the site on its chromosome, 0-based"),
    Column("genome_end", "Int64", "nt", "End of the site on its chromosome, half-open"),
    Column("strand", "String", "", "Strand of the chromosome the target is read from: + or -"),
    Column(
        "region",
        "String",
        "",
        "Part of the transcript: 5'UTR, CDS, 3'UTR, exon, intron; several are joined by commas",
    ),
    Column(
        "iso5_offset",
        "Int64",
        "nt",
        "5' end against the reference miRNA: positive begins inside it, negative before it",
    ),
    Column(
        "iso3_offset",
        "Int64",
        "nt",
        "3' end against the reference miRNA: positive ends after it, negative inside it",
    ),
    Column("read_id", "String", "", "Read (or collapsed read) a candidate pair comes from"),
    Column("candidate_rank", "Int64", "", "Place of a candidate pair among those of its read, 1 the best"),
    Column("negative", "String", "", "Strategy that made a negative; empty for a pair seen ligated"),
    Column(
        "scorer", "String", "", "Name of what gave the scores that are judged: a model, a tool, a baseline"
    ),
    Column("other_scorer", "String", "", "What a scorer is compared with"),
    Column("kind", "String", "", "What a scorer is: model, tool, scores (a column of a table) or baseline"),
    Column("metric", "String", "", "What is measured, a key of dmiso.evaluate.compare.METRICS"),
    Column("value", "Float64", "", "The metric; empty where it is not defined"),
    Column("low", "Float64", "", "Lower end of the 95 % interval from a bootstrap of site clusters"),
    Column("high", "Float64", "", "Upper end of that interval"),
    Column("replicates", "Int64", "", "Bootstrap replicates in which the metric was defined"),
    Column("chance", "Float64", "", "What scores that know nothing reach"),
    Column("threshold", "Float64", "", "Smallest score that is called positive"),
    Column(
        "note", "String", "", "What a reader should know of the row: why there is no value, how to get a tool"
    ),
    Column("difference", "Float64", "", "Metric of the scorer minus that of the other one"),
    Column("p_value", "Float64", "0-1", "Two-sided, of no difference, from the bootstrap's standard error"),
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
    Column("paper", "String", "", "Figure as the paper prints it; empty where its text prints none"),
    Column("paper_place", "String", "", "Where in the paper the figure stands"),
    Column("paper_mode_value", "Float64", "", "The metric in paper mode"),
    Column("paper_mode_low", "Float64", "", "Lower end of its 95 % interval"),
    Column("paper_mode_high", "Float64", "", "Upper end of its 95 % interval"),
    Column("paper_mode_positives", "Int64", "", "Positive rows it is of"),
    Column("paper_mode_negatives", "Int64", "", "Negative rows it is of"),
    Column("honest_mode_value", "Float64", "", "The metric in honest mode"),
    Column("honest_mode_low", "Float64", "", "Lower end of its 95 % interval"),
    Column("honest_mode_high", "Float64", "", "Upper end of its 95 % interval"),
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
)

COLUMNS: Final[dict[str, Column]] = {column.name: column for column in _ALL}
"""Every declared column by name."""

PAIR_COLUMNS: Final = ("mirna_id", "target_id", "mirna_sequence", "target_sequence")
"""Columns of a pairs file; in this order when it has no header, as the published program reads it."""

SCORE_COLUMNS: Final = ("start", "end", "logit", "score", "percentile")
"""What a prediction adds to a pair."""

SITE_COLUMNS: Final = (*PAIR_COLUMNS, *SCORE_COLUMNS)
"""Columns of predictions for miRNA FASTA × target FASTA."""

PUBLISHED_COLUMNS: Final = (
    "miRNA ID",
    "Target ID",
    "miRNA Sequence",
    "Target Sequence",
    "Prediction Score",
    "Prediction",
)
"""Columns of the published program's output (Talukder et al. 2022), for ``--compat published``."""


def describe(names: tuple[str, ...]) -> str:
    """Return the meaning of columns as lines of text for help pages.

    Examples
    --------
    >>> print(describe(("start",)))
    start (nt): First scored target position, 0-based
    """
    lines = []
    for name in names:
        column = COLUMNS[name]
        unit = f" ({column.unit})" if column.unit else ""
        lines.append(f"{name}{unit}: {column.meaning}")
    return "\n".join(lines)
