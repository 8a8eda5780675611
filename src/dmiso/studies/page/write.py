"""The page twice: as :class:`dmiso.pages.Page`, which :mod:`dmiso.report` writes, and as ``side_by_side.md``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dmiso.io import write_text
from dmiso.pages import Figure, Head, Listing, Note, Page, Paragraph, RowGroup, Section, Table, Verdict
from dmiso.studies.page.sections import TABLE_1, UNDONE, sections_of
from dmiso.studies.page.values import Numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.pages import Part
    from dmiso.studies.page.sections import Picture
    from dmiso.studies.page.sections import Section as StudySection
    from dmiso.studies.page.tables import PageTable

__all__ = ["study_page", "write_markdown"]

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


def study_page(table: pl.DataFrame, folder: Path, pictures: Sequence[Picture]) -> Page:
    """Return the page of a study, its pictures within it.

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
    about = Section("What was done twice", tuple(Paragraph(text) for text in _paragraphs()))
    shown = (Section(section.title, tuple(_parts(section, folder))) for section in sections)
    return Page(_TITLE, tuple(_verdicts(sections)), (about, *shown))


def write_markdown(table: pl.DataFrame, folder: Path, pictures: Sequence[Picture]) -> None:
    """Write the same as ``side_by_side.md``; parameters as for :func:`study_page`."""
    write_text(folder / "side_by_side.md", _markdown(sections_of(Numbers(table), pictures, folder)))


def _verdicts(sections: Sequence[StudySection]) -> Iterator[Verdict]:
    """Yield what the study's own numbers say of the paper's first table, and of what undoes it."""
    said = {section.title: section.real for section in sections}
    for title, label in ((TABLE_1, "What is real in Table 1"), (UNDONE, "What is left without shortcuts")):
        if said.get(title):
            yield Verdict(label, said[title])


def _parts(section: StudySection, folder: Path) -> Iterator[Part]:
    """Yield what the page shows of a table or figure of the paper."""
    if section.printed:
        yield Paragraph(f"The paper: {section.printed}")
    if section.real:
        yield Note(f"What is real. {section.real}")
    for table in section.tables:
        heads = tuple(Head(name or "of") for name in table.head)
        groups = tuple(RowGroup(group.title, tuple(group.rows)) for group in table.groups)
        yield Table(table.caption or section.title, heads, groups)
    for picture in section.pictures:
        path = folder / picture.file
        pdf = path.with_suffix(".pdf")
        svg = path.read_text(encoding="utf-8")
        yield Figure(path.stem, svg, picture.caption, pdf=pdf.read_bytes() if pdf.is_file() else b"")
    if section.notes:
        yield Listing(tuple(section.notes))


def _paragraphs() -> list[str]:
    """Return the paragraphs at the beginning, each on one line."""
    return [" ".join(text.split()) for text in _ABOUT.strip().split("\n\n")]


def _markdown(sections: Sequence[StudySection]) -> str:
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
