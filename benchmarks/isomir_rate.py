"""Distinct sequences per minute of ``dmiso isomirs`` against all human miRNAs, and sequences called by chance.

    python benchmarks/isomir_rate.py --references FOLDER [--sequences 200000]

``FOLDER`` has ``hsa_matures.fa.gz`` and ``hsa_hairpins.fa.gz`` of miRBase 22. The isomiRs are those of
``isomir_truth.py``; reading, calling and writing are timed together, start-up and a warm compiler's cache included.
Random sequences say how often nucleotides alone look like an isomiR. Writes
``benchmarks/results/isomir_rate-v<version>.json``.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import dmiso
from dmiso.isomir import Caller, CountedSequence, read_reference
from dmiso.records import Counts
from isomir_truth import make_reads

RESULTS = Path(__file__).resolve().parent / "results"
SEED = 5
N_RANDOM = 20_000


def child_seconds() -> float:
    """Return the CPU seconds of finished children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed_run(command: list[str]) -> dict[str, float]:
    """Run a command; return wall and CPU seconds, and peak memory."""
    cpu, wall = child_seconds(), time.perf_counter()
    subprocess.run(command, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"wall_s": time.perf_counter() - wall, "cpu_s": child_seconds() - cpu, "peak_mib": peak}


def by_chance(reference: object) -> dict[int, float]:
    """Return the share of random sequences of each length that get a call."""
    rng = np.random.default_rng(SEED)
    caller = Caller(reference)
    shares = {}
    for length in (16, 17, 18, 20, 22, 25, 30):
        bases = rng.choice(list("ACGU"), (N_RANDOM, length))
        records = [CountedSequence(str(i), "".join(row), (1,)) for i, row in enumerate(bases)]
        lost = sum(len(batch.unassigned) for batch in caller.batches(records, Counts()))
        shares[length] = 1 - lost / N_RANDOM
    return shares


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--references", type=Path, required=True)
    parser.add_argument("--sequences", type=int, default=200_000)
    options = parser.parse_args()
    files = [options.references / f"hsa_{name}.fa.gz" for name in ("matures", "hairpins")]
    reference = read_reference(*files, Counts())
    runs: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        fasta = Path(folder, "reads.fa")
        reads = make_reads(reference, options.sequences)
        fasta.write_text("".join(f">r{i}\n{read.sequence}\n" for i, read in enumerate(reads)))
        command = [sys.executable, "-m", "dmiso", "isomirs", "-q", "--mature", str(files[0])]
        command += ["--hairpin", str(files[1])]
        warm = Path(folder, "warm.fa")
        warm.write_text(">x\nUGAGGUAGUAGGUUGUAUAGUU\n")
        subprocess.run([*command, str(warm), "-o", f"{folder}/warm.tsv"], check=True)
        for ending in ("parquet", "tsv", "gff3"):
            runs[ending] = timed_run([*command, str(fasta), "-o", f"{folder}/out.{ending}"])
    for run in runs.values():
        run["sequences_per_cpu_minute"] = 60 * options.sequences / run["cpu_s"]
        run["sequences_per_minute"] = 60 * options.sequences / run["wall_s"]
    record = {
        "version": dmiso.__version__,
        "python": platform.python_version(),
        "matures": len(reference.matures),
        "sequences": options.sequences,
        "runs": runs,
        "random_sequences": N_RANDOM,
        "share_of_random_sequences_called": by_chance(reference),
    }
    path = RESULTS / f"isomir_rate-v{dmiso.__version__}.json"
    path.write_text(json.dumps(record, indent=2) + "\n")
    print(path.read_text())


if __name__ == "__main__":
    main()
