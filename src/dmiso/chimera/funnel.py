"""The funnel: for each sample, every rule with the reads it kept and dropped, in the order of the rules.

Up to the removal of copies reads are counted as sequenced; after it a distinct read counts for its molecules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dmiso.chimera.pairs import OUTCOMES
from dmiso.columns import FUNNEL_COLUMNS, schema_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FUNNEL_COLUMNS", "FilterFunnel", "located_rows", "rows_frame", "trimming_rows"]


def _row(sample: str, step: str, outcome: str, what: str, n: int) -> dict[str, Any]:
    return {"sample": sample, "step": step, "outcome": outcome, "what": what, "n": n}


def trimming_rows(numbers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of reading, trimming and removal of copies.

    Parameters
    ----------
    numbers
        Of :func:`dmiso.chimera.sample.do_sample`.
    """
    sample, trimming = numbers["sample"], numbers["trimming"]
    reads, left = trimming["kept"]["reads"], trimming["kept"]["reads after trimming"]
    rows = [_row(sample, "read", "kept", "reads", reads)]
    rows += [_row(sample, "trim", "dropped", what, n) for what, n in trimming["dropped"].items()]
    rows.append(_row(sample, "trim", "kept", "reads after trimming", left))
    molecules = numbers["molecules"]
    rows.append(_row(sample, "collapse", "dropped", "copies of a read", left - molecules))
    rows.append(_row(sample, "collapse", "kept", "reads without copies", molecules))
    return rows


def located_rows(numbers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of locating: molecules by what their reads came to."""
    sample = numbers["sample"]
    rows = []
    for what, n in numbers["outcomes"].items():
        if what != OUTCOMES[0]:
            rows.append(_row(sample, "locate", "dropped", what, n))
    rows.append(_row(sample, "locate", "kept", OUTCOMES[0], numbers["outcomes"].get(OUTCOMES[0], 0)))
    return rows


class FilterFunnel:
    """Counts what each filter leaves, by sample, in molecules of best pairs.

    Parameters
    ----------
    samples
        Names, in order.
    calls
        Before the first filter.
    """

    def __init__(self, samples: Sequence[str], calls: pl.DataFrame) -> None:
        self.samples = samples
        self.rows: list[dict[str, Any]] = []
        self.parts: tuple[int, ...] = ()
        self._left = self._count(calls)

    def _count(self, calls: pl.DataFrame) -> dict[str, int]:
        best = calls.filter(pl.col("candidate_rank") == 1)
        found = dict(best.group_by("sample").agg(pl.col("read_count").sum()).iter_rows())
        return {sample: int(found.get(sample, 0)) for sample in self.samples}

    def _add(self, sample: str, outcome: str, what: str, n: int) -> None:
        self.rows.append(_row(sample, "filter", outcome, what, n))

    def after(self, calls: pl.DataFrame, dropped: str) -> pl.DataFrame:
        """Count what a filter dropped; give the calls back."""
        left = self._count(calls)
        for sample in self.samples:
            self._add(sample, "dropped", dropped, self._left[sample] - left[sample])
        self._left = left
        return calls

    def close(self, what: str) -> None:
        """Count what is left at the end."""
        for sample in self.samples:
            self._add(sample, "kept", what, self._left[sample])


def rows_frame(rows: Sequence[Mapping[str, Any]], samples: Sequence[str]) -> pl.DataFrame:
    """Return rows as the funnel's table, sample by sample, the steps of each in order."""
    order = {sample: i for i, sample in enumerate(samples)}
    return pl.DataFrame(sorted(rows, key=lambda row: order[row["sample"]]), schema=schema_of(FUNNEL_COLUMNS))
