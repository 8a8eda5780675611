"""A tool's scores brought onto responses: its names of genes and miRNAs to ours, and a score for what it leaves out.

The rule of missing scores: in an experiment of whose miRNA the tool says something, a gene that it does not list has no
site for it, so it takes the tool's lowest score of all, or the score that stands for no site where that is lower still.
An experiment of whose miRNA the tool says nothing is not judged.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.evaluate.genes.judge import GeneScores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.evaluate.genes.gene_names import GeneNames
    from dmiso.evaluate.genes.mirnas import Mirnas
    from dmiso.evaluate.genes.scores import ToolScores
    from dmiso.records import Counts

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["on_responses", "scores_of_table"]

_THOUSANDTHS: Final = 50.0
"""Natural logarithms of Kd above this, without their sign, are in thousandths: scanMiR writes whole numbers."""


def on_responses(
    tool: ToolScores, rows: pl.DataFrame, genes: GeneNames, mirnas: Mirnas, counts: Counts
) -> GeneScores:
    """Give each row of responses the score of a tool.

    Parameters
    ----------
    tool
        From :func:`dmiso.evaluate.genes.scores.read_tools`.
    rows
        Responses.
    genes, mirnas
        Names.
    counts
        Filled: experiments without the tool, genes without a score, and which of the tool's columns named genes.
    """
    key = "experiment" if tool.rows["experiment"].str.len_chars().max() else "mirna_id"
    own = tool.rows.with_columns(gene_id=_genes(tool, rows, genes, counts)).drop_nulls("gene_id")
    own = own.with_columns(mirna_id="experiment") if key == "experiment" else _of_mirnas(own, mirnas)
    summed = _added_up(own, tool.per_site, tool.genes).rename({"mirna_id": "_key"})
    joined = rows.select(pl.col(key).alias("_key"), "gene_id").join(
        summed, on=["_key", "gene_id"], how="left", maintain_order="left"
    )
    known = {*summed["_key"]}
    values = joined["score"].to_numpy().astype(np.float64, copy=True)
    is_judged = joined["_key"].is_in(list(known)).to_numpy()
    lowest = float(summed["score"].min()) if summed.height else 0.0  # type: ignore[arg-type]  # of a Float64 column
    if tool.absent is not None:
        lowest = min(lowest, tool.absent)
    return _filled(tool.name, rows, (values, is_judged, lowest), counts)


def scores_of_table(
    name: str, values: pl.Series, rows: pl.DataFrame, counts: Counts, *, sign: float = 1.0
) -> GeneScores:
    """Return a column of the responses' own table as a score; a row without one takes its lowest.

    Parameters
    ----------
    name
        Of the column.
    values
        Null where it has none; an experiment without any is not judged.
    rows, counts
        As for :func:`on_responses`.
    sign
        -1 where lower scores mean more repression.
    """
    numbers = sign * values.cast(pl.Float64)
    frame = rows.select("experiment").with_columns(_score=numbers)
    is_judged = frame.select(pl.col("_score").is_not_null().any().over("experiment")).to_series().to_numpy()
    lowest = numbers.min()
    found = (numbers.to_numpy().astype(np.float64, copy=True), is_judged, float(lowest or 0.0))  # type: ignore[arg-type]
    return _filled(name, rows, found, counts)


def _filled(name: str, rows: pl.DataFrame, found: tuple[Floats, Flags, float], counts: Counts) -> GeneScores:
    """Give genes without a score the lowest, where the tool says something of the experiment's miRNA."""
    values, is_judged, lowest = found
    missing = np.isnan(values) & is_judged
    values[missing] = lowest
    values[~is_judged] = np.nan
    without = rows.filter(pl.Series(~is_judged))["experiment"].n_unique()
    n_experiments = rows["experiment"].n_unique()
    counts.flow(
        f"experiments (by {name})",
        n_experiments,
        n_experiments - without,
        outcome="judged: it has a score for their miRNA",
        hint="Check the names of miRNAs, or give --mirnas, which knows those of other releases",
    )
    if without:
        counts.note(f"experiments whose miRNA {name} has no score for: it is not judged on them", without)
    if missing.any():
        counts.note(f"genes that {name} has no score for: they take its lowest", int(missing.sum()))
    return GeneScores(name, "scores", values, missing)


def _genes(tool: ToolScores, rows: pl.DataFrame, genes: GeneNames, counts: Counts) -> pl.Series:
    """Return the gene of each of a tool's rows, by the column that names most of the responses' genes."""
    wanted = rows["gene_id"].unique()
    named = {column: genes.genes(tool.rows[column]) for column in tool.genes}
    shared = {
        column: int(wanted.is_in(own.drop_nulls().unique().to_list()).sum()) for column, own in named.items()
    }
    best = max(shared, key=lambda column: shared[column])
    counts.flow(
        f"genes with a response (by {best} of {tool.name})",
        len(wanted),
        shared[best],
        outcome="scored for some miRNA",
        hint="Give --gene-map, a table of the names of each gene, if the tool names them otherwise",
        large=0.9,
    )
    return named[best]


def _of_mirnas(own: pl.DataFrame, mirnas: Mirnas) -> pl.DataFrame:
    """Give each row the experiments' miRNAs that it is of; rows of other miRNAs are left out."""
    columns = ["mirna", "sequence", "seed"]
    said = own.select(columns).unique(maintain_order=True)
    pairs = list(_pairs(said, mirnas))
    of = pl.DataFrame(pairs, schema=[*columns, "mirna_id"], orient="row")
    if not pairs:
        of = pl.DataFrame(schema=dict.fromkeys([*columns, "mirna_id"], pl.String))
    return own.join(of, on=columns, how="inner", maintain_order="left")


def _pairs(said: pl.DataFrame, mirnas: Mirnas) -> Iterator[tuple[str, str, str, str]]:
    """Yield what a tool calls a miRNA, and an experiment's that it is."""
    species = Counter(name.partition("-")[0] for name in mirnas.sequences).most_common(1)[0][0]
    for mirna, sequence, seed in said.iter_rows():
        # a table of families has a row per species: those of others are not about these genes
        if seed and mirna and mirna.partition("-")[0] != species:
            continue
        for name in mirnas.named(mirna, sequence, seed):
            yield mirna, sequence, seed, name


def _added_up(own: pl.DataFrame, per_site: str, names: Sequence[str]) -> pl.DataFrame:
    """Return a row per miRNA and gene: of several transcripts the highest, of the sites of each their sum."""
    score = pl.col("score")
    if per_site == "kd":
        highest = own["score"].abs().max() or 0.0
        scale = 1000.0 if highest > _THOUSANDTHS else 1.0  # type: ignore[operator]  # of a Float64 column
        score = (-score / scale).exp().sum().log()
    elif per_site:
        score = score.sum()
    if per_site:
        own = own.group_by("mirna_id", "gene_id", *names, maintain_order=True).agg(score)
    return own.group_by("mirna_id", "gene_id", maintain_order=True).agg(pl.col("score").max())
