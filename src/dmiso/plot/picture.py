"""A picture: a drawing with its title and the line that says how to read it, as SVG, PNG and PDF.

Every function of this room that draws returns one. A page takes :attr:`Picture.svg` and shows title and reading in
its own words' size; a file has them drawn, since it may be all that a reader has.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.io import atomic_path
from dmiso.plot.style import BLACK, SMALL, WIDTH, themed
from dmiso.plot.svg import tidy_svg
from dmiso.settings.pictures import DEFAULT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from dmiso.settings.pictures import Format

__all__ = ["Picture", "drawing", "short_name", "write_pictures"]

_NAME: Final = 30
"""Characters of a name that are shown at most, unless a drawing says otherwise."""
_EM: Final = 0.56
"""Mean width of a character of running text in DejaVu Sans, in font sizes."""
_LINE: Final = 1.32
"""Distance of lines, in font sizes."""
_PLACES: Final = 4
"""Digits of positions in the figure: 0.0001 of 5 inches is an eighth of a dot at 300 per inch."""
_UNIT: Final = re.compile(r"(?<=\d) %")
_MARGIN: Final = 5.0
"""Points left, right and below the words under a drawing."""


class Picture(NamedTuple):
    """A drawing and its words.

    Parameters
    ----------
    figure
        The drawing, for who wants to change it with matplotlib.
    title
        What it shows, in a few words.
    reading
        How to read it: what each mark is, and what good or bad looks like.
    full_names
        Shortened name → the name: what a tooltip shows.

    Examples
    --------
    >>> with drawing("A line", "The line rises.") as picture:
    ...     _ = picture.figure.subplots().plot([1, 2, 4])
    >>> picture.title, picture.svg.startswith("<svg"), "The line rises." in picture.svg
    ('A line', True, True)
    """

    figure: Figure
    title: str
    reading: str
    full_names: dict[str, str]

    @property
    def svg(self) -> str:
        """The drawing for a page: one ``<svg>`` element without title and reading drawn.

        They are its ``<title>`` and ``<desc>``, for who hears the page. It has neither scripts nor styles, and its
        identifiers are its own, so that several stand on one page.
        """
        return self._svg()

    def _repr_svg_(self) -> str:
        """Show it in a notebook."""
        return self.rendered("svg").decode()

    def name(self, name: object, most: int = _NAME) -> str:
        """Return a name as it is drawn: at most so many characters, its middle left out; the whole is a tooltip.

        Parameters
        ----------
        name
            Of a user's file: any text.
        most
            Characters, at least 8.
        """
        whole = _printable(name)
        if len(whole) <= most:
            return whole
        for number in range(1, len(self.full_names) + 2):
            shown = short_name(
                whole, most, "…" if number == 1 else f"…{number}…"
            )  # names that differ stay two
            if self.full_names.setdefault(shown, whole) == whole:
                return shown
        raise AssertionError("more shortened names than names")

    def rendered(self, form: Format) -> bytes:
        """Return a file's content: the drawing with title and reading.

        Parameters
        ----------
        form
            ``svg``, ``png`` (300 dots per inch) or ``pdf``.
        """
        with self._worded():
            return self._svg().encode() if form == "svg" else self._saved(form)

    def write(self, path: Path, formats: Sequence[Format] = DEFAULT_FORMATS) -> list[Path]:
        """Write files, each whole or not at all; the same picture gives the same bytes.

        Parameters
        ----------
        path
            Where to, without an ending: ``.svg``, ``.png``, ``.pdf`` are added.
        formats
            Which.

        Returns
        -------
        list of pathlib.Path

        Raises
        ------
        DmisoError
            If a file cannot be written.
        """
        written = [path.with_name(f"{path.name}.{form}") for form in formats]
        for file, form in zip(written, formats, strict=True):
            with atomic_path(file) as temporary:
                temporary.write_bytes(self.rendered(form))
        return written

    def _svg(self) -> str:
        return tidy_svg(self._saved("svg").decode(), self.title, self.reading, self.full_names)

    def _saved(self, form: Format) -> bytes:
        """Return the figure as it is now; without dates and program names, so that the bytes are the same."""
        metadata: dict[Format, dict[str, str | None]] = {
            "svg": {"Date": None, "Creator": None},
            "png": {"Software": None, "Title": self.title},
            "pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Title": self.title},
        }
        made = io.BytesIO()
        with themed(), self._settled():
            # of an SVG only clouds of thousands of marks are a bitmap, and half the dots are enough for them
            self.figure.savefig(made, format=form, metadata=metadata[form], dpi=150 if form == "svg" else 300)
        return made.getvalue()

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """Hold the axes where the layout puts them, rounded.

        The layout's solver orders its terms by their addresses in memory, so its last digits differ from run to run.
        """
        import numpy as np
        from matplotlib.transforms import Bbox

        layout = self.figure.get_layout_engine()
        self.figure.draw_without_rendering()
        for axes in self.figure.axes:
            box = np.round(axes.get_position(original=True).get_points(), _PLACES)
            # the public method would take the axes out of the layout for good
            axes._set_position(Bbox(box))  # type: ignore[attr-defined]  # noqa: SLF001
        self.figure.set_layout_engine("none")
        try:
            yield
        finally:
            self.figure.set_layout_engine(layout)

    @contextmanager
    def _worded(self) -> Iterator[None]:
        """Have title and reading under the drawing, inside the block."""
        width, height = (float(size) for size in self.figure.get_size_inches())
        columns = int((72 * width - 2 * _MARGIN) / (_EM * SMALL))
        lines = [(line, "bold") for line in wrap(self.title, int(columns / 1.12))]
        lines += [(line, "normal") for line in wrap(_UNIT.sub("\N{NO-BREAK SPACE}%", self.reading), columns)]
        step = _LINE * SMALL / 72
        below = step * len(lines) + 2 * _MARGIN / 72
        layout = self.figure.get_layout_engine()
        assert layout is not None, "a picture has a layout that makes room"
        self.figure.set_size_inches(width, height + below)
        layout.set(rect=(0.0, below / (height + below), 1.0, height / (height + below)))  # type: ignore[call-arg]
        with themed():
            made = [
                self.figure.text(
                    _MARGIN / 72 / width,
                    (below - _MARGIN / 72 - step * (number + 0.75)) / (height + below),
                    line,
                    fontsize=SMALL,
                    fontweight=weight,
                    color=BLACK,
                )
                for number, (line, weight) in enumerate(lines)
            ]
        try:
            yield
        finally:
            for text in made:
                text.remove()
            layout.set(rect=(0.0, 0.0, 1.0, 1.0))  # type: ignore[call-arg]
            self.figure.set_size_inches(width, height)


def short_name(name: object, most: int, middle: str = "…") -> str:
    """Return a name of at most so many characters, with its beginning and its end.

    Examples
    --------
    >>> short_name("hsa-miR-101-3p", 20), short_name("a_transcript_with_a_long_name.12", 20)
    ('hsa-miR-101-3p', 'a_transcript_…ame.12')
    """
    whole = _printable(name)
    if len(whole) <= most:
        return whole
    tail = (most - len(middle)) // 3
    return whole[: most - len(middle) - tail] + middle + whole[len(whole) - tail :]


def _printable(name: object) -> str:
    """Return text that an XML file can hold and that stays on its line."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(name))


@contextmanager
def drawing(title: str, reading: str, *, height: float = 3.4, width: float = WIDTH) -> Iterator[Picture]:
    """Give a picture to draw on, in the one look.

    Parameters
    ----------
    title
        What it shows.
    reading
        How to read it.
    height, width
        Of the drawing, inches.

    Yields
    ------
    Picture
        Its figure is empty; draw inside the block, and return the picture after it.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    with themed():
        from matplotlib.figure import Figure

        yield Picture(Figure(figsize=(width, height), layout="constrained"), title, reading, {})


def write_pictures(
    pictures: Mapping[str, Picture], folder: Path, formats: Sequence[Format] = DEFAULT_FORMATS
) -> list[Path]:
    """Write pictures into a folder, which is made if it is not there.

    Parameters
    ----------
    pictures
        Name of the files without ending → picture.
    folder
        Where to.
    formats
        Files of each.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    DmisoError
        If a file cannot be written.
    """
    return [path for name, picture in pictures.items() for path in picture.write(folder / name, formats)]
