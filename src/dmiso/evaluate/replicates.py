"""Bootstrap replicates of a table's metrics: every metric of every score on the same draws of site clusters.

Ranking metrics walk along sorted rows (:mod:`dmiso.evaluate.ranked`); metrics at a threshold and the Brier score are
quotients of sums over rows, which are added up once per cluster. Both are linear in rows and replicates, and spread
over threads: the draws are made in one place, so the numbers do not depend on how many threads there are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.energies import usable_cores
from dmiso.evaluate.bootstrap import cluster_draws
from dmiso.evaluate.metrics import OF_CALLS, quotient, threshold_quotients
from dmiso.evaluate.ranked import LANES, Ranking, ranks_of, sort_rows
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.ranked import Draws
    from dmiso.evaluate.score_column import ScoreColumn

    Floats = NDArray[np.float64]
    Part = Callable[[Draws], dict[tuple[str, str], Floats]]

__all__ = ["Rows", "replicate_scores"]

_DRAWN_AT_ONCE: Final = 8
"""Replicates, a divisor of LANES: drawing takes 16 bytes per cluster of each, and what is kept of it one."""

_SUMMED_AT_ONCE: Final = 16
"""Replicates, a divisor of LANES."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What replicates need to know of a table's rows.

    Parameters
    ----------
    labels
        1 or 0, ``(n_rows,)``.
    clusters
        Cluster of each row, any sortable values.
    groups
        Metric inside groups → numbers of the groups from 0.
    """

    labels: NDArray[np.int8]
    clusters: NDArray[np.intp]
    groups: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)


def replicate_scores(
    rows: Rows, columns: Sequence[ScoreColumn], names: Iterable[str], *, n_replicates: int, seed: int
) -> dict[tuple[str, str], Floats]:
    """Compute metrics of scores on the same draws of site clusters.

    Parameters
    ----------
    rows
        Labels, clusters and groups.
    columns
        Scores; those without values are left out.
    names
        Metrics; those that a score cannot have are left out.
    n_replicates, seed
        As :func:`dmiso.evaluate.bootstrap.cluster_weights`, whose draws these are.

    Returns
    -------
    dict
        ``(n_replicates,)`` by (score, metric).
    """
    codes = np.unique(rows.clusters, return_inverse=True)[1].reshape(-1)
    n_clusters = int(codes.max(initial=-1)) + 1
    wanted, parts = list(names), []
    for column in columns:
        if column.values is not None:
            parts += _parts(Rows(rows.labels, codes, rows.groups), column, wanted)
    made: dict[tuple[str, str], list[Floats]] = {}
    work = Work("bootstrap replicates", n_replicates)
    with ThreadPoolExecutor(usable_cores()) as pool:
        for draws, n_drawn in _lanes(n_clusters, n_replicates, seed=seed):
            for found in pool.map(lambda part, drawn=draws: part(drawn), parts):
                for key, values in found.items():
                    made.setdefault(key, []).append(values[:n_drawn])
            work.advance(n_drawn)
    return {key: np.concatenate(values) for key, values in made.items()}


def _lanes(n_clusters: int, n_replicates: int, *, seed: int) -> Iterator[tuple[Draws, int]]:
    """Yield draws ``(n_clusters, LANES)``, and how many replicates they are: fewer than ``LANES`` at the end."""
    blocks = cluster_draws(n_clusters, n_replicates, seed=seed, block=_DRAWN_AT_ONCE)
    for start in range(0, n_replicates, LANES):
        n = min(LANES, n_replicates - start)
        draws: Draws = np.zeros((n_clusters, LANES), np.uint8)  # a byte each while none is above 255
        for at in range(0, n, _DRAWN_AT_ONCE):
            draws = _held(draws, at, next(blocks))
        yield draws, n


def _held(draws: Draws, at: int, block: NDArray[np.intp]) -> Draws:
    """Return draws with a block of them from replicate ``at`` on, in a wider type if it needs one."""
    draws = draws.astype(np.promote_types(draws.dtype, np.min_scalar_type(block.max(initial=0))), copy=False)
    draws[:, at : at + len(block)] = block.T
    return draws


def _parts(rows: Rows, column: ScoreColumn, names: Sequence[str]) -> list[Part]:
    """Return the passes over rows that give a score's metrics."""
    assert column.values is not None
    parts: list[Part] = []
    ranked: dict[str, float | None] = {
        name: float(name[5:]) if name.startswith("ap_1_") else None
        for name in names
        if name == "average_precision" or name.startswith("ap_1_")
    }
    order = np.argsort(-column.values, kind="stable")
    if ranked or "auroc" in names:
        ranking = sort_rows(rows.labels, column.values, rows.clusters, order=order)
        parts.append(partial(_ranked, column.name, ranking, ranked, auroc="auroc" in names))
    for name in names:
        if name in rows.groups:
            grouped = sort_rows(rows.labels, column.values, rows.clusters, rows.groups[name], order=order)
            parts.append(partial(_within, column.name, grouped, name))
    sums = _sums(rows, column, names)
    if sums.names:
        parts.append(sums)
    return parts


def _ranked(
    score: str, ranking: Ranking, ratios: Mapping[str, float | None], draws: Draws, *, auroc: bool
) -> dict[tuple[str, str], Floats]:
    found = ranks_of(ranking, draws, list(ratios.values()))
    values = {(score, name): found.average_precision[k] for k, name in enumerate(ratios)}
    return values | ({(score, "auroc"): found.auroc} if auroc else {})


def _within(score: str, ranking: Ranking, name: str, draws: Draws) -> dict[tuple[str, str], Floats]:
    return {(score, name): ranks_of(ranking, draws).auroc}


@dataclass(frozen=True, slots=True)
class _Sums:
    """Metrics that are quotients of sums over rows."""

    score: str
    names: tuple[str, ...]
    table: Floats
    """A row per cluster: true positives, false positives, positives, negatives, squared distances, rows."""

    def __call__(self, draws: Draws) -> dict[tuple[str, str], Floats]:
        # by parts of the draws: as floats, all of a million clusters would fill half a GiB
        parts = np.split(draws, LANES // _SUMMED_AT_ONCE, axis=1)
        sums = np.hstack([self.table.T @ part.astype(np.float64) for part in parts])
        called = threshold_quotients(*sums[:4])
        brier = quotient(sums[4], sums[5])
        return {(self.score, n): brier if n == "brier" else getattr(called, n) for n in self.names}


def _sums(rows: Rows, column: ScoreColumn, names: Sequence[str]) -> _Sums:
    """Add up over each cluster what metrics at a threshold and the Brier score are made of."""
    shown = [
        name
        for name in names
        if (name in OF_CALLS and column.threshold is not None)
        or (name == "brier" and column.probabilities is not None)
    ]
    if not shown:
        return _Sums(column.name, (), np.empty((0, 6)))
    y = rows.labels.astype(np.float64)
    called, squares = np.zeros(len(y)), np.zeros(len(y))
    if column.threshold is not None:
        assert column.thresholded is not None
        called = (column.thresholded >= column.threshold).astype(np.float64)
    if column.probabilities is not None:
        squares = (column.probabilities - y) ** 2
    of_rows = (y * called, (1 - y) * called, y, 1 - y, squares, np.ones(len(y)))
    n_clusters = int(rows.clusters.max(initial=-1)) + 1
    table = [np.bincount(rows.clusters, weights=values, minlength=n_clusters) for values in of_rows]
    return _Sums(column.name, tuple(shown), np.column_stack(table))
