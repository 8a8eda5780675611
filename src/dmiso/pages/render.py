"""Fill a template: values are escaped wherever they stand, so that a name of a stranger is shown and never run.

A page is one file with its style sheet and its script, and loads nothing. Its policy lets the browser run that one
script, known by its hash, and fetch nothing: what escaping would miss does nothing either.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from dmiso.pages.drawings import clean_svg
from dmiso.pages.model import Figure, KeyValues, Listing, Note, Page, Paragraph, Preformatted, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from markupsafe import Markup

    from dmiso.pages.model import Cell, Part, Tone

__all__ = ["GENERATOR", "render_page", "render_part"]

GENERATOR: Final = "dmiso"
"""What a page says of who made it: a file that says so may be replaced by a newer page."""

_KINDS: Final[dict[type[Part], str]] = {
    Paragraph: "paragraph",
    Note: "note",
    Preformatted: "preformatted",
    KeyValues: "key_values",
    Listing: "listing",
    Table: "table",
    Figure: "figure",
}
_SYMBOLS: Final[dict[Tone, str]] = {"yes": "✓", "no": "✗", "unsure": "?", "plain": "i"}
_MISSING: Final = "–"


def render_page(page: Page) -> str:
    """Return a page as HTML that needs no other file.

    Parameters
    ----------
    page
        What it shows.

    Returns
    -------
    str
        HTML from its doctype on; everything that is shown is in its one ``main`` element.

    Raises
    ------
    InputError
        If a drawing is not an SVG.

    Examples
    --------
    >>> "<h1>a &lt;b&gt;</h1>" in render_page(Page("a <b>"))
    True
    """
    script = _source("page.js")
    policy = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    return render_part("page", page=page, script=_trusted(script), policy=policy, generator=GENERATOR)


def render_part(template: str, **values: object) -> str:
    r"""Fill one template.

    Parameters
    ----------
    template
        Name of a file of ``templates/`` without its ending.
    **values
        What the template shows; text is escaped. One that the template asks for and that is not given is an error.

    Examples
    --------
    >>> render_part("preformatted", text="a <b>")
    '<pre>a &lt;b&gt;</pre>\\n'
    """
    return _environment().get_template(f"{template}.html").render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return where templates come from; jinja2 loads with the first page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("dmiso.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shown: dict[str, Callable[..., object]] = {
        "kind": lambda part: _KINDS[type(part)],
        "symbol": lambda tone: _SYMBOLS[tone],
        "anchor": _anchor,
        "cell": _cell,
        "sort_key": _sort_key,
        "drawing": _drawing,
        "file_name": _file_name,
        "base64": lambda data: b64encode(data).decode(),
        "is_number": _is_number,
    }
    environment.filters.update(shown)
    return environment


def _source(name: str) -> str:
    """Return a file of the templates as it is."""
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _trusted(text: str) -> Markup:
    """Return text that is shown unescaped: our own script, and drawings that are cleaned."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704


def _drawing(figure: Figure, number: int) -> Markup:
    return _trusted(clean_svg(figure.svg, f"f{number}-", name=f"the drawing {figure.name}"))


def _anchor(title: str) -> str:
    """Return a title as an address within the page.

    Examples
    --------
    >>> _anchor("Table 1, CLASH test")
    'table-1-clash-test'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "section"


def _file_name(name: str) -> str:
    """Return a name of a file that is saved, without what a folder or a shell would understand."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "figure"


def _is_number(value: Cell) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sort_key(value: Cell) -> str:
    """Return what a number is sorted by."""
    return repr(value)


def _cell(value: Cell) -> str:
    """Return what a cell shows: numbers with as many digits as one reads.

    Examples
    --------
    >>> [_cell(value) for value in (None, True, 12345, 0.5, 1e-9, float("inf"), 1234.5)]
    ['–', 'yes', '12,345', '0.500', '1.0e-09', '∞', '1,234.5']
    """
    if value is None:
        return _MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return _decimal(value)
    return value


def _decimal(value: float) -> str:
    if value != value:  # noqa: PLR0124 - NaN is the one number that is not itself
        return _MISSING
    if value in {float("inf"), float("-inf")}:
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= 1000:
        text = f"{value:,.1f}"
    elif size and size < 0.001:
        text = f"{value:.1e}"
    else:
        text = f"{value:.3f}"
    return text.replace("-", "−", 1) if value < 0 else text
