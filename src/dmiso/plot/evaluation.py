"""The pictures of an evaluation: which there are, and what each is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.plot.behaviour import plot_behaviour
from dmiso.plot.reliability import plot_reliability
from dmiso.plot.strata import plot_strata

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.evaluate.run import Evaluation

__all__ = ["draw_evaluation"]


def draw_evaluation(result: Evaluation, folder: Path) -> list[str]:
    """Draw the tables of an evaluation as SVG and PNG.

    Parameters
    ----------
    result
        As :func:`dmiso.evaluate.run.evaluate_files` gives it.
    folder
        Where ``reliability``, ``strata`` and ``behaviour`` are written, each where its table has something to draw.

    Returns
    -------
    list of str
        Names of the pictures, without endings.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    drawn = []
    if result.reliability.height:
        plot_reliability(folder / "reliability", result.reliability, result.metrics)
        drawn.append("reliability")
    if plot_strata(folder / "strata", result.strata):
        drawn.append("strata")
    if result.behaviour is not None:
        plot_behaviour(folder / "behaviour", result.behaviour)
        drawn.append("behaviour")
    return drawn
