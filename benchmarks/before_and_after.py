"""What the same commands take with an earlier checkout and with this one, in turns, in one run.

    git worktree add /tmp/earlier COMMIT
    python benchmarks/before_and_after.py --before /tmp/earlier/src --data FOLDER [--rounds 2] [--only scan]

Whole programs, one process each, processor time with start-up; the least of the rounds, of which the first may compile.
With ``--only`` other rows stay as they are. ``FOLDER`` is the shared data:
human 3'UTRs, miRNAs and hairpins, mRNAs. Where a command has an option that the earlier one lacks, its row compares it
with the earlier command without. Sites of both are compared. Writes
``benchmarks/results/before_and_after-v<version>.json``, a row for each command, and prints it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

import dmiso
from dmiso.chimera.simulate.reads import simulate_files
from dmiso.io import read_sequences
from dmiso.isomir import read_reference
from dmiso.records import Counts
from dmiso.settings.simulation import SimulationSettings
from isomir_truth import make_reads
from large_inputs import write_table

RESULTS = Path(__file__).resolve().parent / "results"


class Task(NamedTuple):
    """A command line before and after, and how much it does."""

    name: str
    before: list[object]
    after: list[object]
    amount: float
    unit: str


def write_fasta(path: Path, sequences: dict[str, str]) -> Path:
    """Write sequences, and return where."""
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in sequences.items()), encoding="ascii")
    return path


def scan_tasks(data: Path, folder: Path) -> list[Task]:
    """Return scans of human 3'UTRs: miRNAs, isomiRs of few miRNAs, with a first look, with a recall."""
    draw = np.random.default_rng(11)
    utrs = list(read_sequences(data / "transcripts" / "human_3utr_firm_entrez.fa.gz", Counts()))
    matures = list(read_sequences(data / "references" / "mirbase22" / "hsa_matures.fa.gz", Counts()))
    chosen = {utrs[i].id: utrs[i].sequence for i in draw.permutation(len(utrs))[:700]}
    mirnas = {matures[i].id: matures[i].sequence for i in draw.permutation(len(matures))[:40]}
    isomirs = {
        f"{name}_{k}": bases[: len(bases) - k] for name, bases in list(mirnas.items())[:10] for k in range(4)
    }
    targets = write_fasta(folder / "utrs.fa", chosen)
    first, second = write_fasta(folder / "mirnas.fa", mirnas), write_fasta(folder / "isomirs.fa", isomirs)
    nt = sum(map(len, chosen.values()))

    def scan(file: Path, *options: object) -> list[object]:
        return ["scan", "--mirnas", file, "--transcripts", targets, "--as-utrs", "--decoys", 0, *options]

    work, unit = nt * len(mirnas), "nt x miRNA"
    return [
        Task("scan, every offset", scan(first), scan(first), work, unit),
        Task("scan, isomiRs of 10 miRNAs", scan(second), scan(second), work, unit),
        Task("scan --first-look", scan(first), scan(first, "--first-look"), work, unit),
        Task("scan --recall 0.98", scan(first, "--recall", 0.98), scan(first, "--recall", 0.98), work, unit),
    ]


def predict_tasks(folder: Path) -> list[Task]:
    """Return predictions on long targets, and of pairs."""
    draw = np.random.default_rng(12)

    def random_rna(length: int) -> str:
        return "".join(draw.choice(list("ACGU"), length))

    mirnas = {f"m{i}": "U" + random_rna(21) for i in range(6)}
    targets = {f"t{i}": random_rna(3_000) for i in range(200)}
    long = ["predict", "--mirnas", write_fasta(folder / "m.fa", mirnas)]
    long += ["--targets", write_fasta(folder / "long.fa", targets)]
    rows = "".join(f"U{random_rna(21)}\t{random_rna(50)}\n" for _ in range(60_000))
    pairs = folder / "pairs.tsv"
    pairs.write_text("mirna_sequence\ttarget_sequence\n" + rows, encoding="ascii")
    return [
        Task("predict, 6 miRNAs on 200 targets of 3,000 nt", long, long, 3_000 * 200 * 6, "nt x miRNA"),
        Task("predict, pairs", ["predict", "--pairs", pairs], ["predict", "--pairs", pairs], 60_000, "pairs"),
    ]


def read_tasks(data: Path, folder: Path) -> list[Task]:
    """Return the naming of isomiRs and the calling of chimeras."""
    mirbase, mrnas = data / "references" / "mirbase22", data / "transcripts" / "refseq4000_mrna.fa.gz"
    matures, hairpins = mirbase / "hsa_matures.fa.gz", mirbase / "hsa_hairpins.fa.gz"
    reads = folder / "reads.fastq.gz"
    distinct = make_reads(read_reference(matures, hairpins, Counts()), 60_000)
    with gzip.open(reads, "wt", encoding="ascii", compresslevel=1) as out:
        for read in distinct:
            bases = read.sequence.replace("U", "T")
            out.write(f"@r\n{bases}\n+\n{'I' * len(bases)}\n")
    name = ["isomirs", reads, "--mature", matures, "--hairpin", hairpins]
    settings = SimulationSettings(reads=200_000)
    simulate_files(matures, mrnas, folder / "simulated", settings)
    call = ["chimeras", folder / "simulated" / "reads.fastq.gz", "--mature", matures, "--transcripts", mrnas]
    call += ["--adapter", settings.adapter, "--umi5", 8, "--duplicates", "umi"]
    return [
        Task("isomirs, distinct reads", name, name, len(distinct), "reads"),
        Task("chimeras", call, call, 200_000, "reads"),
    ]


def table_tasks(folder: Path) -> list[Task]:
    """Return evaluation and audit of a large table, with their defaults."""
    table = folder / "labelled.tsv"
    write_table(table, 50_000)
    evaluate, audit = ["evaluate", table, "--no-pictures"], ["audit", table]
    return [
        Task("evaluate, 50,000 rows", evaluate, evaluate, 50_000, "rows"),
        Task("audit, 50,000 rows", audit, audit, 50_000, "rows"),
    ]


def output_of(task: Task, folder: Path, name: str) -> Path:
    """Return a new output of the kind that a command writes."""
    suffix = {"predict": ".tsv", "isomirs": ".gff3", "audit": ".json"}.get(str(task.before[0]), "")
    return folder / f"{name}{suffix}"


def cpu_seconds(words: list[object], output: Path, source: Path) -> float:
    """Return the processor time of a command and of its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-P", "-m", "dmiso", *map(str, words), "-o", str(output), "-q"]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": str(source)}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sites_of(output: Path) -> pl.DataFrame | None:
    """Return the sites that a scan wrote; None for other commands."""
    path = output / "sites.parquet"
    if not path.is_file():
        return None
    return pl.read_parquet(path).select("mirna_id", "transcript_id", "start", "end", "logit")


def compared(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, object]:
    """Return what sites are in one scan alone, and how far the logits of the others differ."""
    own = ["mirna_id", "transcript_id", "start", "end"]
    both = before.join(after, on=own, how="full", coalesce=True)
    apart = (pl.col("logit") - pl.col("logit_right")).abs()
    return {
        "sites_before": len(before),
        "sites_after": len(after),
        "missed": both["logit_right"].null_count(),
        "added": both["logit"].null_count(),
        "largest_difference": both.select(apart.max()).item(),
    }


def measured(task: Task, sources: dict[str, Path], rounds: int) -> dict[str, object]:
    """Return a task's row."""
    seconds = dict.fromkeys(sources, float("inf"))
    row: dict[str, object] = {"command": task.name, "amount": task.amount, "unit": task.unit}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            for which, source in sources.items():
                output = output_of(task, Path(name), which)
                words = task.before if which == "before" else task.after
                seconds[which] = min(seconds[which], cpu_seconds(words, output, source))
            found = [sites_of(output_of(task, Path(name), which)) for which in sources]
    if found[0] is not None and found[1] is not None:
        row["sites"] = compared(found[0], found[1])
    for which, spent in seconds.items():
        row[f"cpu_s_{which}"] = round(spent, 2)
        row[f"per_cpu_s_{which}"] = round(task.amount / spent)
    return row | {"times_faster": round(seconds["before"] / seconds["after"], 2), "load": os.getloadavg()[0]}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--before", type=Path, required=True, help="the src folder of the earlier checkout")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="commands whose names begin so")
    given = parser.parse_args()
    sources = {"before": given.before.resolve(), "after": Path(dmiso.__file__).resolve().parent.parent}
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = [*scan_tasks(given.data, folder), *predict_tasks(folder), *table_tasks(folder)]
        tasks += read_tasks(given.data, folder)
        for task in tasks:
            if task.name.startswith(given.only):
                rows.append(measured(task, sources, given.rounds))
                print(json.dumps(rows[-1]), flush=True)
    path = RESULTS / f"before_and_after-v{dmiso.__version__}.json"
    measured_now = {row["command"] for row in rows}
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows += [row for row in kept if row["command"] not in measured_now]
    names = [task.name for task in tasks]
    rows = sorted(
        (row for row in rows if row["command"] in names), key=lambda row: names.index(row["command"])
    )
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
