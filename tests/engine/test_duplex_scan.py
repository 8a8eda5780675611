"""The scanning engine gives what the window engine gives, wherever tiles and ranges begin."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.encode import encode
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.duplex.scan import TILE, DuplexScanner
from dmiso.networks.duplex_shapes import NOTHING, tensor_shapes

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"


def random_weights(seed=3, channels=6, blocks=3, heads=5):
    """Weights of a network in which every part changes the logits."""
    draw = np.random.default_rng(seed)
    weights = {}
    for name, shape in tensor_shapes(channels, blocks, heads, 30).items():
        values = draw.normal(0, 0.4, shape)
        if name.endswith("running_var") or name in {"bulge", "scale"}:
            values = np.abs(values) + 0.5
        weights[name] = values.astype(np.float32)
    return weights


WEIGHTS = random_weights()
ENGINE, SCANNER = DuplexEngine(WEIGHTS), DuplexScanner(WEIGHTS)


def random_codes(seed, length, unknown=0.0):
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, 4, length).astype(np.uint8)
    codes[draw.random(length) < unknown] = 4
    return codes


@pytest.mark.parametrize("length", [1, 7, 40, TILE - 29, TILE - 28, 2 * TILE + 5])
def test_scan__equals_the_window_engine(length):
    mirnas = encode([LET7, "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA", "ACG", "NUGNNGUACUAGCGA", "NNN"], 30)
    codes = random_codes(length, length, unknown=0.05)
    expected = ENGINE.positions(mirnas, codes[None])[:, 0]
    found = SCANNER.scan(mirnas, codes, 0, length + 29)
    np.testing.assert_array_equal(found == NOTHING, expected == NOTHING)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


LONGEST_SHORT = max(n for n in range(TILE) if SCANNER.is_short(n))


def in_slots(targets):
    slots = np.full((len(targets), SCANNER.slot_of(max(map(len, targets)))), 4, np.uint8)
    for slot, codes in zip(slots, targets, strict=True):
        slot[: len(codes)] = codes
    return slots


@pytest.mark.parametrize("length", [0, 1, 60, LONGEST_SHORT - 1, LONGEST_SHORT, LONGEST_SHORT + 1])
def test_scan__short_targets_equal_the_window_engine_up_to_the_longest(length):
    mirnas = encode([LET7, "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA", "ACG"], 30)
    codes = random_codes(length, length, unknown=0.02)
    found = SCANNER.scan(mirnas, codes, 0, length + 29)
    expected = ENGINE.positions(mirnas, codes[None])[:, 0] if length else np.full((3, 29), NOTHING)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, LONGEST_SHORT),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 15)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_slots__what_lies_beside_a_target_changes_no_bit_of_it(longest, drawn, shuffled):
    mirnas = encode([LET7, "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA", "NACGUACGUNACG"], 30)
    first = random_codes(longest, longest, unknown=0.02)
    slot = SCANNER.slot_of(longest)
    others = [random_codes(seed, max(0, longest - less)) for seed, less in drawn]
    targets = [first, *(codes for codes in others if SCANNER.slot_of(len(codes)) == slot)]
    order = list(range(len(targets)))
    shuffled.shuffle(order)
    together = SCANNER.scan_slots(mirnas, in_slots([targets[t] for t in order]))
    for position, t in enumerate(order):
        n = len(targets[t]) + 29
        alone = SCANNER.scan(mirnas, targets[t], 0, n)
        assert together[:, position, :n].tobytes() == alone.tobytes()
        assert (together[:, position, n:] == NOTHING).all()


def test_slots__parted_anywhere_give_the_same_bits():
    targets = [random_codes(seed, 52 + seed % 10) for seed in range(41)]
    mirnas = encode([LET7, "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA"], 30)
    whole = SCANNER.scan_slots(mirnas, in_slots(targets))
    for size in (1, 7, 8, 9, 40):
        parts = [in_slots([*targets[k : k + size], targets[-1]])[:-1] for k in range(0, len(targets), size)]
        joined = np.concatenate([SCANNER.scan_slots(mirnas, part) for part in parts], axis=1)
        assert joined.tobytes() == whole.tobytes()


_ALONE_AND_TOGETHER = """
import numpy as np
from dmiso.encode import encode
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.models import resolve

scanner, draw = DuplexScanner(resolve(None).weights), np.random.default_rng(2)
mirnas = encode(["UGAGGUAGUAGGUUGUAUAGUU"], 30)
slots = np.full((19, scanner.slot_of(60)), 4, np.uint8)
slots[:, :60] = draw.integers(0, 4, (19, 60))
together = scanner.scan_slots(mirnas, slots)
for t in range(19):
    assert scanner.scan(mirnas, slots[t, :60], 0, 89).tobytes() == together[:, t, :89].tobytes(), t
print("same")
"""


@pytest.mark.parametrize("kernels", ["Nehalem", "Haswell", "SkylakeX"])
def test_slots__of_any_processor_s_products_give_the_same_bits_alone_and_together(kernels):
    needs = {"Nehalem": "sse4_2", "Haswell": "avx2", "SkylakeX": "avx512vl"}[kernels]
    flags = Path("/proc/cpuinfo")
    if not flags.exists() or needs not in flags.read_text().split():
        pytest.skip(f"this processor has no {needs}")
    done = subprocess.run(
        [sys.executable, "-P", "-c", _ALONE_AND_TOGETHER],
        env=os.environ | {"OPENBLAS_CORETYPE": kernels},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "same\n"), done.stderr[-2000:]


def test_scan__long_runs_of_unknown_bases_are_as_the_ends():
    codes = random_codes(1, 400)
    codes[120:260] = 4
    found = SCANNER.scan(encode([LET7], 30), codes, 0, 429)
    left = SCANNER.scan(encode([LET7], 30), codes[:120], 0, 120 + 21)
    np.testing.assert_allclose(found[:, : 120 + 21], left, rtol=0, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2 * TILE + 200), st.integers(0, 400))
def test_scan__a_range_is_bit_for_bit_the_same_part_of_the_whole(start, size):
    codes = random_codes(5, 2 * TILE + 200)
    mirnas = encode([LET7, "UGGAAUGUAAAGAAGUAUGUAU"], 30)
    whole = SCANNER.scan(mirnas, codes, 0, len(codes) + 29)
    stop = min(start + size, len(codes) + 29)
    np.testing.assert_array_equal(SCANNER.scan(mirnas, codes, start, stop), whole[:, start:stop])


def test_scan__a_mirna_alone_is_bit_for_bit_the_same_as_among_others():
    codes = random_codes(6, 1500)
    mirnas = encode([LET7, "UGGAAUGUAAAGAAGUAUGUAU", "ACGUACGUACGUACG"], 30)
    together = SCANNER.scan(mirnas, codes, 0, 1529)
    for m in range(3):
        np.testing.assert_array_equal(SCANNER.scan(mirnas[m : m + 1], codes, 0, 1529)[0], together[m])


def test_scan__a_window_alone_equals_the_window_with_masked_flanks():
    codes = random_codes(8, 900)
    masked = np.full_like(codes, 4)
    masked[300:360] = codes[300:360]
    mirnas = encode([LET7], 30)
    in_scan = SCANNER.scan(mirnas, masked, 300, 300 + 60 + 29)
    alone = ENGINE.positions(mirnas, codes[None, 300:360])[:, 0]
    np.testing.assert_allclose(in_scan, alone, rtol=0, atol=1e-5)
    pooled = SCANNER.pooled(SCANNER.scan(mirnas, masked, 0, 929))
    np.testing.assert_allclose(pooled, ENGINE.logits_grid(mirnas, codes[None, 300:360])[:, 0], atol=1e-5)


def test_lowest_peak__no_pooled_logit_is_higher_than_its_peak_allows(rng):
    for _ in range(200):
        logits = rng.normal(0, 5, 31).astype(np.float32)
        pooled = float(SCANNER.pooled(logits))
        assert logits.max() > SCANNER.lowest_peak(pooled, 31)
