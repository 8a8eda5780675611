"""HTML: a page is plain values (``model``) put into templates, in one style, and needs no other file to be shown.

``render_page`` makes a whole page; ``render_part`` fills a template without a head, for what a notebook shows;
``drawings`` cleans the SVGs that stand in a page.
"""

from dmiso.pages.drawings import clean_svg
from dmiso.pages.model import (
    Cell,
    Figure,
    Head,
    KeyValues,
    Listing,
    Note,
    Page,
    Paragraph,
    Part,
    Preformatted,
    RowGroup,
    Section,
    Table,
    Tone,
    Verdict,
)
from dmiso.pages.render import GENERATOR, render_page, render_part

__all__ = [
    "GENERATOR",
    "Cell",
    "Figure",
    "Head",
    "KeyValues",
    "Listing",
    "Note",
    "Page",
    "Paragraph",
    "Part",
    "Preformatted",
    "RowGroup",
    "Section",
    "Table",
    "Tone",
    "Verdict",
    "clean_svg",
    "render_page",
    "render_part",
]
