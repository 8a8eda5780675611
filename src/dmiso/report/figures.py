"""Pictures of a report: drawn as files are, and taken into the page as SVG with their PDF."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dmiso.extras import is_installed, missing_extra
from dmiso.pages import Figure, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["drawn", "drawn_all", "stored"]


def drawn(
    name: str, draw: Callable[[Path], object], caption: str, reading: str = ""
) -> tuple[Figure | Note, ...]:
    """Return a picture; where matplotlib is missing, how to get it; nothing if there is nothing to draw.

    Parameters
    ----------
    name
        Of the picture's files, without an ending.
    draw
        Draws to a path without an ending, as functions of :mod:`dmiso.plot` do.
    caption, reading
        What it shows, and how to read it.
    """
    if not is_installed("matplotlib"):
        return (Note(f"{caption}: not drawn, because {missing_extra('matplotlib')}.", "unsure"),)
    with TemporaryDirectory(prefix="dmiso-report-") as folder:
        draw(Path(folder, name))
        return stored(Path(folder, name), caption, reading)


def stored(path: Path, caption: str, reading: str = "") -> tuple[Figure, ...]:
    """Return a picture that a run has drawn; nothing if its SVG is not there.

    Parameters
    ----------
    path
        Without an ending.
    caption, reading
        As for :func:`drawn`.
    """
    svg, pdf = (path.with_name(f"{path.name}.{ending}") for ending in ("svg", "pdf"))
    if not svg.is_file():
        return ()
    data = pdf.read_bytes() if pdf.is_file() else b""
    return (Figure(path.name, svg.read_text(encoding="utf-8"), caption, reading, data),)


def drawn_all(
    draw: Callable[[Path], object], captions: Mapping[str, tuple[str, str]]
) -> tuple[Figure | Note, ...]:
    """Return the pictures that a function draws into a folder, in the order of their captions.

    Parameters
    ----------
    draw
        Draws into a folder; pictures of other names are left out.
    captions
        Name of a picture → what it shows, and how to read it.
    """
    if not is_installed("matplotlib"):
        return (Note(f"Pictures are not drawn, because {missing_extra('matplotlib')}.", "unsure"),)
    with TemporaryDirectory(prefix="dmiso-report-") as folder:
        draw(Path(folder))
        return tuple(
            figure
            for name, (caption, reading) in captions.items()
            for figure in stored(Path(folder, name), caption, reading)
        )
