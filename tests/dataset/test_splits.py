"""Splits: nothing that must not cross does, sizes are near their shares, and the same seed gives the same."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.splits import SCHEMES, assign_splits, divide_groups
from dmiso.errors import UsageError
from dmiso.records import Counts
from dmiso.settings.dataset import SplitSettings


def _interactions(rng, n=1_200):
    bases = list("ACGU")
    seeds = ["".join(rng.choice(bases, 8)) for _ in range(25)]
    mirna = rng.integers(0, 60, n)
    cluster = rng.integers(0, 500, n)
    return pl.DataFrame(
        {
            "mirna_id": [f"m{m}" for m in mirna],
            "mirna_sequence": [f"{seeds[m % 25]}{'ACGU' * (1 + m // 25)}" for m in mirna],
            "cluster": cluster,
            "gene_id": [f"g{c // 3}" if c % 7 else None for c in cluster],
            "chromosome": [("1", "2", "X", None)[c % 4] for c in cluster],
        }
    )


def _crossings(frame, column):
    parts = frame.with_columns(pl.col("split").replace("validation", "train"))
    known = parts.filter(pl.col(column).is_not_null())
    return known.group_by(column).agg(pl.col("split").n_unique()).filter(pl.col("split") > 1).height


@pytest.mark.parametrize("scheme", sorted(set(SCHEMES) - {"random"}))
def test_schemes__no_site_cluster_crosses_any_two_parts(rng, scheme):
    split = assign_splits(_interactions(rng), scheme)
    assert set(split["split"]) == {"train", "validation", "test"}
    assert split.group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1


@pytest.mark.parametrize(
    ("scheme", "column"),
    [("gene", "gene_id"), ("mirna", "mirna_id"), ("mirna", "mirna_sequence"), ("chromosome", "chromosome")],
)
def test_schemes__what_they_are_named_after_is_in_training_or_testing_only(rng, scheme, column):
    assert _crossings(assign_splits(_interactions(rng), scheme), column) == 0


def test_family__no_seed_2_8_of_a_test_mirna_is_in_training(rng):
    split = assign_splits(_interactions(rng), "family").with_columns(
        seed=pl.col("mirna_sequence").str.slice(1, 7)
    )
    assert _crossings(split, "seed") == 0
    assert (
        _crossings(
            assign_splits(_interactions(rng), "cluster").with_columns(
                seed=pl.col("mirna_sequence").str.slice(1, 7)
            ),
            "seed",
        )
        > 0
    )


def test_family__isomirs_of_one_name_stay_together_though_their_seeds_differ():
    frame = pl.DataFrame(
        {
            "mirna_id": ["a", "a", "b", "c"],
            "mirna_sequence": ["UAAAAAAAG", "AAAAAAAGC", "CCCCCCCCC", "GGGGGGGGG"],
            "cluster": [0, 1, 2, 3],
        }
    )
    for seed in range(10):
        settings_ = SplitSettings(test_share=0.5, validation_share=0, seed=seed)
        split = assign_splits(frame, "family", settings=settings_)["split"].to_list()
        assert split[0] == split[1]


def test_random__is_the_papers_rows_whatever_their_cluster(rng):
    frame = _interactions(rng)
    split = assign_splits(frame, "random", settings=SplitSettings(validation_share=0))
    assert split.height == frame.height
    assert split["split"].value_counts().sort("split").rows() == [("test", 240), ("train", 960)]
    assert _crossings(split, "cluster") > 0


def test_cluster__parts_have_their_shares_and_rows_keep_their_order(rng):
    frame = _interactions(rng)
    split = assign_splits(frame, settings=SplitSettings(0.25, 0.1))
    assert split.drop("split").equals(frame)
    share = {name: n / frame.height for name, n in split["split"].value_counts().iter_rows()}
    assert abs(share["test"] - 0.25) < 0.01
    assert abs(share["validation"] - 0.075) < 0.01


def test_folds__are_of_one_size_and_keep_clusters_whole(rng):
    split = assign_splits(_interactions(rng), settings=SplitSettings(folds=10))
    sizes = split["split"].value_counts().sort("split")
    assert sizes["split"].to_list() == [f"fold-{i}" for i in range(10)]
    assert sizes["count"].min() >= 118
    assert split.group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1


def test_parted_clusters__lose_their_smaller_side_and_it_is_counted():
    frame = pl.DataFrame({"cluster": [0, 0, 0, 1, 1, 2], "chromosome": ["1", "2", "2", "1", "2", "2"]})
    counts = Counts()
    split = assign_splits(frame, "chromosome", settings=SplitSettings(validation_share=0), counts=counts)
    # in a tie the test side stays
    assert split.rows() == [(0, "2", "train"), (0, "2", "train"), (1, "1", "test"), (2, "2", "train")]
    assert counts.dropped == {"rows left out: their site's cluster lies mostly in another split": 2}


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), st.integers(2, 5), st.integers(0, 50))
def test_divide__keeps_groups_whole_and_misses_a_share_by_at_most_the_largest_group(groups, n_parts, seed):
    labels = np.array(groups)
    parts = divide_groups(labels, (1 / n_parts,) * n_parts, np.random.default_rng(seed))
    for group in set(groups):
        assert len(set(parts[labels == group].tolist())) == 1
    largest = np.bincount(labels).max()
    sizes = np.bincount(parts, minlength=n_parts)
    assert (np.abs(sizes - len(groups) / n_parts) <= largest).all() or largest > len(groups) / n_parts


def test_splits__the_same_seed_gives_the_same_parts(rng):
    frame = _interactions(rng)
    once, again, other = (
        assign_splits(frame, settings=SplitSettings(seed=s))["split"].to_list() for s in (1, 1, 2)
    )
    assert once == again != other


def test_splits__an_empty_table_gets_the_column():
    empty = _interactions(np.random.default_rng(1)).clear()
    assert assign_splits(empty).columns[-1] == "split"


def test_splits__wrong_usage_is_said(rng):
    frame = _interactions(rng)
    with pytest.raises(
        UsageError, match=r"'genes' is no way to part rows\. Did you mean gene\? Known: chromosome"
    ):
        assign_splits(frame, "genes")
    with pytest.raises(UsageError, match=r"no row lies on chromosome 7\. .*Known: 1, 2, X"):
        assign_splits(frame, "chromosome", settings=SplitSettings(test_chromosomes=("7",)))
    with pytest.raises(UsageError, match="scheme chromosome needs chromosomes, and no row has one"):
        assign_splits(frame.drop("chromosome"), "chromosome")
    with pytest.raises(UsageError, match=r"test_share is 1\.0; it must be at least 0 and below 1"):
        SplitSettings(test_share=1.0)
    with pytest.raises(UsageError, match="folds is 1; it must be 0"):
        SplitSettings(folds=1)
