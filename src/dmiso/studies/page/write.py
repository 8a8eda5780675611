"""The page written twice: ``index.html``, which needs no other file to be shown, and ``side_by_side.md``."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from dmiso.io import write_text
from dmiso.pages import render_page
from dmiso.studies.page.sections import sections_of
from dmiso.studies.page.values import Numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.studies.page.sections import Picture, Section
    from dmiso.studies.page.tables import PageTable

__all__ = ["write_page"]

_TITLE: Final = "The paper's evaluation, done twice"
_ABOUT: Final = """
Each table and figure of Talukder et al. 2022, with the same positives and the same network in two modes.

Paper mode: negatives of the 3'UTR of the positive's gene by their energy, rows split at random. Honest mode: site
clusters split whole, and each site shown with another miRNA, so that every miRNA and every site occurs equally often in
both classes.

AUROC is of the score; that of calls, (recall + specificity) / 2, is what the paper prints as AUROC of the five tools.
AUROC has a 95 % interval from a bootstrap of site clusters or, where a network was trained with several seeds, the mean
± SD of the trainings; the intervals of other metrics are in side_by_side.tsv. The permuted column deals miRNAs anew to
the rows: what a network keeps, it knows of sites alone. The site-swap column has the same positives with negatives of
the same sites.
"""
"""Paragraphs at the beginning."""

_SPECIAL: Final = re.compile(r"([\\|*_`<>\[\]])")


def write_page(table: pl.DataFrame, folder: Path, pictures: Sequence[Picture]) -> None:
    """Write ``index.html`` and ``side_by_side.md``.

    Parameters
    ----------
    table
        Columns :data:`dmiso.columns.SIDE_COLUMNS`.
    folder
        The study's directory, in which the files of pictures lie.
    pictures
        Those that may be there; for one that is not, a note says so.
    """
    sections = sections_of(Numbers(table), pictures, folder)
    write_text(folder / "index.html", _html(sections, folder))
    write_text(folder / "side_by_side.md", _markdown(sections))


def _html(sections: Sequence[Section], folder: Path) -> str:
    """Return the page as HTML; pictures are part of it, shown as images, so that nothing in one can run."""
    shown = [
        {
            **section._asdict(),
            "anchor": _anchor(section.title),
            "pictures": [
                {
                    "caption": picture.caption,
                    "base64": b64encode((folder / picture.file).read_bytes()).decode(),
                }
                for picture in section.pictures
            ],
        }
        for section in sections
    ]
    return render_page("study", title=_TITLE, about=_paragraphs(), sections=shown)


def _paragraphs() -> list[str]:
    """Return the paragraphs at the beginning, each on one line."""
    return [" ".join(text.split()) for text in _ABOUT.strip().split("\n\n")]


def _anchor(title: str) -> str:
    """Return a title as an address within the page.

    Examples
    --------
    >>> _anchor("Table 1, CLASH test")
    'table-1-clash-test'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _markdown(sections: Sequence[Section]) -> str:
    """Return the page as Markdown."""
    lines = [f"# {_TITLE}", "", *(line for text in _paragraphs() for line in (text, ""))]
    for section in sections:
        lines += [f"## {section.title}", ""]
        if section.printed:
            lines += [f"The paper: {_plain(section.printed)}", ""]
        if section.real:
            lines += [f"**What is real.** {_plain(section.real)}", ""]
        for table in section.tables:
            lines += _rows(table)
        for picture in section.pictures:
            lines += [f"![{_plain(picture.caption)}]({picture.file})", ""]
        lines += [f"- {_plain(note)}" for note in section.notes]
        lines += [""] if section.notes else []
    return "\n".join(lines)


def _rows(table: PageTable) -> Iterable[str]:
    """Return a table's lines; a group's title is a row of its own."""
    width = len(table.head)
    if table.caption:
        yield f"*{_plain(table.caption)}*"
        yield ""
    yield _row(table.head)
    yield "|" + "---|" * width
    for group in table.groups:
        if group.title:
            yield _row((f"**{_plain(group.title)}**", *[""] * (width - 1)), plain=False)
        for row in group.rows:
            yield _row(row)
    yield ""


def _row(cells: Iterable[str], *, plain: bool = True) -> str:
    return "| " + " | ".join(_plain(cell) if plain else cell for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
