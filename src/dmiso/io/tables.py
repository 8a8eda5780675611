"""Tables in: TSV, CSV, Parquet and Excel by the file's ending, text also compressed, in batches of bounded size.

Text tables are read with the standard ``csv`` module because errors must name the line; polars holds the
batches. Tables are written by :mod:`dmiso.io.table_writer`.
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.errors import InputError, MissingExtraError
from dmiso.io.atomic import COMPRESSED
from dmiso.io.parquet import parquet_errors, scan_parquet_file
from dmiso.io.streams import display_name, local_file, open_input

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Batch", "bounded_lines", "read_batches", "read_table", "table_format"]

ROWS_PER_BATCH = 65_536
"""Rows a batch holds: about 20 MB of pairs."""

_LONGEST_LINE: Final = 1 << 26
"""Characters of a line: 64 million hold any row of sequences, and a file without line ends takes no more memory."""

csv.field_size_limit(_LONGEST_LINE)


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


def bounded_lines(text: IO[str], path: Path) -> Iterator[str]:
    """Yield the lines of a text, their ends included, each of bounded length.

    Raises
    ------
    InputError
        If a line has more than 64 million characters.
    """
    number = 0
    while line := text.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise InputError(
                f"the line is longer than {_LONGEST_LINE:,} characters",
                path=display_name(path),
                line=number,
                mend="Is this a text file with line ends?",
            )
        yield line


def read_batches(
    path: Path, *, header: Sequence[str] | None = None, batch_rows: int = ROWS_PER_BATCH
) -> Iterator[Batch]:
    """Read a table in batches; every text column is a string column.

    Parameters
    ----------
    path
        TSV, CSV, Parquet or Excel (its first sheet), or ``-`` for TSV on standard input.
    header
        Names of the columns of a text file without a header line; None reads them from the first line.
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
    with open_input(path) as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
        try:
            yield from _text_batches(text, path, header, batch_rows)
        except UnicodeDecodeError as error:
            raise InputError(
                f"the file is not UTF-8 text ({error.reason} at byte {error.start} of a block)",
                path=display_name(path),
                mend="Save it as UTF-8 text, or name a Parquet file with the ending .parquet",
            ) from error
        finally:
            text.detach()


def _text_batches(
    text: IO[str], path: Path, header: Sequence[str] | None, batch_rows: int
) -> Iterator[Batch]:
    """Split lines into fields and gather them to batches."""
    if table_format(path) == "csv":
        reader = csv.reader(bounded_lines(text, path), strict=True)
    else:
        reader = csv.reader(bounded_lines(text, path), delimiter="\t", quoting=csv.QUOTE_NONE)
    rows = _numbered(reader, path)
    if header is None:
        _, names = next(rows, (0, []))
        if not names:
            return
        _check_header(names, path)
    else:
        names = list(header)
    empty = True
    while chunk := list(islice(rows, batch_rows)):
        empty = False
        for line, fields in chunk:
            if len(fields) != len(names):
                raise InputError(
                    f"{len(fields)} fields were found where the header has {len(names)} ({', '.join(names)})",
                    path=display_name(path),
                    line=line,
                    mend="Fields are parted by " + ("commas" if table_format(path) == "csv" else "tabs"),
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
            f"the line cannot be parted into fields ({error})",
            path=display_name(path),
            line=reader.line_num,  # type: ignore[attr-defined]
            mend="Check its quotes",
        ) from error


def _check_header(names: list[str], path: Path) -> None:
    """Refuse a header that names a column twice or not at all."""
    for place, name in enumerate(names, start=1):
        if not name or names.count(name) > 1:
            problem = (
                f"column name {name!r} stands twice in the header" if name else f"column {place} has no name"
            )
            raise InputError(
                problem, path=display_name(path), line=1, mend="Give each column a name of its own"
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
        yield Batch(frame, range(start + 1, start + frame.height + 1))


def _excel_batches(path: Path, batch_rows: int) -> Iterator[Batch]:
    """Yield slices of the first sheet of an Excel file, every cell as text."""
    file = local_file(path)
    try:
        import fastexcel
    except ModuleNotFoundError:
        raise MissingExtraError("fastexcel", extra="excel", purpose="reading .xlsx") from None
    try:
        sheet = fastexcel.read_excel(file.read_bytes()).load_sheet(0, dtypes="string")
        frame = sheet.to_polars().cast(pl.String)
    except fastexcel.FastExcelError as error:
        raise InputError(
            f"the Excel file cannot be read ({str(error).splitlines()[0]})",
            path=display_name(path),
            mend="Check that it is a whole .xlsx file with a table in its first sheet, or save it as .tsv",
        ) from error
    for start in range(0, max(frame.height, 1), batch_rows):
        part = frame.slice(start, batch_rows).with_columns(pl.all().fill_null(""))
        yield Batch(part, range(start + 2, start + part.height + 2))


def read_table(path: Path, *, required: Sequence[str] = ()) -> pl.DataFrame:
    """Read a whole table; text columns are strings.

    Parameters
    ----------
    path
        TSV, CSV, Parquet or Excel, or ``-``.
    required
        Columns that must be there.

    Raises
    ------
    InputError
        As :func:`read_batches`, or if a required column is missing or the file is empty.
    """
    frames = [batch.frame for batch in read_batches(path)]
    if not frames:
        raise InputError("the file is empty", path=display_name(path), mend="A header line is expected")
    frame = pl.concat(frames)
    for name in required:
        if name not in frame.columns:
            raise InputError(
                f"column {name} is missing; found {', '.join(frame.columns)}",
                path=display_name(path),
                line=1,
                mend=f"Name the column {name} in the header",
            )
    return frame
