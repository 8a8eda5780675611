"""Rank correlation beside scipy."""

import numpy as np
import pytest

from dmiso.explain.affinity import rank_correlation


def test_correlation__equals_scipy_with_ties(rng):
    stats = pytest.importorskip("scipy.stats")
    x, y = rng.integers(0, 8, 60), rng.normal(size=60)
    found = rank_correlation(x, y, n_replicates=20)
    assert found.value == pytest.approx(stats.spearmanr(x, y).statistic)
    assert found.low < found.value < found.high


def test_correlation__groups_are_compared_within_only():
    x, y = np.arange(6.0), np.array([1.0, 2, 3, -3, -2, -1])
    assert rank_correlation(x, y, groups=[0, 0, 0, 1, 1, 1], n_replicates=20).value == 1
    assert rank_correlation(x, y, n_replicates=20).value < 0


def test_correlation__of_a_constant_is_undefined():
    assert np.isnan(rank_correlation([1.0] * 5, range(5), n_replicates=5).value)
