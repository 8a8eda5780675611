"""What the headers of transcript FASTA files say: of GENCODE, Ensembl, RefSeq and the UCSC table browser."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["TranscriptHeader", "read_header"]

_UCSC: Final = re.compile(r"^[A-Za-z]+\d*_[A-Za-z]\w*?_((?:N|X)[MR]_\d+(?:\.\d+)?|ENST\d+(?:\.\d+)?)$")
_CDS: Final = re.compile(r"CDS:(\d{1,9})-(\d{1,9})")
_ENSEMBL: Final = re.compile(r"ENS[A-Z]*(?P<kind>[TG])\d{6,}(?:\.\d+)?(?:_PAR_Y)?")
_SYMBOLS: Final = re.compile(r"^(\S+) \[organism=|\(([\w.-]+)\), ")
"""The gene in NCBI's titles: ``A2M [organism=Homo sapiens]``, ``Homo sapiens … (A2M), transcript variant 1, mRNA``."""
_REFSEQ: Final = re.compile(r"[NX][MR]_\d+(?:\.\d+)?")
_GENCODE_FIELDS: Final = 7
_BANKS: Final = ("ref", "gb", "emb", "dbj", "lcl", "tpg")
"""What stands before an accession in NCBI's names with pipes."""


class TranscriptHeader(NamedTuple):
    """Name, gene and coding sequence (0-based half-open on the transcript) as a header gives them."""

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
    >>> read_header("ENSG00000223997|ENST00000415118"), read_header("my|own").id
    (TranscriptHeader(id='ENST00000415118', gene_id='ENSG00000223997', gene_name='', cds=None), 'my|own')
    >>> read_header("NM_000014.6", "Homo sapiens alpha-2-macroglobulin (A2M), transcript variant 1, mRNA").gene_name
    'A2M'
    >>> read_header("hg19_ct_UserTrack_3545_NM_173083").id, read_header("gi|4507|ref|NM_000014.6|").id
    ('NM_173083', 'NM_000014.6')
    """
    if "|" in name:
        return _of_pipes(name)
    if match := _UCSC.match(name):
        return TranscriptHeader(match.group(1))
    if _REFSEQ.fullmatch(name):
        # their annotation names genes by symbol
        symbol = "".join(found[-1]) if (found := _SYMBOLS.findall(description)) else ""
        return TranscriptHeader(name, symbol, symbol)
    said = dict(word.partition(":")[::2] for word in description.split() if ":" in word)
    return TranscriptHeader(name, said.get("gene", ""), said.get("gene_symbol", ""))


def _of_pipes(name: str) -> TranscriptHeader:
    """Read the fields of GENCODE, of NCBI or of BioMart; other names with pipes are left whole."""
    fields = name.split("|")
    for bank, accession in pairwise(fields):
        if bank in _BANKS and accession:
            return TranscriptHeader(accession)
    if len(fields) >= _GENCODE_FIELDS and fields[6].isdecimal():
        bounds = next((match for field in fields if (match := _CDS.fullmatch(field))), None)
        cds = (int(bounds[1]) - 1, int(bounds[2])) if bounds else None
        return TranscriptHeader(fields[0], fields[1], fields[5], cds)
    named = {match["kind"]: field for field in fields if (match := _ENSEMBL.fullmatch(field))}
    return TranscriptHeader(named["T"], named.get("G", "")) if "T" in named else TranscriptHeader(name)
