"""Rates of the bundled models' engines and of the duplex network in torch, in one run, one thread.

Pairs per CPU-second (22-nt miRNAs, 50-nt sites), positions of one long target per CPU-second, and peak memory.

    python benchmarks/duplex_rate.py [--repeats 5]

Writes ``benchmarks/results/duplex_rate-v<version>.json`` and prints a table.
"""

import argparse
import json
import platform
import resource
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

import dmiso
from dmiso.encode import one_hot
from dmiso.engine import build_engine
from dmiso.models import resolve
from dmiso.networks import build_network, load_weights

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).resolve().parent / "results"
DUPLEX, DMISO = "duplex-chimeras@v0.2.0", "dmiso-chimeras@v0.1.0"
N_MIRNAS, N_TARGETS, LONG_TARGET, SEED = 20, 500, 20_000, 11


def main() -> None:
    """Measure, compare the scores, write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    mirnas = rng.integers(0, 4, (N_MIRNAS, 30)).astype(np.uint8)
    targets = rng.integers(0, 4, (N_TARGETS, 60)).astype(np.uint8)
    mirnas[:, 22:], targets[:, 50:] = 4, 4  # 22 and 50 nucleotides, then padding
    duplex, fast = resolve(DUPLEX), resolve(DMISO)
    network = build_network(duplex.config).eval()
    load_weights(network, duplex.weights)
    bases = torch.from_numpy(one_hot(targets))

    def in_torch() -> np.ndarray:
        with torch.inference_mode():
            rows = [
                network(torch.from_numpy(one_hot(m[None])).expand(N_TARGETS, -1, -1), bases) for m in mirnas
            ]
        return torch.stack(rows).numpy()

    engines = {name: build_engine(m.config, m.weights) for name, m in ((DUPLEX, duplex), (DMISO, fast))}
    ways: dict[str, Callable[[], np.ndarray]] = {
        f"{name}, engine": lambda engine=engine: engine.logits_grid(mirnas, targets)
        for name, engine in engines.items()
    }
    ways[f"{DUPLEX}, torch"] = in_torch
    logits = {name: way() for name, way in ways.items()}  # warm
    difference = float(np.abs(logits[f"{DUPLEX}, engine"] - logits[f"{DUPLEX}, torch"]).max())
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.process_time()
            way()
            seconds[name].append(time.process_time() - start)
    rates = {name: N_MIRNAS * N_TARGETS / statistics.median(values) for name, values in seconds.items()}
    for name, rate in rates.items():
        print(f"| {name} | {rate:,.0f} |")
    long_target = rng.integers(0, 4, (1, LONG_TARGET)).astype(np.uint8)
    scanned = positions_rate(engines[DUPLEX], mirnas[:2], long_target, repeats)
    print(f"positions of a long target, engine: {scanned:,.0f} nt x miRNA per CPU-second")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory with torch loaded: {peak:,.0f} MiB")
    print(f"largest logit difference of engine and torch: {difference:.1e}")
    record = {
        "version": dmiso.__version__,
        "python": platform.python_version(),
        "pairs": N_MIRNAS * N_TARGETS,
        "cpu_seconds": seconds,
        "pairs_per_cpu_second": rates,
        "positions_per_cpu_second": scanned,
        "peak_memory_mib_with_torch": peak,
        "largest_logit_difference": difference,
    }
    path = RESULTS / f"duplex_rate-v{dmiso.__version__}.json"
    path.write_text(json.dumps(record, indent=2) + "\n")


def positions_rate(engine: Any, mirnas: np.ndarray, target: np.ndarray, repeats: int) -> float:
    """Return target nucleotides times miRNAs per CPU-second when every position of a long target is scored."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        engine.positions(mirnas, target)
        seconds.append(time.process_time() - start)
    return len(mirnas) * target.shape[1] / statistics.median(seconds)


if __name__ == "__main__":
    main()
