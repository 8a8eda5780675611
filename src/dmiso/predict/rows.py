"""Which rows of predictions are kept, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

__all__ = ["TopRows"]

_ROW = "_row"


@dataclass(slots=True)
class TopRows:
    """Keeps the ``n`` rows with the highest logits, of all rows or of each group, batch by batch.

    Parameters
    ----------
    n
        Rows kept (per group).
    by
        Columns that make a group; none keeps the best of all rows.

    Examples
    --------
    >>> top = TopRows(1, by=("mirna_id",))
    >>> top.add(pl.DataFrame({"mirna_id": ["b", "a", "b"], "logit": [1.0, 2.0, 3.0]}))
    >>> top.result().rows()
    [('b', 3.0), ('a', 2.0)]
    """

    n: int
    by: tuple[str, ...] = ()
    _held: pl.DataFrame | None = None
    _seen: int = 0
    _groups: dict[tuple[object, ...], int] = field(default_factory=dict)

    def add(self, frame: pl.DataFrame) -> None:
        """Take a batch of rows into account; ties keep the earlier row."""
        frame = frame.with_row_index(_ROW, offset=self._seen).cast({_ROW: pl.Int64})
        self._seen += frame.height
        if self.by:
            for key in frame.select(self.by).unique(maintain_order=True).iter_rows():
                self._groups.setdefault(key, len(self._groups))
        self._held = self._best(frame if self._held is None else pl.concat([self._held, self._best(frame)]))

    def _best(self, frame: pl.DataFrame) -> pl.DataFrame:
        ranked = frame.sort(["logit", _ROW], descending=[True, False])
        if not self.by:
            return ranked.head(self.n)
        return ranked.group_by(self.by, maintain_order=True).head(self.n).select(frame.columns)

    def result(self) -> pl.DataFrame:
        """Return the kept rows: groups in order of first appearance, best first.

        Raises
        ------
        ValueError
            If no batch was added: the columns are unknown.
        """
        if self._held is None:
            raise ValueError("no batch was added")
        held = self._held
        if self.by:
            order = [self._groups[key] for key in held.select(self.by).iter_rows()]
            held = held.with_columns(pl.Series("_group", order, pl.Int64))
            held = held.sort(["_group", "logit", _ROW], descending=[False, True, False]).drop("_group")
        return held.drop(_ROW)
