"""The study's tables: the same positives, labelled and split once as in the paper and once honestly.

Paper mode: a negative is a window of the 3'UTR of the positive's gene that hardly binds; then rows are split at random.
Honest mode: site clusters are split first; then every site is also shown with another miRNA, inside its part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import polars as pl

from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.gather import gather_positives
from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.settings import stage_seed
from dmiso.dataset.sites import on_transcripts
from dmiso.dataset.splits import assign_splits, divide_groups, find_scheme
from dmiso.dataset.utr_owners import utr_owners
from dmiso.settings.dataset import BuildSettings, SplitSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.settings.study import StudySettings
    from dmiso.studies.settings import StudyInputs

    Transcripts = Mapping[str, Transcript]

__all__ = [
    "MODES",
    "Mode",
    "fold_of",
    "folded",
    "gathered",
    "halved",
    "labelled",
    "mouse_sample",
    "parted",
]

Mode = Literal["paper", "honest"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)

VALIDATION: Final = 0.1
"""Share of the training rows that chooses the epoch and calibrates; the paper has none."""


def gathered(
    files: tuple[Path, ...],
    inputs: StudyInputs,
    settings: StudySettings,
    transcripts: Transcripts,
    counts: Counts,
    *,
    exclude: tuple[Path, ...] = (),
    top: int = 1,
) -> pl.DataFrame:
    """Read interactions as positives, by the paper's site rule, and say which lie on the transcripts.

    Parameters
    ----------
    files
        Interactions.
    inputs, settings
        References and seed; chromosomes are left out only of the files that are trained on.
    transcripts
        mRNAs; may be empty.
    counts
        Filled with everything kept and dropped.
    exclude
        Tables whose sites the positives must share no 16-mer with.
    top
        Candidate pairs per read.

    Returns
    -------
    polars.DataFrame
        Interactions with ``cluster``, ``located`` (the site lies on a transcript) and ``has_utr`` (its transcript or
        its gene has a 3'UTR, so that a negative can be drawn).
    """
    trained_on = files == inputs.interactions
    sources = inputs.sources(files, exclude)
    build = BuildSettings(
        exclude_chromosomes=settings.exclude_chromosomes if trained_on else (), top=top, seed=settings.seed
    )
    frame = gather_positives(sources, build, transcripts, counts)
    located = on_transcripts(frame, transcripts)
    has_utr = utr_owners(frame, transcripts, counts) >= 0
    for column, said in ((located, "located on the transcripts"), (has_utr, "whose gene has a 3'UTR")):
        for (source,), rows in frame.filter(pl.Series(column)).group_by("source", maintain_order=True):
            counts.keep(f"{source} positives {said}", rows.height)
    return frame.with_columns(
        pl.Series("cluster", site_clusters(frame["target_sequence"].to_list())),
        pl.Series("located", located),
        pl.Series("has_utr", has_utr),
    )


def mouse_sample(frame: pl.DataFrame, settings: StudySettings, counts: Counts) -> pl.DataFrame:
    """Take some of the mouse interactions at random."""
    n = min(frame.height, settings.mouse_pairs)
    rng = np.random.default_rng(stage_seed(settings.seed, "mouse"))
    if n < frame.height:
        counts.drop("mouse interactions beyond the random sample", frame.height - n)
    return frame[np.sort(rng.choice(frame.height, n, replace=False))]


def labelled(
    positives: pl.DataFrame, mode: Mode, transcripts: Transcripts, seed: int, counts: Counts
) -> pl.DataFrame:
    """Add a mode's negatives: for ``honest`` inside the parts that ``split`` names, if there are any."""
    strategy = "paper" if mode == "paper" else "site-swap"
    draw = DrawSettings(
        seed=stage_seed(seed, "negatives"), transcripts=transcripts, whole_clusters=mode == "honest"
    )
    return draw_negatives(positives, strategy, settings=draw, counts=counts)


def parted(
    positives: pl.DataFrame, mode: Mode, transcripts: Transcripts, seed: int, counts: Counts
) -> pl.DataFrame:
    """Return the mode's labelled table with 20 % held out for testing.

    Returns
    -------
    polars.DataFrame
        With ``label``, ``negative`` and ``split``: train, validation, test.
    """
    split = SplitSettings(validation_share=VALIDATION, seed=stage_seed(seed, "splits"))
    if mode == "paper":
        table = labelled(positives, mode, transcripts, seed, counts)
        return assign_splits(table, "random", settings=split, counts=counts)
    return labelled(
        assign_splits(positives, "cluster", settings=split, counts=counts), mode, transcripts, seed, counts
    )


def folded(table: pl.DataFrame, mode: Mode, folds: int, seed: int, counts: Counts) -> pl.DataFrame:
    """Split the rows that are not held out into folds; honest negatives are drawn anew inside each fold.

    Returns
    -------
    polars.DataFrame
        With ``split``: fold-0, fold-1 …
    """
    split = SplitSettings(folds=folds, seed=stage_seed(seed, "folds"))
    rows = table.filter(pl.col("split") != "test").drop("split")
    if mode == "paper":
        return assign_splits(rows, "random", settings=split, counts=counts)
    positives = rows.filter(pl.col("label") == 1).drop("label", "negative")
    return labelled(
        assign_splits(positives, "cluster", settings=split, counts=counts), mode, {}, seed, counts
    )


def fold_of(table: pl.DataFrame, number: int, folds: int) -> pl.DataFrame:
    """Return a folded table for judging one fold: the next fold chooses the epoch, the others train."""
    part = (
        pl.when(pl.col("split") == f"fold-{number}")
        .then(pl.lit("test"))
        .when(pl.col("split") == f"fold-{(number + 1) % folds}")
        .then(pl.lit("validation"))
        .otherwise(pl.lit("train"))
    )
    return table.with_columns(split=part)


def halved(
    positives: pl.DataFrame, mode: Mode, transcripts: Transcripts, seed: int, counts: Counts
) -> pl.DataFrame:
    """Return the labelled table with half of the miRNAs held out (the paper's Table S8).

    In paper mode positives that have their negatives already are halved as they are.

    Honest mode holds out families (one seed, one family name) and site clusters: two miRNAs of one seed bind
    the same sites, so a held-out miRNA is not new as long as its family is in training.
    """
    seed_of_split = stage_seed(seed, "halves")
    if mode == "honest":
        split = SplitSettings(0.5, VALIDATION, seed=seed_of_split)
        return labelled(
            assign_splits(positives, "family", settings=split, counts=counts), mode, transcripts, seed, counts
        )
    # the same draw as for the held-out rows: it takes long, so a table that has its labels already is taken as it is
    is_labelled = "label" in positives.columns
    table = positives if is_labelled else labelled(positives, mode, transcripts, seed, counts)
    rng = np.random.default_rng(seed_of_split)
    held_out = divide_groups(find_scheme("mirna").groups(table), (0.5, 0.5), rng) == 1
    chooses = rng.random(table.height) < VALIDATION
    names = np.where(held_out, "test", np.where(chooses, "validation", "train"))
    return table.with_columns(pl.Series("split", names.tolist(), pl.String))
