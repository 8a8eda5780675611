"""Names of strangers in every drawing: shown as text, never as a tag, and long ones cut with the whole as a tooltip."""

from xml.etree import ElementTree as ET

import pytest
from drawings import EVERY

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert(1)</script>"
LONG = f"{EVIL}{'name_of_200_characters_' * 8}{EVIL}"[:200]
NAMELESS = {"duplex", "lengths", "ligation", "frequency"}
"""Drawings that hold no text of a user's."""


def shown(svg):
    """Every element, and the words that are drawn."""
    tags = list(ET.fromstring(svg).iter())
    assert not [tag for tag in tags if tag.tag.endswith(("}script", "}style"))]
    return tags, [
        (tag.text or "") + "".join(part.tail or "" for part in tag) for tag in tags if tag.tag == SVG + "text"
    ]


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_drawing__shows_a_name_as_text(draw):
    for what, picture in draw(EVIL).items():
        _, words = shown(picture.svg)
        if what not in NAMELESS:
            joined = " ".join(words) + picture.title  # of a narrow label only the ends are left
            assert EVIL in joined or "<script" in joined, what


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_drawing__cuts_a_long_name_and_has_the_whole_as_a_tooltip(draw):
    assert len(LONG) == 200
    for what, picture in draw(LONG).items():
        tags, words = shown(picture.svg)
        assert max(len(text) for text in words) <= 80, what
        width = float(ET.fromstring(picture.svg).get("viewBox").split()[2])
        assert width == pytest.approx(72 * 5.2), what
        if what not in NAMELESS:
            tips = {tag.text for tag in tags if tag.tag == SVG + "title"}
            assert LONG in tips or "…" in picture.title, what


def test_two_long_names__that_differ_in_the_middle_stay_two():
    from dmiso.plot import drawing

    with drawing("t", "r") as picture:
        names = [f"{'a' * 60}{i}{'z' * 60}" for i in range(12)]
        cut = [picture.name(name, 20) for name in names]
        assert cut == [picture.name(name, 20) for name in names]
    assert len(set(cut)) == 12
    assert {len(name) for name in cut} == {20}
    assert [picture.full_names[name] for name in cut] == names


def test_names__of_control_characters_are_drawn_without_them():
    from dmiso.plot import drawing

    with drawing("t", "r") as picture:
        picture.figure.subplots().set_xlabel(picture.name("a\x00b\x1b[31mc\nd"))
    assert "a\ufffdb\ufffd[31mc\ufffdd" in shown(picture.svg)[1]
