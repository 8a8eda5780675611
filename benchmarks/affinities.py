"""Measured affinities against a model's logit: rank correlations beside seed class and RNAduplex energy.

    python benchmarks/affinities.py DATA [--model NAME] [-o TABLE]

DATA is the folder with ``becker2019_let-7a_kd.yaml.gz`` (let-7a against designed targets, equilibrium constants) and
``mcgeary2018_relative_kd.yaml`` (site types of six miRNAs). Correlations are Spearman's, of the scorer with -log Kd, so
positive is right; of McGeary's the mean over miRNAs, as relative constants compare only within one. Intervals are
percentiles of 1,000 bootstraps of rows (within miRNAs).
"""

import argparse
import gzip
import sys
from pathlib import Path

import numpy as np
import polars as pl

from dmiso.energies import duplex_energies
from dmiso.explain.affinity import rank_correlation
from dmiso.predict import load_model
from dmiso.seeds import SEED_CLASSES, seed_classes

FILES = {
    "becker2019 let-7a": "becker2019_let-7a_kd.yaml.gz",
    "mcgeary2018 six miRNAs": "mcgeary2018_relative_kd.yaml",
}


def read_affinities(path: Path) -> pl.DataFrame:
    """Read miRNA, target and Kd of each entry; entries without a Kd are left out, and said."""
    opened = gzip.open if path.suffix == ".gz" else open
    rows, entry, wanted = [], {}, False
    with opened(path, "rt", encoding="utf-8") as text:
        for raw in [*text, "- end"]:
            line = raw.strip()
            if raw.startswith("- "):
                if entry:
                    rows.append(entry)
                entry = {}
                line = line.removeprefix("- ")
            key, _, value = line.partition(": ")
            if key in {"mirna", "target"}:
                entry[key] = value.replace("T", "U")
            elif wanted:
                entry["kd"] = float(line.removeprefix("- ").replace(".nan", "nan"))
            wanted = line == "Kd:"
    table = pl.DataFrame(rows, schema={"mirna": pl.String, "target": pl.String, "kd": pl.Float64})
    kept = table.filter(pl.col("kd").is_finite(), pl.col("kd") > 0)
    print(f"{path.name}: {kept.height} of {table.height} entries have a Kd", file=sys.stderr)
    return kept


def main() -> None:
    """Print and write the table."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--model", action="append", help="bundled name or directory; can be repeated")
    arguments.add_argument("-o", "--output", type=Path)
    chosen = arguments.parse_args()
    rows = []
    for name, file in FILES.items():
        table = read_affinities(chosen.data / file)
        mirnas, targets = table["mirna"].to_list(), table["target"].to_list()
        pairs = pl.DataFrame({"mirna_sequence": mirnas, "target_sequence": targets})
        scorers = {
            model or "default": load_model(model).predict(pairs)["logit"].to_numpy()
            for model in chosen.model or [None]
        }
        scorers["seed class"] = -np.array(
            [SEED_CLASSES.index(one) for one in seed_classes(mirnas, targets)], float
        )
        scorers["RNAduplex energy"] = -duplex_energies(mirnas, targets, "RNAduplex", processes=1)
        for scorer, values in scorers.items():
            found = rank_correlation(values, -np.log(table["kd"].to_numpy()), groups=np.array(mirnas))
            rows.append((name, table.height, scorer, *found))
    result = pl.DataFrame(rows, schema=["data", "n", "scorer", "spearman", "low", "high"], orient="row")
    with pl.Config(tbl_rows=50, tbl_width_chars=120, fmt_str_lengths=40):
        print(result)
    if chosen.output:
        result.write_csv(chosen.output, separator="\t", float_precision=4)


if __name__ == "__main__":
    main()
