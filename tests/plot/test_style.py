"""The look of pictures: two files, the same bytes each time, nothing left behind by an error."""

import re
import sys
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from dmiso.errors import MissingExtraError
from dmiso.plot.style import COLOURS, MARKERS, legend_above, picture


def draw(path):
    with picture(path, width=3, height=2) as figure:
        axes = figure.subplots()
        axes.plot([1, 2, 4], color=COLOURS[0], marker=MARKERS[0], label="a line")
        axes.set_xlabel("how far (nt)")
        legend_above(axes)


def test_picture__is_svg_and_png_with_the_same_bytes_each_time(tmp_path):
    for name in ("a", "b"):
        draw(tmp_path / name)
    for ending in ("svg", "png"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg", "b.png", "b.svg"]


def test_picture__has_text_as_text_and_neither_date_nor_program(tmp_path):
    draw(tmp_path / "a")
    text = (tmp_path / "a.svg").read_text()
    assert "how far (nt)</text>" in text
    assert not re.search(r"<dc:date>|Matplotlib v", text)


def test_picture__is_the_same_whatever_the_user_has_set(tmp_path):
    import matplotlib as mpl

    draw(tmp_path / "a")
    with mpl.rc_context({"font.size": 20.0, "lines.linewidth": 9.0, "axes.grid": True}):
        draw(tmp_path / "b")
        assert mpl.rcParams["font.size"] == 20.0  # and what the user has set stays
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_picture__keeps_a_name_with_dots_whole(tmp_path):
    draw(tmp_path / "model@v1.0.0")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model@v1.0.0.png", "model@v1.0.0.svg"]


def test_picture__leaves_nothing_behind_when_drawing_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), picture(tmp_path / "a"):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_colours__are_told_apart_by_marker_too():
    assert len(set(COLOURS)) == len(COLOURS) == len(MARKERS) == len(set(MARKERS))


def test_missing_matplotlib__says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    message = r"drawing pictures needs matplotlib.*pip install 'dmiso\[report\]'"
    with pytest.raises(MissingExtraError, match=message), picture(tmp_path / "p"):
        pass


def test_picture__shows_names_as_they_are(tmp_path):
    names = ["<script>alert(1)</script>", '&amp; "quoted"', "$broken{math$", r"$\\frac{1}$"]
    with picture(tmp_path / "p") as figure:
        axes = figure.subplots()
        for position, name in enumerate(names):
            axes.text(0, position / 4, name)
            axes.plot([0, 1], label=name)
        axes.set_title(names[0])
        axes.legend()
    root = ET.parse(tmp_path / "p.svg").getroot()
    shown = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert all(shown.count(name) >= 2 for name in names)
    assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_drawings__are_figures_and_need_no_file(tmp_path, monkeypatch):
    from dmiso.plot.reliability import plot_reliability

    monkeypatch.chdir(tmp_path)
    bins = {
        "scorer": ["a", "a"], "bin": [1, 2], "n": [5, 5], "mean_score": [0.2, 0.8], "observed_share": [0.3, 0.7],
        "share_low": [0.1, 0.5], "share_high": [0.5, 0.9], "lowest_score": [0.0, 0.5], "highest_score": [0.5, 1.0],
        "prior": [0.5, 0.5],
    }  # fmt: skip
    figure = plot_reliability(None, pl.DataFrame(bins))
    assert len(figure.axes) == 2
    assert list(tmp_path.iterdir()) == []
    plot_reliability(tmp_path / "r", pl.DataFrame(bins)).savefig(tmp_path / "again.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.png", "r.png", "r.svg"]
