"""What a comparison says in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from dmiso.compare.comparison import Comparison
    from dmiso.compare.seed_shift import SeedTest

__all__ = [
    "CAVEATS",
    "change_sentence",
    "gene_sentence",
    "measure_sentence",
    "repression_sentence",
    "rule_sentence",
    "seed_sentences",
    "verdict_sentence",
]

_SCORE: Final = (
    "A score says how much a position looks like the sites that were found ligated to a miRNA on AGO. It says where "
    "AGO may sit, not that a gene is repressed, and not by how much; expression of gene and miRNA is not looked at."
)
_Q_VALUE: Final = (
    "A q-value is the share of chance sites expected among the sites at least that good, estimated from shuffled "
    "miRNAs on the same transcripts. A gained site is one that passes for the isomiR and not for the canonical miRNA "
    "by the stated margin; a difference of logits without a gained or lost site says little."
)
_FEW: Final = 10
"""With fewer held sites than this a test can hardly decide."""
_REPRESSION: Final = (
    "Repression is a log2 fold change predicted from the seed sites of each sequence as it is, at the level of a "
    "transfection. It was learnt from experiments with canonical miRNAs: that an isomiR represses what its own seed "
    "predicts is inferred from them, not measured."
)
CAVEATS: Final = (_REPRESSION, _SCORE, _Q_VALUE)
"""What a score and a difference do and do not mean."""


def rule_sentence(comparison: Comparison) -> str:
    """Say what passes and what counts as a difference."""
    settings = comparison.settings
    if settings.max_q < 1:
        rule = f"A site passes at a q-value of at most {settings.max_q:g}"
    elif settings.min_score > 0:
        rule = f"A site passes at a score of at least {settings.min_score:g}"
    else:
        rule = f"A site passes above {settings.min_percentile:g} % of the model's background windows"
    return (
        f"{rule}; it is gained, lost or changed if the logits of both differ by more than {settings.margin:g} there, "
        f"and the same position if its 3' ends are at most {settings.reach} nt apart."
    )


def change_sentence(comparison: Comparison) -> str:
    """Say how many sites and genes became what, and if nothing could."""
    pair = comparison.pair
    n = {change: comparison.n_sites(change) for change in ("gained", "lost", "kept", "changed", "borderline")}
    genes = {change: comparison.n_genes(change) for change in ("gained", "lost")}
    summary = (
        f"The isomiR gains {_count(n['gained'], 'site')} and loses {n['lost']:,}; both hold "
        f"{n['kept'] + n['changed']:,}, of which {n['changed']:,} changed; {n['borderline']:,} are borderline. "
        f"{_count(genes['gained'], 'gene')} gained, with a site for the isomiR only; "
        f"{genes['lost']:,} lost, with one for {pair.canonical.id} only."
    )
    parts = [summary]
    named = (("the isomiR", 0), (pair.canonical.id, 1))
    for name, which in named:
        if not np.isfinite(comparison.thresholds[which]):
            q = comparison.best_q_values[which]
            lowest = f" (its lowest q-value is {q:.2g})" if q is not None else ""
            parts.append(
                f"No site of {name} passes{lowest}, so none can be {('gained', 'lost')[which]} or kept."
            )
    if not np.isfinite(comparison.thresholds).all():
        parts.append(
            "One threshold for both that more sites pass is --max-q 1 with --min-percentile 99.5, say; "
            "what passes it then has no stated error rate."
        )
    return " ".join(parts)


def repression_sentence(comparison: Comparison) -> str:
    """Say how many genes' repression became what."""
    if not comparison.has_repression:
        return (
            "Repression is not predicted: no seed site lies on a transcript whose coding sequence is known. "
            "Give --cds, or --as-utrs if the transcripts are 3'UTRs."
        )
    n = {change: comparison.n_repressed(change) for change in ("gained", "lost", "kept")}
    least = comparison.settings.min_repression
    return (
        f"Predicted repression (log2 fold change of {-least:g} or lower, and as much apart): the isomiR gains "
        f"{_count(n['gained'], 'gene')} and loses {n['lost']:,}; {n['kept']:,} it keeps."
    )


def measure_sentence(name: str, row: Mapping[str, object], canonical: str) -> str:
    """Say repression or binding of a gene by both, and by their mixture.

    Parameters
    ----------
    name
        ``repression`` or ``binding``.
    row
        Of the genes' table.
    canonical
        Name of the canonical miRNA.

    Examples
    --------
    >>> measure_sentence("binding", {"isomir_binding": 0.2, "canonical_binding": 0.5, "mixture_binding": None}, "miR-1")
    'Binding 0.200 by the isomiR, 0.500 by miR-1.'
    """
    own, other, both = (row[f"{who}_{name}"] for who in ("isomir", "canonical", "mixture"))
    if own is None:
        return f"{name.capitalize()} is not predicted: the coding sequence is not known, or neither has a seed site."
    text = f"{name.capitalize()} {own:.3f} by the isomiR, {other:.3f} by {canonical}"
    return text + (f", {both:.3f} by both at their shares of the reads." if both is not None else ".")


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def seed_sentences(comparison: Comparison) -> list[str]:
    """Return whether the shifted seed is what changes."""
    own, other = comparison.pair.seeds
    if not comparison.pair.seed_shifted:
        return [
            f"Both have the seed {own}: what changes is not the seed but the rest of the pairing, or a threshold."
        ]
    sentences = [f"The isomiR's seed is {own}, the canonical one {other}."]
    sentences += [_tested(test) for test in comparison.seed_tests]
    decides = [test.seed_decides for test in comparison.seed_tests]
    if decides == [True, True]:
        sentences.append("So the seed is what changes, in both directions.")
    elif True in decides:
        test = comparison.seed_tests[decides.index(True)]
        rest = "that has no answer" if decides[1 - decides.index(True)] is None else "that is not shown"
        sentences.append(
            f"So the seed is what changes among {test.site_change} sites; in the other direction {rest}."
        )
    elif decides == [None, None]:
        gone = all(test.n_sites == 0 for test in comparison.seed_tests)
        why = "No site is gained or lost" if gone else "Both hold no site to compare with"
        sentences.append(f"{why}: whether the seed is what changes has no answer here.")
    elif (n_held := comparison.seed_tests[0].n_held) < _FEW:
        held = f"Both hold only {_count(n_held, 'site')}, too few to compare with"
        sentences.append(f"{held}: that the seed is what changes is not shown here, nor the contrary.")
    else:
        sentences.append("That the seed is what changes is not shown here.")
    return sentences


def _tested(test: SeedTest) -> str:
    """Say the numbers of one direction."""
    whose = "the isomiR's" if test.seed == "isomir" else "the canonical"
    if test.share is None:
        return f"No site is {test.site_change}."
    text = (
        f"Of {_count(test.n_sites, f'{test.site_change} site')} {test.share:.0%} "
        f"(95 % interval {test.low:.0%}-{test.high:.0%}) match {whose} seed alone"
    )
    if test.p_value is not None:
        text += (
            f", of {_count(test.n_held, 'site')} that both hold {test.n_held_matches / test.n_held:.0%} (odds ratio "
            f"{_number(test.odds_ratio)}, {_number(test.odds_ratio_low)} to {_number(test.odds_ratio_high)}; "
            f"Fisher p {_p_value(test.p_value)})"
        )
    if test.shuffled_share is not None:
        text += (
            f"; shuffled seeds do in {test.shuffled_share:.2%} (binomial p {_p_value(test.shuffled_p_value)})"
        )
    return text + "."


def _p_value(value: float | None) -> str:
    """Return ``= 0.01``, or that it is below what a double holds."""
    return "< 1e-300" if not value else f"= {value:.2g}"


def _number(value: float | None) -> str:
    if value is None or np.isnan(value):
        return "unknown"
    return "infinite" if np.isinf(value) else f"{value:.3g}"


def verdict_sentence(gene: str, row: Mapping[str, object], canonical: str) -> str:
    """Say what can be said of a gene whatever else is scanned: by shuffles of both miRNAs and of its transcript.

    Parameters
    ----------
    gene
        Its name.
    row
        Of the genes' table, with confidence.
    canonical
        Name of the canonical miRNA.
    """
    parts = []
    for name, prefix in (("binding", ""), ("repression", "repression_")):
        said = [
            f"{who} {row[f'{side}_{name}_call']}{_p_values(row, side, prefix)}"
            for side, who in (("isomir", "isomiR"), ("canonical", canonical))
        ]
        parts.append(f"{name} {row[f'{name}_verdict']} ({'; '.join(said)})")
    transcript = row["confidence_transcript_id"]
    where = gene if gene == transcript else f"{gene} ({transcript})"
    return f"Verdict on {where}, the same whatever else is scanned: {', '.join(parts)}."


def _p_values(row: Mapping[str, object], side: str, prefix: str) -> str:
    """Return both p-values in words; nothing where they are not known."""
    values = [row[f"{side}_{prefix}p_shuffled_{what}"] for what in ("mirna", "target")]
    if any(value is None for value in values):
        return ""
    return f", p {values[0]:.3f} of shuffled miRNAs and {values[1]:.3f} of shuffled targets"


def gene_sentence(
    comparison: Comparison, gene: str, row: dict[str, object] | None, sites: pl.DataFrame
) -> str:
    """Say what an isomiR changes on one gene.

    Parameters
    ----------
    comparison
        Of the isomiR.
    gene
        Its name.
    row
        Its row in the genes' table; None if it has no site above the floor.
    sites
        Its rows in the sites' table.
    """
    canonical = comparison.pair.canonical.id
    if row is None or sites.is_empty():
        return f"On {gene} neither the isomiR nor {canonical} has a site that is looked at."
    words = {
        "gained": f"{gene} is gained: only the isomiR has a site there that passes",
        "lost": f"{gene} is lost: only {canonical} has a site there that passes",
        "kept": f"{gene} is kept: both have the same sites there",
        "changed": f"{gene} is changed: both have a site there that passes, and not all of them are alike",
        "borderline": f"{gene} is borderline: one has a site there that passes, and the other is near it",
        "neither": f"no site on {gene} passes, of either",
    }
    best = max(sites.iter_rows(named=True), key=lambda site: abs(site["logit_difference"]))
    return (
        f"By q-values on these transcripts {words[str(row['gene_change'])]}. "
        f"The largest difference is at {best['transcript_id']} {best['start']}-{best['end']}: "
        f"logit {best['isomir_logit']:.2f} for the isomiR, "
        f"{best['canonical_logit']:.2f} for {canonical}; {_seed_words(str(best['seed_match']))}."
    )


def _seed_words(match: str) -> str:
    return {
        "both": "it matches both seeds",
        "isomir": "it matches the isomiR's seed only",
        "canonical": "it matches the canonical seed only",
        "none": "it matches neither seed",
    }[match]
