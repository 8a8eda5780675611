"""Parts and folds: what trains never shares a site with what is judged."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.errors import InputError, UsageError
from dmiso.train.data import PairTable
from dmiso.train.parts import fold_of_rows, part_rows


def table_of(clusters, labels=None, split=None):
    n = len(clusters)
    labels = np.arange(n) % 2 if labels is None else labels
    frame = pl.DataFrame(
        {
            "mirna_sequence": ["UGAGGUAG"] * n,
            "target_sequence": ["CUACCUCA"] * n,
            "label": pl.Series(labels, dtype=pl.Int8),
            "cluster": clusters,
        }
    )
    return PairTable(frame, np.ones(n, np.float32), None if split is None else np.array(split))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.floats(0.05, 0.5))
def test_part_rows__validation_has_whole_clusters_and_about_its_share(seed, share):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(120), rng.integers(1, 6, 120))
    parts = part_rows(table_of(clusters), share=share, seed=seed)
    assert not set(clusters[parts.train]) & set(clusters[parts.validation])
    assert sorted([*parts.train, *parts.validation]) == list(range(len(clusters)))
    assert abs(len(parts.validation) - share * len(clusters)) <= 5
    assert len(parts.test) == 0


def test_part_rows__is_the_same_for_the_same_seed_only():
    table = table_of(np.arange(100))
    first, same, other = (part_rows(table, share=0.2, seed=seed).validation.tolist() for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_part_rows__the_split_column_decides():
    split = [
        "test",
        "train",
        "validation",
        "train",
        "validation",
        "train",
        "validation",
        "train",
        "validation",
    ]
    parts = part_rows(table_of([0] * 9, [1, 0, 1, 1, 0, 0, 0, 1, 1], split), share=0.5, seed=0)
    assert parts.train.tolist() == [1, 3, 5, 7]
    assert parts.validation.tolist() == [2, 4, 6, 8]
    assert parts.test.tolist() == [0]
    assert parts.origin == "as the table's split column says"


def test_part_rows__without_validation_rows_they_come_from_training_rows_only():
    split = ["test", "train"] * 50
    parts = part_rows(table_of(np.arange(100), np.arange(100) // 2 % 2, split), share=0.2, seed=3)
    assert parts.test.tolist() == list(range(0, 100, 2))
    assert len(parts.validation) == 10
    assert set(parts.validation) | set(parts.train) == set(range(1, 100, 2))
    assert parts.origin == "20% of the training rows, drawn as whole site clusters with seed 3"


def test_part_rows__at_random_parts_clusters():
    parts = part_rows(table_of([0] * 40), share=0.25, seed=0, by="random")
    assert len(parts.validation) == 10
    assert "single rows" in parts.origin


@pytest.mark.parametrize(
    ("clusters", "labels", "message"),
    [
        (
            range(20),
            [1] * 20,
            "column label: the training part has 18 positives and 0 negatives with a weight above 0",
        ),
        ([0] * 20, None, "the validation part has 0 positives and 0 negatives"),
        (range(3), None, "the training part has 1 positives and 2 negatives"),
    ],
)
def test_part_rows__too_few_pairs_of_a_class(clusters, labels, message):
    with pytest.raises(InputError) as caught:
        part_rows(table_of(list(clusters), labels), share=0.1, seed=0)
    assert message in str(caught.value)
    assert "name the parts yourself in a column split" in str(caught.value)


def test_part_rows__rows_without_weight_do_not_count():
    table = table_of(
        [0, 1, 2, 3, 4, 5, 6, 7], split=["train", "validation"] * 4, labels=[0, 0, 0, 0, 1, 1, 1, 1]
    )
    assert len(part_rows(table, share=0.1, seed=0).train) == 4
    table.weight[0] = 0
    with pytest.raises(
        InputError, match="the training part has 2 positives and 1 negatives with a weight above 0"
    ):
        part_rows(table, share=0.1, seed=0)


def test_part_rows__no_training_rows():
    with pytest.raises(
        InputError, match=r"column split: no row has split train. Name the training rows train."
    ):
        part_rows(table_of([0, 1], split=["test", "test"]), share=0.1, seed=0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 10))
def test_fold_of_rows__clusters_are_whole_and_folds_alike_in_size(seed, folds):
    clusters = np.repeat(np.arange(90), np.random.default_rng(seed).integers(1, 5, 90))
    rows = np.arange(0, len(clusters), 2)
    fold = fold_of_rows(table_of(clusters), rows, folds, seed=seed, by="cluster")
    for cluster in set(clusters[rows]):
        assert len(set(fold[clusters[rows] == cluster])) == 1
    sizes = np.bincount(fold, minlength=folds)
    assert sizes.sum() == len(rows)
    assert sizes.max() - sizes.min() <= 2


def test_fold_of_rows__at_random_every_row_is_its_own_group():
    fold = fold_of_rows(table_of([0] * 20), np.arange(20), 10, seed=0, by="random")
    assert np.bincount(fold).tolist() == [2] * 10


def test_fold_of_rows__fewer_clusters_than_folds():
    with pytest.raises(UsageError, match="10 folds need at least 10 site clusters; the table has 4"):
        fold_of_rows(table_of([0, 1, 2, 3]), np.arange(4), 10, seed=0, by="cluster")
