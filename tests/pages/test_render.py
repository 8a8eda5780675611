"""Pages are templates, and what a stranger wrote is shown in them and never run."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import dmiso
from dmiso.evaluate.audit.audit import AuditReport
from dmiso.evaluate.audit.check import Check
from dmiso.evaluate.audit.report import as_html, as_section
from dmiso.pages import render_page

SOURCE = Path(dmiso.__file__).parent
TEMPLATES = sorted((SOURCE / "pages" / "templates").glob("*.html"))
PARTS = {"audit_section.html", "shown.html", "text.html"}
"""What notebooks show, without a head."""
EVIL = "<script>alert(1)</script>"
QUOTED = "\" onload='x' <img src=x onerror=f> &amp; {{ 7 * 7 }}"


class Page(HTMLParser):
    """Tags and words of a page; anything that could run or load is a fault."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert tag not in {"script", "img", "iframe", "link", "object"}
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("name", [EVIL, QUOTED])
def test_audit__every_field_is_shown_as_it_is(name):
    checks = tuple(
        Check(name, verdict, value, value, name, {"of": name})
        for verdict, value in (("convicted", 0.9), ("cleared", 0.5), ("information", 0.1), ("not run", None))
    )
    report = AuditReport(rows=4, positives=2, mirnas=1, sites=3, checks=checks)
    page = Page(as_html(report, title=name))
    assert page.words.count(name) == 2 + 2 * len(checks)  # title and heading, name and sentence
    assert page.tags.count("tr") == 1 + len(checks)
    assert Page(as_section(report, title=name)).words.count(name) == 1 + 2 * len(checks)


@pytest.mark.parametrize("name", [EVIL, QUOTED])
def test_blocks__every_field_is_shown_as_it_is(name):
    blocks = [{"kind": kind, "text": name} for kind in ("heading", "paragraph", "bases")]
    blocks.append({"kind": "table", "rows": [[name, name], [name, name]]})
    page = Page(render_page("blocks", title=name, blocks=blocks))
    assert page.words.count(name) == 8
    assert [page.tags.count(tag) for tag in ("h2", "p", "pre", "th", "td")] == [1, 1, 1, 2, 2]


def test_page__a_value_that_is_not_given_is_a_mistake():
    with pytest.raises(UndefinedError, match="'summary' is undefined"):
        render_page("audit", title="t", verdict="v", verdict_class="cleared", rows=[])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates__escape_everything_and_load_nothing(template):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape|Markup", text)
    # an address may lie within the page, and a picture in it: as an image, nothing in an SVG runs or loads
    own = re.sub(r"\bhref=\"#|\bsrc=\"data:image/svg\+xml;base64,\{\{", "", text)
    assert not re.search(r"\bstyle=|\bsrc=|\bhref=|https?:|<script", own)
    if template.name not in {"base.html", *PARTS}:
        assert text.startswith('{% extends "base.html" %}')


@pytest.mark.parametrize("module", [m.relative_to(SOURCE).as_posix() for m in sorted(SOURCE.rglob("*.py"))])
def test_source__writes_no_html_of_its_own(module):
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    prose = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    tags = r"<(html|head|body|table|tr|td|div|span|section|p|h\d|svg|style|script)\b[^>]*>"
    assert not [text for text in texts if text not in prose and re.search(tags, text)]
