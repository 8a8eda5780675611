"""What miRanda 3.3a and the program of TargetScan 7 write, where they were run elsewhere."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.evaluate.adapters.hits import Hit, OutputReader
from dmiso.evaluate.adapters.miranda import DEFAULT_SCORE
from dmiso.io.numbers import finite_number, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MIRANDA_OUTPUT", "TARGETSCAN_OUTPUT"]

_NO_HITS: Final = ("No Hits Found", "Scan Complete", "miranda v3", "Read Sequence:")
"""Lines of miRanda that show a file without hits to be its own."""
_SITE_TYPES: Final = {"8mer-1a": 4.0, "7mer-m8": 3.0, "7mer-1a": 2.0, "6mer": 1.0}


def _miranda(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read miRanda's hits: lines ``>query, target, score, energy, query range, target range, …``.

    A line that begins with ``>>`` sums up the pair whose hits stand before it; where only such lines were kept, they
    are read, and have no position.
    """
    of_miranda, last = False, ("", "")
    for number, line in enumerate(lines, start=1):
        if not line.startswith(">"):
            of_miranda = of_miranda or any(words in line for words in _NO_HITS)
            continue
        summary, fields = line.startswith(">>"), line.lstrip(">").rstrip("\r\n").split("\t")
        try:
            hit = _of_summary(fields) if summary else _of_line(fields)
        except ValueError as error:
            raise InputError(
                f"{error}; miRanda writes >query, target, score, energy, query range, target range, with tabs between",
                path=where,
                line=number,
                hint="Give what miranda wrote to standard output, or to its -out file",
            ) from error
        if not (summary and last == hit[:2]):
            yield hit
        of_miranda, last = True, hit[:2]
    if not of_miranda:
        raise InputError(
            "no line of miRanda's output was found",
            path=where,
            hint="Give what miranda wrote to standard output",
        )


def _of_line(fields: list[str]) -> Hit:
    """Return the hit of a line; the target range counts from 1, its end included."""
    if len(fields) < 6:
        raise ValueError(f"{len(fields)} fields were found")
    first, last = (whole_number(text) for text in [*fields[5].split(), "", ""][:2])
    if not 1 <= first <= last:
        raise ValueError(f"{fields[5]!r} is no range on the target")
    return Hit(fields[0], fields[1], first - 1, last, finite_number(fields[2]))


def _of_summary(fields: list[str]) -> Hit:
    """Return the best score of a pair."""
    if len(fields) < 6:
        raise ValueError(f"{len(fields)} fields were found")
    return Hit(fields[0], fields[1], None, None, finite_number(fields[4]))


def _targetscan(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read TargetScan 7's sites: a header with gene, miRNA family and site type; positions are on 3'UTRs."""
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    names = [name.strip() for name in next(rows, [])]
    needed = ("a_Gene_ID", "miRNA_family_ID", "Site_type")
    if missing := [name for name in needed if name not in names]:
        raise InputError(
            f"column {missing[0]} is missing; found {', '.join(names)}",
            path=where,
            line=1,
            hint="Give the file of sites that targetscan_70.pl writes",
        )
    gene, mirna, kind = map(names.index, needed)
    for number, fields in enumerate(rows, start=2):
        if not fields:
            continue
        if len(fields) <= max(gene, mirna, kind):
            raise InputError(
                f"{len(fields)} fields were found where the header has {len(names)}", path=where, line=number
            )
        if fields[kind] not in _SITE_TYPES:
            raise InputError(
                f"{fields[kind]!r} is not a site type; known: {', '.join(_SITE_TYPES)}",
                path=where,
                line=number,
                column="Site_type",
            )
        yield Hit(fields[mirna], fields[gene], None, None, _SITE_TYPES[fields[kind]])


MIRANDA_OUTPUT: Final = OutputReader(
    "miranda",
    "what miRanda 3.3a wrote, best with -sc 0: best score of the pair, of overlapping sites on a transcript",
    DEFAULT_SCORE,
    _miranda,
    columns=("miranda", "miRanda_score_sc0", "miRanda_default", "miRanda"),
)
TARGETSCAN_OUTPUT: Final = OutputReader(
    "targetscan",
    "sites that targetscan_70.pl wrote: best site type of the pair",
    1.0,
    _targetscan,
    columns=("targetscan", "TargetScan7", "TargetScan"),
)
