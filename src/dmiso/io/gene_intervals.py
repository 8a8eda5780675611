"""Where genes and their exons lie on the genome: from GTF, GFF3 or BED12, or a table of intervals.

Sites that are known by coordinates alone find their gene here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.errors import InputError
from dmiso.io.splicing import plain_chromosome
from dmiso.io.streams import display_name, open_input
from dmiso.io.tables import read_table
from dmiso.io.transcript_models import read_models

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.records import Counts

__all__ = ["GeneIntervals", "read_gene_intervals"]

_TABLE: Final = ("type", "chrom", "start1", "end", "strand", "gene_name")
"""Header of a table of intervals: 1-based, closed, a row per part of a gene."""
_EXON: Final = "exon"


class _Lane(NamedTuple):
    """Exons of one strand of one chromosome, ascending by start; ``reach`` is the largest end so far."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    reach: NDArray[np.int64]
    genes: list[str]


class GeneIntervals:
    """Finds genes by the genome position of a site.

    Parameters
    ----------
    exons
        ``chromosome``, ``strand``, ``start``, ``end`` (0-based half-open) and ``gene_name``.

    Examples
    --------
    >>> exons = pl.DataFrame({"chromosome": ["chr1", "chr1"], "strand": ["+", "+"], "start": [10, 60],
    ...     "end": [50, 90], "gene_name": ["A", "B"]})
    >>> genes = GeneIntervals(exons)
    >>> genes.find("1", "+", 40, 65), genes.find("1", "-", 40, 65), genes.find("1", "+", 52, 58)
    (['A', 'B'], [], [])
    """

    def __init__(self, exons: pl.DataFrame) -> None:
        self._lanes: dict[tuple[str, str], _Lane] = {}
        for (chromosome, strand), rows in exons.group_by("chromosome", "strand", maintain_order=True):
            ordered = rows.sort("start", "end", "gene_name")
            ends = ordered["end"].to_numpy()
            self._lanes[plain_chromosome(str(chromosome)), str(strand)] = _Lane(
                ordered["start"].to_numpy(),
                ends,
                np.maximum.accumulate(ends),
                ordered["gene_name"].to_list(),
            )

    def find(self, chromosome: str, strand: str, start: int, end: int) -> list[str]:
        """Return the genes whose exons share nucleotides with a site, the one with the most first.

        Parameters
        ----------
        chromosome, strand
            With or without ``chr``.
        start, end
            0-based half-open.
        """
        lane = self._lanes.get((plain_chromosome(chromosome), strand))
        if lane is None:
            return []
        shared: dict[str, int] = {}
        at = int(np.searchsorted(lane.starts, end, side="left")) - 1
        # exons before this one end where the site begins, or earlier, once their largest end does
        while at >= 0 and lane.reach[at] > start:
            n = min(int(lane.ends[at]), end) - max(int(lane.starts[at]), start)
            if n > 0:
                gene = lane.genes[at]
                shared[gene] = max(shared.get(gene, 0), n)
            at -= 1
        return sorted(shared, key=lambda gene: (-shared[gene], gene))


def read_gene_intervals(path: Path, counts: Counts) -> GeneIntervals:
    """Read where the exons of genes lie.

    Parameters
    ----------
    path
        GTF, GFF3 or BED12, or a table with the columns ``type``, ``chrom``, ``start1``, ``end`` (1-based, closed),
        ``strand`` and ``gene_name``, of which rows of type ``exon`` are read.
    counts
        Filled with the exons read.

    Raises
    ------
    InputError
        If no gene is named, or the file is none of these.
    """
    with open_input(path) as stream:
        header = stream.readline(4096).decode("utf-8", "replace").rstrip("\r\n").split("\t")
    exons = _of_table(path) if set(_TABLE) <= set(header) else _of_models(path, counts)
    if exons.is_empty():
        raise InputError(
            "no exon with the name of a gene is in it",
            path=display_name(path),
            hint="Give GTF or GFF3 with gene_name, or a table with the columns " + ", ".join(_TABLE),
        )
    counts.note("exons of genes read", exons.height, example=display_name(path))
    return GeneIntervals(exons)


def _of_table(path: Path) -> pl.DataFrame:
    """Read a table of intervals."""
    rows = read_table(path, required=_TABLE).with_row_index("line", offset=2).filter(pl.col("type") == _EXON)
    exons = rows.select(
        "line",
        pl.col("chrom").alias("chromosome"),
        "strand",
        (pl.col("start1").cast(pl.Int64, strict=False) - 1).alias("start"),
        pl.col("end").cast(pl.Int64, strict=False),
        "gene_name",
    )
    whole = pl.all_horizontal(pl.exclude("line").is_not_null()) & (pl.col("start") >= 0)
    broken = exons.filter(~(whole & (pl.col("start") < pl.col("end"))))
    if broken.height:
        raise InputError(
            f"{broken.height:,} exons have no whole start1 and end from 1 up, strand or gene_name",
            path=display_name(path),
            line=int(broken["line"][0]),
            hint="Give positions counted from 1, the last one included, and a name for each exon's gene",
        )
    return exons.drop("line")


def _of_models(path: Path, counts: Counts) -> pl.DataFrame:
    """Read transcript models and take their exons."""
    rows: list[Sequence[object]] = [
        (model.chromosome, model.strand, start, end, model.gene_name or model.gene_id)
        for model in read_models(path, counts).values()
        for start, end in model.exons
        if model.gene_name or model.gene_id
    ]
    names = ("chromosome", "strand", "start", "end", "gene_name")
    kinds = (pl.String, pl.String, pl.Int64, pl.Int64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
