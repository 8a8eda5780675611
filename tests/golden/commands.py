"""Commands whose outputs on the shipped examples are kept, and how an output becomes comparable text."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import NamedTuple

import polars as pl

EXPECTED = Path(__file__).resolve().parent / "expected"


class Command(NamedTuple):
    """A command line, and the files it writes that are kept.

    Attributes
    ----------
    words
        As typed after ``dmiso``.
    outputs
        Relative to the folder it runs in; Parquet is kept as TSV, gzip uncompressed.
    """

    words: str
    outputs: tuple[str, ...] = ()


REFERENCE = "--mature ex/mature.fa --hairpin ex/hairpin.fa"
COMMANDS = (
    Command("examples -o ex"),
    Command("predict --mirnas ex/isomirs.fa --targets ex/transcripts.fa -q -o predict.tsv", ("predict.tsv",)),
    Command("predict --pairs ex/pairs.tsv -q -o pairs.parquet", ("pairs.parquet",)),
    Command(
        "predict --pairs ex/pairs.tsv --model dmiso-chimeras@v0.1.0 -q -o dmiso-network.tsv",
        ("dmiso-network.tsv",),
    ),
    Command(
        "predict --pairs ex/pairs.tsv --model duplex-eclip@v0.2.0 -q -o eclip-network.tsv",
        ("eclip-network.tsv",),
    ),
    Command(
        "scan --mirnas ex/isomirs.fa --transcripts ex/transcripts.fa --min-percentile 95 -q -o scan",
        ("scan/sites.parquet", "scan/genes.parquet", "scan/genes_total.parquet"),
    ),
    Command(
        "scan --mirnas ex/isomirs.fa --transcripts ex/transcripts.fa --recall 0.98 --decoys 3 -q -o gated",
        ("gated/sites.parquet",),
    ),
    Command(
        "scan --mirnas ex/isomirs.fa --transcripts ex/transcripts.fa --as-utrs --decoys 0 -q -o repressed",
        ("repressed/sites.parquet", "repressed/genes.parquet", "repressed/genes_total.parquet"),
    ),
    Command(f"isomirs ex/isomirs.fa {REFERENCE} -q -o isomirs.tsv", ("isomirs.tsv",)),
    Command(f"isomirs ex/isomirs.fa {REFERENCE} -q -o isomirs.gff3", ("isomirs.gff3",)),
    Command(
        "chimeras simulate --mature ex/isomirs.fa --transcripts ex/transcripts.fa --reads 1500 --isomirs 8 "
        "--interactions 20 -q -o simulated",
    ),
    Command(
        "chimeras simulated/reads.fastq.gz --mature ex/isomirs.fa --transcripts ex/transcripts.fa "
        "--adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi -q -o chimeras",
        (
            "chimeras/interactions.tsv",
            "chimeras/isomirs.gff3",
            "chimeras/sites.bed",
            "chimeras/chimeras.hyb",
            "chimeras/funnel.tsv",
            "chimeras/qc.tsv",
        ),
    ),
    Command("dataset ex/test.tsv --site-rule as-given -q -o given", ("given/data.parquet",)),
    Command(
        "dataset ex/test.tsv --negatives dinucleotide-shuffle --ratio 2 -q -o shuffled",
        ("shuffled/data.parquet",),
    ),
)
"""In the order they run: later ones read what earlier ones wrote."""

OUTPUTS = tuple(name for command in COMMANDS for name in command.outputs)


def kept_name(output: str) -> Path:
    """Name the kept file of an output."""
    name = output.removesuffix(".gz")
    return EXPECTED / (name.removesuffix(".parquet") + ".tsv" if name.endswith(".parquet") else name)


def comparable(path: Path) -> str:
    """Return an output as text: Parquet as TSV with every digit, gzip uncompressed."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv(separator="\t")
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return data.decode("utf-8")
