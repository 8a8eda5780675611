"""Finished runs of every command that MultiQC shows, in one folder, as the program leaves them."""

import subprocess
import sys
from typing import NamedTuple

import pytest

from dmiso.examples import write_examples

_ADAPTER = "TGGAATTCTCGGGTGCCAAGG"


def dmiso(folder, *words):
    done = subprocess.run(
        [sys.executable, "-m", "dmiso", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


class Runs(NamedTuple):
    work: object
    folder: object


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Two samples of chimeric reads, and what is made of them."""
    work = tmp_path_factory.mktemp("mqc")
    folder = work / "runs"
    folder.mkdir()
    examples = work / "dmiso-examples"
    write_examples(examples)
    references = ("--mature", examples / "isomirs.fa", "--transcripts", examples / "transcripts.fa")
    for sample, seed in (("liver", 1), ("brain", 2)):
        size = ("--reads", 800, "--isomirs", 8, "--interactions", 40)
        dmiso(work, "chimeras", "simulate", *references, *size, "--seed", seed, "-o", sample)
        (work / sample / "reads.fastq.gz").rename(work / f"{sample}.fastq.gz")
    trimming = ("--adapter", _ADAPTER, "--umi5", 8, "--duplicates", "umi", "--min-reads", 1)
    dmiso(
        work,
        "chimeras",
        "liver.fastq.gz",
        "brain.fastq.gz",
        *references,
        *trimming,
        "-o",
        folder / "chimeras",
    )
    dmiso(work, "dataset", folder / "chimeras" / "interactions.tsv", "--transcripts", examples / "transcripts.fa",
          "-o", folder / "pairs")  # fmt: skip
    searched = ("--mirnas", examples / "isomirs.fa", "--transcripts", examples / "transcripts.fa")
    dmiso(work, "scan", *searched, "--as-utrs", "--decoys", 2, "-o", folder / "scanned")
    dmiso(work, "predict", "--pairs", examples / "pairs.tsv", "-o", folder / "scores.tsv")
    dmiso(work, "isomirs", examples / "isomirs.fa", "--mature", examples / "mature.fa", "--hairpin",
          examples / "hairpin.fa", "-o", folder / "kidney.gff3")  # fmt: skip
    small = ("--mature", examples / "mature.fa", "--hairpin", examples / "hairpin.fa")
    dmiso(work, "isomirs", "simulate", *small, "--samples", 1, "--reads", 500, "-o", "small")
    samples = (work / "small" / "control_1.fastq.gz", work / "small" / "treated_1.fastq.gz")
    dmiso(work, "isomirs", *samples, *small, "-o", folder / "small-rna")
    dmiso(work, "evaluate", examples / "test.tsv", "--scores", examples / "scores.tsv", "--no-pictures", "--baseline",
          "seed_class", "-o", folder / "judged")  # fmt: skip
    return Runs(work, folder)
