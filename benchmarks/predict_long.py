"""What ``dmiso predict`` on long targets takes beside the scan's logits alone, and beside every window by itself.

Random nucleotides, miRNAs of 22 nt, CPU time on one thread, least of several rounds in turns. Windows in context
compute each position once; by itself each window of 60 nt is computed with what it shares with its neighbours, at a
stride of 20.

    python benchmarks/predict_long.py [--targets 60] [--length 3000] [--rounds 3]

Writes ``benchmarks/results/predict_long-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

import dmiso
from dmiso.models import resolve
from dmiso.predict import Predictor
from dmiso.predict.logits import WindowLogits
from dmiso.scan.positions import PositionNetwork

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--targets", type=int, default=60)
    parser.add_argument("--length", type=int, default=3_000)
    parser.add_argument("--mirnas", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    draw = np.random.default_rng(7)

    def random_rna(length: int) -> str:
        return "".join(draw.choice(list("ACGU"), length))

    targets = {f"t{i}": random_rna(given.length) for i in range(given.targets)}
    mirnas = {f"m{i}": "U" + random_rna(21) for i in range(given.mirnas)}
    model = resolve(None)
    context, alone, network = Predictor(model), Predictor(model), PositionNetwork(model)
    alone._logits = WindowLogits(model, in_context=False)  # noqa: SLF001 - as it was before
    codes = network.encode_mirnas(list(mirnas.values()))
    ways = {
        "windows in context": lambda: context.predict(mirnas=mirnas, targets=targets),
        "windows alone": lambda: alone.predict(mirnas=mirnas, targets=targets),
        "logits of a scan": lambda: [
            network.positions(codes, network.encode_target(target)) for target in targets.values()
        ],
    }
    seconds = dict.fromkeys(ways, float("inf"))
    for _ in range(given.rounds + 1):  # the first compiles
        for name, way in ways.items():
            start = time.process_time()
            way()
            seconds[name] = min(seconds[name], time.process_time() - start)
    scan = seconds["logits of a scan"]
    result = {
        "version": dmiso.__version__,
        "targets": given.targets,
        "nt_each": given.length,
        "mirnas": given.mirnas,
        "cpu_seconds": {name: round(value, 3) for name, value in seconds.items()},
        "times_the_scan": {name: round(value / scan, 2) for name, value in seconds.items()},
    }
    path = RESULTS / f"predict_long-v{dmiso.__version__}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
