"""Does prediction stream? Peak memory and rate of ``dmiso predict`` as the number of pairs grows.

    python benchmarks/stream_memory.py [--pairs 10_000_000] [--model NAME_OR_DIR]

Makes random inputs in a temporary folder, runs the command line as a process, and reads its peak resident memory from
the operating system. Writes ``benchmarks/results/stream_memory-v<version>.json`` and prints a table.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import dmiso

RESULTS = Path(__file__).resolve().parent / "results"
SEED = 5


def sequences(rng: np.random.Generator, n: int, length: int) -> list[str]:
    """Return random RNA."""
    bases = np.frombuffer(b"AUCG", np.uint8)[rng.integers(0, 4, (n, length))]
    return [row.tobytes().decode() for row in bases]


def measure(words: list[str]) -> dict[str, float]:
    """Run a command and return its wall and CPU seconds and its peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "dmiso", *words])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"dmiso ended with {status}: {' '.join(words)}")
    return {
        "wall_s": time.perf_counter() - start,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
    }


def run_grid(folder: Path, n_pairs: int, options: list[str], ending: str) -> dict[str, float]:
    """Score 100 miRNAs with as many 50-nt targets as make the pairs."""
    rng = np.random.default_rng(SEED)
    with (folder / "m.fa").open("w") as handle:
        handle.writelines(f">m{i}\n{s}\n" for i, s in enumerate(sequences(rng, 100, 22)))
    with (folder / "t.fa").open("w") as handle:
        for start in range(0, n_pairs // 100, 10_000):
            n = min(10_000, n_pairs // 100 - start)
            handle.writelines(f">t{start + i}\n{s}\n" for i, s in enumerate(sequences(rng, n, 50)))
    words = ["predict", "--mirnas", f"{folder}/m.fa", "--targets", f"{folder}/t.fa", "-q", *options]
    return measure([*words, "-o", f"{folder}/out.{ending}"])


def run_pairs(folder: Path, n_pairs: int, options: list[str], ending: str) -> dict[str, float]:
    """Score a pairs file in which every target is another."""
    rng = np.random.default_rng(SEED)
    mirnas = sequences(rng, 300, 22)
    with (folder / "p.tsv").open("w") as handle:
        handle.write("mirna_sequence\ttarget_sequence\n")
        for start in range(0, n_pairs, 10_000):
            drawn = rng.integers(0, 300, min(10_000, n_pairs - start))
            targets = sequences(rng, len(drawn), 50)
            handle.writelines(f"{mirnas[i]}\t{t}\n" for i, t in zip(drawn, targets, strict=True))
    return measure(["predict", "--pairs", f"{folder}/p.tsv", "-q", *options, "-o", f"{folder}/out.{ending}"])


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=10_000_000, help="the largest number of pairs")
    parser.add_argument("--model", default="dmiso-chimeras@v0.1.0", help="bundled model or model directory")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    options = ["--threads", str(arguments.threads), "--model", arguments.model]
    rows = []
    print(
        "| input | output | pairs | peak MiB | wall s | CPU s | pairs per wall s |\n|---|---|---|---|---|---|---|"
    )
    plans = [("grid", run_grid, "parquet"), ("grid", run_grid, "tsv"), ("pairs", run_pairs, "parquet")]
    for name, run, ending in plans:
        for n_pairs in (arguments.pairs // 100, arguments.pairs // 10, arguments.pairs):
            if name == "grid" and ending == "tsv" and n_pairs != arguments.pairs:
                continue
            with tempfile.TemporaryDirectory() as folder:
                row = {"input": name, "output": ending, "pairs": n_pairs} | run(
                    Path(folder), n_pairs, options, ending
                )
            rows.append(row)
            print(
                f"| {name} | {ending} | {n_pairs:,} | {row['peak_mib']:.0f} | {row['wall_s']:.1f} | {row['cpu_s']:.1f} "
                f"| {n_pairs / row['wall_s']:,.0f} |",
                flush=True,
            )
    about = {
        "version": dmiso.__version__,
        "python": platform.python_version(),
        "machine": platform.processor(),
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"stream_memory-v{dmiso.__version__}.json"
    path.write_text(
        json.dumps(
            {"about": about, "model": arguments.model, "threads": arguments.threads, "rows": rows}, indent=2
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
