"""Memory and time of a large scan, from the command line: random targets, random miRNAs of 22 nt.

Memory is that of all processes (``sessions.py``). A run that was interrupted goes on (``--resume``), and then its time
is not all of it: the result says so.

    python benchmarks/scan_size.py --megabases 100 --mirnas 100 [--length 3000] [--work FOLDER] [-- OPTIONS OF SCAN]

The shapes that must grow in step with nucleotides times miRNAs: many transcripts (``--length 3000``), one sequence of
100 Mb (``--length 100000000``), a million short targets (``--megabases 50 --length 50``), 5,000 miRNAs, and with
``--genes`` the genes of many transcripts. Adds a row to ``benchmarks/results/scan_size-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import tempfile
from pathlib import Path

import numpy as np

import dmiso
from sessions import measure

RESULTS = Path(__file__).resolve().parent / "results"
SHARES = (0.28, 0.31, 0.20, 0.21)
"""Of A, U, C and G, about those of human 3'UTRs."""
DRAWN = 1_000_000
"""Nucleotides drawn at once: a chromosome is written in pieces."""


def write_fasta(path: Path, name: str, length: int, n: int, seed: int) -> None:
    """Write random sequences, unless the file is there."""
    if path.exists():
        return
    draw = np.random.default_rng(seed)
    bases = np.frombuffer(b"AUCG", np.uint8)
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        for i in range(n):
            out.write(f">{name}{i}\n".encode())
            for start in range(0, length, DRAWN):
                out.write(bases[draw.choice(4, min(DRAWN, length - start), p=SHARES)].tobytes())
            out.write(b"\n")
    part.rename(path)


def write_genes(path: Path, n: int) -> None:
    """Write a table of genes with one transcript each."""
    rows = "".join(f"t{i}\tg{i}\n" for i in range(n))
    path.write_text("transcript_id\tgene_id\n" + rows, encoding="ascii")


def main() -> None:
    """Scan, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabases", type=float, default=10)
    parser.add_argument("--mirnas", type=int, default=100)
    parser.add_argument("--length", type=int, default=3_000, help="of each target, nt")
    parser.add_argument("--genes", action="store_true", help="give the transcripts' genes too")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "dmiso-scan-size"))
    parser.add_argument("options", nargs="*", help="of dmiso scan, after --")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    n = round(given.megabases * 1e6 / given.length)
    mirnas = given.work / f"mirnas-{given.mirnas}.fa"
    transcripts = given.work / f"targets-{n}-{given.length}.fa"
    write_fasta(mirnas, "m", 22, given.mirnas, seed=1)
    write_fasta(transcripts, "t", given.length, n, seed=2)
    words = ["--mirnas", mirnas, "--transcripts", transcripts, *given.options]
    if given.genes:
        write_genes(given.work / f"genes-{n}.tsv", n)
        words += ["--genes", given.work / f"genes-{n}.tsv"]
    name = "-".join([str(given.mirnas), str(n), str(given.length), *given.options])
    output = given.work / f"scan-{name.replace(os.sep, '_').replace(' ', '_')}"
    resumed = (output / "plan.json").exists()
    measured = measure("scan", *words, "-o", output, *(["--resume"] if resumed else []))
    sites = json.loads((output / "scan.manifest.json").read_text())["counts"]["kept"].get("sites", 0)
    row = {
        "nt": n * given.length,
        "targets": n,
        "mirnas": given.mirnas,
        "options": shlex.join([*(["--genes"] if given.genes else []), *given.options]),
        "sites": sites,
        **measured,
        "resumed": resumed,
        "load": os.getloadavg()[0],
    }
    file = RESULTS / f"scan_size-v{dmiso.__version__}.json"
    rows = json.loads(file.read_text()) if file.exists() else []
    file.write_text(json.dumps([*rows, row], indent=1) + "\n")
    print(json.dumps(row))


if __name__ == "__main__":
    main()
