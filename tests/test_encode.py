"""Sequences as numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import CODED
from dmiso.encode import crop_bounds, encode, one_hot


@given(st.lists(st.text(alphabet=CODED, max_size=12), max_size=5))
def test_encode__decodes_to_the_sequence_and_padding(sequences):
    codes = encode(sequences, 9)
    decoded = ["".join(CODED[code] for code in row) for row in codes]
    assert decoded == [s[:9].ljust(9, "N") for s in sequences]
    assert codes.shape == (len(sequences), 9)


def test_encode__centre_crop_drops_half_the_excess_rounded_down_from_the_left():
    assert encode(["ACGUACG"], 4, crop="centre").tolist() == encode(["CGUA"], 4).tolist()
    assert crop_bounds(7, 4, "centre") == (1, 5)


def test_encode__end_crop_keeps_the_beginning():
    assert encode(["ACGUACG"], 4, crop="end").tolist() == encode(["ACGU"], 4).tolist()


@pytest.mark.parametrize("bad", ["ACGT", "acgu", "A-", "é"])
def test_encode__refuses_bases_that_were_not_normalised(bad):
    with pytest.raises(ValueError, match="normalise"):
        encode([bad], 5)


def test_one_hot__has_the_published_columns():
    expected = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0.25] * 4]
    np.testing.assert_array_equal(one_hot(encode(["AUCGN"], 5))[0], np.array(expected, np.float32))
