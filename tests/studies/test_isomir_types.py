"""The paper's eight types, worked by hand on let-7a and its variants."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.readers import read_interactions
from dmiso.studies.isomir_types import EXACT, GROUPS, TYPES, UNTOLD, type_groups, with_types

REFERENCE = "UGAGGUAGUAGGUUGUAUAGUU"


def types_of(sequence, five, three, reference=None):
    """Return the types that a table of one row gets."""
    frame = pl.DataFrame(
        {
            "mirna_id": ["hsa-m"],
            "mirna_sequence": [sequence],
            "iso5_offset": pl.Series([five], dtype=pl.Int64),
            "iso3_offset": pl.Series([three], dtype=pl.Int64),
        }
    )
    typed = with_types(frame, {} if reference is None else {"hsa-m": reference})
    return tuple(typed["isomir_types"].item().to_list())


@pytest.mark.parametrize(
    ("sequence", "five", "three", "expected"),
    [
        (REFERENCE, 0, 0, (EXACT,)),
        ("U" + REFERENCE, -1, 0, ("5' addition",)),
        (REFERENCE[2:], 2, 0, ("5' deletion",)),
        ("A" + REFERENCE[1:], 0, 0, ("5' replacement",)),
        (REFERENCE + "A", 0, 1, ("3' addition",)),
        (REFERENCE[:-2], 0, -2, ("3' deletion",)),
        (REFERENCE[:-1] + "A", 0, 0, ("3' replacement",)),
        (REFERENCE[:9] + "C" + REFERENCE[10:], 0, 0, ("SNP",)),
        (REFERENCE[:9] + "CC" + REFERENCE[11:], 0, 0, ("MNP",)),
        (REFERENCE[1:] + "A", 1, 1, ("5' deletion", "3' addition")),
        ("A" + REFERENCE[1:-1], 0, -1, ("5' replacement", "3' deletion")),
        # the outermost nucleotide belongs to its end, also where the end is trimmed or lengthened
        ("C" + REFERENCE[2:], 1, 0, ("5' deletion", "5' replacement")),
        ("AC" + REFERENCE[1:], -1, 0, ("5' addition", "5' replacement")),
        (REFERENCE[:-1] + "CA", 0, 1, ("3' addition", "3' replacement")),
        # offsets of the part with a template: what is longer has a tail
        (REFERENCE + "AA", 0, 0, ("3' addition",)),
        (REFERENCE[:-3] + "A", 0, -3, ("3' deletion", "3' replacement")),
    ],
)
def test_types__are_those_worked_by_hand(sequence, five, three, expected):
    assert types_of(sequence, five, three, REFERENCE) == expected


def test_types__of_a_source_without_offsets_are_not_told():
    assert types_of(REFERENCE, None, None, REFERENCE) == (UNTOLD,)
    assert types_of(REFERENCE, 0, None) == (UNTOLD,)


def test_types__without_a_reference_come_from_offsets_alone():
    assert types_of("A" + REFERENCE[1:], 0, 0) == (EXACT,)
    assert types_of("A" + REFERENCE[1:], 1, 0) == ("5' deletion",)


def test_types__offsets_that_do_not_fit_the_reference_say_nothing_of_bases():
    assert types_of("CCCCCCCC", 0, 0, REFERENCE) == (EXACT,)


@settings(deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.sets(st.integers(0, 15), max_size=3))
def test_types__every_type_is_one_of_the_eight_and_its_group_exists(five, three, positions):
    shared = list(REFERENCE[max(five, 0) : len(REFERENCE) + min(three, 0)])
    for position in positions:
        shared[position] = "A" if shared[position] != "A" else "C"
    sequence = "G" * max(-five, 0) + "".join(shared) + "G" * max(three, 0)
    types = types_of(sequence, five, three, REFERENCE)
    assert (types == (EXACT,)) == (not five and not three and not positions)
    assert set(types) <= {*TYPES, EXACT}
    assert set(type_groups(types)) <= set(GROUPS)
    assert ("5' isomiR" in type_groups(types)) == any(name.startswith("5'") for name in types)


def test_with_types__takes_the_rows_own_mirna():
    frame = pl.DataFrame(
        {
            "mirna_id": ["let-7a", "let-7a", "other"],
            "mirna_sequence": [REFERENCE, REFERENCE[:9] + "C" + REFERENCE[10:], REFERENCE],
            "iso5_offset": [0, 0, None],
            "iso3_offset": [0, 0, None],
        }
    )
    typed = with_types(frame, {"let-7a": REFERENCE})
    assert typed["isomir_types"].to_list() == [[EXACT], ["SNP"], [UNTOLD]]
    assert typed["isomir_groups"].to_list() == [[EXACT], ["polymorphic isomiR"], [UNTOLD]]


def test_with_types__a_sibling_named_after_another_is_no_polymorphic_isomir():
    sibling = REFERENCE[:9] + "C" + REFERENCE[10:]
    frame = pl.DataFrame(
        {"mirna_id": ["hsa-7a"], "mirna_sequence": [sibling], "iso5_offset": [0], "iso3_offset": [0]}
    )
    types = [
        with_types(frame, {"hsa-7a": REFERENCE, name: sibling + "A"})["isomir_types"].to_list()
        for name in ("hsa-7b", "mmu-7b")
    ]
    assert types == [[[EXACT]], [["SNP"]]]


@pytest.mark.real_data
def test_hejret__has_as_many_shifted_ends_as_its_description_says(shared_data):
    path = shared_data / "chimeras" / "hejret2023_clash_isomirs.tsv.gz"
    typed = with_types(read_interactions(path).frame, {})
    groups = typed["isomir_groups"]
    assert groups.list.contains("5' isomiR").sum() == 888
    assert groups.list.contains("3' isomiR").sum() == 1167
    assert groups.list.contains(UNTOLD).sum() == 0
