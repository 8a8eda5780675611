"""How raw small-RNA reads are cut: what the user says of the library, and limits of what is kept."""

from dataclasses import dataclass
from typing import Annotated, Final

from dmiso.errors import UsageError
from dmiso.settings.chimeras import check_adapter
from dmiso.settings.kits import KITS, kit_named
from dmiso.settings.ranges import LENGTH, LENGTH_OR_NONE, QUALITY, SHARE_BELOW_ONE
from dmiso.settings.setting import Setting, check_settings

__all__ = ["ReadSettings"]

_OF_LIBRARY: Final = ("kit", "adapter", "umi5", "umi3", "umi_behind", "cut5", "cut3")


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How reads are cut; what is None is found in the reads themselves.

    Parameters
    ----------
    kit
        Name of a library kit (:data:`dmiso.settings.kits.KITS`).
    adapter
        Bases of the 3' adapter.
    trim
        Whether anything is cut off; without it reads are taken as they are.
    umi5, umi3, umi_behind
        Lengths of molecule labels: at the read's 5' end, between insert and adapter, behind the adapter.
    cut5, cut3
        Bases cut off after the 5' UMI (barcode, random end) and before the 3' UMI.
    error_rate, min_overlap
        Share of wrong bases in an adapter, and bases of it that must be seen.
    quality_cutoff
        3' ends below this Phred quality are cut off; 0 cuts nothing.
    min_length, max_length
        Inserts shorter or longer are left out.
    max_n
        Inserts with more bases N are left out.
    keep_duplicates
        Copies of a molecule (same bases and UMI) count each.

    Raises
    ------
    UsageError
        If a value cannot be, or the library is described and nothing shall be cut.

    Examples
    --------
    >>> ReadSettings(kit="qiaseq").kit
    'qiaseq'
    """

    kit: Annotated[
        str | None,
        Setting(f"Library kit: {', '.join(KITS)}.", unset="found in the reads", metavar="NAME"),
    ] = None
    adapter: Annotated[
        str | None, Setting("3' adapter, bases.", unset="the kit's, or found in the reads")
    ] = None
    trim: Annotated[bool, Setting("Cut adapters, UMIs and random ends off FASTQ reads.")] = True
    umi5: Annotated[
        int | None,
        Setting("UMI at the 5' end, nt.", LENGTH_OR_NONE, unset="the kit's, or none"),
    ] = None
    umi3: Annotated[
        int | None,
        Setting(
            "UMI between insert and adapter, nt.",
            LENGTH_OR_NONE,
            unset="the kit's, or none",
        ),
    ] = None
    umi_behind: Annotated[
        int | None,
        Setting("UMI behind the adapter, nt.", LENGTH_OR_NONE, unset="the kit's, or found"),
    ] = None
    cut5: Annotated[
        int | None,
        Setting(
            "Bases cut off after the 5' UMI (barcode, random end), nt.",
            LENGTH_OR_NONE,
            unset="the kit's, or found",
        ),
    ] = None
    cut3: Annotated[
        int | None,
        Setting(
            "Bases cut off behind the insert (random end), nt.",
            LENGTH_OR_NONE,
            unset="the kit's, or found",
        ),
    ] = None
    error_rate: Annotated[float, Setting("Wrong bases allowed in an adapter, share.", SHARE_BELOW_ONE)] = 0.1
    min_overlap: Annotated[int, Setting("Bases of an adapter that must be seen.", LENGTH)] = 3
    quality_cutoff: Annotated[
        int, Setting("3' ends below this Phred quality are cut off; 0 cuts nothing.", QUALITY)
    ] = 0
    min_length: Annotated[int, Setting("Shorter inserts are left out, nt.", LENGTH)] = 15
    max_length: Annotated[int, Setting("Longer inserts are left out, nt.", LENGTH)] = 40
    max_n: Annotated[int, Setting("Bases N in an insert, at most.", LENGTH_OR_NONE)] = 0
    keep_duplicates: Annotated[bool, Setting("Count every copy of a molecule, though UMIs are there.")] = (
        False
    )

    def __post_init__(self) -> None:
        """Check the values once."""
        check_settings(self)
        check_adapter(self.adapter, "--adapter")
        if self.kit is not None:
            kit_named(self.kit)
        if self.min_length > self.max_length:
            raise UsageError(
                f"--min-length {self.min_length} is more than --max-length {self.max_length}: no insert is left."
            )
        given = [name for name in _OF_LIBRARY if getattr(self, name) is not None]
        if given and not self.trim:
            raise UsageError(
                f"--{given[0].replace('_', '-')} has no effect with --no-trim. Leave one of them out."
            )
