"""Convolutions at points are the convolutions, whatever the number of columns and where padding lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.test_duplex_scan import random_codes, random_weights

from dmiso.encode import encode
from dmiso.engine.duplex.columns import ColumnNetwork, bases_under
from dmiso.engine.duplex.fold import Affine, ColumnBlock, along_offsets, fold
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.duplex.phase_kernels import PHASES, by_phase, from_points, last_by_phase, to_points
from dmiso.engine.duplex.phases import PhaseNetwork, taps_at_points
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.models import resolve
from dmiso.networks.duplex_shapes import KERNEL, NOTHING

TWO_BLOCKS = random_weights(seed=4, channels=7, blocks=2, heads=3)
NO_CHANGE = Affine(np.zeros(3, np.float32), np.ones(3, np.float32), np.zeros(3, np.float32))


@pytest.mark.parametrize("dilation", [1, 2])
def test_points__give_the_convolution_of_its_definition(dilation, rng):
    n, channels, out = 5, 3, 4
    columns = rng.normal(size=(channels, PHASES * n)).astype(np.float32)
    taps = rng.normal(size=(KERNEL, channels, out))
    bias = rng.normal(size=out).astype(np.float32)
    padded = np.pad(np.maximum(columns, 0), ((0, 0), (2 * dilation, 2 * dilation)))
    expected = np.zeros((out, PHASES * n))
    for tap in range(KERNEL):
        expected += taps[tap].T @ padded[:, tap * dilation : tap * dilation + PHASES * n]
    expected = np.maximum(expected + bias[:, None], 0)

    flat = taps.transpose(2, 0, 1).reshape(out, -1).astype(np.float32)
    block = ColumnBlock(NO_CHANGE, flat, bias, np.zeros((out, out), np.float32), dilation)
    features, points = np.empty((channels, PHASES, n), np.float32), np.empty((8, channels, 2, n), np.float32)
    by_phase(columns, features)
    to_points(features, np.zeros_like(features), NO_CHANGE, np.empty(0, np.int64), dilation, points)
    products = np.matmul(taps_at_points(block), points.reshape(8, channels, 2 * n)).reshape(8, out, 2, n)
    hidden, found = np.empty((out, PHASES, n), np.float32), np.empty((out, PHASES * n), np.float32)
    from_points(products, bias, dilation, hidden)
    for phases, row in zip(hidden, found, strict=True):
        last_by_phase(phases, row)
    np.testing.assert_allclose(found, expected, atol=2e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 90), st.sets(st.integers(0, 89)), st.integers(0, 1_000))
def test_logits__equal_those_by_shifted_copies(columns, padding, seed):
    weights = along_offsets(fold(TWO_BLOCKS))
    draw = np.random.default_rng(seed)
    outside = np.array(sorted(k for k in padding if k < columns), np.int64)
    scores = np.abs(draw.normal(size=(22 * 3, columns))).astype(np.float32)
    context = draw.normal(size=(7, columns)).astype(np.float32)
    plain = ColumnNetwork(weights, 90)
    plain._phases = None
    expected = plain.after_helices(scores, context, outside)
    found = PhaseNetwork(weights, 90).logits(scores, context, outside)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_logits__of_one_room_do_not_depend_on_what_it_computed_before(rng):
    weights = along_offsets(fold(TWO_BLOCKS))
    questions = [
        (np.abs(rng.normal(size=(22 * 3, n))).astype(np.float32), rng.normal(size=(7, n)).astype(np.float32))
        for n in (80, 31, 80, 72)
    ]
    none, together = np.empty(0, np.int64), PhaseNetwork(weights, 80)
    for scores, context in questions:
        alone = PhaseNetwork(weights, 80).logits(scores, context, none)
        assert together.logits(scores, context, none).tobytes() == alone.tobytes()


@pytest.mark.parametrize("length", [230, 768, 769, 2_001])
def test_scan__with_two_blocks_equals_the_window_engine(length):
    mirnas = encode(["UGAGGUAGUAGGUUGUAUAGUU", "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA", "NUGNNGUACUAGCGA"], 30)
    codes = random_codes(length, length, unknown=0.03)
    expected = DuplexEngine(TWO_BLOCKS).positions(mirnas, codes[None])[:, 0]
    found = DuplexScanner(TWO_BLOCKS).scan(mirnas, codes, 0, length + 29)
    np.testing.assert_array_equal(found == NOTHING, expected == NOTHING)
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


def test_scan__of_the_bundled_model_equals_the_window_engine():
    weights = resolve(None).weights
    mirnas = encode(["UGAGGUAGUAGGUUGUAUAGUU", "UUAAUGCUAAUCGUGAUAGGGGUU"], 30)
    codes = random_codes(8, 3_000)
    expected = DuplexEngine(weights).positions(mirnas, codes[None])[:, 0]
    scanner = DuplexScanner(weights)
    assert scanner.columns._phases is not None
    np.testing.assert_allclose(scanner.scan(mirnas, codes, 0, 3_029), expected, rtol=0, atol=2e-5)


def test_scan__isomirs_share_work_and_no_bit_depends_on_what_else_is_asked_for():
    draw = np.random.default_rng(6)
    long = "".join(draw.choice(list("ACGU"), 30))
    other = long[:19] + ("A" if long[19] != "A" else "C") + long[20:]
    mirnas = encode(
        [long[:22], other[:22], long[:15], long[:23], long, "NNN", long[:20], other[:21], long[:21] + "N"], 30
    )
    codes = random_codes(12, 1_700, unknown=0.01)
    scanner = DuplexScanner(TWO_BLOCKS)
    expected = DuplexEngine(TWO_BLOCKS).positions(mirnas, codes[None])[:, 0]
    together = scanner.scan(mirnas, codes, 0, 1_729)
    np.testing.assert_allclose(together, expected, rtol=0, atol=2e-5)
    for order in (range(9), reversed(range(9)), (4, 0, 6)):
        for m in order:
            alone = scanner.scan(mirnas[m : m + 1], codes, 0, 1_729)[0]
            assert alone.tobytes() == together[m].tobytes()


def test_shared_part__is_forgotten_when_its_memory_is_used_for_something_else():
    weights, draw = along_offsets(fold(TWO_BLOCKS)), np.random.default_rng(2)
    scanner, codes = DuplexScanner(TWO_BLOCKS), random_codes(3, 500)
    bases = bases_under(weights, codes, 100, 180)
    mirnas = scanner.mirnas(encode(["UGAGGUAGUAGGUUGUAUAGUU"], 30))
    network = ColumnNetwork(weights, 200)
    stacks = network.stacks_on(mirnas.stacks, bases.pairs)
    first = network.logits(bases, stacks, mirnas.each[0])
    scores = network.helices(66, 90)
    scores[:] = draw.normal(size=scores.shape)
    network.after_helices(scores, draw.normal(size=(7, 90)).astype(np.float32), np.empty(0, np.int64))
    assert network.logits(bases, stacks, mirnas.each[0]).tobytes() == first.tobytes()


def test_fits__only_convolutions_that_phases_divide():
    assert PhaseNetwork.fits(along_offsets(fold(TWO_BLOCKS)), 780)
    assert not PhaseNetwork.fits(along_offsets(fold(random_weights(blocks=3))), 780)
    assert not PhaseNetwork.fits(along_offsets(fold(TWO_BLOCKS)), 10_000)
