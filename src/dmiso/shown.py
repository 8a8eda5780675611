"""How results show themselves: one line in a shell, tables in a notebook."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING

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
        parts = [f"<p><strong>{escape(type(self).__name__)}</strong></p>"]
        for name, table in self._tables().items():
            parts.append(f"<p>{escape(name)}: {table.shape[0]:,} rows</p>")
            parts.append(table.head(_ROWS_SHOWN)._repr_html_())
        counts = getattr(self, "counts", None)
        if isinstance(counts, Counts):
            parts += [f"<p>{escape(sentence)}</p>" for sentence in counts.sentences()]
        return "\n".join(parts)
