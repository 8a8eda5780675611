"""Nucleotides of named miRNAs: names of any release, and no choice between miRNAs of different sequences."""

import polars as pl
import pytest

from dmiso.dataset.mirna_names import MirnaNames
from dmiso.errors import UsageError
from dmiso.records import Counts

MATURE = (
    ">hsa-miR-21-5p MIMAT0000076\nUAGCUUAUCAGACUGAUGUUGA\n"
    ">hsa-miR-320a-5p MIMAT1\nGCCUUCUCUUCCCGGUUCUUCC\n"
    ">hsa-miR-320a-3p MIMAT2\nAAAAGCUGGGUUGAGAGGGCGA\n"
    ">hsa-miR-7-1-5p MIMAT3\nUGGAAGACUAGUGAUUUUGUUGUU\n"
    ">hsa-miR-7-2-5p MIMAT4\nUGGAAGACUAGUGAUUUUGUUGUU\n"
    ">mmu-miR-21a-5p MIMAT5\nUAGCUUAUCAGACUGAUGUUGA\n"
)


@pytest.fixture
def names(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text(MATURE)
    return MirnaNames(path, Counts())


def filled(names, *given):
    counts = Counts()
    frame = pl.DataFrame({"mirna_id": given}, schema={"mirna_id": pl.String})
    return names.fill(frame, counts).select("mirna_id", "mirna_sequence").rows(), counts


def test_fill__takes_another_spelling_and_says_so(names):
    rows, counts = filled(names, "hsa-mir-21")
    assert rows == [("hsa-miR-21-5p", "UAGCUUAUCAGACUGAUGUUGA")]
    sentence = "rows whose miRNA is found among the references under another name"
    assert counts.notes[sentence] == 1
    assert counts.examples[sentence] == ["hsa-mir-21: hsa-miR-21-5p"]


def test_fill__candidates_of_one_sequence_are_no_choice(names):
    rows, counts = filled(names, "hsa-miR-7-5p")
    assert rows == [("hsa-miR-7-5p", "UGGAAGACUAGUGAUUUUGUUGUU")]
    assert not counts.dropped


def test_fill__leaves_out_names_of_several_sequences_and_unknown_ones(names):
    rows, counts = filled(names, "hsa-miR-320a", "hsa-miR-9999", None, "hsa-miR-21-5p", "xla-miR-1")
    assert rows == [("hsa-miR-21-5p", "UAGCUUAUCAGACUGAUGUUGA")]
    assert counts.dropped["rows whose miRNA name stands for several miRNAs of the references"] == 1
    assert counts.dropped["rows whose miRNA is not among the references"] == 3


def test_fill__keeps_to_the_species_of_the_name(names):
    assert filled(names, "mmu-miR-21a-5p")[0] == [("mmu-miR-21a-5p", "UAGCUUAUCAGACUGAUGUUGA")]
    assert filled(names, "mmu-miR-320a-3p")[0] == []


def test_candidates__are_all_of_every_name_in_order(names):
    found = names.candidates(["hsa-miR-320a", "hsa-miR-21-5p", "hsa-miR-320a", "hsa-miR-9999"])
    assert found.select("name", "status", "mirna_id").rows() == [
        ("hsa-miR-320a", "several", "hsa-miR-320a-5p"),
        ("hsa-miR-320a", "several", "hsa-miR-320a-3p"),
        ("hsa-miR-21-5p", "one", "hsa-miR-21-5p"),
        ("hsa-miR-9999", "none", ""),
    ]


def test_names__without_species_are_those_of_the_only_one(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text(">hsa-miR-21-5p\nUAGCUUAUCAGACUGAUGUUGA\n")
    assert filled(MirnaNames(path, Counts()), "miR-21-5p")[0] == [("hsa-miR-21-5p", "UAGCUUAUCAGACUGAUGUUGA")]


def test_reference__without_mirnas_is_refused(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text("")
    with pytest.raises(UsageError, match="no miRNA"):
        MirnaNames(path, Counts())
