"""Which miRNAs bind which genes, held until all are known: 20 bytes per miRNA and gene.

5,000 miRNAs on 20,000 genes make tens of millions of such rows. Names are kept as numbers, and sorting, which needs
the same again, is done for some genes at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["BoundGenes"]

_COLUMNS: Final = ("gene_id", "mirna_id", "occupancy", "n_sites")
_ROWS_AT_ONCE: Final = 2_000_000


class BoundGenes:
    """Rows of miRNAs and genes with a reported site.

    Parameters
    ----------
    genes, mirnas
        Names of all.

    Examples
    --------
    >>> bound = BoundGenes(["g1", "g2"], ["m"])
    >>> bound.add(pl.DataFrame({"gene_id": ["g2"], "mirna_id": ["m"], "occupancy": [0.5], "n_sites": [1]}))
    >>> next(bound.parts()).rows()
    [('g2', 'm', 0.5, 1)]
    """

    def __init__(self, genes: Iterable[str], mirnas: Iterable[str]) -> None:
        # in the order of their names, so that sorting by number sorts by name
        self._genes = pl.Enum(sorted(set(genes)))
        # narrower than the columns' declared types, for memory; what comes out again has those
        narrow = (self._genes, pl.Enum(sorted(set(mirnas))), pl.Float64(), pl.Int32())
        self._schema = pl.Schema(zip(_COLUMNS, narrow, strict=True))
        self._rows = [pl.DataFrame(schema=self._schema)]

    def add(self, genes: pl.DataFrame) -> None:
        """Hold the genes of some miRNAs that have a reported site.

        Parameters
        ----------
        genes
            ``gene_id``, ``mirna_id``, ``occupancy`` and ``n_sites``.
        """
        bound = genes.filter(pl.col("n_sites") > 0)
        self._rows.append(bound.select(pl.col(name).cast(dtype) for name, dtype in self._schema.items()))

    def parts(self, *, rows_at_once: int = _ROWS_AT_ONCE) -> Iterator[pl.DataFrame]:
        """Yield all rows, about so many at a time, all of a gene together.

        Parameters
        ----------
        rows_at_once
            In a part, on average.
        """
        n_rows, n_genes = sum(frame.height for frame in self._rows), len(self._genes.categories)
        n_parts = max(1, min(n_genes, -(-n_rows // rows_at_once)))
        number = pl.col("gene_id").to_physical()
        for part in range(n_parts):
            first, end = part * n_genes // n_parts, (part + 1) * n_genes // n_parts
            among = (number >= first) & (number < end)
            rows = pl.concat([frame.filter(among) for frame in self._rows])
            yield rows.with_columns(pl.col("n_sites").cast(pl.Int64))
