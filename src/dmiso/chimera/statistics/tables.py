"""The statistics of the paper's first results section, of a table of interactions.

Interactions by type; isomiRs a miRNA, reads an isomiR; whether miRNAs prefer types (binomial tests); target sites that
exact miRNAs share with 5' and 3' isomiRs; isomiRs seen again in another experiment; MirGeneDB's miRNAs alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from dmiso.columns import STATISTIC_COLUMNS, schema_of
from dmiso.isomir.classify import EXACT, TYPES
from dmiso.isomir.preference import type_preference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["STATISTIC_COLUMNS", "InteractionStatistics", "group_of", "interaction_statistics"]


GROUPS: Final = (EXACT, "5' isomiR", "3' isomiR", "polymorphic isomiR")
"""Groups of types; an isomiR of several types is of several groups."""

_SIGNIFICANT: Final = 0.01
_FREQUENT: Final = 50
"""Reads of an isomiR that the paper looks at a second time when it compares experiments."""


class InteractionStatistics(NamedTuple):
    """Numbers in rows, and the tests of each miRNA and type."""

    rows: pl.DataFrame
    preference: pl.DataFrame


def group_of(types: Iterable[str]) -> tuple[str, ...]:
    """Return the groups that types are of.

    Examples
    --------
    >>> group_of(["5' deletion", "3' addition"]), group_of(["SNP"]), group_of(["exact miRNA"])
    (("5' isomiR", "3' isomiR"), ('polymorphic isomiR',), ('exact miRNA',))
    """
    found = set()
    for name in types:
        known = name if name == EXACT else f"{name[:2]} isomiR" if name[0] in "53" else GROUPS[3]
        found.add(known)
    return tuple(group for group in GROUPS if group in found)


def interaction_statistics(
    interactions: pl.DataFrame,
    *,
    other: pl.DataFrame | None = None,
    mirgenedb: Collection[str] | None = None,
    least: int = 100,
) -> InteractionStatistics:
    """Compute every statistic.

    Parameters
    ----------
    interactions
        Table of ``dmiso chimeras``.
    other
        Table of another experiment.
    mirgenedb
        Nucleotides of the miRNAs that MirGeneDB knows, or names; None leaves the cross-reference out.
    least
        isomiR interactions under which a miRNA's preference is not tested; the paper's 100.

    Returns
    -------
    InteractionStatistics
        Rows in the order of the paper.
    """
    table = _prepared(interactions)
    rows = [*_counts("all miRNAs", table)]
    if mirgenedb is not None:
        rows += _counts("miRNAs of MirGeneDB", table.filter(pl.col("mirna_id").is_in(list(mirgenedb))))
    rows += _support(table)
    isomirs = table.filter(~pl.col("_types").list.contains(EXACT))
    preference = type_preference(isomirs["mirna_id"].to_list(), isomirs["_types"].to_list(), least=least)
    rows += _preference_rows(preference, least)
    rows += _shared_sites(table)
    if other is not None:
        rows += _seen_again(table, _prepared(other))
    return InteractionStatistics(pl.DataFrame(rows, schema=schema_of(STATISTIC_COLUMNS)), preference)


def _prepared(interactions: pl.DataFrame) -> pl.DataFrame:
    """Add lists of types and groups."""
    types = [(text or "").split(",") for text in interactions["isomir_types"]]
    groups = [list(group_of(t for t in row if t)) for row in types]
    return interactions.with_columns(
        pl.Series("_types", types, pl.List(pl.String)), pl.Series("_groups", groups, pl.List(pl.String))
    )


def _row(analysis: str, subject: str, metric: str, value: float | None) -> dict[str, Any]:
    return {"analysis": analysis, "subject": subject, "metric": metric, "value": value}


def _counts(subject: str, table: pl.DataFrame) -> list[dict[str, Any]]:
    """Count interactions by type and group, and name the most frequent isomiR."""
    rows = [_row("interactions by type", subject, "interactions", table.height)]
    rows.append(_row("interactions by type", subject, "miRNAs", table["mirna_id"].n_unique()))
    for column, names in (("_types", (EXACT, *TYPES)), ("_groups", GROUPS[1:])):
        for name in names:
            found = table.filter(pl.col(column).list.contains(name))
            rows.append(_row("interactions by type", f"{subject}: {name}", "interactions", found.height))
            n_isomirs = found["mirna_sequence"].n_unique()
            rows.append(_row("interactions by type", f"{subject}: {name}", "isomiRs", n_isomirs))
    top = (
        table.filter(~pl.col("_types").list.contains(EXACT))
        .group_by("mirna_id", "variant", "mirna_sequence")
        .len("n")
        .sort("n", "mirna_sequence", descending=[True, False])
        .head(1)
    )
    for name, variant, _, n in top.iter_rows():
        rows.append(
            _row("interactions by type", f"{subject}: most frequent, {name} {variant}", "interactions", n)
        )
    return rows


def _support(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Count reads of isomiRs, and isomiRs of miRNAs."""
    isomirs = table.filter(~pl.col("_types").list.contains(EXACT))
    reads = isomirs.group_by("mirna_sequence").agg(pl.col("read_count").sum())["read_count"]
    each = isomirs.group_by("mirna_id").agg(pl.col("mirna_sequence").n_unique().alias("n"))["n"]
    numbers = {
        "mean reads of an isomiR": reads.mean(),
        "median reads of an isomiR": reads.median(),
        "miRNAs with an isomiR": each.len(),
        "mean isomiRs of a miRNA": each.mean(),
        "most isomiRs of a miRNA": each.max(),
    }
    return [
        _row("support", "isomiRs", metric, float(str(value)) if value is not None else None)
        for metric, value in numbers.items()
    ]


def _preference_rows(preference: pl.DataFrame, least: int) -> list[dict[str, Any]]:
    """Count miRNAs tested, and those that prefer a type."""
    significant = preference.filter(pl.col("binomial_q_value") < _SIGNIFICANT)
    subject = f"miRNAs with {least} isomiR interactions or more"
    return [
        _row("preference of types", subject, "tested", preference["mirna_id"].n_unique()),
        _row(
            "preference of types",
            subject,
            f"with a type at q < {_SIGNIFICANT}",
            significant["mirna_id"].n_unique(),
        ),
    ]


def _shared_sites(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Count target sites of each group, and those of exact miRNAs that overlap a site of another group."""
    positions = table.explode("_groups", empty_as_null=True).select(
        "_groups", "transcript_id", "start", "end"
    )
    merged = {group: _merged(positions.filter(pl.col("_groups") == group)) for group in GROUPS}
    rows = []
    exact = merged[EXACT]
    for group, sites in merged.items():
        rows.append(_row("target sites", group, "sites", sum(map(len, sites.values()))))
        rows.append(_row("target sites", group, "transcripts", len(sites)))
        if group != EXACT:
            shared = sum(
                any(a < d and c < b for c, d in sites.get(name, ()))
                for name, own in exact.items()
                for a, b in own
            )
            rows.append(_row("target sites", f"{EXACT} and {group}", "sites in common", shared))
    return rows


def _merged(positions: pl.DataFrame) -> dict[str, list[tuple[int, int]]]:
    """Join overlapping positions on each transcript."""
    merged: dict[str, list[tuple[int, int]]] = {}
    rows = positions.select("transcript_id", "start", "end").sort("transcript_id", "start", "end").iter_rows()
    for name, start, end in rows:
        own = merged.setdefault(name, [])
        if own and start < own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], end))
        else:
            own.append((start, end))
    return merged


def _seen_again(table: pl.DataFrame, other: pl.DataFrame) -> list[dict[str, Any]]:
    """Count isomiRs and exact miRNAs that another experiment has too, all and frequent ones."""
    elsewhere = set(other["mirna_sequence"].to_list())
    reads = table.group_by("mirna_sequence").agg(pl.col("read_count").sum())
    rows = []
    for subject, chosen in (
        ("all isomiRs and miRNAs", reads),
        (f"those with {_FREQUENT} reads or more", reads.filter(pl.col("read_count") >= _FREQUENT)),
    ):
        sequences = chosen["mirna_sequence"].to_list()
        shared = sum(sequence in elsewhere for sequence in sequences)
        rows.append(_row("seen in the other experiment", subject, "isomiRs and miRNAs", len(sequences)))
        rows.append(_row("seen in the other experiment", subject, "seen again", shared))
    return rows
