"""What p-values let one say of a pair: four words for binding, five for repression, and seven for two miRNAs.

=================== ========================================================================================
bound, repressed     strong enough, and both p-values at most ``max_p``
uncertain            strong enough, but a p-value lies between the limits, or there are too few controls
not distinguishable  strong enough, but a p-value is above ``max_uncertain_p``: shuffles often do as much
not bound, -repressed  too weak: the best score below ``min_score``, the predicted repression less than asked for
unknown              the coding sequence is not known, so repression is not predicted
=================== ========================================================================================

The limits and their reasons are those of :class:`dmiso.settings.confidence.VerdictSettings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from dmiso.confidence.pair import PairConfidence
    from dmiso.settings.confidence import VerdictSettings

__all__ = ["Call", "Change", "call_binding", "call_change", "call_repression"]

Call = Literal[
    "bound", "repressed", "uncertain", "not distinguishable", "not bound", "not repressed", "unknown"
]
Change = Literal["gained", "lost", "stronger", "weaker", "same", "uncertain", "unknown"]

_POSITIVE: Final = ("bound", "repressed")


def call_binding(pair: PairConfidence, settings: VerdictSettings) -> Call:
    """Say whether a miRNA binds a target, as far as the site model can tell.

    Parameters
    ----------
    pair
        What is there, and its p-values.
    settings
        Limits.
    """
    if pair.best_score < settings.min_score:
        return "not bound"
    return _called("bound", (pair.p_shuffled_mirna, pair.p_shuffled_target), settings)


def call_repression(pair: PairConfidence, settings: VerdictSettings) -> Call:
    """Say whether a miRNA represses a target, as far as the model of repression can tell.

    Parameters
    ----------
    pair, settings
        As for :func:`call_binding`.
    """
    if pair.repression is None:
        return "unknown"
    if pair.repression > -settings.min_repression:
        return "not repressed"
    return _called(
        "repressed", (pair.repression_p_shuffled_mirna, pair.repression_p_shuffled_target), settings
    )


def _called(word: Call, p_values: tuple[float | None, float | None], settings: VerdictSettings) -> Call:
    known = [p for p in p_values if p is not None]
    if any(p > settings.max_uncertain_p for p in known):
        return "not distinguishable"
    if len(known) == len(p_values) and all(p <= settings.max_p for p in known):
        return word
    return "uncertain"


def call_change(own: Call, other: Call, gain: float | None, least: float) -> Change:
    """Say what one miRNA changes against another on the same target.

    Parameters
    ----------
    own, other
        What was called of both.
    gain
        By how much the first is stronger: of logits, or of log2 fold changes with the sign turned; None if not known.
    least
        Gain that counts.

    Returns
    -------
    str
        ``gained``: only the first is called, and the gain counts; ``lost``: the other way round; ``stronger`` and
        ``weaker``: both are called, and the gain counts; ``same``: the gain does not count, or neither is called;
        ``uncertain``: one is uncertain and the gain counts, or one is called, the other is not, and it does not.

    Examples
    --------
    >>> [call_change("bound", other, 2.0, 1.0) for other in ("not bound", "bound", "uncertain")]
    ['gained', 'stronger', 'uncertain']
    >>> [call_change("uncertain", "uncertain", gain, 1.0) for gain in (0.5, 2.0)]
    ['same', 'uncertain']
    """
    if gain is None:
        return "unknown"
    counts, yes = abs(gain) >= least, (own in _POSITIVE, other in _POSITIVE)
    if yes == (True, True):
        return "same" if not counts else "stronger" if gain > 0 else "weaker"
    if "uncertain" in (own, other):
        return "uncertain" if counts else "same"
    if yes == (False, False):
        return "same"
    agrees = yes[0] == (gain > 0)
    return "uncertain" if not (counts and agrees) else "gained" if yes[0] else "lost"
