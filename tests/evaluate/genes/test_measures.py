"""Measures against scipy and scikit-learn, and by examples whose answer one can say aloud."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from dmiso.evaluate.genes.measures import best_weights, measure, sign_test, standardised, weighted_ks


@pytest.fixture
def experiment(rng):
    responses = rng.normal(size=400)
    scores = np.round(responses + rng.normal(0, 2, 400))  # many ties
    responds = responses > 0.8
    return scores, responses, responds, scores <= np.quantile(scores, 0.3)


def values(experiment, *, best=50):
    names = ("spearman", "pearson", "auroc", "average_precision", "best_mean", "best_ks")
    return {name: measure(name, *experiment, best=best) for name in names}


def test_correlations_and_areas__are_those_of_scipy_and_scikit_learn(experiment):
    scores, responses, responds, _ = experiment
    found = values(experiment)
    assert found["spearman"].value == pytest.approx(stats.spearmanr(scores, responses).statistic)
    assert found["pearson"].value == pytest.approx(stats.pearsonr(scores, responses).statistic)
    assert found["auroc"].value == pytest.approx(roc_auc_score(responds, scores))
    assert found["average_precision"].value == pytest.approx(average_precision_score(responds, scores))
    assert found["average_precision"].chance == pytest.approx(responds.mean())


def test_ks__is_the_one_sided_test_of_scipy_where_nothing_ties(rng):
    responses = rng.normal(size=300)
    scores = responses + rng.normal(0, 1, 300)
    best, others = scores >= np.sort(scores)[-80], scores < np.sort(scores)[150]
    statistic, p_value = weighted_ks(responses, best_weights(scores, 80), others)
    expected = stats.ks_2samp(responses[best], responses[others], alternative="less", method="asymp")
    assert statistic == pytest.approx(expected.statistic)
    # scipy adds a correction to the asymptotic p-value of one side
    assert math.log(p_value) == pytest.approx(math.log(expected.pvalue), rel=0.1)


def test_ks__of_genes_that_respond_less_is_none():
    responses, weights = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.0, 0.0])
    assert weighted_ks(responses, weights, np.array([False, False, True, True])) == (0.0, 1.0)


def test_best__ties_share_what_is_left_whatever_the_order(rng):
    scores = np.array([9.0, 5.0, 5.0, 5.0, 1.0])
    assert best_weights(scores, 2).tolist() == [1, 1 / 3, 1 / 3, 1 / 3, 0]
    responses = np.array([4.0, 1.0, 2.0, 3.0, 0.0])
    none = np.zeros(5, bool)
    found = {
        measure("best_mean", scores[order], responses[order], none, none, best=2).value
        for order in (rng.permutation(5) for _ in range(20))
    }
    assert max(found) - min(found) < 1e-12
    expected = (4 + 2) / 2  # the mean of 1, 2 and 3 beside the best
    assert found.pop() == pytest.approx((expected - responses.mean()) / responses.std(ddof=1))


def test_metrics_that_are_not_defined__say_why(experiment):
    scores, responses, responds, none = experiment
    nobody = np.zeros(400, bool)
    assert measure("auroc", scores, responses, nobody, none, best=5).note == "all genes respond, or none"
    assert "alike" in measure("spearman", np.ones(400), responses, responds, none, best=5).note
    assert measure("best_mean", scores, responses, responds, none, best=400).note == (
        "400 genes: not more than the best 400"
    )
    assert measure("best_ks", scores, responses, responds, nobody, best=5).note == "no gene is without a site"
    assert "alike" in measure("best_mean", scores, np.ones(400), responds, none, best=5).note


def test_chance__is_what_shuffled_scores_reach(rng, experiment):
    scores, responses, responds, _ = experiment
    found = {name: [] for name in values(experiment)}
    chance = {name: [] for name in found}
    for _ in range(300):
        shuffled = rng.permutation(scores)
        none = shuffled <= np.quantile(shuffled, 0.3)
        for name, own in found.items():
            one = measure(name, shuffled, responses, responds, none, best=50)
            own.append(one.value)
            chance[name].append(one.chance)
    for name, own in found.items():
        # average precision lies a little above the share of responders where there are few of them
        assert np.mean(own) == pytest.approx(np.mean(chance[name]), abs=0.02), name


def test_standardised__has_mean_0_and_deviation_1_and_none_of_equal_values():
    found = standardised(np.array([1.0, 2.0, 6.0]))
    assert found.mean() == pytest.approx(0)
    assert found.std(ddof=1) == pytest.approx(1)
    assert np.isnan(standardised(np.ones(4))).all()


@pytest.mark.parametrize(("better", "worse"), [(7, 2), (2, 7), (5, 5), (1, 0), (29, 0)])
def test_sign_test__is_scipys_binomial_test(better, worse):
    assert sign_test(better, worse) == pytest.approx(stats.binomtest(better, better + worse).pvalue)
