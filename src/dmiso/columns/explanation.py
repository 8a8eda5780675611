"""What explanations find."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = [
    "BASE_COLUMNS",
    "CLUSTER_COLUMNS",
    "ENERGY_COLUMNS",
    "EXPLANATION",
    "GENE_SET_COLUMNS",
    "MATCH_COLUMNS",
    "PAIR_EFFECT_COLUMNS",
    "PAIR_TABLE_COLUMNS",
    "PROFILE_COLUMNS",
    "SHARED_COLUMNS",
    "VARIANT_COLUMNS",
]

EXPLANATION: Final = (
    Column("side", "String", "", "Which sequence of a pair a row is about: mirna or target"),
    Column(
        "scale",
        "String",
        "",
        "What a change is of: probability, logit, or coverage by a network's first steps",
    ),
    Column("mask_start", "Int64", "nt", "First masked position of the network's input, 0-based"),
    Column("mask_end", "Int64", "nt", "End of the mask, half-open"),
    Column("mean_change", "Float64", "", "Mean change of the scale, changed minus as it is"),
    Column("sd_change", "Float64", "", "Standard deviation of that change over pairs or made-up targets"),
    Column("base_position", "Int64", "nt", "Position of a nucleotide on its miRNA or target, 0-based"),
    Column("base", "String", "", "Nucleotide at a position"),
    Column("mask_change", "Float64", "logit", "Change by masking the four nucleotides from here on"),
    Column("change_to_A", "Float64", "logit", "Change with A in place of the nucleotide"),
    Column("change_to_U", "Float64", "logit", "Change with U in place of the nucleotide"),
    Column("change_to_C", "Float64", "logit", "Change with C in place of the nucleotide"),
    Column("change_to_G", "Float64", "logit", "Change with G in place of the nucleotide"),
    Column("deletion_change", "Float64", "logit", "Change by leaving the nucleotide out"),
    Column("mirna_position", "Int64", "nt", "Position on the miRNA, 0-based"),
    Column("target_position", "Int64", "nt", "Position on the target, 0-based"),
    Column("mirna_base", "String", "", "Nucleotide of the miRNA there"),
    Column("target_base", "String", "", "Nucleotide of the target there"),
    Column("pair_class", "String", "", "What two nucleotides make: Watson-Crick, wobble or mismatch"),
    Column(
        "epistasis", "Float64", "logit", "What compensating double mutants gain beyond both single changes"
    ),
    Column("folded", "Boolean", "", "Whether ViennaRNA's duplex pairs the two nucleotides"),
    Column("context", "String", "", "Which miRNA positions pair in a made-up site"),
    Column("pair_score", "Float64", "", "Learnt score of a pair at its position, mean over heads"),
    Column(
        "stack_score",
        "Float64",
        "",
        "Learnt score of a pair stacked on a canonical one, mean over pairs and heads",
    ),
    Column(
        "mix_size", "Float64", "", "Root mean square of the weights that read helices ending at a position"
    ),
    Column("kernel", "String", "", "First-layer kernel of a network: side and number from 0"),
    Column("way", "String", "", "How a kernel is read: by what activates it, or by its weights"),
    Column("bits", "Float64", "bits", "Information of a motif, all positions together"),
    Column("flat", "Boolean", "", "Whether a motif says next to nothing"),
    Column("consensus", "String", "", "Nucleotides of more than half a share; N elsewhere"),
    Column("collection", "String", "", "Collection of motifs that a kernel is matched with, or of gene sets"),
    Column("motif_id", "String", "", "Identifier of the best match"),
    Column("motif_name", "String", "", "Name of the best match"),
    Column("tomtom_p_value", "Float64", "0-1", "TOMTOM's p-value of the best match, alone"),
    Column("bonferroni_p_value", "Float64", "0-1", "The same times the number of motifs"),
    Column("permutation_p_value", "Float64", "0-1", "Share of random ones that do as well"),
    Column("permutation_q_value", "Float64", "0-1", "The same after Benjamini and Hochberg"),
    Column("mirna_cluster", "Int64", "", "Cluster of miRNAs with alike profiles, from 1, largest first"),
    Column("shared_share", "Float64", "0-1", "Mean Jaccard index of the targets of two miRNAs of a cluster"),
    Column("random_share", "Float64", "0-1", "The same of random clusters of as many miRNAs"),
    Column("gene_set", "String", "", "Gene set of the user's"),
    Column("in_set", "Int64", "", "Genes of a set among all targets"),
    Column("overlap", "Int64", "", "Targets of a cluster in a gene set"),
    Column("expected_overlap", "Float64", "", "Targets expected there by chance"),
    Column("enrichment_p_value", "Float64", "0-1", "One-sided hypergeometric p-value"),
    Column("enrichment_q_value", "Float64", "0-1", "The same after Benjamini and Hochberg, over all rows"),
    Column("change", "String", "", "Single-base change as the user wrote it"),
    Column("changed_base", "String", "", "Nucleotide that it puts there"),
    Column("reference_logit", "Float64", "", "Logit as it is"),
    Column("changed_logit", "Float64", "", "Logit with the change"),
    Column("logit_change", "Float64", "", "Their difference, changed minus as it is"),
    Column("reference_score", "Float64", "0-1", "Score as it is"),
    Column("changed_score", "Float64", "0-1", "Score with the change"),
    Column("effect", "String", "", "What a change does to a site: gain, loss, stronger, weaker or same"),
    Column(
        "reference_repression", "Float64", "log2", "Repression of the transcript by the miRNA as both are"
    ),
    Column("changed_repression", "Float64", "log2", "Repression with the change"),
    Column("change_of_repression", "Float64", "log2", "Their difference, changed minus as it is"),
    Column("reference_seed_class", "String", "", "Seed class as it is"),
    Column("changed_seed_class", "String", "", "Seed class with the change"),
    Column("n_subsequences", "Int64", "", "Subsequences that a motif is made of"),
    Column("cluster_targets", "Int64", "", "Targets of a cluster that are in any gene set"),
    Column("cluster_mirnas", "Int64", "", "miRNAs of a cluster"),
)

BASE_COLUMNS: Final = (
    "side",
    "base_position",
    "base",
    "mask_change",
    "change_to_A",
    "change_to_U",
    "change_to_C",
    "change_to_G",
    "mean_change",
    "deletion_change",
)

PAIR_EFFECT_COLUMNS: Final = (
    "mirna_position",
    "target_position",
    "mirna_base",
    "target_base",
    "pair_class",
    "epistasis",
    "folded",
)

PROFILE_COLUMNS: Final = (
    "scorer",
    "kind",
    "side",
    "scale",
    "mask_start",
    "mask_end",
    "mean_change",
    "sd_change",
    "n",
)

CLUSTER_COLUMNS: Final = (
    "scorer",
    "mirna_cluster",
    "mirna_sequence",
    "mirna_id",
    "n",
)

SHARED_COLUMNS: Final = (
    "scorer",
    "mirna_cluster",
    "cluster_mirnas",
    "shared_share",
    "random_share",
    "permutation_p_value",
    "permutation_q_value",
)

GENE_SET_COLUMNS: Final = (
    "scorer",
    "mirna_cluster",
    "gene_set",
    "cluster_targets",
    "in_set",
    "overlap",
    "expected_overlap",
    "enrichment_p_value",
    "enrichment_q_value",
)

MATCH_COLUMNS: Final = (
    "kernel",
    "way",
    "bits",
    "n_subsequences",
    "flat",
    "consensus",
    "collection",
    "motif_id",
    "motif_name",
    "tomtom_p_value",
    "bonferroni_p_value",
    "permutation_p_value",
    "permutation_q_value",
)

ENERGY_COLUMNS: Final = (
    "scorer",
    "context",
    "mirna_position",
    "pair_class",
    "mean_change",
    "sd_change",
    "n",
)

PAIR_TABLE_COLUMNS: Final = (
    "mirna_position",
    "mirna_base",
    "target_base",
    "pair_class",
    "pair_score",
    "stack_score",
    "mix_size",
)

VARIANT_COLUMNS: Final = (
    "change",
    "side",
    "mirna_id",
    "target_id",
    "base_position",
    "reference_base",
    "changed_base",
    "start",
    "end",
    "reference_logit",
    "changed_logit",
    "logit_change",
    "reference_score",
    "changed_score",
    "effect",
    "reference_seed_class",
    "changed_seed_class",
    "reference_repression",
    "changed_repression",
    "change_of_repression",
)
