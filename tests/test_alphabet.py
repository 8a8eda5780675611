"""The alphabet: what is accepted, what it becomes, codes and partners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import (
    ACCEPTED,
    ALPHABETICAL,
    ALPHABETICAL_CODES,
    AMBIGUOUS,
    BREAK_CODE,
    CODED,
    COMPLEMENT_CODES,
    N_CODE,
    NUCLEOTIDES,
    codes_of,
    complement,
    inside,
    is_gc,
    normalise,
    pack,
    reverse_complement,
    reverse_complement_codes,
    shares_of_gc,
    spelled,
    to_dna,
    to_rna,
)


@given(st.text(alphabet="ACGUTNacgutn", max_size=40))
def test_normalise__gives_upper_case_rna_of_the_same_length(text):
    sequence, n_ambiguous = normalise(text)
    assert sequence == text.upper().replace("T", "U")
    assert n_ambiguous == 0


@given(st.text(alphabet="ACGU" + AMBIGUOUS + AMBIGUOUS.lower(), max_size=40))
def test_normalise__counts_ambiguity_codes_and_reads_them_as_n(text):
    sequence, n_ambiguous = normalise(text)
    assert n_ambiguous == sequence.count("N") == sum(base.upper() in AMBIGUOUS for base in text)


@pytest.mark.parametrize("base", ["-", "*", "1", "é", "E", " "])
def test_normalise__names_a_wrong_base_and_its_position(base):
    with pytest.raises(ValueError, match=r"at position 4 is not one of A C G U"):
        normalise("ACG" + base + "A")


@given(st.text(alphabet=CODED, max_size=40))
def test_codes__spell_the_sequence_and_pair_as_the_bases_do(sequence):
    codes = codes_of(sequence)
    assert spelled(codes) == sequence
    assert spelled(reverse_complement_codes(codes)) == reverse_complement(sequence)
    assert spelled(COMPLEMENT_CODES[codes]) == complement(sequence) == reverse_complement(sequence)[::-1]
    assert reverse_complement(reverse_complement(sequence)) == sequence
    assert is_gc(codes).sum() == sequence.count("G") + sequence.count("C")
    assert to_rna(to_dna(sequence)) == sequence


def test_codes__are_the_published_columns_and_the_alphabetical_ones_are_theirs_in_another_order():
    assert codes_of("AUCGN").tolist() == [0, 1, 2, 3, N_CODE]
    assert "".join(NUCLEOTIDES[code] for code in ALPHABETICAL_CODES) == ALPHABETICAL == "ACGU"
    assert shares_of_gc(0.6) == [0.2, 0.2, 0.3, 0.3]


@given(st.text(alphabet=ACCEPTED + ACCEPTED.lower(), max_size=40))
def test_inside__agrees_with_normalise(text):
    assert inside(text) == normalise(text).sequence


@given(st.lists(st.text(alphabet=CODED, max_size=9), max_size=5))
def test_pack__has_every_sequence_between_its_bounds(sequences):
    plain, parted = pack(sequences), pack(sequences, separated=True)
    for i, sequence in enumerate(sequences):
        assert spelled(plain.codes[plain.bounds[i] : plain.bounds[i + 1]]) == sequence
        part = parted.codes[parted.bounds[i] : parted.bounds[i + 1]]
        assert (spelled(part[:-1]), part[-1]) == (sequence, BREAK_CODE)


@pytest.mark.parametrize("bad", ["ACGT", "acgu", "A-", "é", "A|"])
def test_codes__refuse_what_was_not_normalised(bad):
    with pytest.raises(ValueError, match="normalise"):
        pack([bad])
