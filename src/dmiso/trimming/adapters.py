"""Which 3' adapter reads have: known ones by how often they are seen, then whatever follows many different inserts.

A known adapter is looked for by its first bases. Where none is frequent, the words that recur behind *different*
bases are: the inside of a frequent miRNA always stands behind the same ones, an adapter behind all inserts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.settings.kits import ADAPTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FREQUENT", "SEEN", "AdapterSeen", "known_adapters", "unknown_adapter"]

SEEN: Final = 0.01
"""Below this share of reads an adapter is not taken for the library's: the reads have none (any more)."""

FREQUENT: Final = 0.1
"""From this share on nothing else is looked for."""

_PROBE: Final = 10
"""Bases of an adapter that are looked for: 50 positions of a read hold them by chance once in 20,000 reads."""

_TAIL_PROBE: Final = 12
"""The same of a poly(A) tail, which mRNAs hold too."""

_WORD: Final = 12
_INSERT: Final = 12
"""Bases at the read's begin that are insert whatever the library is."""

_CONTEXT: Final = 6
_NEW_SHARE: Final = 0.05
"""Share of distinct inserts that an unknown adapter must follow."""

_VARIED: Final = 0.3
"""Different bases before an unknown adapter, per read that has it, at least."""

_SAME: Final = 0.9
_MOST: Final = 0.6
_LONGEST: Final = 20
_LOOKED_AT: Final = 10_000
"""Distinct inserts that an unknown adapter is looked for in."""


class AdapterSeen(NamedTuple):
    """An adapter in reads: whose it is (empty if unknown), its DNA, share of reads with it, median position."""

    name: str
    bases: str
    share: float
    position: int


def known_adapters(reads: Mapping[str, int]) -> list[AdapterSeen]:
    """Return the known adapters that reads have, most frequent first.

    Parameters
    ----------
    reads
        Number of reads by their bases, upper-case DNA.

    Returns
    -------
    list of AdapterSeen
        Those in a share of :data:`SEEN` or more.

    Examples
    --------
    >>> seen = known_adapters({"TGAGGTAGTAGGTTGTATAGTTTGGAATTCTCGGGTGCC": 9, "TGAGGTAGTAGGTTGTATAGTT": 1})
    >>> [(a.name, a.share, a.position) for a in seen]
    [('Illumina small RNA', 0.9, 22)]
    """
    total = sum(reads.values())
    seen = []
    for name, bases in ADAPTERS.items():
        probe = bases[: _TAIL_PROBE if set(bases) == {"A"} else _PROBE]
        positions = Counter[int]()
        for read, n in reads.items():
            position = read.find(probe)
            if position >= 0:
                positions[position] += n
        share = sum(positions.values()) / total if total else 0.0
        if share >= SEEN:
            seen.append(AdapterSeen(name, bases, share, _median(positions)))
    return sorted(seen, key=lambda one: (-one.share, one.position))


def _median(positions: Counter[int]) -> int:
    half, passed = sum(positions.values()) / 2, 0
    for position in sorted(positions):
        passed += positions[position]
        if passed >= half:
            return position
    return 0


def unknown_adapter(reads: Mapping[str, int]) -> AdapterSeen | None:
    """Return an adapter that is in no list: what stands behind many different inserts.

    Parameters
    ----------
    reads
        Number of reads by their bases, upper-case DNA.

    Returns
    -------
    AdapterSeen or None
        At most 20 bases of it, without a name; None if nothing recurs behind different bases.
    """
    distinct = _distinct_inserts(reads)
    words = Counter[str]()
    for read in distinct:
        words.update({read[i : i + _WORD] for i in range(_INSERT, len(read) - _WORD + 1)})
    least = max(5, _NEW_SHARE * len(distinct))
    for word, n in words.most_common(50):
        if n < least:
            return None
        if len(set(word)) > 2 and _is_varied(word, n, distinct):
            bases = _extended(word, distinct)
            positions = Counter[int]()
            for read, copies in reads.items():
                position = read.find(bases[:_WORD])
                if position >= 0:
                    positions[position] += copies
            share = sum(positions.values()) / sum(reads.values())
            return AdapterSeen("", bases, share, _median(positions)) if share >= _NEW_SHARE else None
    return None


def _distinct_inserts(reads: Mapping[str, int]) -> list[str]:
    """Return one read for each beginning: a frequent miRNA is one, not most of all."""
    ends: dict[str, str] = {}
    for read in reads:
        known = ends.get(read[: _INSERT + 4])
        if known is None or len(read) > len(known):
            ends[read[: _INSERT + 4]] = read
        if len(ends) >= _LOOKED_AT:
            break
    return list(ends.values())


def _is_varied(word: str, n: int, reads: list[str]) -> bool:
    """Say whether a word stands behind different bases, at different positions or in different inserts."""
    before = {
        read[position - _CONTEXT : position] for read in reads if (position := read.find(word, _INSERT)) >= 0
    }
    return len(before) >= _VARIED * min(n, 4**_CONTEXT)


def _extended(word: str, reads: list[str]) -> str:
    """Return a word with the bases that stand before it and behind it in nearly all reads."""
    while True:
        before = Counter(read[position - 1] for read in reads if (position := read.find(word)) > 0)
        if not before or before.most_common(1)[0][1] < _SAME * before.total() or len(word) >= _LONGEST:
            break
        word = before.most_common(1)[0][0] + word
    while len(word) < _LONGEST:
        behind = Counter(
            read[position + len(word)]
            for read in reads
            if (position := read.find(word)) >= 0 and position + len(word) < len(read)
        )
        if not behind or behind.most_common(1)[0][1] < _MOST * behind.total():
            break
        word += behind.most_common(1)[0][0]
    return word
