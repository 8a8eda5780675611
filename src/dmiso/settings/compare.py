"""How two miRNAs are scanned and when a site counts as gained, lost or kept: settings that check themselves once."""

import math
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

from dmiso.errors import UsageError
from dmiso.settings.ranges import (
    DECOYS,
    FOLD_CHANGE,
    LENGTH_OR_NONE,
    LOGIT,
    PERCENT,
    PRIOR,
    RECORDS_OR_NONE,
    SEED,
    SHARE,
)
from dmiso.settings.scan import AS_UTRS, REGIONS, ScanSettings, check_regions
from dmiso.settings.setting import Setting, check_settings

__all__ = ["CompareSettings"]

_FEWEST_DECOYS: Final = 4
_MOST_DECOYS: Final = 200
_DECOY_BASES: Final = 2_000_000
"""Nucleotides that the decoys of one miRNA read together, if that needs no more than 200 of them."""


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """How sites are found, matched and judged.

    Parameters
    ----------
    max_q
        A site passes with at most this q-value; 1 asks for none.
    min_percentile, min_score
        Sites below are not looked at, as in a scan; with ``max_q`` 1 they alone say what passes.
    margin
        Logits by which both miRNAs must differ at a position before it is gained, lost or changed, at least 0.
    reach
        Sites whose 3' ends (the nucleotides that face miRNA position 1) are at most this many nt apart are one
        site.
    decoys
        Shuffles of each miRNA; None takes as many as read two million nucleotides, at least 4 and at most 200.
    regions
        Parts of the transcripts that are searched, of ``5utr cds 3utr``; none searches all.
    as_utrs
        The transcripts are 3'UTRs without their mRNAs.
    min_repression
        log2 by which a gene must be repressed, and by which both must differ, before its repression is gained or lost.
    confidence
        Genes, the largest change of repression first, that are compared with shuffles as those are that are asked for;
        none by default: each takes about three seconds.
    site_prior
        Share of true sites among positions, for binding.
    seed
        Random seed of the decoys and shuffled miRNA seeds.

    Raises
    ------
    UsageError
        If a setting is out of its range.
    """

    max_q: Annotated[
        float, Setting("A site passes with at most this q-value; 1 leaves it to the next two.", SHARE)
    ] = 0.1
    min_percentile: Annotated[
        float, Setting("Sites above this share (%) of the model's background windows.", PERCENT)
    ] = 99.0
    min_score: Annotated[float, Setting("Sites with at least this score.", SHARE)] = 0.0
    margin: Annotated[
        float, Setting("Logits by which both must differ at a gained, lost or changed site.", LOGIT)
    ] = 1.0
    reach: Annotated[
        int, Setting("Sites whose 3' ends are at most this many nt apart are one site.", LENGTH_OR_NONE)
    ] = 10
    decoys: Annotated[
        int | None,
        Setting(
            "Shuffled miRNAs scanned for each miRNA.",
            DECOYS,
            unset="as many as read 2 million nt, 4 to 200",
        ),
    ] = None
    regions: Annotated[tuple[str, ...], REGIONS] = ()
    as_utrs: Annotated[bool, AS_UTRS] = False
    min_repression: Annotated[
        float,
        Setting(
            "log2 by which a gene is repressed, and both differ, where repression is gained or lost.",
            FOLD_CHANGE,
        ),
    ] = 0.1
    confidence: Annotated[
        int,
        Setting(
            "Most changed genes that get p-values from shuffles, about 3 s each; those of --gene always do.",
            RECORDS_OR_NONE,
        ),
    ] = 0
    site_prior: Annotated[float, Setting("Share of true sites among positions, for binding.", PRIOR)] = 0.01
    seed: Annotated[int, Setting("Random seed of the decoys and shuffled miRNA seeds.", SEED)] = 0

    def __post_init__(self) -> None:
        check_settings(self)
        if self.decoys == 0 and self.max_q < 1:
            raise UsageError(
                "Without decoys there are no q-values: "
                "give decoys, or let max_q be 1 and min_percentile say what passes."
            )
        check_regions(self.regions)

    def decoys_for(self, n_bases: int) -> int:
        """Return how many decoys a miRNA has on transcripts of so many nucleotides.

        Examples
        --------
        >>> [CompareSettings().decoys_for(n) for n in (5_000_000, 100_000, 900)]
        [4, 20, 200]
        """
        if self.decoys is not None:
            return self.decoys
        return min(_MOST_DECOYS, max(_FEWEST_DECOYS, math.ceil(_DECOY_BASES / max(n_bases, 1))))

    def scan_settings(self, decoys: int) -> ScanSettings:
        """Return the settings of the scan of both."""
        return ScanSettings(
            min_percentile=self.min_percentile,
            min_score=self.min_score,
            decoys=decoys,
            max_q=self.max_q,
            site_prior=self.site_prior,
            regions=self.regions,
            seed=self.seed,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings for a manifest."""
        return asdict(self)
