"""The tables of an evaluation as Markdown to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.io.markdown import markdown_table

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["summary_text"]

_SHOWN: Final = (
    ("auroc", "AUROC"),
    ("ap_1_1", "AP 1:1"),
    ("ap_1_10", "AP 1:10"),
    ("ap_1_100", "AP 1:100"),
    ("within_mirna_auroc", "AUROC within miRNA"),
    ("within_site_auroc", "AUROC within site"),
)
_AT_THRESHOLD: Final = (
    ("auroc", "AUROC"),
    ("average_precision", "AUPR"),
    ("f1", "F1"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("specificity", "Specificity"),
)
_OF_BINS: Final = (
    ("brier_reliability", "Reliability"),
    ("brier_resolution", "Resolution"),
    ("brier_uncertainty", "Uncertainty"),
    ("calibration_error", "Calibration error"),
)

_HARD_BASELINES: Final = ("mirna_identity", "mirna_identity_inverted", "seed_class", "rnaduplex")
_EXPLANATION: Final = (
    "95 % intervals from a bootstrap of site clusters. AP at 1:10 and 1:100 weights the negatives; chance is "
    "0.5, 0.091 and 0.010. Baselines see one thing only."
)


def summary_text(
    metrics: pl.DataFrame,
    comparisons: pl.DataFrame,
    strata: pl.DataFrame,
    reliability: pl.DataFrame,
    behaviour: pl.DataFrame | None = None,
    *,
    table: pl.DataFrame,
) -> str:
    """Return the evaluation as Markdown: what was judged, the metrics, the calibration, the tests, the strata.

    Parameters
    ----------
    metrics, comparisons, strata, reliability, behaviour
        As :func:`dmiso.evaluate.run.evaluate_table` gives them.
    table
        The labelled table.
    """
    positives = int(table["label"].sum())
    size = (
        f"{table.height:,} pairs: {positives:,} positives, {table.height - positives:,} negatives; "
        f"{table['mirna_sequence'].n_unique():,} miRNAs, {table['target_sequence'].n_unique():,} sites."
    )
    blocks = [
        "# Evaluation",
        size,
        _EXPLANATION,
        "## Ranking",
        _metric_block(metrics, _SHOWN),
        *_sample_sentence(metrics, table.height),
        "## At the default threshold (the paper's six)",
        _metric_block(metrics.filter(pl.col("kind") != "baseline"), _AT_THRESHOLD),
    ]
    if reliability.height:
        share = positives / table.height
        blocks += ["## Calibration", _calibration_sentence(share), _calibration_block(metrics, reliability)]
    missing = metrics.filter(pl.col("metric").is_null())
    if missing.height:
        blocks += [
            "## Not judged",
            *(f"- {row['scorer']}: {row['note']}" for row in missing.iter_rows(named=True)),
        ]
    if comparisons.height:
        blocks += ["## Paired tests, AP 1:1", _comparison_block(comparisons)]
    if strata.height:
        blocks += ["## Strata, AP 1:1", _strata_block(strata)]
    if behaviour is not None:
        lines = [
            f"- {row['scorer']}, {row['verdict']}: {row['sentence']}"
            for row in behaviour.iter_rows(named=True)
        ]
        blocks += ["## Behaviour on made-up pairs", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _sample_sentence(metrics: pl.DataFrame, n_rows: int) -> list[str]:
    """Return which scores are judged on a sample; nothing if all rows were scored."""
    sampled = metrics.filter(pl.col("rows") < n_rows).select("scorer", "rows").unique(maintain_order=True)
    if sampled.is_empty():
        return []
    names = ", ".join(sampled["scorer"])
    sentence = (
        f"On a random sample of site clusters, {sampled['rows'][0]:,} of the {n_rows:,} rows: {names}. Their tests "
        "against other scores are on the same rows. `--energy-rows all` computes all rows."
    )
    return [sentence]


def _number(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Return a number with its interval."""
    if value is None:
        return "–"
    text = f"{value:.3f}"
    return text if low is None or high is None else f"{text} [{low:.3f}–{high:.3f}]"


def _metric_block(metrics: pl.DataFrame, shown: Sequence[tuple[str, str]]) -> str:
    judged = metrics.filter(pl.col("metric").is_not_null())
    rows = []
    for score in judged["scorer"].unique(maintain_order=True):
        of_score = judged.filter(pl.col("scorer") == score)
        found = {row["metric"]: row for row in of_score.iter_rows(named=True)}
        cells = [
            _number(found[name]["value"], found[name]["low"], found[name]["high"]) if name in found else "–"
            for name, _ in shown
        ]
        rows.append([score, of_score["kind"][0], *cells])
    return markdown_table(["Score", "Kind", *(title for _, title in shown)], rows)


def _calibration_sentence(share: float) -> str:
    return (
        f"{100 * share:.1f} % of these pairs are positives; always scoring that share has a Brier score of "
        f"{share * (1 - share):.3f}. A score is a probability at its own prior only; where the prior is another than "
        "the share here, `--prior table` re-expresses the scores at it. Brier = reliability − resolution + "
        "uncertainty + a rest inside bins."
    )


def _calibration_block(metrics: pl.DataFrame, reliability: pl.DataFrame) -> str:
    """Return the Brier score, its parts and the calibration error of each score that is a probability."""
    rows = []
    for name, prior in reliability.select("scorer", "prior").unique(maintain_order=True).iter_rows():
        of_score = metrics.filter(pl.col("scorer") == name)
        found = {row["metric"]: row for row in of_score.iter_rows(named=True)}
        brier = found["brier"]
        cells = [_number(found[metric]["value"]) for metric, _ in _OF_BINS]
        rows.append([name, _prior(prior), _number(brier["value"], brier["low"], brier["high"]), *cells])
    return markdown_table(["Score", "Prior", "Brier", *(title for _, title in _OF_BINS)], rows)


def _prior(prior: float | None) -> str:
    return "not stated" if prior is None else f"{prior:.3g}"


def _comparison_block(comparisons: pl.DataFrame) -> str:
    """Return tests between scores, and against the baselines that are hard to beat."""
    judged = set(comparisons["scorer"])
    rows = [
        [
            row["scorer"],
            row["other_scorer"],
            _number(row["difference"], row["low"], row["high"]),
            f"{row['p_value']:.3g}",
            f"{row['p_adjusted']:.3g}",
        ]
        for row in comparisons.filter(pl.col("metric") == "ap_1_1").iter_rows(named=True)
        if row["other_scorer"] in judged or row["other_scorer"] in _HARD_BASELINES
    ]
    return markdown_table(["Score", "Other", "Difference", "p", "p, Holm"], rows)


def _strata_block(strata: pl.DataFrame) -> str:
    """Return average precision by stratum, a column per score."""
    shown = strata.filter(pl.col("metric") == "ap_1_1")
    judged = shown.filter((pl.col("kind") != "baseline") | pl.col("scorer").is_in(_HARD_BASELINES))
    names = judged["scorer"].unique(maintain_order=True).to_list()
    values = {(row["by"], row["stratum"], row["scorer"]): row["value"] for row in shown.iter_rows(named=True)}
    rows = [
        [by, stratum, f"{positives:,}", f"{negatives:,}"]
        + [_number(values.get((by, stratum, name))) for name in names]
        for by, stratum, positives, negatives in strata.select("by", "stratum", "positives", "negatives")
        .unique(maintain_order=True)
        .iter_rows()
    ]
    return markdown_table(["By", "Stratum", "Positives", "Negatives", *names], rows)
