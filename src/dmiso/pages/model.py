"""What a page is made of: plain values, which :func:`dmiso.pages.render_page` turns into HTML.

A :class:`Page` has verdicts first, then sections; a :class:`Section` has parts in the order they are read. No part
holds HTML: text is text, wherever it came from, and a drawing is an SVG that is cleaned when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
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
]

Cell = str | int | float | bool | None
Tone = Literal["yes", "no", "unsure", "plain"]
"""What a verdict or note feels like: its symbol, and its colour beside the words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer in a word or two, and the sentence that holds it.

    Parameters
    ----------
    label
        The word: ``Bound``, ``Within all thresholds``.
    sentence
        The whole answer.
    tone
        ``yes``, ``no``, ``unsure`` or ``plain``; shown as a symbol and a colour, never alone.
    """

    label: str
    sentence: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph set apart: what a reader must not overlook."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text whose columns matter: a duplex, an alignment, a command.

    Parameters
    ----------
    text
        Lines.
    caption
        What it is; empty for none.
    """

    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Names with their values, a line each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of a list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    Parameters
    ----------
    label
        What stands above it.
    meaning
        A sentence; shown as a tooltip and in the list below the table.
    numeric
        Its cells are numbers: aligned to the right and sorted by value.
    bases
        Its cells are nucleotides: letters of one width.
    """

    label: str
    meaning: str = ""
    numeric: bool = False
    bases: bool = False


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under a title of their own; empty for none."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be sorted and filtered where scripts run, and is a plain one where not.

    Parameters
    ----------
    caption
        What its rows are.
    heads
        One per column.
    groups
        The rows; most tables have one group without a title.
    total
        Rows that there are; None if all are shown.
    file
        Where all of them are.
    """

    caption: str
    heads: tuple[Head, ...]
    groups: tuple[RowGroup, ...]
    total: int | None = None
    file: str = ""

    @property
    def n_rows(self) -> int:
        """Rows shown."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing.

    Parameters
    ----------
    name
        Of its files when they are saved, without an ending.
    svg
        The drawing, shown in the page itself.
    caption
        What it shows.
    reading
        How to read it, in a line.
    pdf
        The same as PDF; empty where the reader's own browser has to print it.
    """

    name: str
    svg: str
    caption: str
    reading: str = ""
    pdf: bytes = b""


Part = Paragraph | Note | Preformatted | KeyValues | Listing | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """Parts under a heading.

    Parameters
    ----------
    title
        The heading.
    parts
        In order.
    folded
        Closed at first: what few readers need.
    """

    title: str
    parts: tuple[Part, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Parameters
    ----------
    title
        Its heading and the window's title.
    verdicts
        The answers, first of all.
    sections
        In order.
    subtitle
        A line below the heading: which run.
    """

    title: str
    verdicts: tuple[Verdict, ...] = ()
    sections: tuple[Section, ...] = ()
    subtitle: str = ""
