"""Changes explained: files in, ``variants.tsv`` out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dmiso.columns import schema_of
from dmiso.errors import InputError, UsageError
from dmiso.explain.model import explain_stored
from dmiso.explain.output import DIGITS, folder_for, write_manifest
from dmiso.explain.variant_scores import VARIANT_COLUMNS, score_changes
from dmiso.explain.variants import Sequences, edited, parse_change, read_changes, read_vcf
from dmiso.io import read_sequences, write_table
from dmiso.io.streams import display_name
from dmiso.io.transcript_models import read_models
from dmiso.io.transcripts import read_transcripts
from dmiso.losses import require_kept
from dmiso.records import Counts
from dmiso.repression.blocks import check_as_utrs, declared_utrs, note_unknown_regions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.explain.variants import Change, OnBad
    from dmiso.models import StoredModel

__all__ = ["VariantInputs", "explain_variants_files"]


@dataclass(frozen=True, slots=True)
class VariantInputs:
    """What changes are scored.

    Parameters
    ----------
    mirnas, transcripts
        FASTA.
    changes
        Written like HGVS.
    changes_file
        A file of such changes, one per line.
    vcf, annotation
        VCF, and BED12, GTF or GFF3 with the transcripts' positions on the genome.
    cds
        Coding bounds of transcripts, for positions ``c.``.
    a_to_i
        Score A-to-I editing of every A of the miRNAs too.
    on_bad
        ``stop`` at, or ``skip``, a change that cannot be used.
    as_utrs
        The transcripts are 3'UTRs without their mRNAs.
    """

    mirnas: Path
    transcripts: Path
    changes: tuple[str, ...] = ()
    changes_file: Path | None = None
    vcf: Path | None = None
    annotation: Path | None = None
    cds: Path | None = None
    a_to_i: bool = False
    on_bad: OnBad = "stop"
    as_utrs: bool = False


def explain_variants_files(
    stored: StoredModel,
    inputs: VariantInputs,
    output: Path,
    *,
    min_change: float = 0.0,
    command: Sequence[str] = ("dmiso", "explain", "variants"),
    progress: Callable[[int], None] | None = None,
) -> tuple[pl.DataFrame, Counts]:
    """Score single-base changes and write ``variants.tsv`` and ``manifest.json``.

    Parameters
    ----------
    stored
        As :func:`dmiso.models.resolve` gives it.
    inputs
        Sequences and changes.
    output
        Folder of the results.
    min_change
        Rows whose logit changes less are left out, and counted.
    command
        For the manifest.
    progress
        Called with the number of rows scored since the last call.

    Raises
    ------
    UsageError
        If there is nothing to score, or a VCF without annotation.
    InputError
        If a change cannot be used.
    """
    if not (inputs.changes or inputs.changes_file or inputs.vcf or inputs.a_to_i):
        raise UsageError("no change to score: name one, or use --changes, --vcf or --a-to-i")
    if inputs.vcf is not None and inputs.annotation is None:
        raise UsageError(
            "--vcf needs --annotation: where the transcripts lie on the genome (BED12, GTF or GFF3)"
        )
    counts = Counts()
    sequences = _sequences(inputs, counts)
    changes = _changes(inputs, sequences, counts)
    lost = sum(n for kind, n in counts.dropped.items() if kind.startswith("changes"))
    counts.flow(
        "changes",
        len(changes) + lost,
        len(changes),
        outcome="usable",
        hint="Check that changes, --transcripts and --annotation are of the same release and assembly",
    )
    given = (inputs.vcf, inputs.changes_file, inputs.annotation if inputs.vcf else None)
    require_kept(counts, path=" and ".join(display_name(path) for path in given if path) or None)
    model = explain_stored(stored)
    scored = score_changes(model, changes, sequences, threshold=stored.config.min_score, progress=progress)
    kept = scored.filter(pl.col("logit_change").abs() >= min_change)
    if dropped := scored.height - kept.height:
        counts.drop(f"rows whose logit changes by less than {min_change:g}", dropped)
    for effect in ("gain", "loss"):
        if n := kept.filter(pl.col("effect") == effect).height:
            counts.note(f"sites with effect {effect}", n)
    folder_for(output)
    write_table(output / "variants.tsv", kept, schema_of(VARIANT_COLUMNS), digits=DIGITS)
    named = {
        name: path
        for name in ("mirnas", "transcripts", "changes_file", "vcf", "annotation", "cds")
        if (path := getattr(inputs, name)) is not None
    }
    write_manifest(output, command, named, counts, [stored], settings={"min_change": min_change})
    return kept, counts


def _sequences(inputs: VariantInputs, counts: Counts) -> Sequences:
    mirnas = {record.id: record.sequence for record in read_sequences(inputs.mirnas, counts, kind="miRNA")}
    check_as_utrs(as_utrs=inputs.as_utrs, cds=inputs.cds)
    transcripts = list(read_transcripts(inputs.transcripts, counts, cds=inputs.cds).values())
    if inputs.as_utrs:
        transcripts = declared_utrs(transcripts, display_name(inputs.transcripts))
    note_unknown_regions(transcripts, counts)
    cds = {one.id: one.cds for one in transcripts if one.cds is not None}
    return Sequences(mirnas, {one.id: one.sequence for one in transcripts}, cds)


def _changes(inputs: VariantInputs, sequences: Sequences, counts: Counts) -> list[Change]:
    changes = []
    for text in inputs.changes:
        try:
            changes.append(parse_change(text, sequences))
        except ValueError as error:
            where = f"{display_name(inputs.mirnas)} and {display_name(inputs.transcripts)}"
            raise InputError(str(error), path=where, record=text) from error
    if inputs.changes_file is not None:
        changes += read_changes(inputs.changes_file, sequences, counts, on_bad=inputs.on_bad)
    if inputs.vcf is not None and inputs.annotation is not None:
        models = read_models(inputs.annotation, counts)
        changes += read_vcf(inputs.vcf, models, sequences, counts, on_bad=inputs.on_bad)
    if inputs.a_to_i:
        changes += edited(sequences.mirnas)
    return changes
