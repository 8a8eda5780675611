"""docs/pictures.md shows the committed pictures, each with its own title and reading line."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

DOCS = Path(__file__).resolve().parent.parent
PAGE = (DOCS / "pictures.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^!\[(.+)\]\((figures/picture_.+\.svg)\)$", PAGE, re.MULTILINE)


def test_docs__show_every_picture_that_is_committed():
    assert len(SHOWN) >= 20
    assert {name for _, name in SHOWN} == {
        f"figures/{p.name}" for p in (DOCS / "figures").glob("picture_*.svg")
    }


def test_docs__say_of_each_what_it_says_itself():
    words = " ".join(PAGE.split())
    for title, name in SHOWN:
        root = ET.fromstring((DOCS / name).read_text(encoding="utf-8"))  # noqa: S314 - our own
        assert root[0].text == title
        assert " ".join(root[1].text.split()) in words, name


def test_docs__pictures_are_small():
    for _, name in SHOWN:
        assert (DOCS / name).stat().st_size < 100_000, name
