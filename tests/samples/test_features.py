"""Rows of count matrices: unique names, the same in every run, no read counted twice."""

import polars as pl
import pytest

from dmiso.isomir import Mature, Reference, call_isomirs
from dmiso.isomir.reference import Placement
from dmiso.samples.features import features_of

LET7A, LET7C = "UGAGGUAGUAGGUUGUAUAGUU", "UGAGGUAGUAGGUUGUAUGGUU"


def reference(*matures):
    made = tuple(Mature(name, f"M{i}", bases) for i, (name, bases) in enumerate(matures))
    places = tuple(Placement(i, -1, 0, len(mature.sequence)) for i, mature in enumerate(made))
    return Reference(made, (), places, "reference")


def named(sequences, of):
    calls = call_isomirs({sequence: sequence for sequence in sequences}, of)
    return dict(features_of(calls, of).select("sequence", "feature").iter_rows())


def test_features__of_several_mirnas_name_all_and_are_one_row():
    of = reference(("let-7c", LET7C), ("let-7a", LET7A))
    shared = LET7A[:18]
    found = named([LET7A, shared], of)
    assert found[LET7A] == "let-7a;exact"
    assert found[shared].startswith("let-7a|let-7c;iso_3p:-4;iso-18-")


def test_features__mirnas_of_one_sequence_are_one_exact_row():
    of = reference(("miR-199a-3p", LET7A), ("miR-199b-3p", LET7A))
    assert named([LET7A], of) == {LET7A: "miR-199a-3p|miR-199b-3p;exact"}


def test_features__of_the_same_words_differ_by_licence_plate():
    of = reference(("let-7a", LET7A))
    found = named([LET7A + "A", LET7A + "C"], of)
    assert len(set(found.values())) == 2
    assert {name.rpartition(";")[0] for name in found.values()} == {"let-7a;iso_add3p:1"}


def test_features__exact_ones_of_a_name_used_twice_are_told_apart():
    of = reference(("let-7", LET7A), ("let-7", LET7C), ("miR-21", "UAGCUUAUCAGACUGAUGUUGA"))
    found = named([LET7A, LET7C, "UAGCUUAUCAGACUGAUGUUGA"], of)
    assert len(set(found.values())) == 3
    assert found["UAGCUUAUCAGACUGAUGUUGA"] == "miR-21;exact"


def test_features__a_sequence_with_n_stands_for_itself():
    of = reference(("let-7a", LET7A))
    sequence = LET7A[:19] + "N" + LET7A[20:]
    assert named([sequence], of)[sequence].endswith(";" + sequence)


def test_features__types_of_a_sequence_stand_together():
    of = reference(("let-7a", LET7A))
    calls = call_isomirs({"a": LET7A[1:] + "A", "b": LET7A}, of)
    assert features_of(calls, of)["isomir_types"].to_list() == ["3' addition|5' deletion", "exact"]


def test_features__of_no_calls_have_all_columns():
    of = reference(("let-7a", LET7A))
    found = features_of(call_isomirs({}, of), of)
    assert found.height == 0
    assert {"feature", "mirna_ids", "variant", "sequence"} <= set(found.columns)


@pytest.mark.real_data
def test_features__of_a_real_reference_are_unique(shared_data):
    from dmiso.isomir import read_reference
    from dmiso.records import Counts

    folder = shared_data / "references" / "mirbase22"
    of = read_reference(folder / "hsa_matures.fa.gz", folder / "hsa_hairpins.fa.gz", Counts())
    sequences = {
        s for m in of.matures for s in (m.sequence, m.sequence[:-1], m.sequence + "A", m.sequence[1:])
    }
    calls = call_isomirs({s: s for s in sorted(sequences)}, of)
    found = features_of(calls, of)
    assert found["feature"].is_unique().all()
    assert found.height == calls["sequence"].n_unique()
    assert not found.filter(pl.col("variant").str.contains("NA")).height
