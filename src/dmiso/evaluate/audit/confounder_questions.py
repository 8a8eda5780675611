"""The audit's questions about what looks like binding and is not: competition, sense calls, repeats.

Competition: the site of a negative belongs to another miRNA, so knowing frequent miRNAs tells whose it is. Sense calls
and repeats: the "miRNA" of a positive is a piece of the target's own strand, or of a simple repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.confounders import doubtful_pairs, frequent_seeds, other_seed_matches, pair_evidence
from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.errors import MissingExtraError
from dmiso.evaluate.audit.check import Check, information, not_run
from dmiso.evaluate.metrics import auroc, why_undefined
from dmiso.seeds import seed_match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.confounders import PairEvidence
    from dmiso.evaluate.audit.check import Verdict

__all__ = ["check_competition_of", "check_confounders_of"]

COMPETITION_LIMIT: Final = 0.10
"""AUROC beyond shuffled sites' from which on other miRNAs' seed matches convict: as much as any half of a pair may
know. Site swaps of CLASH measured 0.03-0.06, of eCLIP and other CLIP chimeras 0.11-0.14, sets without the true partners'
seeds 0.00."""

SENSE_LIMIT: Final = 0.01
"""Share of positives that may be sense calls beyond chance: a model that learnt them gets about as much precision."""

REPEAT_LIMIT: Final = 0.02
"""Share of positives that may be repeats without a duplex: public files have 0.0-0.7 %, the noisiest 1.3 %."""

COMPETITION_ROWS: Final = 4_000
REPEAT_ROWS: Final = 10_000
"""Positives that are looked at: their share is known to 0.1 % then."""

_SHUFFLES: Final = 5
_STANDARD_ERRORS: Final = 3.0
_EXAMPLES: Final = 3
_SEEDS_SHOWN: Final = 10


def check_confounders_of(table: pl.DataFrame, *, seed: int) -> list[Check]:
    """Ask a labelled table about competition, sense calls and repeats.

    Parameters
    ----------
    table
        As :func:`dmiso.evaluate.labelled.read_labelled` gives it, with at least one row.
    seed
        For shuffles, and the rows that are drawn from large tables.
    """
    return [
        check_competition_of(table, seed=seed),
        _true_partners(table, seed=seed),
        *_doubtful(table, seed=seed),
    ]


def check_competition_of(
    table: pl.DataFrame, *, seed: int, train: pl.DataFrame | None = None, names: str = ""
) -> Check:
    """Ask what other, frequent miRNAs' seed matches in the site say about the label.

    The control are the same sites with their dinucleotides shuffled: composition alone makes some sites show more seed
    matches, and a pair's own seed is not counted in either.

    Parameters
    ----------
    table
        Labelled table; 4,000 rows are drawn from a larger one.
    seed
        For rows and shuffles.
    train
        Table whose positives say which miRNAs are frequent; None takes the table's own.
    names
        The two parts, for the key of the check.
    """
    key = f"competition {names}".strip()
    if (reason := why_undefined(table["label"].to_numpy())) is not None:
        return not_run(key, f"Competition cannot be judged: {reason}.")
    source = table if train is None else train
    seeds = frequent_seeds(source.filter(pl.col("label") == 1)["mirna_sequence"].to_list())
    rows = table.sample(COMPETITION_ROWS, seed=seed) if table.height > COMPETITION_ROWS else table
    labels, mirnas = rows["label"].to_numpy(), rows["mirna_sequence"].to_list()
    targets = rows["target_sequence"].to_list()
    if (reason := why_undefined(labels)) is not None:
        return not_run(key, f"Competition cannot be judged: {reason} among the rows drawn.")
    counts = other_seed_matches(mirnas, targets, seeds)
    area = float(auroc(labels, -counts.astype(np.float64)))
    control = float(
        np.mean(
            [
                auroc(labels, -_shuffled_counts(mirnas, targets, seeds, seed + i).astype(np.float64))
                for i in range(_SHUFFLES)
            ]
        )
    )
    n_positive, n_negative = int((labels == 1).sum()), int((labels == 0).sum())
    error = float(np.sqrt((len(labels) + 1) / (12 * n_positive * n_negative) * (1 + 1 / _SHUFFLES)))
    details = {
        "auroc": round(area, 6),
        "auroc_of_shuffled_sites": round(control, 6),
        "standard_error_if_random": round(error, 6),
        "share_of_positives": round(float((counts[labels == 1] > 0).mean()), 6),
        "share_of_negatives": round(float((counts[labels == 0] > 0).mean()), 6),
        "frequent_seeds": len(seeds),
        "most_frequent": list(seeds[:_SEEDS_SHOWN]),
        "rows": rows.height,
    }
    return _competition(key, area, control, error, details)


def _shuffled_counts(
    mirnas: Sequence[str], targets: Sequence[str], seeds: Sequence[str], seed: int
) -> NDArray[np.int64]:
    return other_seed_matches(mirnas, dinucleotide_shuffle(targets, seed=seed), seeds)


def _competition(key: str, area: float, control: float, error: float, details: dict[str, Any]) -> Check:
    """Say what the difference between sites and shuffled sites means."""
    excess = area - control
    size = abs(excess)
    convicted = size > COMPETITION_LIMIT and size > _STANDARD_ERRORS * error
    side, areas = ("few", (area, control)) if excess >= 0 else ("many", (1 - area, 1 - control))
    sentence = (
        f"How {side} other frequent miRNAs' seed matches the site shows scores AUROC {areas[0]:.3f}, with the sites "
        f"shuffled {areas[1]:.3f}; difference {size:.3f} (threshold {COMPETITION_LIMIT:.2f})"
    )
    if convicted and excess > 0:
        sentence += (
            ": the negatives' sites belong to other, frequent miRNAs, so a model wins by knowing whose site it is. "
            "Take negatives whose true partner has no seed match in the site."
        )
    elif convicted:
        sentence += (
            ": the positives' sites show more frequent miRNAs' seeds than the negatives' do, whatever the pair's own "
            "miRNA is. Draw negatives by showing the same sites with other miRNAs."
        )
    else:
        sentence += "."
    verdict: Verdict = "convicted" if convicted else "cleared"
    return Check(key, verdict, round(size, 6), COMPETITION_LIMIT, sentence, details)


def _true_partners(table: pl.DataFrame, *, seed: int) -> Check:
    """Tell how many negatives show the seed match of the miRNA that their site has in a positive."""
    key = "competition_true_partner"
    partners = table.filter(pl.col("label") == 1).select("target_sequence", partner="mirna_sequence").unique()
    negatives = table.filter(pl.col("label") == 0).select("target_sequence").with_row_index("row")
    negatives = negatives.join(partners.select("target_sequence").unique(), on="target_sequence", how="semi")
    if negatives.height == 0:
        return not_run(key, "No negative's site occurs in a positive, so its true partner is not known.")
    if negatives.height > COMPETITION_ROWS:
        negatives = negatives.sample(COMPETITION_ROWS, seed=seed)
    pairs = negatives.join(partners, on="target_sequence", how="left")
    sites = pairs["target_sequence"].to_list()
    matches = [seed_match(mirna[1:7]) for mirna in pairs["partner"].to_list()]
    shares = []
    for shown in (sites, dinucleotide_shuffle(sites, seed=seed)):
        found = [match in site for match, site in zip(matches, shown, strict=True)]
        by_row = (
            pairs.select("row")
            .with_columns(pl.Series("found", found))
            .group_by("row")
            .agg(pl.col("found").any())
        )
        shares.append(float(by_row["found"].to_numpy().mean()))
    sentence = (
        f"{100 * shares[0]:.1f} % of the negatives whose site occurs in a positive show that positive's 6mer "
        f"({100 * shares[1]:.1f} % with the sites shuffled)."
    )
    details = {"share_of_shuffled_sites": round(shares[1], 6), "negatives": negatives.height}
    return information(key, shares[0], sentence, details)


def _doubtful(table: pl.DataFrame, *, seed: int) -> list[Check]:
    """Ask how many positives are sense calls, beyond chance, and how many are repeats."""
    positives, negatives = (
        part.sample(REPEAT_ROWS, seed=seed) if part.height > REPEAT_ROWS else part
        for part in (table.filter(pl.col("label") == label) for label in (1, 0))
    )
    if positives.height == 0:
        return [not_run(name, "There is no positive to look at.") for name in ("sense_calls", "repeats")]
    mirnas, targets = positives["mirna_sequence"].to_list(), positives["target_sequence"].to_list()
    order = np.random.default_rng(seed).permutation(positives.height)
    try:
        evidence = pair_evidence(mirnas, targets)
        dealt_anew = pair_evidence([mirnas[i] for i in order], targets)
        others = pair_evidence(negatives["mirna_sequence"].to_list(), negatives["target_sequence"].to_list())
    except MissingExtraError as error:
        return [not_run(name, f"{error}.") for name in ("sense_calls", "repeats")]
    found, chance, of_negatives = (doubtful_pairs(one) for one in (evidence, dealt_anew, others))
    shown = [_numbers(name, positives, found, of_negatives, evidence) for name in ("sense call", "repeat")]
    return [
        _sense_calls(found == "sense call", chance == "sense call", shown[0]),
        _repeats(found == "repeat", shown[1]),
    ]


def _numbers(
    name: str,
    positives: pl.DataFrame,
    found: NDArray[np.str_],
    of_negatives: NDArray[np.str_],
    evidence: PairEvidence,
) -> dict[str, Any]:
    """Return shares in both classes, what knowing them is worth in AUROC, and examples."""
    share = float((found == name).mean())
    other = float((of_negatives == name).mean()) if len(of_negatives) else None
    examples = []
    for row in np.flatnonzero(found == name)[:_EXAMPLES].tolist():
        pair = positives.row(row, named=True)
        examples.append(
            {
                **({"mirna_id": pair["mirna_id"]} if pair.get("mirna_id") is not None else {}),
                "mirna_sequence": pair["mirna_sequence"],
                "target_sequence": pair["target_sequence"],
                "shared_run": int(evidence.sense_run[row]),
                "energy": None if np.isnan(evidence.energy[row]) else round(float(evidence.energy[row]), 1),
            }
        )
    return {
        "share_of_positives": round(share, 6),
        "share_of_negatives": None if other is None else round(other, 6),
        "auroc": None if other is None else round(0.5 + (share - other) / 2, 6),
        "positives": positives.height,
        "examples": examples,
    }


def _sense_calls(found: NDArray[np.bool_], chance: NDArray[np.bool_], details: dict[str, Any]) -> Check:
    share, by_chance, n = float(found.mean()), float(chance.mean()), len(found)
    excess = max(0.0, share - by_chance)
    error = float(np.sqrt((share * (1 - share) + by_chance * (1 - by_chance)) / n))
    convicted = excess > SENSE_LIMIT and excess > _STANDARD_ERRORS * error
    sentence = (
        f"{100 * share:.2f} % of the positives are sense calls - the miRNA is a piece of the site's own strand - and "
        f"{100 * by_chance:.2f} % with their miRNAs dealt anew; difference {100 * excess:.2f} % "
        f"(threshold {100 * SENSE_LIMIT:g} %)"
    )
    if convicted:
        sentence += (
            ": nothing was ligated there, and a model learns to call such pairs. Drop positives that share 11 "
            "nucleotides with their site, or 9 without a duplex."
        )
    else:
        sentence += "."
    details = {**details, "share_if_dealt_anew": round(by_chance, 6)}
    verdict: Verdict = "convicted" if convicted else "cleared"
    return Check("sense_calls", verdict, round(excess, 6), SENSE_LIMIT, sentence, details)


def _repeats(found: NDArray[np.bool_], details: dict[str, Any]) -> Check:
    share = float(found.mean())
    error = float(np.sqrt(REPEAT_LIMIT * (1 - REPEAT_LIMIT) / len(found)))
    convicted = share > REPEAT_LIMIT + _STANDARD_ERRORS * error
    sentence = f"{100 * share:.2f} % of the positives are repeats without a duplex (threshold {100 * REPEAT_LIMIT:g} %)"
    if convicted:
        sentence += (
            ": reads of repeats find a miRNA or a target by chance. Drop simple sequences without a duplex."
        )
    else:
        sentence += "."
    verdict: Verdict = "convicted" if convicted else "cleared"
    return Check("repeats", verdict, round(share, 6), REPEAT_LIMIT, sentence, details)
