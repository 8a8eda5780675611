"""Memory and time of a large scan, from the command line: random transcripts, random miRNAs of 22 nt.

Memory is the highest sum over the program's processes of their proportional shares (``/proc/PID/smaps_rollup``), asked
twice a second; Linux only. A run that was interrupted goes on (``--resume``), and then its time is not all of it: the
result says so.

    python benchmarks/scan_size.py --megabases 100 --mirnas 100 [--work FOLDER] [-- OPTIONS OF dmiso scan]

Adds a row to ``benchmarks/results/scan_size-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import dmiso

RESULTS = Path(__file__).resolve().parent / "results"
TRANSCRIPT = 3_000
SHARES = (0.28, 0.31, 0.20, 0.21)
"""Of A, U, C and G, about those of human 3'UTRs."""


def write_fasta(path: Path, name: str, lengths: int, n: int, seed: int) -> None:
    """Write random sequences, unless the file is there."""
    if path.exists():
        return
    draw = np.random.default_rng(seed)
    bases = np.frombuffer(b"AUCG", np.uint8)
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        for i in range(n):
            out.write(f">{name}{i}\n".encode() + bases[draw.choice(4, lengths, p=SHARES)].tobytes() + b"\n")
    part.rename(path)


def shared_bytes(session: int) -> int:
    """Return the memory of all processes of a session, shared pages split between those that share them."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) != session:
                continue
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def scan(words: list[str]) -> dict[str, float]:
    """Run the scan; return its time, processor time and memory."""
    begin = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "dmiso", "scan", *words], start_new_session=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, shared_bytes(process.pid))
        time.sleep(0.5)
    if process.returncode:
        raise SystemExit(process.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(time.monotonic() - begin, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(peak / 2**20),
        "largest_process_mib": round(used.ru_maxrss / 1024),
    }


def main() -> None:
    """Scan, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabases", type=float, default=10)
    parser.add_argument("--mirnas", type=int, default=100)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "dmiso-scan-size"))
    parser.add_argument("options", nargs="*", help="of dmiso scan, after --")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    n = round(given.megabases * 1e6 / TRANSCRIPT)
    mirnas, transcripts = given.work / f"mirnas-{given.mirnas}.fa", given.work / f"transcripts-{n}.fa"
    write_fasta(mirnas, "m", 22, given.mirnas, seed=1)
    write_fasta(transcripts, "t", TRANSCRIPT, n, seed=2)
    name = "-".join([str(given.mirnas), str(n), *given.options]).replace(os.sep, "_").replace(" ", "_")
    output = given.work / f"scan-{name}"
    resumed = (output / "plan.json").exists()
    files = ["--mirnas", str(mirnas), "--transcripts", str(transcripts), "--known", str(mirnas)]
    measured = scan([*files, "-o", str(output), *(["--resume"] if resumed else []), *given.options])
    nt = n * TRANSCRIPT
    sites = json.loads((output / "scan.manifest.json").read_text())["counts"]["kept"].get("sites", 0)
    row = {
        "nt": nt,
        "mirnas": given.mirnas,
        "options": shlex.join(given.options),
        "sites": sites,
        **measured,
        "resumed": resumed,
    }
    file = RESULTS / f"scan_size-v{dmiso.__version__}.json"
    rows = json.loads(file.read_text()) if file.exists() else []
    file.write_text(json.dumps([*rows, row], indent=1) + "\n")
    print(row)


if __name__ == "__main__":
    main()
