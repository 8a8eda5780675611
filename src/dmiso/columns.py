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
    Column("sequence_id", "String", "", "Name of a sequence; one that was collapsed is seq_1, seq_2 …"),
    Column("sequence", "String", "5'→3'", "A small RNA as sequenced"),
    Column(
        "sample_counts", "String", "reads", "Reads in each sample, joined by commas; empty with one sample"
    ),
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
    Column("added_5p", "String", "5'→3'", "Letters before the 5' end that the hairpin does not have"),
    Column("added_3p", "String", "5'→3'", "Letters after the 3' end that the hairpin does not have"),
    Column("templated_5p", "String", "5'→3'", "Letters before the miRNA that the hairpin has"),
    Column("templated_3p", "String", "5'→3'", "Letters after the miRNA that the hairpin has"),
    Column(
        "changes",
        "String",
        "",
        "Letters replaced inside the miRNA: position on it from 1, its letter > the other",
    ),
    Column("seed", "String", "5'→3'", "Positions 2-8 of the sequence"),
    Column("seed_shifted", "Boolean", "", "Whether the seed differs from the miRNA's"),
    Column(
        "precursor_start",
        "Int64",
        "nt",
        "Where the sequence begins on the first hairpin, tails included, 0-based",
    ),
    Column("precursor_end", "Int64", "nt", "Where it ends there, half-open"),
    Column("n_parents", "Int64", "", "miRNAs that explain a sequence alike; each has a row"),
    Column("uid", "String", "", "Licence plate of a sequence, as in mirGFF3; . for one with N"),
    Column(
        "ambiguity",
        "String",
        "",
        "Other explanations of a sequence, and how much more they cost, parted by semicolons",
    ),
    Column("name", "String", "", "Name that was looked up"),
    Column("status", "String", "", "Candidates that name and letters agree on: one, several or none"),
    Column("rules", "String", "", "Rules that found a candidate, joined by commas"),
    Column(
        "agrees",
        "Boolean",
        "",
        "Whether name and letters agree on a candidate; true for all where no letters decide",
    ),
    Column("mirgenedb_id", "String", "", "miRNA of MirGeneDB"),
    Column("mirgenedb_ids", "String", "", "miRNAs of MirGeneDB that have the letters, joined by commas"),
    Column("mirgenedb_sequence", "String", "5'→3'", "Letters of the miRNA in MirGeneDB"),
    Column("sequences", "Int64", "", "Distinct sequences"),
    Column(
        "reads",
        "Float64",
        "reads",
        "Reads; those of a sequence of several miRNAs are shared evenly among them",
    ),
    Column("read_share", "Float64", "0-1", "Share of the reads of all, or of the miRNA"),
    Column("exact_reads", "Float64", "reads", "Reads of the exact miRNA"),
    Column("isomir_reads", "Float64", "reads", "Reads of its isomiRs"),
    Column(
        "seed_shifted_reads", "Float64", "reads", "Reads whose positions 2-8 are not the reference miRNA's"
    ),
    Column("top_isomir", "String", "", "Most frequent isomiR of a miRNA, in mirGFF3's words"),
    Column("top_isomir_sequence", "String", "5'→3'", "Its letters"),
    Column("top_isomir_reads", "Float64", "reads", "Its reads"),
    Column("position", "Int64", "nt", "Position on the reference miRNA, counted from 1"),
    Column("reference_letter", "String", "", "Letter of the reference miRNA"),
    Column("found_letter", "String", "", "Letter in its place"),
    Column("observations", "Int64", "", "isomiR reads or sequences of a miRNA in the test of preference"),
    Column(
        "q_value", "Float64", "0-1", "Smallest share of chance sites, by decoys, at which a site is called"
    ),
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
        "Pairs of the site with the miRNA, miRNA&site, 5 letters of flank on both sides",
    ),
    Column(
        "occupancy",
        "Float64",
        "",
        "Expected bound sites: of a site its chance to be bound, of a gene the sum",
    ),
    Column("gene_score", "Float64", "0-1", "1 - exp(-occupancy): chance that at least one site is bound"),
    Column("n_sites", "Int64", "", "Sites of a miRNA on the gene's best transcript"),
    Column("n_mirnas", "Int64", "", "miRNAs with a site on the gene"),
    Column("best_mirna_id", "String", "", "miRNA with the highest occupancy on the gene"),
    Column("best_start", "Int64", "nt", "Start of the best site, 0-based"),
    Column("best_end", "Int64", "nt", "End of the best site, half-open"),
    Column("best_logit", "Float32", "", "Logit of the best site"),
    Column("best_score", "Float32", "0-1", "Score of the best site"),
    Column("best_q_value", "Float64", "0-1", "q-value of the best site"),
    Column("parents", "String", "", "miRNAs that explain an isomiR alike, comma between"),
    Column("extended_end", "Int64", "nt", "End of a ligated fragment with the letters added at its 3' end"),
    Column("extended_sequence", "String", "5'→3'", "Letters from start to extended_end"),
    Column("copies", "Int64", "reads", "Reads as sequenced, PCR copies counted"),
    Column("n_samples", "Int64", "", "Samples that show an interaction"),
    Column("order", "String", "", "Order of the parts in a chimeric read: mirna-first or target-first"),
    Column("gap", "Int64", "nt", "Letters between the two alignments of a read; negative: shared by them"),
    Column("variant_quality", "Int64", "Phred", "Least quality at letters that the miRNA does not have"),
    Column("mirna_evalue", "Float64", "", "Expected chance alignments with the miRNAs as good as this one"),
    Column("mirna_bit_score", "Float64", "bits", "Score of the alignment with the miRNA"),
    Column(
        "target_evalue", "Float64", "", "Expected chance alignments with the transcripts as good as this one"
    ),
    Column("target_bit_score", "Float64", "bits", "Score of the alignment with the transcript"),
    Column("n_targets", "Int64", "", "Places on transcripts that explain a read as well, this one included"),
    Column("other_targets", "String", "", "Up to five other such places, transcript:start, comma between"),
    Column(
        "n_mirna_alignments", "Int64", "", "miRNA alignments that explain a read as well, this one included"
    ),
    Column("sample", "String", "", "Sample that reads come from"),
    Column("outcome", "String", "", "Whether a rule kept or dropped reads"),
    Column("measure", "String", "", "What is counted in a quality report"),
    Column("share", "Float64", "0-1", "Share of a value among all of its measure"),
    Column("molecule", "Int64", "", "Number of a simulated molecule; its PCR copies share it"),
    Column("copy", "Int64", "", "Number of a simulated molecule's copy, from 1"),
    Column("n_errors", "Int64", "nt", "Wrong letters of a simulated read"),
    Column("decided", "Boolean", "", "A simulated read's letters fit one border between its parts only"),
    Column("read_sequence", "String", "5'→3'", "Letters of a trimmed read"),
    Column(
        "located_mirna", "String", "", "miRNA of the best alignment; names of equal letters joined by commas"
    ),
    Column("mirna_quality", "String", "Phred+33", "Qualities of the miRNA part"),
    Column("mirna_read_start", "Int64", "nt", "First read position of the miRNA part, 0-based"),
    Column("mirna_read_end", "Int64", "nt", "End of the miRNA part on the read, half-open"),
    Column("mirna_start", "Int64", "nt", "First position of the alignment on the reference miRNA, 0-based"),
    Column("mirna_end", "Int64", "nt", "End of the alignment on the reference miRNA, half-open"),
    Column("target_read_start", "Int64", "nt", "First read position of the target part, 0-based"),
    Column("target_read_end", "Int64", "nt", "End of the target part on the read, half-open"),
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
    Column("letter_position", "Int64", "nt", "Position of a letter on its miRNA or target, 0-based"),
    Column("letter", "String", "", "Letter at a position"),
    Column("mask_change", "Float64", "logit", "Change by masking the four letters from here on"),
    Column("change_to_A", "Float64", "logit", "Change with A in place of the letter"),
    Column("change_to_U", "Float64", "logit", "Change with U in place of the letter"),
    Column("change_to_C", "Float64", "logit", "Change with C in place of the letter"),
    Column("change_to_G", "Float64", "logit", "Change with G in place of the letter"),
    Column("deletion_change", "Float64", "logit", "Change by leaving the letter out"),
    Column("mirna_position", "Int64", "nt", "Position on the miRNA, 0-based"),
    Column("target_position", "Int64", "nt", "Position on the target, 0-based"),
    Column("mirna_letter", "String", "", "Letter of the miRNA there"),
    Column("target_letter", "String", "", "Letter of the target there"),
    Column("pair_class", "String", "", "What two letters make: Watson-Crick, wobble or mismatch"),
    Column("epistasis", "Float64", "logit", "What mending double mutants gain beyond both single changes"),
    Column("folded", "Boolean", "", "Whether ViennaRNA's duplex pairs the two letters"),
    Column("context", "String", "", "Which miRNA positions pair in a made-up site"),
    Column("pair_score", "Float64", "", "Learnt score of a pair at its position, mean over heads"),
    Column(
        "stack_score", "Float64", "", "Learnt score of a pair upon a canonical one, mean over pairs and heads"
    ),
    Column(
        "mix_size", "Float64", "", "Root mean square of the weights that read helices ending at a position"
    ),
    Column("kernel", "String", "", "First-layer kernel of a network: side and number from 0"),
    Column("way", "String", "", "How a kernel is read: by what activates it, or by its weights"),
    Column("bits", "Float64", "bits", "Information of a motif, all positions together"),
    Column("flat", "Boolean", "", "Whether a motif says next to nothing"),
    Column("consensus", "String", "", "Letters of more than half a share; N elsewhere"),
    Column("collection", "String", "", "Motif collection that a kernel is matched with"),
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
    Column("reference_base", "String", "", "Letter that a change replaces"),
    Column("changed_base", "String", "", "Letter that it puts there"),
    Column("reference_logit", "Float64", "", "Logit as it is"),
    Column("changed_logit", "Float64", "", "Logit with the change"),
    Column("logit_change", "Float64", "", "Their difference, changed minus as it is"),
    Column("reference_score", "Float64", "0-1", "Score as it is"),
    Column("changed_score", "Float64", "0-1", "Score with the change"),
    Column("effect", "String", "", "What a change does to a site: gain, loss, stronger, weaker or same"),
    Column("reference_seed_class", "String", "", "Seed class as it is"),
    Column("changed_seed_class", "String", "", "Seed class with the change"),
    Column("n_subsequences", "Int64", "", "Subsequences that a motif is made of"),
    Column("cluster_targets", "Int64", "", "Targets of a cluster that are in any gene set"),
    Column("cluster_mirnas", "Int64", "", "miRNAs of a cluster"),
    Column("isomir_id", "String", "", "Name of the isomiR; its letters if it was given as letters"),
    Column("canonical_id", "String", "", "miRNA that an isomiR is compared with"),
    Column(
        "site_change",
        "String",
        "",
        "What the isomiR makes of a site: gained, lost, kept, changed, borderline; neither if none passes",
    ),
    Column("isomir_logit", "Float64", "", "Logit of the isomiR at the site"),
    Column("canonical_logit", "Float64", "", "Logit of the canonical miRNA at the site"),
    Column("logit_difference", "Float64", "", "Logit of the isomiR less that of the canonical miRNA"),
    Column("isomir_score", "Float64", "0-1", "Score of the isomiR at the site"),
    Column("canonical_score", "Float64", "0-1", "Score of the canonical miRNA at the site"),
    Column("isomir_q_value", "Float64", "0-1", "q-value of the isomiR's logit; empty below all of its sites"),
    Column(
        "canonical_q_value",
        "Float64",
        "0-1",
        "q-value of the canonical miRNA's logit; empty below all of its sites",
    ),
    Column("isomir_passes", "Boolean", "", "Whether the isomiR's logit passes"),
    Column("canonical_passes", "Boolean", "", "Whether the canonical miRNA's logit passes"),
    Column("isomir_seed_class", "String", "", "Best seed match of the isomiR at the site"),
    Column("canonical_seed_class", "String", "", "Best seed match of the canonical miRNA at the site"),
    Column(
        "seed_match",
        "String",
        "",
        "Whose positions 2-7 the site pairs with: isomir, canonical, both or none",
    ),
    Column("site_sequence", "String", "5'→3'", "Letters of the site, from start to end"),
    Column(
        "gene_change",
        "String",
        "",
        "What the isomiR makes of a gene: gained, lost, kept, changed, borderline; neither if none passes",
    ),
    Column("isomir_gene_score", "Float64", "0-1", "Gene score if all reads were the isomiR"),
    Column("canonical_gene_score", "Float64", "0-1", "Gene score if all reads were the canonical miRNA"),
    Column("gene_score_difference", "Float64", "", "Gene score of the isomiR less the canonical one"),
    Column("mixture_gene_score", "Float64", "0-1", "Gene score of both at their shares of the reads"),
    Column("mixture_difference", "Float64", "", "Gene score of the mixture less the canonical one"),
    Column("n_gained", "Int64", "", "Gained sites on the gene"),
    Column("n_lost", "Int64", "", "Lost sites on the gene"),
    Column("n_kept", "Int64", "", "Kept sites on the gene"),
    Column("n_changed", "Int64", "", "Changed sites on the gene"),
    Column("n_borderline", "Int64", "", "Borderline sites on the gene"),
    Column("isomir_best_logit", "Float64", "", "Logit of the isomiR's best site on the gene"),
    Column("canonical_best_logit", "Float64", "", "Logit of the canonical miRNA's best site on the gene"),
    Column("isomir_best_q_value", "Float64", "0-1", "q-value of the isomiR's best site on the gene"),
    Column(
        "canonical_best_q_value", "Float64", "0-1", "q-value of the canonical miRNA's best site on the gene"
    ),
)

COLUMNS: Final[dict[str, Column]] = {column.name: column for column in _ALL}
"""Every declared column by name."""

PAIR_COLUMNS: Final = ("mirna_id", "target_id", "mirna_sequence", "target_sequence")
"""Columns of a pairs file; in this order when it has no header, as the published program reads it."""

SCORE_COLUMNS: Final = ("start", "end", "logit", "score", "percentile", "domain")
"""What a prediction adds to a pair; an ensemble adds ``spread`` before ``domain``."""

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
