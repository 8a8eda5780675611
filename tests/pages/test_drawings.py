"""Drawings in a page: only what draws is left."""

import pytest
from tests.pages.inspected import EVIL, Inspected

from dmiso.errors import InputError
from dmiso.pages import clean_svg

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def cleaned(inside, attributes=""):
    return clean_svg(f"<svg {NAMES} {attributes}>{inside}</svg>", "f1-")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/></foreignObject>",
        "<a xlink:href='javascript:alert(1)'><text>x</text></a>",
        "<animate attributeName='href' to='javascript:alert(1)'/>",
        "<style>@import url(https://example.org)</style>",
        "<image xlink:href='https://example.org/a.png'/>",
        "<image href='data:image/svg+xml;base64,AAAA'/>",
        "<use href='other.svg#a'/>",
        "<path onclick='alert(1)' style='fill:url(https://example.org/a)'/>",
        "<path fill='url( &quot;https://example.org&quot; )' filter='url(x)'/>",
        "<path style='background:\\75rl(x)'/>",
    ],
)
def test_drawing__nothing_runs_or_loads(inside):
    text = cleaned(inside, "onload='alert(1)'")
    assert Inspected(text).loads == []
    for word in ("alert", "example.org", "svg+xml", "other.svg", "script"):
        assert word not in text


def test_drawing__keeps_what_draws_under_names_of_its_own():
    text = cleaned(
        "<defs><clipPath id='c'><path d='M0 1.23456 L2 3z'/></clipPath></defs>"
        "<g clip-path='url(#c)'><use xlink:href='#c' x='1.5'/></g><text>a &lt; b<title>whole</title> end</text>"
    )
    assert 'id="f1-c"' in text
    assert 'clip-path="url(#f1-c)"' in text
    assert 'xlink:href="#f1-c"' in text
    assert 'd="M0 1.23 L2 3z"' in text
    assert "<text>a &lt; b<title>whole</title> end</text>" in text


def test_drawing__keeps_bitmaps_of_its_own_and_the_style_for_all_at_its_root():
    text = cleaned(
        "<defs><style>*{stroke-linejoin: round}</style></defs><image href='data:image/png;base64,AA=='/>"
    )
    assert 'style="stroke-linejoin: round"' in text
    assert 'xlink:href="data:image/png;base64,AA=="' in text


@pytest.mark.parametrize("name", EVIL)
def test_drawing__shows_a_name_as_text(name):
    from xml.sax.saxutils import escape, quoteattr

    page = Inspected(cleaned(f"<text aria-label={quoteattr(name)}>{escape(name)}</text>"))
    assert page.loads == []
    assert page.count(name) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html/>",
        "<svg>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    ],
)
def test_drawing__what_is_no_svg_is_refused(text):
    with pytest.raises(InputError, match=r"the picture (is not an SVG|declares entities)"):
        clean_svg(text, "", name="the picture")
