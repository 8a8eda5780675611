"""A second look at the first reads of a sample: as sequenced, turned around, and trimmed by the run's rules."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import reverse_complement, to_dna, to_rna
from dmiso.chimera.library import adapters_of
from dmiso.chimera.trim import make_trimmer
from dmiso.io.reads import read_reads
from dmiso.records import Counts
from dmiso.trimming.around import look_around

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dmiso.chimera.sample import SampleFiles
    from dmiso.settings.chimeras import TrimSettings
    from dmiso.trimming.found import Found

__all__ = ["ROOM", "Look", "look_at", "missing_bases"]

_LOOKED_AT: Final = 10_000
ROOM: Final = 18
"""Nucleotides that must follow a miRNA before a target can be expected in them."""

_PROBE: Final = 14
_MOST_MISSING: Final = 6


class Look(NamedTuple):
    """What the first reads of a sample look like.

    Parameters
    ----------
    sample, settings
        The sample, and how its reads were trimmed.
    raw, trimmed
        Reads as sequenced, and what trimming leaves of them, too short ones included.
    turned_share
        Share of reads whose reverse complement holds a known miRNA.
    median_length
        Of trimmed reads, nt.
    missing, missing_share, missing_mirnas
        miRNAs' first bases that most trimmed reads which begin within a miRNA lack, their share, and how many
        different miRNAs they are of.
    with_room
        Share of the trimmed reads with a known miRNA that go on for :data:`ROOM` nucleotides.
    umi, umi_share
        The most frequent UMI, and its share.
    """

    sample: str
    settings: TrimSettings
    raw: Found
    trimmed: Found
    turned_share: float
    median_length: int
    missing: int
    missing_share: float
    missing_mirnas: int
    with_room: float
    umi: str
    umi_share: float


def look_at(sample: SampleFiles, settings: TrimSettings, mirnas: Collection[str]) -> Look:
    """Look at the first 10,000 reads of a sample.

    Parameters
    ----------
    sample
        Name and files.
    settings
        How its reads were trimmed; the adapter is that of the sample, where it was found.
    mirnas
        Nucleotides of the reference miRNAs, RNA.
    """
    files = chain.from_iterable(read_reads(file, Counts(), umi_tag=settings.umi_tag) for file in sample.files)
    reads = list(islice(files, _LOOKED_AT))
    trim = make_trimmer(settings, Counts())
    cut = [trim(read.sequence, read.quality) for read in reads]
    trimmed = [to_dna(read.sequence) for read in cut]
    turned = Counter(to_dna(reverse_complement(to_rna(read.sequence.upper()))) for read in reads)
    lengths = sorted(map(len, trimmed))
    umis = Counter(read.umi for read in cut if read.umi)
    umi, n_umi = umis.most_common(1)[0] if umis else ("", 0)
    return Look(
        sample.name,
        settings,
        adapters_of((read.sequence for read in reads), mirnas, around=True),
        adapters_of(trimmed, mirnas, around=True),
        look_around(turned, mirnas, None).mirna_share,
        lengths[len(lengths) // 2] if lengths else 0,
        *missing_bases(Counter(trimmed), mirnas),
        _with_room(trimmed, mirnas),
        umi,
        n_umi / umis.total() if umis else 0.0,
    )


def missing_bases(reads: Mapping[str, int], mirnas: Collection[str]) -> tuple[int, float, int]:
    """Return how many first bases of their miRNAs most reads lack, the share of them, and of how many miRNAs.

    Parameters
    ----------
    reads
        Number of trimmed reads by their bases, DNA.
    mirnas
        RNA.

    Examples
    --------
    >>> missing_bases({"AGGTAGTAGGTTGTATAGTTAC": 4, "TGAGGTAGTAGGTTGTATAGTT": 1}, ["UGAGGUAGUAGGUUGUAUAGUU"])
    (2, 0.8, 1)
    """
    begins: dict[str, tuple[int, str]] = {}
    for missing in range(_MOST_MISSING + 1):  # a miRNA that begins so goes before the rest of another
        for mirna in mirnas:
            probe = to_dna(mirna[missing : missing + _PROBE])
            if len(probe) == _PROBE:
                begins.setdefault(probe, (missing, mirna))
    lengths, names = Counter[int](), dict[int, set[str]]()
    for read, n in reads.items():
        found = begins.get(read[:_PROBE])
        if found is not None:
            lengths[found[0]] += n
            names.setdefault(found[0], set()).add(found[1])
    if not lengths:
        return 0, 0.0, 0
    missing, n = lengths.most_common(1)[0]
    return missing, n / lengths.total(), len(names[missing])


def _with_room(reads: Collection[str], mirnas: Collection[str]) -> float:
    """Return the share of reads that begin with a miRNA, of those, which go on long enough for a target."""
    begins = {to_dna(mirna[:_PROBE]): len(mirna) for mirna in mirnas}
    lengths = [(len(read), begins.get(read[:_PROBE])) for read in reads]
    beyond = [length - mirna >= ROOM for length, mirna in lengths if mirna is not None]
    return sum(beyond) / len(beyond) if beyond else 0.0
