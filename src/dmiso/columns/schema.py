"""Polars schemas of tables that are declared as tuples of column names."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dmiso.columns.declared import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

__all__ = ["schema_of"]


def schema_of(names: Iterable[str]) -> dict[str, pl.DataType]:
    """Return the types of columns, as they are declared, in the order given.

    Parameters
    ----------
    names
        Of declared columns.

    Raises
    ------
    KeyError
        If a column is not declared: that is a mistake of ours, never of the data.

    Examples
    --------
    >>> schema_of(("mirna_id", "start"))
    {'mirna_id': String, 'start': Int64}
    """
    return {name: _dtype(COLUMNS[name].type) for name in names}


@lru_cache
def _dtype(declared: str) -> pl.DataType:
    """Return the type that a declaration names."""
    import polars as pl  # help pages read declarations without it

    made: pl.DataType = getattr(pl, declared)()
    return made
