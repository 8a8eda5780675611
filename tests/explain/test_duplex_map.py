"""Duplexes in letters, worked out by hand."""

import pytest

from dmiso.explain.duplex_map import (
    Duplex,
    draw_ascii,
    duplex_columns,
    fold_duplex,
    pair_class,
    parse_structure,
)


def test_structure__pairs_are_read_inside_out():
    assert parse_structure("((..(&)..))", 2, 5) == ((2, 9), (3, 8), (6, 5))


def test_classes__of_letters():
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
    assert draw_ascii(duplex) == "target 5' -CG-- 3'\n           ||\nmiRNA  3' GGCAA 5'"


def test_columns__show_every_mirna_letter_once_in_order():
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


def test_fold__without_vienna_names_the_extra(monkeypatch):
    from dmiso.errors import MissingExtraError

    monkeypatch.setattr("dmiso.explain.duplex_map.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"dmiso\[energy\]"):
        fold_duplex("ACGU", "ACGU")
