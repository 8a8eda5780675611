"""The test sets as published and made fair, side by side: bundled models, peers, baselines, and what could leak.

Each of the three test sets of ``models/chimera_data.py`` and its two fair versions (``models/fair_tests.py``): average
precision, AUROC, and AUROC within miRNAs and within sites, with 95 % intervals from draws of whole site clusters, and
the paired difference from miRBind2 on the same draws. Beside the models stand the scores of other tools that lie with
the shared data, miRBind2 by its arithmetic (``mirbind2.py``) where it does not, baselines, and four scores that look at
one thing only and show what a set gives away: the miRNA, k-mers of the site learnt inside the set, the frequent seeds
that the site shows, and those of them that are not the pair's own (competition).

    python benchmarks/fair_sets.py [--data ../shared/data] [--replicates 1000]

Writes ``benchmarks/results/fair_sets-v<version>.tsv`` and prints the table of ``docs/fair_sets.md``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import dmiso
from dmiso.confounders import frequent_seeds, other_seed_matches
from dmiso.dataset.fair import rows_sha256
from dmiso.dataset.readers import read_interactions
from dmiso.evaluate.baselines import baseline_scores
from dmiso.evaluate.bootstrap import difference, interval
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.compare import metric_table, replicate
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.io import write_table
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.seeds import seed_match

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))
from chimera_data import SOURCES, labelled_pairs, read_tests
from fair_tests import PARTNERS, read_fair_tests, whole_name
from judge import logits_of, peer_scores
from mirbind2 import mirbind2_scorer

RESULTS = Path(__file__).resolve().parent / "results"
MODELS = (
    *("duplex-chimeras@v0.3.0", "duplex-eclip@v0.3.0", "duplex-clash@v0.3.0"),
    *("duplex-chimeras@v0.2.0", "duplex-eclip@v0.2.0", "dmiso-chimeras@v0.1.0"),
)
METRICS = ("average_precision", "auroc", "within_mirna_auroc", "within_site_auroc")
LEARNT = ("mirna_identity_inverted", "target_kmers")
PLAIN = ("mirna_identity_ceiling", "target_gc", "mirna_gc", "seed_class", "rnaduplex", "rnacofold")
PEER = "miRBind2"
OF_PAIRS = {
    name: name
    for name in (
        *("miRBind2", "DMISO_published", "RNAhybrid_pvalue", "miTAR", "TargetNet", "cnnMirTarget"),
        *("miRanda_score_sc0", "TargetScan7", "TargetScanCNN"),
    )
}
"""Columns of the files of other tools' scores, one per program."""
SEED = 20220614


def main() -> None:
    """Measure all sets and write what was found."""
    options = parsed()
    tables = {**read_tests(options.data, Counts()), **read_fair_tests(options.data, Counts())}
    tables = dict(sorted(tables.items()))
    train = labelled_pairs(options.data, Counts(), seed=SEED).filter(pl.col("split") == "train")
    rows: list[dict[str, Any]] = []
    for name, table in tables.items():
        rows += measured(name, table, train, options)
        print(f"{name}: {table.height} pairs", file=sys.stderr, flush=True)
    frame = pl.DataFrame(rows, infer_schema_length=None)
    write_table(RESULTS / f"fair_sets-v{dmiso.__version__}.tsv", frame, digits=4)
    print(page_table(frame))


def measured(
    name: str, table: pl.DataFrame, train: pl.DataFrame, options: argparse.Namespace
) -> list[dict[str, Any]]:
    """Return the metrics of every score on one set."""
    columns = score_columns(name, table, train, options.data)
    clusters = cluster_column(table)
    draws = replicate(table, columns, clusters, names=METRICS, n_replicates=options.replicates, seed=SEED)
    found = metric_table(table, columns, draws, names=METRICS)
    values = {(row["scorer"], row["metric"]): row["value"] for row in found.iter_rows(named=True)}
    head = {
        "set": whole_name(name),
        "version": version_of(name),
        "pairs": table.height,
        "positives": int(table["label"].sum()),
        "clusters": int(clusters.max()) + 1,
        "rows_sha256": rows_sha256(table),
    }
    rows = []
    for (scorer, metric), value in values.items():
        mine, peer = draws[scorer, metric], draws[PEER, metric]
        between = interval(0.0, mine)
        row = head | {"scorer": scorer, "metric": metric, "value": value}
        row |= {"low": finite(between.low), "high": finite(between.high)}
        if value is not None and scorer != PEER:
            lead = difference(value - values[PEER, metric], mine - peer)
            row |= {
                "minus_mirbind2": finite(lead.difference),
                "minus_low": finite(lead.low),
                "minus_high": finite(lead.high),
                "p_value": finite(lead.p_value),
            }
        rows.append(row)
    return rows


def score_columns(name: str, table: pl.DataFrame, train: pl.DataFrame, data: Path) -> list[ScoreColumn]:
    """Return all scores of a set's pairs."""
    pairs = (table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
    scores = {model: logits_of(resolve(model), table) for model in MODELS}
    scores |= peer_scores(data, whole_name(name), table, OF_PAIRS) or {PEER: mirbind2_scorer(data)(*pairs)}
    learnt = baseline_scores(table, LEARNT, train=train, seed=SEED)
    plain = baseline_scores(table, PLAIN, seed=SEED)
    inside = baseline_scores(table, ["target_kmers"], seed=SEED)["target_kmers"]
    scores |= {column.name: column.to_numpy() for column in [*learnt, *plain]}
    source = SOURCES[PARTNERS[whole_name(name)]]
    seen, _ = read_interactions(data / source.file, source.layout)
    seeds = frequent_seeds(seen["mirna_sequence"].to_list())
    shown = [sum(seed_match(seed) in site for seed in seeds) for site in pairs[1]]
    scores |= {
        "target_kmers_learnt_inside": inside.to_numpy(),
        "frequent_seeds_of_site": np.array(shown, np.float64),
        "other_frequent_seeds_absent": -other_seed_matches(*pairs, seeds).astype(np.float64),
    }
    return [
        ScoreColumn(scorer, "scores", np.asarray(values, np.float64)) for scorer, values in scores.items()
    ]


def version_of(name: str) -> str:
    """Return what stands behind a set's name."""
    return name.removeprefix(whole_name(name)).removeprefix("_") or "published"


def finite(value: float) -> float | None:
    """Return a number, or None for NaN."""
    return None if np.isnan(value) else float(value)


def page_table(frame: pl.DataFrame) -> str:
    """Return the page's table: models, peers and baselines, AP with interval, AUROCs."""
    lines = []
    for (whole, version), part in frame.group_by("set", "version", maintain_order=True):
        first = part.row(0, named=True)
        lines.append(f"\n{whole}, {version}: {first['pairs']} pairs, {first['positives']} positive\n")
        lines.append("| score | AP | AUROC | within miRNAs | within sites | AUROC minus miRBind2's |")
        lines.append("|---|---|---|---|---|---|")
        for (scorer,), own in part.group_by("scorer", maintain_order=True):
            by = {row["metric"]: row for row in own.iter_rows(named=True)}
            cells = [shown(by[metric]) for metric in METRICS]
            lines.append(f"| {scorer} | {' | '.join(cells)} | {lead_of(by['auroc'])} |")
    return "\n".join(lines)


def shown(row: dict[str, Any]) -> str:
    """Return a value with its interval."""
    if row["value"] is None:
        return ""
    return f"{row['value']:.3f} [{row['low']:.3f}-{row['high']:.3f}]"


def lead_of(row: dict[str, Any]) -> str:
    """Return a paired difference with its interval."""
    if row.get("minus_mirbind2") is None:
        return ""
    return f"{row['minus_mirbind2']:+.3f} [{row['minus_low']:+.3f}, {row['minus_high']:+.3f}]"


def parsed() -> argparse.Namespace:
    """Read the command line."""
    here = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("DMISO_SHARED_DATA", here / "shared" / "data"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--replicates", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
