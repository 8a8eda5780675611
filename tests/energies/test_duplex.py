"""Duplexes in nucleotides, worked out by hand."""

import sys

import pytest

from dmiso.energies import Duplex, draw_ascii, duplex_columns, fold_duplex, fold_sites, pair_class
from dmiso.errors import MissingExtraError


def test_classes__of_bases():
    assert [pair_class(a, b) for a, b in ("AU", "GC", "GU", "UG", "AA", "NN")] == [
        "Watson-Crick",
        "Watson-Crick",
        "wobble",
        "wobble",
        "mismatch",
        "mismatch",
    ]


def test_ascii__a_bulge_of_the_target_stands_opposite_a_dash():
    # miRNA ACG pairs with CGU; the target has an A between G and U
    duplex = Duplex("ACG", "CGAU", ((0, 3), (1, 1), (2, 0)), -1.0)
    assert draw_ascii(duplex) == "target 5' CGAU 3'\n          || |\nmiRNA  3' GC-A 5'"


def test_ascii__a_bulge_of_the_mirna_stands_opposite_a_dash():
    duplex = Duplex("AUCG", "CGU", ((0, 2), (2, 1), (3, 0)), -1.0)
    assert draw_ascii(duplex) == "target 5' CG-U 3'\n          || |\nmiRNA  3' GCUA 5'"


def test_ascii__mirna_ends_beyond_the_target_are_shown():
    duplex = Duplex("AACGG", "CG", ((2, 1), (3, 0)), -1.0)
    assert draw_ascii(duplex) == "target 5'  CG   3'\n           ||\nmiRNA  3' GGCAA 5'"


def test_columns__show_every_mirna_base_once_in_order():
    duplex = fold_duplex("UGAGGUAGUAGGUUGUAUAGUU", "GGACUAUACAACGGUCUACCUCAUU")
    columns = duplex_columns(duplex)
    assert [m for m, _ in columns if m is not None] == list(range(21, -1, -1))
    targets = [t for _, t in columns if t is not None]
    assert targets == list(range(targets[0], targets[-1] + 1))
    assert set(duplex.pairs) <= set(columns)


def test_fold__pairs_are_complementary_and_lie_where_vienna_says():
    duplex = fold_duplex("UGAGGUAGUAGGUUGUAUAGUU", "GGGGG" + "CUACCUCA" + "AAAAAAAAAA")
    assert [(m, t) for m, t in duplex.pairs if m < 8] == [(i, 12 - i) for i in range(8)]
    assert all(pair_class(duplex.mirna[m], duplex.target[t]) != "mismatch" for m, t in duplex.pairs)


def test_structure__holds_both_strands_whole_and_gives_the_pairs_back(rng, random_rna):
    for _ in range(20):
        duplex = fold_duplex(random_rna(rng, 21), random_rna(rng, 40))
        of_mirna, of_target = duplex.structure.split("&")
        assert (len(of_mirna), len(of_target)) == (21, 40)
        opened = [m for m, mark in enumerate(of_mirna) if mark == "("]
        closed = [t for t, mark in enumerate(of_target) if mark == ")"]
        assert tuple(zip(opened, reversed(closed), strict=True)) == duplex.pairs


def test_sites__take_five_nucleotides_on_either_side_where_the_transcript_has_them():
    transcript = "AAAGG" + "CUACCUCA" + "AAAAAAAAAA"
    early, late = fold_sites(["UGAGGUAGU"] * 2, [transcript] * 2, [(2, 13), (5, 13)])
    assert (early.target, late.target) == (transcript[:18], transcript[:18])
    (last,) = fold_sites(["UGAGGUAGU"], [transcript], [(12, 23)])
    assert last.target == transcript[7:]


def test_ascii__the_whole_target_is_shown_on_request_and_nothing_stands_beyond_its_ends():
    duplex = Duplex(
        "GGGGAACCCC", "AAGGGGCCCC", ((0, 9), (1, 8), (2, 7), (3, 6), (6, 5), (7, 4), (8, 3), (9, 2)), -9.0
    )
    assert draw_ascii(duplex, flank=None).splitlines() == [
        "target 5' AAGGGG--CCCC 3'",
        "            ||||  ||||",
        "miRNA  3'   CCCCAAGGGG 5'",
    ]
    assert draw_ascii(duplex, flank=0).splitlines()[0] == "target 5' GGGG--CCCC 3'"


def test_ascii__strands_without_pairs_stand_side_by_side():
    assert draw_ascii(Duplex("AC", "GGU", (), 0.0)) == "target 5' GGU 3'\n\nmiRNA  3' CA  5'"


def test_fold__without_vienna_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "RNA", None)
    with pytest.raises(MissingExtraError, match=r"dmiso\[energy\]"):
        fold_duplex("ACGU", "ACGU")
