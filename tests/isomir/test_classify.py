"""The paper's eight types, one example each and the mixed ones, worked by hand on let-7a-5p in hsa-let-7a-1.

The hairpin reads ...GGGA UGAGGUAGUAGGUUGUAUAGUU UUAGGG...
"""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.columns import schema_of
from dmiso.io.mirgff3_words import parse_variant
from dmiso.isomir.calls import call_isomirs
from dmiso.isomir.classify import EXACT, TYPES, isomir_types, types_between
from dmiso.isomir.exchange import EXCHANGE_COLUMNS, mirgff3_to_calls
from dmiso.isomir.reference import Mature
from dmiso.records import Counts
from dmiso.studies.isomir_types import with_types

from .conftest import HAIRPINS, LET7A, build_reference, records_of

REFERENCE = build_reference([Mature("hsa-let-7a-5p", "MIMAT0000062", LET7A)], HAIRPINS[:1])


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


@given(
    st.integers(-3, 3),
    st.integers(-3, 3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sets(st.integers(2, 21), max_size=3),
)
def test_types__ends_say_what_they_lack_and_have(iso5, iso3, n5, n3, positions):
    inside = sorted(p for p in positions if 1 + max(iso5, 0) < p < 22 + min(iso3, 0))
    types = isomir_types(iso5, iso3, n_added_5p=n5, n_added_3p=n3, changed=inside, mature_length=22)
    net5, net3 = n5 - iso5, n3 + iso3
    assert ("5' addition" in types) == (net5 > 0)
    assert ("5' deletion" in types) == (net5 < 0)
    assert ("3' addition" in types) == (net3 > 0)
    assert ("3' deletion" in types) == (net3 < 0)
    assert ("5' replacement" in types) == (n5 > 0 and iso5 > 0)
    assert ("3' replacement" in types) == (n3 > 0 and iso3 < 0)
    assert ("SNP" in types, "MNP" in types) == (len(inside) == 1, len(inside) > 1)
    assert list(types) == [name for name in (*TYPES, EXACT) if name in types]


@st.composite
def isomirs(draw):
    """Draw an isomiR of let-7a: ends moved along its hairpin, nucleotides replaced anywhere, tails."""
    five, three = draw(st.integers(-3, 3)), draw(st.integers(-3, 3))
    made = list(HAIRPINS[0].sequence[5 + five : 27 + three])
    for at in draw(st.sets(st.integers(0, len(made) - 1), max_size=2)):
        made[at] = draw(st.sampled_from("ACGU"))
    head, tail = draw(st.text("ACGU", max_size=2)), draw(st.text("ACGU", max_size=3))
    return head + "".join(made) + tail


def typed_by_the_studies(sequence, five, three):
    """Return the types of a table of interactions whose source says where the isomiR's ends are."""
    frame = pl.DataFrame(
        {
            "mirna_id": ["hsa-let-7a-5p"],
            "mirna_sequence": [sequence],
            "iso5_offset": [five],
            "iso3_offset": [three],
        }
    )
    return ",".join(with_types(frame, {"hsa-let-7a-5p": LET7A})["isomir_types"].item().to_list())


def every_path(row):
    """Return the types that each way from a call to types leads to."""
    words = parse_variant(row["variant"]).variant
    tails = {"n_added_5p": words.iso_add5p, "n_added_3p": words.iso_add3p}
    changed = [int(change.partition(":")[0]) for change in row["changes"].split(",") if change]
    [record] = records_of(pl.DataFrame([row], schema_of(EXCHANGE_COLUMNS)))
    foreign = replace(
        record,
        attributes={k: v for k, v in record.attributes.items() if k not in {"isomir_types", "changes"}},
    )
    n5, n3 = len(row["added_5p"]), len(row["added_3p"])
    offsets = row["iso5_offset"], row["iso3_offset"]
    paths = {
        "name": ",".join(
            isomir_types(words.iso_5p, words.iso_3p, **tails, changed=changed, mature_length=22)
        ),
        "own mirGFF3": mirgff3_to_calls([record], Counts())["isomir_types"].item(),
        "another tool's mirGFF3": mirgff3_to_calls([foreign], Counts(), matures={row["mirna_id"]: LET7A})[
            "isomir_types"
        ].item(),
        "study, tails apart": typed_by_the_studies(row["sequence"], *offsets),
    }
    beyond = max(n5 - offsets[0], 0) if n5 else 0, max(n3 + offsets[1], 0) if n3 else 0
    inner = row["sequence"][beyond[0] : len(row["sequence"]) - beyond[1]]
    if beyond == (0, 0) or inner in LET7A:
        # otherwise whether what lies beyond the end has a template decides how what lies before it is read
        paths["study, tails included"] = typed_by_the_studies(
            row["sequence"], offsets[0] - n5, offsets[1] + n3
        )
    return paths


@settings(deadline=None, max_examples=300)
@given(isomirs())
def test_every_path_to_types__leads_to_the_same(sequence):
    for row in call_isomirs({"x": sequence}, REFERENCE).rows(named=True):
        assert set(every_path(row).values()) == {row["isomir_types"]}, every_path(row)


@pytest.mark.parametrize(
    ("sequence", "types"),
    [
        ("AC" + LET7A[1:], "5' addition,5' replacement"),
        ("C" + LET7A[2:], "5' deletion,5' replacement"),
        (LET7A[:-1] + "CA", "3' addition,3' replacement"),
        (LET7A[:-2] + "G", "3' deletion,3' replacement"),
        (LET7A[:-2] + "GG", "3' replacement"),
    ],
)
def test_a_replaced_nucleotide_at_a_moved_end__belongs_to_the_end_on_every_path(sequence, types):
    row = call_isomirs({"x": sequence}, REFERENCE).row(0, named=True)
    assert {row["isomir_types"], *every_path(row).values()} == {types}


def test_ends_that_are_not_of_the_mirna__tell_no_types():
    assert types_between("CCCCCCCC", LET7A, 0, 0) is None
    assert types_between(LET7A + "C" * 9, LET7A, 0, 0) is None
