"""Scores that are slow per row, on a random sample of site clusters: which rows, and which scores have all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.score_column import ScoreColumn

    Mask = NDArray[np.bool_]

__all__ = ["COSTLY", "ENERGY_ROWS", "by_rows", "inside", "sample_rows", "spread_out"]

COSTLY: Final = frozenset({"rnaduplex", "rnacofold", "rnahybrid", "partner_shuffled"})
"""Baselines and tools that fold each row: 1-6 ms, where the others take microseconds."""

ENERGY_ROWS: Final = 10_000
"""Rows that are folded: an AUROC of half positives is known to 0.011 then, in about 90 s of processor time."""


def sample_rows(clusters: NDArray[np.intp], n_rows: int | None, *, seed: int) -> Mask | None:
    """Draw whole site clusters at random until they have enough rows.

    Parameters
    ----------
    clusters
        Cluster of each row, numbers from 0.
    n_rows
        Rows wanted; None wants all. Of the cluster that would exceed it, rows are drawn at random.
    seed
        The same seed gives the same rows.

    Returns
    -------
    numpy.ndarray
        True where a row is in the sample, ``(n_rows,)``; None if all are.

    Examples
    --------
    >>> int(sample_rows(np.arange(100) // 2, 10, seed=0).sum())
    10
    >>> sample_rows(np.arange(5), 10, seed=0) is None
    True
    """
    if n_rows is None or len(clusters) <= n_rows:
        return None
    generator = np.random.default_rng(seed)
    rank = generator.permutation(int(clusters.max()) + 1)[clusters]
    order = np.lexsort((generator.permutation(len(clusters)), rank))
    mask = np.zeros(len(clusters), np.bool_)
    mask[order[:n_rows]] = True
    return mask


def spread_out(values: NDArray[np.float64], rows: Mask | None) -> NDArray[np.float64]:
    """Return the values of a sample at their rows, NaN at all others; as they are without a sample."""
    if rows is None:
        return values
    whole = np.full(len(rows), np.nan)
    whole[rows] = values
    return whole


def by_rows(columns: Sequence[ScoreColumn]) -> tuple[list[ScoreColumn], Mask | None]:
    """Return the scores that have all rows, and the sample that the others have; None if there are no others."""
    masks = [column.rows for column in columns if column.rows is not None]
    return [column for column in columns if column.rows is None], masks[0] if masks else None


def inside(column: ScoreColumn, rows: Mask) -> ScoreColumn:
    """Return a score for some of its rows."""
    assert column.values is not None
    probabilities = None if column.probabilities is None else column.probabilities[rows]
    return replace(column, values=column.values[rows], probabilities=probabilities, rows=None)
