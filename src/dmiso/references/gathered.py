"""The transcripts of a reference, from files as databases give them: nucleotides, coding sequences, genes, tags.

Nucleotides: FASTA (GENCODE, Ensembl, RefSeq, UCSC), GenBank's flat file of RefSeq, or a genome that an annotation's
exons are cut from. Coding sequences: a table, else FASTA headers, flat file or annotation. Genes: the table of genes,
else the annotation, else headers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import InputError
from dmiso.io.exon_lengths import on_exons
from dmiso.io.genbank import is_genbank, read_genbank
from dmiso.io.splicing import splice_transcripts
from dmiso.io.streams import display_name
from dmiso.io.tables import read_table
from dmiso.io.transcript_models import TranscriptModel, read_models
from dmiso.io.transcripts import Transcript, read_cds, read_transcripts
from dmiso.io.versions import NameIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.io.genbank import GenbankRecord
    from dmiso.records import Counts

__all__ = ["TaggedTranscript", "TranscriptSources", "gather_transcripts"]

_TAGS: Final = {
    "mane select": "MANE Select",
    "mane plus clinical": "MANE Plus Clinical",
    "ensembl canonical": "Ensembl canonical",
    "refseq select": "RefSeq Select",
}
"""Tags that say which of its gene's transcripts one is, as databases spell them without underscores."""
_TRANSCRIPT_COLUMNS: Final = ("transcript_id", "transcript", "refseq", "enst", "name")
_GENE_COLUMNS: Final = ("gene_id", "ensg", "gene", "entrez")
_SYMBOL_COLUMNS: Final = ("gene_name", "symbol", "gene_symbol")


@dataclass(frozen=True, slots=True)
class TranscriptSources:
    """The files that transcripts come from.

    Parameters
    ----------
    transcripts
        FASTA, or GenBank's flat files; none where they are cut from ``genome``.
    annotation
        GTF, GFF3, BED12, or GenBank's flat files.
    cds, genes
        Tables.
    genome
        FASTA of chromosomes.
    """

    transcripts: tuple[Path, ...] = ()
    annotation: tuple[Path, ...] = ()
    cds: Path | None = None
    genes: Path | None = None
    genome: Path | None = None


class TaggedTranscript(NamedTuple):
    """A transcript, what its annotation says of it, and nothing of how it was written down."""

    transcript: Transcript
    tags: tuple[str, ...]


def gather_transcripts(sources: TranscriptSources, counts: Counts) -> dict[str, TaggedTranscript]:
    """Read the transcripts that files hold together.

    Parameters
    ----------
    sources
        The files.
    counts
        Filled with what was read, left out and changed.

    Returns
    -------
    dict
        Name → transcript, in the order of the files. The first of its ``gene_names`` is the symbol, empty if unknown.

    Raises
    ------
    InputError
        If a file cannot be used, two hold a transcript of one name, or they do not belong together.
    """
    models, records = _annotations(sources.annotation, counts)
    found: dict[str, TaggedTranscript] = {}
    for path in sources.transcripts:
        for name, tagged in _of_file(path, sources.cds, counts).items():
            if name in found:
                raise InputError(
                    "a transcript of this name came in a file before",
                    path=display_name(path),
                    record=name,
                    hint="Give each transcript once",
                )
            found[name] = tagged
    if sources.genome is not None:
        spliced = splice_transcripts(sources.genome, models, counts)
        found = {name: TaggedTranscript(Transcript(name, bases), ()) for name, bases in spliced.items()}
        found = _with_table(found, sources.cds, counts)
    if models:
        found = _with_models(found, models, sources, counts)
    if records:
        found = _with_records(found, records, sources, counts)
    return _with_genes(found, sources.genes, counts)


def _annotations(
    paths: Iterable[Path], counts: Counts
) -> tuple[dict[str, TranscriptModel], dict[str, GenbankRecord]]:
    """Read annotations of the genome, and flat files."""
    models: dict[str, TranscriptModel] = {}
    records: dict[str, GenbankRecord] = {}
    for path in paths:
        if is_genbank(path):
            records |= {record.id: record for record in read_genbank(path, counts)}
        else:
            models |= read_models(path, counts)
    return models, records


def _of_file(path: Path, cds: Path | None, counts: Counts) -> dict[str, TaggedTranscript]:
    """Read one file of transcripts."""
    if is_genbank(path):
        own = {record.id: _of_record(record) for record in read_genbank(path, counts)}
        return _with_table(own, cds, counts)
    found = read_transcripts(path, counts, cds=cds)
    return {name: TaggedTranscript(transcript, ()) for name, transcript in found.items()}


def _of_record(record: GenbankRecord) -> TaggedTranscript:
    """Return a record as a transcript: its gene's identifier is the symbol, as in RefSeq's other files."""
    symbol = record.gene_name or record.gene_id
    names = tuple(dict.fromkeys((record.gene_name, record.gene_id)))
    transcript = Transcript(record.id, record.sequence, record.cds, symbol, names)
    return TaggedTranscript(transcript, record.tags)


def _with_table(
    found: dict[str, TaggedTranscript], cds: Path | None, counts: Counts
) -> dict[str, TaggedTranscript]:
    """Take coding sequences from a table."""
    if cds is None:
        return found
    bounds = NameIndex(read_cds(cds, counts))
    made = {}
    for name, (transcript, tags) in found.items():
        part = bounds.get(name)
        if part is not None and part[1] > len(transcript.sequence):
            raise InputError(
                f"the coding sequence ends at {part[1]}, the transcript at {len(transcript.sequence)}",
                path=display_name(cds),
                record=name,
                hint="Use a table and transcripts of the same release",
            )
        made[name] = TaggedTranscript(replace(transcript, cds=part), tags)
    return made


def _with_models(
    found: dict[str, TaggedTranscript],
    models: Mapping[str, TranscriptModel],
    sources: TranscriptSources,
    counts: Counts,
) -> dict[str, TaggedTranscript]:
    """Take coding sequences, genes and tags from an annotation of the genome."""
    index = NameIndex(models)
    made: dict[str, TaggedTranscript] = {}
    n_found = 0
    for name, (transcript, tags) in found.items():
        model = index.get(name)
        n_found += model is not None
        if model is None:
            counts.note("transcripts without a position in the annotation", example=name)
            made[name] = TaggedTranscript(transcript, tags)
        elif (fitted := on_exons(transcript, model, counts)) is not None:
            cds = fitted.cds if sources.cds is not None else model.cds or fitted.cds
            own = replace(
                fitted,
                cds=cds,
                gene_id=model.gene_id or fitted.gene_id,
                gene_names=_names(model.gene_name, fitted.gene_names),
            )
            made[name] = TaggedTranscript(own, _known_tags((*tags, *model.tags)))
    if found and not n_found:
        raise _strangers(found, models, sources.annotation)
    counts.flow(
        "transcripts",
        len(found),
        len(made),
        outcome="as long as their exons",
        hint="Use annotation and transcripts of the same release; for RefSeq, the flat file (.rna.gbff)",
    )
    return made


def _with_records(
    found: dict[str, TaggedTranscript],
    records: Mapping[str, GenbankRecord],
    sources: TranscriptSources,
    counts: Counts,
) -> dict[str, TaggedTranscript]:
    """Take coding sequences, genes and tags from flat files, where the nucleotides are the same."""
    index = NameIndex(records)
    made: dict[str, TaggedTranscript] = {}
    n_found = 0
    for name, (transcript, tags) in found.items():
        record = index.get(name)
        n_found += record is not None
        if record is None:
            counts.note("transcripts without a record in the flat files", example=name)
            made[name] = TaggedTranscript(transcript, tags)
        elif record.sequence != transcript.sequence:
            counts.drop("transcripts whose nucleotides differ from their record's", example=name)
        else:
            told = _of_record(record)
            cds = transcript.cds if sources.cds is not None else record.cds
            names = _names(record.gene_name, (*told.transcript.gene_names, *transcript.gene_names))
            own = replace(transcript, cds=cds, gene_id=told.transcript.gene_id, gene_names=names)
            made[name] = TaggedTranscript(own, told.tags)
    if found and not n_found:
        raise _strangers(found, records, sources.annotation)
    return made


def _strangers(
    found: Mapping[str, object], known: Mapping[str, object], annotation: tuple[Path, ...]
) -> InputError:
    """Return the error of an annotation that has none of the transcripts."""
    return InputError(
        f"none of the {len(found):,} transcripts (such as {next(iter(found))}) is among its {len(known):,} "
        f"(such as {next(iter(known))})",
        path=display_name(annotation[0]),
        hint="Use annotation and transcripts of one database, species and release",
    )


def _names(symbol: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return names of a gene, the symbol first; it is empty where unknown and there are others."""
    return tuple(dict.fromkeys((symbol, *others)))


def _known_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return those tags that say which of its gene's transcripts one is, as they are shown."""
    found = (_TAGS.get(tag.replace("_", " ").lower()) for tag in tags)
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _with_genes(
    found: dict[str, TaggedTranscript], genes: Path | None, counts: Counts
) -> dict[str, TaggedTranscript]:
    """Take the names of genes from a table."""
    if genes is None:
        return found
    frame = read_table(genes)
    columns = [
        name for name in frame.columns if name in {*_TRANSCRIPT_COLUMNS, *_GENE_COLUMNS, *_SYMBOL_COLUMNS}
    ]
    if not {*columns} & {*_TRANSCRIPT_COLUMNS} or not {*columns} & {*_GENE_COLUMNS, *_SYMBOL_COLUMNS}:
        raise InputError(
            f"a table of genes needs transcript_id, and gene_id or gene_name; found {', '.join(frame.columns)}",
            path=display_name(genes),
            line=1,
            hint="Name the columns transcript_id, gene_id and gene_name",
        )
    rows = [{k: str(v) for k, v in row.items() if v} for row in frame.select(columns).iter_rows(named=True)]
    indexes = [
        NameIndex({row[column]: row for row in reversed(rows) if column in row})
        for column in columns
        if column in _TRANSCRIPT_COLUMNS
    ]
    made, missing = {}, []
    for name, tagged in found.items():
        row = next((row for index in indexes if (row := index.get(name)) is not None), None)
        if row is None:
            missing.append(name)
        made[name] = tagged if row is None else _with_row(tagged, row)
    if missing and len(missing) == len(found):
        raise InputError(
            f"it names none of the {len(missing):,} transcripts (such as {missing[0]})",
            path=display_name(genes),
            hint="Give the genes of these transcripts; versions of names may differ",
        )
    if missing:
        counts.note("transcripts without a gene in the table of genes", len(missing), example=missing[0])
    return made


def _with_row(tagged: TaggedTranscript, row: Mapping[str, str]) -> TaggedTranscript:
    """Name the gene of a transcript by a row of a table."""
    own = tagged.transcript
    gene = next((row[name] for name in _GENE_COLUMNS if name in row), own.gene_id)
    symbol = next(
        (row[name] for name in _SYMBOL_COLUMNS if name in row), own.gene_names[0] if own.gene_names else ""
    )
    others = [name for name in (*own.gene_names, *row.values()) if name not in {own.id, gene, ""}]
    return tagged._replace(transcript=replace(own, gene_id=gene or symbol, gene_names=_names(symbol, others)))
