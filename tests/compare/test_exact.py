"""Exact tests against scipy."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.compare.exact import fisher_exact, share_interval

numbers = st.integers(0, 60)


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, numbers, numbers)
def test_fisher__agrees_with_scipy(a, b, c, d):
    from scipy.stats import fisher_exact as reference

    found = fisher_exact(a, a + b, c, c + d)
    if a + b and c + d:
        assert found.p_value == pytest.approx(reference([[a, b], [c, d]]).pvalue, rel=1e-6)


@pytest.mark.parametrize("table", [(8, 10, 1, 6), (40, 60, 3, 200), (5, 5, 0, 9), (0, 7, 3, 9)])
def test_odds_ratio_interval__agrees_with_scipy(table):
    from scipy.stats.contingency import odds_ratio

    yes, total, other, other_total = table
    expected = odds_ratio([[yes, total - yes], [other, other_total - other]]).confidence_interval(0.95)
    found = fisher_exact(*table)
    assert found.low == pytest.approx(expected.low, rel=1e-4)
    assert found.high == pytest.approx(expected.high, rel=1e-4)


def test_odds_ratio__of_an_empty_cell_is_infinite_or_unknown():
    assert fisher_exact(5, 5, 0, 9).odds_ratio == math.inf
    assert math.isnan(fisher_exact(0, 5, 0, 9).odds_ratio)


@pytest.mark.parametrize(("yes", "total"), [(0, 10), (10, 10), (3, 10), (1, 400), (250, 400)])
def test_share_interval__agrees_with_scipy(yes, total):
    from scipy.stats import binomtest

    expected = binomtest(yes, total).proportion_ci(0.95, method="exact")
    assert share_interval(yes, total) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_share_interval__of_nothing_is_everything():
    assert share_interval(0, 0) == (0.0, 1.0)
