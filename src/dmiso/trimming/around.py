"""What stands between the read's begin and known miRNAs, and between them and the adapter: barcodes, UMIs, random ends.

A miRNA is recognised by its first bases anywhere near the read's begin. What stands before it in most reads is no
isomiR: those begin within a few bases of their miRNA, most of them exactly there.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import to_dna

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["SURE", "Around", "Flank", "look_around"]

SURE: Final = 0.5
"""Share of the reads with a miRNA from which on bases beside it are the library's."""

_ISOMIR: Final = 5
"""Bases that isomiRs have beside their miRNA, at most."""

_SEVERAL: Final = 3
_NAMED: Final = 0.1

_BEGIN: Final = 16
"""Bases of a miRNA that are looked for: by chance one read in a million holds them."""

_FARTHEST: Final = 30
"""Bases before a miRNA, at most."""

_CLEAR: Final = 0.8
"""Share of reads with the same base from which on a position is fixed."""

_PROBE: Final = 10


class Flank(NamedTuple):
    """Bases of one length on one side of miRNAs.

    Parameters
    ----------
    length
        How many, in most reads; 0 is none.
    share
        Share of the reads with a known miRNA that have so many.
    pattern
        The base at each position that 80 % of reads have; N where they differ.
    words
        The most frequent ones, with their share of those reads; at most four.
    n_mirnas
        Different miRNAs that have so many; where it is one alone they may be its isomiR's.
    others
        Other lengths that a tenth of the reads or more have, with their shares.
    """

    length: int = 0
    share: float = 0.0
    pattern: str = ""
    words: tuple[tuple[str, float], ...] = ()
    n_mirnas: int = 0
    others: tuple[tuple[int, float], ...] = ()

    @property
    def kind(self) -> str:
        """``none``, ``fixed`` (the same bases in all reads), ``several`` (few words) or ``random``."""
        if not self.length:
            return "none"
        if "N" not in self.pattern:
            return "fixed"
        return "several" if sum(share for _, share in self.words) >= _CLEAR else "random"

    @property
    def is_of_library(self) -> bool:
        """Whether these bases are the library's: in most reads, and longer than isomiRs are or of several miRNAs."""
        return self.share >= SURE and (self.length > _ISOMIR or self.n_mirnas >= _SEVERAL)


class Around(NamedTuple):
    """What stands around known miRNAs: the share of reads that have one, and the bases on either side of it.

    ``is_looked_for`` is false where no miRNA was given.
    """

    mirna_share: float = 0.0
    before: Flank = Flank()
    after: Flank = Flank()
    is_looked_for: bool = False


class _Sighting(NamedTuple):
    """A miRNA in a read seen ``n`` times."""

    read: str
    n: int
    start: int
    end: int

    @property
    def mirna(self) -> str:
        return self.read[self.start : self.start + _BEGIN]


class _Word(NamedTuple):
    """Bases beside a miRNA, the miRNA, and the reads that have both."""

    bases: str
    mirna: str
    n: int


def look_around(reads: Mapping[str, int], mirnas: Iterable[str], adapter: str | None) -> Around:
    """Return what stands around known miRNAs.

    Parameters
    ----------
    reads
        Number of reads by their bases, upper-case DNA.
    mirnas
        Nucleotides of reference miRNAs, RNA or DNA.
    adapter
        3' adapter, DNA; None leaves what stands after miRNAs unknown.

    Examples
    --------
    >>> let7 = "UGAGGUAGUAGGUUGUAUAGUU"
    >>> reads = {bases + "TGAGGTAGTAGGTTGTATAGTT": 3 for bases in ("ACGT", "GATT", "CCGA", "TTAG", "AGCC")}
    >>> around = look_around(reads, [let7], None)
    >>> around.before.length, around.before.pattern, around.mirna_share
    (4, 'NNNN', 1.0)
    """
    total = sum(reads.values())
    sightings = list(_sightings(reads, mirnas))
    seen = sum(one.n for one in sightings)
    if not seen:
        return Around(is_looked_for=True)
    before = _flank([_Word(one.read[: one.start], one.mirna, one.n) for one in sightings])
    between = []
    if adapter is not None:
        for one in sightings:
            position = one.read.find(adapter[:_PROBE], one.end)
            if position >= 0:
                between.append(_Word(one.read[one.end : position], one.mirna, one.n))
    return Around(seen / total, before, _flank(between), is_looked_for=True)


def _sightings(reads: Mapping[str, int], mirnas: Iterable[str]) -> Iterator[_Sighting]:
    """Yield each read that holds the begin of a miRNA, and where the miRNA would end."""
    begins: dict[str, int] = {}
    for mirna in mirnas:
        bases = to_dna(mirna)
        if len(bases) >= _BEGIN:
            begins.setdefault(bases[:_BEGIN], len(bases))
    for read, n in reads.items():
        for start in range(min(_FARTHEST, len(read) - _BEGIN) + 1):
            length = begins.get(read[start : start + _BEGIN])
            if length is not None:
                yield _Sighting(read, n, start, start + length)
                break


def _flank(words: list[_Word]) -> Flank:
    """Return the commonest length of some words, and what they have in common."""
    lengths = Counter[int]()
    for word in words:
        lengths[len(word.bases)] += word.n
    if not lengths:
        return Flank()
    length = max(lengths, key=lambda one: (lengths[one], -one))
    found = Counter[str]()
    for word in words:
        if len(word.bases) == length:
            found[word.bases] += word.n
    seen, total = found.total(), lengths.total()
    pattern = "".join(_common([(bases[i], n) for bases, n in found.items()], seen) for i in range(length))
    return Flank(
        length,
        seen / total,
        pattern,
        tuple((bases, n / seen) for bases, n in found.most_common(4)) if length else (),
        len({word.mirna for word in words if len(word.bases) == length}),
        tuple(
            (n, lengths[n] / total) for n in sorted(lengths) if n != length and lengths[n] >= _NAMED * total
        ),
    )


def _common(bases: list[tuple[str, int]], total: int) -> str:
    counts = Counter[str]()
    for base, n in bases:
        counts[base] += n
    base, n = counts.most_common(1)[0]
    return base if n >= _CLEAR * total else "N"
