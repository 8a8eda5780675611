"""How many simulated chimeras both engines find, with and without sequencing errors.

    python benchmarks/chimera_simulator.py MATURE.fa TRANSCRIPTS.fa -o benchmarks/results/chimera_simulator-v0.1.0.json

For each error rate a sample is simulated; each engine and preset calls it; reads before the filters and interactions
after them are judged by the simulator's truth (``dmiso.chimera.simulate.truth``).
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from dmiso.chimera.collapse import collapse_part, deal_reads
from dmiso.chimera.filters import best_only
from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.naming import name_portions
from dmiso.chimera.run import chimeras_files
from dmiso.chimera.simulate.reads import simulate_files
from dmiso.chimera.simulate.truth import judge_interactions, judge_reads
from dmiso.io.tables import read_table
from dmiso.isomir.reference import Reference, read_reference
from dmiso.records import Counts
from dmiso.settings.chimeras import ChimeraSettings, preset
from dmiso.settings.simulation import SimulationSettings


def truth_of(folder: Path) -> pl.DataFrame:
    """Return the truth with its types."""
    table = read_table(folder / "truth.tsv.gz")
    return table.with_columns(
        pl.col("start", "end", "molecule", "n_errors").cast(pl.Int64, strict=False),
        decided=pl.col("decided") == "true",
    )


def distinct_reads(reads: Path, settings: ChimeraSettings, folder: Path) -> dict[str, int]:
    """Return name and molecules of each distinct read, as a run collapses them."""
    found = {}
    for path in deal_reads([reads], folder, settings.trim, Counts()):
        found |= {read.read_id: read.read_count for read in collapse_part(path, settings.trim.duplicates)}
    return found


def named(calls: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Add parents and types to best calls."""
    totals = calls.group_by("mirna_sequence").agg(pl.col("read_count").sum())
    portions = {bases: (n,) for bases, n in totals.iter_rows()}
    isomirs = name_portions(portions, reference, Counts()).calls
    isomirs = isomirs.group_by("sequence", maintain_order=True).agg(
        parents=pl.col("mirna_id").str.join(","), isomir_types=pl.col("isomir_types").first()
    )
    calls = calls.join(isomirs, left_on="mirna_sequence", right_on="sequence", how="left")
    return calls.with_columns(pl.col("parents").fill_null(""))


def judge(sample: Path, engine: str, name: str, arguments: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Call a simulated sample and judge it."""
    made = SimulationSettings()
    settings = preset(name).with_options(
        {
            "adapter": made.adapter,
            "umi5": made.umi5,
            "duplicates": "umi",
            "engine": engine,
            "keep_repeats": True,
        }
    )
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    inputs = ChimeraInputs((sample / "reads.fastq.gz",), arguments.mature, arguments.transcripts)
    began = time.perf_counter()
    result = chimeras_files(inputs, out, settings)
    seconds = time.perf_counter() - began
    truth = truth_of(sample)
    calls = best_only(pl.read_parquet(out / "samples" / "reads" / "calls.parquet"))
    distinct = distinct_reads(sample / "reads.fastq.gz", settings, work / "dealt")
    reference = read_reference(arguments.mature, None, Counts())
    reads = judge_reads(named(calls, reference), truth, distinct)
    pairs = judge_interactions(result.interactions, truth, min_reads=settings.filters.min_reads)
    return {
        "engine": engine,
        "preset": name,
        "seconds": round(seconds, 1),
        "reads": {**reads._asdict(), **reads.shares()},
        "pairs": {**pairs._asdict(), **pairs.shares()},
    }


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mature", type=Path)
    parser.add_argument("transcripts", type=Path)
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--engines", nargs="+", default=["embedded", "blast"])
    parser.add_argument("--presets", nargs="+", default=["paper", "modern"])
    parser.add_argument("--error-rates", nargs="+", type=float, default=[0.0, 0.005])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for rate in arguments.error_rates:
            sample = Path(folder) / f"errors-{rate}"
            settings = SimulationSettings(reads=arguments.reads, error_rate=rate, seed=arguments.seed)
            simulate_files(arguments.mature, arguments.transcripts, sample, settings)
            for engine in arguments.engines:
                for name in arguments.presets:
                    row = {"error_rate": rate, **judge(sample, engine, name, arguments, Path(folder))}
                    rows.append(row)
                    print(json.dumps(row))
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}
    # other work ran on the same cores: seconds are upper bounds
    record = {"settings": SimulationSettings(reads=arguments.reads, seed=arguments.seed).as_dict()}
    record |= {"machine": machine, "rows": rows}
    arguments.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
