"""Names of genes and transcripts, of any database, brought to one name per gene.

Without a map a name is its gene, its version aside. A map has a row per gene or transcript, with its names in columns
that are known by what they are commonly called; any name of a row then stands for the row's gene.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.errors import InputError
from dmiso.io.streams import display_name
from dmiso.io.tables import as_texts, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["GENE_COLUMN_NAMES", "TRANSCRIPT_COLUMN_NAMES", "GeneNames", "plain_name", "read_gene_map"]

GENE_COLUMN_NAMES: Final = (
    *("gene_id", "ensg", "ensembl_gene", "ensembl_gene_id", "ensembl", "Gene ID", "entrez", "entrez_id"),
    *("entrezgene", "ncbi_gene", "symbol", "gene_symbol", "Gene Symbol", "gene_name", "Name", "gene"),
)
"""What columns of genes are called, the first found names the gene."""

TRANSCRIPT_COLUMN_NAMES: Final = (
    *("transcript_id", "Transcript ID", "enst", "ensembl_transcript", "ensembl_transcript_id"),
    *("refseq", "RefSeq", "refseq_id", "refseq_mrna", "transcript", "UTR"),
)
"""What columns of transcripts are called."""

_VERSIONED: Final = re.compile(r"(ENS[A-Z]*[TG]\d{6,}|[NX][MR]_\d+)\.\d{1,3}(_PAR_Y)?")
"""Accessions alone have versions: ``RP11-34P13.7`` is the whole symbol of a gene."""


def plain_name(name: str) -> str:
    """Return a name without white space around it, and an accession without its version.

    Examples
    --------
    >>> [plain_name(name) for name in ("ENSG00000146674.16", " NM_000019.3", "RP11-34P13.7")]
    ['ENSG00000146674', 'NM_000019', 'RP11-34P13.7']
    """
    name = name.strip()
    match = _VERSIONED.fullmatch(name)
    return name if match is None else match[1] + (match[2] or "")


class GeneNames:
    """The gene that each name stands for.

    Parameters
    ----------
    counts
        Filled: names that stand for several genes.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> genes = GeneNames(Counts())
    >>> genes.add("ENSG00000187961", ["NM_198317", "KLHL17"])
    >>> [genes.gene(name) for name in ("NM_198317.2", "KLHL17", "ENSG00000187961.14", "other")]
    ['ENSG00000187961', 'ENSG00000187961', 'ENSG00000187961', 'other']
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._genes: dict[str, str] = {}

    def add(self, gene: str, names: Iterable[str]) -> None:
        """Let names stand for a gene; a name that has one keeps it."""
        gene = self.gene(gene)
        for name in (gene, *map(plain_name, names)):
            if name and self._genes.setdefault(name, gene) != gene:
                self._counts.note("names that stand for several genes: the first counts", example=name)

    def gene(self, name: str) -> str:
        """Return the gene of a name, or the name itself without its version."""
        plain = plain_name(name)
        return self._genes.get(plain, plain)

    def genes(self, names: pl.Series) -> pl.Series:
        """Return the gene of each name; null for null and for an empty name."""
        found: Mapping[str, str] = {name: self.gene(name) for name in names.unique() if name}
        return names.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.String)


def read_gene_map(path: Path, genes: GeneNames, counts: Counts) -> None:
    """Read a table of names into what knows them.

    Parameters
    ----------
    path
        TSV, CSV or Parquet with two or more of the columns :data:`GENE_COLUMN_NAMES` and
        :data:`TRANSCRIPT_COLUMN_NAMES`, in any case. The first of the genes' columns that it has names the gene.
    genes
        Filled.
    counts
        Filled: rows read, and rows without a gene.

    Raises
    ------
    InputError
        If it has no two such columns, or none of a gene.
    """
    table = as_texts(read_table(path))
    own = {name.lower(): name for name in table.columns}
    of_genes = [own[name.lower()] for name in GENE_COLUMN_NAMES if name.lower() in own]
    of_transcripts = [own[name.lower()] for name in TRANSCRIPT_COLUMN_NAMES if name.lower() in own]
    columns = list(dict.fromkeys([*of_genes, *of_transcripts]))
    if not of_genes or len(columns) < 2:
        raise InputError(
            f"a map of genes has a column of genes and another of their names; found {', '.join(table.columns)}",
            path=display_name(path),
            line=1,
            hint="Call them gene_id, symbol, entrez, transcript_id or refseq",
        )
    for gene, *names in table.select(columns).iter_rows():
        named = [name for name in (gene, *names) if name and name.strip() not in {"NA", "-"}]
        if gene and named and named[0] == gene:
            genes.add(gene, named[1:])
        else:
            counts.drop("rows of the map of genes without a gene")
    counts.keep("rows of the map of genes", table.height)
