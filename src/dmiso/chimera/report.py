"""The report of a run: the same numbers as text for people and as JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmiso.chimera.qc import SeedEnrichment

__all__ = ["report_json", "report_text"]

_MEASURES: Final = (
    "order of parts",
    "miRNA part length",
    "gap between parts",
    "isomiR types of interactions",
    "isomiR types of reads",
    "region",
    "seed class",
    "miRNA position in read",
)
"""Measures that the text shows, the most frequent values of each; the table has all."""

_SHOWN: Final = 10


def report_json(
    samples: Sequence[str],
    funnel: pl.DataFrame,
    qc: pl.DataFrame,
    seeds: Mapping[str, SeedEnrichment],
    diagnoses: Sequence[str],
) -> dict[str, Any]:
    """Return everything the report says, for :func:`dmiso.provenance.to_json`."""
    measures: dict[str, dict[str, int]] = {}
    for measure, stratum, n in qc.select("measure", "stratum", "n").iter_rows():
        measures.setdefault(measure, {})[stratum] = n
    return {
        "samples": list(samples),
        "funnel": funnel.to_dicts(),
        "seed_enrichment": {
            name: {**found._asdict(), "enrichment": found.enrichment} for name, found in seeds.items()
        },
        "measures": measures,
        "diagnoses": list(diagnoses),
    }


def report_text(
    samples: Sequence[str],
    funnel: pl.DataFrame,
    qc: pl.DataFrame,
    seeds: Mapping[str, SeedEnrichment],
    diagnoses: Sequence[str],
) -> str:
    """Return the report as text."""
    lines = ["# Chimeric reads to interactions", ""]
    if diagnoses:
        lines += ["## What is probably wrong", "", *(f"- {sentence}" for sentence in diagnoses), ""]
    for sample in samples:
        lines += [f"## Funnel of {sample}", "", *_funnel_lines(funnel.filter(pl.col("sample") == sample)), ""]
    lines += ["## Seeds", ""]
    for name, found in seeds.items():
        ratio = f"{found.enrichment:.1f} times" if found.enrichment is not None else "no shuffled match"
        lines.append(
            f"{name}: {found.true_share:.1%} of {found.n:,} with a seed match 2-7, shuffled partners "
            f"{found.shuffled_share:.1%}: {ratio}"
        )
    for measure in _MEASURES:
        rows = qc.filter(pl.col("measure") == measure)
        if rows.height:
            shown = rows.sort("n", descending=True, maintain_order=True).head(_SHOWN)
            lines += ["", f"## {measure[0].upper() + measure[1:]}", ""]
            lines += [
                f"{n:>12,}  {share:6.1%}  {stratum}"
                for stratum, n, share in shown.select("stratum", "n", "share").iter_rows()
            ]
    return "\n".join(lines) + "\n"


def _funnel_lines(rows: pl.DataFrame) -> Iterator[str]:
    for outcome, what, n in rows.select("outcome", "what", "n").iter_rows():
        sign = "   " if outcome == "kept" else "  -"
        yield f"{sign}{n:>14,}  {what}"
