"""What more training pairs, and pairs of more miRNAs, would bring: the default network on parts of its data.

Shares of the site clusters, each trained by the released recipe, one seed, for as many steps as the whole set in 8
epochs, and judged on the released validation pairs. Then all training pairs but those of 15 % of the seeds (positions
2-7), judged on the validation pairs of these seeds, beside the network that saw them. Finished runs are found again,
an interrupted one goes on.

    python benchmarks/learning_curve.py --data ../shared/data [--work work/learning-curve]

Writes ``benchmarks/results/learning_curve-v<version>.json`` and prints a table.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from pathlib import Path

import numpy as np
import polars as pl

import dmiso
from dmiso.evaluate.bootstrap import paired_difference
from dmiso.evaluate.metrics import average_precision
from dmiso.models import read_model
from dmiso.records import Counts
from dmiso.train import settings_for, train

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))
from chimera_data import labelled_pairs
from judge import logits_of
from release import DATA_SEED, finished, precision_by_source, say

RESULTS = Path(__file__).resolve().parent / "results"
SHARES = (0.1, 0.25, 0.5, 1.0)
EPOCHS = 8
LEFT_OUT = 15
"""Percent of the seeds."""


def part_of(pairs: pl.DataFrame, share: float) -> pl.DataFrame:
    """Return a share of the training site clusters, and all validation pairs; smaller shares lie in larger ones."""
    in_training = pl.col("split") == "train"
    clusters = pairs.filter(in_training)["cluster"].unique(maintain_order=True)
    order = clusters.sample(fraction=1.0, shuffle=True, seed=DATA_SEED)
    kept = order.head(round(share * len(order)))
    return pairs.filter(~in_training | pl.col("cluster").is_in(kept.implode()))


def is_left_out(mirna: str) -> bool:
    """Return whether a miRNA's seed is one of the 15 % that a network does not see."""
    return zlib.crc32(mirna[1:7].encode()) % 100 < LEFT_OUT


def run(name: str, part: pl.DataFrame, epochs: int, work: Path) -> Path:
    """Train on a part of the pairs, or find the finished run; return its folder."""
    table, folder = work / f"pairs-{name}.parquet", work / f"run-{name}"
    part.write_parquet(table)
    settings = settings_for("duplex", epochs=epochs, patience=epochs, by_source=True, device="cpu")
    if not finished(folder, settings, table):
        say(f"training {folder.name}")
        train(table, folder, settings)
    return folder


def curve(pairs: pl.DataFrame, work: Path) -> list[dict]:
    """Return positives and average precisions by share."""
    rows = []
    for share in SHARES:
        part, epochs = part_of(pairs, share), round(EPOCHS / share)
        folder = run(str(share), part, epochs, work)
        positives = part.filter((pl.col("split") == "train") & (pl.col("label") == 1)).height
        result = json.loads((folder / "metrics.json").read_text())["parts"]["validation"]
        found = {
            **precision_by_source(folder, work / f"pairs-{share}.parquet"),
            "all": result["average_precision"],
        }
        measured = {name: round(value, 4) for name, value in found.items()}
        rows.append({"share": share, "positives": positives, "epochs": epochs, **measured})
        print(rows[-1], flush=True)
    return rows


def new_seeds(pairs: pl.DataFrame, work: Path) -> dict:
    """Return average precisions with and without the pairs of the left-out seeds in training."""
    new = pairs["mirna_sequence"].map_elements(is_left_out, return_dtype=pl.Boolean)
    in_training = pairs["split"] == "train"
    kept = pairs.filter(~(in_training & new))
    folders = {"without": run("without-seeds", kept, EPOCHS, work), "with": run("1.0", pairs, EPOCHS, work)}
    judged = {
        "left-out seeds": pairs.filter(~in_training & new),
        "other seeds": pairs.filter(~in_training & ~new),
    }
    found: dict = {"positives left out": int(pairs.filter(in_training & new)["label"].sum())}
    for name, rows in judged.items():
        label = rows["label"].to_numpy()
        logits = {how: logits_of(read_model(folder), rows) for how, folder in folders.items()}
        cluster = np.unique(rows["cluster"].to_numpy(), return_inverse=True)[1]
        lost = paired_difference(
            average_precision,
            label,
            logits["with"],
            logits["without"],
            cluster,
            n_replicates=1_000,
            seed=DATA_SEED,
        )
        found[name] = {
            "pairs": rows.height,
            **{how: round(float(average_precision(label, own)), 4) for how, own in logits.items()},
            "difference, low, high": [round(float(x), 4) for x in (lost.difference, lost.low, lost.high)],
        }
    return found


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("work/learning-curve"))
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    pairs = labelled_pairs(given.data, Counts(), seed=DATA_SEED)
    found = {"seed": 0, "rows": curve(pairs, given.work), "new seeds": new_seeds(pairs, given.work)}
    file = RESULTS / f"learning_curve-v{dmiso.__version__}.json"
    file.write_text(json.dumps(found, indent=1) + "\n")
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
        print(pl.DataFrame(found["rows"]))
    print(found["new seeds"])


if __name__ == "__main__":
    main()
