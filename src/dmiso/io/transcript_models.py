"""Where transcripts lie on the genome: exons and coding sequence from BED12, GTF or GFF3; junctions.

The format is detected by content. BED12 is 0-based half-open as inside; GTF and GFF3 are 1-based and closed
(:mod:`dmiso.io.annotation_text`). GTF's stop codon stands apart from the coding sequence: here the coding sequence
includes it, as in BED12 of the UCSC browser and in GFF3. Every model is checked before anything is cut by it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import IO, TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.io.annotation_text import gather
from dmiso.io.bed import BED12_FIELDS, MOST_BLOCKS, is_header, parse_bed12
from dmiso.io.streams import display_name, open_input
from dmiso.io.text_lines import bounded_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["TranscriptModel", "read_models"]

_LONGEST_INTRON: Final = 2_000_000
"""The longest of human genes have 1.2 million nt."""
_NO_EXONS: Final = "transcripts without exon lines: their coding and untranslated parts taken as exons"
_FAR_APART: Final = (
    f"transcripts with an intron of over {_LONGEST_INTRON:,} nt: two loci of one name may be joined"
)
_NOT_UTF8: Final = "\ufffd"


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
    tags
        What GTF's or GFF3's ``tag`` says of it: ``MANE_Select``, ``Ensembl_canonical``.

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
    tags: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Nucleotides of the spliced transcript."""
        return sum(end - start for start, end in self.exons)

    @property
    def cds(self) -> tuple[int, int] | None:
        """The coding sequence on the transcript, 0-based half-open."""
        if self.coding is None:
            return None
        start, end = (self._bases_before(position) for position in self.coding)
        return (start, end) if self.strand == "+" else (self.length - end, self.length - start)

    def _bases_before(self, position: int) -> int:
        """Return how many exon bases lie before a position of the genome."""
        return sum(max(0, min(end, position) - start) for start, end in self.exons)

    def genome_blocks(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return where a part of the transcript lies on the genome, a block per exon, ascending.

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


def read_models(path: Path, counts: Counts) -> dict[str, TranscriptModel]:
    """Read BED12, GTF or GFF3, detected by content.

    A name that has several loci (pseudoautosomal copies, alternative loci, both strands) keeps the first; they are
    never joined.

    Parameters
    ----------
    path
        Plain or compressed.
    counts
        Filled with transcripts kept, and by reason with those left out or changed: further loci of a name, no
        strand, overlapping exons, exons made of coding sequences.

    Returns
    -------
    dict
        Name → model, in file order.

    Raises
    ------
    InputError
        If a line is of none of the formats, its numbers are wrong, or no model is left of a file that is not empty.
    """
    with open_input(path) as handle:
        # a name of another encoding in some description must not refuse a genome's annotation
        text = io.TextIOWrapper(handle, encoding="utf-8", errors="replace", newline="")
        try:
            lines = _lines(text, path, counts)
            first = next(lines, None)
            if first is None:
                counts.note("annotation files without a line", example=display_name(path))
                return {}
            rows = chain([first], lines)
            is_bed = len(first[1]) >= BED12_FIELDS
            models = _kept(_of_bed(rows, path, counts) if is_bed else _checked(rows, path, counts), counts)
        finally:
            text.detach()
    if not models:
        reasons = "; ".join(counts.sentences())
        raise InputError(
            "no transcript model is left" + (f" ({reasons})" if reasons else ""),
            path=display_name(path),
            hint="Give an annotation with lines of kind exon or CDS",
        )
    counts.keep("transcript models", len(models))
    return models


def _kept(found: Iterable[TranscriptModel], counts: Counts) -> dict[str, TranscriptModel]:
    """Return the models by name, the first of each."""
    models: dict[str, TranscriptModel] = {}
    for model in found:
        if model.id in models:
            counts.drop("loci of transcripts beyond the first of each name", example=model.id)
        else:
            models[model.id] = model
    return models


def _lines(text: IO[str], path: Path, counts: Counts) -> Iterator[tuple[int, list[str]]]:
    """Yield number and fields of lines that are no comment, up to the sequences that GFF3 may end with."""
    seen = False
    for number, line in enumerate(bounded_lines(text, path), start=1):
        if line.startswith("##FASTA") or (line.startswith(">") and seen):
            return
        if line.startswith(">"):
            raise _bad(path, number, "sequences were found, not an annotation")
        if is_header(line):
            continue
        seen = True
        if _NOT_UTF8 in line:
            counts.note(
                "annotation lines with bytes that are not UTF-8, read as '\ufffd'", example=f"line {number}"
            )
        yield number, line.rstrip("\r\n").split("\t")


def _of_bed(rows: Iterable[tuple[int, list[str]]], path: Path, counts: Counts) -> Iterator[TranscriptModel]:
    """Yield the transcripts of BED12."""
    for number, fields in rows:
        try:
            record = parse_bed12(fields)
        except ValueError as error:
            raise _bad(path, number, str(error)) from error
        if record.strand not in {"+", "-"}:
            counts.drop("transcript models without a strand", example=record.name)
            continue
        assert record.thick is not None, "the parser reads its bounds"
        codes = record.thick[0] < record.thick[1]
        coding = _coding(record.thick, record.blocks, record.name, counts) if codes else None
        yield TranscriptModel(record.name, record.chromosome, record.strand, record.blocks, coding)


def _checked(rows: Iterable[tuple[int, list[str]]], path: Path, counts: Counts) -> Iterator[TranscriptModel]:
    """Yield the transcripts of GTF or GFF3 whose parts can be those of one transcript."""
    for own in gather(rows, path, counts):
        if not own.exons:
            counts.note(_NO_EXONS, example=own.name)
        exons = tuple(sorted(own.exons)) if own.exons else _joined(own.parts)
        if len(exons) > MOST_BLOCKS or any(a[1] > b[0] for a, b in pairwise(exons)):
            counts.drop("transcript models with overlapping exons", example=own.name)
            continue
        if any(b[0] - a[1] > _LONGEST_INTRON for a, b in pairwise(exons)):
            counts.note(_FAR_APART, example=own.name)
        bounds = (min(a for a, _ in own.coding), max(b for _, b in own.coding)) if own.coding else None
        coding = _coding(bounds, exons, own.name, counts) if bounds else None
        genes = own.gene_id, own.gene_name
        yield TranscriptModel(
            own.name, own.chromosome, own.strand, exons, coding, *genes, tags=tuple(own.tags)
        )


def _joined(parts: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join parts that touch or overlap, as a coding sequence and the stop codon after it do."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _coding(
    bounds: tuple[int, int], exons: tuple[tuple[int, int], ...], name: str, counts: Counts
) -> tuple[int, int] | None:
    """Return the bounds of the coding sequence, if both lie in exons."""
    start, end = bounds
    if any(a <= start < b for a, b in exons) and any(a < end <= b for a, b in exons):
        return bounds
    counts.note("coding sequences that end outside of their exons, not used", example=name)
    return None


def _bad(path: Path, line: int, problem: str) -> InputError:
    return InputError(
        problem, path=display_name(path), line=line, hint="Give BED12, GTF or GFF3, fields separated by tabs"
    )
