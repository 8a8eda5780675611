"""How far a model's scores spread over made-up pairs: the unit in which changes of them can be compared.

Models answer in logits, probabilities, energies. A change is told in standard deviations of the model's own scores of
random targets, half of them with an 8mer of the miRNA: what its scores of real pairs spread by, nearly (miRBind2: 2.1,
and 1.9 on public test sets). Probabilities are taken as log-odds first, as a change near 0 or 1 would count for
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.evaluate.planted import MIRNAS, plant, random_place, random_target, site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Scorer = Callable[[Sequence[str], Sequence[str]], Floats]

__all__ = ["Change", "ScoreScale", "change_of", "log_odds", "scale_of"]

NORMAL_95: Final = 1.96
"""Standard errors on either side of a mean in a 95 % interval."""

_INSIDE: Final = 0.99
"""Share of scores strictly between 0 and 1 from which on they are probabilities; class ranks of 0 and 1 are not."""

_NEAREST: Final = 1e-7
"""Probabilities nearer to 0 or 1 are taken as this far: single precision ends there."""


class Change(NamedTuple):
    """The mean of some differences between scores, and its standard error."""

    mean: float
    standard_error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.mean - NORMAL_95 * self.standard_error, self.mean + NORMAL_95 * self.standard_error


def change_of(differences: Floats) -> Change:
    """Return mean and standard error of differences, ``(n,)``, n at least 2."""
    return Change(float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(differences))))


def log_odds(probabilities: Floats) -> Floats:
    """Return the log-odds of probabilities; 0 and 1 are taken as 1e-7 and 1 - 1e-7.

    Examples
    --------
    >>> log_odds(np.array([0.0, 0.5, 0.9])).round(2).tolist()
    [-16.12, 0.0, 2.2]
    """
    inner = np.clip(probabilities, _NEAREST, 1 - _NEAREST)
    return np.asarray(np.log(inner / (1 - inner)))


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """A model's scores with their unit.

    Parameters
    ----------
    scorer
        (miRNAs, targets) → scores.
    probabilities
        Whether its scores are probabilities, to be taken as log-odds.
    spread
        Standard deviation of the scores of random targets, half of them with an 8mer; 1 where all are equal: a change
        of such a score has no other unit than its own.
    """

    scorer: Scorer
    probabilities: bool
    spread: float

    def score(self, mirnas: Sequence[str], targets: Sequence[str]) -> Floats:
        """Return scores, as log-odds if they are probabilities; ``(n_pairs,)``."""
        scores = np.asarray(self.scorer(mirnas, targets), np.float64)
        return log_odds(scores) if self.probabilities else scores


def scale_of(scorer: Scorer, *, n_pairs: int, generator: np.random.Generator) -> ScoreScale:
    """Score random targets, and the same with an 8mer of their miRNA.

    Parameters
    ----------
    scorer
        (miRNAs, targets) → scores, larger = more likely.
    n_pairs
        Random targets; ten miRNAs take turns.
    generator
        Source of randomness.

    Examples
    --------
    >>> def gc_share(mirnas, targets):
    ...     return np.array([(t.count("G") + t.count("C")) / len(t) for t in targets])
    >>> scale = scale_of(gc_share, n_pairs=200, generator=np.random.default_rng(0))
    >>> scale.probabilities, round(scale.spread, 1)
    (True, 0.3)
    """
    own = list(MIRNAS.values())
    mirnas = [own[i % len(own)] for i in range(n_pairs)]
    targets = [random_target(generator, without=(mirna,)) for mirna in mirnas]
    with_site = [
        plant(target, site_of(mirna), random_place(generator))
        for mirna, target in zip(mirnas, targets, strict=True)
    ]
    scores = np.asarray(scorer([*mirnas, *mirnas], [*targets, *with_site]), np.float64)
    inside = (scores > 0) & (scores < 1)
    probabilities = bool(scores.min() >= 0 and scores.max() <= 1 and inside.mean() >= _INSIDE)
    spread = float((log_odds(scores) if probabilities else scores).std())
    return ScoreScale(scorer, probabilities, spread or 1.0)
