"""What an epoch shows: every pair once, redrawn negatives in balance, sites cut by the jitter only."""

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.models.store import ModelConfig
from dmiso.records import Counts
from dmiso.settings.training import TrainSettings
from dmiso.train.data import PairTable, encode_pairs
from dmiso.train.epochs import batch_bounds, epoch_pairs, jittered

CONFIG = ModelConfig(name="example", network="dmiso")


@pytest.fixture
def pairs(rng, toy_pairs):
    frame = toy_pairs(rng, 240).with_columns(source=pl.Series(["a", "b", "b"] * 80))
    weight = np.linspace(1, 2, 240).astype(np.float32)
    return encode_pairs(PairTable(frame, weight, None), CONFIG, Counts())


@given(st.integers(2, 5000), st.integers(2, 300))
def test_batch_bounds__cover_all_pairs_and_never_leave_one_alone(n, batch_size):
    bounds = list(batch_bounds(n, batch_size))
    assert bounds[0][0] == 0
    assert bounds[-1][1] == n
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(bounds))
    sizes = [end - start for start, end in bounds]
    assert min(sizes) >= 2
    assert max(sizes) <= batch_size + 1


def test_epoch_pairs__given_shows_every_pair_once_in_a_new_order(pairs):
    first, second = (epoch_pairs(pairs, TrainSettings(), epoch) for epoch in (1, 2))
    for shown in (first, second):
        assert sorted(shown.mirna_row) == list(range(240))
        np.testing.assert_array_equal(shown.mirna_row, shown.target_row)
        np.testing.assert_array_equal(shown.goal, pairs.goal[shown.target_row])
        assert shown.weight.mean() == pytest.approx(1)
        np.testing.assert_allclose(
            shown.weight * pairs.weight.mean(), pairs.weight[shown.target_row], rtol=1e-6
        )
    assert first.mirna_row.tolist() != second.mirna_row.tolist()


def test_epoch_pairs__depends_on_seed_and_epoch_only(pairs):
    settings = TrainSettings(seed=4, negatives="redrawn", jitter=3)
    one, two = epoch_pairs(pairs, settings, 9), epoch_pairs(pairs, settings, 9)
    np.testing.assert_array_equal(one.mirna_row, two.mirna_row)
    np.testing.assert_array_equal(one.target, two.target)
    assert epoch_pairs(pairs, TrainSettings(seed=5), 9).mirna_row.tolist() != one.mirna_row.tolist()


def test_epoch_pairs__redrawn_negatives_balance_each_mirna_and_site_within_its_source(pairs):
    shown = epoch_pairs(pairs, TrainSettings(negatives="redrawn"), 1)
    source = pairs.swap["source"].to_numpy()
    assert (source[shown.mirna_row] == source[shown.target_row]).all()
    assert shown.n_missing == 0
    for codes, rows in ((pairs.mirna, shown.mirna_row), (pairs.target, shown.target_row)):
        seen = {}
        for row, label in zip(rows, shown.goal, strict=True):
            seen.setdefault(codes[row].tobytes(), []).append(label)
        assert all(sum(labels) * 2 == len(labels) for labels in seen.values())


def test_epoch_pairs__redrawn_negatives_never_have_the_seed_of_a_true_partner(pairs):
    shown = epoch_pairs(pairs, TrainSettings(negatives="redrawn"), 1)
    true_seed = {
        pairs.target[i].tobytes(): pairs.mirna[i, 1:8].tobytes() for i in np.flatnonzero(pairs.label == 1)
    }
    negatives = np.flatnonzero(shown.goal == 0)
    assert len(negatives) == 120
    for i in negatives:
        seed = pairs.mirna[shown.mirna_row[i], 1:8].tobytes()
        assert seed != true_seed[pairs.target[shown.target_row[i]].tobytes()]


def test_epoch_pairs__redrawn_uses_positives_only_and_changes_each_epoch(pairs):
    settings = TrainSettings(negatives="redrawn")
    seen = []
    for epoch in (1, 2):
        shown = epoch_pairs(pairs, settings, epoch)
        assert (pairs.label[shown.mirna_row] == 1).all()
        assert (pairs.label[shown.target_row] == 1).all()
        pair = zip(shown.mirna_row[shown.goal == 0], shown.target_row[shown.goal == 0], strict=True)
        seen.append(set(pair))
    assert seen[0] != seen[1]


def test_epoch_pairs__sites_that_no_other_mirna_may_meet_are_counted(rng, toy_pairs):
    # three of five positives have one miRNA: a swap has to leave out at least one of them
    frame = toy_pairs(rng, 40).filter(pl.col("label") == 1)
    frame = pl.concat([frame[:1], frame[4:5], frame[8:9], frame[1:3]])
    unbalanced = encode_pairs(PairTable(frame, np.ones(5, np.float32), None), CONFIG, Counts())
    shown = epoch_pairs(unbalanced, TrainSettings(negatives="redrawn"), 1)
    assert shown.n_missing == 1
    assert len(shown) == 8


def test_epoch_pairs__says_so_when_nothing_can_be_redrawn(rng, toy_pairs):
    frame = toy_pairs(rng, 40).filter(pl.col("mirna_sequence") == "UGAGGUAGUAGGUUGUAUAGUU")
    lonely = encode_pairs(PairTable(frame, np.ones(frame.height, np.float32), None), CONFIG, Counts())
    with pytest.raises(InputError, match=r"no negative can be redrawn: .* Use --negatives given"):
        epoch_pairs(lonely, TrainSettings(negatives="redrawn"), 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 12))
def test_jittered__is_an_inner_part_of_the_site(seed, jitter):
    rng = np.random.default_rng(seed)
    bases = rng.integers(1, 21, 30)
    codes = np.where(np.arange(20) < bases[:, None], rng.integers(0, 4, (30, 20)), 4).astype(np.uint8)
    cut = jittered(codes, bases, jitter, rng)
    for before, after, n in zip(codes, cut, bases, strict=True):
        kept = bytes(after[after != 4])
        position = bytes(before[:n]).find(kept)
        assert 0 <= position <= jitter
        assert len(kept) >= max(n - 2 * jitter, n / 2)
        assert set(after[len(kept) :]) <= {4}


def test_jittered__cuts_every_amount_from_both_ends():
    codes = np.tile(np.arange(4, dtype=np.uint8), (4000, 5))
    cut = jittered(codes, np.full(4000, 20), 3, np.random.default_rng(0))
    left = cut[:, 0]
    right = 20 - left - (cut != 4).sum(axis=1)
    for amounts in (left, right):
        assert np.bincount(amounts).min() > 900
        assert np.bincount(amounts).size == 4
