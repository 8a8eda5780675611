"""What a simulated sample of chimeric reads is like: the settings of ``dmiso chimeras simulate``."""

from dataclasses import asdict, dataclass
from typing import Annotated

from dmiso.errors import UsageError
from dmiso.settings.chimeras import check_adapter
from dmiso.settings.ranges import LENGTH_OR_NONE, RECORDS, SEED, SHARE, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["SimulationSettings"]


@dataclass(frozen=True, slots=True)
class SimulationSettings:
    """What a simulated sample is like.

    Parameters
    ----------
    reads
        Reads written.
    isomirs, interactions
        Distinct miRNAs and isomiRs, and interactions, that chimeras are drawn from; few are frequent, many rare.
    chimera_share, mirna_share, dimer_share
        Shares of molecules that are chimeric, lone miRNAs and adapter dimers; the rest are transcript fragments.
    seed_share
        Share of interactions whose site pairs with miRNA positions 2-8.
    target_first_share
        Share of interactions ligated the other way round.
    error_rate
        Chance of a wrong nucleotide.
    mean_copies
        PCR copies of a molecule, on average.
    read_length, umi5
        Cycles of the sequencer; random nucleotides before the insert, nt.
    adapter
        3' adapter.
    site_length
        Shortest and longest fragment, nt.
    seed
        Of everything random.
    """

    reads: Annotated[int, Setting("Reads written.", RECORDS)] = 100_000
    isomirs: Annotated[int, Setting("miRNAs and isomiRs, at most.", RECORDS)] = 300
    interactions: Annotated[int, Setting("Pairs that chimeras are drawn from.", RECORDS)] = 5_000
    chimera_share: Annotated[float, Setting("Chimeric molecules.", SHARE)] = 0.4
    mirna_share: Annotated[float, Setting("Lone miRNAs.", SHARE)] = 0.1
    dimer_share: Annotated[float, Setting("Adapter dimers; the rest are transcript fragments.", SHARE)] = 0.05
    seed_share: Annotated[
        float, Setting("Interactions whose site pairs with miRNA positions 2-8.", SHARE)
    ] = 0.5
    target_first_share: Annotated[float, Setting("Interactions ligated the other way round.", SHARE)] = 0.1
    error_rate: Annotated[float, Setting("Share of wrong nucleotides.", Range(0, 0.5, below_most=True))] = 0.0
    mean_copies: Annotated[float, Setting("PCR copies of a molecule.", Range(1, 1000))] = 1.5
    read_length: Annotated[int, Setting("Cycles, nt.", Range(30, 100_000))] = 100
    umi5: Annotated[int, Setting("Random nucleotides before, nt.", LENGTH_OR_NONE)] = 8
    adapter: Annotated[str, Setting("3' adapter.")] = "TGGAATTCTCGGGTGCCAAGG"
    site_length: tuple[int, int] = (25, 50)
    seed: Annotated[int, Setting("Of everything random.", SEED)] = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        check_settings(self)
        check_adapter(self.adapter, "--adapter")
        if self.chimera_share + self.mirna_share + self.dimer_share > 1:
            raise UsageError("shares of molecules are 0 or more, and together 1 at most.")
        if not 0 < self.site_length[0] <= self.site_length[1]:
            raise UsageError("the shortest site is 1 nt or more, and not longer than the longest.")

    def as_dict(self) -> dict[str, object]:
        """Return the settings for a manifest."""
        return asdict(self)
