"""The paper's analyses on trained networks: each takes scored tables and gives rows of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.settings import stage_seed
from dmiso.evaluate.adapters import run_tools
from dmiso.evaluate.baselines import baseline_scores
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.studies.abundance import ABUNDANCE
from dmiso.studies.isomir_types import GROUPS, TYPES, forms_of, with_types
from dmiso.studies.measures import BOTH_AUROCS, measured, network_column, plain_row, rows_frame
from dmiso.studies.tools import FIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.records import Counts
    from dmiso.settings.study import StudySettings

__all__ = [
    "NO_RANKS",
    "abundance_rows",
    "control_rows",
    "exact_or_isomir_rows",
    "functional_rows",
    "leak_rows",
    "network_rows",
    "permuted",
    "swapped",
    "type_rows",
]

NO_RANKS: Final = (
    "the input has one pair a read and no candidate_rank: the top five cannot be taken, "
    "and nothing was put in their place"
)

_LEAKS: Final = (
    "mirna_identity",
    "mirna_identity_inverted",
    "target_kmers",
    "target_gc",
    "target_length",
    "seed_class",
)


def leak_rows(
    key: tuple[str, str, str],
    test: pl.DataFrame,
    train: pl.DataFrame,
    settings: StudySettings,
    *,
    energies: Sequence[str] = (),
) -> pl.DataFrame:
    """Evaluate what looks at one side only, and energies alone; what learns learns from the training rows.

    Beside them is the network itself, with miRNAs permuted among the rows (:func:`permuted`).
    """
    names = (*_LEAKS, *energies)
    if test.is_empty():
        return measured(key, test, [ScoreColumn(name, "baseline", None) for name in names], settings)
    scores = baseline_scores(test, names, train=train, seed=settings.seed)
    columns = [ScoreColumn(name, "baseline", scores[name].to_numpy()) for name in names]
    return measured(key, test, columns, settings, names=("auroc", "average_precision"))


def swapped(positives: pl.DataFrame, seed: int, counts: Counts) -> pl.DataFrame:
    """Return positives with site-swap negatives, balanced within each source.

    What a network learnt of sites alone is worth nothing here: each site occurs once in each class.
    """
    own = positives.filter(pl.col("label") == 1).drop("label", "negative")
    draw = DrawSettings(seed=stage_seed(seed, "swapped"), within=("source",))
    return draw_negatives(own, "site-swap", settings=draw, counts=counts)


def permuted(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return a table whose miRNAs are dealt to its rows at random, labels left where they are."""
    order = np.random.default_rng(stage_seed(seed, "permuted")).permutation(table.height)
    return table.with_columns(table["mirna_sequence"].gather(order))


def type_rows(
    key: tuple[str, str, str],
    scored: pl.DataFrame,
    references: Mapping[str, str],
    settings: StudySettings,
) -> pl.DataFrame:
    """Evaluate the network on each group and type of isomiRs (Table S5); what no source states is a group too."""
    typed = with_types(scored, references)
    parts = []
    for column, names in (("isomir_groups", GROUPS), ("isomir_types", TYPES)):
        for name in names:
            rows = typed.filter(pl.col(column).list.contains(name))
            parts.append(measured(key, rows, [network_column(rows, name)], settings))
    return pl.concat(parts)


def exact_or_isomir_rows(
    key: tuple[str, str, str],
    scored: pl.DataFrame,
    references: Mapping[str, str],
    settings: StudySettings,
) -> pl.DataFrame:
    """Evaluate the network on exact miRNAs only and on isomiRs only (Table S6)."""
    parts = []
    for name, part in forms_of(scored, references).items():
        rows = scored.filter(part)
        parts.append(measured(key, rows, [network_column(rows, name)], settings, names=BOTH_AUROCS))
    return pl.concat(parts)


def control_rows(
    key: tuple[str, str, str],
    scored: pl.DataFrame,
    column: ScoreColumn,
    settings: StudySettings,
    tools: Sequence[str] = (),
) -> pl.DataFrame:
    """Measure the share of random windows called positive: what a recall has to be read against."""
    columns = [column, *run_tools(scored, tools)]
    found = measured(key, scored, columns, settings, names=("recall",))
    return found.with_columns(
        metric=pl.lit("share called positive"),
        positives=pl.lit(None, pl.Int64),
        negatives=pl.lit(scored.height, pl.Int64),
    )


def functional_rows() -> pl.DataFrame:
    """Return the rows of Table 2 that need miRTarBase's functional labels, where its file is not given."""
    note = "needs miRTarBase's file of target sites: give it with --mirtarbase"
    return rows_frame(
        plain_row("Table 2 recall", f"miRTarBase, {kind}", subject, "recall", note=note)
        for kind in ("functional", "non-functional")
        for subject in ("network", *FIVE)
    )


def abundance_rows(
    key: tuple[str, str, str], table: pl.DataFrame, scores: pl.DataFrame, settings: StudySettings
) -> pl.DataFrame:
    """Evaluate the network with abundance inputs, and each abundance alone.

    Parameters
    ----------
    key
        Analysis, data and mode.
    table
        Labelled rows with the columns ``ABUNDANCE``.
    scores
        ``logit`` and ``score`` of the same rows.
    settings
        Replicates and seed.
    """
    joined = pl.concat([table, scores], how="horizontal")
    note = (
        "log(1 + abundance) of miRNA and transcript in the last layer, trained jointly; "
        "an interaction without read count counts as one read"
    )
    alone = [
        ScoreColumn(f"{name} alone", "baseline", table[name].cast(pl.Float64).to_numpy())
        for name in ABUNDANCE
    ]
    return pl.concat(
        [
            measured(key, joined, [network_column(joined, "network with abundance", note)], settings),
            measured(key, joined, alone, settings, names=("auroc",)),
        ]
    )


def network_rows(
    key: tuple[str, str, str],
    scored: pl.DataFrame,
    settings: StudySettings,
    name: str = "network",
    note: str = "",
) -> pl.DataFrame:
    """Evaluate a network by the paper's six metrics, the AUROC of its calls and that within each miRNA's rows."""
    return measured(
        key,
        scored,
        [network_column(scored, name, note)],
        settings,
        names=(*BOTH_AUROCS, "within_mirna_auroc"),
    )
