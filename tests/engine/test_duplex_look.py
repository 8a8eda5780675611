"""The first look computes in bytes what its whole numbers say, bit by bit, on every processor."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llvmlite import binding
from tests.engine.test_duplex_gate import EXACT, SCANNER, random_codes, random_student

from dmiso.engine.duplex.look import Looker
from dmiso.engine.duplex.rows import filled_up
from dmiso.engine.duplex.run_kernels import BASES_AROUND, features_of_runs
from dmiso.networks.duplex_shapes import CONTEXT


def small_student(seed):
    """A student most of whose features lie between 0 and 1."""
    student = random_student(seed)
    return student._replace(helices=student.helices / 60, bases=student.bases / 4)


STUDENTS = [small_student(seed) for seed in range(5)]
LOOKERS = [Looker(EXACT.weights, student) for student in STUDENTS]


def padded(codes):
    mirna = np.full((1, 30), 4, np.uint8)
    mirna[0, : len(codes)] = codes
    return mirna


def look(looker, mirna, codes, start=0, stop=None):
    mirnas, stacks = EXACT.mirnas(mirna)
    return looker.logits(mirnas, stacks, codes, start, len(codes) + 29 if stop is None else stop)


def scores_by_definition(looker, mirna, codes):
    """Helix scores in whole numbers, ``(mirna_length, heads, n_offsets)``, one pair of nucleotides after the other."""
    mirnas, stacks = EXACT.mirnas(mirna)
    length, n = mirnas[0].length, len(codes)
    tables = looker._mirnas(mirnas, stacks).tables[0].astype(int)
    bulge = looker._bytes.bulge.astype(int)
    found = np.zeros((30, len(bulge[0]), n + 29), int)
    best = np.zeros((30, len(bulge[0]), n + 2), int)  # position j of the target is element j
    following = np.append(codes[1:], 4)
    for i in range(length):
        for j in range(n):
            top = np.zeros(len(bulge[0]), int)
            if i:
                moves = best[i - 1, :, j + 1], best[i - 1, :, j] - bulge[0], best[i - 1, :, j + 2] - bulge[1]
                top = np.maximum(np.max(moves, axis=0), 0)
            step = tables[:, i, 5 * following[j] + codes[j]]
            # a score is held to the range of a byte, then an unknown nucleotide ends it
            best[i, :, j] = np.clip(top + step, 0, 255)
            if codes[j] == 4:
                best[i, :, j] = np.maximum(best[i, :, j] - 128, 0)
            found[i, :, i + j] = best[i, :, j]
    return found


def bytes_of(numbers):
    """The four bytes of each number, last."""
    return np.ascontiguousarray(numbers).view(np.int8).reshape(*numbers.shape, 4).astype(int)


def said_by_definition(looker, mirna, codes):
    """A student's logits at all offsets that see no end of the target's offsets."""
    student, reach = looker._bytes, looker._student.reach
    scores = scores_by_definition(looker, mirna, codes)
    n = scores.shape[2]
    mix = bytes_of(student.mix[-1]).reshape(
        2, scores.shape[1], 8, 4, 4
    )  # quad, head, fours, unit, of four positions
    mix = mix.transpose(0, 3, 1, 2, 4).reshape(8, scores.shape[1], 32)[:, :, :30]
    sums = np.einsum("uhi,iho->uo", mix, scores) + looker._bias[:, None]
    around = np.full(n + 6, 4)
    around[3 : 3 + len(codes)] = codes
    for o in np.flatnonzero(around[3 : n + 3] != 4):
        sums[:, o] += looker._bases[:, np.arange(7), around[o : o + 7]].sum(axis=1)
    features = np.minimum(np.maximum(sums, 0) >> student.shifts[:, None], 255)
    taps = bytes_of(student.taps).transpose(0, 3, 1, 2, 4).reshape(8, 9, 8)  # unit out, tap, unit in
    windows = np.lib.stride_tricks.sliding_window_view(features, 2 * reach + 1, axis=1)
    hidden = np.einsum("oti,int->on", taps, windows) + student.hidden_bias[:, None]
    said = np.full(n - 2 * reach, student.output_bias)
    for unit in (0, 1, 2, 3, 4, 5, 6, 7):
        said += np.maximum(hidden[unit], 0).astype(np.float32) * student.output[unit]
    return said


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 300), st.integers(1, 30), st.floats(0, 0.2))
def test_look__is_bit_for_bit_what_whole_numbers_say(seed, length, mirna_length, unknown):
    codes = random_codes(seed, length, unknown)
    mirna = padded(random_codes(seed + 1, mirna_length, unknown / 4))
    looker = LOOKERS[seed % len(LOOKERS)]
    reach = looker._student.reach
    if (mirna != 4).any():
        said = look(looker, mirna, codes)[0, reach:-reach]
        # additions of float32 are done in this order, products by themselves: so the bits are the same
        np.testing.assert_array_equal(said, said_by_definition(looker, mirna, codes))


def said_in_numbers(student, features):
    """A student's logits in double precision, ``(n,)``, of features ``(n_features, n)``."""
    weights = np.concatenate([student.helices.reshape(8, -1), student.bases.reshape(8, -1)], axis=1)
    mixed = np.clip(weights.astype(float) @ features + student.bias[:, None], 0, 1)
    windows = np.lib.stride_tricks.sliding_window_view(mixed, 2 * student.reach + 1, axis=1)
    hidden = np.maximum(np.einsum("oit,int->on", student.taps, windows) + student.hidden_bias[:, None], 0)
    return student.output @ hidden + student.output_bias


def features_in_numbers(mirna, codes):
    """What a student weighs, ``(n_features, n_offsets)``, as the network computes it: in float32."""
    length, heads, n = 30, SCANNER.heads, len(codes) + 29
    laid = filled_up(heads)
    seen = np.zeros((n, BASES_AROUND + length * laid), np.float32)
    part, under = np.array([[0, 0, n, 0]]), SCANNER.under(codes, 0, n)
    mirnas, scores = SCANNER._laid_by_head(EXACT.mirnas(mirna))
    features_of_runs(scores, mirnas, *under, part, seen, np.empty(n, np.bool_))
    helices = seen[:, BASES_AROUND:].reshape(n, length, laid)[..., :heads].reshape(n, -1)
    return np.concatenate([helices, seen[:, : 4 * CONTEXT]], axis=1).T


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 300), st.integers(5, 30))
def test_gate_features__are_those_of_the_network_in_bytes(seed, length, mirna_length):
    codes, mirna = random_codes(seed, length, 0.02), padded(random_codes(seed + 1, mirna_length))
    found, expected = SCANNER.gate_features(mirna, codes), features_in_numbers(mirna, codes)
    assert found.dtype == np.uint8
    assert found.T.shape == expected.shape
    np.testing.assert_array_equal(found[:, -4 * CONTEXT :], expected[-4 * CONTEXT :].T)
    scores = scores_by_definition(LOOKERS[0], mirna, codes)[:, :, : length + 29]
    np.testing.assert_array_equal(found[:, : -4 * CONTEXT].T, scores.reshape(-1, length + 29))
    np.testing.assert_array_equal(SCANNER.gate_units, LOOKERS[0].units)


@pytest.mark.parametrize("seed", range(5))
def test_look__is_about_what_the_student_says(seed):
    codes, mirna = random_codes(seed, 3_000), padded(random_codes(seed + 100, 22))
    student, reach = STUDENTS[seed], STUDENTS[seed].reach
    said = look(LOOKERS[seed], mirna, codes)[0, reach:-reach]
    expected = said_in_numbers(student, features_in_numbers(mirna, codes))
    spread = expected.std()
    assert spread > 0.05
    assert np.abs(said - expected).mean() < 0.1 * spread


def test_helix_scores__are_off_by_about_a_unit_per_step():
    looker, codes, mirna = LOOKERS[0], random_codes(3, 400), padded(random_codes(4, 22))
    scores = scores_by_definition(looker, mirna, codes)[:22]
    exact = features_in_numbers(mirna, codes)[: 22 * SCANNER.heads]
    error = np.abs(scores - exact.reshape(scores.shape) * looker.units[:, None])
    # steps worse than -128 units are held there: a helix that goes on over one has a higher score
    assert (np.quantile(error, 0.95, axis=(1, 2)) <= 1.0 * np.arange(1, 23) + 0.5).all()
    assert exact.max() * looker.units.max() > 60


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 300), st.integers(1, 30))
def test_scores__are_those_that_the_student_weighs(seed, length, mirna_length):
    codes, mirna = random_codes(seed, length, 0.02), padded(random_codes(seed + 1, mirna_length))
    looker, n = LOOKERS[0], length + 29
    scores = looker.scores(*EXACT.mirnas(mirna), codes, n)
    np.testing.assert_array_equal(scores, scores_by_definition(looker, mirna, codes)[:, :, :n])


_SAY = """
import hashlib, sys
import numpy as np
from tests.engine.test_duplex_look import LOOKERS, look, padded, random_codes
mirna = np.concatenate([padded(random_codes(n, n, 0.05)) for n in (1, 9, 17, 22, 30)])
said = look(LOOKERS[0], mirna, random_codes(5, 5_000, 0.02))
print(hashlib.sha256(said.tobytes()).hexdigest(), said.shape)
"""


def test_look__is_the_same_on_every_processor(tmp_path):
    found = set()
    for features in (None, "", "+ssse3", "+ssse3,+avx,+avx2"):
        env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / str(features))}
        if features is not None:
            env |= {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": features}
        run = subprocess.run(
            [sys.executable, "-c", _SAY], env=env, capture_output=True, text=True, check=True
        )
        found.add(run.stdout)
    assert len(found) == 1
    assert found.pop().strip().endswith("(5, 5029)")


def test_arm__instruction_is_one_that_llvm_knows():
    # no such processor is at hand: LLVM checks at least that there is such an instruction, with these operands
    kind = "<16 x i8>"
    name = "llvm.aarch64.neon.tbl2.v16i8"
    text = f"""
    declare {kind} @{name}({kind}, {kind}, {kind})
    define {kind} @f({kind} %a, {kind} %b, {kind} %c) {{
      %d = call {kind} @{name}({kind} %a, {kind} %b, {kind} %c)
      ret {kind} %d
    }}"""
    binding.parse_assembly(text).verify()
    with pytest.raises(RuntimeError):
        binding.parse_assembly(text.replace("<16 x i8>", "<8 x i8>")).verify()
