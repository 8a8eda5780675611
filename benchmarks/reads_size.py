"""Time and memory of ``dmiso isomirs`` and ``dmiso chimeras`` on many reads, from the command line.

    python benchmarks/reads_size.py --data FOLDER --command isomirs --reads 5000000 [--work FOLDER]
    python benchmarks/reads_size.py --data FOLDER --command chimeras --reads 10000000

``FOLDER`` is the shared data: all human miRNAs and hairpins, 4,000 mRNAs. Reads of miRNAs are drawn from made isomiRs,
few of them frequent and many rare, as in a sample; chimeric reads are those of ``dmiso chimeras simulate``. Memory is
that of all processes (``sessions.py``). Adds a row to ``benchmarks/results/reads_size-v<version>.json``; each run is by
itself, so that they can be made one by one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import tempfile
from pathlib import Path

import numpy as np

import dmiso
from dmiso.chimera.simulate.reads import simulate_files
from dmiso.isomir import read_reference
from dmiso.records import Counts
from dmiso.settings.simulation import SimulationSettings
from isomir_truth import make_reads
from sessions import measure

RESULTS = Path(__file__).resolve().parent / "results"
READS_PER_SEQUENCE = 10
"""Reads per distinct sequence, as in a small-RNA sample of some millions."""
DRAWN = 500_000


def write_mirna_reads(path: Path, matures: Path, hairpins: Path, n_reads: int) -> int:
    """Write trimmed reads; return how many distinct sequences they are drawn from."""
    reference = read_reference(matures, hairpins, Counts())
    distinct = [
        read.sequence.replace("U", "T") for read in make_reads(reference, n_reads // READS_PER_SEQUENCE)
    ]
    draw = np.random.default_rng(3)
    shares = 1 / np.arange(1, len(distinct) + 1) ** 0.8
    shares /= shares.sum()
    with gzip.open(path, "wt", encoding="ascii", compresslevel=1) as out:
        for start in range(0, n_reads, DRAWN):
            for i in draw.choice(len(distinct), min(DRAWN, n_reads - start), p=shares):
                out.write(f"@r\n{distinct[i]}\n+\n{'I' * len(distinct[i])}\n")
    return len(distinct)


def main() -> None:
    """Make reads, run, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--command", choices=("isomirs", "chimeras"), required=True)
    parser.add_argument("--reads", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    mirbase = given.data / "references" / "mirbase22"
    matures, hairpins = mirbase / "hsa_matures.fa.gz", mirbase / "hsa_hairpins.fa.gz"
    row: dict[str, object] = {"command": given.command, "reads": given.reads, "workers": given.workers}
    with tempfile.TemporaryDirectory(dir=given.work) as name:
        folder = Path(name)
        if given.command == "isomirs":
            reads = folder / "reads.fastq.gz"
            row["distinct"] = write_mirna_reads(reads, matures, hairpins, given.reads)
            words = [reads, "--mature", matures, "--hairpin", hairpins, "-o", folder / "calls.gff3"]
        else:
            mrnas = given.data / "transcripts" / "refseq4000_mrna.fa.gz"
            settings = SimulationSettings(reads=given.reads)
            simulate_files(matures, mrnas, folder, settings)
            words = [folder / "reads.fastq.gz", "--mature", matures, "--transcripts", mrnas]
            words += ["--adapter", settings.adapter, "--umi5", "8", "--duplicates", "umi"]
            words += ["--workers", given.workers, "-o", folder / "out"]
        found = measure(given.command, *words, "-q")
    row |= {
        "cpu_s": found["cpu_seconds"],
        "wall_s": found["seconds"],
        "reads_per_cpu_s": round(given.reads / found["cpu_seconds"]),
        "peak_mib": found["peak_mib"],
        "load": os.getloadavg()[0],
    }
    path = RESULTS / f"reads_size-v{dmiso.__version__}.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    path.write_text(json.dumps([*rows, row], indent=1) + "\n", encoding="utf-8")
    print(json.dumps(row))


if __name__ == "__main__":
    main()
