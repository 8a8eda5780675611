"""Runs of offsets have the exact scan's logits, and an offset the same bits in whatever run, beside whatever else."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.encode import encode
from dmiso.engine.duplex.promising import Hits, runs_around
from dmiso.engine.duplex.run_kernels import lay_out
from dmiso.engine.duplex.runs import Runs, RunScanner
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.models import resolve
from dmiso.networks.duplex_shapes import NOTHING, tensor_shapes


def random_weights(seed, channels, blocks, heads):
    draw = np.random.default_rng(seed)
    weights = {}
    for name, shape in tensor_shapes(channels, blocks, heads, 30).items():
        values = draw.normal(0, 0.4, shape)
        if name.endswith("running_var") or name in {"bulge", "scale"}:
            values = np.abs(values) + 0.5
        weights[name] = values.astype(np.float32)
    return weights


SHAPES = {"one block": (6, 1, 5), "three blocks": (6, 3, 5), "many": (40, 2, 11), "no block": (16, 0, 8)}


@pytest.fixture(scope="module", params=["bundled", *SHAPES])
def scanner(request):
    if request.param == "bundled":
        return RunScanner(DuplexScanner(resolve(None).weights))
    return RunScanner(DuplexScanner(random_weights(3, *SHAPES[request.param])))


def random_runs(draw, n_mirnas, n):
    """Runs apart from each other, of one offset up to more than a tile has."""
    mirna, between = [], []
    for m in range(n_mirnas):
        start = int(draw.integers(0, 300))
        while start < n:
            stop = min(n, start + int(draw.choice([1, 5, 17, 43, 900])))
            mirna.append(m)
            between.append((start, stop))
            start = stop + int(draw.integers(1, 500))
    return Runs(np.array(mirna), np.array(between))


def made(seed, length=3_000, unknown=0.02):
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, 4, length).astype(np.uint8)
    codes[draw.random(length) < unknown] = 4
    lengths = [1, 3, 16, 21, 22, 22, 23, 24, 25, 30]
    mirnas = ["".join(draw.choice(list("ACGU"), size)) for size in lengths] + ["NUGNNGUACUAGCGA"]
    return draw, codes, encode(mirnas, 30)


def filled(scanner, codes, mirnas, runs):
    """Each run's logits."""
    sizes = runs.between[:, 1] - runs.between[:, 0]
    ends = np.append(0, np.cumsum(sizes))
    logits = np.full(ends[-1] + 3, 7, np.float32)
    under = scanner.under(codes, int(runs.between[:, 0].min()), int(runs.between[:, 1].max()))
    scanner.fill(under, mirnas, runs, ends[:-1], logits)
    assert (logits[ends[-1] :] == 7).all()
    return np.split(logits[: ends[-1]], ends[1:-1])


def test_fill__gives_the_logits_of_the_exact_scan(scanner):
    draw, codes, mirnas = made(1)
    n = len(codes) + 29
    runs = random_runs(draw, len(mirnas), n)
    exact = scanner.scanner.scan(mirnas, codes, 0, n)
    largest = max(10.0, np.abs(exact[exact != NOTHING]).max())
    for m, (start, stop), own in zip(
        runs.mirna, runs.between, filled(scanner, codes, mirnas, runs), strict=True
    ):
        np.testing.assert_allclose(own, exact[m, start:stop], rtol=0, atol=1e-6 * largest)


def test_fill__gives_an_offset_the_same_bits_in_any_run_beside_any_other(scanner):
    draw, codes, mirnas = made(2)
    runs = random_runs(draw, len(mirnas), len(codes) + 29)
    together = filled(scanner, codes, mirnas, runs)
    for m, (start, stop), own in list(zip(runs.mirna, runs.between, together, strict=True))[::7]:
        alone = Runs(np.array([0]), np.array([[start, stop]]))
        np.testing.assert_array_equal(filled(scanner, codes, mirnas[m : m + 1], alone)[0], own)
        wider = Runs(np.array([0]), np.array([[max(0, start - 11), stop]]))
        (found,) = filled(scanner, codes, mirnas[m : m + 1], wider)
        np.testing.assert_array_equal(found[-len(own) :], own)


def test_fill__of_runs_whose_surroundings_meet_is_that_of_each(scanner):
    _, codes, mirnas = made(3)
    between = np.array([[100, 105], [106, 110], [121, 140], [155, 156], [900, 901]])
    together = filled(scanner, codes, mirnas[4:5], Runs(np.zeros(5, np.int64), between))
    for pair, own in zip(between, together, strict=True):
        alone = filled(scanner, codes, mirnas[4:5], Runs(np.zeros(1, np.int64), pair[None]))
        np.testing.assert_array_equal(own, alone[0])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 9), st.integers(20, 60))
def test_lay_out__has_each_offset_once_in_a_part_with_its_surroundings(seed, reach, room):
    draw = np.random.default_rng(seed)
    runs = random_runs(draw, 3, 1_200)
    to = draw.permutation(len(runs.mirna)) * 2_000
    positions = draw.integers(1, 3, 3) * 10
    laid = lay_out(runs.between, runs.mirna, to, positions, reach, room)
    found = {}
    for tile, alike in enumerate(laid.positions):
        parts = laid.parts[laid.part_ends[tile] : laid.part_ends[tile + 1]]
        inner = []  # miRNA and offset of each row that is left without margins
        row = 0
        for m, begin, end, at in parts.tolist():
            assert positions[m] == alike
            assert at == row
            row += end - begin
            inner += [(m, offset) for offset in range(begin + reach, end - reach)]
        assert row <= room
        for row, size, goes_to in laid.runs[laid.run_ends[tile] : laid.run_ends[tile + 1]].tolist():
            for k in range(size):
                assert goes_to + k not in found
                found[goes_to + k] = inner[row + k]
    expected = {
        int(place) + k: (int(m), int(start) + k)
        for m, (start, stop), place in zip(runs.mirna, runs.between, to, strict=True)
        for k in range(stop - start)
    }
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(
    st.sets(st.tuples(st.integers(0, 2), st.integers(0, 80)), max_size=30),
    st.integers(0, 9),
    st.integers(0, 12),
)
def test_runs_around__are_what_is_near_a_hit_and_narrow_gaps(hits, distance, join):
    ordered = np.array(sorted(hits), np.int64).reshape(-1, 2)
    mirna, between = runs_around(Hits(ordered[:, 0].copy(), ordered[:, 1].copy()), distance, 10, 60, join)
    expected = np.zeros((3, 81), np.bool_)
    for m, k in hits:
        expected[m, max(0, k - distance) : k + distance + 1] = True
    expected[:, :10] = expected[:, 60:] = False
    for row in expected:
        where = np.flatnonzero(row)
        for a, b in pairwise(where):
            if b - a - 1 < join:
                row[a:b] = True
    found = np.zeros_like(expected)
    for m, (start, stop) in zip(mirna, between, strict=True):
        assert not found[m, start:stop].any()
        found[m, start:stop] = True
    np.testing.assert_array_equal(found, expected)
