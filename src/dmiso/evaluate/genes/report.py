"""An evaluation of gene scores as Markdown to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.evaluate.genes.over_experiments import PART_OF_GENES
from dmiso.io.markdown import markdown_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.settings.evaluate_genes import EvaluateGenesSettings

__all__ = ["gene_summary"]

_TESTED: Final = ("pearson", "auroc")
_HARD: Final = "seed_type_sum"
"""The page shows tests by these metrics between tools, and of tools against the baseline that is hardest to beat."""


def _titles(settings: EvaluateGenesSettings) -> dict[str, str]:
    return {
        "spearman": "Spearman",
        "pearson": "Pearson",
        "auroc": "AUROC",
        "average_precision": "AP",
        "best_mean": f"Mean of best {settings.best} (SD)",
        "best_ks": f"KS of best {settings.best}",
    }


def gene_summary(metrics: pl.DataFrame, comparisons: pl.DataFrame, settings: EvaluateGenesSettings) -> str:
    """Return the means of every score, set by set, and the tests between tools.

    Parameters
    ----------
    metrics, comparisons
        As :mod:`dmiso.evaluate.genes.over_experiments` makes them.
    settings
        For the headings.
    """
    blocks = ["# Gene scores", _explanation(settings)]
    for group in metrics["experiment_set"].unique(maintain_order=True):
        own = metrics.filter(pl.col("experiment_set") == group)
        baselines = own.filter((pl.col("kind") == "baseline") & (pl.col("scorer") != _HARD))[
            "scorer"
        ].to_list()
        tests = comparisons.filter(
            (pl.col("experiment_set") == group)
            & pl.col("metric").is_in(_TESTED)
            & ~pl.col("other_scorer").is_in(baselines)
        )
        blocks += [f"## Set {group}", _sizes(own, settings), _means(own, settings)]
        if tests.height:
            blocks += [f"### Paired tests, set {group} (all are in comparisons.tsv)", _tests(tests)]
    return "\n\n".join(blocks) + "\n"


def _explanation(settings: EvaluateGenesSettings) -> str:
    return (
        "Means over experiments; 95 % intervals from a bootstrap of the seed families of their miRNAs. AUROC and AP "
        f"count experiments with {settings.min_responders} responders or more. Baselines see seed matches, the 3'UTR's "
        "length or composition, or a duplex energy only."
    )


def _sizes(own: pl.DataFrame, settings: EvaluateGenesSettings) -> str:
    """Say how many experiments and families the means are of."""
    sizes = own.group_by("metric", maintain_order=True).agg(pl.col("experiments", "families").max())
    titles = _titles(settings)
    parts = [
        f"{titles[name]}: {n} experiments of {families} families" for name, n, families in sizes.iter_rows()
    ]
    return "; ".join(parts) + "."


def _means(own: pl.DataFrame, settings: EvaluateGenesSettings) -> str:
    titles = _titles(settings)
    rows: list[Sequence[str]] = []
    for scorer, part in own.group_by("scorer", maintain_order=True):
        cells = {row["metric"]: _cell(row) for row in part.iter_rows(named=True)}
        words = ["baseline"] if part["kind"][0] == "baseline" else []
        words += ["part of the genes"] if PART_OF_GENES in part["note"] else []
        name = str(scorer[0]) + (f" ({', '.join(words)})" if words else "")
        rows.append([name, *(cells.get(metric, "") for metric in titles)])
    chance = {
        row["metric"]: _number(row["chance"])
        for row in own.drop_nulls("chance").unique("metric", keep="first").iter_rows(named=True)
    }
    rows.append(["chance", *(chance.get(metric, "") for metric in titles)])
    return markdown_table(["Score", *titles.values()], rows)


def _cell(row: dict[str, object]) -> str:
    value = _number(row["value"])
    if row["low"] is None or not value:
        return value
    return f"{value} [{_number(row['low'])}, {_number(row['high'])}]"


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else ""


def _tests(tests: pl.DataFrame) -> str:
    """Return the tests as a table."""
    head = ["Score", "Against", "Metric", "Difference", "p", "Holm", "Better/worse", "Sign test"]
    rows: list[Sequence[str]] = []
    for row in tests.iter_rows(named=True):
        interval = "" if row["low"] is None else f" [{row['low']:+.3f}, {row['high']:+.3f}]"
        rows.append(
            [
                row["scorer"],
                row["other_scorer"],
                row["metric"],
                f"{row['difference']:+.3f}{interval}",
                _p(row["p_value"]),
                _p(row["p_adjusted"]),
                f"{row['better']}/{row['worse']}",
                _p(row["sign_p_value"]),
            ]
        )
    return markdown_table(head, rows)


def _p(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"
