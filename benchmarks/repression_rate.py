"""What predicted repression costs, beside the scan of the same transcripts, in one run on one thread.

CPU-seconds of a scan with the default model and settings, of the background of transcripts, of repression with that at
hand, and of its two tables; and nt per CPU-second of folding, of whole 3'UTRs and around the sites of few miRNAs only.
Nucleotides are random unless ``--transcripts`` is given: random ones have as many sites, half of them in the 3'UTR.

    python benchmarks/repression_rate.py [--transcripts T.fa.gz --cds CDS.tsv.gz] [--nt 2000000] [--mirnas 1 10]

Writes ``benchmarks/results/repression_rate-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

import dmiso
from dmiso.alphabet import NUCLEOTIDES
from dmiso.energies import unpaired_log10
from dmiso.extras import is_installed
from dmiso.io import write_text
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.models import resolve
from dmiso.records import Counts, SequenceRecord
from dmiso.repression import predict_repression, resolve_repression, transcript_background
from dmiso.repression.features import OPENED
from dmiso.scan.decoys import make_decoys
from dmiso.scan.scanner import Scanner
from dmiso.settings.scan import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    _T = TypeVar("_T")

RESULTS = Path(__file__).resolve().parent / "results"
LENGTH, MIRNA = 3000, 22
FOLDED = 100_000
"""nt of 3'UTR that are folded."""


def timed(way: Callable[[], _T]) -> tuple[_T, float]:
    """Return what a call gives and its CPU-seconds."""
    start = time.process_time()
    found = way()
    return found, round(time.process_time() - start, 3)


def random_rna(rng: np.random.Generator, length: int) -> str:
    """Return a random sequence."""
    return "".join(rng.choice(list(NUCLEOTIDES), length))


def transcripts_of(options: argparse.Namespace, rng: np.random.Generator) -> list[Transcript]:
    """Return transcripts of so many nt in all."""
    if options.transcripts is None:
        n = options.nt // LENGTH
        return [Transcript(str(i), random_rna(rng, LENGTH), (0, LENGTH // 2)) for i in range(n)]
    known = read_transcripts(options.transcripts, Counts(), cds=options.cds).values()
    coding = [t for t in known if t.cds is not None]
    ends = itertools.accumulate(len(t.sequence) for t in coding)
    return [t for t, end in zip(coding, ends, strict=True) if end <= options.nt]


def rates(mirnas: list[SequenceRecord], transcripts: list[Transcript]) -> dict[str, float]:
    """Time a scan and repression of the same miRNAs and transcripts."""
    model, settings = resolve_repression(), ScanSettings()
    scanner = Scanner.of(resolve(), settings)
    block = make_decoys(mirnas, settings, Counts())
    scanner.scan(block[:1], transcripts[:1])
    predict_repression(model, mirnas[:1], transcripts[:1], Counts())
    _, scan = timed(lambda: scanner.scan(block, transcripts))
    background, of_background = timed(lambda: transcript_background(model, transcripts))
    found, alone = timed(
        lambda: predict_repression(model, mirnas, transcripts, Counts(), background=background)
    )
    _, tables = timed(lambda: (found.gene_table(), found.site_table()))
    return {
        "mirnas": len(mirnas),
        "nt": sum(len(t.sequence) for t in transcripts),
        "seed_sites": len(found.added),
        "scan_s": scan,
        "background_s": of_background,
        "repression_s": alone,
        "tables_s": tables,
        "share_of_scan": round((of_background + alone + tables) / scan, 3),
    }


def folding(mirnas: list[SequenceRecord], transcripts: list[Transcript]) -> dict[str, float]:
    """Time the folding of 3'UTRs: whole, and around the sites of the miRNAs."""
    model = resolve_repression()
    ends = itertools.accumulate(len(t.sequence) - t.part("3'UTR")[0] for t in transcripts)
    few = [t for t, end in zip(transcripts, ends, strict=True) if end <= FOLDED]
    bases = [t.sequence[t.part("3'UTR")[0] :] for t in few]
    nt = sum(map(len, bases))
    _, whole = timed(lambda: [unpaired_log10(text, OPENED) for text in bases])
    none = {t.id: 0.0 for t in few}
    _, without = timed(lambda: predict_repression(model, mirnas, few, Counts(), background=none))
    _, within = timed(lambda: predict_repression(model, mirnas, few, Counts(), background=none, folding=True))
    return {
        "mirnas": len(mirnas),
        "nt_of_3utr": nt,
        "whole_nt_per_s": round(nt / whole),
        "around_sites_nt_per_s": round(nt / max(within - without, 1e-3)),
    }


def main() -> None:
    """Time all, write and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--transcripts", type=Path)
    parser.add_argument("--cds", type=Path)
    parser.add_argument("--nt", type=int, default=2_000_000)
    parser.add_argument("--mirnas", type=int, nargs="+", default=[1, 10])
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    transcripts = transcripts_of(options, rng)
    mirnas = [SequenceRecord(str(i), random_rna(rng, MIRNA)) for i in range(max(options.mirnas))]
    with threadpool_limits(1):
        result = {
            "machine": platform.processor() or platform.machine(),
            "transcripts": options.transcripts.name if options.transcripts else "random",
            "rates": [rates(mirnas[:n], transcripts) for n in options.mirnas],
            "folding": [folding(mirnas[:n], transcripts) for n in options.mirnas]
            if is_installed("RNA")
            else [],
        }
    text = json.dumps(result, indent=2) + "\n"
    write_text(RESULTS / f"repression_rate-v{dmiso.__version__}.json", text)
    print(text)


if __name__ == "__main__":
    main()
