"""Sequences with counts, from reads or tables: the input of isomiR calling.

FASTQ is collapsed to distinct sequences; FASTA and table rows stay one by one, each with its id; mirGFF3 gives each
sequence once, whatever its parents were.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from dmiso.alphabet import normalise
from dmiso.errors import InputError, UsageError
from dmiso.io.amounts import count_lines, count_rows
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.io.sequences import read_blocks
from dmiso.io.streams import STDIN, base_name, display_name, following, input_size, open_input
from dmiso.io.tables import read_batches, table_format
from dmiso.records import Counts
from dmiso.workers import Work, heard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmiso.io.tables import Batch

__all__ = ["CountedInput", "CountedSequence", "InputFormat", "read_counted"]

InputFormat = Literal["auto", "fasta", "fastq", "table", "mirgff3"]

_COUNT_IN_NAME: Final = re.compile(r"(?:_x|-)(\d+)$")
_LOOKS_COLLAPSED: Final = re.compile(r"_x\d+$|^\d+-\d+$")
"""Names of miRDeep2, mirTrace and fastx_collapser; ``hsa-miR-21`` is not one."""
MOST_READS: Final = 10**15
"""Reads of a sequence at most: sums of so many stay exact."""
_CALL_COLUMNS: Final = ("mirna_id", "variant")
_NAME_COLUMNS: Final = ("sequence_id", "id", "name")
_LINES_OF_FASTQ: Final = 4
"""Lines of a record, as all but hand-written files have them."""


class CountedSequence(NamedTuple):
    """A sequence: its id, nucleotides as upper-case RNA, and reads in each sample."""

    id: str
    sequence: str
    counts: tuple[int, ...]


class CountedInput(NamedTuple):
    """Names of the samples, the sequences, and how many those are at most; None where no progress is shown."""

    samples: tuple[str, ...]
    sequences: Iterator[CountedSequence]
    n_at_most: int | None


def read_counted(
    path: Path,
    counts: Counts,
    *,
    input_format: InputFormat = "auto",
    collapse: bool | None = None,
    counts_from_names: bool | None = None,
    call_names: bool = False,
) -> CountedInput:
    """Read sequences and how often each was seen.

    Parameters
    ----------
    path
        FASTA, FASTQ, a table or mirGFF3, plain or compressed; ``-`` is standard input.
    counts
        Filled while reading.
    input_format
        ``auto`` detects it by the ending and the first character.
    collapse
        Take equal sequences of FASTA or FASTQ together; None does so for FASTQ only.
    counts_from_names
        Read counts from the ends of names, ``seq_7_x120`` or ``7-120``. Where that is not asked for and names look so,
        a note says it; None stands for callers that do not let their users ask.

    call_names
        Name sequences of a table of calls or mirGFF3 after their miRNA and variant, ``hsa-let-7a-5p|iso_5p:+1``; those
        of several miRNAs have all names, with ``/`` between, and stand once.

    Returns
    -------
    CountedInput
        Collapsed sequences are named ``seq_1``, ``seq_2`` …, most reads first, then by nucleotides. A table has the
        column ``sequence``, perhaps ``sequence_id``, and either ``read_count`` or one column of counts per sample.

    Raises
    ------
    UsageError
        If ``collapse`` or ``counts_from_names`` is asked for where there are no reads with names.
    InputError
        While reading: a character that is not a nucleotide code, a count that is not a whole number, a missing column.
    """
    found = _told(path) if input_format == "auto" else input_format
    if found in {"mirgff3", "table"}:
        _refuse_for_tables(found, collapse=collapse, counts_from_names=counts_from_names)
    name = base_name(path)
    stem = name.removesuffix(".gz").rpartition(".")[0] or name
    sample = "sample" if path == STDIN else stem.replace(",", "_").replace(" ", "_")
    if found == "mirgff3":
        return _from_mirgff3(path, counts, call_names=call_names)
    if found == "table":
        return _from_table(path, counts, sample, call_names=call_names)
    blocks = _read_blocks(path, counts, counts_from_names=counts_from_names)
    if collapse if collapse is not None else found == "fastq":
        distinct = _distinct(path, blocks, counts)
        return CountedInput((sample,), _numbered(distinct), len(distinct))
    n_at_most = None
    if heard():
        n_at_most = count_lines(path, b">") if found == "fasta" else count_lines(path) // _LINES_OF_FASTQ
    return CountedInput((sample,), _one_by_one(blocks), n_at_most)


def _refuse_for_tables(found: str, *, collapse: bool | None, counts_from_names: bool | None) -> None:
    """Refuse options that say how FASTA and FASTQ are read."""
    what = "a table" if found == "table" else "mirGFF3"
    if collapse is not None:
        raise UsageError(
            f"--collapse and --no-collapse are for FASTA and FASTQ; the input is {what}. Leave them out."
        )
    if counts_from_names:
        raise UsageError(
            f"--counts-from-names is for FASTA and FASTQ; the input is {what}, with counts of its own."
        )


def _told(path: Path) -> InputFormat:
    """Detect the format by ending, or by the first character."""
    if table_format(path) == "parquet":
        return "table"
    with open_input(path) as handle:
        # the reader that open_input gives has peek
        begin: bytes = handle.peek(64).lstrip()[:1]  # type: ignore[attr-defined]
    formats: dict[bytes, InputFormat] = {b">": "fasta", b"@": "fastq", b"#": "mirgff3", b"": "fasta"}
    return formats.get(begin, "table")


_UNUSED_COUNTS: Final = (
    "reads whose names have counts (such as _x120) that are not used: each counts as one read"
)


class _Reads(NamedTuple):
    """Reads that follow each other: ids, nucleotides, and how often each was seen."""

    ids: list[str]
    sequences: list[str]
    numbers: list[int]


def _read_blocks(path: Path, counts: Counts, *, counts_from_names: bool | None) -> Iterator[_Reads]:
    """Yield records of FASTA or FASTQ, some thousands at a time."""
    instead = "give a table with read_count" if counts_from_names is None else "use --counts-from-names"
    for ids, sequences in read_blocks(path, counts, kind="read"):
        if counts_from_names:
            yield _Reads(ids, sequences, [_count_in_name(name, path) for name in ids])
            continue
        # the pattern is tried on those names alone that may fit it
        for name in ids:
            if ("_x" in name or name[0].isdigit()) and _LOOKS_COLLAPSED.search(name):
                counts.note(f"{_UNUSED_COUNTS}; {instead} if they are counts", example=name)
        yield _Reads(ids, sequences, [1] * len(ids))


def _count_in_name(name: str, path: Path) -> int:
    """Return the count that a name ends with."""
    match = _COUNT_IN_NAME.search(name)
    if match is None:
        raise InputError(
            "the name ends with no count such as _x120 or -120",
            path=display_name(path),
            record=name,
            hint="Leave out --counts-from-names, or give a collapsed FASTA",
        )
    n = int(match.group(1)) if len(match.group(1)) < len(str(MOST_READS)) else MOST_READS
    if n >= MOST_READS:
        raise InputError(
            "the name ends with more reads than there can be",
            path=display_name(path),
            record=name,
            hint="Leave out --counts-from-names, or correct the name",
        )
    return n


def _one_by_one(blocks: Iterator[_Reads]) -> Iterator[CountedSequence]:
    """Yield the records of blocks."""
    for block in blocks:
        for name, sequence, n in zip(*block, strict=True):
            yield CountedSequence(name, sequence, (n,))


def _distinct(path: Path, blocks: Iterator[_Reads], counts: Counts) -> list[tuple[str, int]]:
    """Read all records; return the distinct sequences with their reads, most reads first."""
    total: Counter[str] = Counter()
    work = Work("bytes of reads", input_size(path))
    with following(work.advance):
        for _, sequences, numbers in blocks:
            if numbers.count(1) == len(numbers):
                total.update(sequences)
                continue
            for sequence, n in zip(sequences, numbers, strict=True):
                total[sequence] += n
    counts.keep("distinct sequences", len(total))
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))


def _numbered(distinct: list[tuple[str, int]]) -> Iterator[CountedSequence]:
    for number, (sequence, n) in enumerate(distinct, 1):
        yield CountedSequence(f"seq_{number}", sequence, (n,))


def _from_mirgff3(path: Path, counts: Counts, *, call_names: bool) -> CountedInput:
    """Read each sequence of a mirGFF3 file once."""
    with open_mirgff3(path, counts) as reader:
        samples = reader.header.samples

    def sequences() -> Iterator[CountedSequence]:
        names = _names_in_mirgff3(path) if call_names else {}
        seen: set[str] = set()
        with open_mirgff3(path, counts) as again:
            for record in again:
                sequence = record.sequence
                if not sequence:
                    counts.drop("mirGFF3 records without nucleotides", example=record.value("Name"))
                elif sequence not in seen:
                    seen.add(sequence)
                    name = record.value("sequence_id") or record.value("UID") or f"seq_{len(seen)}"
                    if call_names:
                        name = names.get(sequence) or name
                    yield CountedSequence(name, sequence, tuple(round(n) for n in record.expression) or (1,))

    n_at_most = count_lines(path) - count_lines(path, b"#") if heard() else None
    return CountedInput(samples or ("sample",), sequences(), n_at_most)


def _names_in_mirgff3(path: Path) -> dict[str, str]:
    """Return the name of each sequence after all its miRNAs."""
    found: dict[str, list[str]] = {}
    with open_mirgff3(path, Counts()) as reader:
        for record in reader:
            if record.value("Name"):
                name = _call_name(record.value("Name"), record.value("Variant"))
                found.setdefault(record.sequence, []).append(name)
    return {sequence: "/".join(dict.fromkeys(names)) for sequence, names in found.items()}


def _call_name(mirna: str, variant: str) -> str:
    """Return what a call is called: its miRNA, and its variant where it has one."""
    return mirna if variant in {"", "NA"} else f"{mirna}|{variant}"


def _from_table(path: Path, counts: Counts, sample: str, *, call_names: bool) -> CountedInput:
    """Read a table; its first batch has the columns."""
    batches = read_batches(path)
    first = next(batches, None)
    if first is None:
        raise InputError("the file is empty", path=display_name(path), hint="A header line is expected")
    columns = first.frame.columns
    if "sequence" not in columns:
        raise InputError(
            f"column sequence is missing; found {', '.join(columns)}",
            path=display_name(path),
            line=1,
            hint="Name the column of nucleotides sequence, that of counts read_count or after each sample",
        )
    name = next((column for column in _NAME_COLUMNS if column in columns), None)
    others = tuple(column for column in columns if column not in {"sequence", name})
    samples = ("read_count",) if "read_count" in others else others
    if not samples:
        counts.note("tables without counts: each row counts as one read", example=display_name(path))

    def rows() -> Iterator[CountedSequence]:
        yield from _rows(first, path, name, samples, counts)
        for batch in batches:
            yield from _rows(batch, path, name, samples, counts)

    found = rows()
    if call_names and set(_CALL_COLUMNS) <= set(columns):
        found = _named_after_calls(path, found)
    n_at_most = count_rows(path) if heard() else None
    return CountedInput(samples if len(samples) > 1 else (sample,), found, n_at_most)


def _named_after_calls(path: Path, rows: Iterator[CountedSequence]) -> Iterator[CountedSequence]:
    """Yield each sequence of a table of calls once, named after all its miRNAs."""
    names: dict[str, list[str]] = {}
    for batch in read_batches(path):
        for text, mirna, variant in batch.frame.select("sequence", *_CALL_COLUMNS).iter_rows():
            if mirna:
                sequence = normalise(str(text).strip()).sequence
                names.setdefault(sequence, []).append(_call_name(str(mirna), str(variant or "")))
    seen: set[str] = set()
    for row in rows:
        if row.sequence not in seen:
            seen.add(row.sequence)
            called = "/".join(dict.fromkeys(names.get(row.sequence, ())))
            yield row._replace(id=called or row.id)


def _rows(
    batch: Batch, path: Path, name: str | None, samples: tuple[str, ...], counts: Counts
) -> Iterator[CountedSequence]:
    """Yield the rows of a batch, checked."""
    for line, row in zip(batch.lines, batch.frame.iter_rows(named=True), strict=True):
        try:
            sequence, n_ambiguous = normalise(str(row["sequence"]).strip())
        except ValueError as error:
            raise InputError(
                str(error),
                path=display_name(path),
                line=line,
                column="sequence",
                hint="Correct or remove the row",
            ) from error
        if n_ambiguous:
            counts.note("ambiguity codes in sequences read as N", n_ambiguous, example=sequence)
        numbers = tuple(_whole(row[column], path, line, column) for column in samples) or (1,)
        counts.keep("table rows")
        yield CountedSequence(str(row[name]) if name else f"row_{line}", sequence, numbers)


def _whole(value: object, path: Path, line: int, column: str) -> int:
    """Return a count."""
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number < MOST_READS or not number.is_integer():
        raise InputError(
            f"{value!r} is not a whole number of reads",
            path=display_name(path),
            line=line,
            column=column,
            hint="Give counts, not normalised values; keep only the columns sequence, sequence_id and the samples",
        )
    return int(number)
