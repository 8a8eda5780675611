"""Transcripts cut out of a genome by their models, one chromosome in memory at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dmiso.alphabet import reverse_complement
from dmiso.errors import InputError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.io.transcript_models import TranscriptModel
    from dmiso.records import Counts

__all__ = ["plain_chromosome", "splice_transcripts"]

_HUMAN: Final = re.compile(r"NC_0000(0[1-9]|1[0-9]|2[0-4])(?:\.[0-9]+)?")
"""RefSeq's accessions of the human chromosomes, NC_000001 to NC_000024."""
_HUMAN_MT: Final = re.compile(r"NC_012920(?:\.[0-9]+)?")
_SEX: Final = {23: "X", 24: "Y"}
_REFSEQ: Final = "NC_"
_SHOWN: Final = 3


def plain_chromosome(name: str) -> str:
    """Return a chromosome's name as Ensembl writes it, so that other names of the same are found too.

    UCSC's ``chr1`` and ``chrM``, and RefSeq's accessions of human chromosomes in any version (GRCh37 and GRCh38 differ
    in it). Accessions of other species stay: no rule gives their chromosome.

    Examples
    --------
    >>> [plain_chromosome(name) for name in ("chr1", "1", "chrM", "MT", "chrUn_KI270742v1")]
    ['1', '1', 'MT', 'MT', 'Un_KI270742v1']
    >>> [plain_chromosome(name) for name in ("NC_000001.11", "NC_000023.10", "NC_012920.1", "NC_000067.7")]
    ['1', 'X', 'MT', 'NC_000067.7']
    """
    if accession := _HUMAN.fullmatch(name):
        number = int(accession[1])
        return _SEX.get(number, str(number))
    if _HUMAN_MT.fullmatch(name):
        return "MT"
    plain = name.removeprefix("chr")
    return "MT" if plain in {"M", "MT"} else plain


def splice_transcripts(genome: Path, models: Mapping[str, TranscriptModel], counts: Counts) -> dict[str, str]:
    """Cut transcripts out of a genome.

    Parameters
    ----------
    genome
        FASTA of chromosomes.
    models
        Name → model.
    counts
        Filled with transcripts whose chromosome is not in the file, or too short: they are left out.

    Returns
    -------
    dict
        Name → RNA 5'→3', in the order of ``models``.

    Raises
    ------
    InputError
        If no chromosome of the models is in the genome, or an exon ends beyond its chromosome.
    """
    by_chromosome: dict[str, list[TranscriptModel]] = {}
    for model in models.values():
        by_chromosome.setdefault(model.chromosome, []).append(model)
    wanted = {plain_chromosome(name): name for name in by_chromosome}
    found: dict[str, str] = {}
    seen: list[str] = []
    for record in read_sequences(genome, counts, kind="chromosome"):
        seen.append(record.id)
        name = record.id if record.id in by_chromosome else wanted.get(plain_chromosome(record.id))
        if name is None or name not in by_chromosome:
            continue
        if name != record.id:
            counts.note(
                "chromosomes called otherwise in annotation and genome", example=f"{name}, {record.id}"
            )
        for model in by_chromosome.pop(name):
            found[model.id] = _spliced(model, record.sequence, genome)
    if models and not found:
        raise InputError(
            f"no chromosome of the annotation ({_listed(by_chromosome)}) is in the genome ({_listed(seen)})",
            path=display_name(genome),
            hint=_hint(by_chromosome, seen),
        )
    for chromosome, left in by_chromosome.items():
        counts.drop("transcripts whose chromosome is not in the genome file", len(left), example=chromosome)
    return {name: found[name] for name in models if found.get(name)}


def _spliced(model: TranscriptModel, chromosome: str, genome: Path) -> str:
    """Return the sequence of one transcript."""
    if model.exons[-1][1] > len(chromosome):
        raise InputError(
            f"an exon ends at {model.exons[-1][1]}, chromosome {model.chromosome} at {len(chromosome)}",
            path=display_name(genome),
            record=model.id,
            hint="Use genome and annotation of the same assembly",
        )
    bases = "".join(chromosome[a:b] for a, b in model.exons)
    return reverse_complement(bases) if model.strand == "-" else bases


def _hint(annotated: Iterable[str], seen: Iterable[str]) -> str:
    """Return what to do where no chromosome of one file is in the other."""
    advice = "Use genome and annotation of the same assembly and of one source of names"
    of_refseq = [any(name.startswith(_REFSEQ) for name in names) for names in (annotated, seen)]
    if of_refseq[0] != of_refseq[1]:
        advice += ": accessions such as NC_000067.7 are matched with names such as chr1 for human only"
    return advice


def _listed(names: Iterable[str]) -> str:
    """Return some names, for a message."""
    every = list(names)
    return ", ".join(every[:_SHOWN]) + (", …" if len(every) > _SHOWN else "")
