"""What reads are, by sample: their types and lengths, counted while calls stream by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.isomir.classify import EXACT, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmiso.isomir.counted import CountedSequence

__all__ = ["SEVERAL", "UNTYPED", "TypeTally"]

SEVERAL: Final = "several types"
"""What an isomiR is that differs from its miRNA in more than one way: so every read is of one kind."""
UNTYPED: Final = "not told"
"""Calls of files that do not state their type."""

_ORDER: Final = {name: i for i, name in enumerate((EXACT, *TYPES, SEVERAL, UNTYPED))}


class TypeTally:
    """Reads by type and by length in each sample.

    A sequence that several miRNAs explain alike counts once, as its first row says.

    Parameters
    ----------
    samples
        In the order of ``sample_counts``.

    Attributes
    ----------
    unexplained : dict of str to int
        Sample → reads that no miRNA explains.

    Examples
    --------
    >>> tally = TypeTally(["a", "b"])
    >>> tally.add(pl.DataFrame({"sequence": ["UGA", "UGAA"], "read_count": [5, 2], "sample_counts": ["5,0", "1,1"],
    ...     "isomir_types": ["exact miRNA", "3' addition,SNP"]}))
    >>> tally.types
    {'a': {'exact miRNA': 5, 'several types': 1}, 'b': {'several types': 1}}
    >>> tally.lengths
    {'a': {3: 5, 4: 1}, 'b': {3: 0, 4: 1}}
    """

    def __init__(self, samples: Sequence[str]) -> None:
        self.samples = tuple(samples)
        self.unexplained = dict.fromkeys(self.samples, 0)
        self._types: dict[str, Counter[str]] = {sample: Counter() for sample in self.samples}
        self._lengths: dict[str, Counter[int]] = {sample: Counter() for sample in self.samples}

    def add(self, calls: pl.DataFrame, *, sequences: str = "sequence") -> None:
        """Count some calls.

        Parameters
        ----------
        calls
            With ``isomir_types`` and ``sample_counts`` (of one sample ``read_count``); with ``n_parents`` the rows of
            a sequence follow each other.
        sequences
            Column of the nucleotides.
        """
        if calls.is_empty():
            return
        named = _first_rows(calls).with_columns(_type=_kind(), _length=pl.col(sequences).str.len_chars())
        for column, found in (("_type", self._types), ("_length", self._lengths)):
            self._count(named, column, found)

    def add_long(self, counted: pl.DataFrame) -> None:
        """Count features of samples.

        Parameters
        ----------
        counted
            A row per feature and sample: ``sample``, ``read_count``, ``isomir_types``, ``sequence``.
        """
        named = counted.with_columns(_type=_kind(), _length=pl.col("sequence").str.len_chars())
        for column, found in (("_type", self._types), ("_length", self._lengths)):
            sums = named.group_by("sample", column).agg(pl.col("read_count").sum())
            for sample, value, n in sums.iter_rows():
                found[sample][value] += n

    def add_unexplained(self, records: Iterable[CountedSequence]) -> None:
        """Count sequences that no miRNA explains."""
        for record in records:
            for sample, n in zip(self.samples, record.counts, strict=True):
                self.unexplained[sample] += n

    @property
    def types(self) -> dict[str, dict[str, int]]:
        """Sample → type → reads, the types in the paper's order."""
        return {
            sample: {kind: of[kind] for kind in sorted(of, key=lambda kind: _ORDER.get(kind, len(_ORDER)))}
            for sample, of in self._types.items()
        }

    @property
    def lengths(self) -> dict[str, dict[int, int]]:
        """Sample → length in nucleotides → reads, from the shortest of all samples to the longest."""
        every = [length for of in self._lengths.values() for length in of]
        span = range(min(every), max(every) + 1) if every else range(0)
        return {sample: {length: of[length] for length in span} for sample, of in self._lengths.items()}

    def _count(self, calls: pl.DataFrame, column: str, found: dict[str, Counter[Any]]) -> None:
        """Add the reads of each value of a column."""
        many = len(self.samples) > 1
        counted = calls.group_by(column, "sample_counts" if many else "read_count").len()
        for value, reads, n in counted.iter_rows():
            each = str(reads).split(",") if many else (reads,)
            for sample, one in zip(self.samples, each, strict=True):
                if int(one):
                    found[sample][value] += int(one) * n


def _kind() -> pl.Expr:
    """Return the one type that a row is counted as."""
    types = pl.col("isomir_types").fill_null("")
    return (
        pl.when(types == "")
        .then(pl.lit(UNTYPED))
        .when(types.str.contains(",", literal=True))
        .then(pl.lit(SEVERAL))
        .otherwise(types)
    )


def _first_rows(calls: pl.DataFrame) -> pl.DataFrame:
    """Return the first row of each sequence: those of its other parents follow it."""
    if "n_parents" not in calls.columns or calls["n_parents"].max() == 1:
        return calls
    parents = calls["n_parents"].fill_null(1).clip(1).to_list()
    first, number = [], 0
    while number < len(parents):
        first.append(number)
        number += parents[number]
    return calls[first]
