"""Pages in a real browser: complaints, requests, sorting, filtering, saving, the keyboard alone, accessibility."""

import re
import struct

import pytest
from tests.report.conftest import KINDS, path_of

from dmiso.extras import is_installed
from dmiso.pages import Head, Page, RowGroup, Section, Table, render_page
from dmiso.report import write_report

LOOKS = [(width, scheme) for width in (1280, 400) for scheme in ("light", "dark")]


@pytest.fixture(scope="session")
def pages(finished):
    """The page of each kind, written."""
    folder = finished / "browsed"
    folder.mkdir()
    return {kind: write_report(path_of(finished, kind), folder / f"{kind}.html") for kind in KINDS}


@pytest.fixture
def opened(chromium):
    """Open a page: ``opened(path, width, scheme)``; that it asked for nothing and complained of nothing is checked."""
    contexts, requests, complaints = [], [], []

    def open_page(path, width=1280, scheme="light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []


def table_page(tmp_path):
    rows = [(f"gene {i}", value) for i, value in enumerate([3, 30, -2, None, 100, 1e-9, 0.5, 4, 5])]
    heads = (Head("gene", "Its name"), Head("score", "Its score", numeric=True))
    table = Table("Genes", heads, (RowGroup("", tuple(rows)),))
    path = tmp_path / "table.html"
    path.write_text(render_page(Page("A table", sections=(Section("Genes", (table,)),))), encoding="utf-8")
    return path


def column(page, number):
    return page.locator(f"tbody tr:not([hidden]) td:nth-child({number})").all_inner_texts()


@pytest.mark.parametrize("kind", KINDS)
def test_page__is_accessible_and_as_wide_as_the_screen(opened, pages, kind):
    from axe_playwright_python.sync_playwright import Axe

    for width, scheme in LOOKS:
        page = opened(pages[kind], width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, (width, scheme, found.generate_report())


def test_table__sorts_by_value_and_back_with_the_keyboard_alone(opened, tmp_path):
    page = opened(table_page(tmp_path))
    page.locator("th button", has_text="score").focus()
    page.keyboard.press("Enter")
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    assert column(page, 2) == ["100", "30", "5", "4", "3", "0.500", "1.0e-09", "−2", "–"]
    page.keyboard.press("Space")
    assert column(page, 2)[:2] == ["−2", "1.0e-09"]
    assert column(page, 2)[-1] == "–"
    page.keyboard.press("Enter")
    assert column(page, 1) == [f"gene {i}" for i in range(9)]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "none"


def test_table__filters_and_says_how_many_rows_are_left(opened, tmp_path):
    page = opened(table_page(tmp_path))
    page.get_by_label("Filter rows").fill("GENE 8")
    assert column(page, 1) == ["gene 8"]
    assert page.get_by_role("status").inner_text() == "1 of 9 rows"
    page.get_by_label("Filter rows").fill("")
    assert len(column(page, 1)) == 9


def test_page__can_be_walked_by_keyboard(opened, tmp_path):
    page = opened(table_page(tmp_path))
    met = []
    for _ in range(6):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.type"))
    assert met[0] == "search"
    assert any(text == "gene" for text in met)
    assert any("What the columns mean" in text for text in met)


def test_page__without_scripts_is_a_plain_page(opened, pages):
    page = opened(pages["scan"], java_script_enabled=False)
    assert page.locator("th button, .filter, button").count() == 0
    assert page.locator("tbody tr").count() > 5
    assert page.locator("h1").inner_text().startswith("Sites of")


@pytest.mark.skipif(not is_installed("matplotlib"), reason="matplotlib is not installed")
def test_figure__is_saved_as_svg_png_of_300_dpi_and_pdf(opened, pages, tmp_path):
    page = opened(pages["ask"])
    figure = page.locator("figure").first
    for word, ending in (("SVG", "svg"), ("PNG", "png"), ("PDF", "pdf")):
        with page.expect_download() as download:
            figure.locator(".save", has_text=word).click()
        assert download.value.suggested_filename == f"track_1.{ending}"
        download.value.save_as(tmp_path / f"f.{ending}")
    assert (tmp_path / "f.svg").read_text().startswith('<?xml version="1.0"')
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF-")
    png = (tmp_path / "f.png").read_bytes()
    where = png.index(b"pHYs")
    assert struct.unpack(">IIB", png[where + 4 : where + 13]) == (11811, 11811, 1)  # per metre: 300 per inch
    width = struct.unpack(">I", png[16:20])[0]
    points = float(re.search(r'width="([\d.]+)pt"', (tmp_path / "f.svg").read_text())[1])
    assert width == round(points / 72 * 300)


def test_page__prints_tables_whole(opened, pages):
    page = opened(pages["evaluate"])
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).maxHeight") == "none"
    assert not page.locator(".filter").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_page__runs_no_script_but_its_own(chromium, tmp_path):
    path = table_page(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("</main>", "<script>document.title = 'run'</script></main>"), encoding="utf-8"
    )
    page = chromium.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert page.title() == "A table"
    assert page.locator("th button").count() == 2  # its own did run
    assert "Content Security Policy" in said[0]
    page.close()
