"""What predicting repression costs in a whole scan: CPU time and memory, with an earlier version in turns.

    python benchmarks/scan_repression.py --data FOLDER [--before SRC] [--repeats 2]

``FOLDER`` has ``transcripts/refseq4000_*`` and ``references/mirbase22/hsa_matures.fa.gz``. ``SRC`` is the source folder
of a dmiso without repression; without it the same scan is run without coding sequences, which predicts none. Each case
is ``dmiso scan`` in a process of its own, one worker: CPU-seconds of the process and its largest memory, least of the
repeats. Writes ``benchmarks/results/scan_repression-v<version>.json`` and prints a table. About a minute.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

import dmiso
from dmiso.io import read_sequences
from dmiso.io.transcripts import read_transcripts
from dmiso.records import Counts

RESULTS = Path(__file__).resolve().parent / "results"
CASES = {
    "10 miRNAs, 60 mRNAs": (10, 60, ()),
    "50 miRNAs, 60 mRNAs, --recall 0.98 --decoys 0": (50, 60, ("--recall", "0.98", "--decoys", "0")),
    "1 miRNA, 300 mRNAs": (1, 300, ()),
    "1 miRNA, 1,000 mRNAs, --recall 0.98 --decoys 0": (1, 1000, ("--recall", "0.98", "--decoys", "0")),
}
CHILD = """
import resource, sys
from dmiso.cli.main import _run
status = _run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(status)
"""


def write_inputs(data: Path, folder: Path) -> None:
    """Write the first miRNAs and mRNAs of each case, and all coding sequences."""
    names = [data / "transcripts" / f"refseq4000_{name}" for name in ("mrna.fa.gz", "cds.tsv.gz")]
    mrnas = list(read_transcripts(names[0], Counts(), cds=names[1]).values())
    mirnas = list(
        read_sequences(data / "references" / "mirbase22" / "hsa_matures.fa.gz", Counts(), kind="miRNA")
    )
    for n_mirnas, n_mrnas, _ in CASES.values():
        for kind, records, n in (("m", mirnas, n_mirnas), ("t", mrnas, n_mrnas)):
            text = "".join(f">{one.id}\n{one.sequence}\n" for one in records[:n])
            (folder / f"{kind}{n}.fa").write_text(text)
    (folder / "cds.tsv").write_bytes(gzip.decompress(names[1].read_bytes()))


def scan_cost(source: Path | None, words: list[str]) -> tuple[float, float]:
    """Return CPU-seconds and MiB of a scan by the dmiso of a source folder."""
    environment = dict(os.environ) if source is None else {**os.environ, "PYTHONPATH": str(source)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *words], capture_output=True, text=True, check=True, env=environment
    )
    seconds, mebibytes = done.stdout.split()[-2:]
    return float(seconds), float(mebibytes)


def measure(folder: Path, before: Path | None, repeats: int) -> list[dict[str, object]]:
    """Return a row per case."""
    rows = []
    for case, (n_mirnas, n_mrnas, more) in CASES.items():
        shared = [
            "scan",
            "--mirnas",
            str(folder / f"m{n_mirnas}.fa"),
            "--transcripts",
            str(folder / f"t{n_mrnas}.fa"),
        ]
        coded = ["--cds", str(folder / "cds.tsv")]
        costs: dict[str, list[tuple[float, float]]] = {"before": [], "now": []}
        for repeat in range(repeats):
            for which, found in costs.items():
                out = folder / f"{n_mirnas}-{n_mrnas}-{len(more)}-{which}-{repeat}"
                words = [*shared, *more, "-q", "-o", str(out)]
                if which == "now" or before is not None:
                    words += coded
                found.append(scan_cost(before if which == "before" else None, words))
        least = {
            which: [min(column) for column in zip(*found, strict=True)] for which, found in costs.items()
        }
        genes = pl.read_parquet(out / "genes.parquet")
        rows.append(
            {
                "case": case,
                "cpu_seconds_before": round(least["before"][0], 2),
                "cpu_seconds": round(least["now"][0], 2),
                "times": round(least["now"][0] / least["before"][0], 3),
                "mebibytes_before": round(least["before"][1]),
                "mebibytes": round(least["now"][1]),
                "times_memory": round(least["now"][1] / least["before"][1], 3),
                "gene_rows": genes.height,
            }
        )
    return rows


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        write_inputs(options.data, Path(name))
        rows = measure(Path(name), options.before, options.repeats)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    record = {
        "version": dmiso.__version__,
        "before": "another version" if options.before else "the same scan without coding sequences",
        "repeats": options.repeats,
        "cpu_seconds_of_all": round(children.ru_utime + children.ru_stime, 1),
        "rows": rows,
    }
    (RESULTS / f"scan_repression-v{dmiso.__version__}.json").write_text(json.dumps(record, indent=2) + "\n")
    for row in rows:
        print(" | ".join(str(value) for value in row.values()))


if __name__ == "__main__":
    main()
