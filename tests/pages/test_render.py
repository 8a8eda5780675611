"""Pages are templates, and what a stranger wrote is shown in them and never run."""

import ast
import base64
import hashlib
import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from tests.pages.inspected import EVIL, Inspected

import dmiso
from dmiso.pages import (
    Figure,
    Head,
    KeyValues,
    Listing,
    Note,
    Page,
    Paragraph,
    Preformatted,
    RowGroup,
    Section,
    Table,
    Verdict,
    render_page,
    render_part,
)

SOURCE = Path(dmiso.__file__).parent
TEMPLATES = sorted((SOURCE / "pages" / "templates").glob("*.html"))


def drawing(name):
    root = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' width='90pt'>"
    text = escape(name)
    return f"{root}<g id='a'><text x='1'>{text}</text></g></svg>"


def page_named(name):
    """Return a page with a text in every field of every part."""
    table = Table(
        name,
        (Head(name, name), Head(name, name, numeric=True)),
        (RowGroup(name, ((name, 1), (name, 2.5))),),
        9,
        name,
    )
    parts = (
        Paragraph(name),
        Note(name, "unsure"),
        Preformatted(name, name),
        KeyValues(((name, name),)),
        Listing((name,)),
        table,
        Figure(name, drawing(name), name, name, b"%PDF"),
    )
    sections = (
        Section(name, parts),
        Section(name, parts, folded=True),
        *(Section(name, ()) for _ in range(2)),
    )
    return Page(name, (Verdict(name, name, "yes"), Verdict(name, name, "no")), sections, name)


@pytest.mark.parametrize("name", EVIL)
def test_page__every_field_is_shown_as_it_is_and_nothing_runs(name):
    page = Inspected(render_page(page_named(name)))
    # title, heading, subtitle, 2 × 2 of verdicts, 4 in the contents, 4 headings, and 20 in each of two sections
    assert page.count(name) == 3 + 4 + 4 + 4 + 2 * 20
    assert page.loads == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_page__no_text_ends_the_element_it_stands_in(name):
    known = Inspected(render_page(page_named("plain")))
    page = Inspected(render_page(page_named(name)))
    assert page.tags == known.tags
    assert page.loads == []


def test_page__runs_its_own_script_alone():
    text = render_page(page_named("a"))
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    assert f"script-src &#39;sha256-{digest}&#39;" in policy or f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_page__says_a_verdict_in_a_symbol_beside_its_colour():
    text = render_page(
        Page("t", tuple(Verdict(t, "s", t) for t in ("yes", "no", "unsure", "differs", "plain")))
    )
    assert re.findall(r'class="symbol" aria-hidden="true">(.)<', text) == ["✓", "✗", "?", "≠", "i"]


def test_table__says_how_many_rows_there_are_and_where():
    table = Table("Sites", (Head("a"),), (RowGroup("", (("x",),)),), 1234, "sites.tsv")
    text = render_page(Page("t", sections=(Section("s", (table,)),)))
    assert "Sites – the first 1 of 1,234 rows; all are in sites.tsv" in text


def test_table__without_rows_says_so():
    text = render_page(Page("t", sections=(Section("s", (Table("Sites", (Head("a"),), ()),)),)))
    assert "No rows" in text


def test_part__a_value_that_is_not_given_is_a_mistake():
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        render_part("preformatted")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates__escape_everything_and_load_nothing(template):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape|Markup", text)
    # an address may lie within the page, and a PDF in it, to be saved
    own = re.sub(
        r"\bhref=\"#|\bhref=\"data:application/pdf;base64,\{\{|<script>\{\{ script \}\}</script>", "", text
    )
    assert not re.search(r"\bstyle=|\bsrc=|\bhref=|https?:|<script", own)


@pytest.mark.parametrize("module", [m.relative_to(SOURCE).as_posix() for m in sorted(SOURCE.rglob("*.py"))])
def test_source__writes_no_html_of_its_own(module):
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    prose = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    tags = r"<(html|head|body|table|tr|td|div|span|section|p|h\d|svg|style|script)\b[^>]*>"
    assert not [text for text in texts if text not in prose and re.search(tags, text)]
