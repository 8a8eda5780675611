"""The page of ``dmiso evaluate``: whether a score is better than what sees one thing only, and can be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import (
    COMPARISON_COLUMNS,
    METRIC_COLUMNS,
    RANKING_CURVE_COLUMNS,
    RELIABILITY_COLUMNS,
    STRATA_COLUMNS,
)
from dmiso.pages import Page, Section, Verdict
from dmiso.report.figures import drawn
from dmiso.report.origin import limits, origin
from dmiso.report.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmiso.pages import Part
    from dmiso.plot import Picture
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_LEADING: Final = "ap_1_1"
"""The metric of the verdict: average precision with as many negatives as positives."""
_LIMITS: Final = (
    (
        "Numbers hold for pairs like those of this table: with other negatives, or another share of positives, they "
        "are others. Average precision at 1:10 and 1:100 says what is left when negatives are as frequent as in life."
    ),
    (
        "Baselines see one thing only (the miRNA, the site, its composition, the energy): a score that is no better "
        "than one of them has learnt no more than that."
    ),
    "Pairs are those found ligated on AGO: a good ranking of them says where AGO sits, not what is repressed.",
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    del targets  # pairs have no transcript
    if run.has("recall.tsv"):
        return _recall(run)
    metrics = run.table("metrics.tsv", METRIC_COLUMNS)
    comparisons = run.table("comparisons.tsv", COMPARISON_COLUMNS)
    strata = run.table("strata.tsv", STRATA_COLUMNS) if run.has("strata.tsv") else pl.DataFrame()
    sections = [
        Section("Metrics", (table_of(metrics, "A row per score and metric", file="metrics.tsv"),)),
        Section(
            "Paired tests",
            (table_of(comparisons, "A row per pair of scores and metric", file="comparisons.tsv"),),
        ),
        Section("Pictures", tuple(_pictures(run, metrics, strata))),
        Section(
            "Parts of the table",
            (table_of(strata, "A row per part, score and metric", file="strata.tsv"),)
            if strata.height
            else (),
        ),
        limits(_LIMITS),
        *origin(run),
    ]
    return Page(
        f"Evaluation of {_names(metrics)}",
        (_verdict(metrics, comparisons),),
        tuple(section for section in sections if section.parts),
        f"dmiso evaluate, {run.path.name}",
    )


def _recall(run: Run) -> Page:
    """Return the page of a table of positives alone."""
    recall = run.table("recall.tsv", ())
    sections = (
        Section("Recall", (table_of(recall, "A row per score and source", file="recall.tsv"),)),
        limits(
            (
                _LIMITS[2],
                "Without negatives the control, the same sites with other miRNAs, says how much is chance.",
            )
        ),
        *origin(run),
    )
    verdict = Verdict("Recall alone", "The table holds positives only: recall and its control are below.")
    return Page("Recall", (verdict,), sections, f"dmiso evaluate, {run.path.name}")


def _judged(metrics: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of average precision, the best first."""
    rows = metrics.filter((pl.col("metric") == _LEADING) & pl.col("value").is_not_null())
    return rows.sort("value", descending=True, maintain_order=True)


def _names(metrics: pl.DataFrame) -> str:
    names = metrics.filter(pl.col("kind") != "baseline")["scorer"].unique(maintain_order=True).to_list()
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "baselines"


def _verdict(metrics: pl.DataFrame, comparisons: pl.DataFrame) -> Verdict:
    """Say whether the best score is better than the best baseline."""
    rows = _judged(metrics)
    own, baselines = (rows.filter((pl.col("kind") == "baseline") == is_base) for is_base in (False, True))
    if own.is_empty():
        return Verdict("Nothing was judged", "No score has an average precision on this table.", "unsure")
    best = own.row(0, named=True)
    said = f"{best['scorer']} has an average precision of {_with_interval(best)}"
    if baselines.is_empty():
        return Verdict(
            "No baseline", f"{said}; without baselines nothing says whether that is good.", "unsure"
        )
    base = baselines.row(0, named=True)
    tested = comparisons.filter(
        (pl.col("metric") == _LEADING)
        & (pl.col("scorer") == best["scorer"])
        & (pl.col("other_scorer") == base["scorer"])
    )
    said += f", the best baseline, {base['scorer']}, one of {_with_interval(base)}"
    if tested.is_empty():
        return Verdict("Not tested against the best baseline", f"{said}.", "unsure")
    test = tested.row(0, named=True)
    said += f" (difference {test['difference']:.3f}, p = {test['p_value']:.2g})."
    if test["low"] is not None and test["low"] > 0:
        return Verdict("Better than every baseline", said, "yes")
    if test["high"] is not None and test["high"] < 0:
        return Verdict("Worse than a baseline", said, "no")
    return Verdict("No better than a baseline", said, "unsure")


def _with_interval(row: dict[str, object]) -> str:
    interval = "" if row["low"] is None else f" [{row['low']:.3f}–{row['high']:.3f}]"
    return f"{row['value']:.3f}{interval}"


def _pictures(run: Run, metrics: pl.DataFrame, strata: pl.DataFrame) -> Iterator[Part]:
    """Yield the pictures of the tables that the run has."""
    tables = {
        name: run.table(f"{name}.tsv", columns)
        for name, columns in (
            ("curves", RANKING_CURVE_COLUMNS),
            ("reliability", RELIABILITY_COLUMNS),
            ("behaviour", ()),
        )
        if run.has(f"{name}.tsv")
    }

    def draw() -> dict[str, Picture | None]:
        from dmiso.plot.behaviour import plot_behaviour
        from dmiso.plot.ranking_curves import plot_precision_recall, plot_roc
        from dmiso.plot.reliability import plot_reliability
        from dmiso.plot.strata import plot_strata

        made: dict[str, Picture | None] = {}
        if "curves" in tables:
            made["roc"] = plot_roc(tables["curves"], metrics)
            made["precision-recall"] = plot_precision_recall(tables["curves"], metrics)
        if "reliability" in tables and tables["reliability"].height:
            made["reliability"] = plot_reliability(tables["reliability"], metrics)
        if strata.height:
            made["strata"] = plot_strata(strata)
        if "behaviour" in tables and tables["behaviour"].height:
            made["behaviour"] = plot_behaviour(tables["behaviour"])
        return made

    yield from drawn(draw)
