"""Letters: what is accepted and what it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import AMBIGUOUS, normalise


@given(st.text(alphabet="ACGUTNacgutn", max_size=40))
def test_normalise__gives_upper_case_rna_of_the_same_length(text):
    sequence, n_ambiguous = normalise(text)
    assert sequence == text.upper().replace("T", "U")
    assert n_ambiguous == 0


@given(st.text(alphabet="ACGU" + AMBIGUOUS + AMBIGUOUS.lower(), max_size=40))
def test_normalise__counts_ambiguity_codes_and_reads_them_as_n(text):
    sequence, n_ambiguous = normalise(text)
    assert n_ambiguous == sequence.count("N") == sum(letter.upper() in AMBIGUOUS for letter in text)


@pytest.mark.parametrize("letter", ["-", "*", "1", "é", "E", " "])
def test_normalise__names_a_wrong_letter_and_its_position(letter):
    with pytest.raises(ValueError, match=r"at position 4 is not one of A C G U"):
        normalise("ACG" + letter + "A")
