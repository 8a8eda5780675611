"""Which offset a FASTQ writes its qualities with: 33 as everybody since 2011, or 64 as Illumina 1.3 to 1.7 did.

The text does not say it. Phred+64 has no character below ';' (59), where Phred+33 has its low qualities; and it goes
up to 'i', beyond what sequencers write in Phred+33 ('K', quality 42). A file of nothing but 'B' is Illumina 1.5's mark
of reads not to be trusted.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmiso.io.fastq import Read
    from dmiso.records import Counts

__all__ = ["NOTE_PHRED64", "is_phred64", "with_phred33"]

NOTE_PHRED64: Final = "reads with qualities as Phred+64 (Illumina before 2011): converted"
_LOOKED_AT: Final = 10_000
"""Reads that the offset is detected from."""
_LOWEST, _HIGHEST_33, _HIGHEST_64 = ";", "K", "j"
_MARK: Final = "B"
_SHIFT: Final = {code: max(code - 31, ord("!")) for code in range(ord(_LOWEST), 127)}


def is_phred64(qualities: Iterable[str]) -> bool:
    """Say whether qualities are written as Phred+64.

    Parameters
    ----------
    qualities
        Of some reads, as the file has them.

    Examples
    --------
    >>> is_phred64(["hhhhB"]), is_phred64(["IIII#"]), is_phred64(["FFFF"]), is_phred64(["~~~~"])
    (True, False, False, False)
    """
    seen = set().union(*qualities)
    if not seen:
        return False
    if seen == {_MARK}:
        return True
    return min(seen) >= _LOWEST and _HIGHEST_33 < max(seen) <= _HIGHEST_64


def with_phred33(reads: Iterable[Read], counts: Counts, *, name: str) -> Iterator[Read]:
    """Yield the reads of one file with qualities as Phred+33.

    Parameters
    ----------
    reads
        Of one file, in its order.
    counts
        Gets a note with the number of reads that were converted.
    name
        Of the file, for the note.
    """
    rest = iter(reads)
    first = list(islice(rest, _LOOKED_AT))
    if not is_phred64(read.quality for read in first):
        yield from chain(first, rest)
        return
    for read in chain(first, rest):
        counts.note(NOTE_PHRED64, example=name)
        yield read._replace(quality=read.quality.translate(_SHIFT))
