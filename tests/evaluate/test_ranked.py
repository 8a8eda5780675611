"""One pass along sorted rows gives what scikit-learn and the metrics of weights give."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from dmiso.evaluate.bootstrap import bootstrap, cluster_draws, cluster_weights
from dmiso.evaluate.compare import METRICS, jobs_of, replicate
from dmiso.evaluate.metrics import within_group_auroc
from dmiso.evaluate.ranked import LANES, ranks_of, sort_rows
from dmiso.evaluate.replicates import _held, _lanes
from dmiso.evaluate.score_column import ScoreColumn

N = 400


@pytest.fixture
def labels(rng):
    return rng.integers(0, 2, N)


@pytest.fixture
def draws(rng):
    return rng.poisson(1.0, (N // 4, LANES)).astype(np.uint16)


@pytest.mark.parametrize("decimals", [1, 12], ids=["many ties", "no ties"])
def test_ranks__are_those_of_scikit_learn_with_weights(rng, labels, draws, decimals):
    scores, clusters = np.round(rng.random(N) + 0.3 * labels, decimals), np.arange(N) // 4
    found = ranks_of(sort_rows(labels, scores, clusters), draws, [None, 10.0])
    for r in range(LANES):
        weights = draws[clusters, r].astype(float)
        at_ten = np.where(labels == 1, weights, weights * 10 * weights[labels == 1].sum())
        at_ten[labels == 0] /= weights[labels == 0].sum()
        assert found.auroc[r] == pytest.approx(
            roc_auc_score(labels, scores, sample_weight=weights), abs=1e-12
        )
        for k, weight in enumerate((weights, at_ten)):
            wanted = average_precision_score(labels, scores, sample_weight=weight)
            assert found.average_precision[k, r] == pytest.approx(wanted, abs=1e-12)


def test_ranks_within_groups__are_bit_by_bit_those_of_the_metric(rng, labels, draws):
    scores, groups, clusters = np.round(rng.random(N), 1), rng.integers(0, 90, N), rng.integers(0, N // 4, N)
    found = ranks_of(sort_rows(labels, scores, clusters, groups), draws).auroc
    wanted = within_group_auroc(labels, scores, groups, weights=draws[clusters].T.astype(float))
    np.testing.assert_array_equal(found, wanted)


def test_draws__count_the_same_in_every_type(rng, labels, draws):
    ranking = sort_rows(labels, np.round(rng.random(N), 2), np.arange(N) // 4)
    found = [ranks_of(ranking, draws.astype(kind), [None]) for kind in (np.uint8, np.uint16, np.uint32)]
    for other in found[1:]:
        assert other.auroc.tobytes() == found[0].auroc.tobytes()
        assert other.average_precision.tobytes() == found[0].average_precision.tobytes()


def test_draws_above_a_byte__are_kept_whole():
    draws = _held(np.zeros((3, LANES), np.uint8), 8, np.array([[1, 255, 0]]))
    assert draws.dtype == np.uint8
    draws = _held(draws, 9, np.array([[2, 0, 256]]))
    assert draws[:, 7:11].tolist() == [[0, 1, 2, 0], [0, 255, 0, 0], [0, 0, 256, 0]]


def test_draws_of_lanes__are_those_of_blocks_in_order():
    clusters, n = 30, LANES + 21
    lanes = list(_lanes(clusters, n, seed=4))
    assert [count for _, count in lanes] == [LANES, 21]
    assert not lanes[1][0][:, 21:].any()
    whole = np.concatenate([draws[:, :count] for draws, count in lanes], axis=1)
    assert whole.T.tolist() == next(cluster_draws(clusters, n, seed=4, block=n)).tolist()


def test_ranks__are_not_defined_where_no_positive_no_negative_or_nothing_was_drawn():
    draws = np.zeros((2, LANES), np.uint16)
    draws[0, 0], draws[1, 1], draws[:, 2] = 1, 1, 1
    found = ranks_of(sort_rows([1, 0], [0.9, 0.1], np.array([0, 1])), draws, [None, 1.0])
    assert np.isnan(found.auroc).tolist() == [True, True, False] + [True] * (LANES - 3)
    assert np.isnan(found.average_precision[0]).tolist() == np.isnan(found.auroc).tolist()
    assert np.isnan(found.average_precision[1]).tolist() == np.isnan(found.auroc).tolist()


def test_no_row__has_no_rank():
    empty = np.zeros(0, np.intp)
    assert np.isnan(
        ranks_of(sort_rows(empty, empty, empty), np.zeros((0, LANES), np.uint16), [None]).auroc
    ).all()


def test_rows_that_no_pair_needs__are_not_walked():
    ranking = sort_rows([1, 0, 1, 1], [4, 3, 2, 1], np.arange(4), np.array([0, 0, 1, 1]))
    assert ranking.clusters.tolist() == [0, 1]


def test_infinite_scores__are_one_step():
    scores = np.array([-np.inf, -np.inf, 0.0, np.inf])
    draws = np.ones((4, LANES), np.uint16)
    assert ranks_of(sort_rows([1, 0, 0, 1], scores, np.arange(4)), draws).auroc[0] == 0.625


def test_nan_scores__are_refused():
    with pytest.raises(ValueError, match="1 scores are NaN"):
        sort_rows([1, 0], [np.nan, 0.0], np.arange(2))


def test_replicates_of_a_table__are_those_of_each_metric_on_the_same_draws(rng, labels):
    frame = {
        "mirna_sequence": rng.choice(["A", "C", "GG"], N),
        "target_sequence": rng.integers(0, 99, N).astype(str),
    }
    table = pl.DataFrame({**frame, "label": labels})
    scores, clusters = np.round(rng.random(N), 2), rng.integers(0, 120, N)
    column = ScoreColumn("s", "scores", scores, 0.5, scores)
    # 21 is no multiple of the replicates that walk together
    found = replicate(table, [column], clusters, n_replicates=21, seed=4)
    names = [name for name in METRICS if (("s", name)) in found]
    assert len(names) == 12
    wanted = bootstrap(jobs_of(table, column, names), labels, clusters, n_replicates=21, seed=4)
    for key, values in wanted.items():
        np.testing.assert_allclose(found[key], values, rtol=1e-12, atol=1e-12, err_msg=str(key))
        if key[1].endswith("auroc"):
            np.testing.assert_array_equal(found[key], values, err_msg=str(key))


def test_draws_of_the_walk__are_the_weights_of_rows(rng):
    clusters = rng.integers(0, 9, 40)
    labels = np.arange(40) % 2
    column = ScoreColumn("s", "scores", labels.astype(float), 0.5)
    table = pl.DataFrame({"mirna_sequence": ["A"] * 40, "target_sequence": ["A"] * 40, "label": labels})
    found = replicate(table, [column], clusters, names=["recall"], n_replicates=9, seed=2)
    weights = np.concatenate(list(cluster_weights(clusters, 9, seed=2)))
    drawn = (weights * labels).sum(axis=1)
    np.testing.assert_array_equal(found["s", "recall"], np.where(drawn > 0, 1.0, np.nan))
