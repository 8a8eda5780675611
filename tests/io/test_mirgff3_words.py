"""The words of mirGFF3: variants of all versions, headers as tools write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.io.mirgff3_words import (
    SNV_WORDS,
    Variant,
    has_older_signs,
    new_header,
    parse_header,
    parse_variant,
    snv_word,
)

variants = st.builds(
    Variant,
    iso_5p=st.integers(-9, 9),
    iso_3p=st.integers(-9, 9),
    iso_add5p=st.integers(0, 5),
    iso_add3p=st.integers(0, 5),
    snv=st.sets(st.sampled_from(SNV_WORDS)).map(lambda words: tuple(w for w in SNV_WORDS if w in words)),
)


@given(variants)
def test_variant__comes_back_from_its_text(variant):
    assert parse_variant(str(variant)).variant == variant


def test_variant__of_the_reference_is_na():
    assert str(Variant()) == "NA"
    assert parse_variant("NA").variant == Variant() == parse_variant("").variant


@pytest.mark.parametrize(
    ("older", "today"),
    [
        ("iso_5p:+1,iso_3p:-2", "iso_5p:-1,iso_3p:-2"),  # a nucleotide more at 5'
        ("iso_add:+2", "iso_add3p:2"),
        ("iso_snp_central_offset,iso_snp", "iso_snv_central_offset,iso_snv"),
        ("iso_snvcentral_supp,iso_5p:-1", "iso_5p:+1,iso_snv_central_supp"),
    ],
)
def test_variant__of_versions_before_1_1_is_said_in_todays_words(older, today):
    assert str(parse_variant(older, older_signs=True).variant) == today


def test_variant__names_the_older_words_it_met():
    assert parse_variant("iso_add:1,iso_snp,iso_3p:+1").older == ("iso_add", "iso_snp")
    assert parse_variant("iso_add3p:1,iso_snv").older == ()


def test_variant__of_a_later_version_keeps_the_sign():
    assert parse_variant("iso_5p:-1").variant.iso_5p == -1


def test_unknown_word__lists_the_known_ones():
    with pytest.raises(
        ValueError, match=r"'iso_ad3p' in Variant .* Did you mean iso_add3p\? Known: .*iso_snv_seed"
    ):
        parse_variant("iso_ad3p:1")


def test_word_without_its_number__is_refused():
    with pytest.raises(ValueError, match="iso_3p in Variant 'iso_3p' needs a number of nt"):
        parse_variant("iso_3p")


def test_word_said_twice__is_refused():
    with pytest.raises(ValueError, match="says iso_3p twice"):
        parse_variant("iso_3p:+1,iso_3p:-1")


def test_snv_word__parts_positions_as_the_definition_does():
    words = [snv_word(position) for position in range(1, 23)]
    assert words[1:7] == ["iso_snv_seed"] * 6  # 2-7
    assert words[7] == "iso_snv_central_offset"  # 8
    assert words[8:12] == ["iso_snv_central"] * 4  # 9-12
    assert words[12:17] == ["iso_snv_central_supp"] * 5  # 13-17
    assert words[0] == words[17] == words[-1] == "iso_snv"


@pytest.mark.parametrize(("version", "older"), [("0.9", True), ("1.0", True), ("1.1", False), ("1.2", False)])
def test_signs__turned_with_version_1_1(version, older):
    assert has_older_signs(version) is older


@pytest.mark.parametrize(
    ("lines", "version", "ontology", "samples"),
    [
        (["## mirGFF3. VERSION 1.2", "## COLDATA: a,b"], "1.2", "", ("a", "b")),
        (["## VERSION: 1.2", "##source-ontology: miRBase22 doi:1"], "1.2", "miRBase22 doi:1", ()),
        (["# GFF3 adapted", "## VERSION 0.0.1", "## COLDATA: one two"], "0.0.1", "", ("one", "two")),
        (["## GFF3 adapted. VERSION 1.1", "## Source: miRBasev21"], "1.1", "miRBasev21", ()),
    ],
)
def test_header__is_understood_in_the_forms_that_tools_write(lines, version, ontology, samples):
    header = parse_header(lines)
    assert (header.version, header.ontology, header.samples) == (version, ontology, samples)
    assert header.lines == tuple(lines)


def test_new_header__has_every_required_line_and_names_the_database():
    header = new_header("MirGeneDB2.1", ["a", "b"], tools=["dmiso", "x"], commands=["dmiso isomirs"])
    assert header.version == "1.2"
    assert header.ontology == "MirGeneDB2.1 http://mirgenedb.org"
    assert header.tools == ("dmiso", "x")
    assert header.samples == ("a", "b")
    assert "## CMD: dmiso isomirs" in header.lines
    assert new_header("ours", ["a"]).ontology == "ours custom"
