"""Small RNAs, isomiRs and names."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "CROSSREF_COLUMNS",
    "EXCHANGE_COLUMNS",
    "NAMES_COLUMNS",
    "PREFERENCE_COLUMNS",
    "SMALL_RNAS",
    "SUBSTITUTION_COLUMNS",
    "SUMMARY_END_COLUMNS",
    "SUMMARY_MIRNA_COLUMNS",
    "SUMMARY_MIRNA_TYPE_COLUMNS",
    "SUMMARY_PREFERENCE_COLUMNS",
    "SUMMARY_TYPE_COLUMNS",
]

SMALL_RNAS: Final = (
    Column("sequence_id", "String", "", "Name of a sequence; one that was collapsed is seq_1, seq_2 …"),
    Column("sequence", "String", "5'→3'", "A small RNA as sequenced"),
    Column("sample_counts", "String", "reads", "Reads in each sample, joined by commas"),
    Column("mirna_accession", "String", "", "MIMAT accession; the name where the database gives none"),
    Column(
        "precursor_ids",
        "String",
        "",
        "Hairpins that explain a sequence as said, joined by commas; empty if unknown",
    ),
    Column(
        "isomir_types", "String", "", "exact miRNA, or the paper's types (5' addition … MNP) joined by commas"
    ),
    Column(
        "variant", "String", "", "What differs from the miRNA, in the words of mirGFF3 1.2; NA for nothing"
    ),
    Column("added_5p", "String", "5'→3'", "Nucleotides before the 5' end that the hairpin does not have"),
    Column("added_3p", "String", "5'→3'", "Nucleotides after the 3' end that the hairpin does not have"),
    Column("templated_5p", "String", "5'→3'", "Nucleotides before the miRNA that the hairpin has"),
    Column("templated_3p", "String", "5'→3'", "Nucleotides after the miRNA that the hairpin has"),
    Column(
        "changes",
        "String",
        "",
        "Nucleotides replaced inside the miRNA: position on it from 1, its nucleotide > the other",
    ),
    Column("seed", "String", "5'→3'", "Positions 2-8 of the sequence"),
    Column("seed_shifted", "Boolean", "", "Whether the seed differs from the miRNA's"),
    Column(
        "precursor_start",
        "Int64",
        "nt",
        "Where the sequence begins on the first hairpin, tails included, 0-based",
        least=-1000,
    ),
    Column("precursor_end", "Int64", "nt", "Where it ends there, half-open"),
    Column("n_parents", "Int64", "", "miRNAs that explain a sequence alike; each has a row", least=1),
    Column("uid", "String", "", "Licence plate of a sequence, as in mirGFF3; . for one with N"),
    Column(
        "ambiguity",
        "String",
        "",
        "Other explanations of a sequence, and how much more they cost, separated by semicolons",
    ),
    Column("name", "String", "", "Name that was looked up"),
    Column("status", "String", "", "Candidates that name and nucleotides agree on: one, several or none"),
    Column("rules", "String", "", "Rules that found a candidate, joined by commas"),
    Column(
        "agrees",
        "Boolean",
        "",
        "Whether name and nucleotides agree on a candidate; true for all where no nucleotides decide",
    ),
    Column("mirgenedb_id", "String", "", "miRNA of MirGeneDB"),
    Column("mirgenedb_ids", "String", "", "miRNAs of MirGeneDB that have the nucleotides, joined by commas"),
    Column("mirgenedb_sequence", "String", "5'→3'", "Nucleotides of the miRNA in MirGeneDB"),
    Column("sequences", "Int64", "", "Distinct sequences"),
    Column(
        "reads",
        "Float64",
        "reads",
        "Reads; those of a sequence of several miRNAs are shared evenly among them",
    ),
    Column("read_share", "Float64", "0-1", "Share of the reads of all, or of the miRNA"),
    Column("which_end", "String", "", "End of a miRNA that a row is of: 5' or 3'"),
    Column(
        "end_position",
        "Int64",
        "nt",
        "Where reads begin or end against the reference miRNA's end, negative before it; added nucleotides count",
        least=-1000,
    ),
    Column("exact_reads", "Float64", "reads", "Reads of the exact miRNA"),
    Column("isomir_reads", "Float64", "reads", "Reads of its isomiRs"),
    Column(
        "seed_shifted_reads", "Float64", "reads", "Reads whose positions 2-8 are not the reference miRNA's"
    ),
    Column("top_isomir", "String", "", "Most frequent isomiR of a miRNA, in mirGFF3's words"),
    Column("top_isomir_sequence", "String", "5'→3'", "Its nucleotides"),
    Column("top_isomir_reads", "Float64", "reads", "Its reads"),
    Column("position", "Int64", "nt", "Position on the reference miRNA, counted from 1"),
    Column(
        "reference_base",
        "String",
        "",
        "Nucleotide that is replaced, in the reference miRNA or in the sequence changed",
    ),
    Column("found_base", "String", "", "Nucleotide found instead"),
    Column("observations", "Int64", "", "isomiR reads or sequences of a miRNA in the test of preference"),
    Column(
        "q_value", "Float64", "0-1", "Smallest share of chance sites, by decoys, at which a site is called"
    ),
)

EXCHANGE_COLUMNS: Final = (
    "sequence_id",
    "sequence",
    "read_count",
    "sample_counts",
    "mirna_id",
    "mirna_accession",
    "precursor_ids",
    "isomir_types",
    "variant",
    "iso5_offset",
    "iso3_offset",
    "added_5p",
    "added_3p",
    "templated_5p",
    "templated_3p",
    "changes",
    "seed",
    "seed_shifted",
    "precursor_start",
    "precursor_end",
    "n_parents",
    "uid",
    "ambiguity",
)
"""Columns of calls that a mirGFF3 file gives."""

PREFERENCE_COLUMNS: Final = (
    "mirna_id",
    "isomir_type",
    "interactions",
    "of_type",
    "expected_share",
    "binomial_p_value",
    "binomial_q_value",
)
"""Columns of the test of preferred types on interactions."""

SUMMARY_PREFERENCE_COLUMNS: Final = tuple(
    "observations" if name == "interactions" else name for name in PREFERENCE_COLUMNS
)
"""The same on isomiR reads or sequences."""

SUMMARY_TYPE_COLUMNS: Final = ("isomir_type", "sequences", "reads", "read_share")

SUMMARY_MIRNA_TYPE_COLUMNS: Final = ("mirna_id", *SUMMARY_TYPE_COLUMNS)

SUMMARY_MIRNA_COLUMNS: Final = (
    "mirna_id",
    "reads",
    "sequences",
    "exact_reads",
    "isomir_reads",
    "seed_shifted_reads",
    "top_isomir",
    "top_isomir_sequence",
    "top_isomir_reads",
    "mirgenedb_ids",
)
"""Columns of the miRNAs of a summary; the last one with a cross-reference only."""

SUMMARY_END_COLUMNS: Final = ("mirna_id", "which_end", "end_position", "sequences", "reads", "read_share")

SUBSTITUTION_COLUMNS: Final = ("position", "reference_base", "found_base", "sequences", "reads")

NAMES_COLUMNS: Final = (
    "name",
    "status",
    "mirna_id",
    "mirna_accession",
    "mirna_sequence",
    "mirgenedb_ids",
    "rules",
    "agrees",
    "note",
)
"""Columns of the table of names."""

CROSSREF_COLUMNS: Final = (
    "mirgenedb_id",
    "mirna_id",
    "mirna_accession",
    "rules",
    "mirgenedb_sequence",
    "mirna_sequence",
)
"""Columns of the cross-reference."""
