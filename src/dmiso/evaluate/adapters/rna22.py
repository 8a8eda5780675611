"""RNA22 v2 (Miranda et al. 2006; Loher and Rigoutsos 2012): what its web page and its precomputed sets write.

Tab-separated without quotes: miRNA, transcript, leftmost position (from 1), folding energy, heteroduplex, p-value.
"""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.evaluate.adapters.hits import Hit, OutputReader
from dmiso.io.numbers import finite_number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RNA22_OUTPUT", "RNA22_SITE_LENGTH"]

RNA22_SITE_LENGTH: Final = 22
"""RNA22 gives where a site begins; it is taken to be as long as a miRNA (nt)."""
_FARTHEST: Final = 10**10
"""Longer than any transcript (nt)."""


def _hits(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read predictions; a first line whose third field is no number is a header."""
    for number, fields in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        if not fields or (number == 1 and len(fields) > 2 and not _is_number(fields[2])):
            continue
        try:
            yield _hit(fields)
        except ValueError as error:
            raise InputError(
                f"{error}; RNA22 writes miRNA, transcript, position, energy, heteroduplex, p",
                path=where,
                line=number,
                hint="Give RNA22's own tab-separated output",
            ) from error


def _hit(fields: list[str]) -> Hit:
    if len(fields) < 6:
        raise ValueError(f"{len(fields)} fields were found")
    position, p_value = finite_number(fields[2]), finite_number(fields[-1])
    if not (position.is_integer() and 1 <= position < _FARTHEST):
        raise ValueError(f"position {fields[2]!r} is not a whole number from 1 on")
    if not 0 <= p_value <= 1:
        raise ValueError(f"p-value {fields[-1]!r} does not lie between 0 and 1")
    start = int(position) - 1
    return Hit(fields[0], fields[1], start, start + RNA22_SITE_LENGTH, -math.log10(max(p_value, 1e-300)))


def _is_number(text: str) -> bool:
    try:
        finite_number(text)
    except ValueError:
        return False
    return True


RNA22_OUTPUT: Final = OutputReader(
    "rna22",
    "RNA22 v2 predictions, its web page's or the precomputed sets: -log10 p of overlapping sites",
    0.0,
    _hits,
    columns=("rna22", "RNA22"),
)
"""Predictions of RNA22; every one is a call."""
