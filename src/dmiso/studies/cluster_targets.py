"""Whether the miRNAs of a cluster share targets and pathways (the paper's Table S7).

The paper: "most of these miRNA clusters had many common targets, and a cluster of miRNAs often work in the same
pathways". Common targets are compared with random clusters of as many miRNAs; gene sets are tested against all genes
seen as targets (:mod:`dmiso.explain.gene_sets`). Genes that are seen often, those of ribosomes first, are targets of
any few miRNAs, so the same tests are made of the same miRNAs dealt to clusters at random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.columns import STUDY_GENE_SET_COLUMNS, schema_of
from dmiso.dataset.settings import stage_seed
from dmiso.errors import UsageError
from dmiso.explain.gene_sets import over_represented, read_gmt
from dmiso.explain.mirna_clusters import shared_targets
from dmiso.io.streams import base_name
from dmiso.records import Counts
from dmiso.significance import benjamini_hochberg
from dmiso.studies.measures import plain_row, rows_frame
from dmiso.studies.sensitivity import clusters_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "STUDY_GENE_SET_COLUMNS",
    "cluster_rows",
    "clusters_in_sets",
    "clusters_share",
    "collection_name",
    "read_collections",
]

_FIGURE: Final = "S2 figure clusters"
_SETS: Final = "S7 gene sets"
_SIGNIFICANT: Final = 0.05
_DEALS: Final = 10
"""Times that miRNAs are dealt to clusters at random."""


def read_collections(paths: Sequence[Path], counts: Counts) -> dict[str, dict[str, set[str]]]:
    """Read GMT files, each under its name without endings.

    Raises
    ------
    UsageError
        If two have one name: their rows could not be told apart.
    """
    names = [collection_name(path) for path in paths]
    if again := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"--gene-sets: two files are called {min(again)}. Give each once, or rename one.")
    return {collection_name(path): read_gmt(path, counts) for path in paths}


def collection_name(path: Path) -> str:
    """Return what a collection is called: the file's name without endings.

    Examples
    --------
    >>> from pathlib import Path
    >>> collection_name(Path("sets/hallmark.symbols.gmt.gz"))
    'hallmark.symbols'
    """
    return base_name(path).removesuffix(".gz").removesuffix(".gmt")


def _with_genes(positives: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Keep positives whose gene has a symbol, which is what gene sets name."""
    known = positives.drop_nulls("gene_name")
    if known.height < positives.height:
        counts.note("interactions without a gene symbol, in no gene set", positives.height - known.height)
    return known


def clusters_share(grouped: pl.DataFrame, positives: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Ask of each cluster whether its miRNAs share more targets than random miRNAs.

    Parameters
    ----------
    grouped
        Of :func:`dmiso.studies.sensitivity.grouped_mirnas`.
    positives
        All interactions of the data; a target is a gene, or a transcript where no gene is named.
    seed
        Of the random clusters.

    Returns
    -------
    polars.DataFrame
        :data:`dmiso.columns.SHARED_COLUMNS`.
    """
    named = positives.with_columns(_target=pl.coalesce("gene_name", "gene_id", "transcript_id"))
    return shared_targets(
        clusters_of(grouped), named, column="_target", seed=stage_seed(seed, "random clusters")
    )


def clusters_in_sets(
    grouped: pl.DataFrame,
    positives: pl.DataFrame,
    collections: Mapping[str, Mapping[str, set[str]]],
    counts: Counts,
) -> pl.DataFrame:
    """Test each cluster's targets for over-representation in each gene set.

    Parameters
    ----------
    grouped
        Of :func:`dmiso.studies.sensitivity.grouped_mirnas`.
    positives
        All interactions of the data: their genes are the background.
    collections
        Gene sets by collection.
    counts
        Filled with the interactions that have no symbol.

    Returns
    -------
    polars.DataFrame
        :data:`STUDY_GENE_SET_COLUMNS` but ``mode``; q-values are over all tests of all collections.
    """
    known = _with_genes(positives, counts)
    targets = clusters_of(grouped).targets(known, "gene_name")
    seen = set(known["gene_name"].to_list())
    columns = STUDY_GENE_SET_COLUMNS[1:]
    parts = [pl.DataFrame(schema=schema_of(columns))]
    for name, sets in collections.items():
        found = over_represented(targets, sets, background=seen)
        parts.append(found.with_columns(collection=pl.lit(name)).select(columns))
    whole = pl.concat(parts)
    q_values = benjamini_hochberg(whole["enrichment_p_value"].to_numpy())
    return whole.with_columns(enrichment_q_value=pl.Series(q_values, dtype=pl.Float64)).sort(
        "enrichment_p_value", maintain_order=True
    )


def random_clusters_in_sets(
    grouped: pl.DataFrame,
    positives: pl.DataFrame,
    collections: Mapping[str, Mapping[str, set[str]]],
    seed: int,
) -> pl.DataFrame:
    """Make the tests of :func:`clusters_in_sets` with the same miRNAs dealt to clusters of the same sizes at random.

    Parameters
    ----------
    grouped, positives, collections
        As there.
    seed
        Of the deals.

    Returns
    -------
    polars.DataFrame
        A row per collection: ``collection``, ``random_clusters`` and ``random_sets``, how many clusters have an
        over-represented set, and how many sets are over-represented in a cluster, means of ten deals.
    """
    members = grouped.unique("mirna_sequence", keep="first", maintain_order=True)
    generator = np.random.default_rng(stage_seed(seed, "random gene sets"))
    found = []
    for _ in range(_DEALS):
        dealt = members["mirna_cluster"].gather(generator.permutation(members.height))
        clusters = members.select("mirna_sequence").with_columns(mirna_cluster=dealt)
        own = grouped.drop("mirna_cluster").join(clusters, on="mirna_sequence", maintain_order="left")
        found.append(_significant(clusters_in_sets(own, positives, collections, Counts()), list(collections)))
    return (
        pl.concat(found)
        .group_by("collection", maintain_order=True)
        .agg(random_clusters=pl.col("clusters").mean(), random_sets=pl.col("sets").mean())
    )


def _significant(enriched: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Count clusters and sets of significant tests in each collection."""
    sure = enriched.filter(pl.col("enrichment_q_value") < _SIGNIFICANT)
    rows = []
    for name in names:
        own = sure.filter(pl.col("collection") == name)
        rows.append((name, own["mirna_cluster"].n_unique(), own["gene_set"].n_unique()))
    schema = {"collection": pl.String, "clusters": pl.Int64, "sets": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def cluster_rows(
    mode: str,
    grouped: pl.DataFrame,
    shared: pl.DataFrame,
    enriched: pl.DataFrame,
    at_random: pl.DataFrame,
) -> pl.DataFrame:
    """Sum clusters up as the paper's text does.

    Parameters
    ----------
    mode
        Of the rows.
    grouped, shared, enriched, at_random
        Of :func:`dmiso.studies.sensitivity.grouped_mirnas`, :func:`clusters_share`, :func:`clusters_in_sets` and
        :func:`random_clusters_in_sets`.
    """
    common = _common_targets(mode, grouped, shared)
    return rows_frame([*common, *_over_represented_sets(mode, enriched, at_random)])


def _row(
    mode: str, analysis: str, subject: str, metric: str, value: float | None, note: str = ""
) -> dict[str, Any]:
    return plain_row(analysis, "training data", subject, metric, value=value, note=note, mode=mode)


def _common_targets(mode: str, grouped: pl.DataFrame, shared: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Say how many clusters there are, and how many share targets."""
    n_mirnas = grouped["mirna_sequence"].n_unique()
    note = "as sequenced, with at least 5 pairs"
    yield _row(mode, _FIGURE, "network", "miRNAs clustered", n_mirnas, note)
    yield _row(mode, _FIGURE, "network", "clusters of two or more miRNAs", shared.height)
    common = shared.filter(pl.col("permutation_q_value") < _SIGNIFICANT).height
    note = "mean Jaccard index of the miRNAs' targets against 1,000 random clusters, Benjamini-Hochberg"
    metric = "of these, clusters with common targets (q < 0.05)"
    yield _row(mode, _FIGURE, "network", metric, common, note)


def _over_represented_sets(
    mode: str, enriched: pl.DataFrame, at_random: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    """Say how many clusters have an over-represented set, beside random clusters."""
    if at_random.is_empty():
        yield _row(mode, _SETS, "network", "", None, "no gene sets were given (--gene-sets)")
        return
    note = "hypergeometric, background: all genes seen that any set names; Benjamini-Hochberg over all tests"
    control = f"the same miRNAs dealt to clusters of these sizes at random, mean of {_DEALS} deals"
    names = at_random["collection"].to_list()
    for name, clusters, sets in _significant(enriched, names).iter_rows():
        tested = enriched.filter(pl.col("collection") == name)["mirna_cluster"].n_unique()
        random_ones = at_random.row(by_predicate=pl.col("collection") == name, named=True)
        yield _row(mode, _SETS, name, "clusters tested", tested)
        for metric, value, key in (
            ("clusters with an over-represented gene set (q < 0.05)", clusters, "random_clusters"),
            ("gene sets over-represented in a cluster (q < 0.05)", sets, "random_sets"),
        ):
            yield _row(mode, _SETS, name, metric, value, note)
            yield _row(mode, _SETS, name, f"control: {metric}", random_ones[key], control)
