"""The page: the same words three ways, duplexes where ViennaRNA is there, and a note where not."""

import sys
from dataclasses import replace
from html import escape

import pytest

from dmiso.compare import CompareSettings, judge
from dmiso.compare.page import as_markdown, as_text, page_of
from dmiso.extras import is_installed
from dmiso.pages import Head, Page, Paragraph, Preformatted, RowGroup, Section, Table, render_page

SITES = [(0, 20, 42, 7.0, 0.01)], [(1, 20, 43, 7.0, 0.01)]
needs_vienna = pytest.mark.skipif(not is_installed("RNA"), reason="ViennaRNA is not installed")


@pytest.fixture
def page(said, pair):
    scan = said(*SITES, asked=["t0"])
    return page_of([judge(scan, pair, CompareSettings(min_percentile=0))], scan.targets, "About <this>.")


def test_page__says_what_changed_and_what_a_score_does_not_say(page):
    text = as_text(page)
    for words in (
        "t0 is gained: only the isomiR has a site there that passes",
        "logit 7.00 for the isomiR, -3.00 for miR-10a",
        "it matches neither seed",
        "seed CCCUGUA",
        "seed ACCCUGU",
        "not that a gene is repressed",
        "q-value of at most 0.1",
    ):
        assert words in text


def test_page__is_the_same_in_markdown(page):
    text = as_markdown(page)
    for section in page.sections:
        assert f"## {escape(section.title, quote=False)}\n" in text
        for part in section.parts:
            if isinstance(part, Paragraph):
                assert escape(part.text, quote=False) in text
    assert "About &lt;this&gt;." in text


def test_page__says_why_duplexes_are_missing(said, pair, monkeypatch):
    monkeypatch.setitem(sys.modules, "RNA", None)
    scan = said(*SITES)
    text = as_text(page_of([judge(scan, pair, CompareSettings(min_percentile=0))], scan.targets, ""))
    assert "Duplexes are not drawn: folding duplexes needs ViennaRNA, which is not installed." in text
    assert "pip install 'dmiso[energy]'" in text
    assert "kcal/mol" not in text


@needs_vienna
def test_page__draws_the_duplex_of_both(page):
    assert as_text(page).count("kcal/mol") == 2


def test_page__says_that_nothing_passes(said, pair):
    scan = said([(0, 20, 42, 3.0, 0.4)], [])
    text = as_text(page_of([judge(scan, pair, CompareSettings(min_percentile=0))], scan.targets, ""))
    assert "No site of the isomiR passes (its lowest q-value is 0.4)" in text
    assert "No site of miR-10a passes, so none can be lost or kept" in text


def test_table__lines_up():
    table = Table("", (Head("a"), Head("bb")), (RowGroup("", (("ccc", "d"),)),))
    assert as_text(Page("t", sections=(Section("s", (table,)),))) == "s\n=\n\na    bb\nccc  d\n"


EVIL = "<script>alert(1)</script>"


def test_markdown__shows_names_as_they_are_and_runs_none_of_them():
    rows = ((EVIL, "a|b `c` [d](javascript:e) <img src=x onerror=f>"),)
    parts = (
        Paragraph(f"{EVIL} & more"),
        Preformatted(f"```\n{EVIL}\n````"),
        Table("", (Head("miRNA"), Head("gene")), (RowGroup("", rows),)),
    )
    text = as_markdown(Page("t", sections=(Section(EVIL, parts),)))
    outside, bases, after = text.partition("`````\n")[0], *text.partition("`````\n")[2].split("\n`````\n")
    assert bases == f"```\n{EVIL}\n````"
    assert "<" not in outside + after
    assert r"a\|b \`c\` \[d\](javascript:e)" in after


def test_page__of_a_comparison_with_evil_names_shows_them_all(said, pair):
    isomir, canonical = replace(pair.isomir, id=EVIL), replace(pair.canonical, id=EVIL)
    named = replace(pair, isomir=isomir, canonical=canonical, variant=EVIL)
    genes = {"t0": EVIL, "t1": EVIL}
    settings = CompareSettings(min_percentile=0)
    for asked in ([EVIL], []):
        scan = said(*SITES, genes=genes, asked=asked)
        html = render_page(page_of([judge(scan, named, settings)], scan.targets, EVIL))
        assert html.count("<script") == 1  # the page's own
        assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
