"""Labels of points that lie on no other label: put where there is room, left out where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from dmiso.plot.style import SMALL, themed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["Labelled", "label_points"]

_AWAY: Final = 5.0
"""Points between a point and its label."""
_MARK: Final = 3.5
"""Points around a labelled point that no label may cover."""


class Labelled(NamedTuple):
    """A point, in the axes' units, and its words."""

    x: float
    y: float
    words: str


class _Box(NamedTuple):
    """A rectangle, in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: _Box) -> bool:
        """Whether both share any area."""
        return not (
            self.right <= other.left
            or other.right <= self.left
            or self.top <= other.bottom
            or other.top <= self.bottom
        )


def label_points(axes: Axes, points: Sequence[Labelled]) -> list[str]:
    """Label points, the first ones first; a label that would lie on another, or outside, is left out.

    Parameters
    ----------
    axes
        With its limits set and everything else drawn: the room that it will have is measured.
    points
        What matters most first.

    Returns
    -------
    list of str
        The words that found room.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    with themed():
        figure.draw_without_rendering()
    frame = axes.get_window_extent()
    inside = _Box(frame.x0, frame.y0, frame.x1, frame.y1)
    pixels = figure.dpi / 72
    middle = (inside.left + inside.right) / 2
    own = [axes.transData.transform((point.x, point.y)) for point in points]
    taken = [
        _Box(x - _MARK * pixels, y - _MARK * pixels, x + _MARK * pixels, y + _MARK * pixels) for x, y in own
    ]
    shown = []
    for point, (x, y) in zip(points, own, strict=True):
        text = axes.text(point.x, point.y, point.words, fontsize=SMALL)
        extent = text.get_window_extent()
        text.remove()
        width, height = extent.width, 0.8 * extent.height
        outward = [place for place in _PLACES if (place.side == "right") == (x < middle)]
        for across, up, side, level in (*outward, *_PLACES):
            left = x + pixels * across - {"left": 0.0, "center": width / 2, "right": width}[side]
            bottom = y + pixels * up - {"bottom": 0.0, "center": height / 2, "top": height}[level]
            box = _Box(left, bottom, left + width, bottom + height)
            if _holds(inside, box) and not any(box.meets(other) for other in taken):
                axes.annotate(
                    point.words,
                    (point.x, point.y),
                    xytext=(across, up),
                    textcoords="offset points",
                    ha=side,
                    va=level,
                    fontsize=SMALL,
                    zorder=5,
                    bbox={
                        "boxstyle": "square,pad=0.05",
                        "facecolor": "white",
                        "edgecolor": "none",
                        "alpha": 0.75,
                    },
                )
                taken.append(box)
                shown.append(point.words)
                break
    return shown


class _Place(NamedTuple):
    """Where a label is tried: its distance from the point, and which of its sides is there."""

    across: float
    up: float
    side: Literal["left", "center", "right"]
    level: Literal["bottom", "center", "top"]


_PLACES: Final = (
    _Place(_AWAY, 0.0, "left", "center"),
    _Place(-_AWAY, 0.0, "right", "center"),
    _Place(_AWAY, _AWAY, "left", "bottom"),
    _Place(-_AWAY, _AWAY, "right", "bottom"),
    _Place(_AWAY, -_AWAY, "left", "top"),
    _Place(-_AWAY, -_AWAY, "right", "top"),
    _Place(0.0, _AWAY, "center", "bottom"),
    _Place(0.0, -_AWAY, "center", "top"),
)
"""The nearest sides first."""


def _holds(outer: _Box, box: _Box) -> bool:
    return (
        outer.left <= box.left
        and box.right <= outer.right
        and outer.bottom <= box.bottom
        and box.top <= outer.top
    )
