"""Explanations: all of them, none else, against a search that tries everything; and isomiRs made by hand."""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmiso.isomir.align import Aligner
from dmiso.isomir.limits import COST_MARGIN, cost_of
from dmiso.isomir.reference import Hairpin, Mature
from dmiso.settings.isomirs import Limits

from .conftest import HAIRPINS, LET7A, LET7C, LONE, build_reference

BASES = st.sampled_from("ACGU")


def price(sequence, first, n5, n3, placement, whole, limits):
    """Return (cost, start, form) of one position and pair of tails, or None if the rules forbid it."""

    def at(position):
        return whole[position] if 0 <= position < len(whole) else "-"

    start, end = first + n5, first + len(sequence) - n3
    if end <= start:
        return None
    core = sequence[n5 : len(sequence) - n3]
    iso5, iso3 = start - placement.start, end - placement.end
    wrong = [start + i for i, base in enumerate(core) if base != at(start + i)]
    cost = cost_of(abs(iso5) + abs(iso3), n5, n3, len(wrong))
    allowed = (
        abs(iso5) <= limits.max_5p_offset,
        abs(iso3) <= limits.max_3p_offset,
        not n5 or sequence[n5 - 1] != at(start - 1),
        not n3 or sequence[len(sequence) - n3] != at(end),
        all(placement.start <= position < placement.end for position in wrong),
        len(wrong) <= limits.max_substitutions,
        len(core) - len(wrong) >= limits.min_matches,
        cost <= limits.max_cost,
    )
    if not all(allowed):
        return None
    changes = tuple((p - placement.start + 1, at(p), core[p - start]) for p in wrong)
    return cost, start, (iso5, iso3, sequence[:n5], sequence[len(sequence) - n3 :], changes)


def tried_everything(sequence, reference, limits):
    """Return what the rules allow for a sequence, by trying every position and tail: (cost, hairpin, form) sorted."""
    found = []
    for placement in reference.placements:
        mature = reference.matures[placement.mature].sequence
        whole = reference.hairpins[placement.hairpin].sequence if placement.hairpin >= 0 else mature
        tails = product(range(limits.max_5p_tail + 1), range(limits.max_3p_tail + 1))
        for first, (n5, n3) in product(range(-len(sequence), len(whole)), list(tails)):
            priced = price(sequence, first, n5, n3, placement, whole, limits)
            if priced is not None:
                found.append((priced[0], placement.mature, placement.hairpin, *priced[1:]))
    best = min((row[0] for row in found), default=0)
    return sorted(row for row in found if row[0] <= best + COST_MARGIN)


def told(found):
    """Return explanations in the shape of tried_everything."""
    return sorted(
        (f.cost, f.mature, f.hairpin, f.start, (*f.form[:4], tuple(map(tuple, f.changes)))) for f in found
    )


def reference():
    matures = [
        Mature("hsa-let-7a-5p", "a", LET7A),
        Mature("hsa-let-7c-5p", "c", LET7C),
        Mature("hsa-miR-lone", "l", LONE),
    ]
    return build_reference(matures, HAIRPINS)


REFERENCE = reference()
ALIGNER = Aligner(REFERENCE)


@st.composite
def isomirs(draw):
    """An isomiR of the small reference: cut, substitutions, tails."""
    placement = draw(st.sampled_from(REFERENCE.placements))
    mature = REFERENCE.matures[placement.mature].sequence
    whole = REFERENCE.hairpins[placement.hairpin].sequence if placement.hairpin >= 0 else mature
    start = max(0, placement.start + draw(st.integers(-3, 3)))
    end = min(len(whole), placement.end + draw(st.integers(-4, 4)))
    core = list(whole[start:end])
    for _ in range(draw(st.integers(0, 2))):
        core[draw(st.integers(0, len(core) - 1))] = draw(BASES)
    before, after = draw(st.text(BASES, max_size=2)), draw(st.text(BASES, max_size=5))
    return before + "".join(core) + after


@settings(max_examples=200, deadline=None)
@given(st.one_of(isomirs(), st.text(st.sampled_from("ACGUN"), min_size=1, max_size=40)))
@example(LET7A)
@example("N" * 22)
@example(LET7A[:10] + "N" + LET7A[11:])
@example("A")
def test_explanations__are_all_that_the_rules_allow_and_no_others(sequence):
    [found] = ALIGNER.explain([sequence])
    assert told(found) == tried_everything(sequence, REFERENCE, ALIGNER.limits)


@settings(max_examples=100, deadline=None)
@given(
    isomirs(),
    st.builds(
        Limits,
        max_5p_offset=st.integers(0, 4),
        max_3p_offset=st.integers(0, 6),
        max_5p_tail=st.integers(0, 3),
        max_3p_tail=st.integers(0, 4),
        max_substitutions=st.integers(0, 2),
        min_matches=st.integers(12, 18),
        max_cost=st.integers(0, 20),
    ),
)
def test_explanations__keep_to_other_limits(sequence, limits):
    [found] = Aligner(REFERENCE, limits).explain([sequence])
    assert told(found) == tried_everything(sequence, REFERENCE, limits)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_isomir__comes_back_as_what_it_was_made_or_as_something_cheaper(data):
    placement = data.draw(st.sampled_from([p for p in REFERENCE.placements if p.hairpin >= 0]))
    mature = REFERENCE.matures[placement.mature].sequence
    whole = REFERENCE.hairpins[placement.hairpin].sequence
    iso5, iso3 = data.draw(st.integers(-3, 3)), data.draw(st.integers(-4, 4))
    start, end = placement.start + iso5, placement.end + iso3
    low, high = max(start, placement.start), min(end, placement.end)
    at = data.draw(st.sets(st.integers(low, high - 1), max_size=1))
    core = [
        data.draw(BASES.filter(lambda x, p=p: x != whole[p])) if p in at else whole[p]
        for p in range(start, end)
    ]
    after = data.draw(st.text(BASES, max_size=3))
    if after and after[0] == whole[end]:
        after = next(x for x in "ACGU" if x != whole[end]) + after[1:]
    made = (
        iso5,
        iso3,
        "",
        after,
        tuple((p - placement.start + 1, whole[p], core[p - start]) for p in sorted(at)),
    )
    cost = cost_of(abs(iso5) + abs(iso3), 0, len(after), len(at))
    [found] = ALIGNER.explain(["".join(core) + after])
    if cost > ALIGNER.limits.max_cost or end - start - len(at) < ALIGNER.limits.min_matches:
        return
    assert found[0].cost <= cost
    if found[0].cost == cost:
        assert any(f.form == made and f.mature == placement.mature for f in found), mature


def test_a_changed_last_base__is_a_tail_and_a_substitution_at_the_same_cost():
    [found] = ALIGNER.explain([LET7A[:-1] + "G"])
    assert found[0].added_3p == "G"
    assert found[0].iso3_offset == -1
    assert {(f.cost, len(f.changes)) for f in found} == {(4, 0), (4, 1)}


def test_a_changed_last_but_one_base__is_a_substitution():
    [found] = ALIGNER.explain([LET7A[:-2] + "G" + LET7A[-1]])
    assert [str(change) for change in found[0].changes] == ["21:U>G"]
    assert found[0].cost == 4


def test_explain__answers_in_order_and_leaves_unknown_and_overlong_sequences_empty():
    found = list(ALIGNER.explain([LONE, "ACGU" * 20, "CCCCCCCCCCCCCCCCCCCC", LET7C]))
    assert [len(one) > 0 for one in found] == [True, False, False, True]
    assert REFERENCE.matures[found[0][0].mature].id == "hsa-miR-lone"


def test_a_base_of_the_hairpin__is_no_tail_where_the_end_may_not_move():
    assert (
        next(iter(Aligner(REFERENCE, Limits(max_5p_offset=0)).explain(["A" + LET7A, "C" + LET7A])))[0].hairpin
        == 1
    )
    only_first = build_reference([Mature("hsa-let-7a-5p", "a", LET7A)], HAIRPINS[:1])
    assert [
        len(f) for f in Aligner(only_first, Limits(max_5p_offset=0)).explain(["A" + LET7A, "C" + LET7A])
    ] == [0, 1]


def test_explain__of_nothing_is_nothing():
    assert list(ALIGNER.explain([])) == []


def test_explain__hands_over_thousands_of_ties_of_one_sequence(monkeypatch):
    monkeypatch.setattr("dmiso.isomir.align._ROWS", 4)
    matures = [Mature(f"x-miR-{i}", str(i), LET7A) for i in range(50)]
    aligner = Aligner(build_reference(matures, ()))
    first, second, third = aligner.explain([LONE, LET7A, LET7A + "C"])
    assert not first
    assert [f.mature for f in second] == list(range(50))
    assert len(third) == 50


def test_without_hairpins__bases_outside_are_added():
    aligner = Aligner(build_reference([Mature("x-let-7a-5p", "", LET7A)], ()))
    [found] = aligner.explain(["A" + LET7A + "UU"])
    assert (found[0].added_5p, found[0].added_3p, found[0].templated_3p) == ("A", "UU", "")


def test_a_hairpin_that_ends_with_its_mirna__has_no_bases_beyond():
    aligner = Aligner(build_reference([Mature("x-miR-1", "", LET7A)], (Hairpin("x-mir-1", "", LET7A),)))
    [found] = aligner.explain([LET7A + "U"])
    assert found[0].added_3p == "U"


@pytest.mark.parametrize("sequence", [LET7A, "A" + LET7A, LET7A + "UUA", LET7A[3:-2] + "GG"])
def test_bases__are_all_told_apart(sequence):
    [found] = ALIGNER.explain([sequence])
    for one in found:
        inner = len(sequence) - len(one.added_5p + one.templated_5p + one.templated_3p + one.added_3p)
        mature = REFERENCE.matures[one.mature].sequence
        assert inner == len(mature) - max(one.iso5_offset, 0) + min(one.iso3_offset, 0)
        assert one.end - one.start == len(sequence) - len(one.added_5p + one.added_3p)
