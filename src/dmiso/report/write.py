"""Write a report beside what it shows, and never over a file that is not a page of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.errors import UsageError
from dmiso.io import write_text
from dmiso.pages import GENERATOR, render_page
from dmiso.report.dispatch import report_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["REPORT_NAME", "remove_report", "report_path", "write_report"]

REPORT_NAME: Final = "report.html"
"""What the page is called in a run's folder."""

_MARK: Final = f'<meta name="generator" content="{GENERATOR}">'.encode()
_HEAD: Final = 4096
"""Bytes in which a page says who made it."""


def write_report(
    path: Path, output: Path | None = None, *, transcripts: Path | None = None, cds: Path | None = None
) -> Path:
    """Write the page of a finished run.

    Parameters
    ----------
    path
        The run's folder; of an audit its ``.json``.
    output
        Where to; None is ``report.html`` in the folder, and beside an audit the same name with ``.html``.
    transcripts, cds
        As for :func:`report_of`.

    Returns
    -------
    pathlib.Path
        Where the page is.

    Raises
    ------
    InputError
        As :func:`report_of`.
    UsageError
        If a file stands there that is no page of dmiso.
    """
    place = output or report_path(path)
    # beside an audit's .json its .html is ours, as it was when pages did not say who made them
    if place.exists() and not is_page(place) and not (output is None and path.is_file()):
        raise UsageError(
            f"{place} is there already and is no page of dmiso: nothing was touched. Give -o another name."
        )
    text = render_page(report_of(path, transcripts=transcripts, cds=cds))
    # names of files may be no UTF-8; a page is, and shows the sign for what cannot be shown
    write_text(place, text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return place


def report_path(path: Path) -> Path:
    """Return where the page of a run is by default.

    Examples
    --------
    >>> from pathlib import Path
    >>> report_path(Path("audit.json")).name
    'audit.html'
    """
    return path.with_suffix(".html") if path.is_file() or path.suffix == ".json" else path / REPORT_NAME


def is_page(path: Path) -> bool:
    """Say whether a file is a page that dmiso wrote."""
    if not path.is_file():
        return False
    with path.open("rb") as handle:
        return _MARK in handle.read(_HEAD)


def remove_report(path: Path) -> None:
    """Remove the page of an earlier run, which would show other numbers than the files beside it."""
    place = report_path(path)
    if is_page(place):
        place.unlink(missing_ok=True)
