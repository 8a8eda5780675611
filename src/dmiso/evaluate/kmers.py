"""What the target alone gives away: a ridge logistic regression on its 1-4-mer counts, in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from dmiso.alphabet import pack
from dmiso.evaluate.clusters import cluster_folds
from dmiso.kmers import count_kmers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["KmerModel", "cross_validated_kmers", "kmer_counts", "train_kmers"]

MAX_K: Final = 4
N_FEATURES: Final = sum(4**k for k in range(1, MAX_K + 1))
_MAX_TRAIN_ROWS = 30_000
"""More rows change the AUROC of this model in the third decimal; they are drawn with the seed."""
_ROWS_AT_ONCE = 20_000
_RIDGE = 0.01
"""Penalty per row on standardised weights."""


@dataclass(frozen=True, slots=True)
class KmerModel:
    """A fitted regression: standardised k-mer counts times weights, plus the intercept."""

    mean: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def scores(self, sequences: Sequence[str]) -> Floats:
        """Return log-odds of sequences, ``(n_sequences,)``."""
        out = np.empty(len(sequences))
        for start in range(0, len(sequences), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            counts = kmer_counts(sequences[part])
            out[part] = (counts - self.mean) @ (self.weights / self.scale) + self.intercept
        return out


def kmer_counts(sequences: Sequence[str]) -> Floats:
    """Count the 1- to 4-mers of sequences; k-mers with N are left out.

    Returns
    -------
    numpy.ndarray
        ``(n_sequences, 340)``: 4 + 16 + 64 + 256 columns, each block in the order A U C G of the codes.

    Examples
    --------
    >>> kmer_counts(["AAU", "GN"])[:, :6]
    array([[2., 1., 0., 0., 1., 1.],
           [0., 0., 0., 1., 0., 0.]])
    """
    packed = pack(sequences)
    return np.hstack([count_kmers(packed, k) for k in range(1, MAX_K + 1)])


def train_kmers(sequences: Sequence[str], labels: Floats, *, seed: int = 0) -> KmerModel:
    """Fit the regression by iteratively reweighted least squares.

    Parameters
    ----------
    sequences
        Upper-case RNA.
    labels
        1.0 or 0.0, ``(n_sequences,)``.
    seed
        Draws the rows that are used where there are more than 30,000.

    Returns
    -------
    KmerModel
    """
    y = np.asarray(labels, dtype=np.float64)
    if len(sequences) > _MAX_TRAIN_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(sequences), _MAX_TRAIN_ROWS, replace=False))
        sequences, y = [sequences[i] for i in rows], y[rows]
    counts = kmer_counts(sequences)
    mean, scale = counts.mean(axis=0), counts.std(axis=0)
    scale[scale == 0] = 1.0
    design = np.column_stack([(counts - mean) / scale, np.ones(len(y))])
    with threadpool_limits(1):  # on 340 columns a second BLAS thread costs more than it brings
        weights = _fit(design, y)
    return KmerModel(mean, scale, weights[:-1], float(weights[-1]))


def _fit(design: Floats, y: Floats, *, max_steps: int = 25, tolerance: float = 1e-6) -> Floats:
    """Minimise the log-loss plus the ridge by Newton steps; the last column, the intercept, is not penalised."""
    penalty = np.full(design.shape[1], _RIDGE * len(y))
    penalty[-1] = 1e-9
    beta = np.zeros(design.shape[1])
    for _ in range(max_steps):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (p - y) + penalty * beta
        curvature = (design * (p * (1 - p))[:, None]).T @ design
        curvature[np.diag_indices_from(curvature)] += penalty
        step = np.linalg.solve(curvature, gradient)
        beta -= step
        if np.abs(step).max() < tolerance:
            break
    return beta


def cross_validated_kmers(
    sequences: Sequence[str], labels: Floats, clusters: NDArray[np.intp], *, n_folds: int = 5, seed: int = 0
) -> Floats:
    """Score each sequence with a model that saw no site of its cluster.

    Parameters
    ----------
    sequences, labels, clusters
        One entry per row.
    n_folds, seed
        Number of folds and the seed that deals the clusters to them.

    Returns
    -------
    numpy.ndarray
        Log-odds, ``(n_sequences,)``; 0 where the other folds have one class only.
    """
    y = np.asarray(labels, dtype=np.float64)
    folds = cluster_folds(clusters, n_folds, seed=seed)
    out = np.zeros(len(y))
    order = np.argsort(folds, kind="stable")
    ends = np.searchsorted(folds[order], np.arange(n_folds + 1))
    for start, end in pairwise(ends):
        held_out = order[start:end]
        rest = np.concatenate([order[:start], order[end:]])
        if len(held_out) == 0 or len(np.unique(y[rest])) < 2:
            continue
        model = train_kmers([sequences[i] for i in rest], y[rest], seed=seed)
        out[held_out] = model.scores([sequences[i] for i in held_out])
    return out
