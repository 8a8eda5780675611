"""Logits near promising offsets are those of the exact scan and complete, and no range changes them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.encode import encode
from dmiso.engine.duplex.gate import Gate, GatedScanner
from dmiso.engine.duplex.look import LOOK_TILE, Student
from dmiso.engine.duplex.promising import Sieve, Threshold
from dmiso.engine.duplex.runs import RunScanner
from dmiso.engine.duplex.scan import TILE, DuplexScanner
from dmiso.engine.peaks import find_peaks
from dmiso.networks.duplex_shapes import NOTHING, tensor_shapes

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
DISTANCE, SLACK, JOIN = 9, 2, 7
ALL = Sieve(lowest=-np.inf, margin=0.0, join=JOIN)
"""Keeps every offset that is the highest of those that are known around it."""


def random_student(seed=4, heads=SCANNER.heads):
    """Random weights of a student of eight units."""
    draw = np.random.default_rng(seed)
    shapes = ((8, 30, heads), (8, 7, 4), (8,), (8, 8, 9), (8,), (8,))
    return Student(*(draw.normal(0, 0.3, shape).astype(np.float32) for shape in shapes), output_bias=-0.5)


def random_gate(share, codes, drop=1e9):
    """A random student, and a threshold that about a share of all offsets reaches; what the student says."""
    threshold = Threshold(np.inf, -np.inf, drop, 1.0, DISTANCE)
    gate = Gate(random_student(), threshold, ALL, slack=SLACK, lengths=(1, 30))
    said = SCANNER.look(gate, MIRNAS, codes, 0, len(codes) + 29)
    pooled = [taken_together(row) for row in said[:-1]]
    return gate._replace(threshold=threshold._replace(pooled=float(np.quantile(pooled, 1 - share)))), said


def taken_together(said):
    """Soft maximum of the offsets around each, by definition."""
    padded = np.pad(said.astype(float), DISTANCE, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * DISTANCE + 1)
    top = windows.max(axis=1)
    return top + np.log(np.exp(windows - top[:, None]).sum(axis=1))


def near(codes, gate, start=0, stop=None, mirnas=MIRNAS, members=(SCANNER,)):
    stop = len(codes) + 29 if stop is None else stop
    return GatedScanner(members, gate, DISTANCE).scan(mirnas, codes, start, stop)


def within(flags, distance):
    """Tell which positions have a flag at most a distance away, by definition."""
    where = np.flatnonzero(flags)
    return np.array([np.any(np.abs(where - k) <= distance) for k in range(len(flags))])


def known_around(promising):
    """Tell which offsets are asked about: near promising ones, and in gaps between such runs that are not wide."""
    known = within(promising, SLACK)
    where = np.flatnonzero(known)
    for a, b in pairwise(where):
        if b - a - 1 < JOIN:
            known[a:b] = True
    return known


def possible(gate, said, exact):
    """Which offsets may be peaks, by definition, and how far from being one or not."""
    sure = np.abs(taken_together(said) - gate.threshold.pooled)
    known = known_around(taken_together(said) >= gate.threshold.pooled)
    alone = SCANNER.alone(exact)
    together = taken_together(np.where(known, alone, said + gate.sieve.margin))
    padded = np.pad(np.where(known, exact, -np.inf), DISTANCE, constant_values=-np.inf)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * DISTANCE + 1).max(axis=1)
    sure = np.minimum(sure.min(), np.abs(together - gate.sieve.lowest + 1e-3))
    return known & (exact >= highest - 1e-5) & (together >= gate.sieve.lowest - 1e-3), sure


@pytest.mark.parametrize("length", [1, 40, 700, TILE - 29, 3000])
@pytest.mark.parametrize("share", [0.0, 0.004, 0.2, 1.0])
@pytest.mark.parametrize(("lowest", "margin"), [(-np.inf, 0.0), (5.0, 0.0), (5.0, 4.0), (np.inf, 0.0)])
def test_near__is_what_may_be_a_peak_and_logits_around_it_are_those_of_the_exact_scan(
    length, share, lowest, margin
):
    codes = random_codes(length, length, unknown=0.03)
    exact = EXACT.scan(MIRNAS, codes, 0, length + 29)
    gate, said = random_gate(share, codes)
    gate = gate._replace(sieve=Sieve(lowest, margin, JOIN))
    if share == 0:
        gate = gate._replace(threshold=gate.threshold._replace(pooled=np.inf))
    found = near(codes, gate)
    computed = found.logits[0] != NOTHING
    np.testing.assert_allclose(found.logits[0][computed], exact[computed], rtol=0, atol=1e-5)
    for m in range(4):  # the last miRNA has no nucleotides
        expected, sure = possible(gate, said[m].astype(float), exact[m].astype(float))
        if sure.min() > 1e-5:
            np.testing.assert_array_equal(found.near[m], expected)
        wanted = within(found.near[m], DISTANCE)
        np.testing.assert_allclose(found.logits[0, m, wanted], exact[m, wanted], rtol=0, atol=1e-5)
    assert not found.near[4].any()


def test_near__has_every_peak_of_the_exact_scan_that_the_first_look_finds():
    codes = random_codes(2, 4_000)
    exact = EXACT.scan(MIRNAS, codes, 0, len(codes) + 29)
    gate, said = random_gate(0.05, codes)
    gate = gate._replace(sieve=Sieve(5.0, 30.0, JOIN))  # the student's errors are smaller, by far
    found, n = near(codes, gate), 0
    for m in range(4):
        peaks = find_peaks(exact[m], distance=DISTANCE, lowest=-np.inf)
        together = taken_together(SCANNER.alone(exact[m]))[peaks]
        looked_at = within(taken_together(said[m]) >= gate.threshold.pooled, SLACK)[peaks]
        assert found.near[m, peaks[(together >= 5.0) & looked_at]].all()
        n += int(((together >= 5.0) & looked_at).sum())
    assert n > 20


def test_near__a_higher_margin_and_a_lower_cut_leave_more():
    codes = random_codes(3, 6_000)
    gate, _ = random_gate(0.05, codes)
    sieves = (
        Sieve(np.inf, 0.0, JOIN),
        Sieve(5.0, 0.0, JOIN),
        Sieve(5.0, 4.0, JOIN),
        Sieve(-np.inf, 0.0, JOIN),
    )
    each = [near(codes, gate._replace(sieve=sieve)).near for sieve in sieves]
    shares = [found.mean() for found in each]
    assert shares[0] == 0 < shares[1] < shares[2] < shares[3]
    assert not (each[1] & ~each[2]).any()


def test_near__few_promising_offsets_are_few_computed_ones():
    codes = random_codes(1, 15_360)
    found = near(codes, random_gate(0.001, codes)[0])
    assert 0.001 < (found.logits != NOTHING).mean() < 0.3


@pytest.mark.parametrize(
    ("lengths", "unfamiliar"), [((1, 29), [1]), ((4, 30), [2]), ((15, 22), [1, 2]), ((16, 22), [1, 2, 3])]
)
def test_near__every_offset_of_a_mirna_that_the_student_does_not_decide_about(lengths, unfamiliar):
    codes = random_codes(9, 2_000)
    gate = random_gate(0.001, codes)[0]._replace(lengths=lengths)
    found, exact = near(codes, gate, 40, 1_700), EXACT.scan(MIRNAS, codes, 40, 1_700)
    assert np.flatnonzero(found.near.all(axis=1)).tolist() == unfamiliar
    np.testing.assert_array_equal(found.logits[0, unfamiliar], exact[unfamiliar])


LONG = 20_000


@pytest.fixture(scope="module")
def long_one():
    """A long target, a gate, and what is near on the whole of it."""
    codes = random_codes(5, LONG)
    gate = random_gate(0.005, codes)[0]
    return codes, gate, near(codes, gate, mirnas=MIRNAS[:2])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, LONG), st.integers(0, 900))
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


def test_near__other_members_are_computed_too_where_the_first_ones_gate_says():
    codes = random_codes(7, 900)
    gate, said = random_gate(0.01, codes)
    other = RunScanner(DuplexScanner(random_weights(seed=8, blocks=1)))
    found = near(codes, gate, members=(SCANNER, other))
    exact = other.scanner.scan(MIRNAS, codes, 0, len(codes) + 29)
    for m in range(len(MIRNAS)):
        wanted = within(found.near[m], DISTANCE)
        np.testing.assert_allclose(found.logits[1, m, wanted], exact[m, wanted], rtol=0, atol=1e-5)
    alone = near(codes, gate).logits[0]
    both = (found.logits[0] != NOTHING) & (alone != NOTHING)
    np.testing.assert_array_equal(found.logits[0, both], alone[both])
    # a peak is one of all members together
    mean = np.stack([EXACT.scan(MIRNAS, codes, 0, len(codes) + 29), exact]).mean(axis=0)
    for m in range(4):
        peaks = find_peaks(mean[m], distance=DISTANCE, lowest=-np.inf)
        looked_at = within(taken_together(said[m]) >= gate.threshold.pooled, SLACK)[peaks]
        assert found.near[m, peaks[looked_at]].all()


def test_look__a_range_is_bit_for_bit_the_same_part_of_the_whole():
    codes = random_codes(12, 3 * LOOK_TILE)
    gate, said = random_gate(0.1, codes)
    for start, stop in ((0, 1), (5, LOOK_TILE + 9), (LOOK_TILE - 1, 3 * LOOK_TILE + 29)):
        np.testing.assert_array_equal(SCANNER.look(gate, MIRNAS, codes, start, stop), said[:, start:stop])
