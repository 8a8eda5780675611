"""Ways to call isomiRs of reads and to find both parts of chimeric reads, for ``peers_rate.py``."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dmiso.alphabet import to_dna
from dmiso.chimera.blast import make_database
from dmiso.chimera.simulate.reads import simulate_files
from dmiso.isomir import read_reference
from dmiso.records import Counts
from dmiso.settings.simulation import SimulationSettings
from isomir_peers import SHIM, TO_BAM
from isomir_truth import make_reads
from peers_sites import ONE_THREAD, Way, _fresh, read_fasta, run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

REFERENCES = "references/mirbase22"
MRNAS = "transcripts/refseq4000_mrna.fa.gz"
SEQUENCES = 40_000
READS = 200_000
READ_UNIT = "reads"


@contextmanager
def isomir_ways(given: argparse.Namespace) -> Iterator[tuple[list[Way], dict[str, str]]]:
    """Yield the ways to call isomiRs of the same made reads, and why others are not there."""
    references = given.data / REFERENCES
    matures, hairpins = references / "hsa_matures.fa.gz", references / "hsa_hairpins.fa.gz"
    reference = read_reference(matures, hairpins, Counts())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for n in (SEQUENCES // 10, SEQUENCES):
            reads = make_reads(reference, max(200, int(n * given.scale)))
            path = folder / f"reads-{n}.fa"
            # as sequencers write them: bowtie takes a U for an N, and would align next to nothing
            path.write_text("".join(f">r{i}_x1\n{to_dna(read.sequence)}\n" for i, read in enumerate(reads)))
            files.append((path, len(reads)))
        work = files[1][1] - files[0][1]
        words = [
            sys.executable,
            "-m",
            "dmiso",
            "isomirs",
            "--counts-from-names",
            "-q",
            "-o",
            folder / "o.gff3",
        ]
        words += ["--mature", matures, "--hairpin", hairpins]
        calls = tuple(partial(_without, folder / "o.gff3", *words, path) for path, _ in files)
        ways, missing = [Way("dmiso isomirs", READ_UNIT, work, calls, "mirGFF3 of distinct sequences")], {}
        if given.mirtop is None or given.bowtie is None:
            missing["mirtop"] = "no --mirtop and --bowtie given"
        else:
            calls = _mirtop(given, [path for path, _ in files], folder)
            ways.append(Way("bowtie 1 and mirtop", READ_UNIT, work, calls, "nf-core/smrnaseq's options"))
        yield ways, missing


def _without(path: Path, *words: object) -> None:
    """Run a program that finds no results of an earlier run."""
    path.unlink(missing_ok=True)
    run(*words)


def _mirtop(given: argparse.Namespace, reads: list[Path], folder: Path) -> tuple[partial[None], ...]:
    """Return calls that align with bowtie and call with mirtop, one per file of reads."""
    references, python = given.data / REFERENCES, given.mirtop.parent / "python"
    shim = folder / "shim" / "samtools"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(python=python))
    shim.chmod(0o755)
    hairpins, gff3 = folder / "hairpin.fa", folder / "hsa.gff3"
    hairpins.write_bytes(gzip.decompress((references / "hsa_hairpins.fa.gz").read_bytes()))
    gff3.write_bytes(gzip.decompress((references / "hsa.gff3.gz").read_bytes()))
    run(given.bowtie / "bowtie-build", "-q", hairpins, folder / "index")
    environment = {**ONE_THREAD, "PATH": f"{os.environ['PATH']}:{shim.parent}"}

    def call(fasta: Path) -> None:
        sam, bam, out = fasta.with_suffix(".sam"), fasta.with_suffix(".bam"), folder / f"{fasta.stem}-mirtop"
        shutil.rmtree(out, ignore_errors=True)
        index = ["-x", folder / "index", "-f", fasta, "-k", "50", "--best", "--strata", "-e", "99999"]
        run(given.bowtie / "bowtie", *index, "--chunkmbs", "2048", "-S", sam)
        run(python, "-c", TO_BAM, sam, bam)
        words = [given.mirtop, "gff", "--sps", "hsa", "--hairpin", hairpins, "--gtf", gff3, "-o", out, bam]
        subprocess.run([str(word) for word in words], check=True, capture_output=True, env=environment)
        n_named = sum(not line.startswith("#") for line in (out / "mirtop.gff").read_text().splitlines())
        n_reads = fasta.read_text().count(">")
        if 2 * n_named < n_reads:
            raise RuntimeError(
                f"mirtop named {n_named:,} of {n_reads:,} reads: they were not given as it needs them"
            )

    return tuple(partial(call, path) for path in reads)


@contextmanager
def chimera_ways(given: argparse.Namespace) -> Iterator[tuple[list[Way], dict[str, str]]]:
    """Yield the ways to find both parts of the same simulated reads, and why others are not there."""
    matures, mrnas = given.data / REFERENCES / "hsa_matures.fa.gz", given.data / MRNAS
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder, files = Path(name), []
        for n in (READS // 10, READS):
            made = folder / f"made-{n}"
            made.mkdir()
            n_reads = max(1_000, int(n * given.scale))
            simulate_files(matures, mrnas, made, SimulationSettings(reads=n_reads))
            files.append((made / "reads.fastq.gz", n_reads))
        work = files[1][1] - files[0][1]
        ways = [_chimeras(given, "embedded", files, work, folder)]
        if shutil.which("blastn") is None:
            missing["BLAST+"] = "blastn is not on the PATH (Debian's ncbi-blast+)"
        else:
            ways.append(_chimeras(given, "blast", files, work, folder))
            ways.append(_blastn(given, files, folder))
        yield ways, missing


def _chimeras(
    given: argparse.Namespace, engine: str, files: list[tuple[Path, int]], work: int, folder: Path
) -> Way:
    matures, mrnas, out = given.data / REFERENCES / "hsa_matures.fa.gz", given.data / MRNAS, folder / engine
    words = [sys.executable, "-m", "dmiso", "chimeras", "--mature", matures, "--transcripts", mrnas]
    words += ["--adapter", SimulationSettings().adapter, "--umi5", "8", "--duplicates", "umi"]
    words += ["--workers", "1", "--engine", engine, "-q", "-o", out]
    calls = tuple(partial(_fresh, out, *words, path) for path, _ in files)
    note = "from FASTQ to interactions: trimmed, collapsed, both parts found and called"
    return Way(f"dmiso chimeras --engine {engine}", READ_UNIT, work, calls, note)


def _blastn(given: argparse.Namespace, files: list[tuple[Path, int]], folder: Path) -> Way:
    """Return blastn alone, reads against miRNAs and mRNAs, nothing called from what it finds."""
    sequences = {
        f"{kind}{i}": bases.replace("U", "T")
        for kind, path in (("m", given.data / REFERENCES / "hsa_matures.fa.gz"), ("t", given.data / MRNAS))
        for i, bases in enumerate(read_fasta(path).values())
    }
    database, queries = make_database(sequences, folder / "database"), []
    for path, n_reads in files:
        with gzip.open(path, "rt", encoding="ascii") as lines:
            bases = [line.strip() for i, line in enumerate(lines) if i % 4 == 1]
        fasta = path.with_name("reads.fa")
        distinct = sorted({read.partition(SimulationSettings().adapter)[0][8:] for read in bases})
        fasta.write_text("".join(f">{i}\n{read}\n" for i, read in enumerate(distinct) if read))
        queries.append((fasta, n_reads))
    words = ["blastn", "-task", "blastn-short", "-db", database, "-word_size", "11", "-dust", "no"]
    words += ["-outfmt", "6", "-num_threads", "1", "-max_target_seqs", "50", "-out", folder / "hits.tsv"]
    calls = tuple(partial(run, *words, "-query", path) for path, _ in queries)
    work = queries[1][1] - queries[0][1]
    return Way(
        "blastn -task blastn-short alone", READ_UNIT, work, calls, "trimmed, collapsed before; hits only"
    )
