"""Seed classes against TargetScan's definitions, worked out base by base."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import reverse_complement
from dmiso.seeds import SEED_CLASSES, find_seed_sites, seed_class, seed_classes

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
RNA = st.text("AUCG", min_size=0, max_size=60)
PAIRS = {("A", "U"), ("U", "A"), ("C", "G"), ("G", "C")}


def slow_class(mirna: str, target: str) -> str:
    """Say the class by looking at every position of the target, base against base."""
    found = set()
    for at in range(len(target) + 8):  # target index that faces miRNA position 1

        def pairs(position, at=at):
            i = at - (position - 1)
            return (
                0 <= i < len(target) and position <= len(mirna) and (mirna[position - 1], target[i]) in PAIRS
            )

        a_opposite = at < len(target) and target[at] == "A"
        two_to_seven = all(pairs(p) for p in range(2, 8))
        three_to_eight = all(pairs(p) for p in range(3, 9))
        if two_to_seven and pairs(8):
            found.add("8mer" if a_opposite else "7mer-m8")
        if two_to_seven:
            found.add("7mer-A1" if a_opposite else "6mer")
        if three_to_eight:
            found.add("offset-6mer")
    return next((name for name in SEED_CLASSES if name in found), "none")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("GGCUACCUCAGG", "8mer"),
        ("GGCUACCUCGGG", "7mer-m8"),
        ("GGCUACCUC", "7mer-m8"),  # nothing opposite position 1
        ("GGGUACCUCAGG", "7mer-A1"),
        ("GGGUACCUCGGG", "6mer"),
        ("GGCUACCUGGGG", "offset-6mer"),
        ("GGUUACCUCAGG", "7mer-A1"),  # G-U at position 8 is no Watson-Crick pair
        ("GGCUACUUCAGG", "none"),
        ("", "none"),
    ],
)
def test_seed_class__of_let7_sites_worked_by_hand(target, expected):
    assert seed_class(LET7, target) == expected


def test_seed_class__needs_an_a_whatever_the_first_base_of_the_mirna_is():
    assert seed_class("C" + LET7[1:], "CUACCUCA") == "8mer"
    assert seed_class("C" + LET7[1:], "CUACCUCG") == "7mer-m8"


def test_seed_class__n_pairs_with_nothing():
    assert seed_class("UGANGUAG", "CUACNUCA") == "none"
    assert seed_class(LET7, "CUACCUCN") == "7mer-m8"


@given(mirna=st.text("AUCG", min_size=1, max_size=12), target=RNA)
def test_seed_class__equals_looking_at_every_position(mirna, target):
    planted = target + reverse_complement(mirna[1:8]) + "A" + target[:3]
    for shown in (target, planted):
        assert seed_class(mirna, shown) == slow_class(mirna, shown)


@given(mirna=st.text("AUCG", min_size=8, max_size=24), target=RNA)
def test_find_seed_sites__best_is_the_class_and_bases_are_those_of_the_site(mirna, target):
    sites = find_seed_sites(mirna, target)
    best = min((SEED_CLASSES.index(site.seed_class) for site in sites), default=len(SEED_CLASSES) - 1)
    assert SEED_CLASSES[best] == seed_class(mirna, target)
    for site in sites:
        assert seed_class(mirna, target[site.start : site.end]) == site.seed_class
    assert len({site.end for site in sites}) == len(sites) or len(sites) > 1


def test_find_seed_sites__every_position_once_with_its_strongest_class():
    sites = find_seed_sites(LET7, "CUACCUCACUACCUGGUACCUC")
    assert [(s.seed_class, s.start, s.end) for s in sites] == [
        ("8mer", 0, 8),
        ("offset-6mer", 8, 14),
        ("6mer", 16, 22),
    ]


def test_seed_classes__row_by_row_and_of_equal_number():
    assert seed_classes([LET7, LET7], ["CUACCUCA", "GGGG"]) == ["8mer", "none"]
    with pytest.raises(ValueError, match="zip"):
        seed_classes([LET7], ["A", "C"])


def test_reverse_complement__twice_is_the_sequence():
    for bases in itertools.product("AUCG", repeat=3):
        sequence = "".join(bases)
        assert reverse_complement(reverse_complement(sequence)) == sequence


@pytest.mark.real_data
def test_seed_class__agrees_with_targetscan_7_on_every_pair(shared_data):
    import polars as pl

    ranks = {"8mer": 4, "7mer-m8": 3, "7mer-A1": 2, "6mer": 1, "offset-6mer": 0, "none": 0}
    for name in ("hejret_test_scores.tsv.gz", "hejret_isomir_chr1_scores.tsv.gz"):
        table = pl.read_csv(
            shared_data / "benchmark" / "peers" / name, separator="\t", infer_schema_length=None
        )
        rna = [table[column].str.replace_all("T", "U").to_list() for column in ("noncodingRNA", "gene")]
        assert [ranks[found] for found in seed_classes(*rna)] == table["TargetScan7"].to_list()
