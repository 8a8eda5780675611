"""Calls read back from a file: the table that ``dmiso isomirs`` writes, or mirGFF3 of any tool."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import schema_of
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.io.tables import read_table
from dmiso.isomir.exchange import EXCHANGE_COLUMNS, mirgff3_to_calls

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["is_mirgff3", "read_calls"]

_NEEDED: Final = ("sequence", "read_count", "mirna_id", "isomir_types", "variant", "n_parents")
_ENDINGS: Final = (".gff3", ".gff", ".mirgff3")
_NUMBERS: Final = tuple(name for name, dtype in schema_of(EXCHANGE_COLUMNS).items() if dtype.is_numeric())
_TEXT: Final = (
    "added_5p",
    "added_3p",
    "templated_5p",
    "templated_3p",
    "changes",
    "precursor_ids",
    "ambiguity",
)


def is_mirgff3(path: Path) -> bool:
    """Decide by its name whether a file is mirGFF3.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_mirgff3(Path("a.gff3.gz")), is_mirgff3(Path("a.tsv"))
    (True, False)
    """
    return path.name.lower().removesuffix(".gz").endswith(_ENDINGS)


def read_calls(
    path: Path,
    counts: Counts,
    *,
    matures: Mapping[str, str] | None = None,
    hairpins: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Read calls.

    Parameters
    ----------
    path
        TSV, CSV or Parquet with the columns of calls, or mirGFF3 (``.gff3``, ``.gff``).
    counts
        Filled: calls, and what differs from mirGFF3 1.2.
    matures, hairpins
        Nucleotides of the reference by name, for mirGFF3 of other tools: see
        :func:`dmiso.isomir.exchange.mirgff3_to_calls`.

    Returns
    -------
    polars.DataFrame
        Columns :data:`~dmiso.isomir.exchange.EXCHANGE_COLUMNS`; those a table lacks are null.

    Raises
    ------
    InputError
        If a column that is needed is missing, or a value is not of its type.
    """
    if is_mirgff3(path):
        with open_mirgff3(path, counts) as reader:
            return mirgff3_to_calls(
                chain.from_iterable(reader.batches()),
                counts,
                older_signs=reader.older_signs,
                matures=matures,
                hairpins=hairpins,
            )
    frame = read_table(path, required=_NEEDED, numbers=_NUMBERS)
    columns = [
        _cast(frame, name, dtype).alias(name) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in schema_of(EXCHANGE_COLUMNS).items()
    ]
    frame = frame.select(columns).with_columns(pl.col(_TEXT).fill_null(""))
    counts.keep("calls", frame.height)
    return frame


def _cast(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    """Return a column in its type; text tables hold everything but numbers as text."""
    if dtype == pl.Boolean() and frame[name].dtype != dtype:
        return pl.col(name).replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        )
    return pl.col(name).cast(dtype)
