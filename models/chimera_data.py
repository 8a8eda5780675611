"""The labelled pairs that the released models are trained on, and the test sets they are judged by.

Positives: every human chimera file, without chromosome 1 of the Hejret data, without a quarter of the eCLIP site
clusters, and without any site that shares a 16-mer with a test site. Sites are 20-60 nt: the middle 50 of the
longer eCLIP and Grosswendt targets, the first 60 of Helwak's (their 3' ends were extended by their authors).
Negatives: site swap within source and split. Validation: whole site clusters. On request, mouse CLEAR-CLIP pairs
are added to training: small offsets only (it is a noisy file), none that shares a 16-mer with a test or validation
site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.confounders import doubtful_pairs, pair_evidence
from dmiso.dataset.clusters import shares_kmer, site_clusters
from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.readers import read_interactions
from dmiso.dataset.splits import assign_splits
from dmiso.evaluate.labelled import read_labelled
from dmiso.provenance import sha256_file
from dmiso.records import Counts
from dmiso.settings.dataset import SplitSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "COLUMNS",
    "HOLDOUT",
    "NEWEST",
    "TESTS",
    "Recipe",
    "Source",
    "eclip_holdout",
    "labelled_pairs",
    "read_tests",
    "source_hashes",
]

SITE_MAXIMUM, WINDOW = 60, 50
MIRNA_MINIMUM = 16
"""Shorter miRNA parts cannot be distinguished, and a network would read mostly padding."""

VALIDATION_SHARE = 0.1
TEST_CHROMOSOME = "1"
COLUMNS = ("mirna_id", "mirna_sequence", "target_sequence", "label", "split", "source", "cluster", "family")


class Recipe(NamedTuple):
    """What differs between the pairs of the released models.

    Parameters
    ----------
    site_minimum
        Shortest site that is taken, in nucleotides.
    eclip_holdout
        Whether a quarter of the eCLIP site clusters is held out as a third test set.
    mouse
        Mouse positives that are added to the training pairs.
    clean
        Whether sense calls and repeats are left out, see :mod:`dmiso.confounders.repeats`; before the draw of
        negatives and after that of the validation clusters, which stay those of the models before.
    """

    site_minimum: int = 20
    eclip_holdout: bool = True
    mouse: int = 0
    clean: bool = True


NEWEST: Final = Recipe()
"""What new models are trained on."""


class Source(NamedTuple):
    """A file of interactions: its path below the data folder, its layout, and which part of a long site is kept."""

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


MOUSE: Final = Source("chimeras/moore2015_mouse_clearclip.tsv.gz", "moore", "middle")
MOUSE_MATURE: Final = "references/mirbase22/mature.fa.gz"
MOUSE_OFFSETS: Final = (2, 4)
"""Largest 5' and 3' offset of the miRNA part: the file's calls with larger ones are mostly technical."""

HOLDOUT: Final = "hybridetector_eclip_holdout"
"""A quarter of the eCLIP site clusters, see :func:`eclip_holdout`: for judging, never trained on."""

HOLDOUT_SHARE: Final = 0.25
HOLDOUT_SEED: Final = 20220614


def read_tests(data: Path, counts: Counts, recipe: Recipe = NEWEST) -> dict[str, pl.DataFrame]:
    """Read the test sets by name, and make the one that is held out of the eCLIP file if the recipe has it."""
    public = {name: read_labelled(data / file, counts) for name, file in TESTS.items()}
    return {**public, HOLDOUT: eclip_holdout(data, counts)} if recipe.eclip_holdout else public


def eclip_holdout(data: Path, counts: Counts) -> pl.DataFrame:
    """Hold out a quarter of the eCLIP chimeras by site cluster, with exactly balanced negatives.

    The middle 50 nt of each site, distinct pairs, clustered by shared 16-mers; clusters drawn at random; each
    site also with the miRNA of another pair of the hold-out (site swap), so that every miRNA and every site
    occurs equally often in both classes.

    Returns
    -------
    polars.DataFrame
        Columns :data:`COLUMNS`, split ``test``.
    """
    frame = _positives("eclip", SOURCES["eclip"], data, Counts(), NEWEST.site_minimum)
    frame = frame.unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    clusters = pl.Series("cluster", site_clusters(frame["target_sequence"].to_list()))
    parted = assign_splits(
        frame.with_columns(clusters),
        "cluster",
        settings=SplitSettings(test_share=HOLDOUT_SHARE, validation_share=0.0, seed=HOLDOUT_SEED),
        counts=Counts(),
    ).filter(pl.col("split") == "test")
    counts.keep(f"{HOLDOUT}: interactions", parted.height)
    settings = DrawSettings(seed=HOLDOUT_SEED, within=("split", "source"))
    return draw_negatives(parted, "site-swap", settings=settings, counts=Counts()).select(*COLUMNS)


def source_hashes(data: Path, recipe: Recipe) -> dict[str, str]:
    """Return the SHA-256 of every file that training or testing reads."""
    mouse = [MOUSE.file, MOUSE_MATURE] if recipe.mouse else []
    files = [*(source.file for source in SOURCES.values()), *mouse, *TESTS.values()]
    return {file: sha256_file(data / file) for file in files}


def labelled_pairs(data: Path, counts: Counts, *, seed: int, recipe: Recipe = NEWEST) -> pl.DataFrame:
    """Make the training and validation pairs.

    Parameters
    ----------
    data
        Folder of the collected public data, see its README.
    counts
        Filled with all rows kept and dropped.
    seed
        Of the validation draw, the swap and the draw of mouse pairs.
    recipe
        What is taken.

    Returns
    -------
    polars.DataFrame
        Columns :data:`COLUMNS`.
    """
    parts = [_positives(name, source, data, counts, recipe.site_minimum) for name, source in SOURCES.items()]
    frame = pl.concat(parts)
    distinct = frame.unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    counts.drop("pairs that another row or source has too", frame.height - distinct.height)
    tested = [
        site
        for table in read_tests(data, Counts(), recipe).values()
        for site in table["target_sequence"].to_list()
    ]
    leaking = shares_kmer(distinct["target_sequence"].to_list(), tested)
    counts.drop("pairs whose site shares a 16-mer with a test site", int(leaking.sum()))
    frame = distinct.filter(~pl.Series(leaking))
    clusters = site_clusters(frame["target_sequence"].to_list())
    parted = assign_splits(
        frame.with_columns(pl.Series("cluster", clusters)),
        "cluster",
        settings=SplitSettings(test_share=0.0, validation_share=VALIDATION_SHARE, seed=seed),
        counts=counts,
    )
    if recipe.clean:
        parted = _without_doubt(parted, counts)
    if recipe.mouse:
        kept_apart = parted.filter(pl.col("split") == "validation")["target_sequence"].to_list() + tested
        drawn = _mouse_positives(data, counts, kept_apart, recipe.site_minimum)
        drawn = drawn.sample(recipe.mouse, seed=seed)
        numbers = pl.int_range(pl.len(), dtype=pl.Int64) + parted["cluster"].max() + 1
        drawn = drawn.with_columns(numbers.alias("cluster"), pl.lit("train").alias("split"))
        parted = pl.concat([parted, drawn.select(parted.columns)])
    settings = DrawSettings(seed=seed, within=("split", "source"))
    return draw_negatives(parted, "site-swap", settings=settings, counts=counts).select(*COLUMNS)


def _without_doubt(frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Leave out pairs that a transcript alone can give."""
    evidence = pair_evidence(frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list())
    doubt = pl.Series(doubtful_pairs(evidence))
    for reason in ("sense call", "repeat"):
        counts.drop(f"pairs that are no evidence of binding ({reason})", int((doubt == reason).sum()))
    return frame.filter(doubt == "")


def _mouse_positives(data: Path, counts: Counts, kept_apart: list[str], minimum: int) -> pl.DataFrame:
    """Return the mouse pairs whose offsets are small and whose sites share no 16-mer with those kept apart."""
    frame, own = read_interactions(
        data / MOUSE.file, MOUSE.layout, mature=data / MOUSE_MATURE, source="moore"
    )
    five, three = MOUSE_OFFSETS
    near = frame.filter(
        (pl.col("iso5_offset").abs() <= five)
        & (pl.col("iso3_offset").abs() <= three)
        & (pl.col("target_sequence").str.len_chars() >= minimum)
        & (pl.col("mirna_sequence").str.len_chars() >= MIRNA_MINIMUM)
    )
    length = pl.col("target_sequence").str.len_chars().cast(pl.Int64)
    start = pl.max_horizontal(pl.lit(0), (length - SITE_MAXIMUM) // 2)
    near = near.with_columns(pl.col("target_sequence").str.slice(start, SITE_MAXIMUM))
    near = near.unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    near = near.filter(~pl.Series(shares_kmer(near["target_sequence"].to_list(), kept_apart)))
    for reason, n in own.dropped.items():
        counts.drop(f"moore (mouse): {reason}", n)
    counts.drop(
        "moore (mouse): large offsets, short parts, repeats, or 16-mers shared", frame.height - near.height
    )
    return near.select("mirna_id", "mirna_sequence", "family", "target_sequence", "source")


def _positives(name: str, source: Source, data: Path, counts: Counts, minimum: int) -> pl.DataFrame:
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
        f"sites shorter than {minimum} nt": length >= minimum,
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
