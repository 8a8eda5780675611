"""Recall and false discovery rate of a scan on planted sites.

Transcripts are random nucleotides, miRNAs random sequences, both made here from a seed. Every miRNA gets sites of four
kinds at known positions; whatever else is called is false. For each nominal q the table says which share of the calls
was false, and which share of each kind was found. Run:

    python benchmarks/scan_planted.py [--decoys 8] [--min-percentile 99 --recall 0.995]

Writes ``benchmarks/results/scan_planted-v<version>.json``; about 70 CPU-seconds. With a recall below 1 the same is
scanned with it too, and written beside the exact scan's to ``scan_planted_recall-v<version>.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import polars as pl

import dmiso
from dmiso.alphabet import reverse_complement
from dmiso.models import resolve
from dmiso.scan import ScanSettings, scan_sites

RESULTS = Path(__file__).resolve().parent / "results"
BASES = np.array(list("AUCG"))
UTR_SHARES = (0.28, 0.31, 0.20, 0.21)
"""A, U, C, G of human 3'UTRs, about."""
KINDS = ("full complement", "8mer + 3' pairs", "8mer", "7mer-m8")
LEVELS = (0.01, 0.05, 0.1, 0.2, 0.5)


def random_bases(draw: np.random.Generator, n: int, shares: tuple[float, ...] = UTR_SHARES) -> str:
    """Return random RNA."""
    return "".join(draw.choice(BASES, n, p=shares))


def unpaired(bases: str, draw: np.random.Generator) -> str:
    """Replace every nucleotide by another, so that what paired pairs no more (GU may)."""
    return "".join(draw.choice([x for x in "AUCG" if x != base]) for base in bases)


def site(mirna: str, kind: str, draw: np.random.Generator) -> str:
    """Return a site of a kind, as long as the miRNA: the last nucleotide lies opposite miRNA position 1."""
    pairs = reverse_complement(mirna)
    n = len(pairs)
    if kind == KINDS[0]:
        return pairs
    seed = pairs[n - 8 : n - 1] + "A"  # opposite positions 8-2, then the A opposite 1
    middle = unpaired(pairs[n - 12 : n - 8], draw)
    if kind == KINDS[1]:
        return unpaired(pairs[: n - 17], draw) + pairs[n - 17 : n - 12] + middle + seed
    rest = unpaired(pairs[: n - 8], draw)
    return rest + (seed if kind == KINDS[2] else seed[:-1] + draw.choice(list("UCG")))


def plant(
    draw: np.random.Generator, mirnas: dict[str, str], n_transcripts: int, length: int, n_sites: int
) -> tuple[dict[str, str], pl.DataFrame]:
    """Return transcripts and the positions of what was planted; sites are 60 nt apart at least."""
    slots = [(t, p) for t in range(n_transcripts) for p in range(40, length - 60, 60)]
    order = draw.permutation(len(slots))
    bases = [list(random_bases(draw, length)) for _ in range(n_transcripts)]
    rows, at = [], 0
    for name, mirna in mirnas.items():
        for kind in KINDS:
            for _ in range(n_sites):
                t, start = slots[order[at]]
                at += 1
                text = site(mirna, kind, draw)
                bases[t][start : start + len(text)] = text
                rows.append((name, f"t{t}", kind, start, start + len(text)))
    names = ["mirna_id", "transcript_id", "kind", "planted_start", "planted_end"]
    return {f"t{t}": "".join(x) for t, x in enumerate(bases)}, pl.DataFrame(rows, schema=names, orient="row")


def judge(sites: pl.DataFrame, planted: pl.DataFrame) -> list[dict[str, object]]:
    """Return false share and recall at each level: a call is true if it shares 7 nt with a planted site."""
    key = ["mirna_id", "transcript_id"]
    sites = sites.with_row_index("call")
    overlap = pl.min_horizontal("end", "planted_end") - pl.max_horizontal("start", "planted_start")
    hits = sites.join(planted.with_row_index("plant"), on=key).filter(overlap >= 7)
    rows = []
    for level in LEVELS:
        called = sites.filter(pl.col("q_value") <= level)
        true = hits.filter(pl.col("q_value") <= level)
        by_mirna = []
        for (name,), own in called.group_by(["mirna_id"], maintain_order=True):
            good = true.filter(pl.col("mirna_id") == name)["call"].n_unique()
            by_mirna.append(1 - good / own.height)
        found = {
            kind: true.filter(pl.col("kind") == kind)["plant"].n_unique()
            / planted.filter(pl.col("kind") == kind).height
            for kind in KINDS
        }
        n_true = true["call"].n_unique()
        n_mirnas = planted["mirna_id"].n_unique()
        # a miRNA without a call has false share 0, as the definition of a false discovery rate says
        shares = by_mirna + [0.0] * (n_mirnas - len(by_mirna))
        exact = true.filter(pl.col("start") == pl.col("planted_start")).height / max(true.height, 1)
        rows.append(
            {
                "q": level,
                "calls": called.height,
                "false_share": 1 - n_true / called.height if called.height else 0.0,
                "false_discovery_rate": float(np.mean(shares)),
                "standard_error": float(np.std(shares) / np.sqrt(len(shares))),
                "recall": found,
                "place_exact": exact,
            }
        )
    return rows


def main() -> None:
    """Plant, scan, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirnas", type=int, default=20)
    parser.add_argument("--transcripts", type=int, default=240)
    parser.add_argument("--length", type=int, default=1500)
    parser.add_argument("--sites", type=int, default=12, help="of each kind and miRNA")
    parser.add_argument("--decoys", type=int, default=8)
    parser.add_argument("--min-percentile", type=float, default=95)
    parser.add_argument("--recall", type=float, default=1.0)
    parser.add_argument("--model")
    given = parser.parse_args()
    draw = np.random.default_rng(2024)
    mirnas = {f"m{i}": "U" + random_bases(draw, 21, (0.25,) * 4) for i in range(given.mirnas)}
    transcripts, planted = plant(draw, mirnas, given.transcripts, given.length, given.sites)
    model = resolve(given.model)
    found = {}
    for recall in dict.fromkeys((1.0, given.recall)):
        settings = ScanSettings(decoys=given.decoys, min_percentile=given.min_percentile, recall=recall)
        found[recall] = judge(scan_sites(mirnas, transcripts, model, settings), planted)
    said = {
        "model": model.config.name,
        "weights_sha256": model.weights_sha256,
        "mirnas": given.mirnas,
        "nt": given.transcripts * given.length,
        "sites_of_each_kind": given.mirnas * given.sites,
        "decoys": given.decoys,
        "min_percentile": given.min_percentile,
        "levels": found[1.0],
    }
    if given.recall < 1:
        said |= {"recall": given.recall, "levels_with_recall": found[given.recall]}
    name = "scan_planted_recall" if given.recall < 1 else "scan_planted"
    path = RESULTS / f"{name}-v{dmiso.__version__}.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
