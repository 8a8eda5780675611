r"""BED written and read: positions on transcripts or chromosomes, 0-based half-open as inside.

BED6 (:meth:`BedRecord.text`, and :func:`bed6_columns` for tables of millions of rows), BED12 with a block per exon, and
further columns after either. Lines that are about the file (``track``, ``browser``, comments) are found by
:func:`is_header`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.errors import DmisoError
from dmiso.io.annotation_text import LONGEST_EXON, MOST_POSITION
from dmiso.io.atomic import open_output
from dmiso.io.numbers import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = [
    "BED12_FIELDS",
    "MOST_BLOCKS",
    "BedRecord",
    "bed6_columns",
    "bed_score",
    "is_header",
    "parse_bed12",
    "write_bed",
]

BED12_FIELDS: Final = 12
MOST_BLOCKS: Final = 1 << 16
"""Exons of a transcript at most; titin has 363."""
_MOST_SCORE: Final = 1000


class BedRecord(NamedTuple):
    r"""A position: where, name, score 0-1000, strand; blocks make it BED12.

    ``blocks`` are start and end of each exon on the chromosome, ascending; ``thick`` the bounds of the coding sequence
    (None draws all of it thick); ``more`` further columns after the six or twelve.

    Examples
    --------
    >>> BedRecord("NM_1", 5, 35, "miR-1", 12).text()
    'NM_1\t5\t35\tmiR-1\t12\t+'
    >>> BedRecord("chr1", 5, 35, "miR-1", 12, "-", ((5, 10), (30, 35))).text()
    'chr1\t5\t35\tmiR-1\t12\t-\t5\t35\t0\t2\t5,5\t0,25'
    """

    chromosome: str
    start: int
    end: int
    name: str
    score: int
    strand: str = "+"
    blocks: tuple[tuple[int, int], ...] = ()
    thick: tuple[int, int] | None = None
    more: tuple[str, ...] = ()

    def text(self) -> str:
        r"""Return the record's line, without its end; scores above 1000 are written as 1000.

        Spaces in names become ``_``: browsers part columns at any white space.

        Raises
        ------
        DmisoError
            If a name holds a tab or a line break, which BED cannot hold.

        Examples
        --------
        >>> BedRecord("a gene", 5, 35, "miR-1 isomiR", 12).text()
        'a_gene\t5\t35\tmiR-1_isomiR\t12\t+'
        """
        names = (self.chromosome.replace(" ", "_"), self.name.replace(" ", "_"))
        fields = [names[0], self.start, self.end, names[1], min(self.score, _MOST_SCORE), self.strand]
        if self.blocks:
            fields += [*(self.thick or (self.start, self.end)), 0, len(self.blocks)]
            fields += [",".join(str(b - a) for a, b in self.blocks)]
            fields += [",".join(str(a - self.start) for a, _ in self.blocks)]
        fields += self.more
        line = "\t".join(map(str, fields))
        if line.count("\t") != len(fields) - 1 or len(line.splitlines()) > 1:
            raise DmisoError(
                f"{line!r} holds a tab or a line break inside a field, which BED cannot hold: rename it."
            )
        return line


def bed_score(score: float) -> int:
    """Return a score of 0-1 as BED's whole number of 0-1000; a half goes to the even one, as in :func:`bed6_columns`.

    Examples
    --------
    >>> bed_score(0.8765), bed_score(1.0)
    (876, 1000)
    """
    return round(score * _MOST_SCORE)


def bed6_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Return scored windows as BED6 columns: target, start, end, miRNA, score, strand.

    Parameters
    ----------
    frame
        Columns ``target_id``, ``start``, ``end``, ``mirna_id`` and ``score`` (0-1). Spaces in names become ``_``, as in
        :meth:`BedRecord.text`.
    """
    return frame.select(
        pl.col("target_id").str.replace_all(" ", "_", literal=True),
        pl.col("start"),
        pl.col("end"),
        pl.col("mirna_id").str.replace_all(" ", "_", literal=True),
        (pl.col("score") * _MOST_SCORE).round().cast(pl.Int64).alias("bed_score"),
        pl.lit("+").alias("strand"),
    )


def write_bed(path: Path, records: Iterable[BedRecord]) -> int:
    """Write records; return how many. The file appears when it is whole.

    Raises
    ------
    DmisoError
        As :meth:`BedRecord.text`, or if the file cannot be written.
    """
    n = 0
    with open_output(path) as handle:
        for record in records:
            handle.write(f"{record.text()}\n".encode())
            n += 1
    return n


def is_header(line: str) -> bool:
    r"""Say whether a line is about the file: a comment, empty, ``track`` or ``browser``.

    Examples
    --------
    >>> [is_header(x) for x in ("track name=x", "# a", "", "track1\\t5\\t9")]
    [True, True, True, False]
    """
    return line.startswith("#") or (line.split(None, 1) or ["track"])[0] in {"track", "browser"}


def parse_bed12(fields: Sequence[str]) -> BedRecord:
    """Return the record of a line of BED12.

    Parameters
    ----------
    fields
        Of the line, as text; further ones become ``more``.

    Raises
    ------
    ValueError
        With what is wrong: a value that is not a number, blocks that disagree with the bounds, or impossible positions.

    Examples
    --------
    >>> parse_bed12("chr1 5 35 NM_1 0 - 8 33 0 2 5,5, 0,25,".split()).blocks
    ((5, 10), (30, 35))
    """
    try:
        start, end, thick_start, thick_end, n = (whole_number(fields[i]) for i in (1, 2, 6, 7, 9))
        sizes, begins = ([whole_number(x) for x in fields[i].strip(", ").split(",")] for i in (10, 11))
    except (ValueError, IndexError) as error:
        raise ValueError(f"{BED12_FIELDS} BED fields are expected ({error})") from error
    blocks = tuple((start + b, start + b + s) for s, b in zip(sizes, begins, strict=False))
    thick, numbers = (thick_start, thick_end), (n, len(sizes), len(begins))
    if problem := _problem((start, end), thick, numbers, blocks):
        raise ValueError(problem)
    said = fields[4]  # any text in the wild; what is not a number of 0-1000 says nothing
    score = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
    more = tuple(fields[BED12_FIELDS:])
    return BedRecord(fields[0], start, end, fields[3], score, fields[5], blocks, thick, more)


def _problem(  # noqa: PLR0911 - one return per problem
    bounds: tuple[int, int],
    thick: tuple[int, int],
    numbers: tuple[int, int, int],
    blocks: tuple[tuple[int, int], ...],
) -> str | None:
    """Return what is wrong with the numbers of a line; None if nothing is."""
    start, end = bounds
    if not 0 <= start < end <= MOST_POSITION:
        return f"chromStart {start} and chromEnd {end} are not a range on a chromosome"
    if len(set(numbers)) > 1 or not blocks:
        return "blockCount {} stands beside {} blockSizes and {} blockStarts".format(*numbers)
    if any(a >= b or b - a > LONGEST_EXON for a, b in blocks) or len(blocks) > MOST_BLOCKS:
        return "a block has a size that no exon has"
    if blocks[0][0] != start or blocks[-1][1] != end:
        return f"the blocks reach from {blocks[0][0]} to {blocks[-1][1]}, the line from {start} to {end}"
    if any(a[1] > b[0] for a, b in pairwise(blocks)):
        return "the blocks overlap or are not in order"
    if thick[0] < thick[1] and not start <= thick[0] < thick[1] <= end:
        return f"thickStart {thick[0]} and thickEnd {thick[1]} lie outside the transcript"
    return None
