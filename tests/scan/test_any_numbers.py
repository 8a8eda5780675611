"""Compiled loops are safe for any number: NaN and infinity never write outside an array."""

import os
import subprocess
import sys

import numpy as np
import pytest

from dmiso.engine.peaks import find_peaks, keep_apart, none_kept

WORST = (np.nan, np.inf, -np.inf, 3e38, -3e38, 0.0)


@pytest.mark.parametrize("value", WORST)
@pytest.mark.parametrize("lowest", [-np.inf, -10.0, np.nan, np.inf])
def test_peaks__that_are_kept_are_never_nearer_than_the_distance(value, lowest):
    found = find_peaks(np.full(1000, value, np.float32), distance=15, lowest=lowest)
    kept = found[keep_apart(np.zeros(len(found), np.int64), found, 15, none_kept(1))]
    assert len(kept) in (0, 63)
    assert (np.diff(kept) > 15).all()


def test_peaks__nan_is_none_and_hides_none():
    logits = np.array([np.nan, 1, np.nan, 5, np.nan, np.nan], np.float32)
    assert find_peaks(logits, distance=1, lowest=0).tolist() == [1, 3]


_LOOPS = """
import numpy as np
from dmiso.encode import encode
from contextlib import suppress
from dmiso.errors import ModelError
from dmiso.engine.duplex.gate import Gate, GatedScanner
from dmiso.engine.duplex.look import Student
from dmiso.engine.duplex.promising import Hits, Sieve, Threshold, mark_near, runs_around
from dmiso.engine.duplex.run_kernels import lay_out
from dmiso.engine.duplex.runs import RunScanner
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.networks.duplex_shapes import tensor_shapes
from dmiso.engine.peaks import find_peaks, find_peaks_of_rows, keep_apart, none_kept, offsets_around
from dmiso.scan.anchors import find_anchors

draw = np.random.default_rng(5)
target = encode(["".join(draw.choice(list("AUCGN"), 900))], 900)[0]
mirnas = encode(["UGAGGUAGUAGGUUGUAUAGUU", "N", "A"], 30)
for value in (np.nan, np.inf, -np.inf, 3e38):
    shapes = tensor_shapes(2, 1, 3, 30)
    for kind in ("all", "norm.running_var", "pair_score"):
        weights = {n: np.full(s, value if kind in ("all", n) else 0.3, np.float32) for n, s in shapes.items()}
        with np.errstate(all="ignore"):
            scanner = DuplexScanner(weights)
            logits, near = [], []
            with suppress(ModelError):  # told when all loops have run
                logits = scanner.scan(mirnas, target, 0, 929)
            with suppress(ModelError):
                slots = np.full((20, scanner.slot_of(60)), 4, np.uint8)
                slots[:, :60] = target[:60]
                scanner.scan_slots(mirnas, slots)
            sizes = ((8, 30, 3), (8, 7, 4), (8,), (8, 8, 9), (8,), (8,))
            student = Student(*(np.full(shape, value, np.float32) for shape in sizes), output_bias=0.0)
            gate = Gate(student, Threshold(0.0, 0.0, 1.0, 1.0, 15), Sieve(0.0, 1.0, 12), 3, (1, 26))
            with suppress(ModelError):
                near = GatedScanner([RunScanner(scanner)], gate, 15).scan(mirnas, target, 0, 929).logits[0]
        for row in [*logits, *near]:
            found = find_peaks(row, distance=15, lowest=-5.0)
            kept = found[keep_apart(np.zeros(len(found), np.int64), found, 15, none_kept(1))]
            assert (np.diff(kept) > 15).all()
for share in (0.0, 0.3, 1.0):
    flags = draw.random(400) <= share
    for first, last in ((0, 400), (7, 393), (400, 400), (0, 1)):
        for distance, join in ((0, 0), (3, 4), (500, 1)):
            hits = Hits(np.zeros(flags.sum(), np.int64), np.flatnonzero(flags))
            mirna, between = runs_around(hits, distance, first, last, join)
            lay_out(between, mirna, between[:, 0], np.full(1, 30), 6, 40)
            mark_near(flags, distance, first, np.empty(last - first, np.bool_))
for value in (np.nan, np.inf, -np.inf, 0.0):
    rows = np.full((2, 7, 40), value, np.float32)
    row, peaks = find_peaks_of_rows(rows[0], distance=3, lowest=-np.inf)
    offsets_around(rows, row, peaks, np.float32(-1000), np.empty((2, len(row), 81), np.float32))
    find_anchors(mirnas, row % 3, np.full((7, 40), 9, np.uint8), peaks, on=row)
print("safe")
"""


def test_loops__checked_at_every_index_stay_inside_for_any_weights(tmp_path):
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", _LOOPS], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "safe\n"
