"""The side-by-side table, asked for one number at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmiso.studies.designs import Mode

__all__ = ["GIVEN", "Key", "Number", "Numbers", "count_text", "ratio_text"]

GIVEN: Final = " (given)"
"""Ends the name of a model that was given."""

Key = tuple[str, str, str, str]
"""Analysis, data, subject, metric."""

_FIELDS: Final = ("value", "low", "high", "sd", "chance", "positives", "negatives")


def ratio_text(value: float | None) -> str:
    """Return a ratio with three decimals, a dash for nothing.

    Examples
    --------
    >>> ratio_text(0.5), ratio_text(None)
    ('0.500', '–')
    """
    return "–" if value is None else f"{value:.3f}"


def count_text(value: float) -> str:
    """Return a count as it is, a mean or a share with three decimals.

    Examples
    --------
    >>> count_text(0.0), count_text(12170.0), count_text(2.4231)
    ('0', '12,170', '2.423')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}"


class Number(NamedTuple):
    """A metric in one mode: its value, its interval or the SD over trainings, chance, and what it is of."""

    value: float
    low: float | None
    high: float | None
    sd: float | None
    chance: float | None
    positives: int | None
    negatives: int | None

    @property
    def text(self) -> str:
        """The value with its interval, or ± SD over trainings.

        Examples
        --------
        >>> Number(0.75, 0.7, 0.8, None, 0.5, 10, 10).text, Number(0.75, None, None, 0.01, 0.5, 10, 10).text
        ('0.750 [0.700–0.800]', '0.750 ± 0.010')
        """
        if self.sd is not None:
            return f"{ratio_text(self.value)} ± {self.sd:.3f}"
        if self.low is None or self.high is None:
            return ratio_text(self.value)
        return f"{ratio_text(self.value)} [{self.low:.3f}–{self.high:.3f}]"

    @property
    def rows(self) -> str:
        """How many positives and negatives it is of; nothing where that is not told."""
        if self.negatives is None:
            return ""
        return f"{self.negatives:,}" if self.positives is None else f"{self.positives:,} + {self.negatives:,}"

    def apart_from(self, other: Number) -> bool:
        """Return whether the two intervals have nothing in common."""
        bounds = (self.low, self.high, other.low, other.high)
        if None in bounds:
            return False
        low, high, other_low, other_high = (bound for bound in bounds if bound is not None)
        return high < other_low or other_high < low


class Numbers:
    """Numbers of a study by mode, analysis, data, subject and metric.

    Parameters
    ----------
    table
        Columns :data:`dmiso.columns.SIDE_COLUMNS`. Rows with a training seed are those of single trainings.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        self._rows = {
            (row["analysis"], row["data"], row["subject"], row["metric"], row["training_seed"]): row
            for row in table.iter_rows(named=True)
        }

    def get(self, mode: Mode, key: Key, seed: int | None = None) -> Number | None:
        """Return a number; None where there is no such row, or no value in it."""
        row = self._rows.get((*key, seed))
        if row is None or row[f"{mode}_mode_value"] is None:
            return None
        return Number(*(row[f"{mode}_mode_{name}"] for name in _FIELDS))

    def subjects(self, analysis: str, data: str) -> list[str]:
        """Return the subjects of an analysis, in the order of the table."""
        return self._distinct("subject", analysis=analysis, data=data)

    def analyses(self) -> list[str]:
        """Return the analyses, in the order of the table."""
        return self._distinct("analysis")

    def data(self, analysis: str) -> list[str]:
        """Return the data of an analysis, in the order of the table."""
        return self._distinct("data", analysis=analysis)

    def seeds(self, analysis: str, data: str, subject: str) -> list[int]:
        """Return the seeds of a subject's trainings; nothing where there is one."""
        own = self.table.filter(analysis=analysis, data=data, subject=subject)["training_seed"]
        return own.drop_nulls().unique(maintain_order=True).to_list()

    def rows_of(self, analysis: str) -> list[dict[str, Any]]:
        """Return the rows of an analysis that are not of one of several trainings."""
        return self.table.filter(pl.col("analysis") == analysis, pl.col("training_seed").is_null()).to_dicts()

    def notes(self, analyses: Iterable[str]) -> list[str]:
        """Return the distinct notes of some analyses, each with the subjects it is of."""
        own = self.table.filter(pl.col("analysis").is_in(list(analyses)), pl.col("note") != "")
        subjects: dict[str, list[str]] = {}
        for subject, note in own.select("subject", "note").iter_rows():
            known = subjects.setdefault(note, [])
            if subject not in known:
                known.append(subject)
        return [f"{', '.join(names)}: {note}" for note, names in subjects.items()]

    def main(self, analysis: str, data: str) -> str:
        """Return the network to speak of: the one trained for all epochs, where there is one."""
        full = [name for name in self.subjects(analysis, data) if name.endswith("without early stopping")]
        return full[0] if full else "network"

    def given(self, analysis: str, data: str) -> list[str]:
        """Return the models that were given."""
        return [name for name in self.subjects(analysis, data) if name.endswith(GIVEN)]

    def _distinct(self, column: str, **where: str) -> list[str]:
        own = self.table.filter(**where) if where else self.table
        found: list[str] = own[column].unique(maintain_order=True).to_list()
        return found
