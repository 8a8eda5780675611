"""Over-representation of a cluster's targets in gene sets (the paper's Table S7), from a GMT file of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import GENE_SET_COLUMNS, schema_of
from dmiso.errors import InputError
from dmiso.io.streams import display_name
from dmiso.io.text_lines import text_lines
from dmiso.significance import benjamini_hochberg, hypergeometric_tail

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["GENE_SET_COLUMNS", "over_represented", "read_gmt"]


_FEWEST_GENES: Final = 3


def read_gmt(path: Path, counts: Counts) -> dict[str, set[str]]:
    """Read gene sets: a line has a name, a description and genes, with tabs between.

    Parameters
    ----------
    path
        Plain or gzip.
    counts
        Filled with the sets read.

    Raises
    ------
    InputError
        If a line has fewer than three fields, or a name occurs twice.
    """
    sets: dict[str, set[str]] = {}
    for number, line in text_lines(path):
        fields = line.split("\t")
        if fields == [""]:
            continue
        if len(fields) < _FEWEST_GENES:
            raise InputError(
                f"{len(fields)} fields were found; a gene set has a name, a description and genes",
                path=display_name(path),
                line=number,
                hint="Fields are separated by tabs",
            )
        if fields[0] in sets:
            raise InputError(f"gene set {fields[0]} stands twice", path=display_name(path), line=number)
        sets[fields[0]] = {gene for gene in fields[2:] if gene}
    counts.keep("gene sets", len(sets))
    return sets


def over_represented(
    targets: Mapping[int, set[str]],
    sets: Mapping[str, set[str]],
    *,
    background: Collection[str] | None = None,
) -> pl.DataFrame:
    """Test every cluster's targets for over-representation in every gene set.

    The background is the genes seen that are in any gene set: a gene that could not be seen, or that no set knows,
    says nothing.

    Parameters
    ----------
    targets
        Cluster → genes, named as the sets name them.
    sets
        Name → genes.
    background
        Genes seen, of the clusters or not; None takes the targets of all clusters.

    Returns
    -------
    polars.DataFrame
        :data:`GENE_SET_COLUMNS` without the scorer's name; one-sided hypergeometric p-value, and that adjusted by
        Benjamini and Hochberg over all rows. Sets without a gene of the background are left out.

    Examples
    --------
    >>> found = over_represented({1: {"a", "b"}, 2: {"c", "d"}}, {"s": {"a", "b"}, "t": {"c", "d"}})
    >>> found.select("mirna_cluster", "gene_set", "overlap", "enrichment_p_value").row(0)
    (1, 's', 2, 0.16666666666666666)
    """
    known = set().union(*sets.values()) if sets else set()
    clustered = set().union(*targets.values()) if targets else set()
    seen = known & (clustered if background is None else clustered | set(background))
    rows = []
    for cluster, genes in targets.items():
        own = genes & seen
        for name, members in sets.items():
            inside = members & seen
            if not inside:
                continue
            overlap = len(own & inside)
            expected = len(own) * len(inside) / len(seen)
            rows.append((None, cluster, name, len(own), len(inside), overlap, expected, None, None))
    table = pl.DataFrame(rows, schema=schema_of(GENE_SET_COLUMNS), orient="row")
    overlaps, drawn, inside_sets = (table[n].to_numpy() for n in ("overlap", "cluster_targets", "in_set"))
    p = hypergeometric_tail(overlaps, drawn, inside_sets, len(seen))
    return table.with_columns(
        pl.Series("enrichment_p_value", p, pl.Float64),
        pl.Series("enrichment_q_value", benjamini_hochberg(p), pl.Float64),
    ).sort("enrichment_p_value", maintain_order=True)
