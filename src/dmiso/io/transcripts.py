"""Transcripts: a FASTA of mRNAs and a table of where their coding sequences lie.

The table has one row per transcript, 0-based half-open on the transcript. Columns of the name are found by what
they are commonly called. What FASTA headers say beside the name, :mod:`dmiso.io.transcript_headers` reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dmiso.columns import COLUMNS
from dmiso.errors import InputError
from dmiso.io.declared_numbers import numbers_of
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name
from dmiso.io.tables import read_batches, read_table
from dmiso.io.transcript_headers import read_header
from dmiso.io.versions import NameIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["REGIONS", "Transcript", "read_cds", "read_genes", "read_transcripts"]

REGIONS: Final = ("5'UTR", "CDS", "3'UTR")
"""Parts of an mRNA, 5'→3'."""

_NAMES: Final = ("transcript_id", "refseq", "transcript", "enst", "name")
_STARTS: Final = ("cds_start", "cds_start0")


@dataclass(frozen=True, slots=True)
class Transcript:
    """An mRNA with the bounds of its coding sequence.

    Parameters
    ----------
    id
        Name without what the UCSC browser puts before it, or GENCODE after it.
    sequence
        RNA nucleotides 5'→3'.
    cds
        Start and end of the coding sequence, 0-based half-open; None where there is none or it is unknown.
    gene_id
        Of its gene, where its header says so; else empty.
    gene_names
        Other names of its gene and of its transcripts: symbol, Entrez number, accessions.

    Examples
    --------
    >>> mrna = Transcript("NM_1", "GGAUGCCCUAAGG", (2, 11))
    >>> mrna.part("3'UTR"), mrna.region(0, 5), mrna.region(11, 13)
    ((11, 13), 'CDS', "3'UTR")
    """

    id: str
    sequence: str
    cds: tuple[int, int] | None = None
    gene_id: str = ""
    gene_names: tuple[str, ...] = ()

    def part(self, region: str) -> tuple[int, int]:
        """Return a region's bounds, 0-based half-open; empty at 0 where the coding sequence is unknown."""
        if self.cds is None:
            return (0, 0)
        start, end = self.cds
        bounds = ((0, start), (start, end), (end, len(self.sequence)))
        return bounds[REGIONS.index(region)]

    def region(self, start: int, end: int) -> str | None:
        """Return the region that holds most of a site, the more 3' one in a tie; None without known bounds."""
        if self.cds is None:
            return None
        held = {
            region: min(end, last) - max(start, first)
            for region in REGIONS
            for first, last in [self.part(region)]
        }
        return max(reversed(REGIONS), key=lambda region: held[region])


def read_transcripts(path: Path, counts: Counts, *, cds: Path | None = None) -> dict[str, Transcript]:
    """Read transcripts by name.

    Parameters
    ----------
    path
        FASTA of mRNAs 5'→3'.
    counts
        Filled with what was read, and with transcripts that have no coding sequence in the table.
    cds
        Table of coding sequences, see :func:`read_cds`.

    Returns
    -------
    dict
        Name → transcript, in the file's order.

    Raises
    ------
    InputError
        If a name appears twice in the FASTA, a coding sequence ends beyond its transcript, or the table holds none of
        the transcripts.
    """
    bounds = NameIndex(read_cds(cds, counts)) if cds is not None else None
    transcripts: dict[str, Transcript] = {}
    n_found = 0
    for record in read_sequences(path, counts, kind="transcript"):
        header = read_header(record.id, record.description)
        name = header.id
        if name in transcripts:
            raise InputError(
                "a transcript of this name came before",
                path=display_name(path),
                record=name,
                hint="Give each transcript a name of its own",
            )
        part = header.cds if bounds is None else bounds.get(name)
        n_found += part is not None
        if part is not None:
            _check_part(part, Transcript(name, record.sequence), path, cds)
        if part is None and cds is not None:
            counts.note("transcripts without a coding sequence in the table", example=name)
        transcripts[name] = Transcript(
            name, record.sequence, part, header.gene_id, (header.gene_name,) if header.gene_name else ()
        )
    _check_found(transcripts, cds, n_found, path)
    return transcripts


def _check_part(part: tuple[int, int], transcript: Transcript, path: Path, cds: Path | None) -> None:
    """Raise an error if a coding sequence cannot be on a transcript: of a header, or of a table."""
    length, name = len(transcript.sequence), transcript.id
    if not 0 <= part[0] < part[1]:
        raise InputError(
            f"a coding sequence from {part[0] + 1} to {part[1]} runs backwards or begins before 1",
            path=display_name(cds or path),
            record=name,
            hint="Correct CDS: in the header",
        )
    if part[1] > length:
        raise InputError(
            f"the coding sequence ends at {part[1]}, the transcript at {length}"
            + (f" in {display_name(path)}" if cds is not None else ""),
            path=display_name(cds or path),
            record=name,
            hint="Use a table and a FASTA of the same release; positions are 0-based on the transcript",
        )


def _check_found(transcripts: Mapping[str, Transcript], cds: Path | None, n_found: int, path: Path) -> None:
    """Raise an error if the table of coding sequences is of other transcripts."""
    if cds is not None and transcripts and not n_found:
        raise InputError(
            f"none of the {len(transcripts):,} transcripts of {display_name(path)} (such as {next(iter(transcripts))}) "
            "has a coding sequence here",
            path=display_name(cds),
            hint="Use a table and a FASTA with the same names; versions may differ",
        )


def read_genes(path: Path, transcripts: Iterable[Transcript], counts: Counts) -> dict[str, str]:
    """Read which gene each transcript is of.

    Parameters
    ----------
    path
        Table with ``transcript_id`` and ``gene_id``; versions of names do not matter.
    transcripts
        Those that are asked for.
    counts
        Notes transcripts that the table does not name.

    Returns
    -------
    dict
        Name of a transcript as its FASTA has it → gene.

    Raises
    ------
    InputError
        If a column is missing, or the table names none of the transcripts.
    """
    frame = read_table(path, required=("transcript_id", "gene_id"))
    index = NameIndex(
        {str(name): str(gene) for name, gene in frame.select("transcript_id", "gene_id").iter_rows()}
    )
    genes, missing = {}, []
    for transcript in transcripts:
        gene = index.get(transcript.id)
        if gene:
            genes[transcript.id] = gene
        else:
            missing.append(transcript.id)
    if missing and not genes:
        raise InputError(
            f"it names none of the {len(missing):,} transcripts (such as {missing[0]})",
            path=display_name(path),
            hint="Give the genes of these transcripts; versions of names may differ",
        )
    if missing:
        counts.note("transcripts without a gene in the table of genes", len(missing), example=missing[0])
    return genes


def read_cds(path: Path, counts: Counts) -> dict[str, tuple[int, int]]:
    """Read where coding sequences lie.

    Parameters
    ----------
    path
        Table with a name (``transcript_id``, ``refseq``, ``transcript``, ``enst`` or ``name``), a start
        (``cds_start`` or ``cds_start0``) and ``cds_end``, 0-based half-open on the transcript. A row without
        bounds, or with an empty sequence, is a transcript that codes for nothing.
    counts
        Filled with the rows read.

    Returns
    -------
    dict
        Name → (start, end).

    Raises
    ------
    InputError
        If a column is missing, a bound is not a whole number, or a start lies after its end.
    """
    bounds: dict[str, tuple[int, int]] = {}
    for frame, lines in read_batches(path):
        name_column = _column(frame.columns, _NAMES, path)
        start_column, end_column = (
            _column(frame.columns, _STARTS, path),
            _column(frame.columns, ("cds_end",), path),
        )
        positions = (
            numbers_of(frame[own], COLUMNS[declared], path=path, lines=lines)
            for own, declared in ((start_column, "cds_start"), (end_column, "cds_end"))
        )
        rows = zip(frame[name_column], *positions, strict=True)
        for line, (name, start, end) in zip(lines, rows, strict=True):
            if start is None or end is None:
                counts.note("rows of the coding sequence table without bounds", example=str(name))
                continue
            part = (start, end)
            if start > end:
                raise InputError(
                    f"a coding sequence from {start} to {end} runs backwards",
                    path=display_name(path),
                    line=line,
                    column="cds_start, cds_end",
                    hint="Give 0-based half-open positions on the transcript",
                )
            if start == end:
                counts.note("rows of the coding sequence table that are empty", example=str(name))
                continue
            if bounds.setdefault(str(name), part) != part:
                counts.note(
                    "names with other bounds further down in the table of coding sequences: the first count",
                    example=str(name),
                )
    counts.keep("coding sequences", len(bounds))
    return bounds


def _column(columns: list[str], names: tuple[str, ...], path: Path) -> str:
    """Return the first of some names that is a column."""
    for name in names:
        if name in columns:
            return name
    raise InputError(
        f"no column is called {' or '.join(names)}; found {', '.join(columns)}",
        path=display_name(path),
        line=1,
        column=names[0],
        hint="Name the columns of the coding sequence table transcript_id, cds_start and cds_end",
    )
