"""Sites and genes of a scan."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column
from dmiso.columns.confidence import CONFIDENCE_COLUMNS
from dmiso.columns.repression import REPRESSION_GENE_COLUMNS

__all__ = [
    "BINDING_COLUMNS",
    "FULL_SITE_COLUMNS",
    "GENE_COLUMNS",
    "GENE_REPRESSION_COLUMNS",
    "SCAN",
    "SCAN_SITE_COLUMNS",
    "TOTAL_COLUMNS",
]

SCAN: Final = (
    Column("cds_start", "Int64", "nt", "Start of the coding sequence on its transcript, 0-based"),
    Column("cds_end", "Int64", "nt", "End of the coding sequence on its transcript, half-open"),
    Column("contig", "String", "", "Chromosome or contig of the site, named as the annotation does"),
    Column(
        "genome_blocks",
        "String",
        "nt",
        "Parts of the site on its contig, start-end by exon, 0-based half-open",
    ),
    Column(
        "duplex",
        "String",
        "",
        "Pairs of the site with the miRNA, miRNA&site, 5 nucleotides of flank on both sides",
    ),
    Column(
        "occupancy",
        "Float64",
        "",
        "Expected bound sites: of a site its chance to be bound, of a gene the sum",
    ),
    Column("binding", "Float64", "0-1", "1 - exp(-occupancy): chance that at least one site is bound"),
    Column(
        "binding_transcript_id",
        "String",
        "",
        "The gene's transcript of highest occupancy, which binding, n_sites and the best site are of",
    ),
    Column("n_sites", "Int64", "", "Reported sites of a miRNA on the gene's transcript of highest occupancy"),
    Column("n_mirnas", "Int64", "", "miRNAs with a reported site on the gene"),
    Column(
        "best_mirna_id",
        "String",
        "",
        "miRNA that represses the gene most; without a predicted repression the one of highest occupancy",
    ),
    Column("best_start", "Int64", "nt", "Start of the best site, 0-based"),
    Column("best_end", "Int64", "nt", "End of the best site, half-open"),
    Column("best_logit", "Float32", "", "Logit of the best site"),
    Column("best_score", "Float32", "0-1", "Score of the best site"),
    Column("best_q_value", "Float64", "0-1", "q-value of the best site"),
)

SCAN_SITE_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "transcript_id",
    "start",
    "end",
    "region",
    "seed_class",
    "logit",
    "score",
    "percentile",
    "q_value",
)
"""Columns of the table of sites; a scan to files adds more."""

FULL_SITE_COLUMNS: Final = (
    *SCAN_SITE_COLUMNS,
    "gene_id",
    "repression",
    "occupancy",
    "contig",
    "genome_start",
    "genome_end",
    "strand",
    "genome_blocks",
    "energy",
    "duplex",
)
"""Columns of ``sites.parquet``; genome columns are empty without an annotation, energies without ``--energies``."""

BINDING_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "gene_id",
    "binding_transcript_id",
    "binding",
    "occupancy",
    "n_sites",
    "best_start",
    "best_end",
    "best_logit",
    "best_score",
    "best_q_value",
)
"""Columns of binding: what the reported sites of a miRNA on a gene add up to."""

GENE_REPRESSION_COLUMNS: Final = (*REPRESSION_GENE_COLUMNS[:2], "gene_id", *REPRESSION_GENE_COLUMNS[2:])
"""Columns of repression by miRNA and gene."""

GENE_COLUMNS: Final = (*GENE_REPRESSION_COLUMNS, *BINDING_COLUMNS[3:], *CONFIDENCE_COLUMNS)
"""Columns of the table of genes; repression is empty where no coding sequence of the gene is known, confidence where it
was not asked for."""

TOTAL_COLUMNS: Final = (
    "gene_id",
    "repression",
    "binding",
    "occupancy",
    "n_sites",
    "n_mirnas",
    "best_mirna_id",
)
"""Columns of ``genes_total.parquet``: all miRNAs together."""
