"""Negatives: pairs taken not to bind, made by a named strategy that says what it gives away.

No public experiment measures non-binding, so every strategy invents negatives and every one has a bias that a
network can learn instead of binding. Each is a value in :data:`STRATEGIES` with that bias as a sentence; the
default, ``site-swap``, is the only one in which neither the miRNA nor the site alone reveals the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.strategies import (
    PAIR_ONLY_COLUMNS,
    Drawn,
    DrawSettings,
    draw_region_matched,
    draw_shuffled,
    draw_site_swap,
    draw_strong_binders,
    draw_weak_binders,
    present,
)
from dmiso.errors import UsageError, find_named
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["STRATEGIES", "DrawSettings", "Drawn", "Strategy", "draw_negatives", "find_strategy"]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to make negatives.

    Parameters
    ----------
    name
        What ``--negatives`` takes.
    draws
        What a negative is, in a sentence.
    bias
        What it gives away, in a sentence.
    draw
        The function: positives, settings, counts → negatives.
    new_sites
        Its negatives have sites of their own, which may join clusters of different splits.
    needs_transcripts
        It draws sites from ``--transcripts``.
    """

    name: str
    draws: str
    bias: str
    draw: Callable[[pl.DataFrame, DrawSettings, Counts], Drawn]
    new_sites: bool = False
    needs_transcripts: bool = False


_ALL = (
    Strategy(
        "site-swap",
        "the site of a positive with the miRNA of another positive of its split and source, never one with the "
        "seed (2-7), name or family of a miRNA seen on the site's cluster",
        "none by miRNA or site alone, as each stands equally often in both classes; some negatives may bind in "
        "the cell, and negatives have fewer seed matches than random pairs",
        draw_site_swap,
    ),
    Strategy(
        "dinucleotide-shuffle",
        "the miRNA of a positive with a shuffle of its site that keeps the dinucleotide counts and both ends",
        "shuffles are no transcript: longer words (3-mers and up) distinguish real sites from shuffled ones without "
        "looking at the miRNA",
        draw_shuffled,
        new_sites=True,
    ),
    Strategy(
        "region-matched",
        "the miRNA of a positive with a window of the same region (5'UTR, CDS, 3'UTR) and length of any "
        "transcript, off all positive sites and sharing no 16-mer with one",
        "positives are positions where AGO was caught, negatives are not: composition, accessibility and conserved "
        "words of bound sites reveal the label without the miRNA",
        draw_region_matched,
        new_sites=True,
        needs_transcripts=True,
    ),
    Strategy(
        "paper",
        "the miRNA of a positive with a window of the 3'UTR of the same transcript or gene, at least 10 nt from "
        "positive sites, RNAcofold energy above -10 kcal/mol: a duplex that hardly binds (Talukder 2022, as their "
        "weights read it)",
        "the rule that draws negatives is the label: RNAcofold's energy alone tells positives from negatives, and so "
        "does much of the site's composition; a model need not learn which miRNA binds where",
        draw_weak_binders,
        new_sites=True,
        needs_transcripts=True,
    ),
    Strategy(
        "paper-strong",
        "the miRNA of a positive with a window of the 3'UTR of the same transcript or gene, at least 10 nt from "
        "positive sites, RNAcofold energy below -10 kcal/mol: a duplex that binds well (Talukder 2022, had a minus "
        "sign been lost)",
        "positives lie in all regions and negatives in 3'UTRs only, so the nucleotides of the site reveal the label "
        "without the miRNA; positives whose 3'UTR has no such window get no negative, so the classes are unequal",
        draw_strong_binders,
        new_sites=True,
        needs_transcripts=True,
    ),
)

STRATEGIES: Final[Mapping[str, Strategy]] = MappingProxyType({strategy.name: strategy for strategy in _ALL})
"""Every way to make negatives, by name."""


def find_strategy(name: str) -> Strategy:
    """Return the strategy of a name.

    Raises
    ------
    UsageError
        If there is none; the message lists those known.

    Examples
    --------
    >>> find_strategy("site-swap").new_sites
    False
    """
    return find_named(name, STRATEGIES, "strategy for negatives")


def draw_negatives(
    positives: pl.DataFrame,
    strategy: str = "site-swap",
    *,
    settings: DrawSettings | None = None,
    counts: Counts | None = None,
) -> pl.DataFrame:
    """Turn positives into a labelled table.

    Parameters
    ----------
    positives
        Interactions with ``mirna_sequence``, ``target_sequence`` and, for ``site-swap``, ``cluster``; columns
        named in ``settings.within`` that are there part the balance.
    strategy
        One of :data:`STRATEGIES`.
    settings
        Ratio, seed and what else the strategy needs.
    counts
        Filled with the positives and negatives kept, and positives left out.

    Returns
    -------
    polars.DataFrame
        The positives' columns with ``label`` and ``negative`` (the strategy's name, null for a positive); each
        positive is followed by its negatives.

    Raises
    ------
    UsageError
        If the strategy is unknown, the ratio is below 1, or transcripts are missing.

    Examples
    --------
    >>> positives = pl.DataFrame({
    ...     "mirna_sequence": ["UGAGGUAGUAG", "UAAAGUGCUUA"], "target_sequence": ["CUACCUCA", "GCACUUUA"],
    ...     "cluster": [0, 1],
    ... })
    >>> draw_negatives(positives).select("mirna_sequence", "target_sequence", "label").rows()[1]
    ('UAAAGUGCUUA', 'CUACCUCA', 0)
    """
    settings = settings or DrawSettings()
    counts = counts if counts is not None else Counts()
    chosen = find_strategy(strategy)
    if settings.ratio < 1:
        raise UsageError(f"a ratio of {settings.ratio} negatives per positive; it must be 1 or more.")
    if chosen.needs_transcripts and not settings.transcripts:
        raise UsageError(f"strategy {strategy} draws sites from transcripts. Give them with --transcripts.")
    drawn = chosen.draw(positives, settings, counts)
    labelled = _labelled(positives, drawn, strategy)
    if chosen.new_sites and "cluster" in labelled.columns:
        labelled = _reclustered(labelled, settings, counts)
    counts.keep("positives", int((labelled["label"] == 1).sum()))
    counts.keep("negatives", int((labelled["label"] == 0).sum()))
    return labelled.drop("_row")


def _labelled(positives: pl.DataFrame, drawn: Drawn, strategy: str) -> pl.DataFrame:
    """Put each positive before its negatives; ``_row`` is the positive's number."""
    unknown = [
        pl.lit(None, positives.schema[name]).alias(name) for name in present(PAIR_ONLY_COLUMNS, positives)
    ]
    order = pl.lit(0, pl.Int8)
    kept = positives[drawn.kept].with_columns(
        pl.lit(1, pl.Int8).alias("label"),
        pl.lit(None, pl.String).alias("negative"),
        pl.Series("_row", drawn.kept),
        order.alias("_order"),
    )
    negatives = drawn.frame.with_columns(
        *unknown,
        pl.lit(0, pl.Int8).alias("label"),
        pl.lit(strategy).alias("negative"),
        pl.Series("_row", drawn.origin),
        (order + 1).alias("_order"),
    )
    labelled = pl.concat([kept, negatives.select(kept.columns)])
    return labelled.sort("_row", "_order", maintain_order=True).drop("_order")


def _reclustered(labelled: pl.DataFrame, settings: DrawSettings, counts: Counts) -> pl.DataFrame:
    """Give all sites cluster numbers, new ones included; leave out negatives that would join splits.

    Where that happens to a positive's negative, the positive and its other negatives go too.
    """
    clusters = pl.Series("cluster", site_clusters(labelled["target_sequence"].to_list()))
    labelled = labelled.with_columns(clusters)
    if not settings.whole_clusters or "split" not in labelled.columns:
        return labelled
    crossing = (
        labelled.group_by("cluster").agg(pl.col("split").n_unique()).filter(pl.col("split") > 1)["cluster"]
    )
    joins = pl.col("cluster").is_in(crossing.to_list()) & (pl.col("label") == 0)
    rows = labelled.filter(joins)["_row"].unique()
    if rows.is_empty():
        return labelled
    counts.drop("positives left out with their negatives: a negative's site joins two splits", len(rows))
    kept = labelled.filter(~pl.col("_row").is_in(rows.to_list()))
    return kept.with_columns(pl.Series("cluster", site_clusters(kept["target_sequence"].to_list())))
