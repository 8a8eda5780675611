"""What a scan looks for and how: settings that check themselves once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REGION_NAMES", "ScanSettings"]

REGION_NAMES: Final[Mapping[str, str]] = {"5utr": "5'UTR", "cds": "CDS", "3utr": "3'UTR"}
"""Names on the command line, and in tables."""


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """How sites are found and judged.

    Parameters
    ----------
    min_percentile
        Sites are kept whose logit is above this share (%) of the model's background windows; 0 keeps all.
    min_score
        Sites are kept with at least this score, 0-1.
    recall
        Share of the sites to be found, above 0. 1 computes every offset. Below 1 most offsets are passed over, and
        the sites that are found are those of 1, with the same logits; see :mod:`dmiso.scan.gate.gate`.
    distance
        Offsets on either side among which a site is the highest; its logit takes them together.
    decoys
        Shuffled miRNAs scanned beside each miRNA; 0 gives no q-values.
    max_q
        Sites are kept with at most this q-value; 1 keeps all.
    site_prior
        Share of true sites among all places, for the occupancies that a gene's score sums, above 0 and below 1.
    regions
        Parts of the transcript that are searched, of ``5utr cds 3utr``; none searches all.
    seed
        Of the shuffles.
    energies
        Fold each reported site with its miRNA (ViennaRNA).
    mirnas_a_shard, transcripts_a_shard
        Size of the blocks that a shard is made of.

    Raises
    ------
    UsageError
        If a setting is out of its range.
    """

    min_percentile: float = 99.0
    min_score: float = 0.0
    recall: float = 1.0
    distance: int = 15
    decoys: int = 2
    max_q: float = 1.0
    site_prior: float = 0.01
    regions: tuple[str, ...] = ()
    seed: int = 0
    energies: bool = False
    mirnas_a_shard: int = 50
    transcripts_a_shard: int = 500

    def __post_init__(self) -> None:
        _between("min_percentile", self.min_percentile, 0, 100)
        _between("min_score", self.min_score, 0, 1)
        _between("max_q", self.max_q, 0, 1)
        for name in ("distance", "mirnas_a_shard", "transcripts_a_shard"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be at least 1.")
        for name in ("decoys", "seed"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} is {getattr(self, name)}; it must not be below 0.")
        if not 0 < self.recall <= 1:
            raise UsageError(f"recall is {self.recall}; it must be above 0 and at most 1.")
        if not 0 < self.site_prior < 1:
            raise UsageError(f"site_prior is {self.site_prior}; it must lie between 0 and 1.")
        for name in self.regions:
            if name not in REGION_NAMES:
                raise UsageError(f"{name!r} is no region. {did_you_mean(name, REGION_NAMES)}.")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings for a manifest."""
        return asdict(self)


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UsageError(f"{name} is {value}; it must lie between {low} and {high}.")
