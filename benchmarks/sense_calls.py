"""What it changes to leave sense calls and repeats out, and to swap miRNAs without competition, on real data.

Of each file of published chimeras: how many interactions are sense calls or repeats, of which miRNAs, and how often
sites show the seed match (positions 2-7) of their miRNA and of shuffled ones, with them and without. Of two real sets
of reads: the funnel of the modern rules. Of two files: what site swap and ``--avoid-competition`` give away, as AUROCs
of scores that look at one thing only.

    python benchmarks/sense_calls.py SHARED_DATA -o benchmarks/results/sense_calls-v0.1.0.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chimera_real import SETS
from dmiso.chimera.doubtful import REASONS
from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.qc import seed_enrichment
from dmiso.chimera.run import chimeras_files
from dmiso.confounders import doubtful_pairs, frequent_seeds, other_seed_matches, pair_evidence
from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.readers import read_interactions
from dmiso.evaluate.baselines import baseline_scores
from dmiso.evaluate.metrics import auroc
from dmiso.seeds import seed_match
from dmiso.settings.chimeras import preset

FILES = {
    "helwak": "helwak2013_clash.csv.gz",
    "hejret": "hejret2023_clash_isomirs.tsv.gz",
    "hybridetector": "hybridetector_eclip_chimeras.tsv.gz",
    "grosswendt": "grosswendt2014_clip_chimeras_with_reads.csv.gz",
    "moore": "moore2015_mouse_clearclip.tsv.gz",
}
SWAPPED = ("hybridetector", "hejret")
MOST = 20_000
"""Interactions of a file that are looked at; of more, a random sample."""
SEED = 20220614
BASELINES = ("mirna_identity_ceiling", "target_kmers", "target_gc", "seed_class")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    record: dict[str, Any] = {"draws": {name: of_draws(read(given.data, name)) for name in SWAPPED}}
    print(record, flush=True)
    record["reads"] = {name: of_reads(given.data, name) for name in SETS}
    print(record["reads"], flush=True)
    record["files"] = {name: of_file(read(given.data, name)) for name in FILES}
    given.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


def read(data: Path, name: str) -> pl.DataFrame:
    """Read a file's distinct interactions with a miRNA of 16 nt or more, or a sample of them."""
    mature = data / "references" / "mirbase22" / "mature.fa.gz"
    frame, _ = read_interactions(data / "chimeras" / FILES[name], name, mature=mature)
    frame = frame.filter(pl.col("mirna_sequence").str.len_chars() >= 16)
    frame = frame.unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    return frame if frame.height <= MOST else frame.sample(MOST, seed=SEED)


def of_file(frame: pl.DataFrame) -> dict[str, Any]:
    """Return how many interactions are doubtful, and what the others look like."""
    mirnas, sites = frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list()
    doubts = doubtful_pairs(pair_evidence(mirnas, sites))
    found: dict[str, Any] = {"interactions": frame.height}
    for doubt in REASONS:
        named = frame.filter(pl.Series(doubts == doubt))["mirna_id"].to_list()
        found[doubt] = {"interactions": len(named), "mirnas": Counter(named).most_common(3)}
    parts = {"all": np.ones(len(doubts), np.bool_), "kept": doubts == "", "left out": doubts != ""}
    for part, rows in parts.items():
        chosen = np.flatnonzero(rows).tolist()
        seeds = seed_enrichment([mirnas[i] for i in chosen], [sites[i] for i in chosen], seed=SEED, rounds=2)
        found[f"seed match, {part}"] = seeds._asdict() | {"enrichment": seeds.enrichment}
    return found


def of_reads(data: Path, name: str) -> dict[str, Any]:
    """Return the funnel's filters and the interactions, by the modern rules with repeats and without."""
    species, options = SETS[name]
    references = data / "transcripts"
    inputs = ChimeraInputs(
        (data / "reads" / f"{name}.fastq.gz",),
        data / "references" / "mirbase22" / "mature.fa.gz",
        references / "refseq4000_mrna.fa.gz",
        species=species,
        cds=references / "refseq4000_cds.tsv.gz",
    )
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for keeps in (True, False):
            settings = preset("modern").with_options({**options, "keep_repeats": keeps})
            result = chimeras_files(inputs, Path(folder) / "out", settings)
            filters = result.funnel.filter(step="filter").select("outcome", "what", "n")
            seeds = result.seeds["extended sites"]
            found["with repeats" if keeps else "without"] = {
                "filters": [list(row) for row in filters.iter_rows()],
                "interactions": result.interactions.height,
                "seed match": seeds._asdict() | {"enrichment": seeds.enrichment},
            }
    return found


def of_draws(frame: pl.DataFrame) -> dict[str, Any]:
    """Return what swapped pairs give away, drawn plainly and without competition."""
    kept = doubtful_pairs(
        pair_evidence(frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list())
    )
    positives = frame.filter(pl.Series(kept == ""))
    clusters = pl.Series("cluster", site_clusters(positives["target_sequence"].to_list()))
    positives = positives.with_columns(clusters)
    seeds = frequent_seeds(positives["mirna_sequence"].to_list())
    return {
        "avoid competition" if avoids else "site swap": given_away(
            draw_negatives(
                positives,
                settings=DrawSettings(seed=SEED, within=("source",), avoid_competition=avoids),
            ),
            seeds,
        )
        for avoids in (False, True)
    }


def given_away(table: pl.DataFrame, seeds: tuple[str, ...]) -> dict[str, Any]:
    """Return AUROCs of scores that look at one thing only."""
    label = table["label"].to_numpy()
    pairs = (table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
    learnt = baseline_scores(table, BASELINES, seed=SEED)
    shown = np.array([sum(seed_match(seed) in site for seed in seeds) for site in pairs[1]], np.float64)
    other = other_seed_matches(*pairs, seeds).astype(np.float64)
    scores = {name: learnt[name].to_numpy() for name in BASELINES}
    scores |= {"frequent_seeds_of_site": shown, "other_frequent_seeds_absent": -other}
    return {
        "positives": int(label.sum()),
        "negatives": int(len(label) - label.sum()),
        "sites of negatives": table.filter(pl.col("label") == 0)["target_sequence"].n_unique(),
        "auroc": {name: round(float(auroc(label, values)), 4) for name, values in scores.items()},
    }


if __name__ == "__main__":
    main()
