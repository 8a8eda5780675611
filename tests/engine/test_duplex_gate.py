"""Logits near promising offsets are those of the exact scan and complete, and no range changes them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.encode import encode
from dmiso.engine.duplex.gate import SPAN, Gate, GatedScanner, RunScanner
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.duplex.scan import TILE, DuplexScanner
from dmiso.networks.duplex_shapes import NOTHING, tensor_shapes
from dmiso.networks.helices import helices, pair_codes

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"


def random_weights(seed, blocks):
    """Weights of a network in which every part changes the logits."""
    draw = np.random.default_rng(seed)
    weights = {}
    for name, shape in tensor_shapes(6, blocks, 5, 30).items():
        values = draw.normal(0, 0.4, shape)
        if name.endswith("running_var") or name in {"bulge", "scale"}:
            values = np.abs(values) + 0.5
        weights[name] = values.astype(np.float32)
    return weights


def random_codes(seed, length, unknown=0.0):
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, 4, length).astype(np.uint8)
    codes[draw.random(length) < unknown] = 4
    return codes


MIRNAS = encode([LET7, "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA", "ACG", "NUGNNGUACUAGCGA", "NNN"], 30)
WEIGHTS = random_weights(seed=3, blocks=3)
EXACT = DuplexScanner(WEIGHTS)
SCANNER = RunScanner(EXACT)
DISTANCE, SLACK = 9, 2


def random_gate(share, codes, seed=4, floor=-1e9):
    """Random weights, two heads without, and the threshold that a share of all offsets reaches."""
    draw = np.random.default_rng(seed)
    weights = draw.normal(0, 1, (30, SCANNER.heads)).astype(np.float32)
    weights[:, [0, 3]] = 0
    bases = draw.normal(0, 1, (7, 4)).astype(np.float32)
    gate = Gate(weights, bases, threshold=0.0, slack=SLACK, floor=floor)
    sums = SCANNER.gate_sums(gate, MIRNAS, codes, 0, len(codes) + 29)
    return gate._replace(threshold=float(np.quantile(sums, 1 - share))), sums


def near(codes, gate, start=0, stop=None, mirnas=MIRNAS, members=(SCANNER,)):
    stop = len(codes) + 29 if stop is None else stop
    return GatedScanner(members, gate, DISTANCE).scan(mirnas, codes, start, stop)


def within(flags, distance):
    """Tell which positions have a flag at most a distance away, by definition."""
    where = np.flatnonzero(flags)
    return np.array([np.any(np.abs(where - k) <= distance) for k in range(len(flags))])


@pytest.mark.parametrize("length", [1, 40, 700, TILE - 29, SPAN - 28, SPAN + 300])
@pytest.mark.parametrize("share", [0.0, 0.004, 0.2, 1.0])
def test_near__logits_are_those_of_the_exact_scan_and_complete_around_what_is_near(length, share):
    codes = random_codes(length, length, unknown=0.03)
    exact = EXACT.scan(MIRNAS, codes, 0, length + 29)
    scale, shift = EXACT.weights.pool
    own = scale * exact + shift
    floor = float(np.median(own[exact != NOTHING])) if (exact != NOTHING).any() else 0.0
    gate, sums = random_gate(share, codes, floor=floor)
    if share == 0:
        gate = gate._replace(threshold=np.inf)
    found = near(codes, gate)
    computed = found.logits[0] != NOTHING
    np.testing.assert_allclose(found.logits[0][computed], exact[computed], rtol=0, atol=1e-5)
    for m, flags in enumerate(sums >= np.float32(gate.threshold)):
        expected = within(flags, SLACK) & (own[m] >= floor)
        unsure = np.abs(own[m] - floor) < 1e-5
        np.testing.assert_array_equal(found.near[m][~unsure], expected[~unsure])
        wanted = within(found.near[m], DISTANCE)
        np.testing.assert_allclose(found.logits[0, m, wanted], exact[m, wanted], rtol=0, atol=1e-5)
    assert computed.any() == found.near.any()


def test_near__few_promising_offsets_are_few_computed_ones():
    codes = random_codes(1, SPAN)
    found = near(codes, random_gate(0.001, codes)[0])
    assert 0.001 < (found.logits != NOTHING).mean() < 0.2


@pytest.fixture(scope="module")
def long_one():
    """A target of several spans, a gate, and what is near on the whole of it."""
    codes = random_codes(5, 2 * SPAN + 200)
    gate = random_gate(0.005, codes)[0]
    return codes, gate, near(codes, gate, mirnas=MIRNAS[:2])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2 * SPAN + 200), st.integers(0, 900))
def test_near__a_range_is_bit_for_bit_the_same_part_of_the_whole(long_one, start, size):
    codes, gate, whole = long_one
    stop = min(start + size, len(codes) + 29)
    part = near(codes, gate, start, stop, mirnas=MIRNAS[:2])
    np.testing.assert_array_equal(part.logits, whole.logits[:, :, start:stop])
    np.testing.assert_array_equal(part.near, whole.near[:, start:stop])


def test_near__a_mirna_alone_is_bit_for_bit_the_same_as_among_others():
    codes = random_codes(6, 1500)
    gate = random_gate(0.01, codes)[0]
    together = near(codes, gate)
    for m in range(len(MIRNAS)):
        alone = near(codes, gate, mirnas=MIRNAS[m : m + 1])
        np.testing.assert_array_equal(alone.logits[:, 0], together.logits[:, m])
        np.testing.assert_array_equal(alone.near[0], together.near[m])


def test_near__other_members_are_computed_where_the_first_ones_gate_says():
    codes = random_codes(7, 900)
    gate = random_gate(0.01, codes)[0]
    other = RunScanner(DuplexScanner(random_weights(seed=8, blocks=1)))
    found = near(codes, gate, members=(SCANNER, other))
    exact = other.scanner.scan(MIRNAS, codes, 0, len(codes) + 29)
    for m in range(len(MIRNAS)):
        wanted = within(found.near[m], DISTANCE)
        np.testing.assert_allclose(found.logits[1, m, wanted], exact[m, wanted], rtol=0, atol=1e-5)
    np.testing.assert_array_equal(found.logits[0], near(codes, gate).logits[0])


def test_gate__weighs_the_helix_scores_and_the_bases_around():
    codes = random_codes(9, 300, unknown=0.05)
    gate, sums = random_gate(0.1, codes)
    mirna = MIRNAS[1:2]
    best = np.empty((1, 329, 30, SCANNER.heads), np.float32)
    steps, unkept = DuplexEngine(WEIGHTS)._steps(mirna), np.empty((0, 0, 0, 0), np.uint8)
    helices(steps, pair_codes(codes[None]), WEIGHTS["bulge"], best, unkept)
    expected = np.einsum("oih,ih->o", best[0], gate.helices)
    padded = np.pad(codes, 3, constant_values=4)
    for o in range(300):
        if codes[o] < 4:
            expected[o] += sum(gate.bases[k, x] for k, x in enumerate(padded[o : o + 7]) if x < 4)
    np.testing.assert_allclose(sums[1], expected, rtol=0, atol=2e-4)
    offsets = np.array([0, 5, 31, 200, 328])
    features = SCANNER.gate_features(mirna, codes, offsets)
    weights = np.concatenate([gate.helices.ravel(), gate.bases.ravel()])
    np.testing.assert_allclose(weights @ features, expected[offsets], rtol=0, atol=2e-4)
