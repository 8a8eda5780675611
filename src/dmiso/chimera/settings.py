"""Every rule of the way from reads to interactions, as one named value each; presets set them together.

Four groups, in the order they are applied: trimming, locating, calling, filtering. The command line has one
option for each field, of the same name.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from dmiso.alphabet import ACCEPTED
from dmiso.errors import UsageError, find_named

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PRESETS",
    "CallSettings",
    "ChimeraSettings",
    "FilterSettings",
    "LocateSettings",
    "TrimSettings",
    "check_adapter",
    "preset",
]


_ADAPTER: Final = frozenset(ACCEPTED) - {"X", "."}
"""Codes in an adapter; X and the dot stand in reads only."""


def check_adapter(letters: str | None, option: str) -> None:
    """Refuse an adapter that no read can hold.

    Parameters
    ----------
    letters
        As given; None is no adapter.
    option
        How it was given, for the message.

    Raises
    ------
    UsageError
        If a character is no nucleotide code, or none tells one nucleotide from another.

    Examples
    --------
    >>> check_adapter("TGG TGC", "--adapter")
    Traceback (most recent call last):
    dmiso.errors.UsageError: --adapter 'TGG TGC': ' ' at position 4 is no nucleotide code. Give its letters alone, 5' to 3'.
    """  # noqa: E501 - a message is one line
    if letters is None:
        return
    for place, letter in enumerate(letters, start=1):
        if letter.upper() not in _ADAPTER:
            raise UsageError(
                f"{option} {letters!r}: {letter!r} at position {place} is no nucleotide code. "
                "Give its letters alone, 5' to 3'."
            )
    if not set(letters.upper()) - {"N"}:
        raise UsageError(f"{option} {letters!r} matches every read. Give the adapter's letters, 5' to 3'.")


@dataclass(frozen=True, slots=True)
class TrimSettings:
    """What is cut off reads and which copies count once.

    Parameters
    ----------
    adapter, front_adapter
        Letters of the 3' and 5' adapters; None where there is none (or it was cut off before).
    error_rate, min_overlap
        Share of wrong letters allowed in an adapter, and letters of it that must be seen (cutadapt's own defaults).
    quality_cutoff
        3' ends below this Phred quality are cut off (BWA's rule, as in cutadapt); 0 cuts nothing.
    umi5, umi3
        Length of random molecule labels at the read's 5' end, and at the 3' end once the adapter is off, nt.
    barcode5
        Length of a sample barcode after the 5' UMI, nt; cut off.
    min_read_length
        Reads shorter than this after trimming cannot hold both parts.
    max_n
        Reads with more letters N are left out.
    duplicates
        ``exact``: reads with the same letters count once (the paper's); ``umi``: once for each UMI;
        ``keep``: every read counts.
    """

    adapter: str | None = None
    front_adapter: str | None = None
    error_rate: float = 0.1
    min_overlap: int = 3
    quality_cutoff: int = 0
    umi5: int = 0
    umi3: int = 0
    barcode5: int = 0
    min_read_length: int = 28
    max_n: int = 2
    duplicates: Literal["exact", "umi", "keep"] = "exact"

    def __post_init__(self) -> None:
        """Refuse lengths that cannot be, and UMI duplicates without a UMI."""
        if min(self.umi5, self.umi3, self.barcode5, self.quality_cutoff, self.max_n) < 0:
            raise UsageError("lengths and cut-offs of trimming are 0 or more.")
        check_adapter(self.adapter, "--adapter")
        check_adapter(self.front_adapter, "--front-adapter")
        if not 0 <= self.error_rate < 1:
            raise UsageError("--error-rate is 0 or more and below 1.")
        if self.duplicates == "umi" and self.umi5 + self.umi3 == 0:
            raise UsageError("--duplicates umi needs the UMI's length: give --umi5 or --umi3.")


@dataclass(frozen=True, slots=True)
class LocateSettings:
    """How the two parts of a read are found.

    Parameters
    ----------
    engine
        ``embedded`` (k-mer index, ungapped, in this process) or ``blast`` (BLAST+'s blastn).
    max_evalue
        Largest expected number of chance alignments, for either part (the paper's 0.1).
    mirna_word, target_word
        Letters in a row that must agree to begin an alignment.
    max_repeats
        Embedded engine: words found at more places of the transcripts begin no alignment.
    max_hits
        Alignments of a read kept for either part, the best ones.
    max_gap, max_overlap
        Letters between the two parts, or shared by them, at most (the paper's 4).
    max_end_distance
        Letters between the miRNA part and its end of the read, at most; they belong to the isomiR.
    order
        ``both``, or only ``mirna-first`` (miRNA at the read's 5' end) or ``target-first``.
    max_alignment_gaps
        Gap openings in an alignment; the paper leaves out alignments with loops: 0.
    min_mirna_match
        Letters of the miRNA alignment at least.
    top
        Pairs reported for each read.
    """

    engine: Literal["embedded", "blast"] = "embedded"
    max_evalue: float = 0.1
    mirna_word: int = 7
    target_word: int = 12
    max_repeats: int = 2000
    max_hits: int = 100
    max_gap: int = 4
    max_overlap: int = 4
    max_end_distance: int = 4
    order: Literal["both", "mirna-first", "target-first"] = "both"
    max_alignment_gaps: int = 0
    min_mirna_match: int = 0
    top: int = 1

    def __post_init__(self) -> None:
        """Refuse words and numbers that cannot be searched with."""
        if not 4 <= self.mirna_word <= 12 or not 8 <= self.target_word <= 14:
            raise UsageError("--mirna-word is 4 to 12, --target-word 8 to 14.")
        if self.max_evalue <= 0:
            raise UsageError("--max-evalue is above 0.")
        if min(self.max_hits, self.max_repeats, self.top) < 1:
            raise UsageError("--max-hits, --max-repeats and --top are 1 or more.")


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How a located pair becomes an isomiR and a site.

    Parameters
    ----------
    junction
        ``alignment``: letters between the two alignments belong to the isomiR (the paper compares the miRNA
        portion with the miRNA); ``joint``: the border stands where most letters are explained by one part or
        the other, so that letters the transcript explains are no 3' addition.
    outer
        Letters between the miRNA and its end of the read: ``isomir`` takes them as the isomiR's (5' additions of
        a miRNA that comes first), ``cut`` leaves them out, for libraries that leave letters of a UMI or adapter there.
    min_quality
        Base quality that variant letters must exceed (the paper's 30).
    extend
        Letters of the transcript added at the site's 3' end (the paper's 25).
    """

    junction: Literal["alignment", "joint"] = "alignment"
    outer: Literal["isomir", "cut"] = "isomir"
    min_quality: int = 30
    extend: int = 25


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """Which calls become interactions.

    Parameters
    ----------
    min_reads
        Chimeric reads, all samples together, with the same miRNA portion (the paper's 10).
    min_site_length
        Extended sites shorter than this are left out (the paper's 30).
    min_replicates
        Samples in which an interaction is seen.
    join_sites
        Overlapping sites of one isomiR on one transcript are one interaction.
    """

    min_reads: int = 10
    min_site_length: int = 30
    min_replicates: int = 1
    join_sites: bool = False


@dataclass(frozen=True, slots=True)
class ChimeraSettings:
    """All rules; see the four groups."""

    trim: TrimSettings = field(default_factory=TrimSettings)
    locate: LocateSettings = field(default_factory=LocateSettings)
    call: CallSettings = field(default_factory=CallSettings)
    filters: FilterSettings = field(default_factory=FilterSettings)

    def with_options(self, options: Mapping[str, Any]) -> ChimeraSettings:
        """Return the rules with some changed, by field name, whichever group it is of; None changes nothing.

        Examples
        --------
        >>> preset("paper").with_options({"max_gap": 2, "top": None}).locate.max_gap
        2
        """
        given = {name: value for name, value in options.items() if value is not None}
        groups = {}
        for group in fields(self):
            values = getattr(self, group.name)
            names = {f.name for f in fields(values)}
            groups[group.name] = replace(values, **{n: given.pop(n) for n in sorted(names & set(given))})
        assert not given, f"no such rule: {sorted(given)}"
        return ChimeraSettings(**groups)

    def as_dict(self) -> dict[str, Any]:
        """Return every rule by group, for manifests."""
        return asdict(self)


PRESETS: Final[Mapping[str, ChimeraSettings]] = {
    "paper": ChimeraSettings(),
    "modern": ChimeraSettings(
        locate=LocateSettings(min_mirna_match=16),
        call=CallSettings(junction="joint"),
        filters=FilterSettings(min_reads=5, join_sites=True),
    ),
}
"""``paper``: the rules of Talukder et al. 2022. ``modern``: what the field learnt since; docs/chimeras.md says why."""


def preset(name: str) -> ChimeraSettings:
    """Return the rules of a name.

    Raises
    ------
    UsageError
        If there is none; the message lists those known.

    Examples
    --------
    >>> preset("paper").locate.max_evalue, preset("paper").filters.min_reads
    (0.1, 10)
    """
    return find_named(name, PRESETS, "preset")
