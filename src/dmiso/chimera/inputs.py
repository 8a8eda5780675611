"""What ``dmiso chimeras`` reads: files, references, and which files are one sample."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dmiso.chimera.sample import SampleFiles
from dmiso.errors import UsageError
from dmiso.io.streams import base_name, require_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ChimeraInputs", "samples_of"]

_ENDINGS: Final = (".gz", ".bz2", ".xz", ".zst", ".fastq", ".fq", ".bam", ".sam", ".unmapped", ".ubam")
_NO_SAMPLE: Final = re.compile(r"[/\\,\s]|^\.")
"""What a sample's name cannot have."""


@dataclass(frozen=True, slots=True)
class ChimeraInputs:
    """What is read.

    Parameters
    ----------
    reads
        FASTQ, BAM or SAM files.
    mature, hairpin, gff3, species
        Reference miRNAs, see :func:`dmiso.isomir.reference.read_reference`.
    transcripts, cds
        mRNAs and their coding sequences, see :func:`dmiso.io.transcripts.read_transcripts`.
    samples
        Name of the sample of each file; files of one name are one sample. Empty: a sample per file.
    barcodes
        Barcodes of samples: the files hold the reads of all of them.
    """

    reads: tuple[Path, ...]
    mature: Path
    transcripts: Path
    hairpin: Path | None = None
    gff3: Path | None = None
    species: str | None = None
    cds: Path | None = None
    samples: tuple[str, ...] = ()
    barcodes: Path | None = None


def samples_of(inputs: ChimeraInputs) -> list[SampleFiles]:
    """Return the samples, in the order of their first files; all files together where barcodes part them.

    Raises
    ------
    UsageError
        If names and files differ in number, a name cannot be a folder's, or two files without names given are
        called alike.
    """
    for path in inputs.reads:
        require_file(path)
    if inputs.barcodes is not None:
        if inputs.samples:
            raise UsageError("--barcodes names the samples: leave --sample out.")
        require_file(inputs.barcodes)
        return [SampleFiles("all reads", inputs.reads)]
    names = list(inputs.samples) or _names_of(inputs.reads)
    if len(names) != len(inputs.reads):
        raise UsageError(
            f"{len(names)} --sample were given for {len(inputs.reads)} files of reads; give one per file."
        )
    files: dict[str, list[Path]] = {}
    for name, path in zip(names, inputs.reads, strict=True):
        if not name or set(name) & set("/\\,\t ") or name.startswith("."):
            raise UsageError(f"{name!r} cannot name a sample: use letters, digits, '-', '_' and '.'.")
        files.setdefault(name, []).append(path)
    return [SampleFiles(name, tuple(paths)) for name, paths in files.items()]


def _names_of(files: Sequence[Path]) -> list[str]:
    """Return the samples' names by those of their files."""
    names = []
    for path in files:
        name = base_name(path)
        for ending in _ENDINGS:
            name = name.removesuffix(ending)
        # a file may be called as no folder and no column can be
        names.append(_NO_SAMPLE.sub("_", name or base_name(path)))
    if len(set(names)) < len(names):
        raise UsageError(
            "two files of reads have the same name. Name their samples with --sample, once per file."
        )
    return names
