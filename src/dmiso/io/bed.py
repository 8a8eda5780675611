r"""BED6: places on transcripts or chromosomes, 0-based half-open as inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmiso.io.atomic import open_output

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["BedRecord", "write_bed"]


class BedRecord(NamedTuple):
    r"""A place: where, name, score 0-1000, strand.

    Examples
    --------
    >>> BedRecord("NM_1", 5, 35, "miR-1", 12).text()
    'NM_1\t5\t35\tmiR-1\t12\t+'
    """

    chromosome: str
    start: int
    end: int
    name: str
    score: int
    strand: str = "+"

    def text(self) -> str:
        """Return the record's line, without its end; scores above 1000 are written as 1000."""
        score = min(self.score, 1000)
        return f"{self.chromosome}\t{self.start}\t{self.end}\t{self.name}\t{score}\t{self.strand}"


def write_bed(path: Path, records: Iterable[BedRecord]) -> int:
    """Write records; return how many. The file appears when it is whole."""
    n = 0
    with open_output(path) as handle:
        for record in records:
            handle.write(f"{record.text()}\n".encode())
            n += 1
    return n
