"""Pictures of a report: drawn anew from the run's tables, and taken into the page as SVG with their PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.extras import is_installed, missing_extra
from dmiso.pages import Figure, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dmiso.plot import Picture

__all__ = ["drawn"]


def drawn(
    draw: Callable[[], Mapping[str, Picture | None]], *, what: str = "Pictures"
) -> Iterator[Figure | Note]:
    """Yield pictures; where matplotlib is missing, how to get it.

    Parameters
    ----------
    draw
        Returns pictures by the names of their files; None where there is nothing to draw.
    what
        The beginning of the sentence that says that they are missing.
    """
    if not is_installed("matplotlib"):
        yield Note(f"{what} are not drawn: {missing_extra('matplotlib')}", "unsure")
        return
    for name, picture in draw().items():
        if picture is not None:
            yield Figure(name, picture.svg, picture.title, picture.reading, picture.rendered("pdf"))
