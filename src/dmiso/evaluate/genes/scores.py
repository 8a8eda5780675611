"""Scores of genes by any tool, read into one form: a row per miRNA and gene, higher = more repression."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.alphabet import inside
from dmiso.errors import InputError, UsageError, did_you_mean, printable
from dmiso.evaluate.genes.lined import LINE, is_numeric, numbers, read_lined
from dmiso.evaluate.genes.score_layouts import HEADLESS, generic_columns, is_headless, score_layout
from dmiso.io.atomic import COMPRESSED
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from dmiso.evaluate.genes.score_layouts import GenericColumns, ScoreLayout
    from dmiso.records import Counts

__all__ = ["ToolScores", "read_tools"]


class ToolScores(NamedTuple):
    """What a tool says of genes.

    Parameters
    ----------
    name
        How tables name it.
    rows
        ``mirna``, ``seed`` (positions 2-8, of a whole family), ``sequence``, ``experiment`` (empty where the tool does
        not say them), the columns of :attr:`genes`, and ``score``.
    genes
        Columns that may name the gene.
    absent
        Score of a gene that the tool does not list, if it lists others of the miRNA; None is its lowest.
    per_site
        ``sum`` or ``kd`` where rows are sites; empty where the best row of a gene is the gene's.
    path
        Its file, for messages.
    """

    name: str
    rows: pl.DataFrame
    genes: tuple[str, ...]
    absent: float | None
    per_site: str = ""
    path: Path | None = None


def read_tools(
    paths: Sequence[Path],
    counts: Counts,
    *,
    columns: Collection[str] = (),
    also: Collection[str] = (),
    lower_is_better: Collection[str] = (),
) -> list[ToolScores]:
    """Read tables of scores.

    Parameters
    ----------
    paths
        Outputs of known tools (:mod:`dmiso.evaluate.genes.score_layouts`); tables with a miRNA or experiment, a gene
        and scores; or, without a score, sets of targets.
    counts
        Filled: rows read.
    columns
        Columns of scores to take; none takes the tool's own, or every numeric one.
    also
        Columns of other tables, which may be among those asked for.
    lower_is_better
        Names of scores of which lower ones mean more repression.

    Raises
    ------
    InputError
        If a column is missing or not numeric, or two scores have one name.
    UsageError
        If no table has a column that is asked for.
    """
    found: dict[str, ToolScores] = {}
    seen = {*also}
    for path in paths:
        tools, names = _read(path, columns, lower_is_better)
        seen |= {*names}
        for tool in tools:
            name = tool.name if tool.name not in found else f"{_stem(path)}.{tool.name}"
            if name in found:
                raise InputError(
                    f"a second table has scores called {tool.name}",
                    path=display_name(path),
                    hint="Rename one of the files",
                )
            found[name] = tool._replace(name=printable(name), path=path)
            counts.keep(f"rows of scores of {name}", tool.rows.height)
    if unknown := next((name for name in columns if name not in seen), None):
        raise UsageError(f"--score-column {unknown}: no table has it. {did_you_mean(unknown, seen)}.")
    return list(found.values())


def _read(
    path: Path, columns: Collection[str], lower_is_better: Collection[str]
) -> tuple[list[ToolScores], list[str]]:
    """Return the scores of one table, and its columns."""
    table = read_lined(path)
    names = [name for name in table.columns if name != LINE]
    if is_headless(names):
        table = read_lined(path, header=HEADLESS.marks)
        return [_known(table, path, HEADLESS, columns)], list(HEADLESS.marks)
    layout = score_layout(names)
    if layout is not None:
        return [_known(table, path, layout, columns)], names
    return _generic(table, path, columns, lower_is_better), names


def _known(table: pl.DataFrame, path: Path, layout: ScoreLayout, columns: Collection[str]) -> ToolScores:
    """Return the scores of a known tool."""
    asked = [name for name in columns if name in table.columns]
    score = asked[0] if asked else next(name for name in layout.scores if name in table.columns)
    values = numbers(table, score, path)
    if values.null_count() == len(values) > 0:
        raise InputError(
            "no row has a value",
            path=display_name(path),
            column=score,
            hint="Repression needs coding sequences: dmiso scan with --cds. --score-column takes another column"
            if layout.name == "dmiso"
            else "Take another column with --score-column",
        )
    if layout.per_site != "kd":
        values = -values if layout.lower_is_better and score not in layout.higher else values
    genes = tuple(name for name in layout.genes if name in table.columns)
    if not genes:
        raise InputError(
            f"scores of {layout.name} name genes by {' or '.join(layout.genes)}; found {_found(table)}",
            path=display_name(path),
            line=1,
            hint="Keep that column of the tool's output",
        )
    rows = _rows(table, genes, layout.mirna, layout.sequence, seed=layout.seed)
    rows = rows.with_columns(values.alias("score")).filter(pl.col("score").is_not_null())
    return ToolScores(layout.name, rows, genes, layout.absent, layout.per_site)


def _generic(
    table: pl.DataFrame, path: Path, columns: Collection[str], lower_is_better: Collection[str]
) -> list[ToolScores]:
    """Return every score of a table of no known tool; of one without scores, the set of its rows."""
    own = generic_columns([name for name in table.columns if name != LINE])
    if not own.genes or not (own.mirna or own.sequence or own.experiment):
        missing = "gene" if not own.genes else "miRNA"
        raise InputError(
            f"no column names the {missing}; found {_found(table)}",
            path=display_name(path),
            line=1,
            hint="Call them mirna_id and gene_id (or transcript_id, symbol, entrez, refseq)",
        )
    rows = _rows(table, own.genes, own.mirna, own.sequence, experiment=own.experiment)
    scored = _chosen(table, own, columns)
    if not scored:
        return [ToolScores(_stem(path), rows.with_columns(score=pl.lit(1.0)), own.genes, 0.0)]
    tools = []
    for name in scored:
        shown = name if len(scored) > 1 or name != "score" else _stem(path)
        sign = -1.0 if {name, shown} & {*lower_is_better} else 1.0
        values = (sign * numbers(table, name, path)).alias("score")
        own_rows = rows.with_columns(values).filter(pl.col("score").is_not_null())
        tools.append(ToolScores(shown, own_rows, own.genes, None))
    return tools


def _chosen(table: pl.DataFrame, own: GenericColumns, columns: Collection[str]) -> list[str]:
    """Return the columns of scores: those asked for, else all that hold numbers."""
    asked = [name for name in columns if name in table.columns]
    return asked or [name for name in own.others if is_numeric(table[name])]


def _rows(
    table: pl.DataFrame,
    genes: Sequence[str],
    mirna: str,
    sequence: str,
    *,
    seed: str = "",
    experiment: str = "",
) -> pl.DataFrame:
    """Return who each row is of, as text, empty where the table does not say."""
    said = {"mirna": mirna, "sequence": sequence, "seed": seed, "experiment": experiment}
    rows = table.select(
        *((pl.col(column) if column else pl.lit("")).alias(name) for name, column in said.items()),
        *(pl.col(column) for column in genes),
    )
    # of nucleotides only what compares matters: a sequence of other characters is nobody's
    spelled = {text: inside(text) for text in rows["sequence"].unique() if text} | {
        text: inside(text) for text in rows["seed"].unique() if text
    }
    return rows.with_columns(
        pl.col("mirna", "experiment").fill_null("").str.strip_chars(),
        pl.col("sequence", "seed").fill_null("").replace(spelled),
    )


def _found(table: pl.DataFrame) -> str:
    return ", ".join(name for name in table.columns if name != LINE)


def _stem(path: Path) -> str:
    name = path.name
    for ending in COMPRESSED:
        name = name.removesuffix(ending)
    return name.partition(".")[0] or "scores"
