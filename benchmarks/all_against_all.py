"""How many miRNA-target pairs a CPU core scores in a second, beside the published program's way, in one run.

    python benchmarks/all_against_all.py --tensorflow-python PYTHON

PYTHON is an interpreter that has TensorFlow 2.15. Without it the published way is the same arithmetic in NumPy, pair by
pair, and the table says so. Contenders take turns in several rounds, each on its own number of pairs; the table gives
medians per CPU-second (all threads of the process) and per second of wall time. Weights: the published ones where the
folder of shared data is (``DMISO_SHARED_DATA``, default ``../shared/data``), else random. Raw numbers go to
``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

import dmiso
from contenders import TORCH_BATCH, Contender, Turn, engine_way, numpy_way, tensorflow_way, torch_way
from dmiso.models import Calibration, ModelConfig, StoredModel, write_model
from dmiso.models.export import export_model
from dmiso.models.keras import import_keras
from dmiso.networks import weight_shapes

ROOT = Path(__file__).resolve().parent.parent
MACS_A_PAIR = 70 * 400 + 720 * 100 + 100
"""Multiply-adds that depend on both sequences: 70 LSTM steps, their share of the dense layer, the last layer."""
LARGEST_DIFFERENCE = 1e-5


def random_sequences(rng: np.random.Generator, n: int, lengths: tuple[int, int]) -> list[str]:
    """Return sequences whose lengths are spread evenly between two bounds, both included."""
    return ["".join(rng.choice(list("AUCG"), k)) for k in rng.integers(lengths[0], lengths[1] + 1, n)]


def load_model(folder: Path) -> StoredModel:
    """Return the published model where its files are, else one with random weights."""
    data = Path(os.environ.get("DMISO_SHARED_DATA", ROOT.parent / "shared" / "data")) / "published_dmiso"
    if data.is_dir():
        return import_keras(data / "model_top.json", data / "model_top.h5", folder / "published")
    rng = np.random.default_rng(1)
    config = ModelConfig(name="random", network="dmiso")
    weights = {
        name: np.abs(rng.normal(0, 0.3, shape)) if name.endswith("running_var") else rng.normal(0, 0.1, shape)
        for name, shape in weight_shapes(config).items()
    }
    weights = {name: np.zeros(40) if "bias_hh" in name else array for name, array in weights.items()}
    arrays = {name: array.astype(np.float32) for name, array in weights.items()}
    return write_model(
        folder / "random", config=config, weights=arrays, calibration=Calibration(), card="random"
    )


def sgemm_rate(shape: tuple[int, int, int]) -> float:
    """Return multiply-adds per CPU-second of numpy's single-precision matrix product, best of five."""
    m, k, n = shape
    rng = np.random.default_rng(2)
    a, b = rng.random((m, k), np.float32), rng.random((k, n), np.float32)
    out = np.empty((m, n), np.float32)
    repeats = max(1, int(4e9 / (m * k * n)))
    best = 0.0
    for _ in range(5):
        begin = time.process_time()
        for _ in range(repeats):
            np.dot(a, b, out=out)
        best = max(best, repeats * m * k * n / (time.process_time() - begin))
    return best


def measure(
    contenders: list[Contender], mirnas: list[str], targets: list[str], repeats: int
) -> dict[str, Any]:
    """Let the contenders take turns; return raw costs, medians, and the largest difference between their scores."""
    turns: dict[str, list[Turn]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        contender.run(mirnas[:3], targets[:70])  # compiles and warms up
    for _ in range(repeats):
        for contender in contenders:
            turns[contender.name].append(
                contender.run(mirnas[: contender.n_mirnas], targets[: contender.n_targets])
            )
    ours = turns[contenders[-1].name][0].scores
    results = {}
    for contender in contenders:
        found = turns[contender.name]
        pairs = contender.n_mirnas * contender.n_targets
        shared = ours[: contender.n_mirnas, : contender.n_targets]
        results[contender.name] = {
            "pairs": pairs,
            "cpu_seconds": [turn.cpu for turn in found],
            "wall_seconds": [turn.wall for turn in found],
            "pairs_per_cpu_second": pairs / statistics.median(turn.cpu for turn in found),
            "pairs_per_second": pairs / statistics.median(turn.wall for turn in found),
            "largest_score_difference_to_ours": float(
                np.abs(found[0].scores[: len(ours), : ours.shape[1]] - shared).max()
            ),
        }
    return results


def machine() -> dict[str, Any]:
    """Describe the machine and the versions."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="ascii").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    packages = ("numpy", "numba", "torch", "threadpoolctl")
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }


def print_table(report: dict[str, Any]) -> None:
    """Print what was found as Markdown."""
    first = next(iter(report["contenders"].values()))["pairs_per_cpu_second"]
    print(
        "| way | pairs | pairs per CPU-second | pairs per second | times the first | largest score difference |"
    )
    print("|---|---|---|---|---|---|")
    for name, row in report["contenders"].items():
        print(
            f"| {name} | {row['pairs']:,} | {row['pairs_per_cpu_second']:,.0f} | {row['pairs_per_second']:,.0f} "
            f"| {row['pairs_per_cpu_second'] / first:,.1f} | {row['largest_score_difference_to_ours']:.1e} |"
        )
    sgemm = report["sgemm_gmac_per_cpu_second"]
    print(f"\nsgemm of one core: {', '.join(f'{k} {v:.1f} GMAC/s' for k, v in sgemm.items())}")
    print(
        f"ours does {report['macs_a_pair']:,} multiply-adds per pair, {report['share_of_sgemm']:.0%} of sgemm's rate"
    )
    print(f"{report['machine']['cpu']}, {report['machine']['versions']}, weights: {report['weights']}")


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tensorflow-python", metavar="PYTHON", help="interpreter that has TensorFlow 2.15")
    parser.add_argument("--mirnas", type=int, default=768, help="miRNAs of our engine's grid (%(default)s)")
    parser.add_argument(
        "--targets", type=int, default=1024, help="targets of our engine's grid (%(default)s)"
    )
    parser.add_argument(
        "--published-pairs", type=int, default=4096, help="pairs of the published way (%(default)s)"
    )
    parser.add_argument("--torch-pairs", type=int, default=16384, help="pairs of torch (%(default)s)")
    parser.add_argument("--repeats", type=int, default=5, help="rounds (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="threads of our engine (%(default)s)")
    parser.add_argument(
        "--output", type=Path, help="default: benchmarks/results/all_against_all-v<version>.json"
    )
    return parser.parse_args()


def main() -> None:
    """Run the comparison, print the table, keep the raw numbers."""
    options = parse()
    torch.set_num_threads(1)
    rng = np.random.default_rng(3)
    mirnas = random_sequences(rng, options.mirnas, (18, 25))
    targets = random_sequences(rng, options.targets, (40, 60))
    about: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1, user_api="blas"):
        model = load_model(Path(folder))
        if options.tensorflow_python:
            files = export_model(model, Path(folder, "keras.h5"))
            published, about = tensorflow_way(options.tensorflow_python, files)
            name = f"published way, TensorFlow {about['tensorflow']}"
        else:
            published, name = (
                numpy_way(model),
                "published arithmetic, NumPy pair by pair (no TensorFlow given)",
            )
        few = 16
        contenders = [
            Contender(name, few, options.published_pairs // few, published),
            Contender(f"torch, batches of {TORCH_BATCH}", few, options.torch_pairs // few, torch_way(model)),
            Contender("dmiso engine", options.mirnas, options.targets, engine_way(model, options.threads)),
        ]
        results = measure(contenders, mirnas, targets, options.repeats)
        shapes = {"1024 x 1024 x 1024": (1024, 1024, 1024), "100 x 720 x 256": (100, 720, 256)}
        sgemm = {name: sgemm_rate(shape) / 1e9 for name, shape in shapes.items()}
    ours = results["dmiso engine"]["pairs_per_cpu_second"]
    report = {
        "dmiso": dmiso.__version__,
        "machine": machine() | {"tensorflow": about},
        "weights": model.config.name,
        "threads": options.threads,
        "contenders": results,
        "sgemm_gmac_per_cpu_second": sgemm,
        "macs_a_pair": MACS_A_PAIR,
        "share_of_sgemm": ours * MACS_A_PAIR / 1e9 / sgemm["1024 x 1024 x 1024"],
    }
    print_table(report)
    worst = max(row["largest_score_difference_to_ours"] for row in results.values())
    if worst > LARGEST_DIFFERENCE:
        raise SystemExit(f"scores differ by {worst:.1e}, more than {LARGEST_DIFFERENCE}: no figures kept")
    print(f"scores of all ways equal within {LARGEST_DIFFERENCE}")
    output = options.output or ROOT / "benchmarks" / "results" / f"all_against_all-v{dmiso.__version__}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
