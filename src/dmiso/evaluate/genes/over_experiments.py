"""The tables of an evaluation of gene scores: each experiment, means over experiments, paired tests.

An experiment counts once, whatever its number of genes. Experiments of one seed family are not independent, as the same
genes respond, so intervals and tests draw whole families with replacement.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import (
    EXPERIMENT_METRIC_COLUMNS,
    GENE_COMPARISON_COLUMNS,
    GENE_METRIC_COLUMNS,
    schema_of,
)
from dmiso.evaluate.bootstrap import difference, interval
from dmiso.evaluate.compare import holm
from dmiso.evaluate.genes.measures import GENE_METRICS, OF_RESPONDERS, sign_test

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmiso.evaluate.genes.judge import GeneScores, Judge

__all__ = ["PART_OF_GENES", "comparison_table", "experiment_table", "metric_table"]

PART_OF_GENES: Final = "of a part of the genes: the best of them are not the best of all"
"""Note of a mean that other scores' means stand beside, and that is of fewer genes; paired tests are on these genes."""

Row = dict[str, object]


def experiment_table(judge: Judge) -> pl.DataFrame:
    """Return every metric of every score in every experiment: :data:`EXPERIMENT_METRIC_COLUMNS`."""
    rows = [row for scorer in judge.scorers for row in _experiment_rows(judge, scorer)]
    return _table(rows, EXPERIMENT_METRIC_COLUMNS)


def _experiment_rows(judge: Judge, scorer: GeneScores) -> Iterator[Row]:
    firsts = judge.rows.unique("experiment", keep="first", maintain_order=True)
    for group, experiment, mirna in firsts.select("experiment_set", "experiment", "mirna_id").iter_rows():
        at = judge.rows_of(experiment, scorer)
        head: Row = {"experiment_set": group, "experiment": experiment, "mirna_id": mirna}
        head |= {"seed_family": judge.families[experiment], "scorer": scorer.name, "kind": scorer.kind}
        if not len(at):
            yield head | {"note": "no score for this miRNA"}
            continue
        head |= {"genes": len(at), "responders": int(judge.responds[at].sum())}
        head["missing_genes"] = int(scorer.missing[at].sum())
        for name in GENE_METRICS:
            found = judge.measured(scorer, name, at)
            numbers = {"value": found.value, "chance": found.chance, "p_value": found.p_value}
            known = {key: None if math.isnan(value) else value for key, value in numbers.items()}
            yield head | {"metric": name, "note": found.note} | known


def metric_table(judge: Judge) -> pl.DataFrame:
    """Return means over experiments with 95 % intervals by seed family: :data:`GENE_METRIC_COLUMNS`."""
    rows = []
    for group, experiments in judge.sets.items():
        for scorer in judge.scorers:
            for name in GENE_METRICS:
                head: Row = {"experiment_set": group, "scorer": scorer.name, "kind": scorer.kind}
                rows.append(head | {"metric": name} | _mean(judge, scorer, experiments, name))
    return _table(rows, GENE_METRIC_COLUMNS)


def _mean(judge: Judge, scorer: GeneScores, experiments: Sequence[str], name: str) -> Row:
    """Return the mean of a metric over the experiments where it is defined, with its interval."""
    own = [judge.rows_of(experiment, scorer) for experiment in experiments]
    values = np.array([judge.counted(scorer, name, at) for at in own], np.float64)
    there = np.flatnonzero(~np.isnan(values)).tolist()
    row: Row = {"experiments": len(there), "families": judge.n_families(experiments, values)}
    if not there:
        needed = judge.settings.min_responders
        of_responders = f"no experiment has {needed} responders and as many other genes"
        return row | {"note": of_responders if name in OF_RESPONDERS else "not defined in any experiment"}
    found = interval(float(values[there].mean()), judge.replicates(experiments, values))
    chances = [judge.measured(scorer, name, own[i]).chance for i in there]
    row |= {"value": found.value, "chance": float(np.mean(chances))}
    if found.n_replicates:
        row |= {"low": found.low, "high": found.high, "replicates": found.n_replicates}
    if any(len(own[i]) < len(judge.rows_of(experiments[i])) for i in there):
        row["note"] = PART_OF_GENES
    return row


def comparison_table(judge: Judge) -> pl.DataFrame:
    """Return paired tests between any two scores, not both baselines: :data:`GENE_COMPARISON_COLUMNS`.

    Both are measured on the genes that both have; the difference of an experiment is what is resampled. Holm's
    adjustment is over all tests of a metric in a set.
    """
    pairs = [
        (a, b)
        for a, b in combinations(judge.scorers, 2)
        if not (a.kind == "baseline" and b.kind == "baseline")
    ]
    rows: list[Row] = []
    for group, experiments in judge.sets.items():
        for name in GENE_METRICS:
            tested = [
                ({"experiment_set": group, "scorer": a.name, "other_scorer": b.name, "metric": name} | found)
                for a, b in pairs
                if (found := _compared(judge, (a, b), experiments, name))
            ]
            rows += tested
            with_test = [row for row in tested if "p_value" in row]
            p_values = np.array([row["p_value"] for row in with_test], np.float64)
            for row, p_value in zip(with_test, holm(p_values).tolist(), strict=True):
                row["p_adjusted"] = p_value
    return _table(rows, GENE_COMPARISON_COLUMNS)


def _compared(
    judge: Judge, pair: tuple[GeneScores, GeneScores], experiments: Sequence[str], name: str
) -> Row:
    """Compare two scores by one metric; nothing if no experiment has both."""
    one, other = pair
    values = np.full(len(experiments), np.nan)
    for i, experiment in enumerate(experiments):
        at = judge.rows_of(experiment, one, other)
        values[i] = judge.counted(one, name, at) - judge.counted(other, name, at)
    there = values[~np.isnan(values)]
    if not len(there):
        return {}
    better, worse = int((there > 0).sum()), int((there < 0).sum())
    found = difference(float(there.mean()), judge.replicates(experiments, values))
    row: Row = {"difference": found.difference, "better": better, "worse": worse}
    row |= {"sign_p_value": sign_test(better, worse), "experiments": len(there)}
    row["families"] = judge.n_families(experiments, values)
    if found.n_replicates:
        row |= {"low": found.low, "high": found.high, "p_value": found.p_value}
        row["replicates"] = found.n_replicates
    return row


def _table(rows: Sequence[Mapping[str, object]], columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in columns} for row in rows], schema=schema_of(columns)
    )
