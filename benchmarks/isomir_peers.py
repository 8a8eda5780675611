"""IsomiR calling beside mirtop on the same reads: agreement with the truth and with each other, and speed.

    python benchmarks/isomir_peers.py --data FOLDER --mirtop MIRTOP --bowtie FOLDER_OF_BOWTIE [--reads 20000]

``FOLDER`` has ``references`` and ``reads`` (files as named below). mirtop is a program of a virtual environment of its
own (``pip install mirtop pysam pybedtools``); it wants alignments, which bowtie 1 makes with the options that
nf-core/smrnaseq uses before mirtop. samtools, which mirtop calls, is stood in for by pysam.
Writes ``benchmarks/results/isomir_peers-v<version>.json`` and prints tables.
"""

import argparse
import gzip
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import dmiso
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.io.mirgff3_words import SNV_WORDS, Variant, parse_variant, snv_word
from dmiso.isomir import read_reference
from dmiso.isomir.limits import cost_of
from dmiso.records import Counts
from dmiso.settings.isomirs import Limits
from isomir_truth import TrueRead, make_reads

RESULTS = Path(__file__).resolve().parent / "results"
ADAPTER = "TGGAATTCTCGGGTGCCAAGG"
SHIM = """#!{python}
import sys, pysam
getattr(pysam, sys.argv[1])(*sys.argv[2:], catch_stdout=False)
"""
TO_BAM = """
import sys, pysam
with pysam.AlignmentFile(sys.argv[1]) as sam, pysam.AlignmentFile(sys.argv[2], "wb", template=sam) as bam:
    for line in sam:
        bam.write(line)
"""


class Call(NamedTuple):
    """What a tool says of a sequence, and (dmiso only) which other readings it names."""

    mirna_id: str
    variant: str
    ambiguity: str


def timed(command: list[str], **options: object) -> dict[str, float]:
    """Run a command; return wall and CPU seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": time.perf_counter() - start, "cpu_s": cpu}


def run_dmiso(fasta: Path, references: Path, folder: Path) -> tuple[dict[str, list[Call]], dict]:
    """Call with the program as a user runs it."""
    out = folder / "dmiso.gff3"
    command = [
        sys.executable,
        "-m",
        "dmiso",
        "isomirs",
        str(fasta),
        "--counts-from-names",
        "-q",
        "-o",
        str(out),
    ]
    command += ["--mature", str(references / "hsa_matures.fa.gz")]
    seconds = timed([*command, "--hairpin", str(references / "hsa_hairpins.fa.gz")])
    return read_calls(out), {"dmiso": seconds}


def run_mirtop(
    fasta: Path, references: Path, folder: Path, mirtop: Path, bowtie: Path
) -> tuple[dict[str, list[Call]], dict]:
    """Align with bowtie, call with mirtop."""
    python = mirtop.parent / "python"
    shim = folder / "shim" / "samtools"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(python=python))
    shim.chmod(0o755)
    hairpins, gff3 = folder / "hairpin.fa", folder / "hsa.gff3"
    hairpins.write_bytes(gzip.decompress((references / "hsa_hairpins.fa.gz").read_bytes()))
    gff3.write_bytes(gzip.decompress((references / "hsa.gff3.gz").read_bytes()))
    subprocess.run([bowtie / "bowtie-build", "-q", hairpins, folder / "index"], check=True)
    sam, bam = folder / "reads.sam", folder / "reads.bam"
    command = [
        str(bowtie / "bowtie"),
        "-x",
        str(folder / "index"),
        "-f",
        str(fasta),
        "-k",
        "50",
        "--best",
        "--strata",
    ]
    seconds = {"bowtie": timed([*command, "-e", "99999", "--chunkmbs", "2048", "-S", str(sam)])}
    subprocess.run([python, "-c", TO_BAM, sam, bam], check=True)
    out = folder / "mirtop"
    command = [
        str(mirtop),
        "gff",
        "--sps",
        "hsa",
        "--hairpin",
        str(hairpins),
        "--gtf",
        str(gff3),
        "-o",
        str(out),
    ]
    path = f"{os.environ['PATH']}:{shim.parent}"
    seconds["mirtop"] = timed([*command, str(bam)], env={**os.environ, "PATH": path})
    return read_calls(out / "reads.gff"), seconds


def read_calls(path: Path) -> dict[str, list[Call]]:
    """Read a mirGFF3 file: calls by sequence."""
    calls = defaultdict(list)
    with open_mirgff3(path, Counts()) as reader:
        for record in reader:
            said = Call(record.value("Name"), str(record.variant()), record.value("ambiguity"))
            if said not in calls[record.sequence]:
                calls[record.sequence].append(said)
    return calls


def judge(read: TrueRead, calls: list[Call]) -> str:
    """Say how the calls of a sequence agree with the truth."""
    own = [call for call in calls if call.mirna_id == read.mirna_id]
    if any(call.variant == read.variant for call in own):
        return "as made" if len(calls) == 1 else "as made, among several miRNAs alike"
    if any(f": {read.variant} (+0)" in call.ambiguity for call in own):
        return "as made, among explanations alike"
    if any(f": {read.variant} (+" in call.ambiguity for call in own) or any(
        f"near {read.mirna_id}: {read.variant} (+" in call.ambiguity for call in calls
    ):
        return "another is cheaper, as made is named"
    if own:
        return "the miRNA, otherwise changed"
    return "another miRNA" if calls else "not called"


def in_mirtops_way(read: TrueRead) -> TrueRead:
    """Return the truth as mirtop 0.4.28 counts: tails within iso_3p, substitutions from 0 and on the read."""
    truth = parse_variant(read.variant).variant
    net = truth.iso_3p + truth.iso_add3p
    iso_3p = (abs(net) if truth.iso_3p > 0 else -abs(net)) if truth.iso_3p else 0
    words = set()
    for change in filter(None, read.changes.split(",")):
        at = int(change.partition(":")[0]) - 1 - truth.iso_5p + truth.iso_add5p
        # its limits, 2-7, 8, 9-12 and 13-17, are those of the definition: only the number they are asked of differs
        words.add(snv_word(at))
    snv = tuple(word for word in SNV_WORDS if word in words)
    return read._replace(variant=str(Variant(truth.iso_5p, iso_3p, truth.iso_add5p, truth.iso_add3p, snv)))


def kind(read: TrueRead, limits: Limits) -> str:
    """Say what a read is made of."""
    said = parse_variant(read.variant).variant
    positions = read.changes.count(":")
    moved = abs(said.iso_5p) + abs(said.iso_3p)
    cost = cost_of(moved, said.iso_add5p, said.iso_add3p, positions)
    matches = len(read.sequence) - said.iso_add5p - said.iso_add3p - positions
    if cost > limits.max_cost or matches < limits.min_matches:
        return "beyond the default limits"
    if positions:
        return "one substitution" if positions == 1 else "two substitutions"
    if said.iso_add5p or said.iso_add3p:
        return "tails"
    return "templated ends" if moved else "exact"


def parts_right(read: TrueRead, calls: list[Call]) -> set[str]:
    """Return which parts of the truth a tool's best fitting call has."""
    truth = parse_variant(read.variant).variant
    best: set[str] = set()
    for call in calls:
        if call.mirna_id != read.mirna_id:
            continue
        said = parse_variant(call.variant).variant
        right = {"miRNA"}
        right |= {"5' end"} if (said.iso_5p, said.iso_add5p) == (truth.iso_5p, truth.iso_add5p) else set()
        right |= {"3' end"} if (said.iso_3p, said.iso_add3p) == (truth.iso_3p, truth.iso_add3p) else set()
        right |= {"substitutions"} if said.snv == truth.snv else set()
        best = max(best, right, key=len)
    return best


def trimmed(path: Path) -> dict[str, int]:
    """Return distinct sequences of a FASTQ with its 3' adapter cut off, and their reads."""
    reads: Counter[str] = Counter()
    with gzip.open(path, "rt") as handle:
        for line in list(handle)[1::4]:
            at = next(i for i in range(len(line)) if ADAPTER.startswith(line.strip()[i:][: len(ADAPTER)]))
            reads[line.strip()[:at].replace("T", "U")] += 1
    return dict(reads)


def compare(a: dict[str, list[Call]], b: dict[str, list[Call]], weights: dict[str, int]) -> dict[str, int]:
    """Count sequences by how two tools agree."""
    found: Counter[str] = Counter()
    for sequence, n in weights.items():
        ours, theirs = a.get(sequence, []), b.get(sequence, [])
        if not ours or not theirs:
            what = "neither" if not ours and not theirs else "only dmiso" if ours else "only the other"
        elif {c[:2] for c in ours} & {c[:2] for c in theirs}:
            what = "same miRNA and variant"
        elif any(
            f": {t.variant} (+0)" in o.ambiguity for o in ours for t in theirs if o.mirna_id == t.mirna_id
        ):
            what = "same miRNA, the other's variant named as equal"
        else:
            what = (
                "same miRNA" if {c.mirna_id for c in ours} & {c.mirna_id for c in theirs} else "other miRNA"
            )
        found[what] += n
    return dict(found.most_common())


def write_fasta(path: Path, reads: dict[str, int]) -> None:
    """Write collapsed reads, counts in the names."""
    lines = (f">seq_{i}_x{n}\n{s.replace('U', 'T')}\n" for i, (s, n) in enumerate(reads.items()))
    path.write_text("".join(lines))


def main() -> None:
    """Run both tools on both sets, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mirtop", type=Path, required=True)
    parser.add_argument("--bowtie", type=Path, required=True)
    parser.add_argument("--reads", type=int, default=20_000)
    options = parser.parse_args()
    references = options.data / "references" / "mirbase22"
    reference = read_reference(
        references / "hsa_matures.fa.gz", references / "hsa_hairpins.fa.gz", Counts(), species="hsa"
    )
    truth = make_reads(reference, options.reads)
    sets = {
        "made": {read.sequence: 1 for read in truth},
        "synthetic": trimmed(options.data / "reads" / "isomirs_synthetic_truth_in_name.fastq.gz"),
    }
    optimir = read_calls(options.data / "references" / "mirgff3" / "synthetic_100_full.gff3")
    record: dict = {
        "version": dmiso.__version__,
        "python": platform.python_version(),
        "reads": {},
        "seconds": {},
    }
    record["mirtop"] = subprocess.run(
        [options.mirtop, "--version"], check=True, capture_output=True, text=True
    ).stdout.splitlines()[-1]
    for name, reads in sets.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            fasta = folder / "reads.fa"
            write_fasta(fasta, reads)
            ours, seconds = run_dmiso(fasta, references, folder)
            theirs, more = run_mirtop(fasta, references, folder, options.mirtop, options.bowtie)
        record["reads"][name] = {"distinct": len(reads), "reads": sum(reads.values())}
        record["seconds"][name] = seconds | more
        record[f"{name}: dmiso and mirtop"] = compare(ours, theirs, reads)
        if name == "made":
            record["made: truth"] = {
                "dmiso": against_truth(truth, truth, ours),
                "mirtop": against_truth(truth, truth, theirs),
                "mirtop, its own way": against_truth(truth, [in_mirtops_way(read) for read in truth], theirs),
            }
        else:
            known = {s: n for s, n in reads.items() if s in optimir}
            record["synthetic: dmiso and OptimiR"] = compare(ours, optimir, known)
            record["synthetic: reads that OptimiR's file lacks"] = sum(reads.values()) - sum(known.values())
    path = RESULTS / f"isomir_peers-v{dmiso.__version__}.json"
    path.write_text(json.dumps(record, indent=2) + "\n")
    print(path.read_text())


def against_truth(
    truth: list[TrueRead], wanted: list[TrueRead], calls: dict[str, list[Call]]
) -> dict[str, dict[str, int]]:
    """Count reads by kind (of the truth) and verdict, and those with each part right (as wanted)."""
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    limits = Limits()
    for made, read in zip(truth, wanted, strict=True):
        what = kind(made, limits)
        verdicts[what]["all"] += 1
        verdicts[what][judge(read, calls.get(read.sequence, []))] += 1
        for part in parts_right(read, calls.get(read.sequence, [])):
            verdicts[what][f"{part} right"] += 1
    return {what: dict(counter.most_common()) for what, counter in sorted(verdicts.items())}


if __name__ == "__main__":
    main()
