"""What a scan looks for and how: settings that check themselves once."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Literal

from dmiso.errors import UsageError, did_you_mean
from dmiso.settings.ranges import (
    DECOYS,
    PERCENT,
    POSITIVE_SHARE,
    PRIOR,
    RECORDS,
    RECORDS_OR_NONE,
    SEED,
    SHARE,
)
from dmiso.settings.setting import Setting, check_settings

__all__ = ["AS_UTRS", "REGIONS", "REGION_NAMES", "ScanSettings", "check_regions"]

REGION_NAMES: Final[Mapping[str, str]] = {"5utr": "5'UTR", "cds": "CDS", "3utr": "3'UTR"}
"""Names on the command line, and in tables."""
REGIONS: Final = Setting("Only these parts: 3utr,cds,5utr.", unset="whole transcripts", separator=",")
"""Of every command that searches parts of transcripts."""
AS_UTRS: Final = Setting("The transcripts are 3'UTRs without their mRNAs: their repression is predicted so.")
"""Of every command that predicts repression."""


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
        Share of the sites to be found, above 0. 1 computes every offset, unless there is a first look. Below 1 most
        offsets are passed over, and the sites that are found are those of 1, with the same logits; see
        :mod:`dmiso.scan.gate.gate`.
    first_look
        Look at every offset with a small network first, and compute those at which it finds a site possible: with
        recall 1 at a threshold at which none was missed.
    distance
        Offsets on either side among which a site is the highest; its logit takes them together. Of equals (to 1e-4)
        nearer than this the first is the site, then the first that is further from it.
    decoys
        Shuffled miRNAs scanned beside each miRNA; 0 gives no q-values.
    max_q
        Sites are kept with at most this q-value; 1 keeps all.
    site_prior
        Share of true sites among all positions, for the occupancies that a gene's binding sums, above 0 and below 1.
    regions
        Parts of the transcript that are searched, of ``5utr cds 3utr``; none searches all.
    as_utrs
        The transcripts are 3'UTRs without their mRNAs. Else repression is predicted only where the coding sequence is
        known.
    seed
        Of the shuffles.
    confidence
        Genes of each miRNA, the most repressed first, that are compared with shuffles (:mod:`dmiso.confidence`). None
        by default: 10 take about as long as a miRNA's scan of 4,000 mRNAs.
    energies
        Fold each reported site with its miRNA (ViennaRNA).
    engine
        What computes logits: numba, or torch, to 1e-4 of each other. The published network has its own.
    device, precision
        Of the engine in torch: where it computes, and in which precision its first look at all offsets is; see
        :mod:`dmiso.engine.duplex.torch_scan`.
    mirnas_per_shard, transcripts_per_shard
        Size of the blocks that a shard is made of.

    Raises
    ------
    UsageError
        If a setting is out of its range.
    """

    min_percentile: Annotated[
        float, Setting("Sites above this share (%) of the model's background windows.", PERCENT)
    ] = 99.0
    min_score: Annotated[float, Setting("Sites with at least this score.", SHARE)] = 0.0
    recall: Annotated[
        float,
        Setting(
            "Share of these sites to find. 1 finds all; 0.98 takes about a fifth of the time.",
            POSITIVE_SHARE,
        ),
    ] = 1.0
    first_look: Annotated[
        bool,
        Setting("Compute only where a small network finds a site possible; misses next to none."),
    ] = False
    distance: int = 15
    decoys: Annotated[
        int, Setting("Shuffled miRNAs scanned for each miRNA; 0 gives no q-values.", DECOYS)
    ] = 2
    max_q: Annotated[float, Setting("Sites with a q-value of at most this.", SHARE, needs=("decoys",))] = 1.0
    site_prior: Annotated[float, Setting("Share of true sites among positions, for binding.", PRIOR)] = 0.01
    regions: Annotated[tuple[str, ...], REGIONS] = ()
    as_utrs: Annotated[bool, AS_UTRS] = False
    seed: Annotated[int, Setting("Of the decoys.", SEED)] = 0
    confidence: Annotated[
        int,
        Setting("Best genes of each miRNA that get p-values from shuffles, about 2 s each.", RECORDS_OR_NONE),
    ] = 0
    energies: Annotated[bool, Setting("Fold each reported site: energy and pairs.")] = False
    engine: Annotated[
        Literal["numba", "torch"],
        Setting("What computes: numba, or torch (to 1e-4 the same), which can use a GPU."),
    ] = "numba"
    device: Annotated[Literal["cpu", "cuda"], Setting("Where torch computes.", needs=("engine=torch",))] = (
        "cpu"
    )
    precision: Annotated[
        Literal["float32", "float16"],
        Setting("Of torch's first look; near sites float32 follows in any case.", needs=("engine=torch",)),
    ] = "float32"
    mirnas_per_shard: Annotated[
        int, Setting("miRNAs of a shard.", RECORDS, formerly=("--mirnas-a-shard",))
    ] = 50
    transcripts_per_shard: Annotated[
        int, Setting("Transcripts of a shard.", RECORDS, formerly=("--transcripts-a-shard",))
    ] = 500

    def __post_init__(self) -> None:
        check_settings(self)
        if self.distance < 1:
            raise UsageError(f"distance is {self.distance}; it must be at least 1.")
        if self.recall < 1 and self.engine == "torch":
            raise UsageError(
                "recall below 1 is of the engine in numba: leave out --recall, or use --engine numba."
            )
        if self.first_look and self.engine == "torch":
            raise UsageError(
                "the first look is of the engine in numba: leave out --first-look, or use --engine numba."
            )
        check_regions(self.regions)

    @property
    def looks_first(self) -> bool:
        """Whether offsets are looked at before they are computed."""
        return self.first_look or self.recall < 1

    def as_dict(self) -> dict[str, Any]:
        """Return the settings for a manifest."""
        return asdict(self)


def check_regions(names: Iterable[str]) -> None:
    """Refuse names that are not regions of a transcript.

    Raises
    ------
    UsageError
        Listing those known.
    """
    for name in names:
        if name not in REGION_NAMES:
            raise UsageError(f"{name!r} is not a region. {did_you_mean(name, REGION_NAMES)}.")
