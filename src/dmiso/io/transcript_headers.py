"""What the headers of transcript FASTA files say: of GENCODE, Ensembl, RefSeq and the UCSC table browser."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["TranscriptHeader", "read_header"]

_UCSC: Final = re.compile(r"^[A-Za-z]+\d*_[A-Za-z]\w*?_((?:N|X)[MR]_\d+(?:\.\d+)?|ENST\d+(?:\.\d+)?)$")
_CDS: Final = re.compile(r"CDS:(\d+)-(\d+)")
_BANKS: Final = ("ref", "gb", "emb", "dbj", "lcl", "tpg")
"""What stands before an accession in NCBI's names with pipes."""


class TranscriptHeader(NamedTuple):
    """Name, gene and coding sequence (0-based half-open on the transcript) as a header tells them."""

    id: str
    gene_id: str = ""
    gene_name: str = ""
    cds: tuple[int, int] | None = None


def read_header(name: str, description: str = "") -> TranscriptHeader:
    """Read a FASTA header.

    Parameters
    ----------
    name
        Its first word.
    description
        The rest.

    Returns
    -------
    TranscriptHeader
        Of a header in no known style the name is the first word.

    Examples
    --------
    >>> read_header("ENST00000616016.5|ENSG00000187634.13|-|-|SAMD11-209|SAMD11|3465|UTR5:1-509|CDS:510-3044|")
    TranscriptHeader(id='ENST00000616016.5', gene_id='ENSG00000187634.13', gene_name='SAMD11', cds=(509, 3044))
    >>> read_header("ENST00000415118.1", "cdna chromosome:GRCh38:14:1:8:1 gene:ENSG00000223997.1 gene_symbol:TRDD1")
    TranscriptHeader(id='ENST00000415118.1', gene_id='ENSG00000223997.1', gene_name='TRDD1', cds=None)
    >>> read_header("hg19_ct_UserTrack_3545_NM_173083").id, read_header("gi|4507|ref|NM_000014.6|").id
    ('NM_173083', 'NM_000014.6')
    """
    if "|" in name:
        return _of_pipes(name.split("|"))
    if match := _UCSC.match(name):
        return TranscriptHeader(match.group(1))
    said = dict(word.partition(":")[::2] for word in description.split() if ":" in word)
    return TranscriptHeader(name, said.get("gene", ""), said.get("gene_symbol", ""))


def _of_pipes(fields: list[str]) -> TranscriptHeader:
    """Read GENCODE's fields, or NCBI's."""
    for bank, accession in pairwise(fields):
        if bank in _BANKS and accession:
            return TranscriptHeader(accession)
    bounds = next((match for field in fields if (match := _CDS.fullmatch(field))), None)
    cds = (int(bounds[1]) - 1, int(bounds[2])) if bounds else None
    gene_id, gene_name = (fields[i] if len(fields) > i else "" for i in (1, 5))
    return TranscriptHeader(fields[0], gene_id, gene_name, cds)
