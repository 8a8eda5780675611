"""Every rule of the way from reads to interactions, as one named value each; presets set them together.

Five groups, in the order they are applied: trimming, locating, calling, filtering, output. The command line has one
option for each field, of the same name.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Annotated, Any, Final, Literal, Self

from dmiso.errors import find_named
from dmiso.settings.chimera_reads import AUTO, TrimSettings, check_adapter, of_kit
from dmiso.settings.kits import kit_named
from dmiso.settings.ranges import LENGTH_OR_NONE, QUALITY, RECORDS, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = [
    "AUTO",
    "DEFAULT_PRESET",
    "PRESETS",
    "CallSettings",
    "ChimeraSettings",
    "FilterSettings",
    "LocateSettings",
    "OutputSettings",
    "TrimSettings",
    "check_adapter",
    "preset",
]


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
        Nucleotides in a row that must agree to begin an alignment.
    max_repeats
        Embedded engine: words found at more positions of the transcripts begin no alignment.
    max_hits
        Alignments of a read kept for either part, the best ones.
    max_gap, max_overlap
        Nucleotides between the two parts, or shared by them, at most (the paper's 4).
    max_end_distance
        Nucleotides between the miRNA part and its end of the read, at most; they belong to the isomiR.
    order
        ``both``, or only ``mirna-first`` (miRNA at the read's 5' end) or ``target-first``.
    max_alignment_gaps
        Gap openings in an alignment; the paper leaves out alignments with loops: 0.
    min_mirna_match
        Nucleotides of the miRNA alignment at least.
    top
        Pairs reported for each read.
    """

    engine: Annotated[
        Literal["embedded", "blast"],
        Setting("blast runs blastn of BLAST+ as the paper did; embedded needs nothing."),
    ] = "embedded"
    max_evalue: Annotated[
        float,
        Setting("Expected chance alignments, either part.", Range(0, 1_000_000, above_least=True)),
    ] = 0.1
    mirna_word: Annotated[
        int, Setting("Nucleotides in a row that begin an alignment with a miRNA.", Range(4, 12))
    ] = 7
    target_word: Annotated[int, Setting("The same with a transcript.", Range(8, 14))] = 12
    max_repeats: Annotated[
        int,
        Setting("embedded: words at more positions do not begin an alignment.", RECORDS, ("engine!=blast",)),
    ] = 2000
    max_hits: Annotated[int, Setting("Alignments of a read kept, either part.", Range(1, 100_000))] = 100
    max_gap: Annotated[int, Setting("Nucleotides between the parts, at most.", LENGTH_OR_NONE)] = 4
    max_overlap: Annotated[int, Setting("Nucleotides shared by the parts, at most.", LENGTH_OR_NONE)] = 4
    max_end_distance: Annotated[
        int, Setting("Nucleotides between the miRNA part and the read's end, at most.", LENGTH_OR_NONE)
    ] = 4
    order: Annotated[
        Literal["both", "mirna-first", "target-first"], Setting("Order of the parts in a read, 5' first.")
    ] = "both"
    max_alignment_gaps: Annotated[
        int,
        Setting("blast: loops (gap openings) of an alignment, at most.", LENGTH_OR_NONE, ("engine=blast",)),
    ] = 0
    min_mirna_match: Annotated[
        int, Setting("Nucleotides of the miRNA alignment, at least.", LENGTH_OR_NONE)
    ] = 0
    top: Annotated[
        int, Setting("Pairs written for each read; above 1 to candidates.tsv.", Range(1, 1000))
    ] = 1

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How a located pair becomes an isomiR and a site.

    Parameters
    ----------
    junction
        ``alignment``: nucleotides between the two alignments belong to the isomiR (the paper compares the miRNA
        portion with the miRNA); ``joint``: the border stands where most nucleotides are explained by one part or
        the other, so that nucleotides the transcript explains are no 3' addition.
    outer
        Nucleotides between the miRNA and its end of the read: ``isomir`` takes them as the isomiR's (5' additions of
        a miRNA that comes first), ``cut`` leaves them out, for libraries that leave nucleotides of a UMI or adapter
        there.
    min_quality
        Base quality that variant nucleotides must exceed (the paper's 30).
    extend
        Nucleotides of the transcript added at the site's 3' end (the paper's 25).
    """

    junction: Annotated[
        Literal["alignment", "joint"],
        Setting(
            "Border of the parts: by the alignments; or where most nucleotides are explained by one of them."
        ),
    ] = "alignment"
    outer: Annotated[
        Literal["isomir", "cut"],
        Setting(
            "Nucleotides between the miRNA and its end of the read: the isomiR's, or left out (rests of a UMI)."
        ),
    ] = "isomir"
    min_quality: Annotated[
        int, Setting("Quality that nucleotides other than the miRNA's must exceed, Phred.", QUALITY)
    ] = 30
    extend: Annotated[
        int, Setting("Nucleotides of the transcript added at the site's 3' end, nt.", LENGTH_OR_NONE)
    ] = 25

    def __post_init__(self) -> None:
        check_settings(self)


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
    keep_repeats
        Keep sense calls and repeats (:mod:`dmiso.confounders.repeats`), of which the paper's recipe knows nothing; they
        go before chimeric reads of a miRNA part are counted.
    """

    min_reads: Annotated[
        int, Setting("Chimeric reads with the same miRNA part, summed over samples, at least.", RECORDS)
    ] = 10
    min_site_length: Annotated[int, Setting("Shorter extended sites are left out, nt.", LENGTH_OR_NONE)] = 30
    min_replicates: Annotated[
        int, Setting("Samples that show an interaction, at least.", Range(1, 10_000))
    ] = 1
    join_sites: Annotated[bool, Setting("Overlapping sites of an isomiR are one interaction.")] = False
    keep_repeats: Annotated[
        bool,
        Setting(
            "Keep sense calls (the miRNA part is a piece of the transcript) and repeats (simple, without a duplex)."
        ),
    ] = True

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """What is written besides interactions; changes none of them.

    Parameters
    ----------
    energies
        Fold the two parts of every read by ViennaRNA, where it is installed: ``chimeras.hyb`` has the energies and
        ``chimeras.vienna`` the duplexes.
    """

    energies: Annotated[
        bool,
        Setting(
            "Fold the parts of reads (ViennaRNA): energies in chimeras.hyb, duplexes in chimeras.vienna."
        ),
    ] = True

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True, slots=True)
class ChimeraSettings:
    """All rules; see the five groups."""

    trim: TrimSettings = field(default_factory=TrimSettings)
    locate: LocateSettings = field(default_factory=LocateSettings)
    call: CallSettings = field(default_factory=CallSettings)
    filters: FilterSettings = field(default_factory=FilterSettings)
    output: OutputSettings = field(default_factory=OutputSettings)

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return the rules with some changed, by field name, whichever group it is of; None changes nothing.

        Examples
        --------
        >>> preset("paper").with_options({"max_gap": 2, "top": None}).locate.max_gap
        2
        """
        given = {name: value for name, value in options.items() if value is not None}
        if "kit" in given:
            given = of_kit(kit_named(given["kit"])) | given
        groups = {}
        for group in fields(self):
            values = getattr(self, group.name)
            names = {f.name for f in fields(values)}
            groups[group.name] = replace(values, **{n: given.pop(n) for n in sorted(names & set(given))})
        assert not given, f"no such rule: {sorted(given)}"
        return replace(self, **groups)

    def as_dict(self) -> dict[str, Any]:
        """Return every rule by group, for manifests."""
        return asdict(self)


PRESETS: Final[Mapping[str, ChimeraSettings]] = {
    "paper": ChimeraSettings(),
    "modern": ChimeraSettings(
        locate=LocateSettings(min_mirna_match=16),
        call=CallSettings(junction="joint"),
        filters=FilterSettings(min_reads=5, join_sites=True, keep_repeats=False),
    ),
}
"""``paper``: the rules of Talukder et al. 2022. ``modern``: what the field learnt since; docs/chimeras.md says why."""

DEFAULT_PRESET: Final = "paper"


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
