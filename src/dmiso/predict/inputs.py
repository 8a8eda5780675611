"""Pairs and sequences as users have them, turned into checked rows.

A pairs table has named columns; the published program's four columns without a header are recognised, and noted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import polars as pl

from dmiso.alphabet import normalise
from dmiso.columns import PAIR_COLUMNS
from dmiso.errors import InputError, did_you_mean
from dmiso.io import read_sequences
from dmiso.io.sequences import records_kept
from dmiso.io.streams import display_name
from dmiso.io.tables import ROWS_PER_BATCH, Batch, as_texts, read_batches, table_format
from dmiso.io.text_lines import open_lines
from dmiso.records import SequenceRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.records import Counts

__all__ = [
    "PAIRS_DROPPED",
    "PAIRS_KEPT",
    "CheckedPairs",
    "PairColumns",
    "Sequences",
    "check_pairs",
    "note_lengths",
    "read_pairs",
    "sequence_records",
]

Sequences = str | Path | Mapping[str, str] | Iterable[SequenceRecord]
"""Where sequences come from: a file, names and nucleotides, or records already read."""

PAIRS_KEPT: Final = "pairs"
PAIRS_DROPPED: Final = "pairs dropped, as a sequence cannot be used"

_SHORTEST, _LONGEST = 15, 30


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Names of the sequence columns in a pairs table."""

    mirna: str = "mirna_sequence"
    target: str = "target_sequence"


class CheckedPairs(NamedTuple):
    """Rows of a pairs table that can be scored: the table as given, and the two sequences in upper-case RNA."""

    frame: pl.DataFrame
    mirnas: list[str]
    targets: list[str]


def read_pairs(path: Path, columns: PairColumns, counts: Counts) -> Iterator[Batch]:
    """Read a pairs table in batches; says in ``counts`` if it has the published program's headerless layout.

    Raises
    ------
    InputError
        If the table is damaged.
    """
    header = None
    if table_format(path) == "tsv" and _is_headerless(path, columns):
        header = PAIR_COLUMNS
        counts.note(
            "pairs file without a header: read as the published program's four columns "
            "(miRNA id, target id, miRNA sequence, target sequence)",
            example=display_name(path),
        )
    yield from read_batches(path, header=header, batch_rows=ROWS_PER_BATCH)


def _is_headerless(path: Path, columns: PairColumns) -> bool:
    """Return whether a first line is four fields of which the last two are sequences, not the names asked for."""
    with open_lines(path) as lines:
        fields = next(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), [])
    if len(fields) != len(PAIR_COLUMNS) or {columns.mirna, columns.target} & set(fields):
        return False
    try:
        return all(normalise(field).sequence for field in fields[2:])
    except ValueError:
        return False


def check_pairs(
    batch: Batch,
    columns: PairColumns,
    counts: Counts,
    *,
    path: Path | None = None,
    on_bad: Literal["stop", "skip"] | None = None,
) -> CheckedPairs:
    """Check and normalise the sequences of a batch.

    Parameters
    ----------
    batch
        Rows and where they stand in their file.
    columns
        Names of the sequence columns.
    counts
        Filled: rows kept and dropped, ambiguity codes, unusual lengths.
    path
        The file, for messages; None for a table in memory.
    on_bad
        ``stop`` raises at the first bad row; ``skip`` counts it and goes on; None is ``stop``, but hints at no option.

    Returns
    -------
    CheckedPairs
        Without the rows skipped; ``mirna_id`` and ``target_id`` are made from row numbers where missing.

    Raises
    ------
    InputError
        If a column is missing, or (with ``stop``) a sequence is empty or has a character that is not a nucleotide code.
    """
    where = display_name(path) if path is not None else "the pairs table"
    for name in (columns.mirna, columns.target):
        if name not in batch.frame.columns:
            option = "--mirna-column" if name == columns.mirna else "--target-column"
            raise InputError(
                f"column {name} is missing. {did_you_mean(name, batch.frame.columns)}",
                path=where,
                line=1,
                hint=f"Name it in the header, or say which column it is with {option}",
            )
    batch = batch._replace(frame=as_texts(batch.frame, {columns.mirna, columns.target}))
    frame = _with_ids(batch)
    sequences: dict[str, list[str]] = {}
    bad: set[int] = set()
    for name in (columns.mirna, columns.target):
        sequences[name] = _normalised(batch, name, counts, bad, where=where, on_bad=on_bad)
    if bad:
        counts.drop(PAIRS_DROPPED, len(bad))
        keep = [i for i in range(frame.height) if i not in bad]
        frame = frame[keep]
        sequences = {name: [values[i] for i in keep] for name, values in sequences.items()}
    counts.keep(PAIRS_KEPT, frame.height)
    mirnas = sequences[columns.mirna]
    note_lengths(mirnas, counts)
    return CheckedPairs(frame, mirnas, sequences[columns.target])


def note_lengths(mirnas: Sequence[str], counts: Counts) -> None:
    """Count miRNAs of lengths that networks are not trained on."""
    if unusual := [m for m in mirnas if not _SHORTEST <= len(m) <= _LONGEST]:
        sentence = f"miRNA sequences outside {_SHORTEST}-{_LONGEST} nt: their scores are extrapolations"
        counts.note(sentence, len(unusual), example=unusual[0])


def sequence_records(source: Sequences, kind: str, counts: Counts) -> Iterator[SequenceRecord]:
    """Yield records of a path, a mapping or records already read."""
    if isinstance(source, str | Path):
        yield from read_sequences(Path(source), counts, kind=kind)
    elif isinstance(source, Mapping):
        for number, (name, text) in enumerate(source.items(), start=1):
            try:
                sequence, n_ambiguous = normalise(text)
            except ValueError as error:
                raise InputError(str(error), record=name) from error
            if not sequence:
                raise InputError("the sequence is empty", record=name)
            if n_ambiguous:
                counts.note(f"ambiguity codes in {kind} sequences read as N", n_ambiguous, example=name)
            counts.keep(records_kept(kind))
            yield SequenceRecord(name, sequence, number=number)
    else:
        yield from source


def _with_ids(batch: Batch) -> pl.DataFrame:
    """Return the rows with id columns, made from line numbers where there are none."""
    frame = batch.frame
    numbers = pl.Series(batch.lines).cast(pl.String)
    missing = [name for name in ("mirna_id", "target_id") if name not in frame.columns]
    added = [("pair_" + numbers).alias(name) for name in missing]
    return frame.with_columns(added) if added else frame


def _normalised(
    batch: Batch, name: str, counts: Counts, bad: set[int], *, where: str, on_bad: str | None
) -> list[str]:
    """Return one column in upper-case RNA, adding the rows that cannot be used to ``bad``."""
    values = []
    for i, text in enumerate(batch.frame[name].to_list()):
        fault, sequence = None, ""
        try:
            sequence, n_ambiguous = normalise((text or "").strip())
            if n_ambiguous:
                counts.note(
                    "ambiguity codes in sequences read as N", n_ambiguous, example=f"line {batch.lines[i]}"
                )
            if not sequence:
                fault = "the sequence is empty"
        except ValueError as error:
            fault = str(error)
        if fault and on_bad != "skip":
            hint = "Correct or remove the row" + (", or use --on-bad skip" if on_bad else "")
            raise InputError(fault, path=where, line=batch.lines[i], column=name, hint=hint)
        if fault:
            bad.add(i)
        values.append(sequence)
    return values
