"""Folded weights are a value: made of a model's weights without touching them, and the same for every engine."""

import numpy as np

from dmiso.encode import encode
from dmiso.engine.duplex.fold import Pool, along_offsets, fold
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.duplex.runs import RunScanner
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.networks.duplex_shapes import tensor_shapes


def random_weights(rng):
    shapes = tensor_shapes(6, 3, 2, 30)
    weights = {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    return {name: np.abs(w) if name.endswith("running_var") else w for name, w in weights.items()}


def test_fold__leaves_the_models_weights_as_they_are(rng):
    weights = random_weights(rng)
    kept = {name: array.copy() for name, array in weights.items()}
    codes = encode(["UGAGGUAGUAGGUUGUAUAGUU"], 30)
    target = encode(["GGACUAUACAACCUACUACCUCAUU"], 40)
    DuplexEngine(weights).logits_grid(codes, target)
    scanner = DuplexScanner(weights)
    scanner.scan(codes, target[0], 0, 69)
    RunScanner(scanner).gate_features(codes, target[0])
    assert all(np.array_equal(weights[name], array) for name, array in kept.items())


def test_along_offsets__reaches_as_far_as_all_convolutions_and_keeps_a_gap_of_the_widest(rng):
    weights = along_offsets(fold(random_weights(rng)))
    assert (weights.reach, weights.gap) == (2 * (1 + 2 + 3), 2 * 3)
    assert (weights.mirna_length, weights.heads, weights.channels) == (30, 2, 6)


def test_pool__of_equal_offsets_adds_the_logarithm_of_their_number():
    pool = Pool(scale=2.0, shift=-1.0)
    assert np.allclose(pool.of(np.full((3, 4), 5, np.float32)), 2 * (5 + np.log(4)) - 1)
    highest = pool.lowest_peak(float(pool.of(np.full(4, 5, np.float32))), 4)
    assert 4.99 < highest < 5
