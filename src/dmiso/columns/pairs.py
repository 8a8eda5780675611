"""Pairs, where they lie and where they come from."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = ["DATASET_COLUMNS", "INTERACTION_COLUMNS", "LABELLED_COLUMNS", "PAIRS"]

PAIRS: Final = (
    Column("mirna_id", "String", "", "Name of the miRNA or isomiR; not a unique key"),
    Column("target_id", "String", "", "Name of the target: a site, a transcript, a gene"),
    Column("mirna_sequence", "String", "5'→3'", "miRNA or isomiR as sequenced"),
    Column(
        "target_sequence",
        "String",
        "5'→3'",
        "Target nucleotides: as given in a pairs file; from start to end where targets come as FASTA",
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
    Column("weight", "Float32", "", "Weight of a pair in the training loss", least=0),
    Column("soft_label", "Float32", "0-1", "Probability that training learns in place of the label"),
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
        least=-1000,
        most=1000,
    ),
    Column(
        "iso3_offset",
        "Int64",
        "nt",
        "3' end against the reference miRNA: positive ends after it, negative inside it",
        least=-1000,
        most=1000,
    ),
    Column("read_id", "String", "", "Read (or collapsed read) a candidate pair comes from"),
    Column(
        "candidate_rank",
        "Int64",
        "",
        "Rank of a candidate pair among those of its read, 1 the best",
        least=1,
    ),
    Column("negative", "String", "", "Strategy that made a negative; empty for a pair seen ligated"),
)

INTERACTION_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "family",
    "target_id",
    "target_sequence",
    "source",
    "transcript_id",
    "gene_id",
    "gene_name",
    "chromosome",
    "strand",
    "region",
    "read_id",
    "genome_start",
    "genome_end",
    "start",
    "end",
    "read_count",
    "iso5_offset",
    "iso3_offset",
    "candidate_rank",
    "label",
)
"""Columns of a table of interactions, whatever file it came from; what a file does not state is null."""

LABELLED_COLUMNS: Final = ("mirna_sequence", "target_sequence", "label")
"""What every labelled table has; its other columns are its own."""

_FIRST: Final = ("mirna_id", "mirna_sequence", "target_id", "target_sequence")

DATASET_COLUMNS: Final = (
    *_FIRST,
    "label",
    "split",
    "source",
    "cluster",
    "negative",
    *(name for name in INTERACTION_COLUMNS if name not in {*_FIRST, "label", "source"}),
)
"""Columns of ``data.parquet``, in order."""
