"""Is the shifted seed what changes? Seed matches of gained and lost sites against kept sites and shuffled seeds.

A site has a miRNA's seed if it pairs with all of positions 2-7. Among gained sites those with the isomiR's seed and
not the canonical one are counted, among lost sites the other way round. The same is counted among sites that both
hold (exact test: Fisher), and with the bases of positions 2-8 shuffled (exact test: binomial). If the seed decides,
both comparisons say so; if pairing elsewhere or the threshold decides, neither does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.compare.matching import SEED_SLACK, matches_seed
from dmiso.significance import binomial_tail, fisher_exact, share_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.compare.pairs import Pair
    from dmiso.compare.scanned import Targets

__all__ = ["SeedTest", "seed_tests", "shuffled_seeds"]

N_SHUFFLES: Final = 100
_LEVEL: Final = 0.01
_DIRECTIONS: Final = {"gained": "isomir", "lost": "canonical"}
"""What a site became, and whose seed should then be there."""


@dataclass(frozen=True, slots=True)
class SeedTest:
    """Seed matches of gained (or lost) sites against sites that both hold, and against shuffled seeds.

    Parameters
    ----------
    site_change
        ``gained`` or ``lost``.
    seed
        Whose seed alone is counted: ``isomir`` or ``canonical``.
    n_sites, n_matches, low, high
        Sites, those with that seed alone, and the exact 95 % interval of the share.
    n_held, n_held_matches
        The same of sites that both hold (kept and changed).
    odds_ratio, odds_ratio_low, odds_ratio_high, p_value
        Against those, Fisher's exact test, two-sided; None without sites in one of both.
    shuffled_share, shuffled_p_value
        Share of the ``n_sites`` with a shuffled seed alone, mean of the shuffles, and the chance of as many matches
        at that share, binomial; None without sites.
    """

    site_change: str
    seed: str
    n_sites: int
    n_matches: int
    low: float
    high: float
    n_held: int
    n_held_matches: int
    odds_ratio: float | None = None
    odds_ratio_low: float | None = None
    odds_ratio_high: float | None = None
    p_value: float | None = None
    shuffled_share: float | None = None
    shuffled_p_value: float | None = None

    @property
    def share(self) -> float | None:
        """Share of sites with that seed alone; None without sites."""
        return self.n_matches / self.n_sites if self.n_sites else None

    @property
    def seed_decides(self) -> bool | None:
        """Whether that seed alone is more frequent than in held sites and than shuffled seeds (p < 0.01 each).

        None without sites, or without held ones: any miRNA's sites have its seed more often than a shuffled one, so
        the shuffles alone do not show what the shift does.
        """
        if self.shuffled_p_value is None or self.p_value is None:
            return None
        against_held = self.p_value < _LEVEL and (self.odds_ratio or 0) > 1
        return against_held and self.shuffled_p_value < _LEVEL

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON; an infinite odds ratio is text."""
        values = {**asdict(self), "share": self.share, "seed_decides": self.seed_decides}
        return {
            k: ("infinite" if np.isinf(v) else None if np.isnan(v) else v) if isinstance(v, float) else v
            for k, v in values.items()
        }


def shuffled_seeds(seed: str, avoid: Sequence[str], n: int, *, draw: np.random.Generator) -> list[str]:
    """Return other orders of a seed's nucleotides, all different.

    Parameters
    ----------
    seed
        Positions 2-8.
    avoid
        No order may have positions 2-7 of one of these seeds.
    n
        At most this many.
    draw
        Source of the orders.

    Examples
    --------
    >>> shuffled_seeds("AAAAAAA", ["AAAAAAA"], 5, draw=np.random.default_rng(1))
    []
    """
    known = {one[:6] for one in avoid}
    found: dict[str, None] = {}
    for _ in range(20 * n):
        made = "".join(draw.permutation(list(seed)))
        if made[:6] not in known:
            found[made] = None
        if len(found) == n:
            break
    return list(found)


def seed_tests(pair: Pair, sites: pl.DataFrame, targets: Targets, *, seed: int) -> list[SeedTest]:
    """Test both directions; none if the seeds are equal.

    Parameters
    ----------
    pair
        Who is compared.
    sites
        As :func:`dmiso.compare.matching.compare_sites` gives them.
    targets
        For the nucleotides around sites.
    seed
        Of the shuffles.
    """
    if not pair.seed_shifted:
        return []
    held = sites.filter(pl.col("site_change").is_in(["kept", "changed"]))
    own, other = pair.seeds
    seeds = {"isomir": (own, other), "canonical": (other, own)}
    draw = np.random.default_rng(seed)
    return [
        _test(
            kind,
            role,
            sites.filter(pl.col("site_change") == kind),
            held,
            _shuffles(seeds[role], targets, draw),
        )
        for kind, role in _DIRECTIONS.items()
    ]


@dataclass(frozen=True, slots=True)
class _Shuffles:
    """Shuffled seeds, and the seed that must not be there beside them."""

    seeds: list[str]
    other: str
    bases: dict[str, str]

    def share(self, sites: pl.DataFrame) -> float:
        """Return the mean share of sites that match a shuffle and not the other seed, one more match added."""
        around = [
            self.bases[t][max(0, s - SEED_SLACK) : e + SEED_SLACK]
            for t, s, e in sites.select("transcript_id", "start", "end").iter_rows()
        ]
        free = [text for text in around if not matches_seed(self.other, text)]
        n = sum(matches_seed(shuffle, text) for shuffle in self.seeds for text in free)
        return (n + 1) / (len(self.seeds) * len(around) + 1)


def _shuffles(seeds: tuple[str, str], targets: Targets, draw: np.random.Generator) -> _Shuffles:
    own, other = seeds
    bases = {t.id: t.sequence for t in targets.transcripts}
    return _Shuffles(shuffled_seeds(own, seeds, N_SHUFFLES, draw=draw), other, bases)


def _test(kind: str, role: str, sites: pl.DataFrame, held: pl.DataFrame, shuffles: _Shuffles) -> SeedTest:
    """Count and test one direction."""
    n, n_held = sites.height, held.height
    yes, held_yes = (int((frame["seed_match"] == role).sum()) for frame in (sites, held))
    low, high = share_interval(yes, n)
    fisher = fisher_exact(yes, n, held_yes, n_held) if n and n_held else None
    chance = shuffles.share(sites) if n and shuffles.seeds else None
    return SeedTest(
        site_change=kind,
        seed=role,
        n_sites=n,
        n_matches=yes,
        low=low,
        high=high,
        n_held=n_held,
        n_held_matches=held_yes,
        odds_ratio=fisher.odds_ratio if fisher else None,
        odds_ratio_low=fisher.low if fisher else None,
        odds_ratio_high=fisher.high if fisher else None,
        p_value=fisher.p_value if fisher else None,
        shuffled_share=chance,
        shuffled_p_value=float(binomial_tail(yes, n, chance)) if chance is not None else None,
    )
