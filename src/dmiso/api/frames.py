"""Pandas frames to polars frames and back, column by column, with what is missing kept missing.

Neither way needs pyarrow. In pandas a missing value is NaN, None, NaT or ``pd.NA``, whatever the column; in polars it
is null. Going in, all of them become null. Coming back, whole numbers and booleans with something missing become
pandas' nullable ``Int64`` and ``boolean``, as plain columns of pandas cannot hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.errors import InputError
from dmiso.extras import require_extra

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["from_pandas", "is_pandas", "pandas_frame", "to_pandas"]

_NUMBERS: Final[Mapping[str, type[pl.DataType]]] = {
    "b": pl.Boolean,
    "i": pl.Int64,
    "u": pl.UInt64,
    "f": pl.Float64,
}
"""The kind of a type, by numpy's letter, and the widest of polars: sums of narrow ones could run over."""


def is_pandas(value: object) -> bool:
    """Say whether a value is of pandas, without importing it; an object of a class made from pandas' is too."""
    return any(kind.__module__.partition(".")[0] == "pandas" for kind in type(value).__mro__)


def from_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    """Return a pandas frame as a polars frame.

    Levels of the index that have a name become columns, in front; an index without names numbers rows and is left out.

    Parameters
    ----------
    frame
        Of any column types; categories become text, and objects what they hold.

    Raises
    ------
    InputError
        If two columns have one name, a name has several levels, or a column holds what no table can.
    """
    levels = [name for name in frame.index.names if name is not None and name not in frame.columns]
    if levels:
        frame = frame.reset_index(level=levels)
    if frame.columns.nlevels > 1:
        raise InputError(
            "names of columns have several levels", hint="Join them into one: frame.columns.map('_'.join)"
        )
    names = [str(name) for name in frame.columns]
    if twice := next((name for i, name in enumerate(names) if name in names[:i]), None):
        raise InputError("two columns have this name", column=twice, hint="Rename one")
    return pl.DataFrame([_column(name, frame.iloc[:, i]) for i, name in enumerate(names)])


def _column(name: str, series: pd.Series[Any]) -> pl.Series:
    """Return a column of pandas as one of polars."""
    numbers = _NUMBERS.get(getattr(series.dtype, "kind", "O"))
    if numbers is not None and hasattr(
        series.dtype, "byteorder"
    ):  # numpy's own, where nothing but NaN is missing
        return pl.Series(name, series.to_numpy(), nan_to_null=True).cast(numbers)
    missing = series.isna().tolist()
    values = [None if gone else value for gone, value in zip(missing, series.tolist(), strict=True)]
    if numbers is not None:  # nullable ones, and Arrow's
        return pl.Series(name, values, dtype=numbers)
    if all(value is None for value in values) or any(isinstance(value, str) for value in values):
        return pl.Series(name, values, dtype=pl.String, strict=False)
    column = pl.Series(name, values, strict=False)
    if column.dtype == pl.Object:
        held = next(type(value).__name__ for value in values if value is not None)
        raise InputError(
            f"it holds {held}, which is no value of a table",
            column=name,
            hint="Give text, numbers or booleans",
        )
    return column


def pandas_frame(frame: pl.DataFrame) -> pd.DataFrame:
    """Return a polars frame as a pandas frame, rows numbered from 0.

    Parameters
    ----------
    frame
        Text becomes pandas' text, categories stay categories; whole numbers and booleans become ``Int64`` and
        ``boolean`` where something is missing, and keep their type where nothing is.
    """
    import pandas as pd

    columns = {name: _pandas_column(frame[name], pd) for name in frame.columns}
    return pd.DataFrame(columns, index=pd.RangeIndex(frame.height))


def _pandas_column(column: pl.Series, pd: Any) -> Any:
    dtype = column.dtype
    if dtype.is_float():
        return column.to_numpy()  # null becomes NaN
    if dtype.is_integer() or dtype == pl.Boolean:
        if not column.null_count():
            return column.to_numpy()
        # Int64 of polars and of pandas have one name
        return pd.array(column.to_list(), dtype="boolean" if dtype == pl.Boolean else str(dtype))
    if isinstance(dtype, pl.Categorical | pl.Enum):
        known = (
            dtype.categories
            if isinstance(dtype, pl.Enum)
            else column.drop_nulls().unique(maintain_order=True)
        )
        return pd.Categorical(column.cast(pl.String).to_list(), categories=known.to_list())
    if dtype == pl.String:
        return pd.Series(column.to_list(), dtype=_text_dtype(pd))
    return pd.Series(column.to_list(), dtype=object)


def _text_dtype(pd: Any) -> Any:
    """Return the type that pandas itself gives a column of text: ``str`` from version 3 on, ``object`` before."""
    return pd.Series(["text"]).dtype


def to_pandas(result: Any) -> Any:
    """Return a result of dmiso as pandas frames.

    Parameters
    ----------
    result
        A frame of polars; or what a verb returned that holds tables: ``ScanTables``, ``Answer``, ``Comparison`` …

    Returns
    -------
    pandas.DataFrame or dict of pandas.DataFrame
        Of a frame a frame; of what holds tables, each by its name. What is of pandas already stays as it is.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    InputError
        If there is no table in it.

    Examples
    --------
    >>> import dmiso
    >>> table = dmiso.predict(mirnas="UGAGGUAGUAGGUUGUAUAGUU", targets={"site": "GGACUAUACAACCUACUACCUCAUU"})
    >>> dmiso.to_pandas(table).loc[0, "target_id"]
    'site'
    """
    require_extra("pandas")
    if isinstance(result, pl.DataFrame):
        return pandas_frame(result)
    if is_pandas(result):
        return result
    if isinstance(result, Mapping):
        held = dict(result)
    else:
        held = {f.name: getattr(result, f.name) for f in fields(result)} if is_dataclass(result) else {}
    tables = {
        name: to_pandas(value)
        for name, value in held.items()
        if isinstance(value, pl.DataFrame) or is_pandas(value)
    }
    if not tables:
        raise InputError(
            f"{type(result).__name__} holds no table",
            hint="Give a frame, or what dmiso.scan and the like return",
        )
    return tables
