"""Names to candidates as a table: one row per name and candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.alphabet import normalise
from dmiso.columns import NAMES_COLUMNS, schema_of
from dmiso.errors import InputError, UsageError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name
from dmiso.io.table_writer import write_table
from dmiso.io.tables import read_table
from dmiso.isomir.names.aliases import NameIndex, split_names
from dmiso.isomir.names.crossref import cross_reference
from dmiso.losses import require_kept
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from dmiso.isomir.names.aliases import Resolution

__all__ = [
    "NAMES_COLUMNS",
    "NAMES_KEPT",
    "NameAndBases",
    "NamesInputs",
    "look_up",
    "name_index",
    "names_of_table",
    "resolve_names",
]


NAMES_KEPT: Final = {status: f"names: {status}" for status in ("one", "several", "none")}
"""How names are counted, by the number of their candidates."""


class NameAndBases(NamedTuple):
    """A name to look up, and the nucleotides that belong to it, or None."""

    name: str
    sequence: str | None = None


def name_index(matures: Iterable[Path], counts: Counts, *, species: str | None = None) -> NameIndex:
    """Read reference miRNAs, of one or more databases, into an index of names.

    Parameters
    ----------
    matures
        FASTA files.
    counts
        Filled: miRNAs read and kept.
    species
        Beginning of names to keep, taken for names without one too: ``hsa``.
    """
    start = f"{species.lower()}-" if species else ""
    records = (record for path in matures for record in read_sequences(path, counts, kind="reference"))
    index = NameIndex((r for r in records if r.id.lower().startswith(start)), species=species or "")
    if not index.mirnas:
        raise UsageError(f"No reference miRNA begins with {start!r}. Check --mature and --species.")
    counts.keep("reference miRNAs", len(index.mirnas))
    return index


def names_of_table(path: Path, *, name_column: str, sequence_column: str | None) -> Iterator[NameAndBases]:
    """Yield each distinct name of a table, with its nucleotides if a column has them.

    Parameters
    ----------
    path
        TSV, CSV or Parquet.
    name_column, sequence_column
        Columns; joined names (``hsa-let-7a,hsa-let-7b``) are split, and then have no nucleotides of their own.

    Raises
    ------
    InputError
        If a column is missing or a character is not a nucleotide code.
    """
    needed = [name_column] if sequence_column is None else [name_column, sequence_column]
    seen: set[NameAndBases] = set()
    table = read_table(path, required=needed).select(pl.col(needed).cast(pl.String))
    for row, values in enumerate(table.iter_rows(), start=2):
        names = split_names(values[0] or "")
        bases = None
        if sequence_column is not None and values[1] and len(names) == 1:
            try:
                bases = normalise(values[1]).sequence
            except ValueError as error:
                raise InputError(
                    str(error),
                    path=display_name(path),
                    line=row,
                    column=sequence_column,
                    hint="Correct or remove the row",
                ) from error
        for name in names:
            one = NameAndBases(name, bases)
            if one not in seen:
                seen.add(one)
                yield one


def resolve_names(
    names: Sequence[NameAndBases], index: NameIndex, counts: Counts, *, mirgenedb: NameIndex | None = None
) -> pl.DataFrame:
    """Look names up.

    Parameters
    ----------
    names
        Names, with nucleotides where they are at hand.
    index
        From :func:`name_index`.
    counts
        Filled: names by status, and names whose nucleotides are another miRNA's.
    mirgenedb
        miRNAs of MirGeneDB: its names are looked up by their nucleotides, and candidates get the names it has for them.

    Returns
    -------
    polars.DataFrame
        Columns :data:`NAMES_COLUMNS`: every candidate; ``agrees`` is true for those that name and nucleotides agree on
        (all, where no nucleotides decide). A name without candidate has one row, its note the nearest names.

    Examples
    --------
    >>> from dmiso.records import Counts, SequenceRecord
    >>> index = NameIndex([SequenceRecord("hsa-miR-21-5p", "UAGCUUAUCAGACUGAUGUUGA")], species="hsa")
    >>> resolve_names([NameAndBases("MIR21")], index, Counts()).select("status", "mirna_id", "rules").row(0)
    ('one', 'hsa-miR-21-5p', 'arm')
    """
    rows = []
    held = {mirna.name.removesuffix("*"): mirna.sequence for mirna in mirgenedb.mirnas} if mirgenedb else {}
    also = _mirgenedb_ids(index, mirgenedb) if mirgenedb else {}
    for name, bases in names:
        found = index.resolve(name, sequence=bases or held.get(name.removesuffix("*")))
        counts.keep(NAMES_KEPT[found.status])
        if found.bases_differ:
            counts.note("names whose nucleotides are not those of the miRNA they name", example=name)
        agreeing = {candidate.mirna for candidate in found.agreeing}
        note = _note(found)
        for mirna, rules in found.candidates:
            other = also.get(mirna.name, "")
            rows.append((name, found.status, *mirna, other, ",".join(rules), mirna in agreeing, note))
        if not found.candidates:
            rows.append((name, found.status, "", "", "", "", "", False, note))
    return pl.DataFrame(rows, schema=schema_of(NAMES_COLUMNS), orient="row")


def _mirgenedb_ids(index: NameIndex, mirgenedb: NameIndex) -> dict[str, str]:
    """Return the names that MirGeneDB has for miRNAs, by nucleotides."""
    pairs = cross_reference(mirgenedb.mirnas, index.mirnas, Counts()).filter(pl.col("mirna_id").is_not_null())
    names: dict[str, list[str]] = {}
    for other, name in pairs.select("mirgenedb_id", "mirna_id").iter_rows():
        names.setdefault(name, []).append(other)
    return {name: ",".join(others) for name, others in names.items()}


def _note(found: Resolution) -> str:
    """Return what a reader should know of a name."""
    if not found.candidates:
        return f"near: {', '.join(found.nearest)}" if found.nearest else "no name is near"
    return "the nucleotides given are another miRNA's" if found.bases_differ else ""


_SHOWN: Final = 6
"""Unknown names in a message."""


@dataclass(frozen=True, slots=True)
class NamesInputs:
    """What is looked up where.

    Parameters
    ----------
    names
        Without nucleotides.
    matures, species
        See :func:`name_index`.
    mirgenedb
        Mature miRNAs of MirGeneDB, FASTA; see :func:`resolve_names`.
    table, name_column, sequence_column
        More names, see :func:`names_of_table`.
    """

    names: tuple[str, ...]
    matures: tuple[Path, ...]
    species: str | None = None
    mirgenedb: Path | None = None
    table: Path | None = None
    name_column: str = "mirna_id"
    sequence_column: str | None = None


def look_up(inputs: NamesInputs, output: Path | None = None) -> tuple[pl.DataFrame, Counts]:
    """Look up names, and write the candidates.

    Parameters
    ----------
    inputs
        Names and reference.
    output
        Table to write; None writes none.

    Returns
    -------
    tuple of polars.DataFrame, Counts
        Columns :data:`NAMES_COLUMNS`, and what was counted.

    Raises
    ------
    UsageError
        If there is neither a name nor a table.
    NothingKeptError
        If the reference knows none of them; the message has the nearest names.
    """
    wanted = [NameAndBases(name) for name in inputs.names]
    if not wanted and inputs.table is None:
        raise UsageError("Give names, or a table of them with --table.")
    if inputs.table is not None:
        wanted += names_of_table(
            inputs.table, name_column=inputs.name_column, sequence_column=inputs.sequence_column
        )
    counts = Counts()
    index = name_index(inputs.matures, counts, species=inputs.species)
    held = None
    if inputs.mirgenedb is not None:
        held = name_index([inputs.mirgenedb], Counts(), species=inputs.species)
    found = resolve_names(wanted, index, counts, mirgenedb=held)
    unknown = found.filter(pl.col("status") == "none")
    counts.flow(
        "names",
        sum(counts.kept[kind] for kind in NAMES_KEPT.values()),
        counts.kept[NAMES_KEPT["one"]] + counts.kept[NAMES_KEPT["several"]],
        outcome="found in the reference",
        hint="Check --mature and --species",
    )
    near = [f"{name}, {note}" for name, note in unknown.select("name", "note").head(_SHOWN).iter_rows()]
    require_kept(counts, path=inputs.table, reasons=near)
    if output is not None:
        write_table(output, found, schema_of(NAMES_COLUMNS))
    return found, counts
