"""Scores of any tool as a table beside a labelled one, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.alphabet import normalise
from dmiso.columns import COLUMNS
from dmiso.errors import InputError
from dmiso.io import read_table
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from dmiso.records import Counts

__all__ = ["SEQUENCE_NAMES", "named_scores", "read_score_tables", "read_scores"]

SEQUENCE_NAMES: Final = {
    "mirna_sequence": ("mirna_sequence", "noncodingRNA", "miRNA", "miRNA Sequence"),
    "target_sequence": ("target_sequence", "gene", "Target Sequence"),
}
"""Our columns of nucleotides → what other tables call them."""
_NOT_SCORES: Final = {*COLUMNS, "start", "end", "chr", "Prediction"} - {"score"}


def read_score_tables(
    paths: Sequence[Path], table: pl.DataFrame, counts: Counts, *, names: Sequence[str] = ()
) -> dict[str, NDArray[np.float64]]:
    """Read the scores of several tables.

    Parameters
    ----------
    paths
        Tables as for :func:`read_scores`.
    table, counts
        As for :func:`read_scores`.
    names
        Columns to read, each of one table at least; none reads every one that holds scores.

    Returns
    -------
    dict
        As :func:`read_scores`. A column that several tables have is named after its file too: ``tool_a.score``.

    Raises
    ------
    InputError
        As :func:`read_scores`; also if two tables of one name have a column in common.
    """
    if len(paths) == 1:
        return read_scores(paths[0], table, counts, names=names)
    headers = [read_table(path).columns for path in paths]
    every = [name for header in headers for name in dict.fromkeys(header)]
    found: dict[str, NDArray[np.float64]] = {}
    for path, header in zip(paths, headers, strict=True):
        own = [name for name in names if name in header or name not in every]
        if names and not own:
            continue
        for name, values in read_scores(path, table, counts, names=own).items():
            shown = f"{path.name.partition('.')[0]}.{name}" if every.count(name) > 1 else name
            if shown in found:
                raise InputError(
                    f"a second table has scores called {shown}",
                    path=display_name(path),
                    column=name,
                    hint="Rename one of the files or columns",
                )
            found[shown] = values
    return found


def named_scores(paths: Sequence[Path]) -> dict[str, Path]:
    """Return the tables by the names a manifest gives them: ``scores``, then ``scores_2`` and so on."""
    return {"scores" if i == 1 else f"scores_{i}": path for i, path in enumerate(paths, start=1)}


def read_scores(
    path: Path, table: pl.DataFrame, counts: Counts, *, names: Sequence[str] = ()
) -> dict[str, NDArray[np.float64]]:
    """Read score columns for the rows of a labelled table.

    Parameters
    ----------
    path
        TSV, CSV or Parquet with one row for each row of ``table``, in its order. Sequences, where it has them,
        are compared with the table's.
    table
        As :func:`dmiso.evaluate.labelled.read_labelled` gives it.
    counts
        Filled: scores that are missing.
    names
        Columns to read; none reads every numeric column that is not known to be something else.

    Returns
    -------
    dict
        Name → scores ``(n_rows,)``, larger = more likely. A missing score is minus infinity: the tool did not
        report the pair, so it ranks last.

    Raises
    ------
    InputError
        If the numbers of rows differ, a row is about another pair, or a column is missing or not numeric.
    """
    scores = read_table(path)
    where = display_name(path)
    if scores.height != table.height:
        raise InputError(
            f"{scores.height} rows were found for {table.height} rows of the labelled table",
            path=where,
            hint="Give one row for each labelled row, in the same order",
        )
    _check_same_pairs(scores, table, where)
    chosen = list(names) or _score_columns(scores)
    if not chosen:
        raise InputError(
            f"no column holds scores; found {', '.join(scores.columns)}",
            path=where,
            line=1,
            hint="Name the column with --score-column",
        )
    return {name: _values(scores, name, where, counts) for name in chosen}


def _check_same_pairs(scores: pl.DataFrame, table: pl.DataFrame, where: str) -> None:
    """Compare sequences row by row, where both tables have them."""
    for ours, theirs in SEQUENCE_NAMES.items():
        column = next((name for name in theirs if name in scores.columns), None)
        if column is None:
            continue
        known = {text: _bases(text, where, column) for text in scores[column].unique().to_list()}
        for row, (text, expected) in enumerate(zip(scores[column], table[ours], strict=True), start=1):
            if known[text] != expected:
                raise InputError(
                    f"the sequence is not that of row {row} of the labelled table ({expected})",
                    path=where,
                    record=f"row {row}",
                    column=column,
                    hint="Put the rows into the order of the labelled table",
                )


def _bases(text: str, where: str, column: str) -> str:
    try:
        return normalise(text).sequence
    except ValueError as error:
        raise InputError(str(error), path=where, column=column, hint="Correct the sequence") from None


def _score_columns(scores: pl.DataFrame) -> list[str]:
    """Return the columns whose values are numbers and that are not declared as something else."""
    sequences = {name for names in SEQUENCE_NAMES.values() for name in names}
    names = [name for name in scores.columns if name not in _NOT_SCORES | sequences]
    return [name for name in names if _as_numbers(scores[name]) is not None]


def _as_numbers(column: pl.Series) -> pl.Series | None:
    """Return a column as floats, null where it is empty; None if a field holds anything else."""
    if column.dtype == pl.String:
        column = column.replace(["", "NA", "nan", "NaN"], [None] * 4)
    numbers = column.cast(pl.Float64, strict=False).fill_nan(None)
    if numbers.null_count() > column.null_count() or numbers.null_count() == len(numbers) > 0:
        return None
    return numbers


def _values(scores: pl.DataFrame, name: str, where: str, counts: Counts) -> NDArray[np.float64]:
    if name not in scores.columns:
        raise InputError(f"column {name} is missing; found {', '.join(scores.columns)}", path=where, line=1)
    numbers = _as_numbers(scores[name])
    if numbers is None:
        raise InputError(
            "the column is not numeric", path=where, column=name, hint="Choose another with --score-column"
        )
    infinite = numbers.is_infinite().fill_null(value=False)
    if infinite.any():
        row = int(infinite.arg_true()[0]) + 1
        raise InputError(
            "a score is a finite number; found an infinite one",
            path=where,
            record=f"row {row}",
            column=name,
            hint="Leave it empty where the tool did not report the pair: it ranks last then",
        )
    if missing := numbers.null_count():
        counts.note("rows without a score rank last: the tool did not report them", missing, example=name)
    return numbers.fill_null(float("-inf")).to_numpy()
