"""UMIs misread once stand for no molecule of their own."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from dmiso.trimming.molecules import count_molecules, molecules_of

UMIS = st.dictionaries(
    st.sampled_from(["".join(one) for one in product("ACGT", repeat=3)]), st.integers(1, 60), min_size=1
)


def test_molecules__follow_the_directional_rule():
    # the worked example of UMI-tools' paper (figure 1e): two molecules
    umis = {"ACGT": 456, "TCGT": 2, "CCGT": 2, "ACAT": 72, "ACAG": 1, "AAAT": 90}
    found = [set(one) for one in molecules_of(umis)]
    assert found == [{"ACGT", "TCGT", "CCGT", "ACAT", "ACAG"}, {"AAAT"}]


def test_molecules__need_twice_the_reads_less_one():
    assert count_molecules({"AAA": 3, "AAC": 2}) == 1
    assert count_molecules({"AAA": 2, "AAC": 2}) == 2


@given(UMIS)
def test_molecules__share_out_every_umi_once(umis):
    found = list(molecules_of(umis))
    assert sorted(umi for one in found for umi in one) == sorted(umis)
    assert count_molecules(umis) == len(found)


@given(UMIS)
def test_molecules__are_the_same_whichever_way_neighbours_are_found(umis):
    import dmiso.trimming.molecules as room

    before, all_pairs = room._FEW, list(molecules_of(umis))
    room._FEW = 2
    try:
        looked_up = {frozenset(one) for one in molecules_of(umis)}
    finally:
        room._FEW = before
    assert looked_up == {frozenset(one) for one in all_pairs}
