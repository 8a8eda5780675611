"""A tool's scores as a table of pairs: nucleotides of miRNA and target and a score, in any order.

It may hold pairs that a labelled table lacks and lack pairs that it has: only rows whose pair is in it have a score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.alphabet import normalise
from dmiso.errors import InputError
from dmiso.evaluate.labelled import first_fields
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.evaluate.score_tables import SEQUENCE_NAMES
from dmiso.io.numbers import finite_number
from dmiso.io.streams import display_name
from dmiso.io.tables import as_texts, read_batches

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from dmiso.evaluate.adapters.hits import OutputReader

__all__ = ["is_pair_table", "read_pair_scores"]

_PAIR = tuple(SEQUENCE_NAMES)
_NOT_REPORTED = ("", "NA", "nan", "NaN")


def is_pair_table(path: Path) -> bool:
    """Return whether a file begins with a header that names the nucleotides of miRNA and target."""
    return len(_sequence_columns(first_fields(path))) == len(_PAIR)


def read_pair_scores(path: Path, reader: OutputReader, table: pl.DataFrame) -> ScoreColumn:
    """Read a tool's scores of the pairs of a labelled table.

    Parameters
    ----------
    path
        Table of pairs: sequence columns of any layout of labelled tables, and one of the reader's columns.
    reader
        Of the tool.
    table
        Labelled table.

    Returns
    -------
    ScoreColumn
        ``rows`` says which rows have a score, where not all have; an empty field is a pair that the tool did not
        report: minus infinity.

    Raises
    ------
    InputError
        If no column is the tool's, a field is no number or no sequence, or one pair has two scores.
    """
    scores = _scores(path, reader)
    pairs = table.select(*_PAIR).rows()
    values = np.array([scores.get(pair, np.nan) for pair in pairs], dtype=np.float64)
    there = ~np.isnan(values)
    known = values[there]
    inside = reader.probability and bool(((known >= 0) & (known <= 1)).all())
    return ScoreColumn(
        reader.name,
        "tool",
        values,
        reader.threshold,
        values if inside else None,
        note=f"read from a table of pairs: {there.sum():,} of {table.height:,} are in it",
        rows=None if there.all() else there,
    )


def _scores(path: Path, reader: OutputReader) -> dict[tuple[str, ...], float]:
    """Return the score of each pair of a table."""
    where, found = display_name(path), dict[tuple[str, ...], float]()
    for batch in read_batches(path):
        names = batch.frame.columns
        sequences = _sequence_columns(names)
        column = next((name for name in reader.columns if name in names), None)
        if column is None:
            raise InputError(
                f"no column is {reader.name}'s: {' or '.join(reader.columns)} is looked for; found {', '.join(names)}",
                path=where,
                line=1,
                hint=f"Name the column of its scores {reader.name}",
            )
        frame = as_texts(batch.frame, {*sequences, column})
        for line, *pair, text in zip(
            batch.lines, *(frame[name] for name in sequences), frame[column], strict=True
        ):
            key = tuple(_bases(field, where, line, name) for field, name in zip(pair, sequences, strict=True))
            score = _score(text, where, line, column)
            if found.setdefault(key, score) != score:
                raise InputError(
                    f"the pair has two scores, {found[key]:g} and {score:g}",
                    path=where,
                    line=line,
                    column=column,
                    hint="Give each pair once",
                )
    return found


def _sequence_columns(names: list[str]) -> list[str]:
    """Return the columns of a header that hold nucleotides of miRNA and target, in this order, as far as there are."""
    of_either = (next((name for name in theirs if name in names), None) for theirs in SEQUENCE_NAMES.values())
    return [name for name in of_either if name is not None]


def _bases(text: str | None, where: str, line: int, column: str) -> str:
    try:
        return normalise((text or "").strip()).sequence
    except ValueError as error:
        raise InputError(
            str(error), path=where, line=line, column=column, hint="Correct the sequence"
        ) from None


def _score(text: str | None, where: str, line: int, column: str) -> float:
    if text is None or text in _NOT_REPORTED:
        return -np.inf
    try:
        return finite_number(text)
    except ValueError as error:
        raise InputError(
            str(error),
            path=where,
            line=line,
            column=column,
            hint="Leave it empty where the tool did not report the pair",
        ) from None
