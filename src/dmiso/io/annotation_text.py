"""Lines of GTF and GFF3 to what they say of each transcript: exons, coding parts, genes.

Both are 1-based and closed; here positions are 0-based half-open. Lines of one transcript may stand anywhere, so a file
is gathered whole; nothing of its sequence is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from dmiso.errors import InputError
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["LONGEST_EXON", "MOST_POSITION", "Gathered", "gather", "is_gff3"]

_FIELDS: Final = 9
_EXON: Final = "exon"
_CODING: Final = frozenset({"CDS", "stop_codon"})
_PARTS: Final = frozenset(
    {"CDS", "stop_codon", "start_codon", "UTR", "five_prime_UTR", "three_prime_UTR", "5UTR", "3UTR"}
)
"""Features that together make the exons where a file has no exon lines."""
_WORD: Final = re.compile(r'\s*([\w.:-]+)(?:\s*=\s*|\s+)(?:"([^"]*)"|([^;"]*?))\s*(?:;|$)')
_PREFIX: Final = re.compile(r"^(?:transcript|rna|mRNA|gene|id)[:-]")

MOST_POSITION: Final = 1 << 31
"""No chromosome is longer: positions beyond are a mistake, and must not be taken for sizes of anything."""
LONGEST_EXON: Final = 1 << 24
"""No exon is longer, 16.7 million nt: the longest known have 0.35."""


@dataclass(slots=True)
class Gathered:
    """What the lines of one transcript at one place say.

    Parameters
    ----------
    name, chromosome, strand, gene_id, gene_name
        As the file has them.
    line
        Its first line, counted from 1.
    exons, coding, parts
        Of exon lines; of CDS and stop codon; of all features that an exon is made of. 0-based half-open.
    numbers
        Number of each exon, where the file counts them.
    """

    name: str
    chromosome: str
    strand: str
    gene_id: str
    gene_name: str
    line: int
    exons: list[tuple[int, int]] = field(default_factory=list)
    coding: list[tuple[int, int]] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    numbers: dict[str, tuple[int, int]] = field(default_factory=dict)


class _Line(NamedTuple):
    """A line of either format."""

    number: int
    chromosome: str
    kind: str
    part: tuple[int, int]
    strand: str
    said: dict[str, str]


def is_gff3(attributes: str) -> bool:
    """Say whether a ninth column is written as GFF3 does, ``key=value``, not as GTF, ``key "value"``.

    Examples
    --------
    >>> is_gff3("ID=exon:1;Parent=t1"), is_gff3('gene_id "G=1"; transcript_id "T1";')
    (True, False)
    """
    return re.match(r"\s*[\w.:-]+=", attributes) is not None


def gather(lines: Iterable[tuple[int, list[str]]], path: Path, counts: Counts) -> Iterator[Gathered]:
    """Yield the transcripts of GTF or GFF3 lines, one for each place that a name has.

    Parameters
    ----------
    lines
        Number and fields of each line.
    path
        The file, for messages.
    counts
        Filled with lines that belong to no transcript or strand.

    Raises
    ------
    InputError
        If a line has not nine fields, or its positions are wrong.
    """
    rows = iter(lines)
    first = next(rows, None)
    if first is None:
        return
    rows = chain([first], rows)
    if is_gff3(first[1][-1]):
        yield from _of_gff3(list(_parsed(rows, path)), counts)
    else:
        # genes and transcripts have lines of their own, which say nothing that exons do not
        yield from _of_gtf(_parsed(rows, path, kinds={_EXON, *_PARTS}), path, counts)


def _parsed(
    lines: Iterable[tuple[int, list[str]]], path: Path, *, kinds: set[str] | None = None
) -> Iterator[_Line]:
    """Yield checked lines, of some kinds only where they are given."""
    for number, fields in lines:
        if len(fields) != _FIELDS:
            raise _bad(path, number, f"{len(fields)} fields; BED12 has 12, GTF and GFF3 have 9")
        if kinds is not None and fields[2] not in kinds:
            continue
        try:
            start, end = int(fields[3]) - 1, int(fields[4])
        except ValueError as error:
            raise _bad(path, number, f"start and end must be whole numbers ({error})") from error
        if not 0 <= start < end <= MOST_POSITION:
            raise _bad(path, number, f"a feature from {start + 1} to {end} is on no chromosome")
        if fields[2] in {_EXON, *_PARTS} and end - start > LONGEST_EXON:
            raise _bad(path, number, f"a part of a transcript with {end - start:,} nt cannot be")
        yield _Line(number, fields[0], fields[2], (start, end), fields[6], _attributes(fields[8]))


def _attributes(text: str) -> dict[str, str]:
    """Read the ninth column of either format; of a key that stands twice the first value counts."""
    said: dict[str, str] = {}
    for key, quoted, plain in _WORD.findall(text):
        said.setdefault(key, quoted or plain)
    return {key: unquote(value) for key, value in said.items()} if is_gff3(text) else said


def _of_gtf(lines: Iterable[_Line], path: Path, counts: Counts) -> Iterator[Gathered]:
    """Gather GTF: every line names its transcript."""
    found: dict[tuple[str, ...], list[Gathered]] = {}
    for line in lines:
        name = line.said.get("transcript_id")
        if not name:
            raise _bad(path, line.number, f"a line of kind {line.kind} has no transcript_id")
        # a start site of its own is how UCSC's files tell two places of one name on one chromosome
        key = (name, line.chromosome, line.strand, line.said.get("tss_id", ""))
        places = found.setdefault(key, [])
        if not places or _begins_again(places[-1], line):
            said = line.said
            places.append(
                Gathered(
                    name,
                    line.chromosome,
                    line.strand,
                    said.get("gene_id", ""),
                    said.get("gene_name", ""),
                    line.number,
                )
            )
        _add(places[-1], line)
    yield from _with_strand((own for places in found.values() for own in places), counts)


def _begins_again(own: Gathered, line: _Line) -> bool:
    """Say whether an exon number was given to another exon before: then this is a second place of the name."""
    number = line.said.get("exon_number")
    return line.kind == _EXON and number is not None and own.numbers.get(number, line.part) != line.part


def _add(own: Gathered, line: _Line) -> None:
    """Add a line to its transcript; a line that stands twice counts once."""
    into = own.exons if line.kind == _EXON else own.parts
    if line.part not in into:
        into.append(line.part)
    if line.kind in _CODING and line.part not in own.coding:
        own.coding.append(line.part)
    if line.kind == _EXON and "exon_number" in line.said:
        own.numbers.setdefault(line.said["exon_number"], line.part)


def _with_strand(found: Iterable[Gathered], counts: Counts) -> Iterator[Gathered]:
    """Leave out transcripts whose strand nobody knows."""
    for own in found:
        if own.strand in {"+", "-"}:
            yield own
        else:
            counts.drop("transcript models without a strand", example=own.name)


def _of_gff3(lines: list[_Line], counts: Counts) -> Iterator[Gathered]:
    """Gather GFF3: parts name their parents, which are transcripts, whose parents are genes."""
    parents: dict[str, _Line] = {}
    for line in lines:
        if "ID" in line.said and line.kind != _EXON and line.kind not in _PARTS:
            parents.setdefault(line.said["ID"], line)
    found: dict[tuple[str, str, str], Gathered] = {}
    for line in lines:
        if line.kind != _EXON and line.kind not in _PARTS:
            continue
        above = [word for word in line.said.get("Parent", "").split(",") if word]
        if not above:
            counts.drop("exons and coding parts without a parent", example=line.said.get("ID", line.kind))
        for parent in above:
            key = (parent, line.chromosome, line.strand)
            if key not in found:
                found[key] = _of_parent(parent, parents, line)
            _add(found[key], line)
    yield from _with_strand(found.values(), counts)


def _of_parent(parent: str, parents: dict[str, _Line], line: _Line) -> Gathered:
    """Return a transcript with the names that it and its gene have."""
    own = parents[parent].said if parent in parents else {}
    name = own.get("transcript_id") or line.said.get("transcript_id") or _PREFIX.sub("", parent)
    above = own.get("Parent", "").partition(",")[0]
    gene = parents[above].said if above in parents else {}
    gene_id = own.get("gene_id") or gene.get("gene_id") or line.said.get("gene_id") or _PREFIX.sub("", above)
    gene_name = own.get("gene_name") or gene.get("gene_name") or gene.get("Name") or own.get("gene") or ""
    return Gathered(name, line.chromosome, line.strand, gene_id, gene_name, line.number)


def _bad(path: Path, line: int, problem: str) -> InputError:
    return InputError(
        problem, path=display_name(path), line=line, mend="Give BED12, GTF or GFF3, fields parted by tabs"
    )
