"""Predicted repression of sites and genes, and the features that it is predicted from."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = ["FEATURES", "REPRESSION", "REPRESSION_GENE_COLUMNS", "REPRESSION_SITE_COLUMNS"]

FEATURES: Final = (
    Column(
        "local_au",
        "Float64",
        "0-1",
        "Share of A and U in the 30 nt on either side of a seed site, near ones more",
    ),
    Column(
        "au_upstream", "Float64", "0-1", "Share of A and U in the 30 nt 5' of a seed site, near ones more"
    ),
    Column(
        "au_downstream", "Float64", "0-1", "Share of A and U in the 30 nt 3' of a seed site, near ones more"
    ),
    Column(
        "au_of_site", "Float64", "0-1", "Share of A and U in the 14 nt that end opposite miRNA position 1"
    ),
    Column("au_around", "Float64", "0-1", "Share of A and U in the 80 nt around a seed site"),
    Column("utr3_au", "Float64", "0-1", "Share of A and U in the transcript's 3'UTR"),
    Column(
        "accessibility",
        "Float64",
        "log10",
        "Chance that the 14 nt that end opposite miRNA position 1 are unpaired, by RNAplfold",
        most=0,
    ),
    Column(
        "pairing_3p",
        "Float64",
        "",
        "Best run of pairs of the miRNA from position 9 on: 1 per pair of positions 13-16, a half per other",
        least=0,
    ),
    Column(
        "end_distance",
        "Float64",
        "log10 nt",
        "Distance of a seed site to the nearer end of its region",
        least=0,
    ),
    Column("utr3_length", "Float64", "log10 nt", "Length of the transcript's 3'UTR, at least 50 nt", least=0),
    Column("cds_length", "Float64", "log10 nt", "Length of the transcript's coding sequence", least=0),
    Column("seed_stability", "Float64", "kcal/mol", "Stacking energy of the pairs of miRNA positions 2-8"),
    Column("faces_9_is_a", "Float64", "0/1", "1 where A faces miRNA position 9"),
    Column("faces_9_is_u", "Float64", "0/1", "1 where U faces miRNA position 9"),
    Column(
        "affinity", "Float64", "log10", "How firmly a 12-nt window binds the miRNA, by a model of affinities"
    ),
)
"""What a model of repression may look at, site by site."""

REPRESSION: Final = (
    Column(
        "site_type",
        "String",
        "",
        "Seed match of a site: 8mer, 7mer-m8, 7mer-A1, 6mer, offset-6mer or 6mer-A1",
    ),
    Column("near_stop", "Boolean", "", "Whether a 3'UTR site begins fewer than 15 nt after the stop codon"),
    Column(
        "repression",
        "Float64",
        "log2",
        "Predicted log2 fold change, negative where repressed; of a site its part of the transcript's",
    ),
    Column(
        "repression_low", "Float64", "log2", "5 % of measured log2 fold changes are predicted to lie below"
    ),
    Column(
        "repression_high", "Float64", "log2", "5 % of measured log2 fold changes are predicted to lie above"
    ),
    Column("repression_utr5", "Float64", "log2", "Part of the repression by sites in the 5'UTR"),
    Column("repression_cds", "Float64", "log2", "Part of the repression by sites in the coding sequence"),
    Column("repression_utr3", "Float64", "log2", "Part of the repression by sites in the 3'UTR"),
    Column(
        "repression_joint",
        "Float64",
        "log2",
        "Part of the repression that is of no single site: how sites act together, and matches weaker than a seed site",
    ),
    Column("repression_8mer", "Float64", "log2", "Part of the repression by 8mer sites"),
    Column("repression_7mer_m8", "Float64", "log2", "Part of the repression by 7mer-m8 sites"),
    Column("repression_7mer_a1", "Float64", "log2", "Part of the repression by 7mer-A1 sites"),
    Column("repression_6mer", "Float64", "log2", "Part of the repression by 6mer sites"),
    Column("repression_offset_6mer", "Float64", "log2", "Part of the repression by offset 6mer sites"),
    Column("repression_6mer_a1", "Float64", "log2", "Part of the repression by 6mer-A1 sites"),
    Column(
        "background",
        "Float64",
        "log2",
        "What happens to the transcript whatever the miRNA: a share of the mean repression by a panel of miRNAs, and "
        "what the length of its 3'UTR does; not in repression",
    ),
    Column(
        "repression_relative",
        "Float64",
        "log2",
        "Repression less background: what this miRNA does to the transcript more than others do",
    ),
    Column("n_seed_sites", "Int64", "", "Seed sites of the miRNA on the transcript, those in the 5'UTR too"),
    Column(
        "weight_set",
        "String",
        "",
        "Weights that a prediction comes from: rnaplfold, or sequence where accessibility was not computed",
    ),
)

REPRESSION_SITE_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "transcript_id",
    "start",
    "end",
    "region",
    "site_type",
    "near_stop",
    "repression",
    "weight_set",
)
"""Columns of the table of seed sites; those of the features that a model uses may follow."""

REPRESSION_GENE_COLUMNS: Final = (
    "mirna_id",
    "mirna_sequence",
    "transcript_id",
    "repression",
    "repression_low",
    "repression_high",
    "repression_utr5",
    "repression_cds",
    "repression_utr3",
    "repression_joint",
    "repression_8mer",
    "repression_7mer_m8",
    "repression_7mer_a1",
    "repression_6mer",
    "repression_offset_6mer",
    "repression_6mer_a1",
    "background",
    "repression_relative",
    "n_seed_sites",
    "weight_set",
)
"""Columns of the table of repression, a row per miRNA and transcript."""
