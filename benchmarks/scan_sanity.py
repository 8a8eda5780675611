"""Known biology in a scan of 3'UTRs: seed matches by rank of the sites, and known targets among the genes.

    python benchmarks/scan_sanity.py --transcripts T.fa.gz --cds CDS.tsv.gz --genes MAP.tsv.gz --known MATURE.fa.gz

``MAP.tsv.gz`` has the columns ``refseq`` and ``symbol``. Writes ``benchmarks/results/scan_sanity-v<version>.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import polars as pl

import dmiso
from dmiso.io import read_sequences
from dmiso.io.tables import read_table
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.scan import ScanSettings, add_occupancy, gene_scores, scan_sites
from dmiso.seeds import seed_class

RESULTS = Path(__file__).resolve().parent / "results"
MIRNAS = {
    "hsa-let-7a-5p": "UGAGGUAGUAGGUUGUAUAGUU",
    "hsa-miR-1-3p": "UGGAAUGUAAAGAAGUAUGUAU",
    "hsa-miR-124-3p": "UAAGGCACGCGGUGAAUGCCAA",
}
KNOWN_TARGETS = {
    "hsa-let-7a-5p": ("HMGA2", "LIN28B", "ARID3B", "CASP3", "IGF2BP1", "TRIM71", "DICER1", "NRAS"),
    "hsa-miR-1-3p": ("TAGLN2", "G6PD", "GJA1", "TWF1", "MET"),
    "hsa-miR-124-3p": ("PTBP1", "CDK6", "SCP1", "LAMC1", "ITGB1"),
}
"""Targets with reporter or knock-down evidence in the literature; those among the transcripts are reported."""
BINS = ((1, 100), (101, 300), (301, 1_000), (1_001, 3_000))
SEEDS = ("8mer", "7mer-m8", "7mer-A1")


def chance(mirna: str, transcripts: list[Transcript], draw: np.random.Generator, n: int = 20_000) -> float:
    """Return the share of random positions, as long as a site with its slack, that have a 7mer or 8mer match."""
    long = [t for t in transcripts if len(t.sequence) > 40]
    weights = np.array([len(t.sequence) for t in long], float)
    hits = 0
    for i in draw.choice(len(long), n, p=weights / weights.sum()):
        start = draw.integers(0, len(long[i].sequence) - 26)
        hits += seed_class(mirna, long[i].sequence[start : start + 26]) in SEEDS
    return hits / n


def main() -> None:
    """Scan, count, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("transcripts", "cds", "genes", "known"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--decoys", type=int, default=2)
    parser.add_argument("--limit", type=int, help="only the first transcripts")
    given = parser.parse_args()
    model, counts = resolve(None), Counts()
    whole = list(read_transcripts(given.transcripts, counts, cds=given.cds).values())[: given.limit]
    transcripts = {t.id: t for t in whole if t.cds is not None}
    known = [record.sequence for record in read_sequences(given.known, counts)]
    settings = ScanSettings(decoys=given.decoys, min_percentile=97, regions=("3utr",))
    sites = scan_sites(MIRNAS, transcripts, model, settings, known=known)
    symbols = dict(read_table(given.genes).select("refseq", "symbol").iter_rows())
    sites = sites.with_columns(
        pl.col("transcript_id").replace_strict(symbols, default=pl.col("transcript_id")).alias("gene_id")
    )
    genes = gene_scores(add_occupancy(sites, prior=model.calibration.prior or 0.5, site_prior=0.01))
    utrs = [Transcript(t.id, t.sequence[slice(*t.part("3'UTR"))]) for t in transcripts.values()]
    draw = np.random.default_rng(5)
    rows = []
    for name, mirna in MIRNAS.items():
        own = sites.filter(pl.col("mirna_id") == name).sort("logit", descending=True)
        ranked = genes.filter(pl.col("mirna_id") == name)["gene_id"].to_list()
        rows.append(
            {
                "mirna_id": name,
                "sites": own.height,
                "seed_7mer_or_better_by_rank": {
                    f"{a}-{b}": own[a - 1 : b]["seed_class"].is_in(SEEDS).mean()
                    for a, b in BINS
                    if own.height >= b
                },
                "seed_7mer_or_better_by_chance": chance(mirna, utrs, draw),
                "lowest_q": own["q_value"].min(),
                "sites_q_0.5": own.filter(pl.col("q_value") <= 0.5).height,
                "known_targets": {
                    gene: f"{ranked.index(gene) + 1} of {len(ranked)}" if gene in ranked else "no site"
                    for gene in KNOWN_TARGETS[name]
                    if gene in symbols.values()
                },
            }
        )
    said = {"model": model.config.name, "weights_sha256": model.weights_sha256, "rows": rows}
    said["utr_nt"] = sum(len(t.sequence) for t in utrs)
    path = RESULTS / f"scan_sanity-v{dmiso.__version__}.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
