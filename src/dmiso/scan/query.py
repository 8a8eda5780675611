"""Questions to a finished scan, answered by DuckDB on its Parquet files without loading them (``[query]`` extra)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import polars as pl

from dmiso.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["gained_and_lost", "mirnas_of", "run_query", "top_genes"]


def run_query(output: Path, text: str, parameters: list[Any] | None = None) -> pl.DataFrame:
    """Ask a scan a question in SQL.

    Parameters
    ----------
    output
        Folder of the scan; its tables are called ``sites``, ``genes`` and ``genes_total``.
    text
        SQL of DuckDB; ``?`` stands for a parameter.
    parameters
        Values of the question marks.

    Raises
    ------
    MissingExtraError
        If DuckDB is not installed.
    UsageError
        If the folder holds no finished scan, or the question is wrong.
    """
    if find_spec("duckdb") is None:
        raise MissingExtraError("duckdb", extra="query", purpose="asking a scan")
    duckdb = import_module("duckdb")
    with duckdb.connect() as connection:
        for name in ("sites", "genes", "genes_total"):
            path = output / f"{name}.parquet"
            if not path.is_file():
                raise UsageError(f"{path} is not there: {output} holds no finished scan.")
            connection.read_parquet(str(path)).create_view(name)
        try:
            found = connection.execute(text, parameters or [])
        except duckdb.Error as error:
            raise UsageError(f"the question cannot be answered: {str(error).splitlines()[0]}.") from error
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def top_genes(output: Path, mirna: str, n: int = 20) -> pl.DataFrame:
    """Return the best genes of a miRNA, by name or letters."""
    return run_query(
        output,
        "SELECT * EXCLUDE (mirna_sequence) FROM genes WHERE mirna_id = ? OR mirna_sequence = ? "
        "ORDER BY occupancy DESC, gene_id LIMIT ?",
        [mirna, mirna, n],
    )


def mirnas_of(output: Path, gene: str, n: int = 20) -> pl.DataFrame:
    """Return the miRNAs with the highest occupancy on a gene or transcript."""
    return run_query(
        output,
        "SELECT mirna_id, mirna_sequence, gene_id, transcript_id, gene_score, occupancy, n_sites, best_start, "
        "best_end, best_logit, best_q_value FROM genes WHERE gene_id = ? OR transcript_id = ? "
        "ORDER BY occupancy DESC, mirna_id LIMIT ?",
        [gene, gene, n],
    )


def gained_and_lost(output: Path, isomir: str, canonical: str, n: int = 20) -> pl.DataFrame:
    """Return the genes whose score differs most between an isomiR and its canonical miRNA.

    Parameters
    ----------
    output
        Folder of a scan of both.
    isomir, canonical
        Names.
    n
        Genes at most, gains and losses together, the largest change first.

    Returns
    -------
    polars.DataFrame
        ``gene_id``, ``isomir_score``, ``canonical_score``, ``change``; a gene without a site has score 0.

    Raises
    ------
    UsageError
        As :func:`run_query`, or if one of the two has no site in the scan.
    """
    known = run_query(
        output, "SELECT DISTINCT mirna_id FROM genes WHERE mirna_id IN (?, ?)", [isomir, canonical]
    )
    if missing := {isomir, canonical} - set(known["mirna_id"].to_list() if known.height else []):
        raise UsageError(f"{', '.join(sorted(missing))}: no site in this scan. Was it among its miRNAs?")
    return run_query(
        output,
        "WITH i AS (SELECT gene_id, max(gene_score) AS s FROM genes WHERE mirna_id = ? GROUP BY gene_id), "
        "c AS (SELECT gene_id, max(gene_score) AS s FROM genes WHERE mirna_id = ? GROUP BY gene_id) "
        "SELECT coalesce(i.gene_id, c.gene_id) AS gene_id, coalesce(i.s, 0) AS isomir_score, "
        "coalesce(c.s, 0) AS canonical_score, coalesce(i.s, 0) - coalesce(c.s, 0) AS change "
        "FROM i FULL OUTER JOIN c ON i.gene_id = c.gene_id ORDER BY abs(change) DESC, gene_id LIMIT ?",
        [isomir, canonical, n],
    )
