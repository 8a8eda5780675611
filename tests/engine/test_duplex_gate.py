"""Logits near promising offsets are those of the exact scan and complete, and no range changes them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.encode import encode
from dmiso.engine.duplex.gate import SPAN, Gate, GatedScanner, RunScanner
from dmiso.engine.duplex.look import LOOK_TILE, Student, units_of
from dmiso.engine.duplex.look_kernels import LANES, Threshold, fixed_helices, fixed_scores_on
from dmiso.engine.duplex.scan import TILE, DuplexScanner
from dmiso.networks.duplex_shapes import NOTHING, tensor_shapes
from dmiso.networks.helices import pair_codes

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


def random_student(seed=4, heads=SCANNER.heads):
    """Random weights of a student of eight units."""
    draw = np.random.default_rng(seed)
    shapes = ((8, 30, heads), (8, 7, 4), (8,), (8, 8, 9), (8,), (8,))
    return Student(*(draw.normal(0, 0.3, shape).astype(np.float32) for shape in shapes), output_bias=-0.5)


def random_gate(share, codes, drop=1e9):
    """A random student, and a threshold that about a share of all offsets reaches; what the student says."""
    threshold = Threshold(np.inf, -np.inf, drop, 1.0, DISTANCE)
    gate = Gate(random_student(), threshold, slack=SLACK)
    said = SCANNER.look(gate, MIRNAS, codes, 0, len(codes) + 29)
    pooled = [taken_together(row) for row in said[:-1]]
    return gate._replace(threshold=threshold._replace(pooled=float(np.quantile(pooled, 1 - share)))), said


def taken_together(said):
    """Soft maximum of the offsets around each, by definition."""
    padded = np.pad(said.astype(float), DISTANCE, constant_values=-np.inf)
    return np.log(np.exp(np.lib.stride_tricks.sliding_window_view(padded, 2 * DISTANCE + 1)).sum(axis=1))


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
    gate, said = random_gate(share, codes)
    if share == 0:
        gate = gate._replace(threshold=gate.threshold._replace(pooled=np.inf))
    found = near(codes, gate)
    computed = found.logits[0] != NOTHING
    np.testing.assert_allclose(found.logits[0][computed], exact[computed], rtol=0, atol=1e-5)
    for m in range(4):  # the last miRNA has no nucleotides
        pooled = taken_together(said[m])
        unsure = within(np.abs(pooled - gate.threshold.pooled) < 1e-4, SLACK)
        expected = within(pooled >= gate.threshold.pooled, SLACK)
        np.testing.assert_array_equal(found.near[m][~unsure], expected[~unsure])
        wanted = within(found.near[m], DISTANCE)
        np.testing.assert_allclose(found.logits[0, m, wanted], exact[m, wanted], rtol=0, atol=1e-5)
    assert not found.near[4].any()


def test_near__few_promising_offsets_are_few_computed_ones():
    codes = random_codes(1, SPAN)
    found = near(codes, random_gate(0.001, codes)[0])
    assert 0.001 < (found.logits != NOTHING).mean() < 0.3


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


def said_by_definition(student, features):
    """A student's logits in double precision, ``(n,)``, of features ``(n_features, n)``."""
    weights = np.concatenate([student.helices.reshape(8, -1), student.bases.reshape(8, -1)], axis=1)
    mixed = np.maximum(weights.astype(float) @ features + student.bias[:, None], 0)
    reach = student.reach
    windows = np.lib.stride_tricks.sliding_window_view(mixed, 2 * reach + 1, axis=1)
    hidden = np.maximum(np.einsum("oit,int->on", student.taps, windows) + student.hidden_bias[:, None], 0)
    return student.output @ hidden + student.output_bias


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 1200), st.integers(1, 30), st.floats(0, 0.2))
def test_look__says_in_fixed_point_what_the_student_says(seed, length, mirna_length, unknown):
    codes = random_codes(seed, length, unknown)
    mirna = np.full((1, 30), 4, np.uint8)
    mirna[0, :mirna_length] = random_codes(seed + 1, mirna_length)
    student = random_student(seed % 7)
    gate = Gate(student, Threshold(0.0, 0.0, 0.0, 1.0, DISTANCE), SLACK)
    n = length + 29
    said = SCANNER.look(gate, mirna, codes, 0, n)[0]
    reach = student.reach
    if n <= 2 * reach:
        return
    expected = said_by_definition(student, SCANNER.gate_features(mirna, codes, np.arange(n)))
    # what is rounded off: of helix scores, of products and sums of both layers, times the weights that follow
    assert np.abs(said[reach : n - reach] - expected).max() < 0.05 * np.abs(student.output).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 400), st.integers(1, 30))
def test_fixed_helices__are_off_by_at_most_one_and_a_half_units_per_mirna_position(
    seed, length, mirna_length
):
    codes = random_codes(seed, length, 0.05)
    mirna = np.full((1, 30), 4, np.uint8)
    mirna[0, :mirna_length] = random_codes(seed + 1, mirna_length)
    (own,), stacks = EXACT.mirnas(mirna)
    units, heads = units_of(EXACT.weights), SCANNER.heads
    columns, spare = length + 29, 2 * LANES
    under = np.full(columns + 60 + 8 * LANES, 4, np.uint8)
    under[29 : 29 + length] = codes
    table = np.where(stacks > -500, np.rint(stacks * units[:, None]), -32_768).astype(np.int16)
    scores = np.empty((*table.shape[:2], len(under)), np.int16)
    fixed_scores_on(table, pair_codes(under[None])[0], scores)
    width = -(-(columns + 2 * (mirna_length - 1) + spare) // LANES) * LANES
    best = np.zeros((mirna_length * heads, width), np.int16)
    pairs, bulge = (
        np.rint(x).astype(np.int16) for x in (own.pairs * units[:, None], EXACT.weights.bulge * units)
    )
    fixed_helices(under.astype(np.int16), scores, own.steps, pairs, bulge, best, 30 - mirna_length)
    expected = SCANNER.gate_features(mirna, codes, np.arange(columns))[: mirna_length * heads]
    found = best[:, mirna_length - 1 : mirna_length - 1 + columns].reshape(mirna_length, heads, -1)
    error = np.abs(found - expected.reshape(found.shape) * units[:, None])
    assert (error.max(axis=(1, 2)) <= 1.5 * np.arange(1, mirna_length + 1) + 0.05).all()


def test_look__a_range_is_bit_for_bit_the_same_part_of_the_whole():
    codes = random_codes(12, 3 * LOOK_TILE)
    gate, said = random_gate(0.1, codes)
    for start, stop in ((0, 1), (5, LOOK_TILE + 9), (LOOK_TILE - 1, 3 * LOOK_TILE + 29)):
        np.testing.assert_array_equal(SCANNER.look(gate, MIRNAS, codes, start, stop), said[:, start:stop])
