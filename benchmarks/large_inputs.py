"""Processor time and memory of ``dmiso evaluate`` and ``dmiso audit`` on large labelled tables, with their defaults.

Tables are random: half of the rows positives, every site once with either label, 500 miRNAs of 22 nt, sites of 60 nt.
Time is processor time of the program and of its children, so that other work on the machine counts little.

    python benchmarks/large_inputs.py --rows 50000 100000 [--command evaluate audit] [--source FOLDER]

``--source`` measures another checkout's ``src`` folder. Adds rows to
``benchmarks/results/large_inputs-v<version>.json`` and prints them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import dmiso

RESULTS = Path(__file__).resolve().parent / "results"


def write_table(path: Path, n_rows: int) -> None:
    """Write a random labelled table."""
    draw = np.random.default_rng(1)
    bases = np.frombuffer(b"ACGU", np.uint8)

    def sequences(n: int, length: int) -> list[str]:
        return [row.tobytes().decode("ascii") for row in bases[draw.integers(0, 4, (n, length))]]

    mirnas, sites = sequences(500, 22), sequences(n_rows // 2, 60)
    which = draw.integers(0, 500, n_rows)
    with path.open("w", encoding="utf-8") as out:
        out.write("mirna_sequence\ttarget_sequence\tlabel\n")
        for i in range(n_rows):
            label = int(i >= n_rows // 2)
            out.write(f"{mirnas[which[i]]}\t{sites[i % (n_rows // 2)]}\t{label}\n")


def measure(command: str, n_rows: int, folder: Path, source: Path | None) -> dict[str, object]:
    """Run a command on a table; return its time and memory."""
    table = folder / f"{n_rows}.tsv"
    if not table.exists():
        write_table(table, n_rows)
    out = folder / (f"{command}{n_rows}" + (".json" if command == "audit" else ""))
    words = ["-o", str(out), *(["--no-pictures"] if command == "evaluate" else [])]
    environment = {**os.environ, **({"PYTHONPATH": str(source)} if source else {})}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dmiso", command, str(table), *words, "--quiet"],
        env=environment,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "command": command,
        "rows": n_rows,
        "source": "this checkout" if source is None else "another",
        "exit": done.returncode,
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "wall_s": round(time.perf_counter() - start, 1),
        "largest_process_mib": round(after.ru_maxrss / 1024),
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Measure, and add to the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000, 100_000])
    parser.add_argument("--command", nargs="+", choices=("evaluate", "audit"), default=["evaluate"])
    parser.add_argument("--source", type=Path)
    options = parser.parse_args()
    path = RESULTS / f"large_inputs-v{dmiso.__version__}.json"
    for command in options.command:
        for n_rows in options.rows:
            with tempfile.TemporaryDirectory() as folder:
                row = measure(command, n_rows, Path(folder), options.source)
            print(json.dumps(row))
            rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
            path.write_text(json.dumps([*rows, row], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
