"""Tests and intervals against exact fractions, worked out here without floating point or scipy."""

import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.significance import (
    benjamini_hochberg,
    binomial_tail,
    fisher_exact,
    hypergeometric_tail,
    share_interval,
)

numbers = st.integers(0, 40)


def exact_binomial_tail(successes, trials, share):
    share = Fraction(share)
    terms = (
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1)
    )
    return sum(terms, Fraction(0))


def given_margins(total, other_total, n_yes):
    """Return the count of ways of each possible count of the first group, as whole numbers."""
    counts = range(max(0, n_yes - other_total), min(total, n_yes) + 1)
    return {k: math.comb(total, k) * math.comb(other_total, n_yes - k) for k in counts}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 120), st.integers(1, 120), st.floats(0.001, 0.999))
def test_binomial_tail__is_the_sum_of_its_terms(successes, trials, share):
    successes = min(successes, trials)
    expected = float(exact_binomial_tail(successes, trials, share))
    assert float(binomial_tail(successes, trials, share)) == pytest.approx(expected, rel=1e-12, abs=1e-280)


def test_binomial_tail__of_a_sure_or_impossible_event():
    assert binomial_tail([3, 3, 0], 5, [1.0, 0.0, 0.0]).tolist() == [1.0, 0.0, 1.0]


def test_hypergeometric_tail__is_the_share_of_ways(rng):
    rows = []
    for _ in range(30):
        total = int(rng.integers(5, 200))
        inside, drawn = (int(rng.integers(0, total + 1)) for _ in range(2))
        rows.append((int(rng.integers(0, min(inside, drawn) + 1)), drawn, inside, total))
    expected = [
        float(sum(Fraction(n, math.comb(t, d)) for k, n in given_margins(i, t - i, d).items() if k >= o))
        for o, d, i, t in rows
    ]
    np.testing.assert_allclose(hypergeometric_tail(*np.array(rows).T), expected, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, numbers, numbers)
def test_fisher__counts_the_tables_that_are_no_likelier(a, b, c, d):
    ways = given_margins(a + b, c + d, a + c)
    expected = Fraction(sum(n for n in ways.values() if n <= ways[a]), sum(ways.values()))
    found = fisher_exact(a, a + b, c, c + d)
    assert found.p_value == pytest.approx(float(expected), rel=1e-12)
    if b * c:
        assert found.odds_ratio == pytest.approx(a * d / (b * c))


@pytest.mark.parametrize("table", [(8, 10, 1, 6), (40, 60, 3, 200), (5, 5, 0, 9), (0, 7, 3, 9)])
def test_fisher__at_its_limits_a_tail_is_the_half_of_five_per_cent(table):
    yes, total, other, other_total = table
    found = fisher_exact(*table)
    ways = given_margins(total, other_total, yes + other)

    def chance(odds, keep):
        weighted = {k: n * Fraction(odds) ** (k - min(ways)) for k, n in ways.items()}
        return float(sum(w for k, w in weighted.items() if keep(k)) / sum(weighted.values()))

    if yes > min(ways):
        assert chance(found.low, lambda k: k >= yes) == pytest.approx(0.025, rel=1e-8)
    else:
        assert found.low == 0
    if yes < max(ways):
        assert chance(found.high, lambda k: k <= yes) == pytest.approx(0.025, rel=1e-8)
    else:
        assert found.high == math.inf


def test_fisher__the_odds_ratio_of_an_empty_cell_is_infinite_or_unknown():
    assert fisher_exact(5, 5, 0, 9).odds_ratio == math.inf
    assert math.isnan(fisher_exact(0, 5, 0, 9).odds_ratio)


@pytest.mark.parametrize(("yes", "total"), [(0, 10), (10, 10), (3, 10), (1, 400), (250, 400)])
def test_share_interval__at_its_limits_a_tail_is_the_half_of_five_per_cent(yes, total):
    low, high = share_interval(yes, total)
    if yes:
        assert float(exact_binomial_tail(yes, total, low)) == pytest.approx(0.025, rel=1e-10)
    else:
        assert low == 0
    if yes < total:
        assert 1 - float(exact_binomial_tail(yes + 1, total, high)) == pytest.approx(0.025, rel=1e-10)
    else:
        assert high == 1


def test_share_interval__of_nothing_is_everything():
    assert share_interval(0, 0) == (0.0, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values__are_the_lowest_rate_at_which_a_test_is_called(p_values):
    p = np.array(p_values)
    rates = [min(1.0, t * len(p) / int((p <= t).sum())) for t in p]
    expected = [min(r for t, r in zip(p, rates, strict=True) if t >= own) for own in p]
    assert benjamini_hochberg(p_values) == pytest.approx(expected)


def test_q_values__of_nothing_are_none():
    assert benjamini_hochberg([]).shape == (0,)


def test_room__loads_no_scipy_before_a_test_is_made():
    code = "import sys, dmiso.significance; print('scipy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
