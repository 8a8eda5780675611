"""Tables of fold changes as edgeR, DESeq2 and limma write them, recognised by their headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.errors import InputError
from dmiso.evaluate.genes.gene_names import GENE_COLUMN_NAMES, TRANSCRIPT_COLUMN_NAMES
from dmiso.evaluate.genes.lined import ROW_NAMES, column_of, numbers
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.evaluate.genes.gene_names import GeneNames
    from dmiso.records import Counts
    from dmiso.settings.evaluate_genes import EvaluateGenesSettings

__all__ = ["DifferentialLayout", "differential_layout", "read_fold_changes"]


class DifferentialLayout(NamedTuple):
    """A program's names of log2 fold change, false discovery rate and mean expression."""

    name: str
    fold_change: str
    fdr: str
    expression: str
    expression_is_log: bool = True


_LAYOUTS: Final = (
    DifferentialLayout("edgeR", "logFC", "FDR", "logCPM"),
    DifferentialLayout("limma", "logFC", "adj.P.Val", "AveExpr"),
    DifferentialLayout("DESeq2", "log2FoldChange", "padj", "baseMean", expression_is_log=False),
)
_NAMES: Final = ("GeneID", "ID", "genes", "id")
"""What columns of genes are called in such tables, beside what they are called elsewhere."""


def differential_layout(columns: list[str]) -> DifferentialLayout | None:
    """Return the program that wrote a table of fold changes; None if the header is of none.

    Examples
    --------
    >>> differential_layout(["gene_id", "logFC", "AveExpr", "t", "P.Value", "adj.P.Val", "B"]).name
    'limma'
    """
    return next(
        (layout for layout in _LAYOUTS if layout.fold_change in columns and layout.fdr in columns), None
    )


def read_fold_changes(
    table: pl.DataFrame,
    path: Path,
    genes: GeneNames,
    settings: EvaluateGenesSettings,
    counts: Counts,
    *,
    sign: int,
) -> pl.DataFrame:
    """Return responses of one experiment.

    Parameters
    ----------
    table
        From :func:`dmiso.evaluate.genes.lined.read_lined`.
    path
        For messages.
    genes
        Names of genes.
    settings
        What a gene needs to respond, and to be kept.
    counts
        Filled: rows without a fold change, of low expression, and repeated genes.
    sign
        -1 where the miRNA was added, so that a gene that falls responds; 1 where it was taken away.

    Returns
    -------
    polars.DataFrame
        ``gene_id``, ``response``, ``responds``: a row per gene, the first of each counts.

    Raises
    ------
    InputError
        If no column names genes, or a number cannot be read.
    """
    layout = differential_layout(table.columns)
    assert layout is not None
    names = (*GENE_COLUMN_NAMES, *TRANSCRIPT_COLUMN_NAMES, *_NAMES)
    column = ROW_NAMES if ROW_NAMES in table.columns else column_of(table, names)
    if column is None:
        raise InputError(
            f"no column names genes; found {', '.join(table.columns[:-1])}",
            path=display_name(path),
            line=1,
            hint="Call it gene_id",
        )
    response = sign * numbers(table, layout.fold_change, path, declared="response")
    fdr = numbers(table, layout.fdr, path, declared="p_value")
    # DESeq2 leaves the rate of genes empty that it does not test: they do not respond
    responds = (response >= settings.min_fold_change) & (fdr <= settings.max_fdr).fill_null(value=False)
    frame = pl.DataFrame(
        {
            "gene_id": genes.genes(table[column]),
            "response": response,
            "responds": responds.cast(pl.Int8),
        }
    )
    kept = frame["gene_id"].is_not_null() & frame["response"].is_not_null()
    _count(counts, "rows of fold changes without a gene or a fold change", ~kept)
    if settings.min_expression is not None and layout.expression in table.columns:
        low = _log_expression(table, layout, path) < settings.min_expression
        low = low.fill_null(value=True) & kept
        _count(counts, "rows of fold changes of genes expressed less than asked for", low)
        kept &= ~low
    frame = frame.filter(kept)
    _count(counts, "rows of fold changes of a gene that came before", ~frame["gene_id"].is_first_distinct())
    return frame.unique("gene_id", keep="first", maintain_order=True)


def _count(counts: Counts, what: str, rows: pl.Series) -> None:
    if n := int(rows.sum()):
        counts.drop(what, n)


def _log_expression(table: pl.DataFrame, layout: DifferentialLayout, path: Path) -> pl.Series:
    """Return mean expression on a log2 scale; minus infinity of 0 reads."""
    values = numbers(table, layout.expression, path)
    return values if layout.expression_is_log else values.clip(lower_bound=0).log(2)
