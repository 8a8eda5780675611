"""Where transcripts lie on the genome: exons and coding sequence from BED12 or GTF, and places across junctions.

BED12 is 0-based half-open as inside; GTF is 1-based and closed, and its stop codon stands apart from the coding
sequence: here the coding sequence includes it, as in BED12 of the UCSC browser.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name, open_input

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["TranscriptModel", "find_model", "read_models", "splice_transcripts"]

_ATTRIBUTE: Final = re.compile(r'(\w+) "([^"]*)"')
_COMPLEMENT: Final = str.maketrans("AUCG", "UAGC")
_BED_FIELDS: Final = 12
_GTF_FIELDS: Final = 9


@dataclass(frozen=True, slots=True)
class TranscriptModel:
    """A transcript on the genome.

    Parameters
    ----------
    id
        Name of the transcript.
    chromosome, strand
        As the file names them; ``+`` or ``-``.
    exons
        Genome start and end, 0-based half-open, ascending.
    coding
        Genome bounds of the coding sequence, stop codon included; None for a transcript that codes for nothing.
    gene_id, gene_name
        Where the file has them, else empty.

    Examples
    --------
    >>> model = TranscriptModel("NM_1", "chr1", "-", ((100, 110), (200, 220)), (105, 215))
    >>> model.length, model.cds, model.genome_blocks(18, 23)
    (30, (5, 25), ((107, 110), (200, 202)))
    """

    id: str
    chromosome: str
    strand: str
    exons: tuple[tuple[int, int], ...]
    coding: tuple[int, int] | None = None
    gene_id: str = ""
    gene_name: str = ""

    @property
    def length(self) -> int:
        """Letters of the spliced transcript."""
        return sum(end - start for start, end in self.exons)

    @property
    def cds(self) -> tuple[int, int] | None:
        """The coding sequence on the transcript, 0-based half-open."""
        if self.coding is None:
            return None
        start, end = (self._letters_before(place) for place in self.coding)
        return (start, end) if self.strand == "+" else (self.length - end, self.length - start)

    def _letters_before(self, place: int) -> int:
        """Return how many exon letters lie before a place of the genome."""
        return sum(max(0, min(end, place) - start) for start, end in self.exons)

    def genome_blocks(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return where a part of the transcript lies on the genome, a block an exon, ascending.

        Parameters
        ----------
        start, end
            On the transcript, 0-based half-open.
        """
        if self.strand == "-":
            start, end = self.length - end, self.length - start
        blocks, before = [], 0
        for first, last in self.exons:
            a, b = max(start - before, 0), min(end - before, last - first)
            if a < b:
                blocks.append((first + a, first + b))
            before += last - first
        return tuple(blocks)


def find_model(models: Mapping[str, TranscriptModel], name: str) -> TranscriptModel | None:
    """Return the model of a transcript, with or without the version of its name."""
    return models.get(name) or models.get(name.partition(".")[0])


def read_models(path: Path, counts: Counts) -> dict[str, TranscriptModel]:
    """Read BED12 or GTF, told by the number of fields.

    Parameters
    ----------
    path
        Plain or gzip.
    counts
        Filled with transcripts kept, and those left out as their name stands twice (chrY copies, alternative loci).

    Returns
    -------
    dict
        Name → model, in file order.

    Raises
    ------
    InputError
        If a line is neither, or its numbers are wrong.
    """
    with open_input(path) as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8")
        try:
            lines = _lines(text)
            first = next(lines, None)
            if first is None:
                return {}
            parse = _from_bed if len(first[1]) >= _BED_FIELDS else _from_gtf
            found = parse(first, lines, path)
            models: dict[str, TranscriptModel] = {}
            for model in found:
                if model.id in models:
                    counts.drop("places of transcripts beyond the first of each name", example=model.id)
                    continue
                models[model.id] = model
        finally:
            text.detach()
    counts.keep("transcript models", len(models))
    return models


def _lines(text: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield number and fields of lines that are no comment."""
    for number, line in enumerate(text, start=1):
        if line.strip() and not line.startswith(("#", "track", "browser")):
            yield number, line.rstrip("\r\n").split("\t")


def _from_bed(
    first: tuple[int, list[str]], lines: Iterator[tuple[int, list[str]]], path: Path
) -> Iterator[TranscriptModel]:
    """Yield the transcripts of BED12."""
    for number, fields in (first, *lines):
        try:
            start, thick_start, thick_end, n = (int(fields[i]) for i in (1, 6, 7, 9))
            sizes, begins = ([int(x) for x in fields[i].strip(",").split(",")] for i in (10, 11))
            exons = tuple((start + b, start + b + s) for s, b in zip(sizes, begins, strict=True))
            wrong = len(exons) != n or any(a[1] > b[0] for a, b in pairwise(exons))
        except (ValueError, IndexError) as error:
            raise _bad(path, number, f"12 BED fields are expected ({error})") from error
        if wrong or fields[5] not in {"+", "-"}:
            raise _bad(path, number, "the strand or the blocks of the BED line are wrong")
        coding = (thick_start, thick_end) if thick_start < thick_end else None
        yield TranscriptModel(fields[3], fields[0], fields[5], exons, coding)


@dataclass(slots=True)
class _Gathered:
    """What the lines of one GTF transcript say."""

    chromosome: str
    strand: str
    gene_id: str
    gene_name: str
    exons: list[tuple[int, int]] = field(default_factory=list)
    coding: list[tuple[int, int]] = field(default_factory=list)


def _from_gtf(
    first: tuple[int, list[str]], lines: Iterator[tuple[int, list[str]]], path: Path
) -> Iterator[TranscriptModel]:
    """Yield the transcripts of GTF; the lines of one may stand anywhere."""
    gathered: dict[tuple[str, str], _Gathered] = {}
    for number, fields in (first, *lines):
        if len(fields) != _GTF_FIELDS:
            raise _bad(path, number, f"{len(fields)} fields; BED12 has 12, GTF 9")
        if fields[2] not in {"exon", "CDS", "stop_codon"}:
            continue
        said = dict(_ATTRIBUTE.findall(fields[8]))
        name = said.get("transcript_id")
        if not name or fields[6] not in {"+", "-"}:
            raise _bad(path, number, "a transcript_id and a strand are expected")
        try:
            part = (int(fields[3]) - 1, int(fields[4]))
        except ValueError as error:
            raise _bad(path, number, f"start and end must be whole numbers ({error})") from error
        own = gathered.setdefault(
            (name, fields[0]),
            _Gathered(fields[0], fields[6], said.get("gene_id", ""), said.get("gene_name", "")),
        )
        (own.exons if fields[2] == "exon" else own.coding).append(part)
    for (name, _), own in gathered.items():
        coding = (min(a for a, _ in own.coding), max(b for _, b in own.coding)) if own.coding else None
        exons = tuple(sorted(own.exons))
        yield TranscriptModel(name, own.chromosome, own.strand, exons, coding, own.gene_id, own.gene_name)


def _bad(path: Path, line: int, problem: str) -> InputError:
    return InputError(
        problem, path=display_name(path), line=line, mend="Give BED12 or GTF, fields parted by tabs"
    )


def splice_transcripts(genome: Path, models: Mapping[str, TranscriptModel], counts: Counts) -> dict[str, str]:
    """Cut transcripts out of a genome; one chromosome is in memory at a time.

    Parameters
    ----------
    genome
        FASTA of chromosomes.
    models
        Name → model.
    counts
        Filled with transcripts whose chromosome is not in the file: they are left out.

    Returns
    -------
    dict
        Name → RNA letters 5'→3', in the order of ``models``.

    Raises
    ------
    InputError
        If an exon ends beyond its chromosome.
    """
    by_chromosome: dict[str, list[TranscriptModel]] = {}
    for model in models.values():
        by_chromosome.setdefault(model.chromosome, []).append(model)
    found: dict[str, str] = {}
    for record in read_sequences(genome, counts, kind="chromosome"):
        for model in by_chromosome.pop(record.id, []):
            if model.exons and model.exons[-1][1] > len(record.sequence):
                raise InputError(
                    f"an exon ends at {model.exons[-1][1]}, chromosome {record.id} at {len(record.sequence)}",
                    path=display_name(genome),
                    record=model.id,
                    mend="Use genome and annotation of the same assembly",
                )
            letters = "".join(record.sequence[a:b] for a, b in model.exons)
            if model.strand == "-":
                letters = letters.translate(_COMPLEMENT)[::-1]
            found[model.id] = letters
    for chromosome, left in by_chromosome.items():
        counts.drop("transcripts whose chromosome is not in the genome file", len(left), example=chromosome)
    return {name: found[name] for name in models if found.get(name)}
