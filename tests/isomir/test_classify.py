"""The paper's eight types, one example each and the mixed ones, worked by hand on let-7a-5p in hsa-let-7a-1.

The hairpin reads ...GGGA UGAGGUAGUAGGUUGUAUAGUU UUAGGG...
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.isomir.align import Change, Explanation
from dmiso.isomir.calls import call_isomirs
from dmiso.isomir.classify import EXACT, TYPES, isomir_types
from dmiso.studies import isomir_types as study

from .conftest import LET7A


@pytest.mark.parametrize(
    ("sequence", "types", "variant"),
    [
        (LET7A, "exact miRNA", "NA"),
        ("A" + LET7A, "5' addition", "iso_5p:-1"),
        ("C" + LET7A, "5' addition", "iso_add5p:1"),
        (LET7A[2:], "5' deletion", "iso_5p:+2"),
        ("C" + LET7A[1:], "5' replacement", "iso_snv"),
        (LET7A + "UU", "3' addition", "iso_3p:+2"),
        (LET7A + "AA", "3' addition", "iso_add3p:2"),
        (LET7A[:-3], "3' deletion", "iso_3p:-3"),
        (LET7A[:-1] + "C", "3' replacement", "iso_3p:-1,iso_add3p:1"),
        (LET7A[:-1] + "AA", "3' addition,3' replacement", "iso_3p:-1,iso_add3p:2"),
        (LET7A[:-3] + "A", "3' deletion,3' replacement", "iso_3p:-3,iso_add3p:1"),
        (LET7A[:4] + "C" + LET7A[5:], "SNP", "iso_snv_seed"),
        (LET7A[:4] + "C" + LET7A[5:9] + "C" + LET7A[10:], "MNP", "iso_snv_seed,iso_snv_central"),
        (
            LET7A[1:10] + "C" + LET7A[11:] + "A",
            "5' deletion,3' addition,SNP",
            "iso_5p:+1,iso_add3p:1,iso_snv_central",
        ),
    ],
)
def test_types__as_worked_by_hand(reference, sequence, types, variant):
    row = call_isomirs({"x": sequence}, reference).filter(mirna_id="hsa-let-7a-5p")
    assert (row["isomir_types"].item(), row["variant"].item()) == (types, variant)


def test_types__are_spelled_as_in_the_studies():
    assert (TYPES, EXACT) == (study.TYPES, study.EXACT)


@given(
    st.integers(-3, 3),
    st.integers(-3, 3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sets(st.integers(2, 21), max_size=3),
)
def test_types__ends_say_what_they_lack_and_have(iso5, iso3, n5, n3, positions):
    inside = sorted(p for p in positions if 1 + max(iso5, 0) < p < 22 + min(iso3, 0))
    changes = tuple(Change(p, "A", "C") for p in inside)
    types = isomir_types(Explanation(0, 0, 0, 0, 0, iso5, iso3, "A" * n5, "A" * n3, "", "", changes), 22)
    net5, net3 = n5 - iso5, n3 + iso3
    assert ("5' addition" in types) == (net5 > 0)
    assert ("5' deletion" in types) == (net5 < 0)
    assert ("3' addition" in types) == (net3 > 0)
    assert ("3' deletion" in types) == (net3 < 0)
    assert ("5' replacement" in types) == (n5 > 0 and iso5 > 0)
    assert ("3' replacement" in types) == (n3 > 0 and iso3 < 0)
    assert ("SNP" in types, "MNP" in types) == (len(inside) == 1, len(inside) > 1)
    assert list(types) == [name for name in (*TYPES, EXACT) if name in types]
