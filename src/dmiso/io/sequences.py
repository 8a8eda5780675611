"""FASTA and FASTQ records from files or standard input, in upper-case RNA.

dnaio parses; this module normalises nucleotides, keeps record numbers and turns every fault into an error
that names file, line and record.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import dnaio

from dmiso.alphabet import normalise, normalise_plain
from dmiso.errors import InputError
from dmiso.io.ascii_text import NOT_ASCII, ascii_text
from dmiso.io.streams import display_name, hashable_file, open_input
from dmiso.records import Counts, SequenceRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Literal

__all__ = [
    "EMPTY_READS",
    "SequenceBlock",
    "read_blocks",
    "read_sequences",
    "records_dropped",
    "records_kept",
    "sequence_lengths",
]

EMPTY_READS = "reads of length 0, left out"

_IDS_WATCHED = 1_000_000
"""Repeated ids are noticed among this many: more would cost a gigabyte on 10 million records."""

_BLOCK: Final = 4096
_BLOCK_BASES: Final = 1 << 20
"""Records that are looked at together: so many, or fewer long ones."""

_HINT_FORMAT = "Give FASTA (records begin with '>') or FASTQ (with '@'), plain or compressed"


def records_kept(kind: str) -> str:
    """Return how records of a kind that can be used are counted."""
    return f"{kind} records"


def records_dropped(kind: str) -> str:
    """Return how records of a kind that cannot be used are counted."""
    return f"{kind} records dropped, as they cannot be used"


def read_sequences(
    path: Path, counts: Counts, *, kind: str = "record", on_bad: Literal["stop", "skip"] | None = None
) -> Iterator[SequenceRecord]:
    """Read FASTA or FASTQ, one record at a time.

    Parameters
    ----------
    path
        A file, plain or compressed, or ``-`` for standard input.
    counts
        Filled while reading: records kept and dropped, ambiguity codes read as N, repeated ids.
    kind
        What the records are, for counts and messages: ``miRNA``, ``target``, ``read``.
    on_bad
        ``stop`` raises at the first record that cannot be used; ``skip`` counts it and goes on. None is ``stop`` of a
        command that offers no choice: its message names no option.

    Yields
    ------
    SequenceRecord
        In file order. The id is the header's first word, the description the rest.

    Raises
    ------
    InputError
        If the file is neither FASTA nor FASTQ, is cut short, or (without ``skip``) a record has no name,
        no sequence or a character that is not a nucleotide code.
    """
    seen: set[str] = set()
    for number, raw in enumerate(_raw_records(path, counts, kind), start=1):
        record = _checked(raw, number, path, counts, kind=kind, on_bad=on_bad)
        if record is None:
            continue
        if record.id in seen:
            counts.note(_repeated(kind), example=record.id)
        elif len(seen) < _IDS_WATCHED:
            seen.add(record.id)
        counts.keep(records_kept(kind))
        yield record


class SequenceBlock(NamedTuple):
    """Records that follow each other: the first word of each header, and upper-case RNA."""

    ids: list[str]
    sequences: list[str]


def read_blocks(path: Path, counts: Counts, *, kind: str = "record") -> Iterator[SequenceBlock]:
    """Read FASTA or FASTQ in blocks: the same as :func:`read_sequences`, several times as fast for millions of reads.

    Parameters
    ----------
    path, counts, kind
        As for :func:`read_sequences`; a record that cannot be used is an error.

    Yields
    ------
    SequenceBlock
        In file order.

    Raises
    ------
    InputError
        As :func:`read_sequences`, after the blocks with the records before.
    """
    seen: set[str] = set()
    number = 0
    for block in _blocks(_raw_records(path, counts, kind)):
        found = _plain(block) or _looked_at(block, number, path, counts, kind)
        number += len(block)
        _note_repeats(found.ids, seen, counts, kind)
        if found.ids:
            counts.keep(records_kept(kind), len(found.ids))
            yield found


def _blocks(records: Iterator[dnaio.SequenceRecord]) -> Iterator[list[dnaio.SequenceRecord]]:
    """Yield records in blocks; those before a fault in the file come first, then its error."""
    fault: InputError | None = None
    more = True
    while more and fault is None:
        block: list[dnaio.SequenceRecord] = []
        try:
            n_bases = 0
            for record in islice(records, _BLOCK):
                block.append(record)
                n_bases += len(record.sequence)
                if n_bases > _BLOCK_BASES:
                    break
        except InputError as error:
            fault = error
        more = bool(block)
        if block:
            yield block
    if fault is not None:
        raise fault


def _plain(block: list[dnaio.SequenceRecord]) -> SequenceBlock | None:
    """Return records of which none needs a closer look; None if one does."""
    names = "".join([record.name for record in block])
    # white space other than blanks parts names too, and the sign for a character outside ASCII is not printable
    if not names.replace("\t", " ").isprintable():
        return None
    sequences = normalise_plain([record.sequence for record in block])
    if sequences is None or not all(sequences):
        return None
    ids = [record.id for record in block]
    return SequenceBlock(ids, sequences) if all(ids) else None


def _looked_at(
    block: list[dnaio.SequenceRecord], before: int, path: Path, counts: Counts, kind: str
) -> SequenceBlock:
    """Look at each record of a block by itself."""
    checked = (
        _checked(raw, number, path, counts, kind=kind, on_bad=None)
        for number, raw in enumerate(block, start=before + 1)
    )
    kept = [record for record in checked if record is not None]
    return SequenceBlock([record.id for record in kept], [record.sequence for record in kept])


def _note_repeats(ids: list[str], seen: set[str], counts: Counts, kind: str) -> None:
    """Note ids that came before, and watch for the others as long as they are few enough."""
    n_before, distinct = len(seen), set(ids)
    if n_before + len(distinct) <= _IDS_WATCHED and len(distinct) == len(ids) and seen.isdisjoint(distinct):
        seen |= distinct
        return
    repeated = []
    for name in ids:
        if name in seen:
            repeated.append(name)
        elif len(seen) < _IDS_WATCHED:
            seen.add(name)
    for i, example in enumerate(islice(dict.fromkeys(repeated), 3)):
        counts.note(_repeated(kind), 0 if i else len(repeated), example=example)


def _repeated(kind: str) -> str:
    return f"{kind} records repeat an id; all are kept, distinguished by their sequence"


def _raw_records(path: Path, counts: Counts, kind: str) -> Iterator[dnaio.SequenceRecord]:
    """Yield the records of a file as they stand there."""
    with open_input(path) as handle:
        text = ascii_text(handle, path)
        begin: bytes = text.peek(1)[:1]  # type: ignore[attr-defined]  # a BufferedReader
        if not begin:
            counts.note(f"{kind} files are empty: no record", example=display_name(path))
            return
        yield from _parse(text, path, _format_of(begin))


def sequence_lengths(path: Path) -> Iterator[int]:
    """Give the length of each record of FASTA or FASTQ, unchecked: to know the size of a work before it.

    Parameters
    ----------
    path
        As for :func:`read_sequences`.

    Yields
    ------
    int
        Nucleotides of the record, in file order.

    Raises
    ------
    InputError
        If the file is neither FASTA nor FASTQ, or is cut short.
    """
    with open_input(path) as handle:
        text = ascii_text(handle, path)
        begin: bytes = text.peek(1)[:1]  # type: ignore[attr-defined]  # a BufferedReader
        if begin:
            for raw in _parse(text, path, _format_of(begin)):
                yield len(raw.sequence)


def _format_of(begin: bytes) -> str:
    return "fastq" if begin == b"@" else "fasta"


def _parse(handle: IO[bytes], path: Path, file_format: str) -> Iterator[dnaio.SequenceRecord]:
    """Yield dnaio's records, its errors turned into ours."""
    try:
        # an opener rather than the handle itself: only then does dnaio close the text wrapper that it puts around it
        with dnaio.open(display_name(path), opener=lambda *_: handle, fileformat=file_format) as reader:
            yield from reader
    except (dnaio.UnknownFileFormat, dnaio.FileFormatError) as error:
        line = getattr(error, "line", None)
        raise InputError(
            f"neither whole FASTA nor whole FASTQ: {str(error).rstrip('.')}",
            path=display_name(path),
            line=line + 1 if isinstance(line, int) else None,
            hint=_HINT_FORMAT,
        ) from error


def _checked(
    raw: dnaio.SequenceRecord, number: int, path: Path, counts: Counts, *, kind: str, on_bad: str | None
) -> SequenceRecord | None:
    """Return the record as inside, or None if it is bad and may be skipped."""
    words = raw.name.split(None, 1)
    name, description = words[0] if words else "", words[1] if len(words) > 1 else ""
    sequence, n_ambiguous, fault = _normalised(raw.sequence)
    if not fault and not name:
        fault = "the header has no name"
    if not fault and NOT_ASCII in name:
        fault = "the name holds a character outside ASCII"
    if not fault and not sequence:
        if kind == "read" and name:
            counts.drop(EMPTY_READS, example=name)  # trimming leaves them in real files
            return None
        fault = "the record has no sequence"
    if fault is None:
        if n_ambiguous:
            counts.note(f"ambiguity codes in {kind} sequences read as N", n_ambiguous, example=name)
        if NOT_ASCII in description:
            counts.note(f"{kind} descriptions with characters outside ASCII, read as '?'", example=name)
        return SequenceRecord(name, sequence, description.strip().replace(NOT_ASCII, "?"), number)
    if on_bad == "skip":
        counts.drop(
            records_dropped(kind),
            example=f"{name or f'record {number}'}: {fault}",
        )
        return None
    raise InputError(
        fault,
        path=display_name(path),
        line=_line_of(path, number),
        record=name or f"number {number}",
        hint="Correct or remove the record" + (", or use --on-bad skip" if on_bad else ""),
    )


def _normalised(bases: str) -> tuple[str, int, str | None]:
    """Return the sequence as inside, its number of ambiguity codes, and what is wrong with it."""
    bases = bases.replace(" ", "").replace("\t", "")
    try:
        return *normalise(bases), None
    except ValueError as error:
        if NOT_ASCII not in bases:
            return "", 0, str(error)
        position = bases.index(NOT_ASCII) + 1
        return "", 0, f"a character outside ASCII at position {position} of the sequence"


def _line_of(path: Path, number: int) -> int | None:
    """Return the line on which record ``number`` begins; None where the input cannot be read again."""
    if hashable_file(path) is None:
        return None
    with open_input(path) as handle:
        first = handle.readline()
        if first.startswith(b"@"):
            return 4 * (number - 1) + 1
        found = 0
        for line_number, line in enumerate(chain([first], handle), start=1):
            found += line.startswith(b">")
            if found == number:
                return line_number
    return None
