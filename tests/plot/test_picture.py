"""A picture: three files, the same bytes each time, nothing left behind by an error, nothing that meets another's."""

import re
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from dmiso.errors import MissingExtraError
from dmiso.plot import drawing, write_pictures
from dmiso.plot.style import COLOURS, MARKERS, legend_above

READING = "The line rises: further up is better. " * 4


def draw():
    with drawing("A line", READING, height=2) as picture:
        axes = picture.figure.subplots()
        axes.plot([1, 2, 4], color=COLOURS[0], marker=MARKERS[0], label="a line")
        axes.set_xlabel("how far (nt)")
        legend_above(axes)
    return picture


def test_picture__is_three_files_with_the_same_bytes_each_time(tmp_path):
    for name in ("a", "b"):
        written = draw().write(tmp_path / name, ("svg", "png", "pdf"))
        assert [path.name for path in written] == [f"{name}.{ending}" for ending in ("svg", "png", "pdf")]
    for ending, head in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert (tmp_path / f"a.{ending}").read_bytes().startswith(head)
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    assert len(list(tmp_path.iterdir())) == 6


def test_png__has_300_dots_per_inch():
    from io import BytesIO

    from matplotlib.image import imread

    height, width = imread(BytesIO(draw().rendered("png"))).shape[:2]
    assert width == 1560  # 5.2 inches
    assert height > 600  # the drawing, and the words below it


def test_pdf__has_text_that_can_be_selected():
    assert b"/Subtype /Type0" in draw().rendered("pdf")  # a font, not outlines
    assert b"CreationDate" not in draw().rendered("pdf")


def test_rendering__leaves_the_picture_as_it_was():
    picture = draw()
    before = picture.svg, tuple(picture.figure.get_size_inches())
    picture.rendered("pdf")
    picture.rendered("svg")
    assert (picture.svg, tuple(picture.figure.get_size_inches())) == before
    assert not picture.figure.texts


def test_words__in_a_file_stand_below_the_drawing_and_not_beside_it():
    root = ET.fromstring(draw().rendered("svg"))
    _, _, width, height = (float(number) for number in root.get("viewBox").split())
    texts = {text.text: text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    lowest = float(texts["how far (nt)"].get("y"))
    words = [text for line, text in texts.items() if line.startswith("The line rises") or line == "A line"]
    assert len(words) >= 2
    for text in words:
        assert lowest < float(text.get("y")) < height
        assert float(text.get("x")) + 8 * 0.56 * len(text.text) < width + 1


def test_svg__has_text_as_text_and_neither_date_nor_program():
    svg = draw().svg
    assert "how far (nt)</text>" in svg
    assert not re.search(r"<metadata|Matplotlib|<style|style=", svg)


def test_svgs__on_one_page_share_no_identifier():
    first = draw()
    with drawing("Another", READING) as second:
        second.figure.subplots().plot([3, 1], marker="o")
    found = [set(re.findall(r'id="([^"]+)"', picture.svg)) for picture in (first, second)]
    assert all(found)
    assert not found[0] & found[1]
    for picture, identifiers in zip((first, second), found, strict=True):
        assert set(re.findall(r'(?:url\(|href=")#([^")]+)', picture.svg)) == identifiers


def test_picture__is_the_same_whatever_the_user_has_set():
    before = draw().svg
    with mpl.rc_context({"font.size": 20.0, "lines.linewidth": 9.0, "axes.grid": True}):
        assert draw().svg == before
        assert mpl.rcParams["font.size"] == 20.0  # and what the user has set stays


def test_names_with_dots__stay_whole(tmp_path):
    written = write_pictures({"model@v1.0.0": draw()}, tmp_path / "new", ("svg",))
    assert [path.name for path in written] == ["model@v1.0.0.svg"]
    assert written[0].is_file()


def test_error__leaves_nothing_behind(tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    picture = draw()

    def fail(*_args, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(ZeroDivisionError):
        picture.write(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
    assert not picture.figure.texts


def test_missing_matplotlib__says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    message = r"drawing pictures needs matplotlib.*pip install 'dmiso\[report\]'"
    with pytest.raises(MissingExtraError, match=message), drawing("t", "r"):
        pass


def test_picture__shows_names_as_they_are():
    names = ["<script>alert(1)</script>", '&amp; "quoted"', "$broken{math$", r"$\\frac{1}$"]
    with drawing("t", "r") as picture:
        axes = picture.figure.subplots()
        for position, name in enumerate(names):
            axes.text(0, position / 4, name)
            axes.plot([0, 1], label=name)
        axes.set_title(names[0])
        axes.legend()
    root = ET.fromstring(picture.svg)
    shown = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert all(shown.count(name) >= 2 for name in names)
    assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_notebook__shows_the_picture_with_its_words():
    assert "The line rises" in re.sub(r"<desc>.*?</desc>", "", draw()._repr_svg_())
