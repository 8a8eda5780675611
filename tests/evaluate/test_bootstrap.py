"""Intervals and tests whose right answer is known from theory."""

import time

import numpy as np
import pytest
from scipy import stats

import dmiso.evaluate.bootstrap as module
from dmiso.evaluate.bootstrap import (
    bootstrap,
    bootstrap_interval,
    cluster_weights,
    difference,
    interval,
    paired_difference,
)
from dmiso.evaluate.metrics import auroc, average_precision, threshold_metrics


def recall(labels, scores, /, *, weights):
    return threshold_metrics(labels, scores, 0.5, weights=weights).recall


def test_weights__draw_whole_clusters_and_as_many_as_there_are():
    clusters = [3, 3, 9, 4, 4, 4]
    weights = np.concatenate(list(cluster_weights(clusters, 200, seed=1)))
    assert weights.shape == (200, 6)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 3] == weights[:, 5]).all()
    assert (weights[:, [0, 2, 3]].sum(axis=1) == 3).all()
    assert weights[:, 2].mean() == pytest.approx(1, abs=0.2)


def test_weights__are_the_same_whatever_the_block_size(monkeypatch):
    whole = np.concatenate(list(cluster_weights(np.arange(7), 50, seed=4)))
    monkeypatch.setattr(module, "_BLOCK_ELEMENTS", 21)
    blocks = list(cluster_weights(np.arange(7), 50, seed=4))
    assert len(blocks) == 17
    np.testing.assert_array_equal(np.concatenate(blocks), whole)
    assert not np.array_equal(np.concatenate(list(cluster_weights(np.arange(7), 50, seed=5))), whole)


def test_interval_of_a_share__is_the_binomial_one(rng):
    scores = (rng.random(400) < 0.3).astype(float)
    found = bootstrap_interval(recall, np.ones(400), scores, np.arange(400), n_replicates=4000)
    exact = stats.binomtest(int(scores.sum()), 400).proportion_ci(method="wilson")
    assert found.value == scores.mean()
    assert found.low == pytest.approx(exact.low, abs=0.012)
    assert found.high == pytest.approx(exact.high, abs=0.012)


def test_interval_of_auroc__has_the_width_of_de_long(rng):
    labels = np.repeat([1, 0], 150)
    scores = rng.normal(size=300) + labels
    found = bootstrap_interval(auroc, labels, scores, np.arange(300))
    wins = (scores[:150, None] > scores[None, 150:]).astype(float)
    de_long = np.sqrt(wins.mean(axis=1).var(ddof=1) / 150 + wins.mean(axis=0).var(ddof=1) / 150)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(de_long, rel=0.12)


def test_clusters_of_copies__give_wider_intervals_than_rows(rng):
    labels = np.repeat(rng.integers(0, 2, 60), 5)
    scores = np.repeat(rng.normal(size=60), 5)
    by_cluster = bootstrap_interval(auroc, labels, scores, np.repeat(np.arange(60), 5))
    by_row = bootstrap_interval(auroc, labels, scores, np.arange(300))
    assert (by_cluster.high - by_cluster.low) > 1.8 * (by_row.high - by_row.low)


def test_same_seed__same_interval():
    labels, scores = [1, 0, 1, 0, 1, 0], [0.9, 0.1, 0.4, 0.5, 0.6, 0.7]
    first, again, other = (
        bootstrap_interval(auroc, labels, scores, range(6), n_replicates=100, seed=seed) for seed in (3, 3, 4)
    )
    assert first == again != other


def test_paired_difference__sees_what_unpaired_intervals_hide(rng):
    labels = np.repeat([1, 0], 200)
    hard = rng.normal(size=400)
    weak = hard * 2 + labels
    strong = weak + 0.4 * labels
    found = paired_difference(auroc, labels, strong, weak, np.arange(400))
    a, b = (bootstrap_interval(auroc, labels, s, np.arange(400)) for s in (strong, weak))
    assert a.low < b.high  # the two intervals overlap
    assert found.low > 0
    assert found.p_value < 0.001
    assert found.difference == pytest.approx(a.value - b.value)
    turned = paired_difference(auroc, labels, weak, strong, np.arange(400))
    assert turned.difference == pytest.approx(-found.difference)
    assert turned.p_value == pytest.approx(found.p_value)


def test_paired_difference__of_a_score_with_itself_is_none(rng):
    labels, scores = np.repeat([1, 0], 20), rng.normal(size=40)
    found = paired_difference(auroc, labels, scores, scores, np.arange(40), n_replicates=50)
    assert found[:4] == (0, 0, 0, 1)


def test_p_value__is_uniform_where_nothing_differs(rng):
    labels = np.repeat([1, 0], 60)
    p_values = [
        paired_difference(
            auroc,
            labels,
            rng.normal(size=120),
            rng.normal(size=120),
            np.arange(120),
            n_replicates=200,
            seed=i,
        ).p_value
        for i in range(120)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_replicates_without_a_class__are_left_out_and_counted():
    found = bootstrap_interval(auroc, [1, 0], [0.9, 0.1], [0, 1], n_replicates=400)
    assert 120 < found.n_replicates < 280
    assert (found.low, found.high) == (1, 1)


def test_nothing_usable__is_nan_not_a_crash():
    found = interval(float("nan"), np.full(5, np.nan))
    assert np.isnan(found.low)
    assert found.n_replicates == 0
    assert np.isnan(difference(float("nan"), np.full(5, np.nan)).p_value)
    assert next(cluster_weights([], 3, seed=0)).shape == (3, 0)


def test_jobs__share_their_replicates():
    labels, scores = [1, 0, 1, 0] * 5, [0.9, 0.1, 0.4, 0.5] * 5
    jobs = {"a": (auroc, scores), "b": (auroc, scores), "c": (average_precision, scores)}
    draws = bootstrap(jobs, labels, np.arange(20), n_replicates=60, seed=2)
    np.testing.assert_array_equal(draws["a"], draws["b"])
    assert draws["c"].shape == (60,)


def test_a_thousand_replicates_of_ten_thousand_rows__take_seconds(rng):
    labels, scores = rng.integers(0, 2, 10_000), rng.normal(size=10_000)
    start = time.perf_counter()
    bootstrap_interval(average_precision, labels, scores, np.arange(10_000) // 2, n_replicates=1000)
    assert time.perf_counter() - start < 15
