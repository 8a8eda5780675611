"""Text fields: names, bare sequences and FASTA are told apart, and slips are said with line and position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.web.typed import NUCLEOTIDES, SHORTEST, Typed, read_typed

MIR101 = "UACAGUACUGUGAUAACUGAA"


def test_typed__names_and_sequences_between_commas_spaces_and_lines():
    assert read_typed(f"hsa-let-7a-5p,  {MIR101};\n\n MIMAT0000062 \n") == [
        Typed("hsa-let-7a-5p", ""),
        Typed("", MIR101),
        Typed("MIMAT0000062", ""),
    ]


@pytest.mark.parametrize(
    "symbol", ["CAT", "TAT", "GAN", "TNNT2", "ACTG1", "HLA-A", "C9orf72", "NM_001127208.3"]
)
def test_typed__symbols_of_genes_are_names(symbol):
    assert read_typed(symbol) == [Typed(symbol, "")]


@pytest.mark.parametrize(
    "name", ["hsa-miR-101-3p.iso_5p:-1", "hsa-miR-21-5p.iso_3p:+1", "let-7a*", "hsa-miR-124(1)"]
)
def test_typed__names_of_isomirs_are_names(name):
    assert read_typed(name) == [Typed(name, "")]


def test_typed__a_long_sequence_on_several_lines_is_one_target_and_three_mirnas():
    text = f"{MIR101}\n{MIR101.lower()}\nTTTTTTTTTTTTTTT\n"
    assert read_typed(text, wrapped=True) == [Typed("", MIR101 + MIR101.lower() + "T" * 15)]
    assert len(read_typed(text)) == 3


def test_typed__fasta_keeps_names_as_they_are():
    text = f"\n>a<script>alert(1)</script> more words\n{MIR101[:9]}\n {MIR101[9:]} \n\n>b\nACGU\n"
    assert read_typed(text) == [Typed("a<script>alert(1)</script>", MIR101), Typed("b", "ACGU")]


def test_typed__nothing_is_no_entry():
    assert read_typed(" \n,;\n") == []


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"let-7a\n{MIR101[:11]}X{MIR101[12:]}", 2, "'X' at position 12 is not one of A C G U T N"),
        (f">a\n{MIR101}\n>b\nACG-U\n", 4, "'-' at position 4 is not one of"),
        (f">a\n>b\n{MIR101}", 1, "there is no sequence"),
        (f">a\n{MIR101}\n>b", 3, "there is no sequence"),
        (f"> \n{MIR101}", 1, "a record has no name"),
        (f">{'n' * 201}\n{MIR101}", 1, "a record's name is too long"),
        (f">a\x1b[2J\n{MIR101}", 1, "characters that cannot be shown"),
    ],
)
def test_typed__slips_are_said_with_their_line(text, line, said):
    with pytest.raises(InputError) as caught:
        read_typed(text)
    assert caught.value.line == line
    assert said in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "word",
    [
        "--model",
        "-o",
        "/etc/passwd",
        "../up",
        "a/../b",
        "a/b",
        ".hidden",
        "_mirnas.fa",
        "~",
        "$HOME",
        "`ls`",
        "a;b|c&d",
        "<script>",
        "'or'1'='1",
        "a\0b",
        "x" * 81,
        "é",
    ],
)
def test_typed__options_paths_and_shell_words_are_no_names(word):
    with pytest.raises(InputError, match="neither a sequence nor a name"):
        read_typed(word)


@given(st.text(max_size=60))
def test_typed__whatever_is_typed_names_can_be_neither_option_nor_path(text):
    try:
        found = read_typed(text)
    except InputError:
        return
    for entry in found:
        if entry.is_name:
            assert entry.name[0].isascii()
            assert entry.name[0].isalnum()
            assert "/" not in entry.name
            assert ".." not in entry.name
        else:
            assert set(entry.sequence.upper()) <= set(NUCLEOTIDES)
            assert entry.name or len(entry.sequence) >= SHORTEST
