"""The genes of sites that are known by genome coordinates alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dmiso.io.gene_intervals import GeneIntervals
    from dmiso.records import Counts

__all__ = ["name_genes"]


def name_genes(frame: pl.DataFrame, genes: GeneIntervals, counts: Counts) -> pl.DataFrame:
    """Fill ``gene_name`` where a row names no gene and its coordinates lie on a gene's exons.

    Parameters
    ----------
    frame
        Interactions with ``chromosome``, ``strand``, ``genome_start`` and ``genome_end`` (0-based half-open), null
        where they are unknown.
    genes
        Where exons lie, on the genome release of the coordinates.
    counts
        Filled with rows that got a gene, that got several, and that lie on none.

    Returns
    -------
    polars.DataFrame
        The same rows; several genes are written with commas between, the one with the most nucleotides first.
    """
    placed = pl.all_horizontal(pl.col("chromosome", "strand", "genome_start", "genome_end").is_not_null())
    unnamed = placed & pl.col("gene_name").is_null() & pl.col("gene_id").is_null()
    asked = frame.select(unnamed).to_series().to_list()
    names: list[str | None] = [None] * frame.height
    several = 0
    columns = ("chromosome", "strand", "genome_start", "genome_end")
    for i, row in enumerate(frame.select(columns).iter_rows()):
        if asked[i]:
            found = genes.find(*row)
            names[i] = ",".join(found) or None
            several += len(found) > 1
    named = sum(name is not None for name in names)
    for sentence, n in {
        "sites named by their genome coordinates with the gene whose exon they lie on": named,
        "of these, sites on exons of several genes": several,
        "sites whose genome coordinates lie on no exon of a gene": sum(asked) - named,
    }.items():
        if n:
            counts.note(sentence, n)
    return frame.with_columns(gene_name=pl.coalesce("gene_name", pl.Series(names, dtype=pl.String)))
