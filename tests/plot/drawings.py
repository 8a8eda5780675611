"""Every drawing of the room, from small tables whose texts of users all are one name."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from dmiso.chimera.funnel import FUNNEL_COLUMNS
from dmiso.chimera.qc import QC_COLUMNS, SeedEnrichment
from dmiso.columns import GENE_CHANGE_COLUMNS, ISOMIR_FREQUENCY_COLUMNS, schema_of
from dmiso.explain.kernels import KernelMotif
from dmiso.explain.model import ExplainedModel, encode_pairs
from dmiso.explain.profiles import edge_profile, mask_profile
from dmiso.explain.run_pair import explain_pair
from dmiso.io.transcripts import Transcript
from dmiso.plot.behaviour import plot_behaviour
from dmiso.plot.chimera_qc import draw_chimera_qc
from dmiso.plot.duplex_drawing import draw_duplex, draw_pair_page
from dmiso.plot.gene_changes import plot_gene_changes
from dmiso.plot.gene_scores import plot_gene_curves, plot_gene_means
from dmiso.plot.isomir_frequency import draw_isomir_frequency
from dmiso.plot.isomir_summary import draw_isomir_summary
from dmiso.plot.mirna_tree import draw_mirna_tree
from dmiso.plot.motif_logo import draw_logos, draw_pair_energies
from dmiso.plot.profiles import draw_profiles
from dmiso.plot.ranking_curves import plot_precision_recall, plot_roc
from dmiso.plot.reliability import plot_reliability
from dmiso.plot.repression_ranks import plot_repression_ranks
from dmiso.plot.site_track import plot_site_track
from dmiso.plot.strata import plot_strata
from dmiso.plot.variants import draw_variants

MIRNA, TARGET = "UGAGGUAGUAGG", "GGACCUGCUACCUCAUU"


def model(name):
    return ExplainedModel(name, lambda m, t: (m[:, 2] == 0) * 1.0 + (t[:, 3] == 1), 30, 60)


def pair(name):
    pytest.importorskip("RNA")
    found = replace(explain_pair(model("m"), MIRNA, TARGET), model=name)
    return {"duplex": draw_duplex(found), "page": draw_pair_page(found)}


def profiles(name):
    pairs = encode_pairs(model("m"), [MIRNA * 2], [TARGET * 3])
    own = mask_profile(model(name), pairs)
    control = mask_profile(model(f"{name} #1"), pairs, kind="control")
    table = pl.concat([own, edge_profile(model(name)), control])
    return {"profiles": draw_profiles(table, name, title=name)}


def kernels(name):
    motifs = [KernelMotif(name, "weights", np.array([[0.97, 0.01, 0.01, 0.01]] * 4), 0)]
    row = {"context": name, "mirna_position": 1, "mean_change": 1.0, "sd_change": 0.1}
    rows = [{**row, "pair_class": kind} for kind in ("Watson-Crick", "wobble")]
    return {"logos": draw_logos(motifs), "pair_energies": draw_pair_energies(pl.DataFrame(rows))}


def variants(name):
    row = {"change": name, "side": "target", "mirna_id": name, "target_id": name, "effect": name}
    row |= {"reference_logit": -1.0, "changed_logit": 2.0, "logit_change": 3.0}
    return {"variants": draw_variants(pl.DataFrame([row]))}


def site_track(name):
    row = {
        "mirna_id": name,
        "transcript_id": name,
        "start": 100,
        "end": 122,
        "seed_class": "8mer",
        "logit": 4.0,
    }
    return {"sites": plot_site_track(Transcript(name, "ACGU" * 120, (60, 240)), pl.DataFrame([row]))}


def chimera_qc(name):
    funnel = pl.DataFrame([(name, name, "dropped", name, 9)], schema=schema_of(FUNNEL_COLUMNS), orient="row")
    rows = [(m, name, 3, 0.75) for m in ("region", "seed class", "isomiR types of interactions")]
    rows += [("read length", "40", 60, 0.6), ("nucleotides at miRNA -1", "U", 9, 0.9)]
    qc = pl.DataFrame(rows, schema=schema_of(QC_COLUMNS), orient="row")
    return draw_chimera_qc(funnel, qc, {name: SeedEnrichment(10, 0.4, 0.1)})


def evaluation(name):
    row = {
        "scorer": name,
        "prior": 0.5,
        "bin": 1,
        "lowest_score": 0.1,
        "highest_score": 0.9,
        "mean_score": 0.5,
    }
    bins = pl.DataFrame([row | {"observed_share": 0.5, "share_low": 0.4, "share_high": 0.6, "n": 9}])
    row = {"stratum": name, "value": 0.7, "low": 0.6, "high": 0.8, "metric": "ap_1_1", "kind": "model"}
    row |= {"by": name, "scorer": name, "positives": 9, "negatives": 9, "rows": 18, "chance": 0.5}
    strata = plot_strata(pl.DataFrame([row, {**row, "stratum": "b"}]))
    assert strata is not None
    curve = {"scorer": name, "kind": "model", "false_positive_share": [0.0, 1.0]}
    curves = pl.DataFrame(curve | {"recall": [0.5, 1.0], "precision": [1.0, 0.5]})
    metric = {"scorer": name, "value": 0.75, "low": 0.7, "high": 0.8, "chance": 0.5}
    metrics = pl.DataFrame([{**metric, "metric": each} for each in ("auroc", "average_precision")])
    checks = ("planted_8mer", "partner_swap", "five_prime_shift", "random_targets", "rewriting")
    row = {"scorer": name, "value": 0.5, "limit": 0.9, "verdict": name, "sentence": name}
    row |= {"details": '{"called_by_gc": {"0.3": 0.1, "0.5": 0.2}}'}
    behaviour = plot_behaviour(pl.DataFrame([{**row, "check": check} for check in checks]))
    return {
        "reliability": plot_reliability(bins),
        "strata": strata,
        "roc": plot_roc(curves, metrics),
        "precision_recall": plot_precision_recall(curves, metrics),
        "behaviour": behaviour,
    }


def gene_scores(name):
    row = {"experiment_set": name, "scorer": name, "kind": "scores", "metric": "spearman", "value": 0.2}
    metrics = pl.DataFrame([row | {"low": 0.1, "high": 0.3, "chance": 0.0}])
    row = {"experiment_set": name, "scorer": name, "score_class": "best"}
    curves = pl.DataFrame([row | {"cumulative_share": s, "response_sd": 4 * s} for s in (0.2, 0.8)])
    return {"means": plot_gene_means(metrics, best=7), "curves": plot_gene_curves(curves, best=7)}


def studies(name):
    row = {"data": name, "mirna_id": name, "isomir_types": "SNP", "isomir_interactions": 3}
    frequency = pl.DataFrame([row], schema=schema_of(ISOMIR_FREQUENCY_COLUMNS))
    rows = [(1 + i, f"bases{i}", name, mask, float(np.sin(mask + i))) for i in range(3) for mask in range(6)]
    columns = ("mirna_cluster", "mirna_sequence", "mirna_id", "mask_start", "mean_change")
    tree = draw_mirna_tree(pl.DataFrame(rows, schema=schema_of(columns), orient="row"), title=name)
    return {"frequency": draw_isomir_frequency(frequency), "tree": tree}


def isomir_summary(name):
    mirnas = pl.DataFrame({"mirna_id": [name], "exact_reads": [3.0], "isomir_reads": [1.0]})
    row = {"mirna_id": name, "isomir_type": name, "reads": 1.0, "read_share": 0.25}
    ends = {"mirna_id": name, "which_end": ["5'", "3'"], "end_position": [0, 9], "read_share": [1.0, 0.25]}
    return draw_isomir_summary(mirnas, pl.DataFrame([row]), pl.DataFrame(ends))


def genes(name):
    row = {"isomir_id": name, "canonical_id": name, "gene_id": name, "repression_change": "gained"}
    row |= {"repression_difference": -0.5, "isomir_best_logit": 3.0, "canonical_best_logit": 1.0}
    changes = pl.DataFrame([row], schema=schema_of(GENE_CHANGE_COLUMNS))
    row = {
        "mirna_id": name,
        "gene_id": name,
        "repression": -0.5,
        "repression_low": -0.9,
        "repression_high": 0.1,
    }
    ranks = pl.DataFrame([row, {**row, "mirna_id": "other"}])
    return {"changes": plot_gene_changes(changes), "ranks": plot_repression_ranks(ranks)}


EVERY = (
    *(pair, profiles, kernels, variants, site_track, chimera_qc, evaluation, gene_scores, studies),
    *(isomir_summary, genes),
)
"""Functions from a name to pictures by their names."""
