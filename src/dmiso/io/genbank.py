"""GenBank's flat files of mRNAs (RefSeq's ``*.rna.gbff``): sequence, coding sequence, gene and keywords of each.

Positions are 1-based and closed in the file, 0-based half-open here. Of the features only ``gene`` and ``CDS`` are
read; a coding sequence in parts (``join``, of a ribosome that slips) reaches from its first nucleotide to its last.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import normalise
from dmiso.errors import InputError
from dmiso.io.streams import display_name, open_input
from dmiso.io.text_lines import open_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["GenbankRecord", "is_genbank", "read_genbank"]

_HINT: Final = "Give a flat file of RefSeq's mRNAs (.rna.gbff) as downloaded"
_NUMBERS: Final = re.compile(r"\d{1,9}")
_LOCATION: Final = re.compile(r"(?:join\()?<?\d{1,9}\.\.>?\d{1,9}(?:,<?\d{1,9}(?:\.\.>?\d{1,9})?)*\)?")
"""Positions on the mRNA's own strand."""
_QUALIFIER: Final = re.compile(r'/(?P<key>\w+)=(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))')
_GENE_ID: Final = re.compile(r"GeneID:(\d+)")
_SELECT: Final = ("MANE Select", "MANE Plus Clinical", "RefSeq Select")


class GenbankRecord(NamedTuple):
    """An mRNA: its accession with version, nucleotides, gene, coding sequence, and which it is among its gene's."""

    id: str
    sequence: str
    gene_id: str
    gene_name: str
    cds: tuple[int, int] | None
    tags: tuple[str, ...]


class _Open:
    """A record while its lines are read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.id, self.gene_id, self.gene_name, self.keywords = "", "", "", ""
        self.cds: tuple[int, int] | None = None
        self.bases: list[str] = []
        self.section = self.feature = ""


def is_genbank(path: Path) -> bool:
    """Say whether an input begins as a flat file of GenBank does."""
    with open_input(path) as handle:
        return _begins(handle)


def _begins(handle: IO[bytes]) -> bool:
    return handle.read(6) == b"LOCUS "


def read_genbank(path: Path, counts: Counts) -> Iterator[GenbankRecord]:
    """Yield the records of a flat file.

    Parameters
    ----------
    path
        Plain or compressed.
    counts
        Filled with the records read, and with coding sequences whose positions are of no single mRNA.

    Raises
    ------
    InputError
        If a record has no accession, no sequence, or a coding sequence beyond it, or the file ends within a record.
    """
    own: _Open | None = None
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            text = line.rstrip("\r\n")
            if own is None:
                if text.startswith("LOCUS "):
                    own = _Open(number)
                elif text.strip():
                    raise _bad(path, number, "a record of GenBank begins with LOCUS")
            elif text.startswith("//"):
                yield _closed(own, path, counts)
                own = None
            else:
                _take(own, text, path, number, counts)
    if own is not None:
        raise _bad(path, own.line, "the record that begins here has no end (//): the file is cut short")


def _take(own: _Open, text: str, path: Path, number: int, counts: Counts) -> None:
    """Take what one line says."""
    if text[:1].strip():
        own.section, own.feature = text[:12].strip(), ""
        rest = text[12:].strip()
        if own.section == "VERSION":
            own.id = rest.partition(" ")[0]
        elif own.section == "KEYWORDS":
            own.keywords = rest
    elif own.section == "KEYWORDS":
        own.keywords += " " + text.strip()
    elif own.section == "ORIGIN":
        own.bases.append(text[10:].replace(" ", ""))
    elif own.section == "FEATURES":
        if text[5:6].strip():
            own.feature, _, where = text.strip().partition(" ")
            if own.feature == "CDS" and own.cds is None:
                own.cds = _bounds(where.strip(), own, path, number, counts)
        elif own.feature in {"gene", "CDS"}:
            _qualify(own, text.strip())


def _qualify(own: _Open, text: str) -> None:
    """Take a qualifier of a gene or a coding sequence."""
    match = _QUALIFIER.match(text)
    if match is None:
        return
    value = match["quoted"] if match["quoted"] is not None else match["plain"]
    if match["key"] == "gene":
        own.gene_name = own.gene_name or value
    elif match["key"] == "db_xref" and (found := _GENE_ID.fullmatch(value)):
        own.gene_id = own.gene_id or found[1]


def _bounds(where: str, own: _Open, path: Path, number: int, counts: Counts) -> tuple[int, int] | None:
    """Read where a coding sequence lies; None if that is not on the mRNA's strand, or goes on over several lines."""
    if not _LOCATION.fullmatch(where):
        counts.note("coding sequences that are no part of one mRNA, not used", example=f"{own.id}: {where}")
        return None
    positions = [int(word) for word in _NUMBERS.findall(where)]
    start, end = positions[0] - 1, positions[-1]
    if not 0 <= start < end:
        raise _bad(path, number, f"a coding sequence at {where} runs backwards")
    return start, end


def _closed(own: _Open, path: Path, counts: Counts) -> GenbankRecord:
    """Return a record whose lines are all read."""
    if not own.id:
        raise _bad(path, own.line, "the record that begins here has no VERSION")
    try:
        sequence, n_ambiguous = normalise("".join(own.bases))
    except ValueError as error:
        raise _bad(path, own.line, str(error), own.id) from error
    if not sequence:
        raise _bad(path, own.line, "the record has no sequence (ORIGIN)", own.id)
    if own.cds is not None and own.cds[1] > len(sequence):
        raise _bad(
            path, own.line, f"the coding sequence ends at {own.cds[1]}, the mRNA at {len(sequence)}", own.id
        )
    if n_ambiguous:
        counts.note("ambiguity codes in transcript sequences read as N", n_ambiguous, example=own.id)
    counts.keep("records of GenBank")
    tags = tuple(tag for tag in _SELECT if tag.lower() in own.keywords.lower())
    return GenbankRecord(own.id, sequence, own.gene_id, own.gene_name, own.cds, tags)


def _bad(path: Path, line: int, problem: str, record: str | None = None) -> InputError:
    return InputError(problem, path=display_name(path), line=line, record=record, hint=_HINT)
