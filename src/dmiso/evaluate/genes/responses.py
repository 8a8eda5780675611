"""Responses of genes to miRNAs: long tables of many experiments, or a table of fold changes per experiment.

Both become one frame, a row per experiment and gene, whose ``response`` is positive where the miRNA represses: minus
the log2 fold change after over-expression, plus it after knock-out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.columns import RESPONSE_COLUMNS, schema_of
from dmiso.errors import InputError, printable
from dmiso.evaluate.genes.differential import differential_layout, read_fold_changes
from dmiso.evaluate.genes.experiments import find_experiment, read_experiments
from dmiso.evaluate.genes.gene_names import GENE_COLUMN_NAMES, TRANSCRIPT_COLUMN_NAMES
from dmiso.evaluate.genes.lined import LINE, ROW_NAMES, column_of, is_numeric, numbers, read_lined, sequences
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.evaluate.genes.experiments import Experiment
    from dmiso.evaluate.genes.gene_names import GeneNames
    from dmiso.records import Counts
    from dmiso.settings.evaluate_genes import EvaluateGenesSettings

__all__ = ["Responses", "read_responses"]

_SETS: Final = ("experiment_set", "set")
_MIRNAS: Final = ("mirna_id", "mirna_name", "mirna")
_NOT_SCORES: Final = {"response", "responds", "study", "kind", "pvalue", "p_value", "fdr", "padj"}


class Responses(NamedTuple):
    """Responses, and the scores that came with them.

    Parameters
    ----------
    rows
        Columns :data:`RESPONSE_COLUMNS`, a row per experiment and gene; ``mirna_sequence`` and ``transcript_id`` are
        null where they are not given.
    scores
        The scores of long tables by name, in the order of the rows, null where a table has none.
    """

    rows: pl.DataFrame
    scores: pl.DataFrame


def read_responses(
    paths: Sequence[Path],
    genes: GeneNames,
    settings: EvaluateGenesSettings,
    counts: Counts,
    *,
    experiments: Path | None = None,
) -> Responses:
    """Read responses.

    Parameters
    ----------
    paths
        Long tables (``experiment``, ``gene_id`` or ``transcript_id``, ``response``, ``mirna_id``; perhaps ``responds``,
        ``set``, ``mirna_sequence``; every other numeric column is a score), and tables of fold changes.
    genes
        Names of genes.
    settings
        What a gene needs to respond.
    counts
        Filled.
    experiments
        The table that says of which miRNA each table of fold changes is.

    Raises
    ------
    InputError
        If a file is of neither kind, two files name one experiment, or there is nothing in any.
    """
    listed = None if experiments is None else read_experiments(experiments)
    parts, scores = [], []
    for path in paths:
        table = read_lined(path)
        if differential_layout(table.columns) is not None:
            experiment = _experiment_of(listed, path, experiments)
            found = _one_experiment(table, path, experiment, genes, settings, counts)
            more = pl.DataFrame({LINE: pl.zeros(found.height, dtype=pl.Int64, eager=True)})
        else:
            found, more = _long_table(table, path, genes, settings, counts)
        parts.append(found)
        scores.append(more)
    _check_once(parts, paths)
    rows = pl.concat(parts)
    if rows.is_empty():
        raise InputError(
            "no gene has a response", path=display_name(paths[0]), hint="Give tables of responses with rows"
        )
    counts.keep("experiments", rows["experiment"].n_unique())
    counts.keep("genes with a response, of all experiments", rows.height)
    return Responses(rows, pl.concat(scores, how="diagonal_relaxed").drop(LINE))


def _experiment_of(listed: list[Experiment] | None, path: Path, table: Path | None) -> Experiment:
    if listed is None or table is None:
        raise InputError(
            "a table of fold changes does not say of which miRNA it is",
            path=display_name(path),
            hint="Give --experiments: a table with the columns file, mirna_id and kind (oe or ko)",
        )
    return find_experiment(listed, path, table)


def _one_experiment(
    table: pl.DataFrame,
    path: Path,
    experiment: Experiment,
    genes: GeneNames,
    settings: EvaluateGenesSettings,
    counts: Counts,
) -> pl.DataFrame:
    """Return the rows of a table of fold changes."""
    found = read_fold_changes(table, path, genes, settings, counts, sign=experiment.sign)
    head = {
        "experiment_set": experiment.experiment_set,
        "experiment": experiment.name,
        "mirna_id": experiment.mirna_id,
        "mirna_sequence": experiment.mirna_sequence or None,
        "transcript_id": None,
    }
    return found.with_columns(pl.lit(value, pl.String).alias(name) for name, value in head.items()).select(
        pl.col(name).cast(dtype) for name, dtype in schema_of(RESPONSE_COLUMNS).items()
    )


def _long_table(
    table: pl.DataFrame, path: Path, genes: GeneNames, settings: EvaluateGenesSettings, counts: Counts
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows and the scores of a long table."""
    gene = column_of(table, GENE_COLUMN_NAMES)
    transcript = column_of(table, TRANSCRIPT_COLUMN_NAMES)
    mirna, group = column_of(table, _MIRNAS), column_of(table, _SETS)
    _check_columns(table, path, {"gene_id": gene or transcript, "mirna_id": mirna})
    response = numbers(table, "response", path, declared="response")
    responds = (
        numbers(table, "responds", path, declared="responds")
        if "responds" in table.columns
        else (response >= settings.min_fold_change).cast(pl.Int8)
    )
    nothing = pl.Series([None] * table.height, dtype=pl.String)
    given = "mirna_sequence" in table.columns
    bases = sequences(table, "mirna_sequence", path) if given else nothing
    rows = pl.DataFrame(
        {
            "experiment_set": table[group].fill_null("all")
            if group
            else pl.Series(["all"] * table.height, dtype=pl.String),
            "experiment": table["experiment"],
            "mirna_id": table[mirna or ""],
            "mirna_sequence": bases,
            "transcript_id": table[transcript] if transcript else nothing,
            "gene_id": genes.genes(table[gene or transcript or ""]),
            "response": response,
            "responds": responds.fill_null(0),
        },
        schema=schema_of(RESPONSE_COLUMNS),
    )
    taken = {*filter(None, (gene, transcript, mirna, group)), *GENE_COLUMN_NAMES, *TRANSCRIPT_COLUMN_NAMES}
    taken |= {LINE, ROW_NAMES, "experiment", "mirna_sequence"}
    scored = [
        name
        for name in table.columns
        if name not in taken and name.lower() not in _NOT_SCORES and is_numeric(table[name])
    ]
    scores = table.select(LINE, *(numbers(table, name, path).alias(printable(name)) for name in scored))
    kept = _each_once(rows, counts)
    return rows.filter(kept), scores.filter(kept)


def _check_columns(table: pl.DataFrame, path: Path, found: dict[str, str | None]) -> None:
    """Refuse a table that is neither long nor of fold changes."""
    missing = [name for name in ("experiment", "response") if name not in table.columns]
    missing += [name for name, column in found.items() if column is None]
    if missing:
        raise InputError(
            f"the header is neither of edgeR, DESeq2 or limma nor of a long table: {', '.join(missing)} is missing; "
            f"found {', '.join(name for name in table.columns if name != LINE)}",
            path=display_name(path),
            line=1,
            hint="A long table has the columns experiment, mirna_id, gene_id and response",
        )


def _each_once(rows: pl.DataFrame, counts: Counts) -> pl.Series:
    """Say which rows count: those with all names and a response, and each gene once per experiment."""
    known = pl.all_horizontal(pl.col("experiment", "mirna_id", "gene_id", "response").is_not_null())
    is_first = pl.struct("experiment_set", "experiment", "mirna_id", "gene_id").is_first_distinct()
    found = rows.select(known=known, kept=known & is_first)
    if n := int((~found["known"]).sum()):
        counts.drop("rows of responses without an experiment, a miRNA, a gene or a response", n)
    if n := int((found["known"] & ~found["kept"]).sum()):
        counts.drop("rows of responses of a gene that came before in its experiment", n)
    return found["kept"]


def _check_once(parts: Sequence[pl.DataFrame], paths: Sequence[Path]) -> None:
    """Refuse experiments that two files have, and one that is of two miRNAs."""
    seen: dict[str, Path] = {}
    for part, path in zip(parts, paths, strict=True):
        mirnas = part.group_by("experiment", maintain_order=True).agg(
            pl.struct("experiment_set", "mirna_id").n_unique()
        )
        for experiment, n in mirnas.iter_rows():
            if experiment in seen or n > 1:
                other = (
                    f"is in {display_name(seen[experiment])} too"
                    if experiment in seen
                    else "has several miRNAs or sets"
                )
                raise InputError(
                    f"the experiment {experiment} {other}",
                    path=display_name(path),
                    hint="Give each experiment a name of its own, one miRNA and one set",
                )
            seen[experiment] = path
