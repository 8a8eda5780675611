"""The ensemble engine: mean and spread of its members' logits, whichever way they are asked for."""

import numpy as np
import pytest

from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.engine.ensemble import EnsembleEngine, member_name, member_weights
from dmiso.models import ModelConfig
from dmiso.networks import weight_shapes

CONFIG = ModelConfig(name="toy", network="dmiso", members=3)


@pytest.fixture
def members(rng):
    shapes = weight_shapes(CONFIG)
    return [
        {name: np.abs(rng.normal(0, 0.3, shape)).astype(np.float32) for name, shape in shapes.items()}
        for _ in range(3)
    ]


@pytest.fixture
def codes(rng, random_rna):
    return encode([random_rna(rng, 22) for _ in range(4)], 30), encode(
        [random_rna(rng, 55) for _ in range(7)], 60
    )


def test_engine__of_three_members_gives_their_mean_and_standard_deviation(members, codes):
    weights = {member_name(i, name): w for i, own in enumerate(members) for name, w in own.items()}
    engine = build_engine(CONFIG, weights)
    single = ModelConfig(name="toy", network="dmiso")
    each = np.stack([build_engine(single, own).logits_grid(*codes) for own in members]).astype(np.float64)
    assert isinstance(engine, EnsembleEngine)
    mean, spread = engine.grid_with_spread(*codes)
    assert mean.dtype == spread.dtype == np.float32
    np.testing.assert_allclose(mean, each.mean(axis=0), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(spread, each.std(axis=0, ddof=1), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(engine.logits_grid(*codes), mean)
    mirnas, targets = np.repeat(codes[0], 7, axis=0), np.tile(codes[1], (4, 1))
    pair_mean, pair_spread = engine.pairs_with_spread(mirnas, targets)
    np.testing.assert_allclose(pair_mean, mean.ravel(), atol=2e-5)
    np.testing.assert_allclose(pair_spread, spread.ravel(), atol=2e-5)
    np.testing.assert_array_equal(engine.logits_pairs(mirnas, targets), pair_mean)


def test_engine__of_equal_members_has_no_spread(members, codes):
    weights = {member_name(i, name): w for i in range(3) for name, w in members[0].items()}
    mean, spread = build_engine(CONFIG, weights).grid_with_spread(*codes)
    single = build_engine(ModelConfig(name="toy", network="dmiso"), members[0]).logits_grid(*codes)
    np.testing.assert_allclose(mean, single, rtol=1e-6)
    np.testing.assert_allclose(spread, 0, atol=1e-6)


def test_member_weights__with_ten_members_do_not_mix_1_and_10():
    weights = {member_name(i, "a"): np.array([float(i)]) for i in range(11)}
    assert [float(own["a"][0]) for own in member_weights(weights, 11)] == list(range(11))


def test_member_weights__of_one_member_have_no_prefix():
    assert list(member_weights({"a": np.zeros(1)}, 1)[0]) == ["a"]
