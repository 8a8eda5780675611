"""Tables out: TSV, CSV, BED, Parquet or Excel by the file's ending, text also compressed, batch by batch.

A writer opens one sink by the format; each sink takes frames and finishes the file. The file appears under its name
when all of it was written, flushed and closed without an error (:mod:`dmiso.io.atomic`).
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, Self

import polars as pl

from dmiso.errors import DmisoError, UsageError
from dmiso.extras import require_extra
from dmiso.io.atomic import COMPRESSED, atomic_path, compression_of, is_special, open_output, remove_tree
from dmiso.io.bed import bed6_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

__all__ = ["TABLE_ENDINGS", "TableWriter", "check_table_name", "ending_of", "output_format", "write_table"]

TABLE_ENDINGS: Final = {
    ".tsv": "tsv",
    ".txt": "tsv",
    ".tab": "tsv",
    ".csv": "csv",
    ".parquet": "parquet",
    ".bed": "bed",
    ".xlsx": "xlsx",
}
"""Ending of an output to its format; an output without any ending is TSV."""

_EXCEL_ROWS: Final = 1_048_576
"""Rows of an Excel sheet, its header included."""
_EXCEL_TEXT: Final = 32_767
"""Characters of an Excel cell."""


def output_format(path: Path) -> str:
    """Return ``tsv``, ``csv``, ``parquet``, ``bed`` or ``xlsx`` by an output's ending.

    Parameters
    ----------
    path
        An output; standard output, devices and names without an ending are TSV. Case does not matter.

    Raises
    ------
    UsageError
        If the ending is of no format that a table is written in.

    Examples
    --------
    >>> from pathlib import Path
    >>> output_format(Path("a.CSV.gz")), output_format(Path("a.parquet")), output_format(Path("-"))
    ('csv', 'parquet', 'tsv')
    """
    compression, ending = compression_of(path.name), ending_of(path)
    if not ending or is_special(path):
        return "tsv"
    if ending not in TABLE_ENDINGS:
        raise UsageError(
            f"{path}: a table cannot be written as {ending}. Use {', '.join(TABLE_ENDINGS)}; text also with "
            f"{', '.join(COMPRESSED)}."
        )
    found = TABLE_ENDINGS[ending]
    if compression and found in {"parquet", "xlsx"}:
        raise UsageError(f"{path}: {ending} is compressed already; leave out {compression}.")
    return found


def ending_of(path: Path) -> str:
    """Return a name's ending in lower case, that of compression aside; empty if it has none.

    Examples
    --------
    >>> from pathlib import Path
    >>> ending_of(Path("a.b.TSV.gz")), ending_of(Path(".hidden")), ending_of(Path("out"))
    ('.tsv', '', '')
    """
    name = path.name.lower()
    name = name.removesuffix(compression_of(name) or "")
    return f".{name.rpartition('.')[2]}" if "." in name.lstrip(".") else ""


def check_table_name(path: Path) -> None:
    """Check before any work that a table can be written under a name.

    Raises
    ------
    UsageError
        If its ending is of no table format.
    MissingExtraError
        If it is an Excel file and the package that writes it is not installed.
    """
    if output_format(path) == "xlsx":
        _excel_writer()


def _excel_writer() -> Any:
    require_extra("xlsxwriter")
    import xlsxwriter

    return xlsxwriter


class _Sink(Protocol):
    """What takes the rows of one format; a context manager around its file."""

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows."""

    def finish(self) -> None:
        """Write what comes after the last row."""


class TableWriter:
    """Writes a table batch by batch to a file, by the file's ending; atomic.

    Use as a context manager: the file appears under its name when the block ends without an error.

    Parameters
    ----------
    path
        Output; ``-`` is standard output (TSV); ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` compress text.
    schema
        Column names and polars types; an output without rows still has all columns.

    Raises
    ------
    UsageError, MissingExtraError
        See :func:`check_table_name`.
    DmisoError
        If the file cannot be written, or a value cannot be held by its format.

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
        self._format = output_format(path)
        self._stack = ExitStack()
        self._sink: _Sink | None = None

    def __enter__(self) -> Self:
        """Open the temporary file, and write the header of a text table."""
        with ExitStack() as stack:  # what fails in here closes what was opened before
            if self._format in {"tsv", "csv", "bed"}:
                handle = stack.enter_context(open_output(self.path))
                self._sink = _TextSink(handle, self.path, self._format, self.schema)
            else:
                temporary = stack.enter_context(atomic_path(self.path))
                if self._format == "parquet":
                    self._sink = stack.enter_context(_ParquetSink(temporary, self.schema))
                else:
                    self._sink = stack.enter_context(_ExcelSink(temporary, self.path, self.schema))
            self._stack = stack.pop_all()
        return self

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows; the columns are those of the schema, in its order."""
        if frame.is_empty():
            return
        frame = frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())
        self.n_rows += frame.height
        assert self._sink is not None
        self._sink.write(frame)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the file and give it its name, or remove what was written if an error came."""
        with self._stack:
            # what fails in here reaches the stack, so that a file that was not finished never gets its name
            if error is not None:
                self._stack.__exit__(kind, error, traceback)
                return
            assert self._sink is not None
            self._sink.finish()


def write_table(
    path: Path,
    frame: pl.DataFrame,
    schema: Mapping[str, type[pl.DataType] | pl.DataType] | None = None,
    *,
    digits: int | None = None,
) -> None:
    r"""Write a whole table to a file, by the file's ending.

    Parameters
    ----------
    path
        As for :class:`TableWriter`.
    frame
        The rows.
    schema
        Columns to write and their types; None takes the frame's own.
    digits
        Significant digits that floats keep, so that the last bits of a sum change no file; None keeps all.

    Raises
    ------
    UsageError, MissingExtraError, DmisoError
        As :class:`TableWriter`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_table(Path(folder, "a.csv"), pl.DataFrame({"share": [1 / 3]}), digits=3)
    ...     Path(folder, "a.csv").read_text()
    'share\n0.333\n'
    """
    if digits is not None:
        frame = frame.with_columns(pl.selectors.float().round_sig_figs(digits))
    with TableWriter(path, dict(frame.schema) if schema is None else schema) as writer:
        writer.write(frame)


class _TextSink:
    """TSV, CSV or BED6 lines."""

    def __init__(
        self,
        handle: IO[bytes],
        path: Path,
        text_format: str,
        schema: Mapping[str, type[pl.DataType] | pl.DataType],
    ) -> None:
        self._handle, self._path, self._format = handle, path, text_format
        if text_format != "bed":
            self._put(pl.DataFrame(schema=schema), header=True)

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows."""
        self._put(bed6_columns(frame) if self._format == "bed" else frame, header=False)

    def _put(self, frame: pl.DataFrame, *, header: bool) -> None:
        if self._format == "csv":
            text = frame.write_csv(include_header=header, quote_style="necessary")
        else:
            _refuse_breaks(frame, self._path)
            text = frame.write_csv(include_header=header, separator="\t", quote_style="never")
        self._handle.write(text.encode())

    def finish(self) -> None:
        """Do nothing: text has no end of its own."""


def _refuse_breaks(frame: pl.DataFrame, path: Path) -> None:
    """Refuse values that would shift the columns of a table without quotes."""
    for name, dtype in frame.schema.items():
        if dtype != pl.String:
            continue
        broken = frame.filter(pl.col(name).str.contains(r"[\t\n\r]"))[name]
        if len(broken):
            raise DmisoError(
                f"{path}, column {name}: {broken[0]!r} holds a tab or a line break, which a table of this kind cannot "
                "hold. Rename the record, or write .csv or .parquet."
            )


class _ParquetSink:
    """A Parquet file in parts, merged when all rows are there: memory stays bounded."""

    def __init__(self, temporary: Path, schema: Mapping[str, type[pl.DataType] | pl.DataType]) -> None:
        self._temporary, self._schema = temporary, schema
        self._parts = temporary.with_name(temporary.name + "s")
        self._n_parts = 0

    def __enter__(self) -> Self:
        self._parts.mkdir()
        return self

    def write(self, frame: pl.DataFrame) -> None:
        """Write rows as a part."""
        frame.write_parquet(self._parts / f"{self._n_parts:08d}.parquet")
        self._n_parts += 1

    def finish(self) -> None:
        """Make one file of all parts."""
        if self._n_parts == 0:
            pl.DataFrame(schema=self._schema).write_parquet(self._temporary)
        elif self._n_parts == 1:
            (self._parts / "00000000.parquet").replace(self._temporary)
        else:
            parts = [self._parts / f"{i:08d}.parquet" for i in range(self._n_parts)]
            pl.scan_parquet(parts, glob=False).sink_parquet(self._temporary, maintain_order=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        remove_tree(self._parts)


class _ExcelSink:
    """A sheet of an Excel workbook; values stay what they are: no text becomes a formula, a link or a number."""

    def __init__(
        self, temporary: Path, path: Path, schema: Mapping[str, type[pl.DataType] | pl.DataType]
    ) -> None:
        self._temporary, self._path, self._schema = temporary, path, schema
        self._rows = temporary.with_name(temporary.name + "s")
        self._row = 1

    def __enter__(self) -> Self:
        self._rows.mkdir()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            # its temporary rows lie beside the output, where there is room if anywhere
            "tmpdir": str(self._rows),
        }
        self._book = _excel_writer().Workbook(str(self._temporary), options)
        # no time of writing: the same table gives the same bytes
        self._book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)})
        self._sheet = self._book.add_worksheet("dmiso")
        bold = self._book.add_format({"bold": True})
        for column, name in enumerate(self._schema):
            self._sheet.write_string(0, column, name, bold)
        self._sheet.freeze_panes(1, 0)
        return self

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows.

        Raises
        ------
        DmisoError
            If the sheet is full, or a text is too long for a cell.
        """
        if self._row + frame.height > _EXCEL_ROWS:
            raise DmisoError(
                f"{self._path}: an Excel sheet holds {_EXCEL_ROWS - 1:,} rows, this table has more. "
                "Write .tsv.gz or .parquet, or ask for fewer rows."
            )
        for values in frame.iter_rows():
            for column, value in enumerate(values):
                if isinstance(value, str) and len(value) > _EXCEL_TEXT:
                    raise DmisoError(
                        f"{self._path}: a text of {len(value):,} characters does not fit an Excel cell "
                        f"({_EXCEL_TEXT:,}). Write .tsv or .parquet."
                    )
                if value is not None:
                    self._sheet.write(
                        self._row, column, value if isinstance(value, int | float) else str(value)
                    )
            self._row += 1

    def finish(self) -> None:
        """Pack the workbook."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
            raise cause or OSError(str(error)) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._book.fileclosed = 1  # else its destructor warns that nobody closed it
        self._sheet.row_data_fh.close()  # rows of a book that was not packed; packed, it is closed already
        remove_tree(self._rows)
