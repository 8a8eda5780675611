"""One look for every picture: width, sizes of text, colours, and the one legend.

Colours are Okabe and Ito's palette (2008), which colour-blind readers can tell apart (a test simulates protanopia and
deuteranopia); where two series meet, marker or line style differ too. Pictures are drawn on white, on dark pages as
well: the colours are chosen against white, and what is shown is what is printed.

A picture is 5.2 inches wide and its smallest text 8 points, so that on a telephone, 400 pixels wide, no text is
smaller than 8.5 pixels.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from dmiso.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

__all__ = [
    "AMBER",
    "BLACK",
    "BLUE",
    "COLOURS",
    "FONTS",
    "GREEN",
    "GREY",
    "LINES",
    "MARKERS",
    "ORANGE",
    "PURPLE",
    "SKY",
    "SMALL",
    "WIDTH",
    "YELLOW",
    "legend_above",
    "themed",
]

WIDTH: Final = 5.2
"""Inches."""
SMALL: Final = 8.0
"""Points of the smallest text."""

BLUE: Final = "#0072B2"
ORANGE: Final = "#D55E00"
GREEN: Final = "#009E73"
GREY: Final = "#666666"
"""For what is only compared with: chance, limits, baselines."""

PURPLE: Final = "#CC79A7"
AMBER: Final = "#E69F00"
SKY: Final = "#56B4E9"
YELLOW: Final = "#F0E442"
"""For what is underlaid: a seed."""
BLACK: Final = "#000000"

COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, BLACK, AMBER, SKY)
"""Of series, in order; take ``COLOURS[i % len(COLOURS)]``."""

MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
"""Of series, in order, so that a black-and-white print can be read."""

LINES: Final = ("-", "--", "-.", ":")
"""Of series, in order; take ``LINES[i % len(LINES)]``."""

FONTS: Final = ("DejaVu Sans", "Verdana", "Arial")

_LOOK: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": list(FONTS),
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "savefig.facecolor": "white",
    "savefig.dpi": 300,
    "text.parse_math": False,  # a name with dollars is a name, not a formula that may fail to parse
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "dmiso",
    "pdf.fonttype": 42,  # text that can be selected, and edited in a drawing program
}


@contextmanager
def themed() -> Iterator[None]:
    """Have matplotlib draw in this look inside the block, whatever the user's own settings are.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    require_extra("matplotlib")
    from matplotlib import rc_context, rcdefaults, rcParams

    with rc_context():
        rcdefaults()  # a user's own matplotlibrc changes no byte
        rcParams.update(_LOOK)
        yield


def legend_above(axes: Axes, *, columns: int = 3) -> None:
    """Put the legend above the axes: inside, it would lie on a curve sooner or later."""
    axes.legend(
        ncols=columns, loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, handlelength=1.6
    )
