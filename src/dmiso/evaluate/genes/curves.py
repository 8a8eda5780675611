"""Cumulative curves: the responses of the best genes, of those without a site, and of those between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import CURVE_SHARE_COLUMNS, schema_of
from dmiso.evaluate.genes.measures import best_weights, standardised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.genes.judge import GeneScores, Judge

    Floats = NDArray[np.float64]

__all__ = ["CLASSES", "curve_table"]

CLASSES: Final = ("best", "other", "without site")
"""The best genes of each experiment, genes with a site beside them, and genes without."""

_SHARES: Final = np.arange(1, 100) / 100


def curve_table(judge: Judge) -> pl.DataFrame:
    """Return the responses at 99 cumulative shares of each class of genes, over the experiments of a set.

    Parameters
    ----------
    judge
        Responses and scores.

    Returns
    -------
    polars.DataFrame
        Columns :data:`CURVE_SHARE_COLUMNS`. Responses are in standard deviations of their experiment; every gene of an
        experiment that has more genes than the best counts once, a gene that ties for the last of the best in parts.
    """
    rows: list[dict[str, object]] = []
    for group, experiments in judge.sets.items():
        for scorer in judge.scorers:
            responses, weights = _pooled(judge, scorer, experiments)
            for name, own in zip(CLASSES, weights, strict=True):
                if own.sum() > 0:
                    head: dict[str, object] = {
                        "experiment_set": group,
                        "scorer": scorer.name,
                        "score_class": name,
                    }
                    head["genes"] = round(float(own.sum()))
                    rows += [
                        head | {"cumulative_share": share, "response_sd": value}
                        for share, value in zip(
                            _SHARES.tolist(), _quantiles(responses, own).tolist(), strict=True
                        )
                    ]
    schema = schema_of(CURVE_SHARE_COLUMNS)
    return pl.DataFrame([{name: row[name] for name in CURVE_SHARE_COLUMNS} for row in rows], schema=schema)


def _pooled(judge: Judge, scorer: GeneScores, experiments: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the responses of all experiments, and how much each gene counts in each class, ``(3, n_genes)``."""
    responses, weights = [np.zeros(0)], [np.zeros((3, 0))]
    for experiment in experiments:
        at = judge.rows_of(experiment, scorer)
        own = standardised(judge.responses[at])
        if len(at) <= judge.settings.best or np.isnan(own).any():
            continue
        best = best_weights(scorer.values[at], judge.settings.best)
        none = judge.without_site(scorer, at)
        responses.append(own)
        weights.append(np.stack([best, (1 - best) * ~none, (1 - best) * none]))
    return np.concatenate(responses), np.concatenate(weights, axis=1)


def _quantiles(responses: Floats, weights: Floats) -> Floats:
    """Return the least responses that the shares of the weight lie at or below."""
    order = np.argsort(responses, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    at = np.searchsorted(reached, _SHARES - 1e-12)
    found: Floats = responses[order][np.minimum(at, len(order) - 1)]
    return found
