"""``dmiso isomirs`` as a function: files in, calls as a table or mirGFF3 out, with a manifest."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

import dmiso
from dmiso.columns import schema_of
from dmiso.io.atomic import open_output
from dmiso.io.mirgff3 import Mirgff3Writer
from dmiso.io.mirgff3_words import new_header
from dmiso.io.sequences import EMPTY_READS
from dmiso.io.streams import display_name, read_once
from dmiso.io.table_writer import TableWriter, ending_of
from dmiso.isomir.calls import CALLS_COLUMNS, READS_ASSIGNED, READS_UNEXPLAINED, Caller
from dmiso.isomir.counted import read_counted
from dmiso.isomir.mirgff3_lines import mirgff3_lines
from dmiso.isomir.reference import read_reference
from dmiso.isomir.tally import TypeTally
from dmiso.losses import require_kept
from dmiso.provenance import manifest, write_manifest
from dmiso.records import Counts
from dmiso.settings.isomirs import Limits
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from dmiso.isomir.calls import CallBatch
    from dmiso.isomir.counted import CountedSequence, InputFormat

__all__ = ["IsomirInputs", "IsomirResult", "isomirs_files"]

_FIRST: Final = 100
"""Calls that are kept to be shown."""


@dataclass(frozen=True, slots=True)
class IsomirInputs:
    """What is called against what.

    Parameters
    ----------
    reads
        FASTA, FASTQ, a table or mirGFF3; ``-`` is standard input.
    mature, hairpin, gff3, species
        The reference, see :func:`dmiso.isomir.reference.read_reference`.
    database
        What mirGFF3 calls the reference, such as ``miRBase22``; None takes the name that the reference gives.
    input_format, collapse, counts_from_names
        See :func:`dmiso.isomir.counted.read_counted`.
    """

    reads: Path
    mature: Path | None = None
    hairpin: Path | None = None
    gff3: Path | None = None
    species: str | None = None
    database: str | None = None
    input_format: InputFormat = "auto"
    collapse: bool | None = None
    counts_from_names: bool = False


@dataclass(frozen=True, slots=True)
class IsomirResult:
    """What a run did: rows written, what was counted, the first calls, and what the reads are."""

    n_rows: int
    counts: Counts
    first: pl.DataFrame = field(repr=False)
    tally: TypeTally = field(repr=False)


@read_once()
def isomirs_files(
    inputs: IsomirInputs,
    output: Path,
    limits: Limits | None = None,
    *,
    unassigned: Path | None = None,
    command: Sequence[str] = (),
) -> IsomirResult:
    """Call isomiRs and write them.

    Parameters
    ----------
    inputs
        Reads and reference.
    output
        ``.gff3`` (or ``.gff``, also ``.gz``) for mirGFF3 1.2; ``.tsv``, ``.csv`` or ``.parquet`` for the calls table;
        ``-`` writes the table as TSV to standard output.
    limits
        How far a sequence may be from a miRNA.
    unassigned
        FASTA to write the sequences to that no miRNA explains.
    command
        Words of the command line, for the manifest.
    """
    limits = limits or Limits()
    counts = Counts()
    reference = read_reference(
        inputs.mature, inputs.hairpin, counts, gff3=inputs.gff3, species=inputs.species
    )
    if not reference.has_hairpins:
        counts.note(
            "references without hairpins: nucleotides outside a miRNA count as added, none as templated"
        )
    counted = read_counted(
        inputs.reads,
        counts,
        input_format=inputs.input_format,
        collapse=inputs.collapse,
        counts_from_names=inputs.counts_from_names,
    )
    first = pl.DataFrame(schema=schema_of(CALLS_COLUMNS))
    tally = TypeTally(counted.samples)
    n_rows = 0
    work = Work("sequences", counted.n_at_most)
    with ExitStack() as stack:
        put = _output(output, inputs.database or reference.source, counted.samples, counts, stack)
        lost = _unassigned(unassigned, stack)
        for batch in Caller(reference, limits).batches(counted.sequences, counts):
            put(batch)
            lost(batch.unassigned)
            tally.add(batch.frame)
            tally.add_unexplained(batch.unassigned)
            n_rows += batch.frame.height
            if first.height < _FIRST:
                first = pl.concat([first, batch.frame.head(_FIRST - first.height)])
            work.advance(batch.n_sequences)
        _require_named(inputs.reads, counts)  # in here, where the output has no name yet
    _write_manifest(inputs, output, limits, counts, command)
    return IsomirResult(n_rows, counts, first, tally)


def _require_named(path: Path, counts: Counts) -> None:
    """Stop if there were reads, and no miRNA explains one of them."""
    named = counts.kept[READS_ASSIGNED]
    lost = counts.dropped[READS_UNEXPLAINED] + counts.dropped[EMPTY_READS]
    counts.flow(
        "reads",
        named + lost,
        named,
        outcome="named",
        hint="Trim adapters first, and check that --mature and --species are those of the reads",
    )
    require_kept(counts, path=display_name(path))


def _output(
    path: Path, database: str, samples: tuple[str, ...], counts: Counts, stack: ExitStack
) -> Callable[[CallBatch], None]:
    """Open the output and return what writes a batch to it."""
    if ending_of(path) in {".gff3", ".gff"}:
        header = new_header(database, samples, tools=(f"dmiso {dmiso.__version__}",))
        gff = stack.enter_context(Mirgff3Writer(path, header))
        return lambda batch: gff.write_lines(mirgff3_lines(batch.frame, counts, source=database))
    schema = {
        name: dtype
        for name, dtype in schema_of(CALLS_COLUMNS).items()
        if name != "sample_counts" or len(samples) > 1
    }
    table = stack.enter_context(TableWriter(path, schema))
    return lambda batch: table.write(batch.frame)


def _unassigned(path: Path | None, stack: ExitStack) -> Callable[[Iterable[CountedSequence]], None]:
    """Open the FASTA of what no miRNA explains."""
    if path is None:
        return lambda _: None
    handle = stack.enter_context(open_output(path))

    def write(records: Iterable[CountedSequence]) -> None:
        handle.writelines(
            f">{record.id} read_count={sum(record.counts)}\n{record.sequence}\n".encode()
            for record in records
        )

    return write


def _write_manifest(
    inputs: IsomirInputs, output: Path, limits: Limits, counts: Counts, command: Sequence[str]
) -> None:
    files = {
        name: path
        for name in ("reads", "mature", "hairpin", "gff3")
        if (path := getattr(inputs, name)) is not None
    }
    record = manifest(
        command=command,
        inputs=files,
        counts=counts,
        settings={
            **asdict(limits),
            "species": inputs.species,
            "database": inputs.database,
            "input_format": inputs.input_format,
            "collapse": inputs.collapse,
            "counts_from_names": inputs.counts_from_names,
        },
    )
    write_manifest(output, record)
