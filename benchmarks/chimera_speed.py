"""Reads per second, memory, and that a killed run goes on: on a simulated sample.

    python benchmarks/chimera_speed.py MATURE.fa MRNA.fa -o benchmarks/results/chimera_speed-v0.1.0.json

Runs ``dmiso chimeras`` as a program: once through, once with two workers, and once killed (SIGKILL) after its second
part and started again. The three outputs are compared byte by byte.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dmiso.chimera.simulate.reads import simulate_files
from dmiso.settings.simulation import SimulationSettings

FILES = (
    "interactions.tsv",
    "isomirs.gff3",
    "sites.bed",
    "chimeras.hyb",
    "funnel.tsv",
    "qc.tsv",
    "report.json",
    "manifest.json",
)


def words(sample: Path, arguments: argparse.Namespace, out: Path, workers: int) -> list[str]:
    """Return the command line."""
    inputs = ["--mature", str(arguments.mature), "--transcripts", str(arguments.transcripts)]
    library = ["--adapter", SimulationSettings().adapter, "--umi5", "8", "--duplicates", "umi"]
    others = ["--workers", str(workers), "-q", "-o", str(out)]
    return [sys.executable, "-m", "dmiso", "chimeras", str(sample), *inputs, *library, *others]


def run(command: list[str]) -> dict[str, float]:
    """Run to the end; return seconds, CPU seconds and the largest memory of a process, GiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(cpu, 1),
        "largest_process_gib": round(after.ru_maxrss / 2**20, 2),
    }


def killed(command: list[str], work: Path) -> int:
    """Start, kill after the second part is done, and return how many parts were."""
    process = subprocess.Popen(command)
    while process.poll() is None:
        done = list(work.glob("part-*.json"))
        if len(done) >= 2:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return len(done)
        time.sleep(0.02)
    return 0


def digest(folder: Path) -> dict[str, str]:
    """Return a hash of every output file."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mature", type=Path)
    parser.add_argument("transcripts", type=Path)
    parser.add_argument("--reads", type=int, default=1_000_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    record = {"reads": arguments.reads, "cpus": os.cpu_count(), "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.process_time()
        simulate_files(
            arguments.mature, arguments.transcripts, folder, SimulationSettings(reads=arguments.reads)
        )
        record["simulate_cpu_seconds"] = round(time.process_time() - began, 1)
        sample = folder / "reads.fastq.gz"
        record["one worker"] = run(words(sample, arguments, folder / "one", 1))
        rate = arguments.reads / record["one worker"]["cpu_seconds"]
        record["reads_per_cpu_second"] = round(rate)
        record["two workers"] = run(words(sample, arguments, folder / "two", 2))
        again = words(sample, arguments, folder / "again", 1)
        parts = killed(again, folder / "again" / "samples" / "reads" / "work")
        record["killed after parts"] = parts
        record["after the kill"] = run(again)
        one = digest(folder / "one")
        record["same bytes with two workers"] = digest(folder / "two") == one
        record["same bytes after the kill"] = digest(folder / "again") == one
    arguments.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
