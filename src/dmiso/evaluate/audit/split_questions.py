"""The audit's questions to two parts of a data set: what the training part gives away about the test part."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from dmiso.dataset.clusters import shares_kmer
from dmiso.evaluate.audit.check import Check, Question, auroc_check, information, share_check
from dmiso.evaluate.audit.confounder_questions import check_competition_of
from dmiso.evaluate.baselines import baseline_scores

__all__ = ["check_split"]

LEAK_LIMIT: Final = 0.05
"""Share of test rows that may touch a training site: miRBench's chromosome split leaves 3.6 % by repeats."""

_LEAK_WHY = (
    "a model can remember these sites instead of recognising them. Split by site cluster or chromosome, and "
    "keep every copy of a site on one side."
)

_PRIOR_WHY = (
    "a model wins by remembering which miRNAs were usually positive. Balance each miRNA inside each part."
)
_SITE_WHY = "sites alone give the label away, learnt on one part and used on the other."
_INVERTED_WHY = (
    "miRNAs that are mostly positive in one part are mostly negative in the other, as happens when classes are "
    "balanced over the whole and split afterwards; a model that learns the prior is punished and one that learns "
    "its inverse is rewarded. Balance each miRNA inside each part."
)


def check_split(
    test: pl.DataFrame, train: pl.DataFrame, *, seed: int, names: str = "train->test"
) -> list[Check]:
    """Ask what a training part gives away about a test part.

    Parameters
    ----------
    test, train
        As :func:`dmiso.evaluate.labelled.read_labelled` gives them.
    seed
        For the rows that the k-mer regression is fitted on.
    names
        The two parts, for the keys of the checks.
    """
    return [*_priors(test, train, names, seed), *_overlaps(test, train, names)]


def _priors(test: pl.DataFrame, train: pl.DataFrame, names: str, seed: int) -> list[Check]:
    """Ask what scores learnt on the training part, which see only half of a pair, are worth on the test part."""
    labels = test["label"].to_numpy()
    part = names.replace("->", " to ")
    questions = [
        Question(
            "mirna_identity",
            f"The miRNA's share of positives, {part},",
            _PRIOR_WHY,
            why_inverted=_INVERTED_WHY,
        ),
        Question("target_kmers", f"A regression on the site's 1-4-mers, {part},", _SITE_WHY),
        Question("target_first_base", f"The site's first base, {part},", _SITE_WHY),
    ]
    scores = baseline_scores(test, [question.name for question in questions], train=train, seed=seed)
    checks = [
        auroc_check(
            replace(question, name=f"{question.name} {names}"), labels, scores[question.name].to_numpy()
        )
        for question in questions
    ]
    seen = _seen(test, train)
    sentence = f"{100 * seen:.1f} % of the rows have a miRNA that occurs in the training part ({part})."
    competition = check_competition_of(test, seed=seed, train=train, names=names)
    return [*checks, competition, information(f"seen_mirnas {names}", seen, sentence)]


def _seen(test: pl.DataFrame, train: pl.DataFrame) -> float:
    return float(test["mirna_sequence"].is_in(train["mirna_sequence"].unique().implode()).to_numpy().mean())


def _overlaps(test: pl.DataFrame, train: pl.DataFrame, names: str) -> list[Check]:
    """Ask how many test rows reuse a pair, a site, or 16 nucleotides in a row of a training site."""
    pair = ["mirna_sequence", "target_sequence"]
    pairs = test.join(train.select(pair).unique(), on=pair, how="semi").height / test.height
    sites = train["target_sequence"].unique()
    same = test["target_sequence"].is_in(sites.implode())
    distinct = test["target_sequence"].unique(maintain_order=True)
    near_sites = distinct.filter(pl.Series(shares_kmer(distinct.to_list(), sites.to_list())))
    near = test["target_sequence"].is_in(near_sites.implode()) | same
    of = f"the rows ({names.replace('->', ' to ')})"
    return [
        share_check(
            f"reused_pairs {names}", pairs, LEAK_LIMIT, what=f"{of} repeat a training pair", why=_LEAK_WHY
        ),
        share_check(
            f"reused_sites {names}",
            float(same.to_numpy().mean()),
            LEAK_LIMIT,
            what=f"{of} reuse a training site, base by base",
            why=_LEAK_WHY,
        ),
        share_check(
            f"near_sites {names}",
            float(near.to_numpy().mean()),
            LEAK_LIMIT,
            what=f"{of} have a site that shares 16 nucleotides in a row with a training site",
            why=_LEAK_WHY,
        ),
    ]
