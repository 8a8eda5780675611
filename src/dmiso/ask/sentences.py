"""An answer in plain sentences: first what is said, then why, then what it does not mean."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from dmiso.settings.scan import ScanSettings

if TYPE_CHECKING:
    from dmiso.ask.answer import Answer, Judged
    from dmiso.compare.pairs import Pair
    from dmiso.confidence import Change
    from dmiso.io.transcripts import Transcript

__all__ = [
    "FLOOR",
    "LIMITS",
    "against_sentence",
    "as_text",
    "binding_sentence",
    "headline",
    "repression_sentence",
]

_WIDTH: Final = 100
FLOOR: Final = ScanSettings().min_percentile
"""Sites shown are those of a scan: above this share (%) of the model's background windows."""
LIMITS: Final = (
    (
        "Binding and repression are two answers of two models. The score says how much a site looks like those found "
        "ligated to a miRNA on AGO; it does not say that the gene is repressed. Repression is a log2 fold change "
        "predicted from seed sites, at the level of a transfection."
    ),
    (
        "A p-value is the share of shuffles that do as much: of the miRNA (same first base and composition, another "
        "seed) on this target, and of the target (same dinucleotides and length, region by region) with this miRNA. It "
        "does not depend on what else is scanned, and it is no test of expression, conservation or accessibility."
    ),
)
"""What an answer means, and what it does not."""

_BINDING: Final = {
    "bound": "bound",
    "uncertain": "binding uncertain",
    "not distinguishable": "binding not distinguishable from shuffles",
    "not bound": "not bound",
}
_REPRESSION: Final = {
    "repressed": "repressed",
    "uncertain": "repression uncertain",
    "not distinguishable": "repression not distinguishable from shuffles",
    "not repressed": "no repression predicted",
    "unknown": "repression unknown",
}


def headline(judged: Judged) -> str:
    """Say in a sentence whether a transcript is bound and repressed, and where.

    Parameters
    ----------
    judged
        The pair.
    """
    binding = _BINDING[judged.binding]
    site = judged.best_site
    if judged.binding == "bound" and site is not None:
        binding += f" at {_place(site)}"
    repression = _REPRESSION[judged.repression]
    fold = judged.confidence.repression
    if fold is not None and judged.repression != "not repressed":
        repression += f" (predicted log2 fold change {fold:.2f})"
    joined = f"{binding} and {repression}" if _is_sure(judged) else f"{binding}; {repression}"
    return f"{judged.mirna.id} on {name_of(judged.transcript)}: {joined}."


def _is_sure(judged: Judged) -> bool:
    return judged.binding == "bound" and judged.repression == "repressed"


def name_of(transcript: Transcript) -> str:
    """Return gene and transcript as they are said: the symbol first where there is one."""
    gene = next(filter(None, (*transcript.gene_names[:1], transcript.gene_id)), transcript.id)
    return transcript.id if gene == transcript.id else f"{gene} ({transcript.id})"


def _place(site: dict[str, object]) -> str:
    region = f" in the {site['region']}" if site["region"] else ""
    seed = "no seed match" if site["seed_class"] == "none" else str(site["seed_class"])
    return f"{site['start']}-{site['end']}{region} ({seed})"


def _shares(p_mirna: float | None, p_target: float | None, judged: Judged) -> str:
    """Say how many controls do as much, and both p-values."""
    parts = []
    sides = (
        ("shuffled miRNAs", p_mirna, judged.confidence.n_shuffled_mirnas),
        ("shuffled targets", p_target, judged.confidence.n_shuffled_targets),
    )
    for what, p, n in sides:
        if p is None:
            parts.append(f"no {what} could be made")
        else:
            parts.append(f"{round(p * (n + 1)) - 1} of {n} {what} do as much (p {p:.3f})")
    return " and ".join(parts)


def binding_sentence(judged: Judged) -> str:
    """Say how good the best site is, and how sure.

    Parameters
    ----------
    judged
        The pair.
    """
    numbers = judged.confidence
    sure = _shares(numbers.p_shuffled_mirna, numbers.p_shuffled_target, judged)
    if judged.best_site is None:
        floor = f"{FLOOR:g} % of the model's background windows"
        return f"Binding: no site is above {floor}, the best score is {numbers.best_score:.3f}; {sure}."
    place = _place(judged.best_site)
    return f"Binding: the best site is {place}, score {numbers.best_score:.3f}; {sure}."


def repression_sentence(judged: Judged) -> str:
    """Say what is predicted, from which seed sites, and how sure.

    Parameters
    ----------
    judged
        The pair.
    """
    numbers = judged.confidence
    if numbers.repression is None:
        return (
            "Repression: not predicted, as the coding sequence is not known. Give it with --cds, or say --as-utrs if "
            "the target is a 3'UTR."
        )
    seeds = _counted(judged.seed_sites)
    sure = _shares(numbers.repression_p_shuffled_mirna, numbers.repression_p_shuffled_target, judged)
    return f"Repression: log2 fold change {numbers.repression:.3f}, from {seeds}; {sure}."


def _counted(seeds: tuple[tuple[str, str], ...]) -> str:
    """Count seed sites by region and type: ``1 8mer site in the 3'UTR and 2 other seed sites``."""
    if not seeds:
        return "no seed site"
    region, kind = seeds[0]
    n = sum(one == seeds[0] for one in seeds)
    rest = len(seeds) - n
    others = f" and {_number(rest, 'other seed site')}" if rest else ""
    return f"{_number(n, f'{kind} site')} in the {region}{others}"


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def against_sentence(pair: Pair, own: Judged, other: Judged, changes: tuple[Change, Change]) -> str:
    """Say what changes against another miRNA.

    Parameters
    ----------
    pair
        Both.
    own, other
        Both on the transcript.
    changes
        Of binding and of repression.
    """
    variant = f", isomiR {pair.variant}" if pair.variant else ""
    seeds = pair.seeds
    seed = f"seed {seeds[0]} in place of {seeds[1]}" if pair.seed_shifted else f"the same seed {seeds[0]}"
    parents = (
        f" ({pair.n_parents} miRNAs explain it equally well, each is compared)" if pair.n_parents > 1 else ""
    )
    logits = f"logit {own.confidence.best_logit:.2f} against {other.confidence.best_logit:.2f}"
    binding = f"binding {_said(changes[0])} ({logits})"
    if own.confidence.repression is None or other.confidence.repression is None:
        repression = "repression unknown"
    else:
        folds = f"log2 {own.confidence.repression:.2f} against {other.confidence.repression:.2f}"
        repression = f"repression {_said(changes[1])} ({folds})"
    return f"Against {pair.canonical.id}{variant}, {seed}{parents}: {binding}; {repression}."


def _said(change: Change) -> str:
    return {"same": "the same", "uncertain": "change uncertain"}.get(change, change)


def as_text(answer: Answer, *, with_limits: bool = True) -> str:
    """Return an answer as text.

    Parameters
    ----------
    answer
        All of it.
    with_limits
        Say at the end what it does not mean.
    """
    parts = []
    for verdict in answer.verdicts:
        lines = wrap(verdict.headline, _WIDTH)
        for sentence in (*verdict.sentences, *(one.sentence for one in verdict.against)):
            lines += wrap(sentence, _WIDTH, initial_indent="  ", subsequent_indent="    ")
        parts.append("\n".join(lines) + "\n")
    if with_limits:
        parts.append("\n".join(line for sentence in LIMITS for line in wrap(sentence, _WIDTH)) + "\n")
    return "\n".join(parts)
