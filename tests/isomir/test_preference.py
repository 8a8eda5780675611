"""Binomial tests and false discovery rates, against SciPy (which scikit-learn brings)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.isomir.preference import benjamini_hochberg, binomial_tail, type_preference

stats = pytest.importorskip("scipy.stats")


@given(st.integers(0, 300), st.integers(1, 300), st.floats(0.001, 0.999))
def test_tail__is_scipys_one_sided_binomial_test(successes, trials, share):
    successes = min(successes, trials)
    expected = stats.binomtest(successes, trials, share, alternative="greater").pvalue
    assert binomial_tail(successes, trials, share) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_tail__of_a_sure_or_impossible_event():
    assert binomial_tail(3, 5, 1.0) == 1.0
    assert binomial_tail(3, 5, 0.0) == 0.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values__are_scipys(p_values):
    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values))


def test_q_values__of_nothing_are_none():
    assert benjamini_hochberg([]).shape == (0,)


def test_preference__a_mirna_with_one_type_only_prefers_it():
    mirnas = ["picky"] * 30 + ["even"] * 30 + ["rare"] * 5
    types = [["5' deletion"]] * 30 + [["5' deletion"], ["3' addition"]] * 15 + [["SNP"]] * 5
    table = type_preference(mirnas, types, least=10)
    assert table["mirna_id"].unique().sort().to_list() == ["even", "picky"]
    picky = table.filter(mirna_id="picky", isomir_type="5' deletion")
    share = 45 / 65
    assert picky["expected_share"].item() == pytest.approx(share)
    assert picky["binomial_p_value"].item() == pytest.approx(share**30)
    assert picky["binomial_q_value"].item() < 0.01
    assert table.filter(mirna_id="picky", isomir_type="3' addition")["of_type"].item() == 0
    even = dict(table.filter(mirna_id="even").select("isomir_type", "binomial_q_value").iter_rows())
    assert even["3' addition"] < 0.01  # 15 of 30 where 15 of 65 are expected
    assert even["5' deletion"] == even["SNP"] == 1.0


def test_preference__of_no_mirna_with_enough_interactions_is_an_empty_table():
    table = type_preference(["a"], [["SNP"]], least=10)
    assert table.height == 0
    assert "binomial_q_value" in table.columns


@pytest.mark.parametrize(
    ("successes", "trials", "share"), [(52_000, 100_000, 0.5), (300_000, 1_000_000, 0.31)]
)
def test_tail__of_many_reads_is_scipys(successes, trials, share):
    expected = stats.binomtest(successes, trials, share, alternative="greater").pvalue
    assert binomial_tail(successes, trials, share) == pytest.approx(expected, rel=1e-6)


def test_weights__stand_for_as_many_interactions():
    types = [["SNP"], ["3' addition"], ["SNP", "MNP"]]
    weighted = type_preference(["a", "a", "b"], types, least=1, weights=[3, 1, 2])
    repeated = type_preference(["a"] * 4 + ["b"] * 2, [types[0]] * 3 + [types[1]] + [types[2]] * 2, least=1)
    assert weighted.equals(repeated)
