"""Tables in: TSV, CSV, Parquet and Excel by the file's ending, text also compressed, in batches of bounded size.

Text tables are read with the standard ``csv`` module because errors must name the line; polars holds the
batches. Tables are written by :mod:`dmiso.io.table_writer`.
"""

from __future__ import annotations

import csv
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.errors import InputError
from dmiso.extras import require_extra
from dmiso.io.atomic import COMPRESSED
from dmiso.io.declared_numbers import with_numbers
from dmiso.io.parquet import parquet_errors, scan_parquet_file
from dmiso.io.streams import display_name, local_file
from dmiso.io.text_lines import LONGEST_LINE, open_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

__all__ = ["Batch", "as_texts", "read_batches", "read_table", "table_format"]

ROWS_PER_BATCH = 65_536
"""Rows a batch holds: about 20 MB of pairs."""

# a field may be as long as its line, and lines have a bound of their own
csv.field_size_limit(LONGEST_LINE)


class Batch(NamedTuple):
    """Some consecutive rows of a table, and the line (text) or row (Parquet) each stands on, from 1."""

    frame: pl.DataFrame
    lines: Sequence[int]


def table_format(path: Path) -> str:
    """Return ``tsv``, ``csv``, ``parquet``, ``bed`` or ``xlsx`` by an input's ending; compression is looked through.

    Anything else, standard input too, is read as ``tsv``. For outputs see
    :func:`dmiso.io.table_writer.output_format`.

    Examples
    --------
    >>> from pathlib import Path
    >>> table_format(Path("a.csv.gz")), table_format(Path("a.parquet")), table_format(Path("-"))
    ('csv', 'parquet', 'tsv')
    """
    name = path.name.lower()
    for compression in COMPRESSED:
        name = name.removesuffix(compression)
    ending = name.rpartition(".")[2]
    return ending if ending in {"csv", "parquet", "bed", "xlsx"} else "tsv"


def read_batches(
    path: Path,
    *,
    header: Sequence[str] | None = None,
    row_names: str | None = None,
    batch_rows: int = ROWS_PER_BATCH,
) -> Iterator[Batch]:
    """Read a table in batches; every text column is a string column.

    Parameters
    ----------
    path
        TSV, CSV, Parquet or Excel (its first sheet), or ``-`` for TSV on standard input.
    header
        Names of the columns of a text file without a header line; None reads them from the first line.
    row_names
        What to call R's row names: its ``write.table`` gives their column no name, its ``write.csv`` an empty one. Text
        in double quotes is then read without them in TSV too. None reads a table as it stands.
    batch_rows
        Rows in a batch at most.

    Yields
    ------
    Batch
        In file order. A table with a header and no rows gives one empty batch; an empty file gives none.

    Raises
    ------
    InputError
        If a line has another number of fields than the header, or the file is damaged.
    """
    if table_format(path) == "parquet":
        yield from _parquet_batches(path, batch_rows)
        return
    if table_format(path) == "xlsx":
        yield from _excel_batches(path, batch_rows)
        return
    with open_lines(path) as lines:
        rows = _numbered(_reader(lines, path, unquote=row_names is not None), path)
        names = list(header) if header is not None else next(rows, (0, []))[1]
        if not names:
            return
        if header is None:
            names, rows = _with_row_names(names, rows, row_names)
            _check_header(names, path)
        yield from _text_batches(rows, names, path, batch_rows)


def _reader(text: Iterator[str], path: Path, *, unquote: bool) -> Iterator[list[str]]:
    """Return what splits lines into fields."""
    if table_format(path) == "csv":
        return csv.reader(text, strict=True)
    return csv.reader(text, delimiter="\t", quoting=csv.QUOTE_MINIMAL if unquote else csv.QUOTE_NONE)


def _with_row_names(
    names: list[str], rows: Iterator[tuple[int, list[str]]], row_names: str | None
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Name the column of R's row names, where the header leaves it out or empty."""
    if row_names is None:
        return names, rows
    if not names[0]:
        return [row_names, *names[1:]], rows
    first = next(rows, None)
    if first is None:
        return names, rows
    missing = len(first[1]) == len(names) + 1
    return ([row_names, *names] if missing else names), chain([first], rows)


def _text_batches(
    rows: Iterator[tuple[int, list[str]]], names: list[str], path: Path, batch_rows: int
) -> Iterator[Batch]:
    """Gather lines to batches."""
    empty = True
    while chunk := list(islice(rows, batch_rows)):
        empty = False
        for line, fields in chunk:
            if len(fields) != len(names):
                raise InputError(
                    f"{len(fields)} fields were found where the header has {len(names)} ({', '.join(names)})",
                    path=display_name(path),
                    line=line,
                    hint="Fields are separated by " + ("commas" if table_format(path) == "csv" else "tabs"),
                )
        columns = zip(*(fields for _, fields in chunk), strict=True)
        frame = pl.DataFrame(
            {name: list(values) for name, values in zip(names, columns, strict=True)},
            schema=dict.fromkeys(names, pl.String),
        )
        yield Batch(frame, [line for line, _ in chunk])
    if empty:
        yield Batch(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), [])


def _numbered(reader: Iterator[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and fields of each row that is not blank."""
    try:
        for fields in reader:
            if fields:
                yield reader.line_num, fields  # type: ignore[attr-defined]  # csv.reader counts lines
    except csv.Error as error:
        raise InputError(
            f"the line cannot be split into fields ({error})",
            path=display_name(path),
            line=reader.line_num,  # type: ignore[attr-defined]
            hint="Check its quotes",
        ) from error


def _check_header(names: list[str], path: Path) -> None:
    """Refuse a header that names a column twice or not at all."""
    for position, name in enumerate(names, start=1):
        if not name or names.count(name) > 1:
            problem = (
                f"column name {name!r} appears twice in the header"
                if name
                else f"column {position} has no name"
            )
            raise InputError(
                problem, path=display_name(path), line=1, hint="Give each column a name of its own"
            )


def _parquet_batches(path: Path, batch_rows: int) -> Iterator[Batch]:
    """Yield slices of a Parquet file."""
    file = local_file(path)
    with parquet_errors(path):
        table = scan_parquet_file(file, shown=path)
        n_rows = table.select(pl.len()).collect().item()
    for start in range(0, max(n_rows, 1), batch_rows):
        with parquet_errors(path):
            frame = table.slice(start, batch_rows).collect()
        # outside: an error of whoever takes the batch is not the file's
        yield Batch(_plain_columns(frame, path), range(start + 1, start + frame.height + 1))


def as_texts(frame: pl.DataFrame, names: Collection[str] | None = None) -> pl.DataFrame:
    """Return a frame whose columns are text, whatever type a Parquet file gave them.

    Parameters
    ----------
    frame
        Rows of a table.
    names
        The columns to turn; None turns all.

    Examples
    --------
    >>> as_texts(pl.DataFrame({"a": [1, None], "b": [2, 3]}), {"a"}).rows()
    [('1', 2), (None, 3)]
    """
    chosen = frame.columns if names is None else [name for name in frame.columns if name in names]
    return frame.with_columns(pl.col(chosen).cast(pl.String)) if chosen else frame


def _plain_columns(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Return a frame of texts, numbers and booleans: what a text table can say too, and readers know.

    Categories, dates and bytes become texts. Lists and structs have no text and are refused by name.
    """
    made = {}
    for name, dtype in frame.schema.items():
        if dtype in {pl.String, pl.Boolean} or (dtype.is_numeric() and dtype != pl.Decimal):
            continue
        if dtype.is_nested() or dtype == pl.Object:
            raise InputError(
                f"the column holds values of type {dtype}; a table has texts and numbers",
                path=display_name(path),
                column=name,
                hint="Leave the column out, or write it as text",
            )
        try:
            made[name] = frame[name].cast(pl.String)
        except pl.exceptions.PolarsError as error:
            raise InputError(
                f"the column holds values of type {dtype} that are no UTF-8 text",
                path=display_name(path),
                column=name,
                hint="Leave the column out, or write it as text",
            ) from error
    return frame.with_columns(**made) if made else frame


def _excel_batches(path: Path, batch_rows: int) -> Iterator[Batch]:
    """Yield slices of the first sheet of an Excel file, every cell as text."""
    file = local_file(path)
    require_extra("fastexcel")
    import fastexcel

    try:
        sheet = fastexcel.read_excel(file.read_bytes()).load_sheet(0, dtypes="string")
        frame = sheet.to_polars().cast(pl.String)
    except fastexcel.FastExcelError as error:
        raise InputError(
            f"the Excel file cannot be read ({str(error).splitlines()[0]})",
            path=display_name(path),
            hint="Check that it is a whole .xlsx file with a table in its first sheet, or save it as .tsv",
        ) from error
    for start in range(0, max(frame.height, 1), batch_rows):
        part = frame.slice(start, batch_rows).with_columns(pl.all().fill_null(""))
        yield Batch(part, range(start + 2, start + part.height + 2))


def read_table(path: Path, *, required: Sequence[str] = (), numbers: Sequence[str] = ()) -> pl.DataFrame:
    """Read a whole table; text columns are strings.

    Parameters
    ----------
    path
        TSV, CSV, Parquet or Excel, or ``-``.
    required
        Columns that must be there.
    numbers
        Declared columns that are read as numbers in their range, see :mod:`dmiso.io.declared_numbers`.

    Raises
    ------
    InputError
        As :func:`read_batches`, if a number cannot be, or if a required column is missing or the file is empty.
    """
    frames = [
        with_numbers(batch.frame, numbers, path=path, lines=batch.lines) for batch in read_batches(path)
    ]
    if not frames:
        raise InputError("the file is empty", path=display_name(path), hint="A header line is expected")
    frame = pl.concat(frames)
    for name in required:
        if name not in frame.columns:
            raise InputError(
                f"column {name} is missing; found {', '.join(frame.columns)}",
                path=display_name(path),
                line=1,
                hint=f"Name the column {name} in the header",
            )
    return frame
