"""What holds of every picture: readable on a telephone and on dark pages, small, and it says how to read it."""

import re
from xml.etree import ElementTree as ET

import pytest
from drawings import EVERY

SVG = "{http://www.w3.org/2000/svg}"
TELEPHONE = 400
"""Pixels."""


@pytest.fixture(scope="module", params=EVERY, ids=lambda draw: draw.__name__)
def pictures(request):
    return request.param("let-7a")


def test_text__is_text_and_large_enough_on_a_telephone(pictures):
    for name, picture in pictures.items():
        root = ET.fromstring(picture.svg)
        width = float(root.get("viewBox").split()[2])
        texts = list(root.iter(SVG + "text"))
        assert len(texts) >= 4, name
        for text in texts:
            pixels = float(text.get("font-size").removesuffix("px")) * TELEPHONE / width
            assert pixels >= 8.5, (name, text.text)


def test_words__lie_inside_the_picture(pictures):
    for name, picture in pictures.items():
        root = ET.fromstring(picture.rendered("svg"))
        _, _, width, height = (float(number) for number in root.get("viewBox").split())
        for text in root.iter(SVG + "text"):
            turned = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", text.get("transform", ""))
            x, y = turned.groups() if turned else (text.get("x"), text.get("y"))
            assert 0 <= float(x) <= width, (name, text.text)
            assert 0 <= float(y) <= height, (name, text.text)


def test_background__is_white_so_that_dark_pages_change_nothing(pictures):
    for name, picture in pictures.items():
        root = ET.fromstring(picture.svg)
        first = next(root.iter(SVG + "path")) if name != "logos" else root.find(f"{SVG}g/{SVG}g/{SVG}path")
        assert first.get("fill") == "#ffffff", name
        corners = [float(number) for number in re.findall(r"[\d.]+", first.get("d"))]
        _, _, width, height = (float(number) for number in root.get("viewBox").split())
        assert (max(corners[::2]), max(corners[1::2])) == pytest.approx((width, height), abs=0.01), name


def test_reading__is_a_sentence_in_the_file_and_for_who_hears_the_page(pictures):
    for name, picture in pictures.items():
        assert len(picture.reading) > 80, name
        assert picture.reading.endswith("."), name
        root = ET.fromstring(picture.svg)
        assert (root[0].text, root[1].text) == (picture.title, picture.reading), name
        drawn = " ".join(
            text.text or "" for text in ET.fromstring(picture.rendered("svg")).iter(SVG + "text")
        )
        assert picture.reading in drawn.replace("\N{NO-BREAK SPACE}", " "), name
        page = " ".join(text.text or "" for text in root.iter(SVG + "text"))
        assert picture.reading not in page, name


def test_svg__is_small_and_reaches_nothing_outside(pictures):
    for name, picture in pictures.items():
        assert len(picture.svg) < 100_000, name
        root = ET.fromstring(picture.svg)
        for element in root.iter():
            assert "style" not in element.attrib, name
            for key, value in element.attrib.items():
                assert not key.endswith("href") or value.startswith(("#", "data:image/png;base64,")), name
