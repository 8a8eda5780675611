"""Tables in and out: TSV, CSV and Parquet by the file's ending, plain or gzip, in batches of bounded size.

Text tables are read with the standard ``csv`` module because errors must name the line; polars holds the
batches and writes them. A Parquet file is written in parts and merged when whole: memory stays bounded.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple, Self

import polars as pl

from dmiso.errors import DmisoError, InputError
from dmiso.io.atomic import atomic_path
from dmiso.io.streams import STDIN, display_name, open_input, require_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

__all__ = ["Batch", "TableWriter", "read_batches", "read_table", "table_format"]

ROWS_PER_BATCH = 65_536
"""Rows a batch holds: about 20 MB of pairs."""

csv.field_size_limit(1 << 30)


class Batch(NamedTuple):
    """Some consecutive rows of a table, and the line (text) or row (Parquet) each stands on, from 1."""

    frame: pl.DataFrame
    lines: Sequence[int]


def table_format(path: Path) -> str:
    """Return ``tsv``, ``csv``, ``parquet`` or ``bed`` by a file's ending; ``.gz`` is looked through.

    Anything else, standard input and output too, is ``tsv``.

    Examples
    --------
    >>> from pathlib import Path
    >>> table_format(Path("a.csv.gz")), table_format(Path("a.parquet")), table_format(Path("-"))
    ('csv', 'parquet', 'tsv')
    """
    name = path.name.lower().removesuffix(".gz")
    ending = name.rpartition(".")[2]
    return ending if ending in {"csv", "parquet", "bed"} else "tsv"


def read_batches(
    path: Path, *, header: Sequence[str] | None = None, batch_rows: int = ROWS_PER_BATCH
) -> Iterator[Batch]:
    """Read a table in batches; every text column is a string column.

    Parameters
    ----------
    path
        TSV, CSV or Parquet, or ``-`` for TSV on standard input.
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
        reader = csv.reader(text, strict=True)
    else:
        reader = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
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
            if fields and fields != [""]:
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
    require_file(path)
    try:
        table = pl.scan_parquet(path)
        n_rows = table.select(pl.len()).collect().item()
        for start in range(0, max(n_rows, 1), batch_rows):
            frame = table.slice(start, batch_rows).collect()
            yield Batch(frame, range(start + 1, start + frame.height + 1))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            f"the Parquet file cannot be read ({str(error).splitlines()[0]})",
            path=display_name(path),
            mend="Check that it is whole and really Parquet",
        ) from error


def read_table(path: Path, *, required: Sequence[str] = ()) -> pl.DataFrame:
    """Read a whole table; text columns are strings.

    Parameters
    ----------
    path
        TSV, CSV or Parquet, or ``-``.
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


class TableWriter:
    """Writes a table batch by batch to TSV, CSV, Parquet or BED, by the file's ending; atomic.

    Use as a context manager: the file appears under its name when the block ends without an error.

    Parameters
    ----------
    path
        Output; ``-`` is standard output (TSV); ``.gz`` compresses text.
    schema
        Column names and polars types; an output without rows still has all columns.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.tsv")
    ...     with TableWriter(path, {"start": pl.Int64}) as writer:
    ...         writer.write(pl.DataFrame({"start": [3, 5]}))
    ...     path.read_text().split()
    ['start', '3', '5']
    """

    def __init__(self, path: Path, schema: Mapping[str, type[pl.DataType] | pl.DataType]) -> None:
        self.path = path
        self.schema = schema
        self.n_rows = 0
        self._format = table_format(path)
        self._atomic: AbstractContextManager[Path] | None = None
        self._temporary = path
        self._handle: IO[bytes] | None = None
        self._n_parts = 0

    def __enter__(self) -> Self:
        """Open the temporary file, and write the header of a text table."""
        if self.path != STDIN:
            self._atomic = atomic_path(self.path)
            self._temporary = self._atomic.__enter__()
        if self._format == "parquet":
            self._parts.mkdir()
            return self
        if self.path == STDIN:
            self._handle = sys.stdout.buffer
        elif self.path.name.endswith(".gz"):
            raw = self._temporary.open("wb")
            # no name and no time in the gzip header: the same table gives the same bytes
            self._handle = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6)  # type: ignore[assignment]
            self._raw = raw
        else:
            self._handle = self._temporary.open("wb")
        if self._format != "bed":
            self._write_text(pl.DataFrame(schema=self.schema), header=True)
        return self

    @property
    def _parts(self) -> Path:
        return self._temporary.with_name(self._temporary.name + "s")

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows; the columns are those of the schema, in its order."""
        if frame.is_empty():
            return
        frame = frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())
        self.n_rows += frame.height
        if self._format == "parquet":
            frame.write_parquet(self._parts / f"{self._n_parts:08d}.parquet")
            self._n_parts += 1
        elif self._format == "bed":
            self._write_text(_as_bed(frame), header=False)
        else:
            self._write_text(frame, header=False)

    def _write_text(self, frame: pl.DataFrame, *, header: bool) -> None:
        assert self._handle is not None
        if self._format == "csv":
            text = frame.write_csv(include_header=header, quote_style="necessary")
        else:
            text = frame.write_csv(include_header=header, separator="\t", quote_style="never")
        try:
            self._handle.write(text.encode())
        except BrokenPipeError:
            raise
        except OSError as error:
            raise DmisoError(
                f"{self.path} cannot be written ({error.strerror}). Nothing was left behind."
            ) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the file and give it its name, or remove what was written if an error came."""
        try:
            if self._format == "parquet" and kind is None:
                self._merge_parts()
            if self._handle is not None and self.path != STDIN:
                self._handle.close()
                if self.path.name.endswith(".gz"):
                    self._raw.close()
            elif self._handle is not None:
                self._handle.flush()
        finally:
            if self._format == "parquet":
                for part in self._parts.glob("*"):
                    part.unlink()
                self._parts.rmdir()
            if self._atomic is not None:
                self._atomic.__exit__(kind, error, traceback)

    def _merge_parts(self) -> None:
        if self._n_parts == 0:
            pl.DataFrame(schema=self.schema).write_parquet(self._temporary)
        elif self._n_parts == 1:
            (self._parts / "00000000.parquet").replace(self._temporary)
        else:
            parts = [self._parts / f"{i:08d}.parquet" for i in range(self._n_parts)]
            pl.scan_parquet(parts).sink_parquet(self._temporary, maintain_order=True)


def _as_bed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return BED6 columns: target, start, end, miRNA, score 0-1000, strand."""
    return frame.select(
        pl.col("target_id"),
        pl.col("start"),
        pl.col("end"),
        pl.col("mirna_id"),
        (pl.col("score") * 1000).round().cast(pl.Int64).alias("bed_score"),
        pl.lit("+").alias("strand"),
    )
