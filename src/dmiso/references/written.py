"""The files of a reference as they are written: FASTA with a line per sequence, tables, and the index."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from dmiso.io.streams import open_input
from dmiso.io.table_writer import write_table
from dmiso.references.index import TranscriptIndex, sum_of
from dmiso.references.representatives import gene_of, represent
from dmiso.references.stored import FILES, INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.isomir.reference import Hairpin, Mature
    from dmiso.references.gathered import TaggedTranscript

__all__ = ["copy_plain", "write_small_rnas", "write_transcripts"]


def write_small_rnas(path: Path, records: Sequence[Mature] | Sequence[Hairpin]) -> None:
    """Write miRNAs or hairpins as FASTA; the accession follows the name, as in miRBase's own files."""
    with path.open("w", encoding="ascii", newline="\n") as handle:
        for record in records:
            accession = f" {record.accession}" if record.accession != record.id else ""
            handle.write(f">{record.id}{accession}\n{record.sequence}\n")


def copy_plain(source: Path, target: Path) -> None:
    """Copy an input, decompressed."""
    with open_input(source) as handle, target.open("wb") as copy:
        shutil.copyfileobj(handle, copy)


def write_transcripts(folder: Path, transcripts: Mapping[str, TaggedTranscript]) -> None:
    """Write transcripts, their coding sequences, their genes and their index.

    Parameters
    ----------
    folder
        To write to.
    transcripts
        By name, in the order to keep.
    """
    held = list(transcripts.values())
    offsets = _write_fasta(folder / FILES["transcripts"], held)
    own = [tagged.transcript for tagged in held]
    bounds = [transcript.cds for transcript in own]
    starts, ends = ([-1 if part is None else part[i] for part in bounds] for i in (0, 1))
    symbols = [next(iter(transcript.gene_names), "") for transcript in own]
    ids = [transcript.id for transcript in own]
    if any(bounds):
        cds = pl.DataFrame({"transcript_id": ids, "cds_start": starts, "cds_end": ends})
        write_table(folder / FILES["cds"], cds.filter(pl.col("cds_start") >= 0))
    genes = {"transcript_id": ids, "gene_id": [gene_of(tagged) or tagged.transcript.id for tagged in held]}
    write_table(folder / FILES["genes"], pl.DataFrame(genes | {"gene_name": symbols}))
    index = TranscriptIndex(
        ids=ids,
        gene_ids=[transcript.gene_id for transcript in own],
        gene_names=symbols,
        others=[" ".join(transcript.gene_names[1:]) for transcript in own],
        lengths=[len(transcript.sequence) for transcript in own],
        cds_starts=starts,
        cds_ends=ends,
        offsets=offsets,
        sums=b"".join(sum_of(transcript.sequence) for transcript in own),
        tags=["; ".join(tagged.tags) for tagged in held],
        represents=represent(held),
    )
    (folder / INDEX).write_bytes(msgspec.msgpack.encode(index))


def _write_fasta(path: Path, held: Sequence[TaggedTranscript]) -> list[int]:
    """Write nucleotides, a line per transcript; return where each begins."""
    offsets, position = [], 0
    with path.open("wb") as handle:
        for tagged in held:
            head = f">{tagged.transcript.id}\n".encode("ascii")
            offsets.append(position + len(head))
            line = tagged.transcript.sequence.encode("ascii") + b"\n"
            handle.write(head + line)
            position += len(head) + len(line)
    return offsets
