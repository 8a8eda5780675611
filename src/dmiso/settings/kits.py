"""Library kits of small RNAs and of AGO ligations: what stands around an insert, by name.

A read of such a library is, 5' to 3': UMI, barcode, random nucleotides, insert, random nucleotides, UMI, 3' adapter,
and perhaps a UMI behind that adapter. A kit says how long each part is; lengths that its users choose are 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dmiso.errors import find_named

__all__ = ["ADAPTERS", "KITS", "Kit", "kit_named"]

_ILLUMINA_SMALL: Final = "TGGAATTCTCGGGTGCCAAGG"
_TRUSEQ: Final = "AGATCGGAAGAGCACACGTCT"
_QIASEQ: Final = "AACTGTAGGCACCATCAAT"
_POLY_A: Final = "AAAAAAAAAAAA"


@dataclass(frozen=True, slots=True)
class Kit:
    """What a kit puts around an insert, lengths in nt.

    Parameters
    ----------
    adapter
        3' adapter, DNA.
    umi5, umi3
        Molecule labels before the insert, and between insert and adapter.
    barcode5
        Label of a sample after the 5' UMI.
    random5, random3
        Nucleotides that are cut off and label nothing: degenerate ends, those of a template switch.
    umi_behind
        Molecule label behind the adapter.
    source
        Who says so.
    """

    adapter: str
    umi5: int = 0
    umi3: int = 0
    barcode5: int = 0
    random5: int = 0
    random3: int = 0
    umi_behind: int = 0
    source: str = ""

    @property
    def before(self) -> int:
        """Nucleotides between the read's begin and the insert."""
        return self.umi5 + self.barcode5 + self.random5

    @property
    def after(self) -> int:
        """Nucleotides between the insert and the adapter."""
        return self.random3 + self.umi3

    @property
    def has_umi(self) -> bool:
        """Whether copies of a molecule can be told from its like."""
        return self.umi5 + self.umi3 + self.umi_behind > 0


KITS: Final[Mapping[str, Kit]] = {
    "illumina-truseq-smallrna": Kit(
        _ILLUMINA_SMALL, source="Illumina Adapter Sequences (1000000002694), TruSeq Small RNA, RA3"
    ),
    "lexogen-smallrna": Kit(
        _ILLUMINA_SMALL, source="Lexogen Small RNA-Seq Library Prep Kit, user guide 052UG, trimming"
    ),
    "nextflex": Kit(
        _ILLUMINA_SMALL,
        random5=4,
        random3=4,
        source="NEXTFLEX Small RNA-Seq Kit v3, manual: 4 random bases at either end of the insert",
    ),
    "nextflex-v4": Kit(
        _ILLUMINA_SMALL, source="NEXTFLEX Small RNA-Seq Kit v4, manual: no random bases any more"
    ),
    "nebnext": Kit(_TRUSEQ, source="NEBNext Small RNA Library Prep (E7300, E7330), FAQ on trimming"),
    "qiaseq": Kit(
        _QIASEQ,
        umi_behind=12,
        source="QIAseq miRNA Library Kit handbook (HB-2157): UMI of 12 nt behind the 3' adapter",
    ),
    "cats": Kit(
        _POLY_A,
        random5=3,
        source="Diagenode CATS Small RNA-seq kit, manual: 3 nt of the template switch, poly(A) tail",
    ),
    "smarter-smallrna": Kit(
        _POLY_A,
        random5=3,
        source="Takara SMARTer smRNA-Seq Kit, user manual: first 3 nt and the poly(A) tail are cut",
    ),
    "illumina-v1.5": Kit("ATCTCGTATGCCGTCTTCTGCTTG", source="Illumina Adapter Sequences, Small RNA v1.5"),
    "illumina-v1.0": Kit("TCGTATGCCGTCTTCTGCTTG", source="Illumina Adapter Sequences, Small RNA v1.0"),
    "bgi-smallrna": Kit(
        "AGTCGGAGGCCAAGCGGTCTTAGGAAGACAA", source="BGI/MGI, adapters of DNBSEQ small RNA libraries, 3'"
    ),
    "chimeric-eclip": Kit(
        _TRUSEQ,
        umi5=10,
        source="Manakov et al. 2022 (chimeric eCLIP), as single-end eCLIP: UMI of 10 nt begins read 1",
    ),
    "hits-clip": Kit(
        "GTGTCAGTCACTTCCAGCGG",
        source="Moore et al. 2014 (HITS-CLIP, CLEAR-CLIP), 3' linker L32; what stands before the insert varies",
    ),
}
"""Kits by name. Where a kit has versions of other lengths, give the lengths as options."""

ADAPTERS: Final[Mapping[str, str]] = {
    "Illumina small RNA": _ILLUMINA_SMALL,
    "Illumina TruSeq and NEBNext": _TRUSEQ,
    "QIAseq miRNA": _QIASEQ,
    "Illumina small RNA v1.5": "ATCTCGTATGCCGTCTTCTGCTTG",
    "Illumina small RNA v1.0": "TCGTATGCCGTCTTCTGCTTG",
    "BGI/MGI small RNA": "AGTCGGAGGCCAAGCGGTCTTAGGAAGACAA",
    "HITS-CLIP L32": "GTGTCAGTCACTTCCAGCGG",
    "ENCODE miRNA-seq": "ACGGGCTAATATTTATCGGTGGAG",
    "Nextera": "CTGTCTCTTATACACATCT",
    "poly(A) tail": _POLY_A,
}
"""3' adapters that are looked for first, by whose they are."""


def kit_named(name: str) -> Kit:
    """Return the kit of a name.

    Raises
    ------
    UsageError
        If there is none; the message lists those known.

    Examples
    --------
    >>> kit_named("qiaseq").umi_behind, kit_named("nextflex").before
    (12, 4)
    """
    return find_named(name, KITS, "kit")
