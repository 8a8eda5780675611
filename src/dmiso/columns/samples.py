"""Many samples: what became of their reads, their counts, and the truth of simulated ones."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "FEATURE_COLUMNS",
    "LONG_COUNT_COLUMNS",
    "SAMPLES",
    "SAMPLE_COLUMNS",
    "SHEET_COLUMNS",
    "TRUE_FEATURE_COLUMNS",
    "TRUE_MIRNA_COLUMNS",
    "WIDE_COUNT_COLUMNS",
]

SAMPLES: Final = (
    Column(
        "feature",
        "String",
        "",
        "Row of a count matrix: miRNAs that cannot be told apart, joined by |; of an isomiR also exact or the variant, "
        "and its licence plate",
    ),
    Column("mirna_ids", "String", "", "miRNAs that explain a sequence best, joined by |"),
    Column("group", "String", "", "Group of a sample, from the sample sheet"),
    Column("file", "String", "", "FASTQ file of a sample; several are joined by commas"),
    Column("kit", "String", "", "Library kit that reads of a sample look like, or that was named"),
    Column("adapter", "String", "5'→3'", "3' adapter cut off; empty where none was"),
    Column("adapter_share", "Float64", "0-1", "Share of reads in which the adapter was seen and cut off"),
    Column("cut5", "Int64", "nt", "Bases cut off at the 5' end, UMI included"),
    Column("cut3", "Int64", "nt", "Bases cut off between insert and adapter, UMI included"),
    Column("umi_length", "Int64", "nt", "Bases of the UMI"),
    Column("raw_reads", "Int64", "reads", "Reads in the files"),
    Column("with_adapter", "Int64", "reads", "Reads in which the adapter was seen"),
    Column("too_short", "Int64", "reads", "Reads whose insert is shorter than --min-length"),
    Column("too_long", "Int64", "reads", "Reads whose insert is longer than --max-length"),
    Column("too_many_n", "Int64", "reads", "Reads whose insert has too many bases N"),
    Column("without_umi", "Int64", "reads", "Reads that end within their UMI"),
    Column("inserts", "Int64", "reads", "Reads left after trimming"),
    Column(
        "molecules", "Int64", "reads", "Inserts, copies of a molecule counted once; all of them without a UMI"
    ),
    Column("distinct", "Int64", "", "Different inserts"),
    Column("assigned", "Int64", "reads", "Molecules that a miRNA explains"),
    Column("assigned_share", "Float64", "0-1", "Share of the molecules that a miRNA explains"),
    Column("exact_share", "Float64", "0-1", "Share of the assigned molecules that are the exact miRNA"),
    Column("mirnas_seen", "Int64", "", "Rows of the miRNA matrix that a sample has molecules of"),
    Column("isomirs_seen", "Int64", "", "Rows of the isomiR matrix that a sample has molecules of"),
    Column("made_of", "String", "", "miRNA that a simulated sequence was made of"),
    Column("made_variant", "String", "", "How it was made: exact, trimmed, extended, tailed or changed"),
    Column("log2_fold_change", "Float64", "log2", "True fold change of the second group against the first"),
    Column("true_share", "Float64", "0-1", "Share of the miRNA molecules of the first group"),
)

SHEET_COLUMNS: Final = ("sample", "file", "group")
"""Columns of a sample sheet; the group and others may be left out."""

SAMPLE_COLUMNS: Final = (
    *("sample", "group", "file", "kit", "adapter", "adapter_share", "cut5", "cut3", "umi_length"),
    *("raw_reads", "with_adapter", "too_short", "too_long", "too_many_n", "without_umi", "inserts"),
    *("molecules", "distinct", "assigned", "assigned_share", "exact_share", "mirnas_seen", "isomirs_seen"),
)
"""Columns of what became of each sample's reads."""

FEATURE_COLUMNS: Final = ("feature", "mirna_ids", "variant", "isomir_types", "sequence", "seed")
"""Columns of what the rows of the isomiR matrix are."""

WIDE_COUNT_COLUMNS: Final = ("feature",)
"""Declared columns of count matrices; the others are called after samples."""

LONG_COUNT_COLUMNS: Final = ("feature", "sample", "read_count")
"""Columns of long tables of counts; zeros are left out."""

TRUE_FEATURE_COLUMNS: Final = (
    *("feature", "mirna_ids", "sequence", "made_of", "made_variant", "log2_fold_change", "true_share"),
)
TRUE_MIRNA_COLUMNS: Final = ("feature", "log2_fold_change", "true_share")
"""Columns of the truth of simulated samples."""
