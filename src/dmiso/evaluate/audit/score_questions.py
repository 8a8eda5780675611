"""The audit's questions to scores, and to the model that gave them: whether they look at the pair or at half of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.evaluate.audit.check import Check, Question, auroc_check, information, not_run
from dmiso.evaluate.audit.table_questions import COMPOSITION_LIMIT, ENERGY_ROWS
from dmiso.evaluate.behaviour import check_confounders
from dmiso.evaluate.metrics import auroc, comparable_pairs, why_undefined, within_group_auroc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Scorer = Callable[[Sequence[str], Sequence[str]], Floats]

__all__ = ["check_model", "check_scores"]

GAP_LIMIT: Final = 0.10
"""How much AUROC a score may lose when positives are compared with negatives of the same miRNA only."""

_FEWEST_PAIRS = 100


def check_scores(table: pl.DataFrame, name: str, scores: Floats) -> list[Check]:
    """Ask what of a score's success remains inside one miRNA, and what its mean over a miRNA or site knows.

    Parameters
    ----------
    table
        Labelled table.
    name
        The score's name.
    scores
        Larger is more likely, ``(n_rows,)``.
    """
    labels = table["label"].to_numpy()
    reason = why_undefined(labels)
    if reason is not None:
        return [not_run(f"score_within_mirna {name}", f"{name} cannot be judged: {reason}.")]
    checks = [_gap(table, name, scores)]
    for column, part, other in (
        ("mirna_sequence", "mirna", "site"),
        ("target_sequence", "site", "miRNA"),
    ):
        mean, known = _mean_of_others(table[column], labels, scores)
        if known.sum() < _FEWEST_PAIRS or why_undefined(labels[known]) is not None:
            checks.append(
                not_run(
                    f"score_{part}_mean {name}",
                    f"Too few rows share a {part} with others of both labels for this question.",
                )
            )
            continue
        shown = "miRNA" if part == "mirna" else part
        checks.append(
            auroc_check(
                Question(
                    f"score_{part}_mean {name}",
                    f"The mean {name} of the {shown}'s other rows, positives and negatives counted alike,",
                    f"the score separates positives from negatives without the {other}.",
                ),
                labels[known],
                mean[known],
                details={"rows": int(known.sum())},
            )
        )
    return checks


def _gap(table: pl.DataFrame, name: str, scores: Floats) -> Check:
    labels, mirnas = table["label"].to_numpy(), table["mirna_sequence"].to_numpy()
    _, n_pairs = comparable_pairs(labels, mirnas)
    key = f"score_within_mirna {name}"
    if n_pairs < _FEWEST_PAIRS:
        return not_run(key, f"Only {n_pairs} pairs of a positive and a negative have one miRNA.")
    overall = float(auroc(labels, scores))
    within = float(within_group_auroc(labels, scores, mirnas))
    gap = overall - within
    details = {"auroc": round(overall, 6), "within_mirna_auroc": round(within, 6)}
    head = (
        f"{name} scores AUROC {overall:.3f} overall and {within:.3f} among rows of one miRNA; "
        f"difference {gap:.3f} (threshold {GAP_LIMIT:.2f})"
    )
    if gap <= GAP_LIMIT:
        return Check(key, "cleared", round(gap, 6), GAP_LIMIT, f"{head}.", details)
    why = "much of its success is knowing which miRNAs are usually positive. Report the number within miRNAs."
    return Check(key, "convicted", round(gap, 6), GAP_LIMIT, f"{head}: {why}", details)


def _mean_of_others(
    column: pl.Series, labels: NDArray[np.int8], scores: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the mean rank of the other rows of each row's group, and which rows have others of both labels.

    Each label's mean counts for half. A plain mean would know the row's own label: in a group of one positive
    and one negative the other row always has the other label, so that any good score would look like a leak.
    """
    codes = np.unique(column.to_numpy(), return_inverse=True)[1]
    ranks = pl.Series(scores).rank("average").to_numpy()
    means = np.zeros(len(ranks))
    known = np.ones(len(ranks), np.bool_)
    for label in (0, 1):
        own = labels == label
        n = np.bincount(codes, weights=own)[codes] - own
        total = np.bincount(codes, weights=ranks * own)[codes] - ranks * own
        means += total / np.maximum(n, 1) / 2
        known &= n > 0
    return means, known


def check_model(
    table: pl.DataFrame, name: str, scorer: Scorer, *, seed: int, threshold: float | None = None
) -> list[Check]:
    """Ask a model for scores of pairs that were broken up, and of made-up pairs that look like binding and are not.

    Parameters
    ----------
    table
        Labelled table; 4,000 rows are drawn from a larger one.
    name
        The model's name.
    scorer
        Gives a score for each (miRNA, target).
    seed
        For the rows and shuffles.
    threshold
        Smallest score that the model calls positive; None leaves the question of repeats out.
    """
    return [
        *_broken_pairs(table, name, scorer, seed=seed),
        *_made_up_pairs(name, scorer, seed=seed, threshold=threshold),
    ]


def _made_up_pairs(name: str, scorer: Scorer, *, seed: int, threshold: float | None) -> list[Check]:
    """Ask what a model makes of other miRNAs' sites, pieces of the miRNA's own sequence, and repeats."""
    checks = [
        Check(
            f"model_{check.name} {name}",
            "cleared" if check.passed else "convicted",
            round(check.value, 6),
            check.limit,
            f"{name}: {check.sentence}",
            check.details,
        )
        for check in check_confounders(scorer, threshold=threshold, seed=seed)
    ]
    if threshold is None:
        why = f"{name} has no threshold from which on it calls a pair positive."
        checks.append(not_run(f"model_repeats {name}", why))
    return checks


def _broken_pairs(table: pl.DataFrame, name: str, scorer: Scorer, *, seed: int) -> list[Check]:
    """Exchange partners, shuffle nucleotides, and ask what is left of the ranking."""
    rows = table.sample(ENERGY_ROWS, seed=seed) if table.height > ENERGY_ROWS else table
    labels = rows["label"].to_numpy()
    if (reason := why_undefined(labels)) is not None:
        return [not_run(f"model_partner_shuffled {name}", f"{name} cannot be judged: {reason}.")]
    mirnas, targets = rows["mirna_sequence"].to_list(), rows["target_sequence"].to_list()
    order = np.random.default_rng(seed).permutation(len(labels))
    exchanged = scorer([mirnas[i] for i in order], targets)
    shuffled = scorer(mirnas, dinucleotide_shuffle(targets, seed=seed))
    whole = float(auroc(labels, scorer(mirnas, targets)))
    site = Question(
        f"model_site_alone {name}",
        f"{name} of the site with another row's miRNA, against the site's label,",
        "the model recognises sites of positives without their miRNA.",
    )
    mirna = Question(
        f"model_mirna_alone {name}",
        f"{name} of the miRNA with another row's site, against the miRNA's label,",
        "the model recognises miRNAs of positives without their site.",
    )
    bases = Question(
        f"model_composition_shuffled {name}",
        f"{name} of the miRNA with the site's nucleotides shuffled (dinucleotides kept)",
        "the model needs the base composition only, not the order.",
        limit=COMPOSITION_LIMIT,
    )
    said = f"{name} scores AUROC {whole:.3f} on the pairs as they are."
    return [
        information(f"model {name}", whole, said),
        auroc_check(site, labels, exchanged),
        auroc_check(mirna, labels[order], exchanged),
        auroc_check(bases, labels, shuffled),
    ]
