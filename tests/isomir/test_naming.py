"""What is said beside a call: the other readings of a sequence, and how much dearer they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.io.mirgff3_words import parse_variant
from dmiso.isomir.align import Change, Explanation
from dmiso.isomir.calls import call_isomirs
from dmiso.isomir.naming import variant

from .conftest import LET7A


def said(reference, sequence, mirna="hsa-let-7a-5p"):
    return call_isomirs({"x": sequence}, reference).filter(mirna_id=mirna)["ambiguity"].item()


def test_ambiguity__nothing_is_said_where_nothing_else_fits(reference):
    assert said(reference, LET7A) == ""


def test_ambiguity__a_changed_last_base_is_a_substitution_or_a_tail(reference):
    assert said(reference, LET7A[:-1] + "C") == "substitution or tail: iso_snv (+0)"


def test_ambiguity__a_changed_last_but_one_base_may_begin_a_tail(reference):
    assert said(reference, LET7A[:-2] + "CU") == "substitution or tail: iso_3p:-2,iso_add3p:2 (+2)"


def test_ambiguity__a_templated_u_may_be_a_tail(reference):
    assert said(reference, LET7A + "U") == "templated or tail: iso_add3p:1 (+2)"


def test_ambiguity__a_tail_behind_templated_bases_may_begin_before_them(reference):
    """UUC: the second hairpin has U after the miRNA, the first UU, so the first explains it with a shorter tail."""
    assert said(reference, LET7A + "UUC") == (
        "templated or tail: iso_3p:+1,iso_add3p:2 (+0); templated or tail: iso_add3p:3 (+0); only from hsa-let-7a-1"
    )


def test_ambiguity__hairpins_that_have_the_bases_are_named(reference):
    row = call_isomirs({"x": "A" + LET7A}, reference).row(0, named=True)
    assert row["precursor_ids"] == "hsa-let-7a-1"
    assert row["ambiguity"] == "only from hsa-let-7a-1"


def test_ambiguity__a_mirna_that_is_nearly_as_good_is_named(reference):
    """UU behind the miRNA has a template in hsa-let-7a-1 only; C at position 19 is neither let-7a's nor let-7c's."""
    text = said(reference, LET7A[:18] + "C" + LET7A[19:] + "UU")
    assert text.endswith("only from hsa-let-7a-1; near hsa-let-7c-5p: iso_3p:+1,iso_add3p:1,iso_snv (+2)")


def test_ties__all_parents_are_rows(reference):
    """Position 19 is all that tells let-7a (A) from let-7c (G): with C there both need one substitution."""
    table = call_isomirs({"x": LET7A[:18] + "C" + LET7A[19:]}, reference)
    assert table["mirna_id"].to_list() == ["hsa-let-7a-5p", "hsa-let-7c-5p"]
    assert table["changes"].to_list() == ["19:A>C", "19:G>C"]
    assert table["n_parents"].to_list() == [2, 2]


def test_ties__a_shared_beginning_has_both_parents(reference):
    table = call_isomirs({"x": LET7A[:18]}, reference)
    assert table["variant"].to_list() == ["iso_3p:-4", "iso_3p:-4"]


@pytest.mark.parametrize(
    ("position", "word"),
    [
        (1, "iso_snv"),
        (2, "iso_snv_seed"),
        (7, "iso_snv_seed"),
        (8, "iso_snv_central_offset"),
        (9, "iso_snv_central"),
        (12, "iso_snv_central"),
        (13, "iso_snv_central_supp"),
        (17, "iso_snv_central_supp"),
        (18, "iso_snv"),
    ],
)
def test_variant__a_substitution_is_named_by_its_position_on_the_mirna(position, word):
    found = Explanation(5, 0, 0, 0, 0, -1, 0, "", "", "", "", (Change(position, "A", "C"),))
    assert str(variant(found)) == f"iso_5p:-1,{word}"


@given(
    st.integers(-5, 5), st.integers(-7, 7), st.integers(0, 2), st.integers(0, 5), st.sets(st.integers(1, 22))
)
def test_variant__says_offsets_and_tails_back(iso5, iso3, n5, n3, positions):
    changes = tuple(Change(p, "A", "C") for p in sorted(positions))
    made = variant(Explanation(0, 0, 0, 0, 0, iso5, iso3, "A" * n5, "A" * n3, "", "", changes))
    assert parse_variant(str(made)).variant == made
    assert (made.iso_5p, made.iso_3p, made.iso_add5p, made.iso_add3p) == (iso5, iso3, n5, n3)
