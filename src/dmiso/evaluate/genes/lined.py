"""Tables whose rows keep their lines, so that a message about a value can name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.alphabet import normalise
from dmiso.columns import COLUMNS
from dmiso.errors import InputError
from dmiso.io.declared_numbers import numbers_of
from dmiso.io.streams import display_name
from dmiso.io.tables import as_texts, read_batches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["LINE", "ROW_NAMES", "column_of", "is_numeric", "numbers", "read_lined", "sequences"]

LINE: Final = "_line"
ROW_NAMES: Final = "_row_names"
"""What the column is called that R writes without a name."""

_NOTHING: Final = ("", "NA", "NaN", "nan", "NULL", "null", "None", ".")


def read_lined(path: Path, *, header: Sequence[str] | None = None) -> pl.DataFrame:
    """Read a table as text, with the line of each row in the column :data:`LINE`.

    Parameters
    ----------
    path
        TSV, CSV, Parquet or Excel; R's row names are the column :data:`ROW_NAMES`.
    header
        Names of the columns of a text file without a header line.

    Raises
    ------
    InputError
        If it is empty, or its lines have other numbers of fields than its header.
    """
    frames = [
        as_texts(batch.frame).with_columns(pl.Series(LINE, list(batch.lines), pl.Int64))
        for batch in read_batches(path, header=header, row_names=None if header else ROW_NAMES)
    ]
    if not frames:
        raise InputError("the file is empty", path=display_name(path), hint="A header line is expected")
    return pl.concat(frames)


def column_of(table: pl.DataFrame, names: Sequence[str]) -> str | None:
    """Return the first column of some names, whatever their case; None if there is none."""
    own = {name.lower(): name for name in table.columns}
    return next((own[name.lower()] for name in names if name.lower() in own), None)


def numbers(table: pl.DataFrame, column: str, path: Path, *, declared: str = "value") -> pl.Series:
    """Return a column of a table as numbers, null where it is empty or NA.

    Parameters
    ----------
    table
        From :func:`read_lined`.
    column
        Its name.
    path
        For messages.
    declared
        The declared column whose type and range it has.

    Raises
    ------
    InputError
        At the first value that is no such number, with file, line and column.
    """
    text = table[column].str.strip_chars().replace(list(_NOTHING), [""] * len(_NOTHING))
    return numbers_of(text, COLUMNS[declared], path=path, lines=table[LINE])


def is_numeric(values: pl.Series) -> bool:
    """Say whether a column of text is one of numbers: half of what it holds or more are some.

    One cell that is none must be an error where the column is used, not a reason to take the column for words.
    """
    text = values.str.strip_chars().replace(list(_NOTHING), [None] * len(_NOTHING)).drop_nulls()
    return len(text) > 0 and 2 * text.cast(pl.Float64, strict=False).count() >= len(text)


def sequences(table: pl.DataFrame, column: str, path: Path) -> pl.Series:
    """Return a column of a table as upper-case RNA, null where it is empty.

    Parameters
    ----------
    table
        From :func:`read_lined`.
    column
        Its name.
    path
        For messages.

    Raises
    ------
    InputError
        At the first character that is no nucleotide code, with file, line and column.
    """
    text = table[column].str.strip_chars().replace(list(_NOTHING), [None] * len(_NOTHING))
    first = pl.DataFrame({"text": text, LINE: table[LINE]}).drop_nulls().unique("text", maintain_order=True)
    spelled = {}
    for bases, line in first.iter_rows():
        try:
            spelled[bases] = normalise(bases).sequence
        except ValueError as error:
            raise InputError(
                str(error), path=display_name(path), line=line, column=column, hint="Correct the sequence"
            ) from None
    return text.replace(spelled)
