"""Where the time of the first look goes, step by step, on this processor and with fewer of its instructions.

Each step (:mod:`dmiso.engine.duplex.look_kernels`) is timed alone on a tile's own arrays, in CPU time and in turns with
the others; then the whole look again in processes whose compiler may use AVX2, SSSE3 or nothing beyond SSE2.

    python benchmarks/look_time.py [--model NAME] [--rounds 9]

Writes ``benchmarks/results/look_time-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import dmiso
from dmiso.encode import encode
from dmiso.engine.duplex import look_kernels as kernels
from dmiso.engine.duplex.look import LOOK_TILE, Looker
from dmiso.engine.duplex.promising import Threshold, promising_of_rows
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.engine.ensemble import member_weights
from dmiso.models import resolve
from dmiso.scan.gate.kept_students import kept_student
from where_time_goes import least_seconds

RESULTS = Path(__file__).resolve().parent / "results"
LENGTH, MIRNAS = 22, 20
PROCESSORS = {"AVX2": "+ssse3,+avx,+avx2", "SSSE3": "+ssse3", "SSE2": ""}


def seconds_of(name: str | None, rounds: int) -> dict[str, float]:
    """Return the CPU time per offset of each step, and of the whole look."""
    model = resolve(name)
    student = kept_student(model.weights_sha256)
    assert student is not None, "the model comes without a student"
    scanner = DuplexScanner(member_weights(model.weights, model.config.members)[0])
    looker = Looker(scanner.weights, student)
    draw = np.random.default_rng(3)
    codes = draw.integers(0, 4, 4 * LOOK_TILE).astype(np.uint8)
    bases = ["U" + "".join(draw.choice(list("AUCG"), LENGTH - 1)) for _ in range(MIRNAS)]
    mirnas, stacks = scanner.mirnas(encode(bases, scanner.mirna_length))
    own, student_bytes = looker._mirnas(mirnas, stacks), looker._bytes  # noqa: SLF001 - parts are timed alone
    ground = looker._ground(codes, LOOK_TILE, 2 * LOOK_TILE)  # noqa: SLF001
    rows, seen = kernels.memory_for(own, student_bytes, ground.context.shape[1])
    logits = np.empty((MIRNAS, LOOK_TILE // kernels.BLOCK * kernels.BLOCK + kernels.BLOCK), np.float32)
    threshold, one = Threshold(1e3, 1e3, 3.0, 1.0, 15), np.zeros(1, np.int64)
    steps = {
        "recursion": lambda: kernels.add_helices(ground, own, 0, student_bytes.bulge, rows),
        "weighted sums of helix scores": lambda: kernels.mix_helices(
            ground, LENGTH, student_bytes, rows, seen
        ),
        "convolution and output": lambda: kernels.say_logits(student_bytes, seen, logits[0]),
        "which are promising": lambda: promising_of_rows(logits, threshold, (0, LOOK_TILE), one),
    }
    shared = {
        "nucleotides alone": lambda: looker._ground(codes, LOOK_TILE, 2 * LOOK_TILE),  # noqa: SLF001
        "whole": lambda: looker.logits(mirnas, stacks, codes, LOOK_TILE, 2 * LOOK_TILE),
    }
    with threadpool_limits(1):
        found = least_seconds({**steps, **shared}, rounds)
    per = {name: LOOK_TILE * (1 if name in steps else MIRNAS) for name in found}
    return {name: round(found[name] / per[name] * 1e9, 2) for name in found}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--only", action="store_true", help="print the times of this process's compiler alone"
    )
    given = parser.parse_args()
    own = seconds_of(given.model, given.rounds)
    if given.only:
        print(json.dumps(own))
        return
    others = {}
    for name, features in PROCESSORS.items():
        with tempfile.TemporaryDirectory() as cache:
            env = os.environ | {
                "NUMBA_CPU_NAME": "generic",
                "NUMBA_CPU_FEATURES": features,
                "NUMBA_CACHE_DIR": cache,
            }
            words = [sys.executable, __file__, "--only", "--rounds", "3"]
            words += ["--model", given.model] if given.model else []
            run = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
            others[name] = json.loads(run.stdout)["whole"]
    result = {
        "version": dmiso.__version__,
        "machine": f"{platform.processor() or platform.machine()}, {platform.system()}",
        "load": os.getloadavg()[0],
        "model": resolve(given.model).config.name,
        "mirnas_of_a_tile": MIRNAS,
        "ns_per_offset": own,
        "whole_ns_per_offset_by_instructions": {"this processor": own["whole"], **others},
    }
    path = RESULTS / f"look_time-v{dmiso.__version__}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
