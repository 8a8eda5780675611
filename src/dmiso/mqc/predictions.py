"""The section of ``dmiso predict``: a prediction is a sample, named as its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.mqc.content import bars
from dmiso.predict.run import NO_DOMAIN, OUTSIDE

if TYPE_CHECKING:
    from dmiso.mqc.content import Content
    from dmiso.predict.run import Prediction

__all__ = ["prediction_contents"]

_HELP = (
    "Rows unlike the model's training pairs (lengths, nucleotides that are not known) are scored by extrapolation; the "
    "column domain of the table says why. Rows of a model that states no domain are told apart by nothing."
)


def prediction_contents(name: str, result: Prediction) -> list[Content]:
    """Return the section of a prediction.

    Parameters
    ----------
    name
        What it is called.
    result
        What :func:`dmiso.predict.run.predict_files` gave.
    """
    n_outside, n_untold = (result.counts.notes[note] for note in (OUTSIDE, NO_DOMAIN))
    said = {"rows": result.n_rows}
    if (
        n_outside + n_untold <= result.n_rows
    ):  # else only the best of the rows that were looked at are written
        said = {
            "like the training pairs": result.n_rows - n_outside - n_untold,
            "unlike the training pairs": n_outside,
            "of a model without a domain": n_untold,
        }
    heading, description = "Prediction: rows", "Rows written, by whether the model was trained on such pairs."
    return [bars("predict_rows", heading, description, {name: said}, unit="rows", helptext=_HELP)]
