"""The files of a scan: miRNAs with counts, transcripts with coding sequence, genome position and gene.

What is read here decides the shards, so two runs with the same files and settings make the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError, UsageError
from dmiso.io import read_sequences
from dmiso.io.exon_lengths import on_exons
from dmiso.io.splicing import splice_transcripts
from dmiso.io.streams import display_name, require_file
from dmiso.io.transcript_models import TranscriptModel, read_models
from dmiso.io.transcripts import Transcript, read_genes, read_transcripts
from dmiso.io.versions import NameIndex
from dmiso.isomir.counted import read_counted
from dmiso.losses import require_kept
from dmiso.predict.inputs import note_lengths
from dmiso.records import SequenceRecord
from dmiso.repression.blocks import check_as_utrs, declared_utrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["SHORTEST_TRANSCRIPT", "Loaded", "ScanInputs"]

SHORTEST_TRANSCRIPT: Final = 30
"""Shorter transcripts (nt) are noted: no site of usual length fits them."""


@dataclass(frozen=True, slots=True)
class ScanInputs:
    """The files of a scan.

    Parameters
    ----------
    mirnas
        FASTA, FASTQ, a table with counts, or mirGFF3.
    transcripts
        FASTA of mRNAs; None with ``genome`` and ``annotation``.
    cds
        Table of coding sequences on the transcripts.
    annotation
        BED12, GTF or GFF3: exons, coding sequences, genes.
    genome
        FASTA of chromosomes, from which the annotation's transcripts are cut.
    known
        FASTA of all known miRNAs, whose seeds decoys avoid.
    genes
        Table with ``transcript_id`` and ``gene_id``.

    Raises
    ------
    UsageError
        If the combination is wrong or a file is missing.
    """

    mirnas: Path
    transcripts: Path | None = None
    cds: Path | None = None
    annotation: Path | None = None
    genome: Path | None = None
    known: Path | None = None
    genes: Path | None = None

    def __post_init__(self) -> None:
        if (self.transcripts is None) == (self.genome is None):
            raise UsageError("Give either --transcripts, or --genome with --annotation.")
        if self.genome is not None and self.annotation is None:
            raise UsageError("--annotation is missing: it says where the transcripts lie on the --genome.")
        for path in self.files().values():
            require_file(path)

    def files(self) -> dict[str, Path]:
        """Return the files given, by option name."""
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: path for name, path in given if path is not None}

    @property
    def where(self) -> str:
        """The file that transcripts come from, for messages."""
        path = self.transcripts or self.genome
        assert path is not None
        return display_name(path)

    def load(self, counts: Counts, *, as_utrs: bool = False) -> Loaded:
        """Read everything.

        Parameters
        ----------
        counts
            Filled with what was read, left out or changed.
        as_utrs
            The transcripts are 3'UTRs without their mRNAs.

        Raises
        ------
        UsageError
            If 3'UTRs are declared beside coding sequences.
        InputError
            If a record cannot be used, or annotation and transcripts disagree.
        """
        check_as_utrs(as_utrs=as_utrs, cds=self.cds, annotation=self.annotation)
        mirnas, weights = _read_mirnas(self.mirnas, counts)
        models = read_models(self.annotation, counts) if self.annotation else {}
        transcripts = self._transcripts(models, counts)
        if as_utrs:
            transcripts = declared_utrs(transcripts, self.where)
        if short := [t.id for t in transcripts if len(t.sequence) < SHORTEST_TRANSCRIPT]:
            counts.note(f"transcripts shorter than {SHORTEST_TRANSCRIPT} nt", len(short), example=short[0])
        known = (
            [r.sequence for r in read_sequences(self.known, counts, kind="known miRNA")] if self.known else []
        )
        index = NameIndex(models)
        placed = {t.id: m for t in transcripts if (m := index.get(t.id)) is not None}
        return Loaded(mirnas, transcripts, placed, self._genes(transcripts, placed, counts), weights, known)

    def _transcripts(self, models: Mapping[str, TranscriptModel], counts: Counts) -> list[Transcript]:
        if self.transcripts is None:
            assert self.genome is not None
            spliced = splice_transcripts(self.genome, models, counts)
            return [Transcript(name, bases, models[name].cds) for name, bases in spliced.items()]
        found = list(read_transcripts(self.transcripts, counts, cds=self.cds).values())
        if not models:
            return found
        checked, index = [], NameIndex(models)
        self._check_names(found, models, index)
        for transcript in found:
            model = index.get(transcript.id)
            if model is None:
                counts.note("transcripts without a position in the annotation", example=transcript.id)
                checked.append(transcript)
                continue
            fitted = on_exons(transcript, model, counts)
            if fitted is not None:
                checked.append(replace(fitted, cds=fitted.cds or model.cds))
        counts.flow(
            "transcripts",
            len(found),
            len(checked),
            outcome="as long as their exons",
            hint="Use annotation and transcripts of the same release",
        )
        require_kept(counts, path=display_name(self.annotation) if self.annotation else None)
        return checked

    def _check_names(
        self,
        found: Sequence[Transcript],
        models: Mapping[str, TranscriptModel],
        index: NameIndex[TranscriptModel],
    ) -> None:
        """Raise an error if no transcript is in the annotation."""
        if found and all(index.get(t.id) is None for t in found):
            raise InputError(
                f"none of the {len(found):,} transcripts (such as {found[0].id}) is among its {len(models):,} "
                f"(such as {next(iter(models))})",
                path=display_name(self.annotation) if self.annotation else None,
                hint="Use annotation and transcripts with the same names; versions may differ",
            )

    def _genes(
        self, transcripts: Sequence[Transcript], placed: Mapping[str, TranscriptModel], counts: Counts
    ) -> dict[str, str]:
        """Return the gene of each transcript: of the table, the annotation, its header, or the transcript itself."""
        given = read_genes(self.genes, transcripts, counts) if self.genes is not None else {}
        return {
            t.id: given.get(t.id) or (placed[t.id].gene_id if t.id in placed else "") or t.gene_id or t.id
            for t in transcripts
        }


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a scan's files hold.

    Parameters
    ----------
    mirnas, transcripts
        In file order.
    models
        Transcript → its position on the genome, where known.
    genes
        Transcript → gene.
    weights
        miRNA sequence → abundance, 1 for the most abundant; None where no counts are given.
    known
        Sequences of known miRNAs.
    """

    mirnas: list[SequenceRecord]
    transcripts: list[Transcript]
    models: dict[str, TranscriptModel]
    genes: dict[str, str]
    weights: dict[str, float] | None
    known: list[str]


def _read_mirnas(path: Path, counts: Counts) -> tuple[list[SequenceRecord], dict[str, float] | None]:
    """Read miRNAs; records of equal name and sequence are kept once."""
    reads: dict[str, int] = {}
    records: dict[tuple[str, str], SequenceRecord] = {}
    for name, sequence, numbers in read_counted(path, counts, call_names=True).sequences:
        reads[sequence] = reads.get(sequence, 0) + sum(numbers)
        if (name, sequence) in records:
            counts.drop("miRNA records that repeat name and sequence", example=name)
            continue
        records[name, sequence] = SequenceRecord(name, sequence, number=len(records) + 1)
    counts.keep("miRNAs", len(records))
    note_lengths([r.sequence for r in records.values()], counts)
    most = max(reads.values(), default=0)
    counted = len(set(reads.values())) > 1
    return list(records.values()), {s: n / most for s, n in reads.items()} if counted else None
