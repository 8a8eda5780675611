"""Names across releases: each rule on a small reference, then the names of the chimera files."""

import csv
import gzip
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.io import read_sequences
from dmiso.isomir.names.aliases import NameIndex, split_names
from dmiso.records import Counts, SequenceRecord

MATURES = {
    "hsa-let-7a-5p": ("MIMAT0000062", "UGAGGUAGUAGGUUGUAUAGUU"),
    "hsa-let-7a-3p": ("MIMAT0004481", "CUAUACAAUCUACUGUCUUUC"),
    "hsa-let-7a-2-3p": ("MIMAT0010195", "CUGUACAGCCUCCUAGCUUUCC"),
    "hsa-miR-21-5p": ("MIMAT0000076", "UAGCUUAUCAGACUGAUGUUGA"),
    "hsa-miR-320a-3p": ("MIMAT0000510", "AAAAGCUGGGUUGAGAGGGCGA"),
    "hsa-miR-320b": ("MIMAT0005792", "AAAAGCUGGGUUGAGAGGGCAA"),
    "hsa-miR-1302": ("MIMAT0005890", "UUGGGACAUACUUAUGCUAAA"),
    "hsa-miR-7-5p": ("MIMAT0000252", "UGGAAGACUAGUGAUUUUGUUGUU"),
    "hsa-miR-7-1-3p": ("MIMAT0004553", "CAACAAAUCACAGUCUGCCAUA"),
    "mmu-miR-21a-5p": ("MIMAT0000530", "UAGCUUAUCAGACUGAUGUUGA"),
}
RECORDS = [SequenceRecord(name, s, f"{accession} Some species") for name, (accession, s) in MATURES.items()]
INDEX = NameIndex(RECORDS, species="hsa")


def found(name, sequence=None):
    """Return candidate names with their rules."""
    return {c.mirna.name: c.rules for c in INDEX.resolve(name, sequence=sequence).candidates}


@pytest.mark.parametrize("name", MATURES)
def test_name_of_the_reference__finds_itself_only(name):
    assert found(name) == {name: ("name",)}


def test_accession__finds_its_mirna():
    assert found("MIMAT0000062") == {"hsa-let-7a-5p": ("name",)}


@pytest.mark.parametrize("name", ["hsa-mir-21-5p", "MIR21-5p", "mir_21_5p", "miR-21-5p", "hsa-miRNA-21-5p"])
def test_other_spelling__finds_it(name):
    assert found(name) == {"hsa-miR-21-5p": ("spelling",)}


@pytest.mark.parametrize("name", ["hsa-let-7a", "let-7a", "let-7a*", "LET7A"])
def test_name_without_arm_or_with_star__stands_for_every_arm(name):
    assert found(name) == {
        "hsa-let-7a-5p": ("arm",),
        "hsa-let-7a-3p": ("arm",),
        "hsa-let-7a-2-3p": ("copy",),
    }


def test_bases__show_which_arm_a_star_means():
    resolution = INDEX.resolve("let-7a*", sequence=MATURES["hsa-let-7a-3p"][1])
    assert resolution.status == "one"
    assert [(c.mirna.name, c.rules) for c in resolution.agreeing] == [("hsa-let-7a-3p", ("arm", "sequence"))]
    assert len(resolution.candidates) == 3


def test_arm_that_the_reference_dropped__is_found():
    assert found("hsa-miR-1302-3p") == {"hsa-miR-1302": ("arm",)}


def test_mirna_of_several_hairpins__is_found_without_its_copy():
    assert found("hsa-miR-7") == {"hsa-miR-7-5p": ("arm",), "hsa-miR-7-1-3p": ("copy",)}
    assert found("hsa-miR-7-3p") == {"hsa-miR-7-1-3p": ("copy",)}


def test_mirna_that_got_a_letter_later__finds_its_paralogues():
    assert found("hsa-miR-320") == {"hsa-miR-320a-3p": ("letter",), "hsa-miR-320b": ("letter",)}


def test_letter__is_never_dropped():
    assert found("hsa-miR-21a") == {}


def test_bases_with_other_ends__are_found():
    assert found("?", "AGCUUAUCAGACUGAUGUUGAC"[:-1]) == {"hsa-miR-21-5p": ("ends",)}


def test_bases_with_two_changes_and_moved_ends__are_near():
    assert found("?", "CCUAGCUUAUCAGACAGAUGUUCA") == {"hsa-miR-21-5p": ("near",)}
    assert found("?", "CCUAGCUUAUCAGACAGACGUUCA") == {}


def test_bases__are_compared_within_the_species():
    assert found("?", MATURES["hsa-miR-21-5p"][1]) == {"hsa-miR-21-5p": ("sequence",)}


def test_name_and_bases_that_contradict__give_both_and_say_so():
    resolution = INDEX.resolve("hsa-miR-320b", sequence=MATURES["hsa-miR-320a-3p"][1])
    assert {c.mirna.name: c.rules for c in resolution.candidates} == {
        "hsa-miR-320a-3p": ("sequence",),
        "hsa-miR-320b": ("name",),
    }
    assert resolution.status == "several"
    assert resolution.bases_differ
    assert not INDEX.resolve("hsa-miR-320b", sequence=MATURES["hsa-miR-320b"][1]).bases_differ


def test_unknown_name__lists_near_ones():
    resolution = INDEX.resolve("hsa-miR-23-5p")
    assert (resolution.status, resolution.candidates) == ("none", ())
    assert resolution.nearest[0] == "hsa-miR-21-5p"


def test_species__is_that_of_a_reference_of_one_species():
    assert NameIndex(RECORDS[:4]).resolve("miR-21").status == "one"
    assert NameIndex(RECORDS).resolve("miR-21").status == "none"


@given(st.text(max_size=20))
def test_any_text__is_answered_without_an_error(text):
    assert INDEX.resolve(text).status in {"none", "one", "several"}


@given(st.sampled_from(sorted(MATURES)), st.booleans())
def test_case__does_not_matter(name, upper):
    text = name.upper() if upper else name.lower()
    assert name in {c.mirna.name for c in INDEX.resolve(text).candidates}


@pytest.mark.parametrize("joined", ["a,b", "a|b", "a;b", "a/b", " a , b "])
def test_joined_names__are_parted(joined):
    assert split_names(joined) == ["a", "b"]


@pytest.fixture(scope="module")
def mirbase22(shared_data):
    path = shared_data / "references" / "mirbase22" / "mature.fa.gz"
    return NameIndex((r for r in read_sequences(path, Counts()) if r.id.startswith("hsa-")), species="hsa")


@pytest.fixture(scope="module")
def helwak(shared_data):
    """Names of miRBase 15 with accession and nucleotides."""
    with gzip.open(shared_data / "chimeras" / "helwak2013_clash.csv.gz", "rt") as handle:
        rows = csv.DictReader(handle)
        return {r["mirna_name"]: (r["mirna_accession"], r["mirna_sequence"].replace("T", "U")) for r in rows}


@pytest.mark.real_data
def test_names_of_release_15__with_their_bases_name_one_mirna_of_release_22(mirbase22, helwak):
    assert len(helwak) == 399
    found = {name: mirbase22.resolve(name, sequence=bases) for name, (_, bases) in helwak.items()}
    assert Counter(r.status for r in found.values()) == {"one": 392, "several": 2, "none": 5}
    assert {name for name, r in found.items() if r.status == "none"} == {
        "miR-1254",
        "miR-1274a",
        "miR-1274b",
        "miR-3676",
        "miR-3687",
    }
    assert {name for name, r in found.items() if r.status == "several"} == {"miR-365", "let-7c*"}


@pytest.mark.real_data
def test_names_of_release_15__are_those_of_their_accession(mirbase22, helwak):
    """The accession, which the rules do not see, agrees for all but one; miR-365*'s bases are now miR-365b-5p's."""
    known = {mirna.accession for mirna in mirbase22.mirnas}
    wrong = []
    for name, (accession, bases) in helwak.items():
        by_name = {c.mirna.accession for c in mirbase22.resolve(name).candidates}
        assert accession not in known or accession in by_name
        both = {c.mirna.accession for c in mirbase22.resolve(name, sequence=bases).agreeing}
        if accession in known and accession not in both:
            wrong.append(name)
    assert wrong == ["miR-365*"]
