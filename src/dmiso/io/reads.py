"""Reads with their qualities from whatever holds them: FASTQ, BAM or SAM, told apart by content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.io.bam import read_bam
from dmiso.io.fastq import read_fastq
from dmiso.io.phred import with_phred33
from dmiso.io.streams import display_name, open_input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmiso.io.fastq import Read
    from dmiso.records import Counts

__all__ = ["read_reads"]

_BAM: Final = b"BAM\1"
_CRAM: Final = b"CRAM"
_SAM: Final = (b"@HD\t", b"@SQ\t", b"@RG\t", b"@PG\t", b"@CO\t")
"""How a SAM file's first line begins; a FASTQ's begins with @ and a read's name."""


def read_reads(path: Path, counts: Counts, *, umi_tag: str | None = None) -> Iterator[Read]:
    """Read FASTQ (plain or compressed), BAM or SAM.

    Parameters
    ----------
    path
        A file; a pipe only within :func:`dmiso.io.streams.read_once`, as it is opened twice.
    counts
        Gets notes: qualities that were converted, alignments that were left out or turned back.
    umi_tag
        Tag with a molecule's label; of FASTQ, in the header as ``samtools fastq -T`` writes it.

    Yields
    ------
    Read
        In file order, qualities as Phred+33.

    Raises
    ------
    InputError
        If the file is none of these, is CRAM, or is damaged.
    MissingExtraError
        If it is BAM or SAM and pysam is not installed.
    """
    with open_input(path) as handle:
        begin: bytes = handle.peek(len(_BAM))[: len(_BAM)]  # type: ignore[attr-defined]  # a BufferedReader
    if begin == _CRAM:
        tag = f" -T {umi_tag}" if umi_tag else ""
        name = display_name(path)
        raise InputError(
            "CRAM needs the genome that it was made with",
            path=name,
            hint=f"Turn it into FASTQ: samtools fastq{tag} --reference genome.fa {name} > reads.fastq",
        )
    if begin == _BAM or begin in _SAM:
        return read_bam(path, counts, umi_tag=umi_tag)
    return with_phred33(read_fastq(path, umi_tag=umi_tag), counts, name=path.name)
