"""Models as functions of pairs, for what evaluation asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from dmiso.records import Counts

    Scorer = Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]

__all__ = ["ModelScorer", "model_column", "model_scorer", "with_domain"]

_PAIRS_AT_ONCE = 50_000
"""Pairs between two reports."""


class ModelScorer(NamedTuple):
    """A model as functions.

    ``score`` gives the logits of (miRNAs, targets), ``threshold`` is the logit whose score is 0.5, ``calibrated``
    turns logits into scores, ``weights_sha256`` says which weights these are, ``prior`` is the share of positives
    at which the scores are probabilities (None: not stated), ``domain`` says of (miRNAs, targets) what is unlike the
    training pairs (None: the model does not state its domain).
    """

    name: str
    score: Scorer
    threshold: float
    calibrated: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    weights_sha256: str
    prior: float | None = None
    domain: Callable[[Sequence[str], Sequence[str]], list[str]] | None = None


def model_scorer(model: str | PathLike[str] | None) -> ModelScorer:
    """Return a model as a function of pairs.

    Parameters
    ----------
    model
        Name of a bundled model, or a model directory; None is the default bundled model.

    Raises
    ------
    ModelError
        If the model does not exist or is damaged.
    """
    from dmiso.predict import load_model

    predictor = load_model(model)

    def score(mirnas: Sequence[str], targets: Sequence[str]) -> NDArray[np.float64]:
        pairs = pl.DataFrame(
            {"mirna_sequence": mirnas, "target_sequence": targets},
            schema=schema_of(("mirna_sequence", "target_sequence")),
        )
        logits = np.empty(pairs.height)
        work = Work(f"pairs scored by {predictor.model.config.name}", pairs.height)
        for start in range(0, pairs.height, _PAIRS_AT_ONCE):
            part = pairs.slice(start, _PAIRS_AT_ONCE)
            logits[start : start + part.height] = predictor.predict(part)["logit"].to_numpy()
            work.advance(part.height)
        return logits

    calibration = predictor.model.calibration
    stated, window = predictor.model.domain, predictor.model.config.target_length

    def domain(mirnas: Sequence[str], targets: Sequence[str]) -> list[str]:
        assert stated is not None
        return stated.reasons(mirnas, [target[:window] for target in targets])

    threshold = 0.0 - calibration.intercept / calibration.slope
    stored = predictor.model
    return ModelScorer(
        stored.config.name,
        score,
        threshold,
        calibration.apply,
        stored.weights_sha256,
        calibration.prior,
        None if stated is None else domain,
    )


def model_column(scorer: ModelScorer, table: pl.DataFrame) -> ScoreColumn:
    """Return a model's scores of the rows of a table: ranked by logit, called positive from a score of 0.5 on."""
    logits = scorer.score(table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
    return ScoreColumn(scorer.name, "model", logits, 0.5, scorer.calibrated(logits), prior=scorer.prior)


def with_domain(table: pl.DataFrame, scorers: Sequence[ModelScorer], counts: Counts) -> pl.DataFrame:
    """Return the table with the column ``domain`` of the first model that states one, for strata.

    A table that has such a column keeps it; without a model that states its domain none is added.
    """
    if "domain" in table.columns:
        return table
    for scorer in scorers:
        if scorer.domain is not None:
            reasons = scorer.domain(table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
            if n_outside := sum(map(bool, reasons)):
                counts.note(f"rows outside the domain of {scorer.name}: see the strata", n_outside)
            return table.with_columns(pl.Series("domain", reasons, pl.String))
    return table
