"""Names of files in messages and tables: one line of valid text, whatever bytes they have."""

from pathlib import Path

import pytest

from dmiso.io.streams import base_name, display_name


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("in/a b.tsv", "in/a b.tsv"),
        ("µ5′.tsv", "µ5′.tsv"),
        ("two\nlines", r"two\nlines"),
        ("bell\x07", r"bell\x07"),
        ("\udcff.tsv", r"\xff.tsv"),
        ("-", "standard input"),
    ],
)
def test_display_name__is_printable_on_one_line(path, shown):
    assert display_name(Path(path)) == shown


def test_base_name__is_the_last_part():
    assert base_name(Path("in/\udcff.tsv")) == r"\xff.tsv"
