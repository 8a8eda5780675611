"""Costly scores on large tables: a stated sample of whole clusters, and comparisons on the same rows."""

import numpy as np
import polars as pl
import pytest

from dmiso.evaluate.compare import holm, judge, metric_table
from dmiso.evaluate.energy_sample import inside, sample_rows, spread_out
from dmiso.evaluate.evaluate_report import summary_text
from dmiso.evaluate.run import evaluate_table, usual_replicates
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.evaluate.strata import Stratum, strata_table
from dmiso.settings.evaluate import EvaluateSettings

N = 600


@pytest.fixture
def table(rng):
    bases = np.array(list("ACGU"))
    sites = ["".join(row) for row in bases[rng.integers(0, 4, (N // 2, 40))]]
    mirnas = ["".join(row) for row in bases[rng.integers(0, 4, (6, 22))]]
    columns = {"mirna_sequence": [mirnas[i % 6] for i in range(N)], "target_sequence": sites * 2}
    return pl.DataFrame({**columns, "label": [1] * (N // 2) + [0] * (N // 2)})


@pytest.fixture
def clusters():
    return np.arange(N) % (N // 2)


def test_sample__takes_whole_clusters_but_for_the_last_and_so_many_rows_as_asked(clusters):
    mask = sample_rows(clusters, 101, seed=3)
    assert mask.sum() == 101
    drawn = np.bincount(clusters[mask])
    assert sorted(drawn[drawn > 0].tolist()) == [1] + [2] * 50


def test_sample__is_the_same_for_a_seed_and_another_for_another(clusters):
    one, again, other = (sample_rows(clusters, 100, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_one_giant_cluster__does_not_exceed_the_rows_asked():
    assert sample_rows(np.zeros(1000, np.intp), 50, seed=0).sum() == 50


@pytest.mark.parametrize("wanted", [None, N, N + 1])
def test_a_table_that_is_small_enough__has_no_sample(clusters, wanted):
    assert sample_rows(clusters, wanted, seed=0) is None


def test_sampled_score__is_judged_and_compared_on_the_rows_of_the_sample(rng, table, clusters):
    mask = sample_rows(clusters, 200, seed=0)
    model = ScoreColumn("model", "model", rng.random(N) + 0.2 * table["label"].to_numpy())
    costly = ScoreColumn("rnaduplex", "baseline", spread_out(rng.random(200), mask), rows=mask)
    plain = ScoreColumn("gc", "baseline", rng.random(N))
    metrics, tests = judge(table, [model, costly, plain], clusters, n_replicates=50, seed=0)
    assert metrics["scorer"].unique(maintain_order=True).to_list() == ["model", "rnaduplex", "gc"]
    rows = dict(metrics.select("scorer", "rows").unique().iter_rows())
    assert rows == {"model": N, "rnaduplex": 200, "gc": N}

    part = table.filter(pl.Series(mask))
    there = {c.name: metric_table(part, [inside(c, mask)], {})["value"][0] for c in (model, costly)}
    row = tests.row(
        by_predicate=(pl.col("other_scorer") == "rnaduplex") & (pl.col("metric") == "auroc"), named=True
    )
    assert row["rows"] == 200
    assert row["difference"] == pytest.approx(there["model"] - there["rnaduplex"], abs=1e-12)
    assert row["low"] < row["difference"] < row["high"]
    of_auroc = tests.filter(pl.col("metric") == "auroc")
    assert of_auroc["p_adjusted"].to_list() == holm(of_auroc["p_value"].to_numpy()).tolist()
    assert of_auroc["rows"].to_list() == [N, 200]


def test_strata__say_how_many_rows_of_the_sample_they_have(rng, table, clusters):
    mask = sample_rows(clusters, 200, seed=0)
    first = np.arange(N) % 2 == 0
    columns = [
        ScoreColumn("model", "model", rng.random(N)),
        ScoreColumn("rnaduplex", "baseline", spread_out(rng.random(200), mask), rows=mask),
    ]
    few = np.zeros(N, bool)
    few[:20] = few[N // 2 : N // 2 + 20] = True
    found = strata_table(
        table,
        columns,
        [Stratum("half", "first", first), Stratum("few", "few", few)],
        clusters,
        n_replicates=9,
    )
    of_half = dict(found.filter(pl.col("by") == "half").select("scorer", "rows").unique().iter_rows())
    assert of_half == {"model": N // 2, "rnaduplex": int((mask & first).sum())}
    row = found.filter((pl.col("by") == "few") & (pl.col("scorer") == "rnaduplex"))
    assert row["note"].to_list() == ["fewer than 10 rows of a class"]
    assert found.filter((pl.col("by") == "few") & (pl.col("scorer") == "model"))["value"].drop_nulls().len()


def test_evaluation__folds_the_sample_only_and_its_summary_says_so(table, rng):
    pytest.importorskip("RNA")
    settings = EvaluateSettings(baselines=("rnaduplex", "target_gc"), replicates=0, energy_rows=60)
    result = evaluate_table(table, [ScoreColumn("s", "scores", rng.random(N))], settings=settings)
    rows = dict(result.metrics.select("scorer", "rows").unique().iter_rows())
    assert rows == {"s": N, "rnaduplex": 60, "target_gc": N}
    assert "60 of the 600 rows: rnaduplex." in summary_text(*result[:5], table=table)

    settings = EvaluateSettings(baselines=("rnaduplex",), replicates=0, energy_rows=None)
    result = evaluate_table(table, [ScoreColumn("s", "scores", rng.random(N))], settings=settings)
    assert result.metrics["rows"].unique().to_list() == [N]
    assert "random sample" not in summary_text(*result[:5], table=table)


def test_replicates__are_a_thousand_up_to_200000_rows_and_never_fewer_than_200():
    assert [usual_replicates(n) for n in (0, 1000, 200_000, 400_000, 10**6, 10**8)] == [1000] * 3 + [
        500,
        200,
        200,
    ]
