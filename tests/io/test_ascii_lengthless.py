"""A last read of length 0 ends in a blank line that belongs to it."""

import io

import pytest

from dmiso.io.ascii_text import ascii_text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("more", ["", "\n", "\n\n"])
def test_ascii_text__keeps_the_qualities_line_of_a_last_read_without_bases(end, more):
    text = "@a\nAC\n+\nII\n@b\n\n+\n\n".replace("\n", end) + more
    assert ascii_text(io.BytesIO(text.encode())).read().replace(b"\r", b"") == b"@a\nAC\n+\nII\n@b\n\n+\n\n"


def test_ascii_text__takes_a_plus_of_quality_for_what_it_is():
    assert ascii_text(io.BytesIO(b"@a\nA\n+\n+\n\n")).read() == b"@a\nA\n+\n+\n"
