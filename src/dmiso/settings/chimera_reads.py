"""How chimeric reads are trimmed and counted: the first group of ``dmiso chimeras``' rules."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from dmiso.alphabet import ACCEPTED
from dmiso.errors import UsageError
from dmiso.settings.kits import KITS, Kit, kit_named
from dmiso.settings.ranges import LENGTH, LENGTH_OR_NONE, QUALITY, SHARE_BELOW_ONE, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["AUTO", "TrimSettings", "check_adapter", "of_kit"]

AUTO: Final = "auto"
"""A 3' adapter that is looked for in the reads."""

_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9]").fullmatch
_ADAPTER: Final = frozenset(ACCEPTED) - {"X", "."}
"""Codes in an adapter; X and the dot stand in reads only."""


def check_adapter(bases: str | None, option: str) -> None:
    """Refuse an adapter that no read can hold.

    Parameters
    ----------
    bases
        As given; None is no adapter.
    option
        How it was given, for the message.

    Raises
    ------
    UsageError
        If a character is no nucleotide code, or all of them are N.

    Examples
    --------
    >>> check_adapter("TGG TGC", "--adapter")
    Traceback (most recent call last):
    dmiso.errors.UsageError: --adapter 'TGG TGC': ' ' at position 4 is not a nucleotide code. Give its nucleotides alone, 5' to 3'.
    """  # noqa: E501 - a message is one line
    if bases is None:
        return
    for position, base in enumerate(bases, start=1):
        if base.upper() not in _ADAPTER:
            raise UsageError(
                f"{option} {bases!r}: {base!r} at position {position} is not a nucleotide code. "
                "Give its nucleotides alone, 5' to 3'."
            )
    if not set(bases.upper()) - {"N"}:
        raise UsageError(f"{option} {bases!r} matches every read. Give the adapter's nucleotides, 5' to 3'.")


@dataclass(frozen=True, slots=True)
class TrimSettings:
    """What is cut off reads and which copies count once.

    Parameters
    ----------
    reverse_complement
        Reads hold the reverse complement (read 2 of pairs): they are turned before anything is cut.
    kit
        Library kit (:data:`dmiso.settings.kits.KITS`): its adapter and lengths, where they are not given.
    adapter, front_adapter
        Nucleotides of the 3' and 5' adapters; None where there is none (or it was cut off before). A 3' adapter of
        ``auto`` is looked for in the reads of each sample.
    error_rate, min_overlap
        Share of wrong bases allowed in an adapter, and bases of it that must be seen (cutadapt's own defaults).
    quality_cutoff
        3' ends below this Phred quality are cut off (BWA's rule, as in cutadapt); 0 cuts nothing.
    umi5, umi3
        Length of random molecule labels at the read's 5' end, and at the 3' end once the adapter is off, nt.
    umi_behind
        Length of a molecule label behind the 3' adapter, nt.
    umi_tag
        Tag that holds a read's molecule label: RX in uBAM, or in FASTQ headers written by ``samtools fastq -T RX``.
    barcode5, barcode3
        Length of a sample barcode after the 5' UMI, and before the 3' UMI, nt; cut off.
    barcode_mismatches
        Bases of a sample barcode that may differ from those of the table of barcodes.
    min_read_length
        Reads shorter than this after trimming cannot hold both parts.
    max_n
        Reads with more nucleotides N are left out.
    duplicates
        ``exact``: reads with the same nucleotides count once (the paper's); ``umi``: once for each UMI;
        ``umi-directional``: the same, rare UMIs one base from a frequent one taken for its errors
        (:mod:`dmiso.trimming.umis`); ``keep``: every read counts.
    """

    reverse_complement: Annotated[
        bool, Setting("Turn reads first: they hold the reverse complement (read 2 of pairs).")
    ] = False
    kit: Annotated[
        str | None,
        Setting(f"Library kit: {', '.join(KITS)}.", unset="none", metavar="NAME"),
    ] = None
    adapter: Annotated[
        str | None,
        Setting("3' adapter, nucleotides; auto: found in the reads of each sample.", unset="none"),
    ] = None
    front_adapter: Annotated[str | None, Setting("5' adapter, nucleotides.", unset="none")] = None
    error_rate: Annotated[
        float,
        Setting(
            "Wrong nucleotides allowed in an adapter, share.",
            SHARE_BELOW_ONE,
            needs=("adapter", "front_adapter", "kit"),
        ),
    ] = 0.1
    min_overlap: Annotated[
        int,
        Setting(
            "Nucleotides of an adapter that must be seen.", LENGTH, needs=("adapter", "front_adapter", "kit")
        ),
    ] = 3
    quality_cutoff: Annotated[
        int, Setting("3' ends below this Phred quality are cut off; 0 cuts nothing.", QUALITY)
    ] = 0
    umi5: Annotated[int, Setting("Random nucleotides at the 5' end, nt.", LENGTH_OR_NONE)] = 0
    umi3: Annotated[int, Setting("Random nucleotides at the 3' end, adapter off, nt.", LENGTH_OR_NONE)] = 0
    umi_behind: Annotated[int, Setting("Random nucleotides behind the 3' adapter, nt.", LENGTH_OR_NONE)] = 0
    umi_tag: Annotated[
        str | None,
        Setting("Tag with the UMI (BAM, or FASTQ by samtools fastq -T): RX.", unset="none", metavar="TAG"),
    ] = None
    barcode5: Annotated[int, Setting("Sample barcode after the 5' UMI, nt; cut off.", LENGTH_OR_NONE)] = 0
    barcode3: Annotated[int, Setting("Sample barcode before the 3' UMI, nt; cut off.", LENGTH_OR_NONE)] = 0
    barcode_mismatches: Annotated[
        int, Setting("Bases of a barcode that may differ, at most.", Range(0, 3), needs=("barcodes",))
    ] = 1
    min_read_length: Annotated[int, Setting("Shorter reads are left out, nt.", LENGTH)] = 28
    max_n: Annotated[int, Setting("Nucleotides N in a read, at most.", LENGTH_OR_NONE)] = 2
    duplicates: Annotated[
        Literal["exact", "umi", "umi-directional", "keep"],
        Setting(
            "Copies of a read that count once: with the same nucleotides; with the same nucleotides and UMI; the "
            "same, errors in UMIs corrected; none."
        ),
    ] = "exact"

    def __post_init__(self) -> None:
        """Refuse lengths that cannot be, and UMI duplicates without a UMI."""
        check_settings(self)
        if self.kit is not None:
            kit_named(self.kit)
        if self.adapter != AUTO:
            check_adapter(self.adapter, "--adapter")
        check_adapter(self.front_adapter, "--front-adapter")
        if self.umi_behind and self.adapter is None:
            raise UsageError("--umi-behind needs the adapter that the UMI stands behind: give --adapter.")
        if self.umi_tag is not None and not _TAG(self.umi_tag):
            raise UsageError(
                f"--umi-tag {self.umi_tag!r}: a tag is a letter and a letter or digit, such as RX."
            )
        if self.duplicates.startswith("umi") and not self.has_umi:
            raise UsageError(
                f"--duplicates {self.duplicates} needs the UMI: give --umi5, --umi3 or --umi-behind its length, or "
                "--umi-tag."
            )

    @property
    def has_umi(self) -> bool:
        """Whether copies of a molecule can be told from its like."""
        return self.umi5 + self.umi3 + self.umi_behind > 0 or self.umi_tag is not None


def of_kit(kit: Kit) -> dict[str, Any]:
    """Return what a kit says of trimming; degenerate ends are cut like a barcode."""
    said = {
        "adapter": kit.adapter,
        "umi5": kit.umi5,
        "umi3": kit.umi3,
        "umi_behind": kit.umi_behind,
        "barcode5": kit.barcode5 + kit.random5,
        "barcode3": kit.random3,
    }
    return said | ({"duplicates": "umi-directional"} if kit.has_umi else {})
