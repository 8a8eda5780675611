"""One look for every picture, and one way to save it: SVG and PNG, whole or not at all, the same bytes each time.

Colours are Okabe and Ito's palette (2008), which colour-blind readers can tell apart; where two series meet, marker
or line style differ too. Text in an SVG stays text.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from dmiso.extras import require_extra
from dmiso.io import atomic_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "AMBER",
    "BLACK",
    "BLUE",
    "COLOURS",
    "GREEN",
    "GREY",
    "MARKERS",
    "ORANGE",
    "PURPLE",
    "SKY",
    "YELLOW",
    "legend_above",
    "picture",
]

BLUE: Final = "#0072B2"
ORANGE: Final = "#D55E00"
GREEN: Final = "#009E73"
GREY: Final = "#7F7F7F"
"""For what is only compared with: chance, limits, baselines."""

PURPLE: Final = "#CC79A7"
AMBER: Final = "#E69F00"
SKY: Final = "#56B4E9"
YELLOW: Final = "#F0E442"
"""For what is underlaid: a seed."""
BLACK: Final = "#000000"

COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, AMBER, SKY, BLACK)
"""Of series, in order; take ``COLOURS[i % len(COLOURS)]``."""

MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
"""Of series, in order, so that a black-and-white print can be read."""

_LOOK: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "savefig.facecolor": "white",
    "text.parse_math": False,  # a name with dollars is a name, not a formula that may fail to parse
    "svg.fonttype": "none",
    "svg.hashsalt": "dmiso",
}
_DOTS_PER_INCH: Final = 150


@contextmanager
def picture(path: Path | None, *, width: float = 5.0, height: float = 3.6) -> Iterator[Figure]:
    """Give a figure to draw on; when the block ends without an error, save it as SVG and PNG.

    Parameters
    ----------
    path
        Where to, without an ending: ``.svg`` and ``.png`` are added. None saves
        no file: the figure is for the caller.
    width, height
        Inches.

    Yields
    ------
    matplotlib.figure.Figure
        Empty, in the house look; draw inside the block.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    DmisoError
        If a file cannot be written.

    Examples
    --------
    >>> with picture(Path("curve")) as figure:  # doctest: +SKIP
    ...     figure.subplots().plot([1, 2, 3], color=BLUE)
    """
    require_extra("matplotlib")
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    with rc_context():
        rcdefaults()  # a user's own matplotlibrc changes no byte
        rcParams.update(_LOOK)
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure
        if path is not None:
            _save(figure, path.with_name(path.name + ".svg"), {"Date": None, "Creator": None})
            _save(figure, path.with_name(path.name + ".png"), {"Software": None})
            _save(
                figure,
                path.with_name(path.name + ".pdf"),
                dict.fromkeys(("CreationDate", "Creator", "Producer")),
            )


def legend_above(axes: Axes, *, columns: int = 3) -> None:
    """Put the legend above the axes: inside, it would lie on a curve sooner or later."""
    axes.legend(ncols=columns, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _save(figure: Figure, path: Path, metadata: dict[str, Any]) -> None:
    """Write one file; without dates and program names the same figure gives the same bytes."""
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:], dpi=_DOTS_PER_INCH, metadata=metadata)
