"""Folds keep clusters whole and are about equal."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dmiso.evaluate.clusters import cluster_column, cluster_folds


@given(st.lists(st.integers(0, 12), min_size=1, max_size=80), st.integers(2, 6), st.integers(0, 5))
def test_folds__keep_clusters_whole(clusters, n_folds, seed):
    codes = np.unique(clusters, return_inverse=True)[1]
    folds = cluster_folds(codes, n_folds, seed=seed)
    assert all(len(set(folds[codes == c])) == 1 for c in codes)
    assert folds.min() >= 0
    assert folds.max() < n_folds


def test_folds__are_about_equal_and_follow_the_seed():
    clusters = np.repeat(np.arange(100), 3)
    folds = cluster_folds(clusters, 5, seed=1)
    assert np.bincount(folds).tolist() == [60] * 5
    assert not np.array_equal(folds, cluster_folds(clusters, 5, seed=2))
    np.testing.assert_array_equal(folds, cluster_folds(clusters, 5, seed=1))


def test_folds__of_many_single_clusters_are_equal_too():
    assert np.bincount(cluster_folds(np.arange(60_000), 5, seed=0)).tolist() == [12_000] * 5


def test_cluster_column__is_the_tables_own_or_shared_16_mers():
    site = "GGACUAUACAACCUACUACC"
    table = pl.DataFrame({"target_sequence": [site, "AAA" + site[:17], "C" * 20]})
    assert cluster_column(table).tolist() == [0, 0, 1]
    assert cluster_column(table.with_columns(cluster=pl.Series([5, 9, 5]))).tolist() == [0, 1, 0]
