"""The audit's questions to one labelled table: what each part of a pair alone gives away about its label."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.energies import duplex_energies
from dmiso.errors import MissingExtraError
from dmiso.evaluate.audit.check import Check, Question, auroc_check, information, not_run, share_check
from dmiso.evaluate.baselines import baseline_scores
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.metrics import auroc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["COMPOSITION_LIMIT", "ENERGY_ROWS", "check_table"]

SEED_LIMIT: Final = 0.80
"""A seed match is biology, not a shortcut, up to here: real sets against site swaps measured 0.62-0.75."""

COMPOSITION_LIMIT: Final = 0.75
"""Sites match their miRNAs in composition: real sets against exact site swaps measured 0.62-0.65."""

DUPLICATE_LIMIT: Final = 0.05
CONTRADICTION_LIMIT: Final = 0.01
IMBALANCE_LIMIT: Final = 0.10
ENERGY_ROWS: Final = 4_000
"""Rows drawn for questions that fold RNA or run a model: about 5 s of RNAduplex."""

_SHUFFLES = 20
_BALANCED_BELOW = 0.45

_IDENTITY_WHY = (
    "positives and negatives do not have the same miRNAs, so a model wins by knowing which miRNAs are usually "
    "positive. Give each miRNA as many negatives as positives."
)
_SITE_WHY = (
    "the negatives' sites are another kind of sequence, so a model wins without looking at the miRNA. "
    "Draw negatives by showing the same sites with other miRNAs."
)
_MIRNA_WHY = (
    "the miRNAs of positives and negatives differ, so a model wins without looking at the site. "
    "Give each miRNA as many negatives as positives."
)
_QUESTIONS: Final = (
    Question(
        "target_kmers",
        "A regression on the site's 1-4-mers (learnt from other site clusters)",
        _SITE_WHY,
        both_ways=False,
    ),
    Question("target_gc", "The site's GC content alone", _SITE_WHY),
    Question("target_length", "The site's length alone", _SITE_WHY),
    Question(
        "target_first_base",
        "The site's first base alone (learnt from other site clusters)",
        _SITE_WHY,
        both_ways=False,
    ),
    Question("mirna_gc", "The miRNA's GC content alone", _MIRNA_WHY),
    Question("mirna_length", "The miRNA's length alone", _MIRNA_WHY),
    Question(
        "mirna_first_base",
        "The miRNA's first base alone (learnt from other site clusters)",
        _MIRNA_WHY,
        both_ways=False,
    ),
    Question(
        "seed_class",
        "The canonical seed class alone",
        "more than real sites show against random ones, so pairs were chosen by their seed and a model "
        "learns that choice. Draw negatives and positives without looking at the seed.",
        limit=SEED_LIMIT,
    ),
)
"""Questions that one baseline answers; each is named as its baseline."""

_IDENTITY: Final = Question(
    "mirna_identity",
    "The miRNA's identity alone (share of positives among its other rows)",
    _IDENTITY_WHY,
    both_ways=False,
)
_PARTNER: Final = Question(
    "partner_shuffled", "RNAduplex energy of the site with another row's miRNA", _SITE_WHY
)
_COMPOSITION: Final = Question(
    "composition_shuffled",
    "RNAduplex energy of the miRNA with the site's nucleotides shuffled (dinucleotides kept)",
    "base composition alone separates positives from negatives. Match negatives in composition.",
    limit=COMPOSITION_LIMIT,
)


def check_table(table: pl.DataFrame, *, seed: int) -> list[Check]:
    """Ask a labelled table every question that needs no training part and no model.

    Parameters
    ----------
    table
        As :func:`dmiso.evaluate.labelled.read_labelled` gives it, with at least one row.
    seed
        For folds, shuffles and the rows that are drawn where there are more than 4,000.
    """
    labels = table["label"].to_numpy()
    if "cluster" not in table.columns:
        table = table.with_columns(pl.Series("cluster", cluster_column(table)))
    scores = baseline_scores(table, [question.name for question in _QUESTIONS], seed=seed)
    alone = [auroc_check(question, labels, scores[question.name].to_numpy()) for question in _QUESTIONS]
    return [
        _identity(table, seed),
        *_balance(table, seed),
        *alone,
        *_energy(table, seed),
        *_duplicates(table),
    ]


def _identity(table: pl.DataFrame, seed: int) -> Check:
    """Ask what the labels of a miRNA's other rows say about a row."""
    labels = table["label"].to_numpy()
    names = ["mirna_identity", "mirna_identity_ceiling"]
    scores = baseline_scores(table, names, seed=seed)
    shuffled = table.select("mirna_sequence").with_columns(
        pl.Series("label", np.random.default_rng(seed).permutation(labels))
    )
    ceiling = auroc(labels, scores[names[1]].to_numpy())
    chance = auroc(shuffled["label"].to_numpy(), baseline_scores(shuffled, names[1:])[names[1]].to_numpy())
    details = {
        "auroc_with_own_row": round(float(ceiling), 6),
        "auroc_with_own_row_if_labels_shuffled": round(float(chance), 6),
        "mirnas": table["mirna_sequence"].n_unique(),
    }
    check = auroc_check(_IDENTITY, labels, scores["mirna_identity"].to_numpy(), details=details)
    if check.value is None or check.value > _BALANCED_BELOW:
        return check
    return replace(
        check,
        sentence=f"{check.sentence} It is under 0.5 because each miRNA has about as many negatives as positives: "
        "a row's label is the one that its other rows lack. Split such a table only with each part balanced.",
    )


def _balance(table: pl.DataFrame, seed: int) -> list[Check]:
    """Ask how unevenly miRNAs, and sites, are dealt to the classes, beyond what shuffled labels give."""
    labels = table["label"].to_numpy().astype(np.float64)
    generator = np.random.default_rng(seed)
    mirnas = np.unique(table["mirna_sequence"].to_numpy(), return_inverse=True)[1]
    uneven = _imbalance(mirnas, labels)
    chance = float(np.mean([_imbalance(mirnas, generator.permutation(labels)) for _ in range(_SHUFFLES)]))
    balance = share_check(
        "mirna_balance",
        max(0.0, uneven - chance),
        IMBALANCE_LIMIT,
        what="the rows, beyond chance, would have to change their label to give every miRNA the same share "
        "of positives",
        why=_IDENTITY_WHY,
        details={"imbalance": round(uneven, 6), "imbalance_if_labels_shuffled": round(chance, 6)},
    )
    sites = np.unique(table["target_sequence"].to_numpy(), return_inverse=True)[1]
    counts = np.bincount(sites), np.bincount(sites, weights=labels)
    both = ((counts[1] > 0) & (counts[1] < counts[0]))[sites]
    share = float(both.mean())
    sentence = f"{100 * share:.1f} % of the rows have a site that occurs in both classes."
    return [balance, information("sites_in_both_classes", share, sentence)]


def _imbalance(groups: NDArray[np.intp], labels: Floats) -> float:
    """Return the share of rows whose label would have to change for all groups to be equal."""
    n = np.bincount(groups)
    positives = np.bincount(groups, weights=labels)
    return float(np.abs(positives - n * labels.mean()).sum() / len(labels))


def _energy(table: pl.DataFrame, seed: int) -> list[Check]:
    """Ask what duplex energy knows when the site meets another row's miRNA, and when the site is shuffled."""
    rows = table
    if table.height > ENERGY_ROWS:
        rows = table.sample(ENERGY_ROWS, seed=seed)
    labels, mirnas = rows["label"].to_numpy(), rows["mirna_sequence"].to_list()
    targets = rows["target_sequence"].to_list()
    order = np.random.default_rng(seed).permutation(rows.height)
    shuffled = dinucleotide_shuffle(targets, seed=seed)
    try:
        exchanged = [mirnas[i] for i in order]
        energies = -duplex_energies([*exchanged, *mirnas], [*targets, *shuffled], "RNAduplex")
    except MissingExtraError as error:
        return [not_run(name, f"{error}.") for name in ("partner_shuffled", "composition_shuffled")]
    return [
        auroc_check(_PARTNER, labels, energies[: rows.height], details={"rows": rows.height}),
        auroc_check(_COMPOSITION, labels, energies[rows.height :], details={"rows": rows.height}),
    ]


def _duplicates(table: pl.DataFrame) -> list[Check]:
    """Ask how many rows repeat an earlier pair, and how many pairs have both labels."""
    pair = ["mirna_sequence", "target_sequence"]
    distinct = table.select(pair).n_unique()
    by_label = table.select(*pair, "label").unique().group_by(pair).len()
    both = by_label.filter(pl.col("len") > 1).select(pair)
    contradicted = table.join(both, on=pair, how="semi").height
    return [
        share_check(
            "duplicate_pairs",
            1 - distinct / table.height,
            DUPLICATE_LIMIT,
            what="the rows repeat a pair that occurs earlier",
            why="repeats count the same evidence several times and are torn apart by random splits. "
            "Keep each pair once.",
        ),
        share_check(
            "contradictory_pairs",
            contradicted / table.height,
            CONTRADICTION_LIMIT,
            what="the rows are pairs that occur as positive and as negative",
            why="nothing can be learnt from them. Remove negatives that were seen as positives.",
        ),
    ]
