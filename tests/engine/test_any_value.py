"""Compiled loops are given any value and any code: they stay in their arrays, and good numbers give the same."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from dmiso.encode import encode
from dmiso.engine.duplex.gate import Gate, GatedScanner
from dmiso.engine.duplex.look import Student
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.duplex.promising import Sieve, Threshold
from dmiso.engine.duplex.runs import RunScanner
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.engine.published.network import DmisoEngine
from dmiso.errors import ModelError
from dmiso.networks import dmiso_shapes
from dmiso.networks.duplex_shapes import CONTEXT, tensor_shapes

_MIRNAS = encode(["UGAGGUAGUAGGUUGUAUAGUU", "UAAAGUGCUUA"], 30)
_TARGET = encode(["GGACUAUACAACCUACUACCUCAUUG" * 80], 26 * 80)[0]


def weights_of(shapes, rng, size):
    return {name: (np.abs(rng.normal(0, size, shape))).astype(np.float32) for name, shape in shapes.items()}


def engines(weights):
    yield lambda: DuplexEngine(weights).logits_pairs(_MIRNAS, np.stack([_TARGET[:60]] * 2))
    yield lambda: DuplexEngine(weights).logits_grid(_MIRNAS, _TARGET[None, :60])
    yield lambda: DuplexEngine(weights).positions(_MIRNAS, _TARGET[None, :60])
    yield lambda: DuplexScanner(weights).scan(_MIRNAS, _TARGET, 0, 2000)
    shapes = ((8, 30, 2), (8, CONTEXT, 4), (8,), (8, 8, 9), (8,), (8,))
    student = Student(*(np.ones(shape, np.float32) for shape in shapes), output_bias=0.0)
    gate = Gate(student, Threshold(-1e30, -1e30, 1e30, 1.0, 15), Sieve(-1e30, 1.0, 12), 3, (1, 26))
    yield lambda: GatedScanner([RunScanner(DuplexScanner(weights))], gate, 10).scan(_MIRNAS, _TARGET, 0, 2000)


def test_weights_that_overflow__are_an_error_without_warnings(rng):
    weights = weights_of(tensor_shapes(3, 2, 2, 30), rng, 1e30)
    for run in engines(weights):
        with pytest.raises(ModelError, match="a logit is not finite"):
            run()
    weights = weights_of(dmiso_shapes.tensor_shapes(), rng, 1e30)
    with pytest.raises(ModelError, match="a logit is not finite"):
        DmisoEngine(weights).logits_grid(_MIRNAS, encode(["GGACUAUACAACCU"], 60))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_weight_that_is_no_number__is_an_error_in_every_engine(rng, value):
    weights = weights_of(tensor_shapes(3, 2, 2, 30), rng, 0.3)
    weights["output.bias"][0] = value
    weights["stack_score"][:] = value
    for run in engines(weights):
        with pytest.raises(ModelError, match="a logit is not finite"):
            run()


_SCRIPT = """
import itertools
import numpy as np
from dmiso.chimera import kernels as chimera
from dmiso.engine.duplex.fold import Affine
from dmiso.engine.duplex import promising as look, run_kernels as runs, row_kernels as rows, scan_kernels as scan
from dmiso.engine.published import kernels as dmiso_kernels
from dmiso.networks import helix_kernels as helices
from dmiso.engine import peaks
from dmiso.scan import anchors

f4, far = np.float32, np.arange(256).astype(np.uint8)
for value in (np.nan, np.inf, -np.inf, 3e38, 0.0):
    row = np.full(400, value, f4)
    for lowest, distance in itertools.product((-np.inf, np.nan, -500.0, np.inf), (0, 1, 30)):
        found = peaks.find_peaks(row, distance=distance, start=-5, stop=900, lowest=lowest)
        assert len(found) <= 400
        assert not len(found) or (value > lowest)
    table = np.full((4, 2, 25), value, f4)
    scores = np.empty((4, 2, 256), f4)
    scan.scores_on(table, far, scores)
    pairs = np.full((30, 2, 5), value, f4)
    steps, bulge = np.zeros(30, np.int64), np.full((2, 2), value, f4)
    nucleotides = np.resize(far, 300 - 60)
    best = np.empty((30, 2, 240 - 2), f4)
    stacks = np.full((1, 2, 300), value, f4)
    long_nucleotides = np.resize(far, 300)
    scan.best_helices(long_nucleotides, stacks, steps, pairs, bulge, best, 0)
    filled = np.full(5000, value, f4)
    known, steps = np.ones((2, 30), np.bool_), np.zeros((2, 30), np.int64)
    own = runs.RunMirnas(np.array([30, 0]), known, steps, filled[:2400])
    of = runs.RunScores(filled[:200], filled[:16], 8)
    parts = np.array([[0, 0, 9, 0], [0, 12, 40, 9], [1, 40, 51, 37]])
    features, outside = np.empty((48, 32 + 240), f4), np.empty(48, np.bool_)
    runs.features_of_runs(of, own, long_nucleotides, long_nucleotides, 0, parts, features, outside)
    for limits in itertools.product((value, 0.0), repeat=4):
        threshold = look.Threshold(*limits, 7)
        look.mark_promising_rows(row[None], threshold, np.empty((1, 400), np.bool_))
        hits = look.promising_of_rows(row[None], threshold, (7, 390), np.zeros(1, np.int64))
        asked = look.Asked(np.zeros(1, np.int64), np.array([[9, 80]]), np.zeros(1, np.int64), row[:71], row[:71])
        look.possible_peaks(asked, row[None, :60], 20, threshold, look.Sieve(value, limits[0], 5))
    for columns in (1, 3, 40):
        parts = [np.full((3, columns), value, f4) for _ in range(2)]
        affine = Affine(*np.full((3, 3), value, f4))
        scan.add_and_unfold(*parts, affine, np.array([0]), 3, np.empty((15, columns), f4))
        scan.positive_part(parts[0], affine.bias)
        scan.last_layer(*parts, affine, affine.bias, f4(value), np.empty(columns, f4))
    wide = Affine(*np.full((3, 16 * 8), value, f4))
    parts = [np.full((48, 8), value, f4) for _ in range(2)]
    flags, sizes = np.ones(48, np.bool_), np.array([9, 28, 11])
    rows.add_and_unfold_rows(*parts, wide, sizes, flags, 2, np.empty((32, 40), f4))
    rows.positive_rows(parts[0].reshape(-1), wide.bias)
    rows.last_of_rows(*parts, wide, wide.bias[:8], f4(value), np.empty(48, f4))
    step = np.full((1, 30, 25, 2), value, f4)
    codes = far[None]
    kept = np.empty((1, 30, 256, 2), np.uint8)
    helices.helices(step, codes, bulge, np.empty((1, 285, 30, 2), f4), kept)
    helices.helices_gradient(np.full((1, 285, 30, 2), value, f4), codes, kept, step, bulge)
    tables = [np.full((625, 10), value, f4) for _ in range(2)]
    dmiso_kernels.pooled_features(far[None, :30], *tables, 4, np.empty((20, 10, 1), f4))
    dmiso_kernels.tail(*[np.full((5, 8), value, f4)] * 2, row[:5], row[:5], np.zeros(8, f4))
    worth = np.full((3, 2), value)
    spans = np.array([[0, 9, 0, 0], [5, 20, -1, 10**9], [20, 30, 0, -(10**9)]])
    bounds = np.array([0, 3])
    rules = chimera.PairRules(9, 9, 9, True, True)
    chimera.pair_hits(np.array([30]), bounds, spans, worth, bounds, spans, worth, rules, 2)
ones = np.empty((7, 4, 100), f4)
scan.bases_around(np.resize(far, 120), 10, ones)
for wanted in itertools.product((0, 1), repeat=9):
    promising = np.array(wanted, np.bool_)
    where = np.flatnonzero(promising)
    for distance, join in itertools.product((0, 2, 20), (0, 3)):
        hits = look.Hits(np.zeros(len(where), np.int64), where)
        mirna, between = look.runs_around(hits, distance, 2, 7, join)
        runs.lay_out(between, mirna, between[:, 0], np.full(1, 30), 2, 5)
        look.mark_near(promising, distance, 2, np.empty(5, np.bool_))
anchors.find_anchors(far[None, :30], np.zeros(4, np.int64), far, np.array([-9, 0, 255, 900]))
columns = [np.full(2, value) for value in (0, 1, 0, 9, 12, 30, -10**9, -10**9, 0, 9, 0)]
joints = chimera.Joints(*columns)
joints.m_shift[1] = joints.t_shift[1] = 10**9
chimera.joint_borders(far[:40], np.array([0, 40]), joints, far, far, 2)
print("done")
"""


def test_loops__stay_in_their_arrays_for_any_value_and_any_code(tmp_path):
    """Numba checks every index here; a cache of its own keeps the checked code from others."""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", textwrap.dedent(_SCRIPT)],
        env=os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "done\n"
