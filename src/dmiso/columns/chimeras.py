"""Chimeric reads and interactions."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "BARCODE_COLUMNS",
    "CALL_COLUMNS",
    "CANDIDATE_COLUMNS",
    "CHIMERAS",
    "CHIMERA_COLUMNS",
    "FUNNEL_COLUMNS",
    "QC_COLUMNS",
    "STATISTIC_COLUMNS",
    "TRUTH_COLUMNS",
]

CHIMERAS: Final = (
    Column("parents", "String", "", "miRNAs that explain an isomiR alike, comma between"),
    Column(
        "extended_end", "Int64", "nt", "End of a ligated fragment with the nucleotides added at its 3' end"
    ),
    Column("extended_sequence", "String", "5'→3'", "Nucleotides from start to extended_end"),
    Column("copies", "Int64", "reads", "Reads as sequenced, PCR copies counted"),
    Column("n_samples", "Int64", "", "Samples that show an interaction"),
    Column("order", "String", "", "Order of the parts in a chimeric read: mirna-first or target-first"),
    Column(
        "gap",
        "Int64",
        "nt",
        "Nucleotides between the two alignments of a read; negative: shared by them",
        least=-1000,
    ),
    Column("variant_quality", "Int64", "Phred", "Least quality at nucleotides that the miRNA does not have"),
    Column("mirna_evalue", "Float64", "", "Expected chance alignments with the miRNAs as good as this one"),
    Column("mirna_bit_score", "Float64", "bits", "Score of the alignment with the miRNA"),
    Column(
        "target_evalue", "Float64", "", "Expected chance alignments with the transcripts as good as this one"
    ),
    Column("target_bit_score", "Float64", "bits", "Score of the alignment with the transcript"),
    Column(
        "n_targets", "Int64", "", "Positions on transcripts that explain a read as well, this one included"
    ),
    Column("other_targets", "String", "", "Up to five other such positions, transcript:start, comma between"),
    Column(
        "n_mirna_alignments", "Int64", "", "miRNA alignments that explain a read as well, this one included"
    ),
    Column("sample", "String", "", "Sample that reads come from"),
    Column("barcode", "String", "5'→3'", "Bases of a read where its sample barcode is"),
    Column(
        "barcode_outcome",
        "String",
        "",
        "assigned to a sample, ambiguous (as near to two), unknown, or how many other barcodes a row stands for",
    ),
    Column("outcome", "String", "", "Whether a rule kept or dropped reads"),
    Column("measure", "String", "", "What is counted in a quality report"),
    Column("share", "Float64", "0-1", "Share of a value among all of its measure"),
    Column("molecule", "Int64", "", "Number of a simulated molecule; its PCR copies share it"),
    Column("copy", "Int64", "", "Number of a simulated molecule's copy, from 1"),
    Column("n_errors", "Int64", "nt", "Wrong nucleotides of a simulated read"),
    Column("decided", "Boolean", "", "A simulated read's nucleotides fit one border between its parts only"),
    Column("read_sequence", "String", "5'→3'", "Nucleotides of a trimmed read"),
    Column(
        "located_mirna",
        "String",
        "",
        "miRNA of the best alignment; names of the same sequence joined by commas",
    ),
    Column("mirna_quality", "String", "Phred+33", "Qualities of the miRNA part"),
    Column("mirna_read_start", "Int64", "nt", "First read position of the miRNA part, 0-based"),
    Column("mirna_read_end", "Int64", "nt", "End of the miRNA part on the read, half-open"),
    Column("mirna_start", "Int64", "nt", "First position of the alignment on the reference miRNA, 0-based"),
    Column("mirna_end", "Int64", "nt", "End of the alignment on the reference miRNA, half-open"),
    Column("target_read_start", "Int64", "nt", "First read position of the target part, 0-based"),
    Column("target_read_end", "Int64", "nt", "End of the target part on the read, half-open"),
)

CHIMERA_COLUMNS: Final = (
    "mirna_id",
    "parents",
    "variant",
    "isomir_types",
    "mirna_sequence",
    "iso5_offset",
    "iso3_offset",
    "target_id",
    "transcript_id",
    "start",
    "end",
    "region",
    "target_sequence",
    "extended_end",
    "extended_sequence",
    "seed_class",
    "read_count",
    "copies",
    "n_samples",
    "sample_counts",
    "order",
    "gap",
    "variant_quality",
    "mirna_evalue",
    "mirna_bit_score",
    "target_evalue",
    "target_bit_score",
    "n_targets",
    "other_targets",
    "read_id",
)
"""Columns of the interactions table; ``read_id`` is the read with the longest fragment of most copies."""

CANDIDATE_COLUMNS: Final = (
    "sample",
    "read_id",
    "candidate_rank",
    "mirna_id",
    "isomir_types",
    "mirna_sequence",
    "iso5_offset",
    "iso3_offset",
    "target_id",
    "transcript_id",
    "start",
    "end",
    "region",
    "target_sequence",
    "read_count",
    "mirna_evalue",
    "target_evalue",
)
"""Columns of the candidates table, which ``dmiso dataset --top`` reads; a miRNA and a position stand once per read."""

CALL_COLUMNS: Final = (
    "read_id",
    "candidate_rank",
    "read_count",
    "copies",
    "read_sequence",
    "order",
    "located_mirna",
    "mirna_sequence",
    "mirna_quality",
    "mirna_read_start",
    "mirna_read_end",
    "mirna_start",
    "mirna_end",
    "iso5_offset",
    "iso3_offset",
    "mirna_evalue",
    "mirna_bit_score",
    "transcript_id",
    "start",
    "end",
    "target_read_start",
    "target_read_end",
    "target_evalue",
    "target_bit_score",
    "gap",
    "n_mirna_alignments",
    "n_targets",
    "other_targets",
)

FUNNEL_COLUMNS: Final = (
    "sample",
    "step",
    "outcome",
    "what",
    "n",
)
"""Columns of the funnel; ``outcome`` is kept or dropped."""

BARCODE_COLUMNS: Final = ("sample", "barcode", "barcode_outcome", "n", "share")
"""Columns of the barcodes that were seen; the last row is of all that are not listed."""

QC_COLUMNS: Final = (
    "measure",
    "stratum",
    "n",
    "share",
)

STATISTIC_COLUMNS: Final = (
    "analysis",
    "subject",
    "metric",
    "value",
)

TRUTH_COLUMNS: Final = (
    "read_id",
    "kind",
    "molecule",
    "copy",
    "n_errors",
    "mirna_id",
    "mirna_sequence",
    "isomir_types",
    "transcript_id",
    "start",
    "end",
    "order",
    "decided",
)
"""Columns of the truth: a row per read. ``decided``: the read's nucleotides fit one border between the parts only."""
