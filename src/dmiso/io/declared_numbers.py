"""Numbers of a table as their columns declare them: whole or finite, and in the range that :mod:`dmiso.columns` says.

Every reader that uses a number of a table takes it through here, so that no command has a range of its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import COLUMNS
from dmiso.errors import InputError
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from dmiso.columns import Column

__all__ = ["EMPTY", "numbers_of", "with_numbers"]

EMPTY: Final = ("", "NA", "null", "None")
"""How files write that nothing is known."""


def with_numbers(
    frame: pl.DataFrame, names: Iterable[str], *, path: Path, lines: Sequence[int] | pl.Series
) -> pl.DataFrame:
    """Return a frame whose columns of some names are numbers, each checked; names that it lacks are passed over.

    Parameters
    ----------
    frame
        Rows of a table; numbers may be texts.
    names
        Of declared columns of numbers.
    path, lines
        The file, and the line of each row, for messages.

    Raises
    ------
    InputError
        As :func:`numbers_of`.
    """
    return frame.with_columns(
        numbers_of(frame[name], COLUMNS[name], path=path, lines=lines)
        for name in names
        if name in frame.columns
    )


def numbers_of(
    values: pl.Series, column: Column, *, path: Path, lines: Sequence[int] | pl.Series, shift: int = 0
) -> pl.Series:
    """Return values of a file as what a column declares.

    Parameters
    ----------
    values
        As read: texts or numbers. Empty ones are null, and ``12.0`` is the whole number that a spreadsheet made so.
    column
        Type and range.
    path, lines
        The file, and the line of each value, for messages; the column is called what ``values`` is.
    shift
        Added to a whole number before its range is looked at: -1 where a file counts positions from 1.

    Returns
    -------
    polars.Series
        Named after ``values``, of the column's type.

    Raises
    ------
    InputError
        At the first value that is not such a number: file, line, column, and what was expected.

    Examples
    --------
    >>> from pathlib import Path
    >>> values = pl.Series("reads", ["3", "", "4.0"])
    >>> numbers_of(values, COLUMNS["read_count"], path=Path("a.tsv"), lines=[2, 3, 4]).to_list()
    [3, None, 4]
    >>> numbers_of(pl.Series("reads", ["-3"]), COLUMNS["read_count"], path=Path("a.tsv"), lines=[2])
    Traceback (most recent call last):
    dmiso.errors.InputError: a.tsv, line 2, column reads: '-3' is not between 0 and 1,000,000,000,000,000. \
Correct the value, or remove the row.
    """
    text = values.cast(pl.String).str.strip_chars()
    is_given = ~text.is_in(EMPTY).fill_null(value=True)
    least, most = column.bounds
    if column.is_whole:
        numbers = text.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False) + shift
        is_number = numbers.is_not_null()
    else:
        numbers = text.cast(pl.Float64, strict=False)
        is_number = numbers.is_finite().fill_null(value=False)
    is_inside = numbers.is_between(least, most).fill_null(value=False)
    bad = (is_given & ~(is_number & is_inside)).arg_true()
    if len(bad):
        row = int(bad[0])
        kind = "whole number" if column.is_whole else "finite number"
        allowed = f"is not between {least:,} and {most:,}" if most < math.inf else f"is below {least:,}"
        problem = allowed if is_number[row] else f"is not a {kind}"
        raise InputError(
            f"{values.cast(pl.String)[row]!r} {problem}",
            path=display_name(path),
            line=lines[row],
            column=values.name,
            hint="Correct the value, or remove the row",
        )
    nothing = pl.Series([None], dtype=numbers.dtype)
    return numbers.zip_with(is_given, nothing).cast(getattr(pl, column.type)).alias(values.name)
