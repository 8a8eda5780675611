"""Numbers of text files: in ASCII digits, finite, and small enough for a column."""

import pytest

from dmiso.io.numbers import finite_number, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("-7", -7), (" 12 ", 12), ("0" * 30 + "5", 5)])
def test_whole_number__reads_digits_with_a_sign(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a whole number"),
        ("1.5", "'1.5' is not a whole number"),
        ("1_000", "'1_000' is not a whole number"),
        ("²", "'²' is not a whole number"),
        ("9" * 5000, f"'{'9' * 40}…' has more than 18 digits"),
    ],
)
def test_whole_number__says_what_is_wrong(text, message):
    with pytest.raises(ValueError, match=message.replace("²", ".")):
        whole_number(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e400"])
def test_finite_number__refuses_what_no_measurement_gives(text):
    with pytest.raises(ValueError, match="is not a finite number"):
        finite_number(text)


def test_finite_number__refuses_a_word():
    with pytest.raises(ValueError, match="'abc' is not a number"):
        finite_number("abc")
