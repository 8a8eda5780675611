"""Which types a miRNA prefers, worked out by hand."""

import sys

import pytest

from dmiso.errors import MissingExtraError
from dmiso.isomir.preference import type_preference


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


def test_weights__stand_for_as_many_interactions():
    types = [["SNP"], ["3' addition"], ["SNP", "MNP"]]
    weighted = type_preference(["a", "a", "b"], types, least=1, weights=[3, 1, 2])
    repeated = type_preference(["a"] * 4 + ["b"] * 2, [types[0]] * 3 + [types[1]] + [types[2]] * 2, least=1)
    assert weighted.equals(repeated)


def test_preference__without_scipy_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingExtraError, match=r"needs scipy.*pip install 'dmiso\[stats\]'"):
        type_preference(["a"], [["SNP"]], least=1)
