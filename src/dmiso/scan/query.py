"""Questions to a finished scan, answered by DuckDB on its Parquet files without loading them (``[query]`` extra).

A question may come from anyone (a script, a web page, a colleague): it can read the scan's tables, and nothing else,
and takes only so much memory and time. DuckDB obeys an interruption only between two pieces of its work, and a piece
may take hours, so a question with a time limit runs in a child that can be ended.
"""

from __future__ import annotations

import signal
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import polars as pl

from dmiso.errors import UsageError
from dmiso.extras import require_extra
from dmiso.io.parquet import parquet_frame, scan_parquet_file
from dmiso.references import open_reference
from dmiso.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["gained_and_lost", "mirnas_of", "run_query", "top_genes"]

_TABLES: Final = ("sites", "genes", "genes_total")

_CLOSED: Final = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,  # else a name in a question could be a variable of this program
    "memory_limit": "2GB",  # a question that needs more gets an error; it must not take the whole machine
    "max_temp_directory_size": "10GB",  # nor the disk
}
_MOST_ROWS: Final = 1_000_000
"""Rows of an answer: they are held in memory, half a gigabyte of ten columns."""
_ROWS_AT_ONCE: Final = 10_000
_LOCKS: Final = ("SET enable_external_access = false", "SET lock_configuration = true")
"""A question is a stranger's text: it reaches the scan's own tables and nothing else of the machine."""


class _Question(NamedTuple):
    """What a child needs: the scan's folder, a folder for links and temporary files, SQL and its parameters."""

    output: Path
    room: Path
    text: str
    parameters: list[Any]


class _UsedReference(msgspec.Struct):
    """What a manifest says of the reference, as far as it is asked."""

    name: str


class _Manifest(msgspec.Struct):
    """What a manifest says, as far as it is asked."""

    reference: _UsedReference | None = None


def run_query(
    output: Path, text: str, parameters: list[Any] | None = None, *, time_limit: float | None = None
) -> pl.DataFrame:
    """Ask a scan a question in SQL.

    Parameters
    ----------
    output
        Folder of the scan; its tables are called ``sites``, ``genes`` and ``genes_total``.
    text
        SQL of DuckDB; ``?`` stands for a parameter.
    parameters
        Values of the question marks.
    time_limit
        Seconds after which the question is given up; None lets it take its time.

    Raises
    ------
    MissingExtraError
        If DuckDB is not installed.
    UsageError
        If the folder holds no finished scan, the question is wrong, or more than one SELECT, or has no answer of a
        million rows at most within the time and memory it may take.
    """
    require_extra("duckdb")
    with TemporaryDirectory(prefix="dmiso-query-") as room:
        question = _Question(output, Path(room), text, parameters or [])
        if time_limit is None:
            return _answer(question)
        with Crew(2) as crew:  # one job, so one child
            try:
                [(_, found)] = crew.map(_answer_in_child, [question], seconds=time_limit)
            except TimeoutError as error:
                raise UsageError(
                    f"the question had no answer after {time_limit:g} s and was given up. Ask for less (a narrower "
                    "WHERE, no join without a condition, an end to each RECURSIVE), or give it more time."
                ) from error
        return found


def _answer_in_child(question: _Question, report: Callable[[int], None]) -> pl.DataFrame:
    """Answer in a process that a signal ends at once: Python's own handlers wait for DuckDB."""
    del report
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return _answer(question)


def _answer(question: _Question) -> pl.DataFrame:
    duckdb = import_module("duckdb")
    output, room = question.output, question.room
    with duckdb.connect(config={**_CLOSED, "temp_directory": str(room / "spilled")}) as connection:
        paths = [_linked(output / f"{name}.parquet", room) for name in _TABLES]
        try:
            for name, path in zip(_TABLES, paths, strict=True):
                connection.read_parquet(str(path)).create_view(name)
            quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
            connection.execute(f"SET allowed_paths = [{quoted}]")
            for setting in _LOCKS:
                connection.execute(setting)
            _check_only_reads(duckdb, connection.extract_statements(question.text))
            found = connection.execute(question.text, question.parameters)
            names = [column[0] for column in found.description or []]
            rows = _rows(found)
        except duckdb.Error as error:
            for name in _TABLES:
                parquet_frame(output / f"{name}.parquet")  # a damaged table is not a mistake of the question
            raise UsageError(_told(str(error), room, output)) from error
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"two columns of the answer are called {twice[0]}: name one of them with AS.")
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def _rows(found: Any) -> list[tuple[Any, ...]]:
    """Return all rows of an answer, if they are not too many."""
    rows: list[tuple[Any, ...]] = []
    while part := found.fetchmany(_ROWS_AT_ONCE):
        rows += part
        if len(rows) > _MOST_ROWS:
            raise UsageError(
                f"the answer has more than {_MOST_ROWS:,} rows. Ask for less (WHERE, LIMIT), or read the scan's "
                "Parquet files themselves."
            )
    return rows


def _linked(path: Path, folder: Path) -> Path:
    """Return a plain name of a table: in names of folders DuckDB takes ``*``, ``?`` and ``[`` for wildcards."""
    if not path.is_file():
        raise UsageError(f"{path} is not there: {path.parent} holds no finished scan.")
    link = folder / path.name
    link.symlink_to(path.resolve())
    return link


def _check_only_reads(duckdb: Any, statements: Sequence[Any]) -> None:
    """Refuse what is not one SELECT: the tables' own files are open to DuckDB, and COPY would write them."""
    kinds = [statement.type for statement in statements]
    if len(kinds) != 1:
        raise UsageError(f"{len(kinds)} statements were found; a question is one SELECT.")
    if kinds[0] != duckdb.StatementType.SELECT:  # nor EXPLAIN: EXPLAIN ANALYZE COPY writes
        raise UsageError(f"a question is a SELECT, not a {kinds[0].name}: it only reads the scan's tables.")


def _told(message: str, links: Path, output: Path) -> str:
    """Return the first line of DuckDB's error, with the tables that can be asked."""
    said = message.replace(str(links), str(output)).splitlines()[0].strip().rstrip(".")
    if "disabled by configuration" in said or "has been locked" in said:
        return f"the question cannot be answered ({said}). Only the scan's own tables are read: {', '.join(_TABLES)}."
    return (
        f"the question cannot be answered: {said}. Tables are {', '.join(_TABLES)}; "
        "DESCRIBE sites lists the columns of one."
    )


def top_genes(output: Path, mirna: str, n: int = 20) -> pl.DataFrame:
    """Return the genes that a miRNA, by name or nucleotides, represses most."""
    _require_repression(output)
    return run_query(
        output,
        "SELECT * EXCLUDE (mirna_sequence) FROM genes WHERE mirna_id = ? OR mirna_sequence = ? "
        "ORDER BY repression NULLS LAST, occupancy DESC, gene_id LIMIT ?",
        [mirna, mirna, n],
    )


def mirnas_of(output: Path, gene: str, n: int = 20) -> pl.DataFrame:
    """Return the miRNAs that repress a gene or transcript most.

    Parameters
    ----------
    output
        Folder of the scan.
    gene
        Identifier of a gene or transcript as the scan has it; of a scan with a reference any name that the reference
        knows: a symbol, an identifier without its version.
    n
        Rows at most.

    Raises
    ------
    UsageError
        As :func:`run_query`, or if the scan has no such gene.
    """
    _require_repression(output)
    names = [gene]
    if not _has_gene(output, names):
        names = _names_in_reference(output, gene)
        if not _has_gene(output, names):
            raise UsageError(
                f"{gene}: no miRNA of this scan has a site or a seed site in it, or it was not scanned."
            )
    return run_query(
        output,
        "SELECT mirna_id, mirna_sequence, gene_id, transcript_id, repression, repression_low, repression_high, "
        "n_seed_sites, binding, occupancy, n_sites, best_start, best_end, best_logit, best_q_value "
        "FROM genes WHERE list_contains(?, gene_id) OR list_contains(?, transcript_id) "
        "ORDER BY repression NULLS LAST, occupancy DESC, mirna_id LIMIT ?",
        [names, names, n],
    )


def _has_gene(output: Path, names: Sequence[str]) -> bool:
    genes = scan_parquet_file(output / "genes.parquet")
    own = pl.col("gene_id").is_in(names) | pl.col("transcript_id").is_in(names)
    return genes.filter(own).head(1).collect().height > 0


def _names_in_reference(output: Path, gene: str) -> list[str]:
    """Return the identifiers of a gene in the reference that a scan was made with; none without a reference.

    Raises
    ------
    UsageError
        If the reference is not on this machine, or knows no such gene.
    """
    try:
        # a path of an input may be no UTF-8; the reference's name always is
        text = (output / "scan.manifest.json").read_text(encoding="utf-8", errors="replace")
        used = msgspec.json.decode(text, type=_Manifest).reference
    except (OSError, msgspec.DecodeError):
        used = (
            None  # a folder of shards put together by hand has no manifest: then it has no reference either
        )
    if used is None:
        return []
    found = open_reference(used.name).find_transcripts(gene)
    return sorted({name for one in found for name in (one.transcript.gene_id, one.transcript.id) if name})


def gained_and_lost(output: Path, isomir: str, canonical: str, n: int = 20) -> pl.DataFrame:
    """Return the genes whose repression differs most between an isomiR and its canonical miRNA.

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
        ``gene_id``; ``isomir_repression``, ``canonical_repression`` and ``repression_difference``, negative where the
        isomiR represses more, empty where the coding sequence is not known; and the same of ``binding``. A gene without
        a row for one of both has 0 there.

    Raises
    ------
    UsageError
        As :func:`run_query`, or if one of the two has no gene in the scan, or the scan no repression.
    """
    _require_repression(output)
    known = run_query(
        output, "SELECT DISTINCT mirna_id FROM genes WHERE mirna_id IN (?, ?)", [isomir, canonical]
    )
    if missing := {isomir, canonical} - set(known["mirna_id"].to_list() if known.height else []):
        raise UsageError(f"{', '.join(sorted(missing))}: no site in this scan. Was it among its miRNAs?")
    return run_query(output, _COMPARED, [isomir, canonical, isomir, canonical, n])


_COMPARED: Final = (
    "WITH per AS (SELECT mirna_id, gene_id, min(repression) AS r, max(binding) AS b FROM genes "
    "WHERE mirna_id IN (?, ?) GROUP BY mirna_id, gene_id), "
    "i AS (SELECT * FROM per WHERE mirna_id = ?), c AS (SELECT * FROM per WHERE mirna_id = ?), "
    "both_of AS (SELECT coalesce(i.gene_id, c.gene_id) AS gene_id, i.r IS NOT NULL OR c.r IS NOT NULL AS known, "
    "coalesce(i.r, 0) AS ir, coalesce(c.r, 0) AS cr, coalesce(i.b, 0) AS ib, coalesce(c.b, 0) AS cb "
    "FROM i FULL OUTER JOIN c ON i.gene_id = c.gene_id) "
    "SELECT gene_id, CASE WHEN known THEN ir END AS isomir_repression, "
    "CASE WHEN known THEN cr END AS canonical_repression, CASE WHEN known THEN ir - cr END AS repression_difference, "
    "ib AS isomir_binding, cb AS canonical_binding, ib - cb AS binding_difference "
    "FROM both_of ORDER BY abs(repression_difference) DESC NULLS LAST, abs(binding_difference) DESC, gene_id LIMIT ?"
)


def _require_repression(output: Path) -> None:
    """Refuse the tables of a scan from before there was repression."""
    path = output / "genes.parquet"
    if path.is_file() and "repression" not in scan_parquet_file(path).collect_schema():
        raise UsageError(
            f"{path} has no repression: an earlier dmiso made it. The scan's own command with --resume puts its shards "
            "together again, now with repression; --sql asks the tables as they are."
        )
