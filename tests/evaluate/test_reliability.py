"""Calibration: bins, intervals, the Brier score's parts, another prior; against scikit-learn, scipy and by hand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

from dmiso.columns import COLUMNS, schema_of
from dmiso.evaluate.reliability import (
    RELIABILITY_COLUMNS,
    at_priors,
    brier_parts,
    calibration_error,
    equal_count_bins,
    reliability_bins,
    reliability_table,
    wilson_interval,
)
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.models.calibration import Calibration, at_prior, sigmoid

SHARES = st.floats(0.001, 0.999)


@pytest.fixture
def drawn(rng):
    """Labels drawn with the probabilities that the scores state: perfect calibration."""
    scores = rng.beta(0.8, 1.4, 5000)
    return (rng.random(5000) < scores).astype(int), scores


def test_reliability_bins__are_scikit_learns_quantile_bins(drawn):
    labels, scores = drawn
    bins = reliability_bins(labels, scores, n_bins=10)
    share, mean = calibration_curve(labels, scores, n_bins=10, strategy="quantile")
    np.testing.assert_allclose(bins["mean_score"], mean, atol=1e-12)
    np.testing.assert_allclose(bins["observed_share"], share, atol=1e-12)
    assert bins["n"].to_list() == [500] * 10


def test_reliability_bins__worked_by_hand():
    labels = [0, 0, 1, 0, 1, 1]
    scores = [0.1, 0.2, 0.3, 0.6, 0.7, 0.8]
    rows = reliability_bins(labels, scores, n_bins=2).drop("share_low", "share_high").rows()
    assert rows == [
        (1, 0.1, 0.3, pytest.approx(0.2), pytest.approx(1 / 3), 3),
        (2, 0.6, 0.8, pytest.approx(0.7), pytest.approx(2 / 3), 3),
    ]


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 12))
def test_equal_count_bins__never_part_equal_scores_and_follow_their_order(values, n_bins):
    bins = equal_count_bins(values, n_bins)
    assert sorted(set(bins)) == list(range(len(set(bins))))
    assert len(set(bins)) <= n_bins
    for a, bin_a in zip(values, bins, strict=True):
        for b, bin_b in zip(values, bins, strict=True):
            assert (bin_a == bin_b) if a == b else (bin_a <= bin_b) == (a < b) or bin_a == bin_b


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 12))
def test_equal_count_bins__of_distinct_scores_differ_by_one_row_at_most(n, n_bins):
    counts = np.bincount(equal_count_bins(np.arange(n), n_bins))
    assert counts.max() - counts.min() <= 1


def test_equal_count_bins__refuse_no_bins():
    with pytest.raises(ValueError, match="n_bins is 0; at least 1 is needed"):
        equal_count_bins([0.1], 0)


@pytest.mark.parametrize(("positives", "n"), [(0, 7), (7, 7), (3, 11), (250, 1000)])
def test_wilson_interval__is_scipys(positives, n):
    low, high = wilson_interval(positives, n)
    expected = binomtest(positives, n).proportion_ci(method="wilson")
    assert (float(low), float(high)) == (
        pytest.approx(expected.low, abs=1e-9),
        pytest.approx(expected.high, abs=1e-9),
    )
    assert low <= positives / n <= high


def test_brier_parts__add_up_to_scikit_learns_score(drawn):
    labels, scores = drawn
    parts = brier_parts(labels, scores)
    assert parts.brier == pytest.approx(brier_score_loss(labels, scores))
    assert parts.brier == pytest.approx(
        parts.reliability - parts.resolution + parts.uncertainty + parts.within_bins
    )
    assert parts.reliability < 0.001  # labels were drawn with the scores
    assert parts.uncertainty == pytest.approx(labels.mean() * (1 - labels.mean()))


def test_brier_parts__of_few_distinct_scores_leave_nothing_inside_bins():
    # Murphy's case: forecasts 0.2 (4 rows, 1 positive) and 0.7 (2 rows, 2 positives)
    parts = brier_parts([1, 0, 0, 0, 1, 1], [0.2] * 4 + [0.7] * 2, n_bins=2)
    assert parts.brier == pytest.approx((0.64 + 3 * 0.04 + 2 * 0.09) / 6)
    assert parts.reliability == pytest.approx((4 * 0.05**2 + 2 * 0.3**2) / 6)
    assert parts.resolution == pytest.approx((4 * 0.25**2 + 2 * 0.5**2) / 6)
    assert parts.uncertainty == pytest.approx(0.25)
    assert parts.within_bins == pytest.approx(0, abs=1e-15)


def test_calibration_error__is_near_nothing_for_true_probabilities_and_sees_a_shift(drawn):
    labels, scores = drawn
    by_chance = 0.8 * 0.5 / np.sqrt(500)  # 0.8 standard errors of a share of 500 rows, at most
    assert calibration_error(labels, scores) < 1.5 * by_chance
    assert calibration_error(labels, np.minimum(scores + 0.2, 1)) > 0.15
    assert calibration_error([0, 1] * 50, [0.5] * 100) == 0


@settings(deadline=None)
@given(st.floats(-30, 30), SHARES, SHARES)
def test_at_prior__moves_the_logit_by_the_difference_of_the_priors_logits(logit, prior, new):
    def to_logit(p):
        return np.log(p) - np.log1p(-p)

    expected = sigmoid(logit + to_logit(new) - to_logit(prior))
    assert float(at_prior(sigmoid(logit), prior, new)) == pytest.approx(float(expected), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.floats(0, 1), SHARES, SHARES)
def test_at_prior__there_and_back_is_the_same(score, prior, new):
    assert float(at_prior(at_prior(score, prior, new), new, prior)) == pytest.approx(score, abs=1e-9)


def test_at_prior__is_bayes_rule_on_a_table_with_other_numbers(rng):
    # two classes with known densities: normals around 1 and -1, so the logit at 1:1 is 2 x
    x = np.concatenate([rng.normal(1, 1, 4000), rng.normal(-1, 1, 36000)])
    labels = np.repeat([1, 0], [4000, 36000])
    at_one_to_one = sigmoid(2 * x)
    at_one_to_nine = at_prior(at_one_to_one, 0.5, 0.1)
    assert calibration_error(labels, at_one_to_one) > 0.1
    assert calibration_error(labels, at_one_to_nine) < 0.01
    assert log_loss(labels, at_one_to_nine) < log_loss(labels, at_one_to_one)


@pytest.mark.parametrize("prior", [0.0, 1.0, -0.1, 1.5])
def test_at_prior__refuses_a_share_that_is_none(prior):
    with pytest.raises(ValueError, match=f"prior {prior} must lie between 0 and 1"):
        at_prior(0.5, 0.5, prior)


def test_score_at_a_prior__keeps_its_calls():
    scores = np.array([0.2, 0.5, 0.8])
    column = ScoreColumn("m", "model", np.log(scores / (1 - scores)), 0.5, scores, prior=0.5)
    moved = column.at_prior(0.1)
    assert moved.threshold == pytest.approx(0.1)
    assert ((moved.thresholded >= moved.threshold) == (scores >= 0.5)).all()
    assert (moved.values == column.values).all()
    assert moved.prior == 0.1


def test_score_without_a_prior__is_left_as_it_is_with_a_note():
    column = ScoreColumn("m", "scores", np.array([0.2]), 0.5, np.array([0.2]), note="mine")
    moved = column.at_prior(0.1)
    assert moved.probabilities is column.probabilities
    assert moved.note == "mine; its prior is not stated: not re-expressed at 0.1"


def test_at_priors__table_means_the_share_of_positives():
    table = pl.DataFrame({"label": [1, 0, 0, 0]})
    column = ScoreColumn("m", "model", np.zeros(4), 0.5, np.full(4, 0.5), prior=0.5)
    rank_only = ScoreColumn("r", "tool", np.zeros(4))
    moved, same = at_priors(table, [column, rank_only], "table")
    assert moved.probabilities.tolist() == pytest.approx([0.25] * 4)
    assert same is rank_only
    assert at_priors(table, [column], None) == [column]
    assert at_priors(table.filter(pl.col("label") == 1), [column], "table") == [column]


def test_reliability_table__has_the_declared_columns_and_only_probabilities():
    table = pl.DataFrame({"label": [1, 0, 1, 0]})
    scores = np.array([0.9, 0.1, 0.8, 0.3])
    columns = [ScoreColumn("m", "model", scores, 0.5, scores, prior=0.5), ScoreColumn("t", "tool", scores)]
    frame = reliability_table(table, columns, n_bins=2)
    assert frame.schema == schema_of(RELIABILITY_COLUMNS)
    assert set(frame.columns) <= set(COLUMNS)
    assert frame["scorer"].unique().to_list() == ["m"]
    assert frame["n"].to_list() == [2, 2]
    assert reliability_table(table, columns[1:]).height == 0


def test_calibration__prior_is_where_its_scores_are_right(rng):
    logits = rng.normal(size=2000)
    labels = (rng.random(2000) < sigmoid(1.5 * logits - 1)).astype(int)
    scores = Calibration(kind="platt", slope=1.5, intercept=-1.0, prior=labels.mean()).apply(logits)
    assert abs(scores.mean() - labels.mean()) < 0.02
