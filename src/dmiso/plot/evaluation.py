"""The pictures of an evaluation: which there are, and what each is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.plot.behaviour import plot_behaviour
from dmiso.plot.ranking_curves import plot_precision_recall, plot_roc
from dmiso.plot.reliability import plot_reliability
from dmiso.plot.strata import plot_strata

if TYPE_CHECKING:
    from dmiso.evaluate.run import Evaluation
    from dmiso.plot.picture import Picture

__all__ = ["draw_evaluation"]


def draw_evaluation(result: Evaluation) -> dict[str, Picture]:
    """Draw the tables of an evaluation.

    Parameters
    ----------
    result
        As :func:`dmiso.evaluate.run.evaluate_files` gives it.

    Returns
    -------
    dict of str to Picture
        ``roc``, ``precision_recall``, ``reliability``, ``strata`` and ``behaviour``, each where its
        table has something to draw.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    curves = result.curves
    drawn: dict[str, Picture | None] = {
        "roc": None if curves is None else plot_roc(curves, result.metrics),
        "precision_recall": None if curves is None else plot_precision_recall(curves, result.metrics),
        "reliability": plot_reliability(result.reliability, result.metrics)
        if result.reliability.height
        else None,
        "strata": plot_strata(result.strata),
        "behaviour": None if result.behaviour is None else plot_behaviour(result.behaviour),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}
