"""How often each isomiR is seen: the paper's Fig. S1, its numbers, and the same of MirGeneDB's miRNAs alone.

The paper: "3′ addition isomiR hsa-miR-4268 occurring the most frequently in 3,565 interactions, while 96 isomiRs
occurring only 10 times (Supplementary Fig. S1)"; ten is its own least number of reads. Data without such a threshold
have isomiRs of one interaction, which are counted too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.columns import ISOMIR_FREQUENCY_COLUMNS, schema_of
from dmiso.io.sequences import read_sequences
from dmiso.isomir.names.aliases import NamedMirna
from dmiso.isomir.names.crossref import cross_reference
from dmiso.studies.isomir_types import EXACT, GROUPS, TYPES, UNTOLD
from dmiso.studies.measures import plain_row, rows_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = [
    "ISOMIR_FREQUENCY_COLUMNS",
    "frequency_rows",
    "isomir_frequency",
    "mirgenedb_rows",
]

ANALYSIS: Final = "S1 isomiR frequency"
COUNTED: Final = "S2 S3 counts"
_EVERYTHING: Final = "all sources"
_LEAST: Final = 10
"""Reads that the paper asks of an isomiR."""


def isomir_frequency(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Count the interactions and reads of each isomiR.

    Parameters
    ----------
    frames
        Positives with ``isomir_types`` and ``isomir_groups``, by the name of the data.

    Returns
    -------
    polars.DataFrame
        :data:`ISOMIR_FREQUENCY_COLUMNS`, the most frequent first. An interaction without a read count is one read.
    """
    parts = [pl.DataFrame(schema=schema_of(ISOMIR_FREQUENCY_COLUMNS))]
    for data, frame in frames.items():
        groups = pl.col("isomir_groups")
        isomirs = frame.filter(~groups.list.contains(EXACT) & ~groups.list.contains(UNTOLD))
        counted = isomirs.group_by("mirna_id", "mirna_sequence").agg(
            isomir_types=pl.col("isomir_types").first().list.join(","),
            isomir_interactions=pl.len().cast(pl.Int64),
            read_count=pl.col("read_count").fill_null(1).sum(),
        )
        ordered = counted.sort(
            "isomir_interactions",
            "read_count",
            "mirna_id",
            "mirna_sequence",
            descending=[True, True, False, False],
        )
        parts.append(ordered.select(pl.lit(data).alias("data"), *ISOMIR_FREQUENCY_COLUMNS[1:]))
    return pl.concat(parts)


def frequency_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Sum the frequencies up as the paper's text does.

    Parameters
    ----------
    table
        Of :func:`isomir_frequency`.
    """
    rows: list[dict[str, Any]] = []
    for (data,), own in table.group_by("data", maintain_order=True):
        rows += _of_data(str(data), own)
    return rows_frame(rows)


def _of_data(data: str, own: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Say how many isomiRs are frequent and rare, in all and of each type."""
    first = own.row(0, named=True)
    yield plain_row(
        ANALYSIS,
        data,
        _EVERYTHING,
        "interactions of the most frequent isomiR",
        value=first["isomir_interactions"],
        note=f"{first['isomir_types']} isomiR of {first['mirna_id']}",
    )
    for metric, found in (
        (f"isomiRs in only {_LEAST} interactions", own.filter(pl.col("isomir_interactions") == _LEAST)),
        ("isomiRs in only 1 interaction", own.filter(pl.col("isomir_interactions") == 1)),
        (f"isomiRs of at least {_LEAST} reads", own.filter(pl.col("read_count") >= _LEAST)),
    ):
        yield plain_row(ANALYSIS, data, _EVERYTHING, metric, value=found.height)
    types = pl.col("isomir_types").str.split(",")
    for name in TYPES:
        of_type = own.filter(types.list.contains(name))
        yield plain_row(ANALYSIS, data, name, "isomiRs", value=of_type.height)
        if of_type.height:
            most = of_type["isomir_interactions"][0]
            yield plain_row(ANALYSIS, data, name, "interactions of the most frequent isomiR", value=most)


def _mirnas(path: Path, counts: Counts) -> list[NamedMirna]:
    records = read_sequences(path, counts, kind="miRNA")
    return [NamedMirna(r.id, r.description.partition(" ")[0], r.sequence) for r in records]


def mirgenedb_rows(
    frames: Mapping[str, pl.DataFrame], mirgenedb: Path, mature: Path, counts: Counts
) -> pl.DataFrame:
    """Count again what MirGeneDB's miRNAs, the curated ones, have.

    Parameters
    ----------
    frames
        As for :func:`isomir_frequency`.
    mirgenedb, mature
        Mature miRNAs of MirGeneDB, and those that the interactions name: they are compared by nucleotides. A source may
        call a miRNA by an old name, so a row is of MirGeneDB if its name or its nucleotides are.
    counts
        Filled with what was found.
    """
    held = _mirnas(mirgenedb, counts)
    others = _mirnas(mature, counts)
    species = {mirna.name.partition("-")[0].lower() for mirna in held}
    pairs = cross_reference(held, [m for m in others if m.name.partition("-")[0].lower() in species], counts)
    names = set(pairs["mirna_id"].drop_nulls().to_list())
    bases = {mirna.sequence for mirna in others if mirna.name in names} | {mirna.sequence for mirna in held}
    known = pl.col("mirna_id").is_in(sorted(names)) | pl.col("mirna_sequence").is_in(sorted(bases))
    rows: list[dict[str, Any]] = []
    for data, frame in frames.items():
        own = frame.filter(known)
        seen = pairs.filter(
            pl.col("mirna_id").is_in(own["mirna_id"].implode())
            | pl.col("mirna_sequence").is_in(own["mirna_sequence"].implode())
        )
        rows += _of_curated(f"{data}, MirGeneDB", frame, own, len(held), seen["mirgenedb_id"].n_unique())
    return rows_frame(rows)


def _of_curated(
    data: str, frame: pl.DataFrame, own: pl.DataFrame, n_held: int, n_seen: int
) -> Iterator[dict[str, Any]]:
    """Count what the text counts of MirGeneDB's miRNAs, and interactions and isomiRs of every type (S2, S3)."""

    def row(metric: str, value: float, note: str = "") -> dict[str, Any]:
        return plain_row(COUNTED, data, _EVERYTHING, metric, value=value, note=note)

    yield row("miRNAs of MirGeneDB", n_held, "mature miRNAs and arms in the given file")
    yield row("of these, in the data", n_seen)
    yield row("miRNAs of the data", frame["mirna_id"].n_unique(), "names")
    yield row("of these, in MirGeneDB", own["mirna_id"].n_unique(), "names")
    yield row("interactions", own.height)
    exact = pl.col("isomir_groups").list.contains(EXACT)
    untold = pl.col("isomir_groups").list.contains(UNTOLD)
    yield row("interactions of exact miRNAs", own.filter(exact).height)
    yield row("interactions of isomiRs", own.filter(~exact & ~untold).height)
    table = isomir_frequency({data: own})
    if table.height:
        first = table.row(0, named=True)
        note = f"{first['isomir_types']} isomiR of {first['mirna_id']}"
        yield row("interactions of the most frequent isomiR", first["isomir_interactions"], note)
    for column, names in (("isomir_groups", GROUPS[1:4]), ("isomir_types", TYPES)):
        for name in names:
            of_type = own.filter(pl.col(column).list.contains(name))
            yield row(f"interactions, {name}", of_type.height)
            yield row(f"distinct sequences, {name}", of_type.select("mirna_id", "mirna_sequence").n_unique())
