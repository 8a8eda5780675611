"""A scan of full size: human 3'UTRs with the most abundant miRNAs of a sample and their isomiRs, and its top genes.

    python benchmarks/full_scan.py --data FOLDER [--mirnas 100] [--isomirs 300] [--work FOLDER] [-- OPTIONS OF SCAN]

``FOLDER`` is the shared data. ``dmiso isomirs`` counts the reads of the small-RNA sample; the miRNAs with most reads
come in as their exact sequence, with the most frequent other sequences that are theirs alone. Then ``dmiso scan`` of
all 3'UTRs, with the genes' repression. Time and memory are those of all processes (``sessions.py``). Writes
``benchmarks/results/full_scan-v<version>.json``: what it took, and the genes that it ranks first.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import tempfile
from pathlib import Path

import polars as pl

import dmiso
from dmiso.io import read_sequences
from dmiso.records import Counts
from sessions import measure

RESULTS = Path(__file__).resolve().parent / "results"
SAMPLE = "smallrna_human_lcl_10k.fastq.gz"


def write_mirnas(counted: Path, path: Path, n_mirnas: int, n_isomirs: int) -> dict[str, int]:
    """Write the most abundant miRNAs and isomiRs; return how many of each there are, and their reads."""
    features = pl.read_csv(counted / "features.tsv", separator="\t")
    reads = pl.read_csv(counted / "isomirs.tsv", separator="\t")
    reads = reads.select("feature", reads=pl.sum_horizontal(pl.exclude("feature")))
    # of several miRNAs none is picked: their sequences are left out here
    every = features.join(reads, on="feature").filter(~pl.col("mirna_ids").str.contains(","))
    totals = (
        every.group_by("mirna_ids")
        .agg(pl.col("reads").sum())
        .sort("reads", "mirna_ids", descending=[True, False])
    )
    exact = every.filter(pl.col("variant") == "exact")
    chosen = totals.filter(pl.col("mirna_ids").is_in(exact["mirna_ids"].to_list())).head(n_mirnas)
    own = every.filter(pl.col("mirna_ids").is_in(chosen["mirna_ids"].to_list()))
    mirnas = own.filter(pl.col("variant") == "exact")
    others = own.filter(pl.col("variant") != "exact").sort("reads", "feature", descending=[True, False])
    others = others.unique("sequence", keep="first", maintain_order=True).head(n_isomirs)
    rows = [*mirnas.iter_rows(named=True), *others.iter_rows(named=True)]
    path.write_text(
        "".join(f">{row['feature'].replace(';', '|')}\n{row['sequence']}\n" for row in rows), encoding="ascii"
    )
    return {
        "mirnas": len(mirnas),
        "isomirs": len(others),
        "reads_of_mirnas": int(mirnas["reads"].sum()),
        "reads_of_isomirs": int(others["reads"].sum()),
    }


def write_genes(utrs: Path, path: Path) -> tuple[int, int]:
    """Write which transcript is of which gene; return transcripts and nucleotides."""
    counts, rows, nucleotides = Counts(), ["transcript_id\tgene_id\n"], 0
    for record in read_sequences(utrs, counts):
        symbol = re.search(r"symbol=(\S+)", record.description)
        rows.append(f"{record.id}\t{symbol[1] if symbol else record.id}\n")
        nucleotides += len(record.sequence)
    path.write_text("".join(rows), encoding="utf-8")
    return len(rows) - 1, nucleotides


def ranked_first(output: Path, n: int) -> dict[str, object]:
    """Return the genes that a scan ranks first, of all miRNAs together and of single ones, and how many there are."""
    genes, pairs = (pl.read_parquet(output / f"{name}.parquet") for name in ("genes_total", "genes"))
    own = ("mirna_id", "gene_id", "repression", "binding", "n_seed_sites", "n_sites")
    return {
        "genes": len(genes),
        "pairs": len(pairs),
        "top_genes": genes.sort("repression", "gene_id", nulls_last=True).head(n).to_dicts(),
        "top_pairs": pairs.select(own).sort("repression", "gene_id", nulls_last=True).head(n).to_dicts(),
    }


def main() -> None:
    """Count, scan, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mirnas", type=int, default=100)
    parser.add_argument("--isomirs", type=int, default=300)
    parser.add_argument("--top", type=int, default=40)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "dmiso-full-scan"))
    parser.add_argument("options", nargs="*", help="of dmiso scan, after --")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    mirbase = given.data / "references" / "mirbase22"
    references = ["--mature", mirbase / "hsa_matures.fa.gz", "--hairpin", mirbase / "hsa_hairpins.fa.gz"]
    counted = given.work / "counted"
    if not counted.exists():
        measure("isomirs", given.data / "reads" / SAMPLE, *references, "-o", counted, "-q")
    row: dict[str, object] = write_mirnas(
        counted / "counts", given.work / "mirnas.fa", given.mirnas, given.isomirs
    )
    utrs = given.data / "transcripts" / "human_3utr_firm_entrez.fa.gz"
    row["transcripts"], row["nt"] = write_genes(utrs, given.work / "genes.tsv")
    words = ["--mirnas", given.work / "mirnas.fa", "--transcripts", utrs, "--as-utrs"]
    words += ["--genes", given.work / "genes.tsv", *given.options]
    output = given.work / "scanned"
    resumed = (output / "plan.json").exists()
    row |= {"options": shlex.join(given.options), "resumed": resumed}
    row |= measure("scan", *words, "-o", output, *(["--resume"] if resumed else []))
    row |= {"load": os.getloadavg()[0], **ranked_first(output, given.top)}
    path = RESULTS / f"full_scan-v{dmiso.__version__}.json"
    path.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
