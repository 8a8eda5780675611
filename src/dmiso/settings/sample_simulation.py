"""What simulated small-RNA samples are like: the settings of ``dmiso isomirs simulate``."""

from dataclasses import asdict, dataclass
from typing import Annotated

from dmiso.errors import UsageError
from dmiso.settings.kits import KITS, kit_named
from dmiso.settings.ranges import RECORDS, SEED, SHARE, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["SampleSimulation"]

_SAMPLES = Range(1, 1000)


@dataclass(frozen=True, slots=True)
class SampleSimulation:
    """What simulated samples are like.

    Parameters
    ----------
    samples
        Samples of each of the two groups.
    reads
        Reads of each sample.
    mirnas, isomirs
        miRNAs that are expressed, and isomiRs of each, at most.
    changed_share, fold_change
        Share of the miRNAs that differ between the groups, and by how much (log2): half go up, half go down.
    dispersion
        Variation between samples of a group beyond that of counting (edgeR's and DESeq2's dispersion).
    other_share, dimer_share
        Shares of molecules that are pieces of other RNAs, and adapter dimers.
    kit
        Library kit: adapter, UMI, random ends.
    mean_copies
        PCR copies of a molecule, on average.
    error_rate
        Chance of a wrong base.
    read_length
        Cycles.
    seed
        Of everything random.

    Raises
    ------
    UsageError
        If a value cannot be, or reads are too short for the kit.
    """

    samples: Annotated[int, Setting("Samples of each of two groups.", _SAMPLES)] = 3
    reads: Annotated[int, Setting("Reads of each sample.", RECORDS)] = 20_000
    mirnas: Annotated[int, Setting("miRNAs expressed, at most.", RECORDS)] = 200
    isomirs: Annotated[int, Setting("isomiRs of each miRNA, at most.", Range(0, 50))] = 6
    changed_share: Annotated[float, Setting("miRNAs that differ between the groups.", SHARE)] = 0.2
    fold_change: Annotated[
        float, Setting("log2 fold change of these; half go up, half go down.", Range(0, 10))
    ] = 2.0
    dispersion: Annotated[
        float, Setting("Variation between samples of a group, beyond that of counting.", Range(0, 10))
    ] = 0.05
    other_share: Annotated[float, Setting("Pieces of other RNAs.", SHARE)] = 0.15
    dimer_share: Annotated[float, Setting("Adapter dimers.", SHARE)] = 0.02
    kit: Annotated[str, Setting(f"Library kit: {', '.join(KITS)}.", metavar="NAME")] = (
        "illumina-truseq-smallrna"
    )
    mean_copies: Annotated[float, Setting("PCR copies of a molecule.", Range(1, 1000))] = 1.0
    error_rate: Annotated[float, Setting("Share of wrong bases.", Range(0, 0.5, below_most=True))] = 0.001
    read_length: Annotated[int, Setting("Cycles, nt.", Range(30, 1000))] = 75
    seed: Annotated[int, Setting("Of everything random.", SEED)] = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        check_settings(self)
        kit = kit_named(self.kit)
        if self.other_share + self.dimer_share >= 1:
            raise UsageError(
                "--other-share and --dimer-share leave no molecule of a miRNA: together below 1."
            )
        least = kit.before + 24 + kit.after + (len(kit.adapter) + kit.umi_behind if kit.umi_behind else 0)
        if self.read_length < least:
            raise UsageError(
                f"--read-length {self.read_length} does not reach the end of a miRNA's read with {self.kit}: "
                f"give {least} or more."
            )

    def as_dict(self) -> dict[str, object]:
        """Return the settings for a manifest."""
        return asdict(self)
