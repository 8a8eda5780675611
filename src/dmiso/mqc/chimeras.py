"""Sections of ``dmiso chimeras``: where the reads went, and whether what is left looks like binding, by sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.chimera.qc import seed_enrichment
from dmiso.isomir.tally import TypeTally
from dmiso.mqc.content import Statistic, bars, lines, statistics
from dmiso.mqc.isomirs import TYPES_HELP
from dmiso.mqc.sites import region_bars, seed_bars, seed_class_bars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.chimera.qc import SeedEnrichment
    from dmiso.chimera.run import ChimeraResult
    from dmiso.mqc.content import Content

__all__ = ["chimera_contents"]

_COLUMNS: Final = {
    "dmiso_chimeras_reads": Statistic("reads", "Reads as sequenced", scale="Greys"),
    "dmiso_chimeras_kept": Statistic("chimeric", "Chimeric reads of interactions, without copies"),
    "dmiso_chimeras_interactions": Statistic("interactions", "Pairs of miRNA or isomiR and site", scale="Greens"),
    "dmiso_chimeras_seeds": Statistic(
        "seed enrichment",
        "Seed matches (positions 2-7) in the ligated fragments, as a multiple of those with shuffled partners",
        "×", 1, "Purples",
    ),
}  # fmt: skip
_FUNNEL_HELP: Final = (
    "A bar is all reads of a sample: those of interactions, and those left out, by the first rule that left them out, "
    "in the order of the rules. Behind 'copies of a read' a distinct read counts for its molecules."
)


def chimera_contents(result: ChimeraResult, *, seed: int = 0) -> list[Content]:
    """Return the sections of a run.

    Parameters
    ----------
    result
        What :func:`dmiso.chimera.run.chimeras_files` gave.
    seed
        Of the shuffled partners.
    """
    samples = result.funnel["sample"].unique(maintain_order=True).to_list()
    funnel = _funnel(result.funnel)
    shown = {name: _of_sample(result.interactions, i, len(samples)) for i, name in enumerate(samples)}
    seeds = {
        name: seed_enrichment(
            table["mirna_sequence"].to_list(), table["target_sequence"].to_list(), seed=seed
        )
        for name, table in shown.items()
    }
    tally = TypeTally(samples)
    tally.add(result.interactions, sequences="mirna_sequence")
    return [
        bars("chimeras_funnel", "Chimeric reads: funnel", "Reads of interactions, and those that a rule left out.",
             funnel, unit="reads", helptext=_FUNNEL_HELP),
        bars("chimeras_types", "Chimeric reads: isomiR types", "Chimeric reads by how their miRNA part differs from "
             "its miRNA.", tally.types, unit="chimeric reads", helptext=TYPES_HELP),
        lines("chimeras_lengths", "Chimeric reads: lengths of miRNA parts", "Chimeric reads by the length of their "
              "miRNA part.", tally.lengths, axes=("nucleotides", "chimeric reads")),
        region_bars("chimeras", "Chimeric reads", "Interactions",
                    {name: _counted(table["region"].fill_null("")) for name, table in shown.items()}),
        seed_class_bars("chimeras", "Chimeric reads", "Interactions",
                        {name: _counted(table["seed_class"]) for name, table in shown.items()}),
        seed_bars("chimeras", "Chimeric reads", seeds),
        _statistics(funnel, shown, seeds, result.funnel),
    ]  # fmt: skip


def _of_sample(interactions: pl.DataFrame, number: int, n_samples: int) -> pl.DataFrame:
    """Return the interactions that a sample shows."""
    if n_samples == 1:
        return interactions
    own = pl.col("sample_counts").str.split(",").list.get(number).cast(pl.Int64)
    return interactions.filter(own > 0)


def _counted(values: pl.Series) -> dict[str, int]:
    """Return how often each value is there."""
    return dict(values.value_counts(sort=True).iter_rows())


def _funnel(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return sample → what became of reads → reads: those of interactions first."""
    kept = table.filter((pl.col("step") == "filter") & (pl.col("outcome") == "kept"))
    dropped = table.filter(pl.col("outcome") == "dropped")
    found: dict[str, dict[str, int]] = {}
    for sample, what, n in pl.concat([kept, dropped]).select("sample", "what", "n").iter_rows():
        of = found.setdefault(sample, {})
        of[what] = of.get(what, 0) + n
    return found


def _statistics(
    funnel: Mapping[str, Mapping[str, int]],
    shown: Mapping[str, pl.DataFrame],
    seeds: Mapping[str, SeedEnrichment],
    table: pl.DataFrame,
) -> Content:
    """Return a row per sample for the head of the page."""
    kept = table.filter((pl.col("step") == "filter") & (pl.col("outcome") == "kept"))
    left = dict(kept.group_by("sample").agg(pl.col("n").sum()).iter_rows())
    rows = {
        name: dict(
            zip(
                _COLUMNS,
                (sum(of.values()), left[name], shown[name].height, seeds[name].enrichment),
                strict=True,
            )
        )
        for name, of in funnel.items()
    }
    return statistics("chimeras", _COLUMNS, rows)
