"""Every metric against scikit-learn, or worked by hand where it has none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from dmiso.evaluate.metrics import (
    ap_at_ratio,
    auroc,
    average_precision,
    brier,
    chance_ap,
    comparable_pairs,
    threshold_metrics,
    why_undefined,
    within_group_auroc,
)

ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-3, 3), st.integers(0, 3)), min_size=4, max_size=40
).filter(lambda rows: sum(w for y, _, w in rows if y) > 0 and sum(w for y, _, w in rows if not y) > 0)


def arrays(rows):
    labels, scores, weights = np.array(rows).T
    return labels, scores / 3, weights


@given(ROWS)
def test_auroc__equals_scikit_learn_with_ties_and_weights(rows):
    labels, scores, weights = arrays(rows)
    expected = sk.roc_auc_score(labels, scores, sample_weight=weights)
    assert auroc(labels, scores, weights=weights) == pytest.approx(expected)


@given(ROWS)
def test_average_precision__equals_scikit_learn_with_ties_and_weights(rows):
    labels, scores, weights = arrays(rows)
    expected = sk.average_precision_score(labels, scores, sample_weight=weights)
    assert average_precision(labels, scores, weights=weights) == pytest.approx(expected)


@given(ROWS, st.sampled_from([0.5, 1, 10, 100]))
def test_ap_at_ratio__equals_scikit_learn_with_the_negatives_reweighted(rows, ratio):
    labels, scores, weights = arrays(rows)
    factor = ratio * weights[labels == 1].sum() / weights[labels == 0].sum()
    reweighted = np.where(labels == 1, weights, weights * factor)
    expected = sk.average_precision_score(labels, scores, sample_weight=reweighted)
    assert ap_at_ratio(labels, scores, ratio, weights=weights) == pytest.approx(expected)


def test_ap_at_ratio__equals_repeating_the_negatives(rng):
    labels, scores = np.repeat([1, 0], 30), rng.normal(size=60)
    repeated = [*scores[:30], *np.repeat(scores[30:], 10)]
    expected = sk.average_precision_score([1] * 30 + [0] * 300, repeated)
    assert ap_at_ratio(labels, scores, 10) == pytest.approx(expected)


def test_chance__is_what_constant_scores_reach():
    for ratio, expected in ((1, 0.5), (10, 1 / 11), (100, 1 / 101)):
        assert chance_ap(ratio) == pytest.approx(expected)
        assert ap_at_ratio([1, 1, 0], [0, 0, 0], ratio) == pytest.approx(expected)


@given(ROWS, st.integers(-3, 4))
def test_threshold_metrics__equal_scikit_learn(rows, threshold):
    labels, scores, _ = arrays(rows)
    called = scores >= threshold / 3
    found = threshold_metrics(labels, scores, threshold / 3)
    options = {"zero_division": np.nan}
    assert found.precision == pytest.approx(sk.precision_score(labels, called, **options), nan_ok=True)
    assert found.recall == pytest.approx(sk.recall_score(labels, called))
    assert found.specificity == pytest.approx(sk.recall_score(labels, called, pos_label=0))
    assert found.f1 == pytest.approx(sk.f1_score(labels, called))


def test_threshold__itself_is_called_positive():
    assert threshold_metrics([1, 0], [0.5, 0.4], 0.5).recall == 1.0


def test_brier__equals_scikit_learn(rng):
    labels, p, weights = rng.integers(0, 2, 50), rng.random(50), rng.integers(1, 4, 50)
    assert brier(labels, p) == pytest.approx(sk.brier_score_loss(labels, p))
    assert brier(labels, p, weights=weights) == pytest.approx(
        sk.brier_score_loss(labels, p, sample_weight=weights)
    )


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=50))
def test_within_group_auroc__equals_the_pair_weighted_mean_of_scikit_learns(rows):
    labels, scores, groups = np.array(rows).T
    pairs = total = 0.0
    for group in np.unique(groups):
        inside = groups == group
        n = labels[inside].sum() * (1 - labels[inside]).sum()
        if n:
            pairs += n
            total += n * sk.roc_auc_score(labels[inside], scores[inside])
    expected = total / pairs if pairs else np.nan
    assert within_group_auroc(labels, scores, groups) == pytest.approx(expected, nan_ok=True)
    assert comparable_pairs(labels, groups)[1] == pairs


def test_within_group_auroc__knows_nothing_of_what_only_tells_groups_apart():
    labels = [1, 1, 0, 1, 0, 0]
    groups = ["a", "a", "a", "b", "b", "b"]
    of_group = [0.9, 0.9, 0.9, 0.1, 0.1, 0.1]
    assert auroc(labels, of_group) > 0.6
    assert within_group_auroc(labels, of_group, groups) == 0.5


def test_within_group_auroc__worked_by_hand():
    # group a: one of two pairs in order, one tied; group b: one pair, upside down; 1.5 of 3 pairs
    value = within_group_auroc([1, 0, 0, 1, 0], [5, 5, 3, 1, 2], ["a", "a", "a", "b", "b"])
    assert value == pytest.approx(1.5 / 3)


def test_weights__are_repeated_rows(rng):
    labels, scores, groups = rng.integers(0, 2, 40), rng.integers(0, 9, 40), rng.integers(0, 5, 40)
    weights = rng.integers(0, 3, 40)
    repeat = np.repeat(np.arange(40), weights)
    for metric in (auroc, average_precision):
        assert metric(labels, scores, weights=weights) == pytest.approx(
            metric(labels[repeat], scores[repeat])
        )
    assert within_group_auroc(labels, scores, groups, weights=weights) == pytest.approx(
        within_group_auroc(labels[repeat], scores[repeat], groups[repeat])
    )


def test_blocks_of_weights__give_one_number_a_row(rng):
    labels, scores = rng.integers(0, 2, 30), rng.integers(0, 9, 30) / 9
    weights = rng.integers(0, 3, (4, 30))
    for metric in (auroc, average_precision, brier, lambda *a, **k: threshold_metrics(*a, 0.4, **k).f1):
        block = metric(labels, scores, weights=weights)
        assert block.shape == (4,)
        np.testing.assert_allclose(block, [metric(labels, scores, weights=row) for row in weights])


def test_infinite_scores__rank_first_and_last():
    assert auroc([1, 1, 0, 0], [np.inf, 0, 0, -np.inf]) == pytest.approx(0.875)
    assert average_precision([0, 1], [-np.inf, np.inf]) == 1.0


@pytest.mark.parametrize("labels", [[1, 1], [0, 0], []])
def test_one_class__is_nan_with_a_reason_and_no_crash(labels):
    scores = [0.5] * len(labels)
    for metric in (auroc, average_precision, lambda y, s: ap_at_ratio(y, s, 10)):
        assert np.isnan(metric(labels, scores))
    assert np.isnan(within_group_auroc(labels, scores, ["a"] * len(labels)))
    assert why_undefined(labels)


def test_reasons__name_the_class_or_the_groups():
    assert "all 2 rows are negatives" in why_undefined([0, 0])
    assert why_undefined([]) == "there are no rows"
    assert why_undefined([1, 0], ["a", "b"]) == "no group has both a positive and a negative"
    assert why_undefined([1, 0], ["a", "a"]) is None


def test_recall_of_positives_only__is_defined():
    found = threshold_metrics([1, 1, 1], [0.9, 0.2, 0.6], 0.5)
    assert found.recall == pytest.approx(2 / 3)
    assert np.isnan(found.specificity)


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([1, 0], [0.1], "do not have the same rows"),
        ([1, 2], [0.1, 0.2], "labels are 0 or 1; found"),
        ([1, 0], [0.1, np.nan], "1 scores are NaN: give each row a score"),
    ],
)
def test_unusable_input__is_refused_with_the_reason(labels, scores, message):
    with pytest.raises(ValueError, match=message):
        auroc(labels, scores)


def test_brier__refuses_what_is_no_probability():
    with pytest.raises(ValueError, match="probabilities lie in 0-1; found -1 to 2"):
        brier([1, 0], [-1, 2])


def test_groups_of_another_length__are_refused():
    with pytest.raises(ValueError, match="do not have the 2 rows"):
        within_group_auroc([1, 0], [0, 1], ["a"])
