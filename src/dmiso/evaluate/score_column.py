"""One score to be evaluated: its values, where it comes from, and from where on it calls a pair positive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from dmiso.models.calibration import at_prior

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
    prior
        Share of positives at which ``probabilities`` are probabilities; None if the score does not say.
    rows
        The rows that have a score, where it was computed for a sample only: ``values`` are NaN elsewhere. None is all.
    """

    name: str
    kind: Kind
    values: Floats | None
    threshold: float | None = None
    probabilities: Floats | None = None
    note: str = ""
    prior: float | None = None
    rows: NDArray[np.bool_] | None = None

    @property
    def thresholded(self) -> Floats | None:
        """The values that the threshold refers to."""
        return self.probabilities if self.probabilities is not None else self.values

    def at_prior(self, prior: float) -> ScoreColumn:
        """Return the score with its probabilities re-expressed at another prior; what it calls positive stays.

        Parameters
        ----------
        prior
            Above 0 and below 1, see :func:`dmiso.models.calibration.at_prior`.

        Returns
        -------
        ScoreColumn
            The same with a note, if the score does not say which prior it is for.
        """
        assert self.probabilities is not None
        if self.prior is None:
            note = f"its prior is not stated: not re-expressed at {prior:.4g}"
            return replace(self, note="; ".join(filter(None, [self.note, note])))
        threshold = self.threshold
        if threshold is not None and 0 <= threshold <= 1:
            threshold = float(at_prior(threshold, self.prior, prior))
        moved = at_prior(self.probabilities, self.prior, prior)
        return replace(self, probabilities=moved, threshold=threshold, prior=prior)


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
