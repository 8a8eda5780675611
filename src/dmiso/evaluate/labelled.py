"""Labelled tables, ours and other people's, read to one shape.

A layout says how a kind of file is written: which of its columns are ours, and what must be undone.
Whatever the layout, the result has ``mirna_sequence`` and ``target_sequence`` in upper-case RNA and ``label``
as 0 or 1; other columns are kept.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.alphabet import normalise
from dmiso.columns import LABELLED_COLUMNS
from dmiso.errors import InputError, NothingKeptError, find_named
from dmiso.io import read_batches
from dmiso.io.declared_numbers import with_numbers
from dmiso.io.streams import display_name
from dmiso.io.tables import as_texts, table_format
from dmiso.io.text_lines import open_lines
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from dmiso.io.tables import Batch
    from dmiso.records import Counts

__all__ = [
    "LABELLED_LAYOUTS",
    "REQUIRED",
    "LabelledLayout",
    "first_fields",
    "read_labelled",
    "require_both_classes",
]

REQUIRED: Final = LABELLED_COLUMNS
"""Columns that every labelled table has after reading."""


@dataclass(frozen=True, slots=True)
class LabelledLayout:
    """One way in which labelled pairs are written.

    Parameters
    ----------
    name, meaning
        What ``--layout`` takes, and a sentence for help pages.
    columns
        Our column → the file's; those not in :data:`REQUIRED` may be absent.
    header
        Names for the fields of a file without a header line; None reads them from it.
    fasta_marks
        Sequences begin with ``>``.
    mirna_3_to_5
        miRNAs are written 3'→5'.
    """

    name: str
    meaning: str
    columns: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] | None = None
    fasta_marks: bool = False
    mirna_3_to_5: bool = False


_MIRBENCH_COLUMNS = {
    "mirna_sequence": "noncodingRNA",
    "target_sequence": "gene",
    "mirna_id": "noncodingRNA_name",
    "family": "noncodingRNA_fam",
    "region": "feature",
    "chromosome": "chr",
}

LABELLED_LAYOUTS: Final[Mapping[str, LabelledLayout]] = MappingProxyType(
    {
        layout.name: layout
        for layout in (
            LabelledLayout("dmiso", "columns mirna_sequence, target_sequence, label"),
            LabelledLayout("mirbench", "columns noncodingRNA, gene, label", _MIRBENCH_COLUMNS),
            LabelledLayout(
                "mirbind",
                "columns miRNA, gene, label",
                {"mirna_sequence": "miRNA", "target_sequence": "gene"},
            ),
            LabelledLayout(
                "miraw",
                "no header: >miRNA written 3'→5', >site, label",
                header=REQUIRED,
                fasta_marks=True,
                mirna_3_to_5=True,
            ),
        )
    }
)
"""Every layout of labelled tables, by name."""


def read_labelled(
    path: Path,
    counts: Counts,
    *,
    layout: str | None = None,
    columns: Mapping[str, str] | None = None,
    numbers: Sequence[str] = (),
) -> pl.DataFrame:
    """Read a labelled table.

    Parameters
    ----------
    path
        TSV, CSV or Parquet, plain or gzip.
    counts
        Filled: rows by label, ambiguity codes read as N.
    layout
        A key of :data:`LABELLED_LAYOUTS`; None detects it from the header (or a first line that begins with ``>``).
    columns
        Our column → the file's column, where neither our name nor a layout fits; goes before the layout.
    numbers
        Further declared columns that are read as numbers in their range, where the table has them.

    Returns
    -------
    polars.DataFrame
        ``mirna_sequence``, ``target_sequence`` (upper-case RNA), ``label`` (Int8), then the file's other columns.

    Raises
    ------
    UsageError
        If the layout is not known.
    InputError
        If a column is missing, or a sequence or label cannot be used; it names line and column.
    """
    chosen = _layout(path, layout)
    frames = []
    work = Work("rows read")
    parse = _Normaliser(path, counts)
    for batch in read_batches(path, header=chosen.header):
        renamed = _renamed(batch.frame, path, chosen.columns, columns or {})
        sequences = [
            pl.Series(name, parse.sequences(renamed, name, batch, chosen), dtype=pl.String)
            for name in REQUIRED[:2]
        ]
        labels = pl.Series("label", parse.labels(renamed, batch), dtype=pl.Int8)
        others = [name for name in renamed.columns if name not in REQUIRED]
        renamed = with_numbers(renamed, numbers, path=path, lines=batch.lines)
        frames.append(renamed.with_columns(*sequences, labels).select(*REQUIRED, *others))
        work.advance(batch.frame.height)
    if not frames:
        raise InputError("the file is empty", path=display_name(path), hint="A header line is expected")
    table = pl.concat(frames)
    n_positive = int(table["label"].sum() or 0)
    counts.keep("positive pairs", n_positive)
    counts.keep("negative pairs", table.height - n_positive)
    return table


def require_both_classes(table: pl.DataFrame, path: Path, purpose: str) -> None:
    """Stop where a table has pairs of one label only: nothing can be told apart.

    Parameters
    ----------
    table
        As :func:`read_labelled` gives it; one without rows passes.
    path
        Where it comes from.
    purpose
        What it was read for: ``An audit``.

    Raises
    ------
    NothingKeptError
        Naming the label that is missing.
    """
    for label in (0, 1):
        if table.height and not (table["label"] == label).any():
            raise NothingKeptError(
                "pairs",
                table.height,
                outcome=f"of label {label}",
                hint=f"{purpose} needs pairs of both labels: check --label-column",
                path=display_name(path),
            )


def _layout(path: Path, name: str | None) -> LabelledLayout:
    """Return the layout of a name, or the one that the file's beginning shows."""
    if name is not None:
        return find_named(name, LABELLED_LAYOUTS, "layout of labelled tables")
    fields = first_fields(path)
    if fields and fields[0].startswith(">"):
        return LABELLED_LAYOUTS["miraw"]
    for layout in LABELLED_LAYOUTS.values():
        needed = {layout.columns.get(ours, ours) for ours in REQUIRED}
        if layout.header is None and needed <= set(fields):
            return layout
    return LABELLED_LAYOUTS["dmiso"]


def first_fields(path: Path) -> list[str]:
    """Return the names of a table's columns, or the fields of its first line."""
    if table_format(path) in {"parquet", "xlsx"}:
        for batch in read_batches(path, batch_rows=1):
            return batch.frame.columns
        return []
    separator = "," if table_format(path) == "csv" else "\t"
    with open_lines(path) as lines:
        return next(csv.reader(lines, delimiter=separator), [])


def _renamed(
    frame: pl.DataFrame, path: Path, layout: Mapping[str, str], asked: Mapping[str, str]
) -> pl.DataFrame:
    """Give the file's columns our names, and check that the required ones are there, and all that are asked for.

    A column that a layout names may be absent; one that was asked for by name may not, even where the table has one
    of our own name: it would be read in place of what was meant.
    """
    columns = {**layout, **asked}
    frame = as_texts(frame, {columns.get(name, name) for name in REQUIRED})
    names = {theirs: ours for ours, theirs in columns.items() if theirs in frame.columns}
    taken = [ours for theirs, ours in names.items() if ours in frame.columns and ours != theirs]
    renamed = frame.drop(taken).rename(names)
    for name in (*REQUIRED, *asked):
        wanted = columns.get(name, name)
        if name not in renamed.columns or (name in asked and wanted not in names):
            raise InputError(
                f"column {wanted} is missing; found {', '.join(frame.columns)}",
                path=display_name(path),
                line=1,
                hint=f"Name the column {name}, say which it is with --{name.split('_')[0]}-column, "
                f"or choose a --layout: {', '.join(LABELLED_LAYOUTS)}",
            )
    return renamed


class _Normaliser:
    """Turns fields into values; each distinct sequence is looked at once."""

    def __init__(self, path: Path, counts: Counts) -> None:
        self.path = path
        self.counts = counts
        self._known: dict[tuple[str, bool], str] = {}

    def sequences(self, frame: pl.DataFrame, column: str, batch: Batch, layout: LabelledLayout) -> list[str]:
        """Return one sequence column in upper-case RNA, 5'→3'."""
        turn = layout.mirna_3_to_5 and column == "mirna_sequence"

        def parse(text: str) -> str:
            if (text, turn) not in self._known:
                self._known[text, turn] = self._sequence(text, turn=turn, marked=layout.fasta_marks)
            return self._known[text, turn]

        return self._each(frame, column, batch, parse)

    def labels(self, frame: pl.DataFrame, batch: Batch) -> list[int]:
        """Return the labels as 0 or 1."""
        return self._each(frame.with_columns(pl.col("label").cast(pl.String)), "label", batch, _label)

    def _sequence(self, text: str, *, turn: bool, marked: bool) -> str:
        sequence, n_ambiguous = normalise(text.strip().removeprefix(">") if marked else text.strip())
        if not sequence:
            raise ValueError("the sequence is empty")
        if n_ambiguous:
            self.counts.note("sequences with ambiguity codes, read as N", example=text)
        return sequence[::-1] if turn else sequence

    def _each(self, frame: pl.DataFrame, column: str, batch: Batch, parse: Callable[[str], Any]) -> list[Any]:
        values = []
        for i, text in enumerate(frame[column].to_list()):
            try:
                values.append(parse(text or ""))
            except ValueError as error:
                raise InputError(
                    str(error),
                    path=display_name(self.path),
                    line=batch.lines[i],
                    column=column,
                    hint="Correct or remove the row",
                ) from None
        return values


def _label(text: str) -> int:
    """Return 1 or 0."""
    value = {"1": 1, "0": 0, "1.0": 1, "0.0": 0, "true": 1, "false": 0}.get(text.strip().lower())
    if value is None:
        raise ValueError(f"the label is 1 (interacts) or 0 (does not); found {text!r}")
    return value
