"""The 3'UTR that stands for each gene: of the transcript that the responses name, else the gene's longest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.evaluate.genes.gene_names import plain_name
from dmiso.io import read_sequences
from dmiso.io.transcripts import read_transcripts

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from numpy.typing import NDArray

    from dmiso.evaluate.genes.gene_names import GeneNames
    from dmiso.records import Counts

__all__ = ["Utr", "Utrs", "read_utrs", "utrs_of_transcripts"]

_SAID: Final = re.compile(r"\b(?:symbol|refseq|gene|gene_id|entrez|transcript)=(\S+)")
_SEPARATORS: Final = re.compile(r"[,;|]")


class Utr(NamedTuple):
    """A 3'UTR on what is known of its transcript, upper-case RNA: it begins at ``start``, 0-based, and ends with it."""

    sequence: str
    start: int

    @property
    def length(self) -> int:
        """Its length, nt."""
        return len(self.sequence) - self.start


class Utrs:
    """3'UTRs by transcript and by gene.

    Examples
    --------
    >>> utrs = Utrs()
    >>> utrs.add("NM_1", "G", Utr("ACGUA", 2))
    >>> utrs.add("NM_2", "G", Utr("ACGUACG", 2))
    >>> utrs.by_gene["G"].length
    5
    """

    def __init__(self) -> None:
        self.by_transcript: dict[str, Utr] = {}
        self.by_gene: dict[str, Utr] = {}

    def add(self, transcript: str, gene: str, utr: Utr) -> None:
        """Take one in; of a gene's the longest stands for it, the first of two alike."""
        self.by_transcript[transcript] = utr
        if gene not in self.by_gene or utr.length > self.by_gene[gene].length:
            self.by_gene[gene] = utr

    def of_rows(self, rows: pl.DataFrame) -> tuple[list[Utr], NDArray[np.int64]]:
        """Return the 3'UTRs of responses, each once, and the number of each row's among them; -1 where it is not known.

        Parameters
        ----------
        rows
            With ``transcript_id`` (may be null) and ``gene_id``.
        """
        found: list[Utr] = []
        numbers: dict[tuple[str | None, str], int] = {}
        for key in rows.select("transcript_id", "gene_id").unique(maintain_order=True).iter_rows():
            transcript, gene = key
            utr = self.by_transcript.get(plain_name(transcript)) if transcript else None
            utr = utr or self.by_gene.get(gene)
            numbers[key] = -1 if utr is None else len(found)
            if utr is not None:
                found.append(utr)
        pairs = rows.select("transcript_id", "gene_id").iter_rows()
        return found, np.array([numbers[pair] for pair in pairs], np.int64)


def utrs_of_transcripts(path: Path, cds: Path | None, genes: GeneNames, counts: Counts) -> Utrs:
    """Read the 3'UTRs of mRNAs.

    Parameters
    ----------
    path
        FASTA of mRNAs.
    cds
        Table of their coding sequences; None takes those that headers of GENCODE say.
    genes
        Names of genes; the genes that headers name are added.
    counts
        Filled: mRNAs without a coding sequence.

    Raises
    ------
    InputError
        As :func:`dmiso.io.transcripts.read_transcripts`.
    """
    utrs = Utrs()
    for transcript in read_transcripts(path, counts, cds=cds).values():
        if transcript.cds is None:
            counts.drop(
                "transcripts without a coding sequence: their 3'UTR is not known", example=transcript.id
            )
            continue
        name = plain_name(transcript.id)
        if transcript.gene_id and genes.gene(name) == name:
            genes.add(transcript.gene_id, [name])
        utrs.add(name, genes.gene(name), Utr(transcript.sequence, transcript.cds[1]))
    return utrs


def read_utrs(path: Path, genes: GeneNames, counts: Counts) -> Utrs:
    """Read 3'UTRs.

    Parameters
    ----------
    path
        FASTA; the first word of a header is a gene or transcript, and ``symbol=``, ``refseq=``, ``gene=``, ``entrez=``
        and ``transcript=`` in the rest are more names of it, several joined by commas.
    genes
        Names of genes; a gene is called as the map of genes calls one of its names, else by its first word.
    counts
        Filled.
    """
    utrs = Utrs()
    for record in read_sequences(path, counts, kind="3'UTR"):
        said = [
            name for words in _SAID.findall(record.description) for name in _SEPARATORS.split(words) if name
        ]
        names = [plain_name(name) for name in (record.id, *said)]
        known = (genes.gene(name) for name in names)
        gene = next((own for own, name in zip(known, names, strict=True) if own != name), names[0])
        genes.add(gene, names)
        for name in names:
            utrs.add(name, gene, Utr(record.sequence, 0))
    return utrs
