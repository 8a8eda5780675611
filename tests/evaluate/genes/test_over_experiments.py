"""Means over experiments, intervals by seed family, and paired tests: toys whose answers one can say aloud."""

import numpy as np
import polars as pl
import pytest

from dmiso.evaluate.genes.curves import CLASSES, curve_table
from dmiso.evaluate.genes.judge import GeneScores, Judge
from dmiso.evaluate.genes.over_experiments import comparison_table, experiment_table, metric_table
from dmiso.settings.evaluate_genes import EvaluateGenesSettings

GENES = 60
FAMILIES = {"a1": "GAGGUAG", "a2": "GAGGUAG", "b1": "GGAAUGU", "c1": "AAGGCAC"}
QUICK = EvaluateGenesSettings(best=10, min_responders=5, replicates=200)


def rows_of(rng, sets=None):
    parts = [
        pl.DataFrame(
            {
                "experiment_set": (sets or {}).get(name, "all"),
                "experiment": name,
                "mirna_id": name,
                "gene_id": [f"G{i}" for i in range(GENES)],
                "response": rng.normal(size=GENES),
            }
        )
        for name in FAMILIES
    ]
    return pl.concat(parts).with_columns(responds=(pl.col("response") > 0.5).cast(pl.Int8))


def scorer(name, values, kind="scores"):
    return GeneScores(name, kind, np.asarray(values, float), np.zeros(len(values), bool))


@pytest.fixture
def rows(rng):
    return rows_of(rng)


def test_means__are_those_of_the_experiments_and_intervals_hold_them(rows, rng):
    noisy = scorer("noisy", rows["response"].to_numpy() + rng.normal(0, 2, rows.height))
    judge = Judge(rows, [noisy, scorer("perfect", rows["response"])], FAMILIES, QUICK)
    experiments, means = experiment_table(judge), metric_table(judge)
    for row in means.iter_rows(named=True):
        own = experiments.filter((pl.col("scorer") == row["scorer"]) & (pl.col("metric") == row["metric"]))
        assert row["value"] == pytest.approx(own["value"].mean())
        assert row["low"] <= row["value"] <= row["high"]
        assert (row["experiments"], row["families"]) == (4, 3)
    perfect = dict(means.filter(pl.col("scorer") == "perfect").select("metric", "value").iter_rows())
    assert perfect["spearman"] == perfect["pearson"] == perfect["auroc"] == pytest.approx(1)
    assert perfect["average_precision"] == pytest.approx(1)


def test_intervals__draw_families_not_experiments(rows):
    """Two experiments of one family come and go together: the draws have three values of each, not four."""
    values = np.where(rows["experiment"].str.starts_with("a"), rows["response"], -rows["response"])
    judge = Judge(rows, [scorer("half", values)], FAMILIES, QUICK)
    means = judge.replicates(list(FAMILIES), np.array([1.0, 1.0, -1.0, -1.0]))
    possible = {(2 * a - b) / (2 * a + b) for a in range(4) for b in [3 - a]}
    assert {round(mean, 9) for mean in means} == {round(value, 9) for value in possible}


def test_one_family_alone__has_no_interval_and_no_test(rows):
    own = rows.filter(pl.col("experiment").str.starts_with("a"))
    judge = Judge(own, [scorer("x", own["response"]), scorer("y", -own["response"])], FAMILIES, QUICK)
    assert metric_table(judge)["low"].null_count() == metric_table(judge).height
    tests = comparison_table(judge)
    assert tests["p_value"].null_count() == tests["p_adjusted"].null_count() == tests.height
    assert tests["better"].unique().to_list() == [2]


def test_experiments_with_few_responders__count_in_correlations_alone(rows):
    few = rows.with_columns(
        responds=pl.when(pl.col("experiment") == "c1")
        .then(pl.int_range(pl.len()) % 60 == 0)
        .otherwise("responds")
        .cast(pl.Int8)
    )
    means = metric_table(Judge(few, [scorer("x", few["response"])], FAMILIES, QUICK))
    counted = dict(means.select("metric", "experiments").iter_rows())
    assert counted == {
        "spearman": 4,
        "pearson": 4,
        "auroc": 3,
        "average_precision": 3,
        "best_mean": 4,
        "best_ks": 4,
    }
    none = EvaluateGenesSettings(best=10, min_responders=50, replicates=0)
    row = metric_table(Judge(few, [scorer("x", few["response"])], FAMILIES, none)).filter(metric="auroc")
    assert row["value"].to_list() == [None]
    assert row["note"].to_list() == ["no experiment has 50 responders and as many other genes"]


def test_paired_tests__count_better_and_worse_and_leave_baselines_among_themselves(rows, rng):
    response = rows["response"].to_numpy()
    tool = scorer("tool", response)
    bases = [scorer(name, rng.normal(size=rows.height), "baseline") for name in ("base", "other")]
    tests = comparison_table(Judge(rows, [tool, *bases], FAMILIES, QUICK))
    assert tests.select("scorer", "other_scorer").unique().sort("other_scorer").rows() == [
        ("tool", "base"),
        ("tool", "other"),
    ]
    row = tests.filter(metric="spearman", other_scorer="base").row(0, named=True)
    assert (row["better"], row["worse"], row["experiments"], row["families"]) == (4, 0, 4, 3)
    assert row["sign_p_value"] == 0.125
    assert 0 < row["low"] <= row["difference"] <= row["high"]
    assert row["p_value"] <= row["p_adjusted"]


def test_paired_tests__of_a_sampled_score_are_on_its_genes(rows):
    """The tool is perfect on the sample and wrong elsewhere: on the sample it ties with the sampled score."""
    response = rows["response"].to_numpy()
    sampled = np.tile(np.arange(GENES) < 30, len(FAMILIES))
    tool = scorer("tool", np.where(sampled, response, -response))
    folded = scorer("folded", np.where(sampled, response, np.nan), "baseline")
    tests = comparison_table(Judge(rows, [tool, folded], FAMILIES, QUICK))
    assert tests.filter(metric="spearman")["difference"].to_list() == [pytest.approx(0)]
    genes = experiment_table(Judge(rows, [tool, folded], FAMILIES, QUICK)).filter(metric="spearman")
    assert genes["genes"].to_list() == [60] * 4 + [30] * 4


def test_sets__have_means_of_their_own_and_one_of_all(rng):
    rows = rows_of(rng, {"a1": "x", "a2": "x", "b1": "y", "c1": "y"})
    means = metric_table(Judge(rows, [scorer("s", rows["response"])], FAMILIES, QUICK))
    counted = means.filter(metric="spearman").select("experiment_set", "experiments", "families").rows()
    assert counted == [("x", 2, 1), ("y", 2, 2), ("all", 4, 3)]


def test_tables__are_the_same_whatever_the_order_of_rows(rows, rng):
    values = np.round(rows["response"].to_numpy() + rng.normal(0, 1, rows.height))
    shuffled = rng.permutation(rows.height)
    one = Judge(rows, [scorer("s", values)], FAMILIES, QUICK)
    other = Judge(rows[shuffled], [scorer("s", values[shuffled])], FAMILIES, QUICK)
    columns = ["value", "chance"]
    first = metric_table(one).select(columns).to_numpy()
    assert metric_table(other).select(columns).to_numpy() == pytest.approx(first, abs=1e-12)


def test_without_site__is_no_seed_match_where_seed_types_were_added_up(rows):
    seeds = np.tile(np.arange(GENES) >= 20, len(FAMILIES)).astype(float)
    tool, base = scorer("tool", rows["response"]), scorer("seed_type_sum", seeds, "baseline")
    at = np.arange(GENES)
    with_seeds = Judge(rows, [tool, base], FAMILIES, QUICK)
    assert with_seeds.without_site(tool, at).sum() == 20
    alone = Judge(rows, [tool], FAMILIES, QUICK)
    assert (
        alone.without_site(tool, at).tolist() == (tool.values[:GENES] == tool.values[:GENES].min()).tolist()
    )


def test_curves__rise_and_hold_every_gene_once(rows):
    seeds = np.tile(np.arange(GENES) >= 20, len(FAMILIES)).astype(float)
    scores = [scorer("tool", rows["response"]), scorer("seed_type_sum", seeds, "baseline")]
    curves = curve_table(Judge(rows, scores, FAMILIES, QUICK))
    for (name, kind), own in curves.group_by("scorer", "score_class", maintain_order=True):
        assert own["response_sd"].is_sorted(), (name, kind)
        assert own.height == 99
    sizes = curves.unique(["scorer", "score_class"]).filter(scorer="tool")
    assert sizes["genes"].sum() == rows.height
    medians = curves.filter(scorer="tool", cumulative_share=0.5).sort("score_class")
    assert dict(medians.select("score_class", "genes").iter_rows())["best"] == 40
    order = dict(medians.select("score_class", "response_sd").iter_rows())
    assert order["best"] > max(order[name] for name in CLASSES[1:])


def test_curves__of_experiments_with_no_more_genes_than_the_best_are_left_out(rows):
    settings = EvaluateGenesSettings(best=GENES, replicates=0)
    assert curve_table(Judge(rows, [scorer("s", rows["response"])], FAMILIES, settings)).is_empty()
