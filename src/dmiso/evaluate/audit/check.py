"""One question of the audit: its number, its threshold, its verdict, and the sentence that explains them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from dmiso.evaluate.metrics import auroc, why_undefined

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "AUROC_LIMIT",
    "Check",
    "Question",
    "Verdict",
    "auroc_check",
    "information",
    "not_run",
    "share_check",
]

Verdict = Literal["convicted", "cleared", "information", "not run"]

AUROC_LIMIT: Final = 0.60
"""From here on a score that sees only part of a pair convicts.

Honest sets measured 0.46-0.55, biased ones 0.70-0.98.
"""

_STANDARD_ERRORS: Final = 3.0
"""An AUROC must also be this many standard errors from 0.5: in 100 rows 0.60 is chance."""


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to one question.

    Parameters
    ----------
    name
        Stable key, as ``mirna_identity``.
    verdict
        ``convicted`` (beyond the threshold), ``cleared``, ``information`` (a number without a threshold) or
        ``not run``.
    value, threshold
        The number and where conviction begins; None where there is none.
    sentence
        What the number means.
    details
        Numbers behind it.
    """

    name: str
    verdict: Verdict
    value: float | None
    threshold: float | None
    sentence: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A score that sees only part of a pair, and what it means if that part suffices.

    Parameters
    ----------
    name
        Key of the check.
    what
        The score, as the beginning of a sentence: "The miRNA's identity alone".
    why
        What conviction means, as a sentence.
    why_inverted
        The same for an AUROC under 0.5, where that means something else.
    both_ways
        Whether an AUROC under 0.5 convicts too. Not for a score learnt from the table's other rows: where
        classes are balanced on purpose it falls under 0.5 by subtraction.
    limit
        AUROC from which on to convict.
    """

    name: str
    what: str
    why: str
    why_inverted: str | None = None
    both_ways: bool = True
    limit: float = AUROC_LIMIT


def auroc_check(
    question: Question, labels: ArrayLike, scores: ArrayLike, *, details: dict[str, Any] | None = None
) -> Check:
    """Ask whether a score that should know nothing ranks positives above negatives, or below them.

    Parameters
    ----------
    question
        What is asked, and what the answer would mean.
    labels, scores
        One entry per row.
    details
        More numbers for the report.

    Returns
    -------
    Check
        Its value is ``max(AUROC, 1 - AUROC)`` if the question goes both ways; the AUROC itself is in the details.
    """
    q = question
    reason = why_undefined(labels)
    if reason is not None:
        return not_run(q.name, f"{q.what} cannot be judged: {reason}.")
    y = np.asarray(labels)
    n_positive, n_negative = int((y == 1).sum()), int((y == 0).sum())
    area = float(auroc(y, scores))
    value = max(area, 1 - area) if q.both_ways else area
    error = float(np.sqrt((n_positive + n_negative + 1) / (12 * n_positive * n_negative)))
    by_chance = value - 0.5 <= _STANDARD_ERRORS * error
    numbers = {"auroc": round(area, 6), "standard_error_if_random": round(error, 6), **(details or {})}
    turned = q.both_ways and area < 0.5
    if value >= q.limit and not by_chance:
        why = q.why_inverted if turned and q.why_inverted else q.why
        verb = "scores, upside down," if turned else "scores"
        sentence = f"{q.what} {verb} AUROC {value:.3f} (threshold {q.limit:.2f}): {why}"
        return Check(q.name, "convicted", round(value, 6), q.limit, sentence, numbers)
    tail = ", which is within chance for so few rows" if value >= q.limit else ""
    sentence = f"{q.what} scores AUROC {value:.3f} (threshold {q.limit:.2f}){tail}."
    return Check(q.name, "cleared", round(value, 6), q.limit, sentence, numbers)


def share_check(
    name: str,
    share: float,
    limit: float,
    *,
    what: str,
    why: str,
    details: dict[str, Any] | None = None,
) -> Check:
    """Ask whether a share of rows goes beyond its limit.

    Parameters
    ----------
    name, why, details
        As for :class:`Question` and :func:`auroc_check`.
    share, limit
        0-1; a share above the limit convicts.
    what
        What the share counts, as the end of "…% of": "the test rows use a site of the training part".
    """
    head = f"{100 * share:.1f} % of {what} (threshold {100 * limit:g} %)"
    if share > limit:
        return Check(name, "convicted", round(share, 6), limit, f"{head}: {why}", details or {})
    return Check(name, "cleared", round(share, 6), limit, f"{head}.", details or {})


def information(name: str, value: float, sentence: str, details: dict[str, Any] | None = None) -> Check:
    """State a number that has no threshold."""
    return Check(name, "information", round(value, 6), None, sentence, details or {})


def not_run(name: str, sentence: str) -> Check:
    """Say why a question was not asked."""
    return Check(name, "not run", None, None, sentence)
