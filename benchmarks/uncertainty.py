"""What the column ``domain`` and an ensemble's mean and ``spread`` are worth, on validation pairs.

    python benchmarks/uncertainty.py PAIRS.parquet --model NAME|DIR... --member DIR --member DIR... [--name N]

``PAIRS.parquet`` is the table that a script in ``models/`` leaves in its work folder, members are its runs. The
domain is that of the rows named ``train``; the rows named ``validation`` are judged, no test set is touched. Writes
``benchmarks/results/<name>-v<version>.json``.
"""

import argparse
import json
import statistics
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

import dmiso
from dmiso.evaluate.bootstrap import bootstrap_interval, paired_difference
from dmiso.evaluate.metrics import ap_at_ratio, brier
from dmiso.models import Domain, StoredModel, domain_of
from dmiso.models.ensemble import joined
from dmiso.models.registry import resolve
from dmiso.predict.predictor import Predictor
from dmiso.provenance import sha256_file
from dmiso.records import Counts
from dmiso.train.ensemble import calibrated

RESULTS = Path(__file__).resolve().parent / "results"
REPLICATES, LEAST = 1000, 40
RATE_PAIRS, TURNS = 40_000, 5
AP = partial(ap_at_ratio, ratio=1.0)


def main() -> None:
    """Measure, print, write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--model", dest="models", action="append", default=[])
    parser.add_argument("--member", dest="members", action="append", default=[])
    parser.add_argument("--name", default="uncertainty", help="of the file of results")
    options = parser.parse_args()
    table = pl.read_parquet(options.pairs)
    train, judged = (table.filter(pl.col("split") == part) for part in ("train", "validation"))
    domain = domain_of(train["mirna_sequence"].to_list(), train["target_sequence"].to_list())
    reasons = domain.reasons(
        judged["mirna_sequence"].to_list(), [t[:60] for t in judged["target_sequence"].to_list()]
    )
    rates = (
        {f"{n} miRNAs": rate(resolve(options.models[0]), domain, n) for n in (1, 100)}
        if options.models
        else None
    )
    results = {
        "pairs_sha256": sha256_file(options.pairs),
        "replicates": REPLICATES,
        "domain": {name: of_domain(judged, reasons, name) for name in options.models},
        "pairs_per_cpu_second": rates,
        "ensemble": of_ensemble(judged, options.members) if options.members else None,
    }
    text = json.dumps(results, indent=2)
    (RESULTS / f"{options.name}-v{dmiso.__version__}.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def rate(model: StoredModel, domain: Domain, n_mirnas: int) -> dict[str, float]:
    """Return pairs per CPU-second of the first model's predictions with and without the domain, median of turns."""
    rng = np.random.default_rng(0)
    mirnas = {str(i): "".join(rng.choice(list("ACGU"), 22)) for i in range(n_mirnas)}
    targets = {str(i): "".join(rng.choice(list("ACGU"), 60)) for i in range(RATE_PAIRS // n_mirnas)}
    found: dict[str, list[float]] = {"with": [], "without": []}
    for turn in range(TURNS + 1):
        for name, stated in (("with", domain), ("without", None)):
            predictor = Predictor(replace(model, domain=stated))
            start = time.process_time()
            rows = sum(frame.height for frame in predictor.predict_batches(mirnas=mirnas, targets=targets))
            if turn:  # the first one compiles
                found[name].append(rows / (time.process_time() - start))
    return {name: round(statistics.median(values), -2) for name, values in found.items()}


def logits_of(predictor: Predictor, table: pl.DataFrame) -> np.ndarray:
    """Return a model's logits of the rows of a table."""
    scored = predictor.predict(table.select("mirna_sequence", "target_sequence"))
    return scored["logit"].cast(pl.Float64).to_numpy()


def of_domain(table: pl.DataFrame, reasons: list[str], name: str) -> dict[str, object]:
    """Return average precision inside the domain, outside it, and for each reason with enough rows."""
    logits = logits_of(Predictor(resolve(name)), table)
    words = {word for text in reasons for word in text.split(",") if word}
    parts = {
        "inside": [not text for text in reasons],
        "outside": [bool(text) for text in reasons],
        **{word: [word in text.split(",") for text in reasons] for word in sorted(words)},
    }
    result = {}
    for part, rows in parts.items():
        chosen = np.array(rows)
        result[part] = {"n": int(chosen.sum())}
        if chosen.sum() >= LEAST:
            result[part] |= interval(table.filter(pl.Series(rows)), logits[chosen])
    return result


def interval(table: pl.DataFrame, logits: np.ndarray) -> dict[str, float]:
    """Return average precision at 1:1 with its interval."""
    labels, clusters = table["label"].to_numpy(), table["cluster"].to_numpy()
    found = bootstrap_interval(AP, labels, logits, clusters, n_replicates=REPLICATES)
    return {"ap_1_1": round(found.value, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def of_ensemble(table: pl.DataFrame, folders: list[str]) -> dict[str, object]:
    """Return members, their mean, paired differences, and what the spread says beyond the score."""
    members = [resolve(folder) for folder in folders]
    labels, clusters = table["label"].to_numpy(), table["cluster"].to_numpy()
    model = joined(members, "ensemble")
    scored = Predictor(model).predict(table.select("mirna_sequence", "target_sequence"))
    logits, spread = (scored[name].cast(pl.Float64).to_numpy() for name in ("logit", "spread"))
    scores = calibrated(model, table, Counts()).apply(logits)
    own = [logits_of(Predictor(member), table) for member in members]
    differences = [paired_difference(AP, labels, logits, x, clusters, n_replicates=REPLICATES) for x in own]
    excess = (labels - scores) ** 2 - scores * (1 - scores)
    ranks = [pl.Series(values).rank().to_numpy() for values in (excess, spread)]
    return {
        "members": [round(float(AP(labels, x)), 4) for x in own],
        "members_brier": [
            round(float(brier(labels, m.calibration.apply(x))), 4) for m, x in zip(members, own, strict=True)
        ],
        "mean": interval(table, logits),
        "mean_brier": round(float(brier(labels, scores)), 4),
        "differences": [[round(d.difference, 4), round(d.low, 4), round(d.high, 4)] for d in differences],
        "rank_correlation_of_spread_and_excess_error": round(float(np.corrcoef(*ranks)[0, 1]), 4),
    }


if __name__ == "__main__":
    main()
