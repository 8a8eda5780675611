"""Competition, sense calls and repeats: the audit's answers for public sets and models, and what a lead owes to them.

Three parts. Tables: the audit's questions to every public set, to the three test sets and their fair versions, and to
site swaps of each chimera file. Models: other miRNAs' sites, own pieces and repeats planted for bundled models, the
authors' weights, RNAduplex and miRBind2 (``mirbind2.py``). The lead: miRBind2's AUROC minus ours on the eCLIP hold-out,
among negatives whose true partner is frequent and shows its 6mer, and among negatives whose true partner shows none;
intervals by site cluster.

    python benchmarks/competition_and_repeats.py [--data ../shared/data] [--part tables|models|lead]

Writes ``benchmarks/results/competition_and_repeats-v<version>.tsv``, the rows of other parts kept, and prints it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

import dmiso
from dmiso.confounders import frequent_seeds
from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.readers import read_interactions
from dmiso.energies import duplex_energies
from dmiso.evaluate.audit.confounder_questions import check_confounders_of
from dmiso.evaluate.behaviour import check_confounders
from dmiso.evaluate.bootstrap import bootstrap_interval, paired_difference
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.labelled import read_labelled
from dmiso.evaluate.metrics import auroc
from dmiso.evaluate.models import model_scorer
from dmiso.io import write_table
from dmiso.models.keras import import_keras
from dmiso.records import Counts
from dmiso.seeds import seed_match

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))
from chimera_data import SOURCES, eclip_holdout, read_tests
from fair_tests import read_fair_tests
from mirbind2 import mirbind2_scorer

Scorer = Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]

RESULTS = Path(__file__).resolve().parent / "results"
MODELS = (
    "duplex-chimeras@v0.3.0",
    "duplex-eclip@v0.3.0",
    "duplex-chimeras@v0.2.0",
    "duplex-eclip@v0.2.0",
    "dmiso-chimeras@v0.1.0",
)
PUBLIC = (
    "mirbench_hejret2023_train.tsv.gz",
    "mirbind_clash2013_train_1_1.tsv.gz",
    "mirbind_clash2013_test_1_1.tsv.gz",
    "miraw_test.gz",
)
SITE = 50
PARTS = ("tables", "models", "lead")
SEED = 0
REPLICATES = 1_000


class Asked(NamedTuple):
    """A model as this script asks it; without a threshold it is not asked about its calls."""

    name: str
    scorer: Scorer
    threshold: float | None


def tables(data: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield every labelled set by name."""
    yield from read_tests(data, Counts()).items()
    yield from read_fair_tests(data, Counts()).items()
    for file in PUBLIC:
        yield file.partition(".")[0], read_labelled(data / "benchmark" / file, Counts())
    for name, source in SOURCES.items():
        yield f"site swap of {name}", site_swap(data / source.file, source.layout)


def site_swap(path: Path, layout: str) -> pl.DataFrame:
    """Return the distinct pairs of a chimera file, sites cut to their middle 50 nt, each also with another miRNA."""
    frame, _ = read_interactions(path, layout)
    start = pl.max_horizontal(
        pl.lit(0), (pl.col("target_sequence").str.len_chars().cast(pl.Int64) - SITE) // 2
    )
    frame = frame.with_columns(pl.col("target_sequence").str.slice(start, SITE))
    frame = frame.unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    frame = frame.with_columns(pl.Series("cluster", site_clusters(frame["target_sequence"].to_list())))
    return draw_negatives(frame, "site-swap", settings=DrawSettings(seed=SEED))


def of_tables(data: Path) -> Iterator[dict[str, Any]]:
    """Yield the audit's answers for each set."""
    for name, table in tables(data):
        for check in check_confounders_of(table, seed=SEED):
            yield {
                "part": "tables",
                "subject": name,
                "measure": check.name,
                "value": check.value,
                "limit": check.threshold,
                "verdict": check.verdict,
                "rows": table.height,
                **_beside(check.details),
            }


def _beside(details: dict[str, Any]) -> dict[str, Any]:
    """Return the two numbers that a table's answer is made of."""
    if "auroc_of_shuffled_sites" in details:
        return {"measured": details["auroc"], "control": details["auroc_of_shuffled_sites"]}
    if "share_of_shuffled_sites" in details:
        return {"control": details["share_of_shuffled_sites"]}
    if "share_if_dealt_anew" in details:
        return {"measured": details["share_of_positives"], "control": details["share_if_dealt_anew"]}
    return {"measured": details.get("share_of_positives"), "control": details.get("share_of_negatives")}


def models(data: Path, scratch: Path) -> Iterator[Asked]:
    """Yield every model at hand."""
    published = scratch / "published DMISO weights"
    folder = data / "published_dmiso"
    import_keras(folder / "model_top.json", folder / "model_top.h5", published)
    for model in (*MODELS, str(published)):
        found = model_scorer(model)
        yield Asked(Path(model).name, found.score, found.threshold)
    yield Asked("RNAduplex", lambda m, t: -duplex_energies(list(m), list(t), "RNAduplex"), None)
    yield Asked("miRBind2", mirbind2_scorer(data, bfloat16=True), 0.0)


def of_models(data: Path) -> Iterator[dict[str, Any]]:
    """Yield what each model makes of planted sites, own pieces and repeats."""
    with tempfile.TemporaryDirectory() as scratch:
        for model in models(data, Path(scratch)):
            for check in check_confounders(model.scorer, threshold=model.threshold, seed=SEED):
                verdict = "cleared" if check.passed else "convicted"
                row = {"part": "models", "subject": model.name, "limit": check.limit, "verdict": verdict}
                for measure, numbers in _measures(check.name, check.value, check.details):
                    yield {**row, "measure": measure, **numbers}


def _measures(name: str, value: float, details: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a check's number, and the numbers behind it."""
    n = {"rows": details["pairs"]}
    if name == "repeats":
        yield name, {"value": value, **n}
        yield "repeats: all kinds", {"value": details["called"], **n}
        for kind, share in details["called_by_kind"].items():
            yield f"repeats: {kind}", {"value": share}
        return
    if name == "own_pieces":
        half = 1.96 * details["standard_error"]
        yield name, {"value": value, "low": value - half, "high": value + half, **n}
        return
    found = details["frequent_minus_invented"]
    yield name, {"value": found["mean"], "low": found["low"], "high": found["high"], **n}
    yield "competition: spread of scores", {"value": details["spread"]}
    for kind in ("frequent", "rare", "invented"):
        half = 1.96 * details[kind]["standard_error"]
        mean = details[kind]["mean"]
        yield f"competition: {kind}, in scores", {"value": mean, "low": mean - half, "high": mean + half}
    for mirna, mean in details["by_frequent_mirna"].items():
        yield f"competition: {mirna}, in scores", {"value": mean}
    beside = details["the_same_beside_an_own_8mer"]
    yield "competition: beside an own 8mer", {"value": beside["mean"]}


def partner_classes(table: pl.DataFrame) -> NDArray[np.str_]:
    """Say of each row whether it is a positive, or what its site shows of its true partners.

    A negative is ``seed`` where a true partner's 6mer stands in the site, ``frequent`` where that partner is one of the
    set's frequent miRNAs, ``none`` where no true partner's does.
    """
    positives = table.filter(pl.col("label") == 1)
    frequent = set(frequent_seeds(positives["mirna_sequence"].to_list()))
    partners: dict[str, set[str]] = {}
    for site, mirna in positives.select("target_sequence", "mirna_sequence").iter_rows():
        partners.setdefault(site, set()).add(mirna[1:7])
    classes = []
    for site, label in table.select("target_sequence", "label").iter_rows():
        shown = {seed for seed in partners.get(site, set()) if seed_match(seed) in site}
        kinds = ("positive", "frequent" if shown & frequent else "seed" if shown else "none")
        classes.append(kinds[0] if label else kinds[1])
    return np.array(classes)


def of_the_lead(data: Path) -> Iterator[dict[str, Any]]:
    """Yield AUROC on the eCLIP hold-out by what negatives show of their true partners, and the peer's lead."""
    table = eclip_holdout(data, Counts())
    mirnas, targets = table["mirna_sequence"].to_list(), table["target_sequence"].to_list()
    scores = {name: model_scorer(name).score(mirnas, targets) for name in MODELS}
    scores["miRBind2"] = mirbind2_scorer(data)(mirnas, targets)
    classes, labels, clusters = partner_classes(table), table["label"].to_numpy(), cluster_column(table)
    kinds = {
        "all negatives": ("frequent", "seed", "none"),
        "negatives that show a frequent true partner's 6mer": ("frequent",),
        "negatives that show no true partner's 6mer": ("none",),
    }
    for kind, shown in kinds.items():
        rows = np.isin(classes, ("positive", *shown))
        some = np.unique(clusters[rows], return_inverse=True)[1]
        draws: dict[str, int] = {"n_replicates": REPLICATES, "seed": SEED}
        base = {"part": "lead", "measure": f"AUROC, {kind}", "rows": int((rows & (labels == 0)).sum())}
        for name, values in scores.items():
            found = bootstrap_interval(auroc, labels[rows], values[rows], some, **draws)
            yield {**base, "subject": name, "value": found.value, "low": found.low, "high": found.high}
        for name in MODELS:
            peer, own = scores["miRBind2"][rows], scores[name][rows]
            lead = paired_difference(auroc, labels[rows], peer, own, some, **draws)
            yield {
                **base,
                "subject": f"miRBind2 - {name}",
                "value": lead.difference,
                "low": lead.low,
                "high": lead.high,
            }


SCHEMA = {
    **dict.fromkeys(("part", "subject", "measure"), pl.String),
    **dict.fromkeys(("value", "low", "high", "measured", "control", "limit"), pl.Float64),
    "verdict": pl.String,
    "rows": pl.Int64,
}


def main() -> None:
    """Measure the parts asked for and write them beside the others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--part", choices=PARTS, action="append")
    asked = parser.parse_args()
    path = RESULTS / f"competition_and_repeats-v{dmiso.__version__}.tsv"
    kept = pl.DataFrame(schema=SCHEMA)
    if path.is_file():
        kept = pl.read_csv(path, separator="\t", schema=SCHEMA)
    run = {"tables": of_tables, "models": of_models, "lead": of_the_lead}
    for part in asked.part or PARTS:
        found = pl.DataFrame(list(run[part](asked.data)), schema=SCHEMA)
        kept = pl.concat([kept.filter(pl.col("part") != part), found])
        write_table(path, kept, digits=4)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=60, tbl_width_chars=200):
        sys.stdout.write(f"{kept}\n")


if __name__ == "__main__":
    main()
