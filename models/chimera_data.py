"""The labelled pairs that the released models are trained on, and the test sets they are judged by.

Positives: every human chimera file, without chromosome 1 of the Hejret data and without any site that shares a
16-mer with a test site. Sites are 30-60 nt: the middle 50 of the longer eCLIP and Grosswendt targets, the
first 60 of Helwak's (their 3' ends were extended by their authors). Negatives: site swap within source and
split. Validation: whole site clusters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.dataset.clusters import shares_kmer, site_clusters
from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.readers import read_interactions
from dmiso.dataset.splits import SplitSettings, assign_splits
from dmiso.evaluate.labelled import read_labelled
from dmiso.provenance import sha256_file
from dmiso.records import Counts

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["COLUMNS", "TESTS", "Source", "labelled_pairs", "read_tests", "source_hashes"]

SITE_MINIMUM, SITE_MAXIMUM, WINDOW = 30, 60, 50
MIRNA_MINIMUM = 16
"""Shorter miRNA parts cannot be told apart, and a network would read mostly padding."""

VALIDATION_SHARE = 0.1
TEST_CHROMOSOME = "1"
COLUMNS = ("mirna_id", "mirna_sequence", "target_sequence", "label", "split", "source", "cluster", "family")


class Source(NamedTuple):
    """A file of interactions: its place below the data folder, its layout, and which part of a long site is kept."""

    file: str
    layout: str
    keep: str


SOURCES: Final = {
    "helwak": Source("chimeras/helwak2013_clash.csv.gz", "helwak", "start"),
    "hejret": Source("chimeras/hejret2023_clash_isomirs.tsv.gz", "hejret", "start"),
    "eclip": Source("chimeras/hybridetector_eclip_chimeras.tsv.gz", "hybridetector", "middle"),
    "grosswendt": Source("chimeras/grosswendt2014_clip_chimeras_with_reads.csv.gz", "grosswendt", "middle"),
}

TESTS: Final = {
    "mirbench_hejret2023_test": "benchmark/mirbench_hejret2023_test.tsv.gz",
    "hejret_isomir_chr1_balanced": "benchmark/hejret_isomir_chr1_balanced.tsv",
}
"""Chromosome 1 of the Hejret data, labelled: for judging, never trained on."""


def read_tests(data: Path, counts: Counts) -> dict[str, pl.DataFrame]:
    """Read the test sets by name."""
    return {name: read_labelled(data / file, counts) for name, file in TESTS.items()}


def source_hashes(data: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that training or testing reads."""
    files = [*(source.file for source in SOURCES.values()), *TESTS.values()]
    return {file: sha256_file(data / file) for file in files}


def labelled_pairs(data: Path, counts: Counts, *, seed: int) -> pl.DataFrame:
    """Make the training and validation pairs.

    Parameters
    ----------
    data
        Folder of the collected public data, see its README.
    counts
        Filled with all rows kept and dropped.
    seed
        Of the validation draw and the swap.

    Returns
    -------
    polars.DataFrame
        Columns :data:`COLUMNS`.
    """
    parts = [_positives(name, source, data, counts) for name, source in SOURCES.items()]
    frame = pl.concat(parts)
    distinct = frame.unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    counts.drop("pairs that another row or source has too", frame.height - distinct.height)
    tested = [
        site for table in read_tests(data, Counts()).values() for site in table["target_sequence"].to_list()
    ]
    leaking = shares_kmer(distinct["target_sequence"].to_list(), tested)
    counts.drop("pairs whose site shares a 16-mer with a test site", int(leaking.sum()))
    frame = distinct.filter(~pl.Series(leaking))
    clusters = site_clusters(frame["target_sequence"].to_list())
    parted = assign_splits(
        frame.with_columns(pl.Series("cluster", clusters)),
        "cluster",
        settings=SplitSettings(test_fraction=0.0, validation_fraction=VALIDATION_SHARE, seed=seed),
        counts=counts,
    )
    settings = DrawSettings(seed=seed, within=("split", "source"))
    return draw_negatives(parted, "site-swap", settings=settings, counts=counts).select(*COLUMNS)


def _positives(name: str, source: Source, data: Path, counts: Counts) -> pl.DataFrame:
    """Read one source, cut its sites, and count what is left out."""
    frame, own = read_interactions(data / source.file, source.layout, source=name)
    for reason, n in own.dropped.items():
        counts.drop(f"{name}: {reason}", n)
    length = pl.col("target_sequence").str.len_chars().cast(pl.Int64)
    if source.keep == "middle":
        start = pl.max_horizontal(pl.lit(0), (length - WINDOW) // 2)
        site = pl.col("target_sequence").str.slice(start, WINDOW)
    else:
        site = pl.col("target_sequence").str.slice(0, SITE_MAXIMUM)
    frame = frame.with_columns(site)
    rules = {
        f"sites shorter than {SITE_MINIMUM} nt": length >= SITE_MINIMUM,
        f"miRNA parts shorter than {MIRNA_MINIMUM} nt": pl.col("mirna_sequence").str.len_chars()
        >= MIRNA_MINIMUM,
    }
    if name == "hejret":
        rules["sites on chromosome 1, kept for testing"] = pl.col("chromosome") != TEST_CHROMOSOME
    for reason, keep in rules.items():
        kept = frame.filter(keep)
        if kept.height < frame.height:
            counts.drop(f"{name}: {reason}", frame.height - kept.height)
        frame = kept
    counts.keep(f"{name}: interactions", frame.height)
    return frame.select("mirna_id", "mirna_sequence", "family", "target_sequence", "source")
