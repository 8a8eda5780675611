"""What any model of miRNA sites should do on made-up pairs, whatever it was trained on.

Each check asks one thing, has a number and a limit, and passes or fails. A model is a function
(miRNAs, targets) → scores, larger = more likely, and the score from which on it calls a pair positive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import to_dna
from dmiso.evaluate.behaviour_check import BehaviourCheck
from dmiso.evaluate.planted import MIRNAS, plant, random_place, random_target, shuffled_site, site_of
from dmiso.evaluate.planted_competition import check_competition
from dmiso.evaluate.planted_repeats import check_own_pieces, check_repeats
from dmiso.evaluate.score_scale import scale_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Scorer = Callable[[Sequence[str], Sequence[str]], Floats]

__all__ = ["BehaviourCheck", "check_behaviour", "check_confounders"]

GC_LEVELS: Final = (0.3, 0.4, 0.5, 0.6, 0.7)

PLANTED_LIMIT: Final = 0.80
"""RNAduplex energy alone reaches 0.98 here, 0.86 in the partner swap and 0.95 in the shift; chance is 0.5."""

RANDOM_LIMIT: Final = 0.50
SWAP_LIMIT: Final = 0.80
SAME_LIMIT: Final = 1e-4
SHIFT_LIMIT: Final = 0.70

_TARGETS: Final = 30
"""Targets, for each made-up target per miRNA of the other checks, in which sites of other miRNAs and pieces of the own
are planted: a change is known to 0.02 standard deviations then."""


def check_behaviour(
    scorer: Scorer, *, threshold: float, n_per_mirna: int = 30, seed: int = 0
) -> list[BehaviourCheck]:
    """Ask a model what it makes of planted sites, random targets, swapped partners, rewritten input, and look-alikes.

    Parameters
    ----------
    scorer
        (miRNAs, targets) → scores ``(n_pairs,)``, larger = more likely; nucleotides in any case, T or U.
    threshold
        Smallest score that the model calls positive.
    n_per_mirna
        Made-up targets for each of ten miRNAs.
    seed
        For the made-up targets.

    Returns
    -------
    list of BehaviourCheck
        ``planted_8mer``, ``random_targets``, ``partner_swap``, ``rewriting``, ``five_prime_shift``, ``competition``,
        ``own_pieces``, ``repeats``.

    Examples
    --------
    >>> from dmiso.evaluate.baselines import seed_ranks
    >>> from dmiso.alphabet import normalise
    >>> def count_seeds(mirnas, targets):
    ...     return seed_ranks([normalise(m).sequence for m in mirnas], [normalise(t).sequence for t in targets])
    >>> [check.name for check in check_behaviour(count_seeds, threshold=4.0) if not check.passed]
    []
    """
    generator = np.random.default_rng(seed)
    pairs = [(mirna, generator) for mirna in MIRNAS.values() for _ in range(n_per_mirna)]
    return [
        _planted_8mer(scorer, pairs),
        _random_targets(scorer, threshold, n_per_mirna, generator),
        _partner_swap(scorer, pairs),
        _rewriting(scorer, n_per_mirna, generator),
        _five_prime_shift(scorer, pairs),
        *check_confounders(scorer, threshold=threshold, n_per_mirna=n_per_mirna, seed=seed),
    ]


def check_confounders(
    scorer: Scorer, *, threshold: float | None, n_per_mirna: int = 30, seed: int = 0
) -> list[BehaviourCheck]:
    """Ask a model what it makes of other miRNAs' sites, of the miRNA's own sequence, and of repeats.

    Parameters
    ----------
    scorer, n_per_mirna, seed
        As for :func:`check_behaviour`.
    threshold
        Smallest score that the model calls positive; None leaves out what is asked of calls.

    Returns
    -------
    list of BehaviourCheck
        ``competition``, ``own_pieces``, and with a threshold ``repeats``.
    """
    generator = np.random.default_rng([seed, len(MIRNAS)])
    n_pairs = _TARGETS * n_per_mirna
    scale = scale_of(scorer, n_pairs=n_pairs, generator=generator)
    checks = [
        check_competition(scale, n_pairs=n_pairs, generator=generator),
        check_own_pieces(scale, n_pairs=n_pairs, generator=generator),
    ]
    if threshold is None:
        return checks
    return [
        *checks,
        check_repeats(scorer, threshold=threshold, n_per_mirna=n_per_mirna, generator=generator),
    ]


def _planted_8mer(scorer: Scorer, pairs: list[tuple[str, np.random.Generator]]) -> BehaviourCheck:
    """Ask whether an 8mer scores above the same nucleotides shuffled."""
    mirnas, with_site, without = [], [], []
    for mirna, generator in pairs:
        at = random_place(generator)
        target = plant(random_target(generator, without=(mirna,)), site_of(mirna), at)
        mirnas.append(mirna)
        with_site.append(target)
        without.append(shuffled_site(target, mirna, at, generator))
    difference = scorer(mirnas, with_site) - scorer(mirnas, without)
    share = _share_positive(difference)
    return BehaviourCheck(
        "planted_8mer",
        share >= PLANTED_LIMIT,
        share,
        PLANTED_LIMIT,
        f"A planted 8mer scores above its shuffle in {100 * share:.0f} % of targets "
        f"(at least {100 * PLANTED_LIMIT:.0f} % is asked).",
        {"mean_difference": float(difference.mean()), "pairs": len(mirnas)},
    )


def _random_targets(
    scorer: Scorer, threshold: float, n_per_mirna: int, generator: np.random.Generator
) -> BehaviourCheck:
    """Ask how many random targets are called positive, at each GC content."""
    called: dict[str, float] = {}
    for gc in GC_LEVELS:
        mirnas = [mirna for mirna in MIRNAS.values() for _ in range(n_per_mirna)]
        targets = [random_target(generator, gc=gc) for _ in mirnas]
        called[f"{gc:.1f}"] = float((scorer(mirnas, targets) >= threshold).mean())
    worst = max(called, key=lambda gc: called[gc])
    return BehaviourCheck(
        "random_targets",
        called[worst] <= RANDOM_LIMIT,
        called[worst],
        RANDOM_LIMIT,
        f"{100 * called[worst]:.0f} % of random targets with GC {worst} are called positive "
        f"(at most {100 * RANDOM_LIMIT:.0f} % is asked, at any GC).",
        {"called_by_gc": called, "called": float(np.mean(list(called.values())))},
    )


def _partner_swap(scorer: Scorer, pairs: list[tuple[str, np.random.Generator]]) -> BehaviourCheck:
    """Ask whether a site scores higher with its own miRNA than with another that has no site there."""
    own, other, targets = [], [], []
    for mirna, generator in pairs:
        others = [m for m in MIRNAS.values() if m != mirna]
        stranger = others[int(generator.integers(len(others)))]
        while True:
            target = plant(
                random_target(generator, without=(mirna, stranger)), site_of(mirna), random_place(generator)
            )
            if not _has_site(stranger, target):
                break
        own.append(mirna)
        other.append(stranger)
        targets.append(target)
    share = _share_positive(scorer(own, targets) - scorer(other, targets))
    return BehaviourCheck(
        "partner_swap",
        share >= SWAP_LIMIT,
        share,
        SWAP_LIMIT,
        f"A planted site scores higher with its own miRNA than with another in {100 * share:.0f} % of targets "
        f"(at least {100 * SWAP_LIMIT:.0f} % is asked).",
        {"pairs": len(own)},
    )


def _rewriting(scorer: Scorer, n_per_mirna: int, generator: np.random.Generator) -> BehaviourCheck:
    """Ask whether lower case, T for U and N after the end change a score."""
    mirnas = [mirna for mirna in MIRNAS.values() for _ in range(max(1, n_per_mirna // 10))]
    targets = [random_target(generator) for _ in mirnas]
    plain = scorer(mirnas, targets)
    ways = {
        "lower_case": ([m.lower() for m in mirnas], [t.lower() for t in targets]),
        "dna_bases": ([to_dna(m) for m in mirnas], [to_dna(t) for t in targets]),
        "n_after_the_end": (mirnas, [t + "N" * 5 for t in targets]),
    }
    changes = {name: float(np.abs(scorer(*pair) - plain).max()) for name, pair in ways.items()}
    worst = max(changes, key=lambda name: changes[name])
    return BehaviourCheck(
        "rewriting",
        changes[worst] <= SAME_LIMIT,
        changes[worst],
        SAME_LIMIT,
        f"The same sequence written otherwise ({worst.replace('_', ' ')}) changes a score by up to "
        f"{changes[worst]:.2g} (at most {SAME_LIMIT:g} is asked).",
        {"largest_change": changes},
    )


def _five_prime_shift(scorer: Scorer, pairs: list[tuple[str, np.random.Generator]]) -> BehaviourCheck:
    """Ask whether a miRNA that lacks its first base prefers the site that moved with it."""
    mirnas, shifted, its_site, shifted_site = [], [], [], []
    for mirna, generator in pairs:
        at, isomir = random_place(generator), mirna[1:]
        background = random_target(generator, without=(mirna, isomir))
        mirnas.append(mirna)
        shifted.append(isomir)
        its_site.append(plant(background, site_of(mirna), at))
        shifted_site.append(plant(background, site_of(isomir), at))
    of_mirna = scorer(mirnas, its_site) - scorer(mirnas, shifted_site)
    of_isomir = scorer(shifted, its_site) - scorer(shifted, shifted_site)
    share = _share_positive(of_mirna - of_isomir)
    return BehaviourCheck(
        "five_prime_shift",
        share >= SHIFT_LIMIT,
        share,
        SHIFT_LIMIT,
        f"Taking the first base off a miRNA moves its preference to the moved 8mer in {100 * share:.0f} % of "
        f"targets (at least {100 * SHIFT_LIMIT:.0f} % is asked).",
        {"mean_interaction": float((of_mirna - of_isomir).mean()), "pairs": len(mirnas)},
    )


def _has_site(mirna: str, target: str) -> bool:
    from dmiso.seeds import seed_class

    return seed_class(mirna, target) != "none"


def _share_positive(differences: Floats) -> float:
    """Return the share of differences over zero, ties half."""
    return float(((differences > 0) + 0.5 * (differences == 0)).mean())
