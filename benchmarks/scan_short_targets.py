"""Cost of ``dmiso scan`` on very many short targets: random targets of 60 nt, random miRNAs of 22 nt, no decoys.

Three parts, all of processor time, so that other work on the machine counts little; another checkout's ``src`` folder
(``--before``) is measured in turns with this one, and each number is the least of the rounds, as what lies above it is
other work on the machine:

- ``library``: one call of ``Scanner.scan`` on 6,000 targets, for 1, 3 and 10 miRNAs, exact and with ``--recall 0.98``;
- ``floor``: the matrix products of the network alone, at the shapes that a short target needs, and the rate of one
  large product: no arrangement of the exact network costs less;
- ``command``: the whole ``dmiso scan`` from FASTA to tables, with the memory of its largest process; above 100,000
  targets once, and this checkout only.

    python benchmarks/scan_short_targets.py --before FOLDER [--targets 10000 100000] [--only library floor command]

Writes ``benchmarks/results/scan_short_targets-v<version>.json`` and prints its rows; parts and
numbers of targets not asked for stay.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

import dmiso
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.networks.duplex_shapes import DEFAULTS, KERNEL
from dmiso.records import SequenceRecord
from dmiso.scan.scanner import Scanner
from dmiso.settings.scan import ScanSettings

RESULTS = Path(__file__).resolve().parent / "results"
HERE = Path(dmiso.__file__).resolve().parents[1]
TARGET, MIRNA = 60, 22
LIBRARY = [(1, 1.0), (3, 1.0), (10, 1.0), (3, 0.98)]
"""Numbers of miRNAs, and recall."""
_OFTEN = 100_000
"""Targets up to which a command is measured in all rounds, and before and now."""


class Query(NamedTuple):
    """A miRNA without decoys; both checkouts take it for theirs."""

    mirna: SequenceRecord
    decoys: list[str]


def random_rna(n: int, length: int, seed: int) -> list[str]:
    """Return random sequences."""
    bases = np.frombuffer(b"ACGU", np.uint8)
    rows = bases[np.random.default_rng(seed).integers(0, 4, (n, length))]
    return [row.tobytes().decode("ascii") for row in rows]


def library_once() -> None:
    """Print microseconds per target and set of miRNAs of each case, with the dmiso that is on the path."""
    targets = [Transcript(f"t{i}", rna) for i, rna in enumerate(random_rna(6_000, TARGET, 1))]
    rows = []
    for n_mirnas, recall in LIBRARY:
        settings = ScanSettings(decoys=0, recall=recall)
        records = [SequenceRecord(f"m{i}", rna) for i, rna in enumerate(random_rna(n_mirnas, MIRNA, 2))]
        block = [Query(record, []) for record in records]
        scanner = Scanner.of(resolve(None), settings)
        scanner.scan(block, targets[:200])  # compiles
        start = time.process_time()
        found = scanner.scan(block, targets)
        spent = 1e6 * (time.process_time() - start) / len(targets)
        rows.append(
            {"mirnas": n_mirnas, "recall": recall, "us_per_target": spent, "sites": found.sites.height}
        )
    print(json.dumps(rows))


def run_library(sources: dict[str, Path], rounds: int) -> list[dict[str, object]]:
    """Measure the library call of each source, in turns."""
    best: dict[tuple[str, int], dict[str, float]] = {}
    for _ in range(rounds):
        for name, source in sources.items():
            words = [sys.executable, "-P", __file__, "--library-once"]
            done = subprocess.run(
                words,
                env=os.environ | {"PYTHONPATH": str(source)},
                capture_output=True,
                text=True,
                check=True,
            )
            for case, row in enumerate(json.loads(done.stdout)):
                held = best.setdefault((name, case), row)
                held["us_per_target"] = min(held["us_per_target"], row["us_per_target"])
    rows: list[dict[str, object]] = []
    for case, (n_mirnas, recall) in enumerate(LIBRARY):
        spent = {name: best[name, case]["us_per_target"] for name in sources}
        row = {
            "mirnas": n_mirnas,
            "recall": recall,
            "us_per_target": {name: round(value, 1) for name, value in spent.items()},
            "us_per_target_and_mirna": {name: round(value / n_mirnas, 1) for name, value in spent.items()},
            "sites": {name: best[name, case]["sites"] for name in sources},
        }
        if "before" in spent:
            row["times_less"] = round(spent["before"] / spent["now"], 2)
        rows.append(row)
    return rows


def least_seconds(multiply: np.ufunc, *arrays: np.ndarray) -> float:
    """Return the least time of one matrix product."""
    out = np.empty((*arrays[1].shape[:-2], arrays[0].shape[-2], arrays[1].shape[-1]), np.float32)
    spent = []
    for _ in range(40):
        start = time.perf_counter()
        for _ in range(20):
            multiply(*arrays, out=out)
        spent.append((time.perf_counter() - start) / 20)
    return min(spent)


def run_floor() -> list[dict[str, object]]:
    """Measure the matrix products alone: of the offsets that a miRNA has on a target, and of the columns computed."""
    channels, heads = DEFAULTS["channels"], DEFAULTS["heads"]
    inner = [MIRNA * heads] + DEFAULTS["blocks"] * [KERNEL * channels, channels]
    draw = np.random.default_rng(3)
    rows: list[dict[str, object]] = []
    with threadpool_limits(1):
        large = draw.random((1024, 1024), np.float32)
        peak = 1024**3 / least_seconds(np.matmul, large, large)
        for columns in (TARGET + MIRNA - 1, 96):
            spent = 0.0
            for k in inner:
                weights, slots = (
                    draw.random((channels, k), np.float32),
                    draw.random((8, k, columns), np.float32),
                )
                spent += least_seconds(np.matmul, weights, slots)
            n = columns * channels * sum(inner)
            rows.append(
                {
                    "columns": columns,
                    "multiply_adds": n,
                    "us_per_target_and_mirna": round(1e6 * spent / 8, 1),
                    "us_at_rate_of_large_product": round(1e6 * n / peak, 1),
                }
            )
    return rows


def run_command(sources: dict[str, Path], sizes: list[int], rounds: int) -> list[dict[str, object]]:
    """Measure the whole command of each source, in turns."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_fasta(folder / "mirnas.fa", random_rna(3, MIRNA, 2))
        for n in sizes:
            write_fasta(folder / f"{n}.fa", random_rna(n, TARGET, 1))
            best: dict[str, dict[str, float]] = {}
            # more take minutes: once, and this checkout only
            measured = sources if n <= _OFTEN else {"now": sources["now"]}
            for number in range(rounds if n <= _OFTEN else 1):
                for name, source in measured.items():
                    row = one_command(folder, n, f"{name}{number}", source)
                    if name not in best or row["cpu_s"] < best[name]["cpu_s"]:
                        best[name] = row
            rows += [{"targets": n, "mirnas": 3, "source": name, **best[name]} for name in measured]
            if "before" in best:
                rows[-1]["times_less"] = round(best["before"]["cpu_s"] / best["now"]["cpu_s"], 2)
    return rows


def write_fasta(path: Path, sequences: list[str]) -> None:
    """Write sequences with numbers for names."""
    path.write_text("".join(f">{path.stem}_{i}\n{s}\n" for i, s in enumerate(sequences)), encoding="ascii")


def one_command(folder: Path, n: int, name: str, source: Path) -> dict[str, float]:
    """Run ``dmiso scan``; return its time and memory."""
    files = ["--mirnas", str(folder / "mirnas.fa"), "--transcripts", str(folder / f"{n}.fa")]
    words = [*files, "--decoys", "0", "-o", str(folder / f"{n}-{name}"), "--quiet"]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "dmiso", "scan", *words], env=os.environ | {"PYTHONPATH": str(source)}
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    cpu = used.ru_utime + used.ru_stime
    return {
        "cpu_s": round(cpu, 1),
        "us_per_target": round(1e6 * cpu / n, 1),
        "wall_s": round(time.perf_counter() - start, 1),
        "largest_process_mib": round(used.ru_maxrss / 1024),
    }


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", type=Path, help="src folder of another checkout")
    parser.add_argument("--targets", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=("library", "floor", "command"))
    parser.add_argument("--library-once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.library_once:
        library_once()
        return
    sources = {**({"before": options.before} if options.before else {}), "now": HERE}
    path = RESULTS / f"scan_short_targets-v{dmiso.__version__}.json"
    result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    result["blas"] = sorted(
        {f"{i['internal_api']} {i['version']} {i.get('architecture')}" for i in threadpool_info()}
    )
    for part in options.only or ("library", "floor", "command"):
        if part == "library":
            rows = run_library(sources, options.rounds)
        elif part == "floor":
            rows = run_floor()
        else:
            rows = run_command(sources, options.targets, options.rounds)
        for row in rows:
            row["load"] = round(os.getloadavg()[0], 1)
        print(part, *map(json.dumps, rows), sep="\n")
        kept = result.get(part, []) if part == "command" else []
        result[part] = [*(row for row in kept if row["targets"] not in options.targets), *rows]
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
