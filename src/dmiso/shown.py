"""How results show themselves: one line in a shell, tables in a notebook."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from dmiso.pages import render_part
from dmiso.records import Counts

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Shown"]

_ROWS_SHOWN = 10


class Shown:
    """Gives a dataclass of tables a short ``repr`` and an HTML form for notebooks."""

    __slots__ = ()

    def _tables(self) -> dict[str, pl.DataFrame]:
        """Return the tables by field, of polars or pandas."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]
        return {name: value for name, value in values.items() if hasattr(value, "columns")}

    def __repr__(self) -> str:
        shapes = ", ".join(
            f"{name}: {table.shape[0]:,} rows x {table.shape[1]} columns"
            for name, table in self._tables().items()
        )
        return f"{type(self).__name__}({shapes})"

    def _repr_html_(self) -> str:
        from markupsafe import Markup

        tables = [
            # a frame's own form, which escapes what its cells hold
            {"name": name, "rows": f"{table.shape[0]:,}", "html": Markup(_html_of(table.head(_ROWS_SHOWN)))}  # noqa: S704
            for name, table in self._tables().items()
        ]
        counts = getattr(self, "counts", None)
        sentences = counts.sentences() if isinstance(counts, Counts) else []
        return render_part("shown", name=type(self).__name__, tables=tables, sentences=sentences)


def _html_of(table: pl.DataFrame) -> str:
    return table._repr_html_()
