"""``dmiso chimeras statistics`` as a function: tables in, tables out, with a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.chimera.interactions import CHIMERA_COLUMNS
from dmiso.chimera.statistics.tables import interaction_statistics
from dmiso.columns import schema_of
from dmiso.errors import UsageError
from dmiso.extras import require_extra
from dmiso.io.folders import check_companions
from dmiso.io.sequences import read_sequences
from dmiso.io.table_writer import write_table
from dmiso.io.tables import as_texts, read_table
from dmiso.isomir.names.aliases import NamedMirna
from dmiso.isomir.names.crossref import cross_reference
from dmiso.provenance import manifest, write_manifest
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["StatisticsResult", "read_interactions_table", "statistics_files"]

_NEEDED = (
    "mirna_id",
    "variant",
    "isomir_types",
    "mirna_sequence",
    "transcript_id",
    "start",
    "end",
    "read_count",
)


class StatisticsResult(NamedTuple):
    """Rows written, where the tests are, and what was counted."""

    n_rows: int
    tests: Path
    counts: Counts


def read_interactions_table(path: Path) -> pl.DataFrame:
    """Read an interactions table with the types of its columns.

    Raises
    ------
    InputError
        If a column is missing, or a number cannot be.
    """
    numbers = [name for name, dtype in schema_of(CHIMERA_COLUMNS).items() if dtype.is_numeric()]
    table = read_table(path, required=_NEEDED, numbers=numbers)
    known = [name for name in CHIMERA_COLUMNS if name in table.columns]
    texts = [name for name in known if name not in numbers]
    return as_texts(table, texts).select(known).with_columns(pl.col(texts).replace("", None))


def statistics_files(
    interactions: Path,
    output: Path,
    *,
    other: Path | None = None,
    mirgenedb: Path | None = None,
    mature: Path | None = None,
    least: int = 100,
    command: Sequence[str] = (),
) -> StatisticsResult:
    """Compute the statistics of the paper's first results section.

    Parameters
    ----------
    interactions
        Table of ``dmiso chimeras``.
    output
        Table of numbers; the tests of miRNAs and types go to ``NAME.preference.tsv`` beside it.
    other
        Interactions of another experiment.
    mirgenedb, mature
        FASTA of MirGeneDB's miRNAs, and of those that the interactions name: they are compared by nucleotides.
    least
        isomiR interactions under which a miRNA is not tested.
    command
        Words of the command line, for the manifest.

    Raises
    ------
    UsageError
        If only one of ``mirgenedb`` and ``mature`` is given.
    MissingExtraError
        If scipy is not installed.
    """
    if (mirgenedb is None) != (mature is None):
        raise UsageError(
            "--mirgenedb and --mature go together: the miRNAs of both are compared by nucleotides."
        )
    require_extra("scipy", "testing which types a miRNA prefers")
    counts = Counts()
    known = None
    if mirgenedb is not None and mature is not None:
        pairs = cross_reference(_mirnas(mirgenedb, counts), _mirnas(mature, counts), counts)
        known = set(pairs["mirna_id"].drop_nulls().to_list())
    table = read_interactions_table(interactions)
    counts.keep("interactions", table.height)
    second = read_interactions_table(other) if other is not None else None
    result = interaction_statistics(table, other=second, mirgenedb=known, least=least)
    tests = output.with_name(f"{output.name.partition('.')[0]}.preference.tsv")
    check_companions(output, [tests], [interactions, other, mirgenedb, mature])
    write_table(output, result.rows)
    write_table(tests, result.preference)
    files = {"interactions": interactions, "other": other, "mirgenedb": mirgenedb, "mature": mature}
    record = manifest(
        command=command,
        inputs={name: path for name, path in files.items() if path is not None},
        counts=counts,
        settings={"least": least},
    )
    write_manifest(output, record)
    return StatisticsResult(result.rows.height, tests, counts)


def _mirnas(path: Path, counts: Counts) -> list[NamedMirna]:
    """Read miRNAs by name."""
    records = read_sequences(path, counts, kind="miRNA")
    return [
        NamedMirna(record.id, record.description.partition(" ")[0], record.sequence) for record in records
    ]
