"""The page as it is written."""

import re
from html.parser import HTMLParser

import pytest

from dmiso.pages import render_page
from dmiso.studies.page import Picture, study_page, write_markdown
from dmiso.studies.side_by_side import side_by_side

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


class Parsed(HTMLParser):
    """Ids, links, sources, names of tags, and tags left open."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.sources, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.sources += [found["src"]] if "src" in found else []
        if tag not in {"meta", "img", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def folder(results, tmp_path):
    """A study's folder with its page; one of the paper's figures is drawn, and one of no section."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "figure_2.svg").write_bytes(SVG)
    (tmp_path / "pictures" / "more.svg").write_bytes(SVG)
    more = Picture("pictures/more.svg", "More <of> it.")
    items = {"1a": "Figure 1A", "2": "Figure 2"}
    of_paper = [Picture(f"pictures/figure_{name}.svg", f"{item}.", item) for name, item in items.items()]
    given = (side_by_side(results), tmp_path, [*of_paper, more])
    write_markdown(*given)
    (tmp_path / "page.html").write_text(render_page(study_page(*given)), encoding="utf-8")
    return tmp_path


def test_page__needs_no_other_file_and_its_links_lead_somewhere(folder):
    text = (folder / "page.html").read_text(encoding="utf-8")
    page = Parsed(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert not page.sources
    assert set(re.findall(r"https?://[^\"]*", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert str(folder) not in text


def test_page__names_of_strangers_are_shown_and_never_run(folder):
    text = (folder / "page.html").read_text(encoding="utf-8")
    assert "a &lt;b&gt;|model (given)" in text
    assert "<b>" not in text
    assert text.count("<script>") == 1  # the page's own
    assert "alert" not in text
    assert text.count("<svg") == 2


def test_page__has_each_table_and_figure_of_the_paper_and_says_what_was_not_drawn(folder):
    text = (folder / "page.html").read_text(encoding="utf-8")
    titles = re.findall("<h2>(.*?)</h2>", text)
    assert titles[:2] == ["What was done twice", "Table 1, CLASH test"]
    for name in (
        "The sign of the energy (Table 1)",
        "Table 1, CLEAR-CLIP",
        "Table 2",
        "Figure 1A",
        "Figure 2",
        "Figure S1",
        "Figure S2",
        "Tables S2 and S3",
        "Kernels (Features analyzed)",
        *(f"Table S{n}" for n in (4, 5, 6, 7, 8, 9)),
    ):
        assert name in titles
    assert titles[-1] == "Other figures"
    assert "This run did not draw it (pictures/figure_1a.svg)." in text
    assert "(pictures/figure_2.svg)" not in text


def test_markdown__says_the_same_with_its_special_characters_escaped(folder):
    text = (folder / "side_by_side.md").read_text(encoding="utf-8")
    html = (folder / "page.html").read_text(encoding="utf-8")
    assert re.findall("^## (.*)$", text, re.MULTILINE) == re.findall("<h2>(.*?)</h2>", html)[1:]
    assert r"| a \<b\>\|model (given) | 0.950 \[0.930–0.970\] |" in text
    assert r"- a \<b\>\|model (given): trained \| elsewhere" in text
    assert "![Figure 2.](pictures/figure_2.svg)" in text
    for part in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in part.splitlines()}
        assert len(widths) == 1
