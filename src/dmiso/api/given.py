"""What users hold - paths, sequences, lists, dicts, pandas or polars frames - as the files and frames that rooms read.

A file is read where it lies. What is in memory is written to a folder that lasts as long as the call: the rooms'
readers are then the only ones, and both ways are checked alike.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import polars as pl

from dmiso.alphabet import normalise
from dmiso.api.frames import from_pandas, is_pandas, pandas_frame
from dmiso.errors import InputError
from dmiso.records import Counts, SequenceRecord

if TYPE_CHECKING:
    from os import PathLike

__all__ = [
    "Desk",
    "GivenFile",
    "GivenSequences",
    "GivenTable",
    "are_files",
    "as_frame",
    "as_sequences",
    "desk",
    "like",
    "say",
]

if TYPE_CHECKING:
    GivenFile = str | PathLike[str]
    GivenSequences = (
        GivenFile | Mapping[str, str] | Iterable[str | tuple[str, str] | SequenceRecord] | pl.DataFrame | Any
    )
    GivenTable = (
        GivenFile
        | pl.DataFrame
        | pl.LazyFrame
        | Mapping[str, Sequence[Any]]
        | Sequence[Mapping[str, Any]]
        | Any
    )

_LOG = logging.getLogger("dmiso")
_NAME_COLUMNS: Final = ("mirna_id", "target_id", "transcript_id", "sequence_id", "id", "name")
_SEQUENCE_COLUMNS: Final = ("mirna_sequence", "target_sequence", "sequence")
_SHORTEST_SEQUENCE: Final = 8
"""Shorter words are file names, even if they are written with nucleotide codes only."""


def say(counts: Counts) -> None:
    """Log what was dropped or changed, as commands say it at their end."""
    for sentence in counts.sentences():
        _LOG.warning(sentence)


def like(frame: pl.DataFrame, *given: object) -> Any:
    """Return a frame as pandas has it, if something of pandas was given; else as it is.

    Parameters
    ----------
    frame
        A result.
    given
        What the user gave.
    """
    if not any(is_pandas(value) for value in given):
        return frame
    return pandas_frame(frame)


def as_frame(given: GivenTable) -> pl.DataFrame:
    """Return a table in memory as a polars frame; a file is read.

    Parameters
    ----------
    given
        Path of TSV, CSV or Parquet; polars or pandas frame; column name → values; or a list of rows as dicts.

    Raises
    ------
    InputError
        If it is none of these, or the file cannot be read.

    Examples
    --------
    >>> as_frame([{"mirna_sequence": "UGAG", "label": 1}]).columns
    ['mirna_sequence', 'label']
    """
    value: Any = given
    if isinstance(value, pl.DataFrame):
        return value
    if isinstance(value, pl.LazyFrame):
        return value.collect()
    if is_pandas(value) and hasattr(value, "columns"):
        return from_pandas(value)
    if isinstance(value, Mapping):
        return pl.DataFrame(dict(value), strict=False)
    if isinstance(value, str | Path) or hasattr(value, "__fspath__"):
        from dmiso.io.tables import read_table

        return read_table(Path(value))
    if isinstance(value, Sequence):
        return pl.DataFrame(list(value), infer_schema_length=None, strict=False)
    raise InputError(
        f"{type(value).__name__} is not a table",
        hint="Give a path, a pandas or polars frame, a dict of columns or a list of rows",
    )


def _is_sequence(text: str) -> bool:
    """Say whether a word is nucleotides rather than a file's name."""
    if len(text) < _SHORTEST_SEQUENCE or Path(text).exists():
        return False
    try:
        return bool(normalise(text).sequence)
    except ValueError:
        return False


def _is_path(value: Any) -> TypeGuard[GivenFile]:
    return hasattr(value, "__fspath__") or (isinstance(value, str) and not _is_sequence(value))


def are_files(value: Any) -> bool:
    """Say whether a value is a list of files: paths, none of them one sequence.

    Examples
    --------
    >>> are_files(["a.fastq.gz", "b.fastq.gz"]), are_files(["UGAGGUAGUAGGUUGUAUAGUU"]), are_files("a.fastq")
    (True, False, False)
    """
    return isinstance(value, list | tuple) and bool(value) and all(_is_path(one) for one in value)


def _pairs_of(value: Any) -> Iterator[tuple[str, str]]:
    """Yield names and sequences of what is in memory."""
    if isinstance(value, str):
        yield value, value
    elif isinstance(value, Mapping):
        yield from ((str(name), text) for name, text in value.items())
    elif isinstance(value, pl.DataFrame | pl.LazyFrame):
        yield from _pairs_of_frame(as_frame(value))
    elif is_pandas(value) and hasattr(value, "columns"):
        frame = as_frame(value)
        if type(value.index).__name__ != "RangeIndex" and not set(_NAME_COLUMNS) & set(frame.columns):
            frame = frame.with_columns(name=pl.Series([str(name) for name in value.index], dtype=pl.String))
        yield from _pairs_of_frame(frame)
    elif is_pandas(value):  # a series: its index names the sequences
        yield from zip((str(name) for name in value.index), value.tolist(), strict=True)
    else:
        for one in value:
            if isinstance(one, SequenceRecord):
                yield one.id, one.sequence
            elif isinstance(one, str):
                yield one, one
            else:
                name, text = one
                yield str(name), text


def _pairs_of_frame(frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    name = next((column for column in _NAME_COLUMNS if column in frame.columns), None)
    sequence = next((column for column in _SEQUENCE_COLUMNS if column in frame.columns), None)
    if sequence is None:
        raise InputError(
            f"the table has none of the columns {', '.join(_SEQUENCE_COLUMNS)}",
            hint="Name the column of sequences so, or give name → sequence",
        )
    texts = frame[sequence].to_list()
    yield from zip(frame[name].cast(pl.String).to_list() if name else texts, texts, strict=True)


def as_sequences(value: GivenSequences, kind: str, counts: Counts) -> list[SequenceRecord]:
    """Return sequences as records, checked and in upper-case RNA.

    Parameters
    ----------
    value
        A path of FASTA or FASTQ; one sequence; name → sequence; a list of sequences, of (name, sequence) or of records;
        a frame with columns of names and sequences; or a pandas series whose index names the sequences.
    kind
        What they are, for messages.
    counts
        Filled with what was changed.

    Raises
    ------
    InputError
        If a sequence cannot be used.

    Examples
    --------
    >>> [record.sequence for record in as_sequences(["tgaggtagtaggttgtatagtt"], "miRNA", Counts())]
    ['UGAGGUAGUAGGUUGUAUAGUU']
    """
    from dmiso.predict.inputs import sequence_records

    if _is_path(value):
        return list(sequence_records(Path(value), kind, counts))
    records: list[SequenceRecord] = []
    for name, text in _pairs_of(value):
        if not isinstance(text, str):
            raise InputError(f"{text!r} is not a sequence", record=name, hint="Give text of nucleotides")
        records += sequence_records({name: text}, kind, counts)
    return records


class Desk:
    """Where things given in memory lie while a call lasts.

    Parameters
    ----------
    folder
        A temporary folder of the call.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sequences(self, value: GivenSequences, name: str) -> Path:
        """Return a file of sequences: the one given, or FASTA written for the call."""
        if _is_path(value):
            return Path(value)
        path = self.folder / f"{name}.fa"
        counts = Counts()
        records = as_sequences(value, name, counts)
        lines = []
        for record in records:
            identifier = "_".join(record.id.split())  # in FASTA an id ends at the first white space
            if identifier != record.id:
                counts.note(f"names of {name} with white space: '_' stands in its place", example=identifier)
            lines.append(f">{identifier}\n{record.sequence}\n")
        path.write_text("".join(lines), encoding="utf-8")
        say(counts)
        return path

    def table(self, value: GivenTable, name: str) -> Path:
        """Return a file of a table: the one given, or Parquet written for the call."""
        if isinstance(value, str) or hasattr(value, "__fspath__"):
            return Path(value)
        path = self.folder / f"{name}.parquet"
        as_frame(value).write_parquet(path)
        return path

    def optional(self, value: GivenTable | None, name: str) -> Path | None:
        """Return a table's file, or None where nothing is given."""
        return None if value is None else self.table(value, name)

    def output(self, given: GivenFile | None, name: str) -> Path:
        """Return the output asked for, or one that ends with the call."""
        return self.folder / name if given is None else Path(given)


@contextmanager
def desk() -> Iterator[Desk]:
    """Hold a temporary folder while a call lasts."""
    with TemporaryDirectory(prefix="dmiso-") as folder:
        yield Desk(Path(folder))
