"""Lines of GTF and GFF3 to what they say of each transcript: exons, coding parts, genes.

Both are 1-based and closed; here positions are 0-based half-open. Lines of one transcript may stand anywhere, so a file
is gathered whole; nothing of its sequence is needed. A name of GTF may have several loci (:func:`_of_gtf` keeps
them apart); in GFF3 parts name their parents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from dmiso.errors import InputError
from dmiso.io.numbers import whole_number
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
_WHOLE: Final = frozenset({"transcript", "mRNA"})
"""Features that a GTF transcript lies within."""
_KEYS: Final = frozenset(
    ("ID", "Parent", "Name", "transcript_id", "gene_id", "gene_name", "gene", "tss_id", "exon_number", "tag")
)
"""Attributes that are looked at; the rest would only fill the memory."""
_PIECE: Final = re.compile(r'[^;"]*(?:"[^"]*"[^;"]*)*')
"""What stands between two semicolons outside of quotes."""
_PREFIX: Final = re.compile(r"^(?:transcript|rna|mRNA|gene|id)[:-]")
_LOCI_TRIED: Final = 8
"""Loci of one name that a line may belong to: the first, which is kept, and the latest."""

MOST_POSITION: Final = 1 << 31
"""No chromosome is longer: positions beyond are a mistake, and must not be taken for sizes of anything."""
LONGEST_EXON: Final = 1 << 24
"""No exon is longer, 16.7 million nt: the longest known have 0.35."""

_Part = tuple[int, int]


@dataclass(slots=True)
class Gathered:
    """What the lines of one transcript at one locus say.

    Parameters
    ----------
    name, chromosome, strand, gene_id, gene_name
        As the file has them.
    start_site
        GTF's ``tss_id``, where there is one.
    whole
        Of a transcript line, where there is one.
    exons, coding, parts
        Of exon lines; of CDS and stop codon; of all features that an exon is made of. 0-based half-open, each once, in
        file order.
    numbers
        Exon by its number, where the file counts them.
    tags
        What the file's ``tag`` says of the transcript, each once: ``MANE_Select``, ``Ensembl_canonical``.
    """

    name: str
    chromosome: str
    strand: str
    gene_id: str = ""
    gene_name: str = ""
    start_site: str = ""
    whole: _Part | None = None
    exons: dict[_Part, None] = field(default_factory=dict)
    coding: dict[_Part, None] = field(default_factory=dict)
    parts: dict[_Part, None] = field(default_factory=dict)
    numbers: dict[str, _Part] = field(default_factory=dict)
    tags: dict[str, None] = field(default_factory=dict)


class _Line(NamedTuple):
    """A line of either format."""

    number: int
    chromosome: str
    kind: str
    part: _Part
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
    """Yield the transcripts of GTF or GFF3 lines, one for each locus that a name has.

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
    before = []
    for row in rows:
        before.append(row)
        # lines of chromosomes may come first, without any attribute: they do not show the format
        if row[1][-1].strip() not in {"", "."}:
            break
    if not before:
        return
    rows = chain(before, rows)
    if is_gff3(before[-1][1][-1]):
        yield from _of_gff3(_parsed(rows, path), counts)
    else:
        # lines of genes say nothing that exons do not
        yield from _of_gtf(_parsed(rows, path, kinds={_EXON, *_PARTS, *_WHOLE}), path, counts)


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
            start, end = whole_number(fields[3]) - 1, whole_number(fields[4])
        except ValueError as error:
            raise _bad(path, number, f"start and end must be whole numbers ({error})") from error
        if not 0 <= start < end <= MOST_POSITION:
            raise _bad(path, number, f"a feature from {start + 1} to {end} is on no chromosome")
        if end - start > LONGEST_EXON and fields[2] in {_EXON, *_PARTS}:
            raise _bad(path, number, f"a part of a transcript with {end - start:,} nt cannot be")
        said = _of_equals(fields[8]) if kinds is None else _of_quotes(fields[8])
        yield _Line(number, fields[0], fields[2], (start, end), fields[6], said)


def _of_quotes(text: str) -> dict[str, str]:
    """Read GTF's ninth column, quotes or none; of a key that appears twice the first value counts, of ``tag`` all.

    Examples
    --------
    >>> _of_quotes('gene_id G1 ; note "a; gene_id b"; transcript_id  "T 1"')
    {'gene_id': 'G1', 'transcript_id': 'T 1'}
    """
    said: dict[str, str] = {}
    for piece in text.split(";") if '"' not in text else _PIECE.findall(text):
        key, _, value = piece.strip().partition(" ")
        if key in _KEYS:
            value = value.strip().strip('"')
            if key == "tag" and "tag" in said:
                value = f"{said.pop('tag')},{value}"
            said.setdefault(key, value)
    return said


def _of_equals(text: str) -> dict[str, str]:
    """Read GFF3's ninth column; parents stay escaped, as a comma parts them."""
    said: dict[str, str] = {}
    for piece in text.split(";"):
        key, _, value = piece.strip().partition("=")
        if key in _KEYS:
            value = value.strip().strip('"')
            said.setdefault(key, value if key == "Parent" else unquote(value))
    return said


def _of_gtf(lines: Iterable[_Line], path: Path, counts: Counts) -> Iterator[Gathered]:
    """Gather GTF: every line names its transcript, and may belong to any locus of that name."""
    found: dict[tuple[str, str, str], list[Gathered]] = {}
    for line in lines:
        name = line.said.get("transcript_id")
        if not name:
            if line.kind in _WHOLE:
                continue
            raise _bad(path, line.number, f"a line of kind {line.kind} has no transcript_id")
        loci = found.setdefault((name, line.chromosome, line.strand), [])
        own = _locus_of(line, loci)
        if own is None:
            own = Gathered(name, line.chromosome, line.strand)
            loci.append(own)
        said = line.said
        own.gene_id = own.gene_id or said.get("gene_id", "")
        own.gene_name = own.gene_name or said.get("gene_name") or said.get("gene", "")
        own.start_site = own.start_site or said.get("tss_id", "")
        if line.kind in _WHOLE or not own.tags:
            own.tags |= _tags(said)
        _add(own, line)
    yield from _with_strand((own for loci in found.values() for own in loci), counts)


def _locus_of(line: _Line, loci: list[Gathered]) -> Gathered | None:
    """Return the locus of a name that a line belongs to; None if it begins another."""
    tried = loci if len(loci) <= _LOCI_TRIED else [loci[0], *loci[1 - _LOCI_TRIED :]]
    fitting = [own for own in tried if _may_hold(own, line)]
    if len(fitting) > 1:
        # coding parts that come after the exons of all loci
        around = [own for own in fitting if own.exons and _reaches_over(own, line.part)]
        fitting = around or fitting
    return fitting[-1] if fitting else None


def _may_hold(own: Gathered, line: _Line) -> bool:
    """Say whether nothing shows that a line is of another locus: gene, start site, transcript line, exon number."""
    said = line.said
    if own.gene_id and said.get("gene_id", own.gene_id) != own.gene_id:
        return False
    # a start site of its own is how UCSC's files distinguish two loci of one name on one chromosome
    if own.start_site and said.get("tss_id", own.start_site) != own.start_site:
        return False
    if line.kind in _WHOLE:
        return own.whole is None and all(_within(exon, line.part) for exon in own.exons)
    if line.kind != _EXON:
        return True
    number = said.get("exon_number")
    # a number that another exon has begins a second locus of the name
    again = number is not None and own.numbers.get(number, line.part) != line.part
    return not again and (own.whole is None or _within(line.part, own.whole))


def _within(inner: _Part, outer: _Part) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _reaches_over(own: Gathered, part: _Part) -> bool:
    """Say whether a part lies between the outer ends of the exons."""
    return _within(part, (min(a for a, _ in own.exons), max(b for _, b in own.exons)))


def _tags(said: dict[str, str]) -> dict[str, None]:
    """Return the tags of a line, each once."""
    return dict.fromkeys(filter(None, said.get("tag", "").split(",")))


def _add(own: Gathered, line: _Line) -> None:
    """Add a line to its transcript; a line that appears twice counts once."""
    if line.kind in _WHOLE:
        own.whole = line.part
        return
    (own.exons if line.kind == _EXON else own.parts)[line.part] = None
    if line.kind in _CODING:
        own.coding[line.part] = None
    if line.kind == _EXON and "exon_number" in line.said:
        own.numbers.setdefault(line.said["exon_number"], line.part)


def _with_strand(found: Iterable[Gathered], counts: Counts) -> Iterator[Gathered]:
    """Leave out transcripts whose strand nobody knows, and those without any part."""
    for own in found:
        if own.strand not in {"+", "-"}:
            counts.drop("transcript models without a strand", example=own.name)
        elif own.exons or own.parts:
            yield own
        else:
            counts.drop("transcripts without a line of an exon or a coding part", example=own.name)


def _of_gff3(lines: Iterable[_Line], counts: Counts) -> Iterator[Gathered]:
    """Gather GFF3: parts name their parents, which are transcripts, whose parents are genes."""
    above: dict[str, dict[str, str]] = {}
    found: dict[tuple[str, str, str], Gathered] = {}
    for line in lines:
        said = line.said
        if line.kind != _EXON and line.kind not in _PARTS:
            if "ID" in said:
                above.setdefault(said["ID"], said)
            continue
        parents = [unquote(word) for word in said.get("Parent", "").split(",") if word]
        if not parents:
            counts.drop("exons and coding parts without a parent", example=said.get("ID", line.kind))
        for parent in parents:
            # a part of several transcripts cannot give the name of one
            name = said.get("transcript_id", "") if len(parents) == 1 else ""
            key = (parent, line.chromosome, line.strand)
            own = found.setdefault(
                key,
                Gathered(name, line.chromosome, line.strand, said.get("gene_id", ""), said.get("gene", "")),
            )
            _add(own, line)
    named = (_named(own, parent, above) for (parent, _, _), own in found.items())
    yield from _with_strand(named, counts)


def _named(own: Gathered, parent: str, above: dict[str, dict[str, str]]) -> Gathered:
    """Return a transcript with the names that it and its gene have."""
    said = above.get(parent, {})
    gene = unquote(said.get("Parent", "").partition(",")[0])
    of_gene = above.get(gene, {})
    return replace(
        own,
        name=said.get("transcript_id") or own.name or _PREFIX.sub("", parent),
        gene_id=said.get("gene_id") or of_gene.get("gene_id") or own.gene_id or _PREFIX.sub("", gene),
        gene_name=said.get("gene_name")
        or of_gene.get("gene_name")
        or of_gene.get("Name")
        or said.get("gene")
        or own.gene_name,
        tags=_tags(said),
    )


def _bad(path: Path, line: int, problem: str) -> InputError:
    return InputError(
        problem, path=display_name(path), line=line, hint="Give BED12, GTF or GFF3, fields separated by tabs"
    )
