"""What stands around the inserts of a file, from its first reads."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from dmiso.alphabet import to_dna
from dmiso.io.fastq import read_fastq
from dmiso.trimming.adapters import FREQUENT, SEEN, known_adapters, unknown_adapter
from dmiso.trimming.around import Around, look_around
from dmiso.trimming.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.trimming.adapters import AdapterSeen

__all__ = ["LOOKED_AT", "detect", "detect_reads"]

LOOKED_AT: Final = 40_000
"""Reads at the head of a file that are looked at."""

_MANY: Final = 0.5
"""Of two adapters that are both so frequent against the first, the one that stands first in the read is cut."""

_PROBE: Final = 10
_UMI: Final = range(6, 21)
"""Lengths of UMIs behind an adapter."""

_RANDOM: Final = 0.5
"""Share of different words among the bases behind an adapter from which on they are a UMI."""


def detect(path: Path, *, mirnas: Iterable[str] = (), n_reads: int = LOOKED_AT) -> Found:
    """Return what the first reads of a file look like: 3' adapter, bases before miRNAs, UMIs.

    Parameters
    ----------
    path
        FASTQ, plain or compressed.
    mirnas
        Nucleotides of reference miRNAs, RNA or DNA; without them what stands before and after miRNAs stays unknown.
    n_reads
        Reads to look at.

    Raises
    ------
    InputError, UsageError
        As :func:`dmiso.io.fastq.read_fastq`.
    """
    return detect_reads((read.sequence for read in islice(read_fastq(path), n_reads)), mirnas=mirnas)


def detect_reads(reads: Iterable[str], *, mirnas: Iterable[str] = ()) -> Found:
    """Return what reads look like.

    Parameters
    ----------
    reads
        Bases of reads as sequenced, DNA.
    mirnas
        As for :func:`detect`.

    Examples
    --------
    >>> from dmiso.settings.kits import KITS
    >>> adapter = KITS["illumina-truseq-smallrna"].adapter
    >>> found = detect_reads(["TGAGGTAGTAGGTTGTATAGTT" + adapter] * 9, mirnas=["UGAGGUAGUAGGUUGUAUAGUU"])
    >>> found.adapter, found.before, found.kits[0]
    ('TGGAATTCTCGGGTGCCAAGG', 0, 'illumina-truseq-smallrna')
    """
    counted, mirnas = Counter(read.upper() for read in reads), tuple(mirnas)
    total = counted.total()
    if not total:
        return Found(0, 0)
    adapters = _chosen_first(known_adapters(counted))
    if not adapters or adapters[0].share < FREQUENT:
        new = unknown_adapter(counted)
        # behind UMIs a frequent miRNA follows many different bases, too
        if new is not None and new.bases[:_PROBE] in "|".join(map(to_dna, mirnas)):
            new = None
        if new is not None and (not adapters or new.share > adapters[0].share):
            adapters = [new, *adapters]
    adapter = adapters[0].bases if adapters else None
    around = look_around(counted, mirnas, adapter) if mirnas else Around()
    umi_behind = _umi_behind(counted, adapters)
    return Found(total, _median_length(counted), _without_followers(counted, adapters), around, umi_behind)


def _without_followers(reads: Mapping[str, int], adapters: list[AdapterSeen]) -> tuple[AdapterSeen, ...]:
    """Return the adapters less those that only stand behind the first one: they are the same construct's."""
    if len(adapters) < 2:
        return tuple(adapters)
    total = sum(reads.values())
    rest = {read: n for read, n in reads.items() if adapters[0].bases[:_PROBE] not in read}
    alone = [
        one._replace(share=sum(n for read, n in rest.items() if one.bases[:_PROBE] in read) / total)
        for one in adapters[1:]
    ]
    return (adapters[0], *(one for one in alone if one.share >= SEEN))


def _chosen_first(adapters: list[AdapterSeen]) -> list[AdapterSeen]:
    """Put that adapter first which stands first in reads, of those that are about as frequent as the most frequent."""
    if not adapters:
        return []
    many = [one for one in adapters if one.share >= _MANY * adapters[0].share]
    first = min(many, key=lambda one: one.position)
    return [first, *(one for one in adapters if one is not first)]


def _median_length(reads: Mapping[str, int]) -> int:
    lengths = Counter[int]()
    for read, n in reads.items():
        lengths[len(read)] += n
    half, passed = lengths.total() / 2, 0
    for length in sorted(lengths):
        passed += lengths[length]
        if passed >= half:
            return length
    return 0


def _umi_behind(reads: Mapping[str, int], adapters: list[AdapterSeen]) -> int:
    """Return how many bases stand between the adapter and a second one, if always the same number of random ones."""
    for second in adapters[1:]:
        gaps: dict[int, Counter[str]] = {}
        for read, n in reads.items():
            start = read.find(adapters[0].bases)
            end = start + len(adapters[0].bases)
            position = read.find(second.bases[:_PROBE], end) if start >= 0 else -1
            if position >= 0:
                gaps.setdefault(position - end, Counter())[read[end:position]] += n
        if not gaps:
            continue
        length, words = max(gaps.items(), key=lambda gap: (gap[1].total(), -gap[0]))
        most = sum(found.total() for found in gaps.values()) * _MANY
        if length in _UMI and words.total() >= most and len(words) >= _RANDOM * min(words.total(), 4**6):
            return length
    return 0
