"""Frames as tables of a page: labels, tooltips and alignment from the declared columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.columns import COLUMNS
from dmiso.pages import Head, RowGroup, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from dmiso.columns import Column

__all__ = ["MOST_ROWS", "head_of", "label_of", "plain_table", "table_of"]

MOST_ROWS: Final = 250
"""Rows that a page shows of a table; more would be read in a spreadsheet."""

_WORDS: Final = {
    "mirna": "miRNA",
    "mirnas": "miRNAs",
    "isomir": "isomiR",
    "isomirs": "isomiRs",
    "cds": "CDS",
    "utr": "UTR",
    "gc": "GC",
    "id": "",
    "auroc": "AUROC",
    "n": "number of",
    "q": "q",
    "p": "p",
}
_LABELS: Final = {
    "q_value": "q-value",
    "p_value": "p-value",
    "isomir_q_value": "isomiR q-value",
    "canonical_q_value": "canonical q-value",
    "p_adjusted": "p, adjusted",
    "mirna_id": "miRNA",
    "n": "number",
    **{f"n_{name}": f"sites {name}" for name in ("gained", "lost", "kept", "changed", "borderline")},
    "of_type": "of this type",
    "what": "what",
}
_BASES: Final = "5'→3'"


def label_of(name: str) -> str:
    """Return what stands above a column.

    Examples
    --------
    >>> label_of("isomir_seed_class"), label_of("gene_id"), label_of("q_value")
    ('isomiR seed class', 'gene', 'q-value')
    """
    if name in _LABELS:
        return _LABELS[name]
    words = (_WORDS.get(word, word) for word in name.split("_"))
    return (
        " ".join(word for word in words if word).replace("q value", "q-value").replace("p value", "p-value")
    )


def head_of(name: str, label: str | None = None) -> Head:
    """Return the head of a declared column; of another one its name alone.

    Parameters
    ----------
    name
        Of the column in the file.
    label
        What stands above it; None makes it of the name.
    """
    column = COLUMNS.get(name)
    shown = label or label_of(name)
    if column is None:
        return Head(shown)
    return Head(
        shown,
        _meaning(column),
        numeric=column.is_number,
        bases=column.unit == _BASES or name.endswith("_sequence"),
    )


def _meaning(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit and column.unit != _BASES else ""
    return f"{column.meaning}{unit}. In the file: {column.name}"


def table_of(
    frame: pl.DataFrame,
    caption: str,
    *,
    columns: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    file: str = "",
    most: int = MOST_ROWS,
) -> Table:
    """Return the first rows of a frame as a table.

    Parameters
    ----------
    frame
        Rows in the order shown.
    caption
        What a row is.
    columns
        Those shown, in order; those that the frame lacks, or that are empty throughout, are left out. None shows all.
    labels
        Of columns that their names would describe badly.
    file
        Where all rows are.
    most
        Rows shown.
    """
    wanted = list(columns) if columns is not None else frame.columns
    names = [name for name in wanted if name in frame.columns and _has_values(frame, name)]
    rows = tuple(tuple(_cell(value) for value in row) for row in frame.select(names).head(most).iter_rows())
    heads = tuple(_headed(frame, name, (labels or {}).get(name)) for name in names)
    return Table(caption, heads, (RowGroup("", rows),), frame.height, file)


def _has_values(frame: pl.DataFrame, name: str) -> bool:
    return frame.height == 0 or frame[name].null_count() < frame.height


def _headed(frame: pl.DataFrame, name: str, label: str | None) -> Head:
    head = head_of(name, label)
    if name in COLUMNS:
        return head
    return Head(head.label, numeric=frame.schema[name].is_numeric())


def _cell(value: Any) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def plain_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Return a table of a few rows; a column of numbers alone is aligned as such."""
    made = tuple(tuple(_cell(value) for value in row) for row in rows)

    def numeric(position: int) -> bool:
        values = [row[position] for row in made if row[position] is not None]
        return bool(values) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)

    return Table(
        caption,
        tuple(Head(label, numeric=numeric(position)) for position, label in enumerate(heads)),
        (RowGroup("", made),),
    )
