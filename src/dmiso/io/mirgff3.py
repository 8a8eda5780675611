"""mirGFF3, the field's format of isomiR tables: reading in batches, and writing; nothing of a file is lost.

In the file coordinates are 1-based and closed, sequences DNA; inside they are 0-based and half-open, and RNA.
A record keeps its attributes as they stand and in their order, known and unknown ones, so what is read and written
again says the same. Older dialects are read too; what differs in them is counted and said, and
:func:`dmiso.isomir.exchange.modernised` turns it into version 1.2.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, Self

from dmiso.errors import InputError
from dmiso.io.atomic import open_output
from dmiso.io.mirgff3_record import GFF3_STYLE, Mirgff3Record, Style
from dmiso.io.mirgff3_words import Mirgff3Header, has_older_signs, parse_header, parse_variant
from dmiso.io.numbers import whole_number
from dmiso.io.streams import display_name
from dmiso.io.text_lines import open_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from dmiso.records import Counts

__all__ = [
    "GFF3_STYLE",
    "Mirgff3Reader",
    "Mirgff3Record",
    "Mirgff3Writer",
    "Style",
    "open_mirgff3",
]

_RECORDS_PER_BATCH: Final = 65_536
_MOST_READS: Final = 10**15
_REQUIRED: Final = ("UID", "Name", "Parent", "Variant", "Cigar", "Expression", "Filter", "Hits")
_TYPES: Final = ("ref_miRNA", "isomiR", "pre_miRNA")
_UID: Final = re.compile(r"(?:\w+-)?\d+-[BD-FH-SU-Z0-9]+")


class Mirgff3Reader:
    """An open file: its header, and its records when iterated; see :func:`open_mirgff3`."""

    def __init__(self, lines: Iterator[str], path: Path, counts: Counts) -> None:
        self._lines, self._name, self._counts = lines, display_name(path), counts
        self._number = 0
        self._pending = ""
        header = []
        for line in lines:
            self._number += 1
            if line.strip() and not line.startswith("#"):
                self._pending = line
                break
            header.append(line.rstrip("\r\n"))
        self.header: Mirgff3Header = parse_header(header)
        self.older_signs = has_older_signs(self.header.version)
        for missing in _missing(self.header):
            counts.note(f"mirGFF3 headers without {missing}", example=self._name)

    def __iter__(self) -> Iterator[Mirgff3Record]:
        """Read records one by one."""
        line, self._pending = self._pending, ""
        while line:
            if line.strip() and not line.startswith("#"):
                record = self._record(line.rstrip("\r\n"))
                self._counts.keep("mirGFF3 records")
                yield record
            elif line.strip():
                self._counts.drop("comments between mirGFF3 records left out", example=line.strip()[:40])
            line = next(self._lines, "")
            self._number += 1

    def batches(self, size: int = _RECORDS_PER_BATCH) -> Iterator[list[Mirgff3Record]]:
        """Read records in lists of at most ``size``."""
        records = iter(self)
        while batch := list(islice(records, size)):
            yield batch

    def _fail(
        self, problem: str, hint: str, *, column: str | None = None, record: str | None = None
    ) -> InputError:
        return InputError(
            problem, path=self._name, line=self._number, record=record, column=column, hint=hint
        )

    def _record(self, line: str) -> Mirgff3Record:
        """Read a line, check it, and count what differs from version 1.2."""
        parts = line.split("\t")
        if len(parts) != 9:
            raise self._fail(f"{len(parts)} columns were found where GFF3 has 9", "Part the columns by tabs")
        start, end = (
            self._position(name, text) for name, text in zip(("start", "end"), parts[3:5], strict=True)
        )
        if end < start:
            raise self._fail(f"the end {end} lies before the start {start}", "Write the smaller one first")
        if parts[6] not in {"+", "-", "."}:
            raise self._fail(
                f"strand {parts[6]!r} is not one of + - .", "Use + on precursors", column="strand"
            )
        attributes, style = self._attributes(parts[8])
        seqid, source, kind, _, _, score, strand, phase, _ = parts
        record = Mirgff3Record(
            seqid, source, kind, start - 1, end, score, strand, phase, attributes, self._number, style
        )
        self._check(record)
        return record

    def _position(self, name: str, text: str) -> int:
        try:
            return whole_number(text)
        except ValueError as error:
            raise self._fail(str(error), "Write a position counted from 1", column=name) from error

    def _attributes(self, text: str) -> tuple[dict[str, str], Style]:
        """Split column 9, written as ``Key=value`` or as ``Key value``."""
        assign = "=" if re.match(r"\s*\w+\s*=", text) else " "
        attributes: dict[str, str] = {}
        for item in text.split(";"):
            if not item.strip():
                continue
            key, found, value = item.strip().partition(assign)
            if not found:
                hint = "Write each attribute as Key=value, and a semicolon inside a value as %3B"
                raise self._fail(f"attribute {item.strip()!r} has no value", hint, column="attributes")
            if key in attributes:
                raise self._fail(
                    f"attribute {key} appears twice", "Separate several values by commas", column=key
                )
            attributes[key] = value.strip()
        between = "; " if "; " in text.rstrip("; ") else ";"
        return attributes, Style(assign, between, text[len(text.rstrip("; ")) :])

    def _check(self, record: Mirgff3Record) -> None:
        """Refuse what cannot be understood; count what is older or unusual."""
        name = record.attributes.get("Name")
        if not name:
            raise self._fail("the miRNA's name is missing", "Give each record Name=...", column="Name")
        try:
            older = parse_variant(record.value("Variant"), older_signs=self.older_signs).older
        except ValueError as error:
            hint = "Use the words of mirGFF3 1.2"
            raise self._fail(str(error), hint, column="Variant", record=name) from error
        self._check_expression(record, name)
        for word in older:
            self._counts.note(f"mirGFF3 records with the older word {word}", example=name)
        if self.older_signs and "iso_5p" in record.attributes.get("Variant", ""):
            self._counts.note("mirGFF3 records with iso_5p in the sign used before version 1.1", example=name)
        for sentence in _unusual(record):
            self._counts.note(f"mirGFF3 records {sentence}", example=name)

    def _check_expression(self, record: Mirgff3Record, name: str) -> None:
        try:
            n_values = len(record.expression)
            if not all(0 <= n < _MOST_READS for n in record.expression):  # NaN is in no range
                raise ValueError  # noqa: TRY301 - reported below, as what cannot be parsed
        except ValueError as error:
            text = record.attributes.get("Expression", "")
            raise self._fail(
                f"Expression {text[:80]!r} is not a list of numbers of reads: {error}",
                "Separate the reads of the samples by commas",
                column="Expression",
                record=name,
            ) from error
        if self.header.samples and n_values != len(self.header.samples):
            raise self._fail(
                f"{n_values} values of Expression were found for {len(self.header.samples)} samples",
                "Give one value per sample of the header's COLDATA",
                column="Expression",
                record=name,
            )


def _unusual(record: Mirgff3Record) -> Iterator[str]:
    """Yield what in a record is not as version 1.2 wants it."""
    yield from (f"without {key}" for key in _REQUIRED if key not in record.attributes)
    if not _UID.fullmatch(record.value("UID")):
        yield "whose UID is not the licence plate of version 1.1 on"
    if record.type not in _TYPES:
        yield f"of another type than {', '.join(_TYPES)}"
    if record.reference == record.value("Name") != record.value("Parent"):
        yield "with the miRNA in place of its precursor in column 1"
    if record.start < 0:
        yield "that start before position 1"
    sequence = record.sequence
    if not sequence:
        yield "without the nucleotides of the read"
    elif record.end - record.start != len(sequence):
        yield "whose coordinates span another length than their read has"


def _missing(header: Mirgff3Header) -> list[str]:
    """Return the lines that version 1.2 requires and a header lacks."""
    said = {"VERSION": header.version, "TOOLS": header.tools, "COLDATA": header.samples}
    missing = [name for name, value in said.items() if not value]
    return missing + ["source-ontology"] * (not any("source-ontology" in line for line in header.lines))


@contextmanager
def open_mirgff3(path: Path, counts: Counts) -> Iterator[Mirgff3Reader]:
    r"""Open a mirGFF3 file.

    Parameters
    ----------
    path
        Plain or compressed, or ``-`` for standard input.
    counts
        Filled while reading: records, and what differs from version 1.2.

    Yields
    ------
    Mirgff3Reader
        With ``header``; iterate it, or its ``batches()``, for the records.

    Raises
    ------
    InputError
        While reading: if a line has not nine columns, a position is not a number, an attribute has no value or
        appears twice, a word of ``Variant`` is unknown, or ``Expression`` does not fit the header's samples.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from dmiso.records import Counts
    >>> column9 = "Read=TAGCTTATCAGACTGATGTTGA;Name=hsa-miR-21-5p"
    >>> line = "\t".join(["hsa-mir-21", "miRBase22", "ref_miRNA", "8", "29", ".", "+", ".", column9])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.gff3")
    ...     _ = path.write_text("## mirGFF3. VERSION 1.2\n" + line + "\n")
    ...     with open_mirgff3(path, Counts()) as reader:
    ...         for record in reader:
    ...             print(record.start, record.end, record.sequence)
    7 29 UAGCUUAUCAGACUGAUGUUGA
    """
    with open_lines(path) as lines:
        yield Mirgff3Reader(lines, path, counts)


class Mirgff3Writer:
    """Writes a mirGFF3 file record by record; it appears under its name when the block ends without an error.

    Parameters
    ----------
    path
        Output; ``-`` is standard output; ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` compress.
    header
        Its lines are written as they stand.
    style
        How column 9 is set; None leaves each record its own.
    """

    def __init__(self, path: Path, header: Mirgff3Header, *, style: Style | None = GFF3_STYLE) -> None:
        self.path, self.header, self.style = path, header, style
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Open the temporary file and write the header."""
        with ExitStack() as stack:  # what fails in here closes what was opened before
            self._handle = stack.enter_context(open_output(self.path))
            self._put(self.header.lines)
            self._stack = stack.pop_all()
        return self

    def write(self, records: Iterable[Mirgff3Record]) -> None:
        """Append records."""
        self._put([record.text(self.style) for record in records])

    def write_lines(self, lines: Iterable[str]) -> None:
        """Append records that are lines already, without line ends."""
        self._put(lines)

    def _put(self, lines: Iterable[str]) -> None:
        self._handle.write("".join([line + "\n" for line in lines]).encode())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Finish the file and give it its name, or remove it if an error came."""
        self._stack.__exit__(kind, error, traceback)
