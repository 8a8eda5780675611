"""Fill a template: values are escaped wherever they stand, so that a name of a stranger is shown and never run.

Templates extend ``base.html``, which holds the style sheet; nothing is loaded from elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_page"]


def render_page(template: str, **values: object) -> str:
    """Return a page, or a part of one.

    Parameters
    ----------
    template
        Name of a file of ``templates/`` without its ending.
    **values
        What the template shows; text is escaped. One that the template asks for and that is not given is an error.

    Returns
    -------
    str
        HTML; a page begins with its doctype.

    Examples
    --------
    >>> "<h2>a &lt;b&gt;</h2>" in render_page("blocks", title="t", blocks=[{"kind": "heading", "text": "a <b>"}])
    True
    """
    return _environment().get_template(f"{template}.html").render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return where templates come from; jinja2 loads with the first page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("dmiso.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
