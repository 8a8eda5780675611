"""Memory of a large run: many reads against 50,000 transcripts of 3,000 random nucleotides.

python benchmarks/chimera_size.py MATURE.fa --reads 10000000 -o benchmarks/results/chimera_size-v0.1.0.json
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from chimera_speed import run, words
from dmiso.chimera.simulate.reads import simulate_files
from dmiso.settings.simulation import SimulationSettings


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mature", type=Path)
    parser.add_argument("--reads", type=int, default=10_000_000)
    parser.add_argument("--transcripts-number", type=int, default=50_000)
    parser.add_argument("--transcript-length", type=int, default=3_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    record = {
        "reads": arguments.reads,
        "transcripts": arguments.transcripts_number,
        "bases": arguments.transcripts_number * arguments.transcript_length,
        "workers": arguments.workers,
        "cpus": os.cpu_count(),
    }
    draw = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments.transcripts = folder / "mrna.fa"
        with arguments.transcripts.open("wb") as fasta:
            for i in range(arguments.transcripts_number):
                bases = np.frombuffer(b"ACGT", np.uint8)[draw.integers(4, size=arguments.transcript_length)]
                fasta.write(b">NM_%d\n%s\n" % (i, bases.tobytes()))
        settings = SimulationSettings(reads=arguments.reads, interactions=50_000, error_rate=0.002)
        simulate_files(arguments.mature, arguments.transcripts, folder, settings)
        command = words(folder / "reads.fastq.gz", arguments, folder / "out", arguments.workers)
        record |= run(command)
        record["reads_per_cpu_second"] = round(arguments.reads / record["cpu_seconds"])
        record["disk_gib"] = round(
            sum(p.stat().st_size for p in (folder / "out").rglob("*") if p.is_file()) / 2**30, 2
        )
    arguments.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
