"""What the scripts of the released models share: from chimera files to a model directory with its card.

In order: the labelled pairs (``chimera_data.py``), the trials judged on the validation pairs only, the chosen setting
with three seeds, the background for percentiles, the test sets (``judge.py``), the model directory with its card
(``release_card.py``). Finished runs are kept in the work folder and found again; the state of an interrupted one is
gone on with.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import polars as pl
import torch

import dmiso
from chimera_data import HOLDOUT, labelled_pairs, read_tests, source_hashes
from dmiso.alphabet import normalise
from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.evaluate.behaviour import BehaviourCheck, check_behaviour
from dmiso.evaluate.metrics import auroc, average_precision, brier
from dmiso.io import read_sequences, write_text
from dmiso.models import domain_of, read_model, write_model
from dmiso.models.registry import BUNDLED, REGISTRY_VERSION, registry_entry
from dmiso.provenance import sha256_file, to_json
from dmiso.records import Counts
from dmiso.train import Reporter, TrainSettings, settings_for, train
from dmiso.train.run import BY_SOURCE
from fair_tests import read_fair_tests, whole_name
from judge import computed_peers, judge, logits_of, peer_scores, published_logits
from release_card import Evidence, card_text
from release_plan import Plan, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.models.store import StoredModel

__all__ = ["release_model"]

DATA_SEED: Final = 20220614
SEEDS: Final = (0, 1, 2)
BACKGROUND: Final = "transcripts/refseq4000_mrna.fa.gz"
BACKGROUND_WINDOWS, QUANTILES = 200_000, 1001


def release_model(plan: Plan) -> None:
    """Run all stages, with the options of the command line."""
    options = _options(plan)
    counts = Counts()
    pairs = labelled_pairs(options.data, counts, seed=DATA_SEED, recipe=plan.recipe)
    options.work.mkdir(parents=True, exist_ok=True)
    table = options.work / "pairs.parquet"
    pairs.write_parquet(table)
    names = plan.trials if options.all_trials else plan.required
    trials = [trained(plan, name, 0, table, options) for name in names]
    seeds = [trained(plan, plan.chosen, seed, table, options) for seed in SEEDS]
    best = max(seeds, key=lambda run: run.metrics["source_mean_average_precision"])
    say(f"chosen: {best.name}, validation average precision {best.average_precision:.4f}")
    common: dict[str, Any] = {
        "counts": counts,
        "pairs": pairs,
        "pairs_sha256": sha256_file(table),
        "sources": source_hashes(options.data, plan.recipe),
        "background": (BACKGROUND, BACKGROUND_WINDOWS),
    }
    judge_and_release(plan, trials, seeds, best, options, common)
    for source in plan.own_outputs:
        of_source = replace(plan, name=own_name(plan, source), is_default=False)
        own = {run.name: own_run(run, source) for run in seeds}
        its = {**common, "source": source, "mean_model": plan.name}
        judge_and_release(of_source, [], list(own.values()), own[best.name], options, its)


def judge_and_release(
    plan: Plan,
    trials: list[Run],
    seeds: list[Run],
    best: Run,
    options: argparse.Namespace,
    known: dict[str, Any],
) -> None:
    """Compute percentiles, judge and write one model; ``known`` are fields of :class:`Evidence`."""
    model, pairs = read_model(best.folder), known["pairs"]
    percentile = background(model, pairs, options.data / BACKGROUND)
    evidence = Evidence(
        plan=plan,
        behaviour=behaviour(model),
        trials=trials,
        seeds=seeds,
        best=best,
        tests=tested(plan, seeds, best, pairs, options.data),
        **known,
    )
    release(options.output, model, percentile, evidence)


def own_name(plan: Plan, source: str) -> str:
    """Return the name of the model that is one source's output."""
    return f"{plan.network}-{source}@{plan.name.partition('@')[2]}"


def own_run(run: Run, source: str) -> Run:
    """Return the run with one source's output instead of the mean, and what it reached on that source's pairs."""
    result = json.loads((run.folder / "metrics.json").read_text())
    return run._replace(folder=run.folder / BY_SOURCE / source, metrics=result["by_source"][source])


def trained(plan: Plan, name: str, seed: int, table: Path, options: argparse.Namespace) -> Run:
    """Train one run, or find it finished in the work folder."""
    changes = plan.trials[name]
    settings = settings_for(plan.network, **changes, seed=seed, threads=options.threads, device="cpu")
    folder = options.work / "runs" / f"{name}-seed{seed}"
    if not finished(folder, settings, table):
        say(f"training {folder.name}")
        train(table, folder, settings, reporter=Reporter(on_epoch=lambda row: say(f"{folder.name} {row}")))
    result = json.loads((folder / "metrics.json").read_text())
    metrics = {**result["parts"]["validation"], **precision_by_source(folder, table)}
    return Run(folder.name, folder, settings, metrics, result["best_epoch"], result["epochs"])


def precision_by_source(folder: Path, table: Path) -> dict[str, float]:
    """Return the average precision of a run on the validation pairs of each source, and their mean."""
    judged = pl.read_parquet(table).filter(pl.col("split") == "validation")
    logits, label, source = (
        logits_of(read_model(folder), judged),
        judged["label"].to_numpy(),
        judged["source"],
    )
    by_source = {
        name: float(average_precision(label[rows], logits[rows]))
        for name in source.unique().sort()
        if (rows := (source == name).to_numpy()).any()
    }
    named = {f"{name}_average_precision": value for name, value in by_source.items()}
    return {**named, "source_mean_average_precision": float(np.mean(list(by_source.values())))}


def finished(folder: Path, settings: TrainSettings, table: Path) -> bool:
    """Return whether a folder holds the finished run of these settings and these pairs."""
    if not (folder / "config.json").is_file():
        return False
    training = read_model(folder).config.training
    return training["settings"] == settings.as_dict() and training["data"]["sha256"] == sha256_file(table)


def background(model: StoredModel, pairs: pl.DataFrame, transcripts: Path) -> tuple[float, ...]:
    """Return quantiles of the logits of random transcript windows with random training miRNAs."""
    rng = np.random.default_rng(DATA_SEED)
    sequences = [record.sequence for record in read_sequences(transcripts, Counts())]
    length = model.config.target_length
    starts_in_each = np.array([max(0, len(sequence) - length + 1) for sequence in sequences])
    owner = rng.choice(len(sequences), BACKGROUND_WINDOWS, p=starts_in_each / starts_in_each.sum())
    start = (rng.random(BACKGROUND_WINDOWS) * starts_in_each[owner]).astype(int)
    windows = [sequences[i][begin : begin + length] for i, begin in zip(owner, start, strict=True)]
    train_mirnas = sorted(set(pairs.filter(pl.col("split") == "train")["mirna_sequence"]))
    mirnas = [train_mirnas[i] for i in rng.integers(0, len(train_mirnas), BACKGROUND_WINDOWS)]
    engine = build_engine(model.config, model.weights)
    logits = engine.logits_pairs(encode(mirnas, model.config.mirna_length), encode(windows, length))
    return tuple(np.quantile(logits.astype(np.float64), np.linspace(0, 1, QUANTILES)).round(4).tolist())


def tested(plan: Plan, seeds: list[Run], best: Run, pairs: pl.DataFrame, data: Path) -> dict[str, Any]:
    """Evaluate the test sets: the shipped model with intervals, the other seeds for the spread."""
    known = pairs.filter(pl.col("split") == "train")
    results = {}
    tables = {**read_tests(data, Counts(), plan.recipe), **read_fair_tests(data, Counts(), plan.recipe)}
    for name, table in tables.items():
        whole = whole_name(name)
        by_seed = {run.name: logits_of(read_model(run.folder), table) for run in seeds}
        order = np.random.default_rng(DATA_SEED).permutation(table.height)
        shuffled = table.with_columns(table["mirna_sequence"].gather(order))
        scores: dict[str, NDArray[np.float64]] = {
            "model": by_seed[best.name],
            "model_partner_shuffled": logits_of(read_model(best.folder), shuffled),
            "published_weights": published_logits(data, table),
            **peer_scores(data, whole, table),
            **(computed_peers(data, table) if whole == HOLDOUT else {}),
            **source_scores(best, table),
        }
        results[name] = judge(table, scores, train=known, main="model", seed=DATA_SEED)
        label = table["label"].to_numpy()
        scored = read_model(best.folder).calibration.apply(by_seed[best.name])
        results[name]["brier"] = round(float(brier(label, scored)), 4)
        results[name]["seeds"] = {run: spread(label, logits) for run, logits in by_seed.items()}
    return results


def behaviour(model: StoredModel) -> list[BehaviourCheck]:
    """Ask the model what it makes of made-up pairs."""
    threshold = model.config.min_score

    def score(mirnas: Sequence[str], targets: Sequence[str]) -> NDArray[np.float64]:
        bases = {
            name: [normalise(sequence).sequence for sequence in sequences]
            for name, sequences in (("mirna_sequence", mirnas), ("target_sequence", targets))
        }
        return model.calibration.apply(logits_of(model, pl.DataFrame(bases)))

    return check_behaviour(score, threshold=threshold, seed=DATA_SEED)


def source_scores(best: Run, table: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the logits of the models with the output of one source, after training by source."""
    folder = best.folder / BY_SOURCE
    own = sorted(folder.iterdir()) if folder.is_dir() else []
    return {f"output_{path.name}": logits_of(read_model(path), table) for path in own}


def spread(label: NDArray[np.int8], logits: NDArray[np.float64]) -> dict[str, float]:
    """Return both headline metrics of one seed."""
    return {
        "average_precision": round(float(average_precision(label, logits)), 4),
        "auroc": round(float(auroc(label, logits)), 4),
    }


def release(output: Path, model: StoredModel, percentile: tuple[float, ...], evidence: Evidence) -> None:
    """Write the model directory, its numbers and the registry."""
    training = {
        "script": f"models/{evidence.plan.script}",
        "data_seed": DATA_SEED,
        "pairs_sha256": evidence.pairs_sha256,
        "sources": evidence.sources,
        "settings": evidence.best.settings.as_dict(),
        "best_epoch": evidence.best.best_epoch,
        **({"kinds": evidence.kind_settings} if evidence.kind_settings else {}),
        "versions": {
            "dmiso": dmiso.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "polars": pl.__version__,
            "torch": str(torch.__version__),
        },
    }
    plan = evidence.plan
    known = evidence.pairs.filter(pl.col("split") == "train")
    folder = output / plan.name
    write_model(
        folder,
        config=msgspec.structs.replace(model.config, name=plan.name, training=training),
        weights=model.weights,
        calibration=msgspec.structs.replace(model.calibration, percentile=percentile),
        card=card_text(evidence),
        domain=domain_of(known["mirna_sequence"].to_list(), known["target_sequence"].to_list()),
    )
    runs = {
        run.name: {**run.metrics, "best_epoch": run.best_epoch, "epochs": run.epochs}
        for run in [*evidence.trials, *evidence.seeds]
    }
    checks = {
        check.name: {"passed": check.passed, "value": check.value, "limit": check.limit}
        for check in evidence.behaviour
    }
    numbers = {
        "behaviour": checks,
        "validation": runs,
        "tests": evidence.tests,
        "counts": evidence.counts.as_dict(),
    }
    write_text(folder / "metrics.json", to_json(numbers))
    registry = output / "registry.json"
    listed = json.loads(registry.read_text()) if registry.is_file() else {"default": plan.name, "models": {}}
    models = dict(sorted({**listed["models"], plan.name: registry_entry(folder)}.items()))
    default = plan.name if plan.is_default else listed["default"]
    fields = {**listed, "format_version": REGISTRY_VERSION, "default": default, "models": models}
    write_text(registry, to_json(fields))
    size = (folder / "weights.safetensors").stat().st_size
    say(f"{folder}: weights {size:,} bytes; default model {fields['default']}")


def say(text: str) -> None:
    """Print to standard error at once."""
    print(text, file=sys.stderr, flush=True)


def _options(plan: Plan) -> argparse.Namespace:
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description=f"Make {plan.name}.", epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = Path(os.environ.get("DMISO_SHARED_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data, help="folder of the collected public data")
    parser.add_argument(
        "--work", type=Path, default=here / "work" / plan.name.partition("@")[0], help="folder for runs"
    )
    parser.add_argument("--output", type=Path, default=BUNDLED, help="folder of released models")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--all-trials", action="store_true", help="run every trial of EXPERIMENTS.md")
    return parser.parse_args()
