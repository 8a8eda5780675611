"""One score to be judged: its values, where it comes from, and from where on it calls a pair positive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Kind", "ScoreColumn", "absent", "guessed_threshold"]

Kind = Literal["model", "tool", "scores", "baseline"]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreColumn:
    """A score for each row of a labelled table.

    Parameters
    ----------
    name
        How tables name it.
    kind
        ``model``, ``tool`` (a program that was run, or its output), ``scores`` (a column of a table), ``baseline``.
    values
        Larger = more likely positive, ``(n_rows,)``; minus infinity where the tool reported nothing. None for a
        tool that is absent; then ``note`` says how to get it.
    threshold
        Smallest value that is called positive; None if the score has none.
    probabilities
        Values between 0 and 1 that the threshold refers to and the Brier score is taken of, where ``values``
        (logits) are something else.
    note
        What a reader should know of the score.
    """

    name: str
    kind: Kind
    values: Floats | None
    threshold: float | None = None
    probabilities: Floats | None = None
    note: str = ""

    @property
    def thresholded(self) -> Floats | None:
        """The values that the threshold refers to."""
        return self.probabilities if self.probabilities is not None else self.values


def absent(name: str, note: str) -> ScoreColumn:
    """Return the row of a tool that is not on this machine; the note says how to get it."""
    return ScoreColumn(name, "tool", None, note=note)


def guessed_threshold(values: Floats) -> float | None:
    """Return 0.5 for values that all lie between 0 and 1, else None.

    Examples
    --------
    >>> guessed_threshold(np.array([0.1, 0.9])), guessed_threshold(np.array([-20.0, -3.0]))
    (0.5, None)
    """
    finite = values[np.isfinite(values)]
    inside = finite.size > 0 and finite.min() >= 0 and finite.max() <= 1
    return 0.5 if inside else None
