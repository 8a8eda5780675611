"""What a scan with a recall below 1 finds of the exact scan's sites, and how much faster it is, in one run.

Real 3'UTRs, each scanned by itself with let-7a, miR-1, miR-124, isomiRs of these, and miRNAs drawn from a reference.
For each percentile cut and each stated recall: the share of the exact scan's sites that is found (all, by seed class,
of the least well served miRNA), the largest difference of their logits, the share of offsets whose logit was computed,
and the ratio of CPU time, exact and fast in turns. One thread.

    python benchmarks/scan_recall.py MATURE.fa MRNA.fa.gz CDS.tsv.gz [--nt 120000] [--repeats 3]

Writes ``benchmarks/results/scan_recall-v<version>.json`` and prints tables.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

import dmiso
from dmiso.io import read_sequences
from dmiso.io.transcripts import read_transcripts
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.scan.gate.gate import fit_gate
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites, lowest_logit
from dmiso.seeds import seed_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.engine.duplex.gate import Gate

RESULTS = Path(__file__).resolve().parent / "results"
DISTANCE = 15
CUTS = (90.0, 95.0, 99.0, 99.9)
RECALLS = (0.9, 0.95, 0.98, 0.99, 0.995)
NAMED = {
    "let-7a": "UGAGGUAGUAGGUUGUAUAGUU",
    "let-7a 5'+1": "GAGGUAGUAGGUUGUAUAGUU",
    "miR-1": "UGGAAUGUAAAGAAGUAUGUAU",
    "miR-1 5'+1": "GGAAUGUAAAGAAGUAUGUAU",
    "miR-124": "UAAGGCACGCGGUGAAUGCCAA",
    "miR-124 3'-1": "UAAGGCACGCGGUGAAUGCCA",
    "miR-101": "UACAGUACUGUGAUAACUGAA",
    "miR-101 5'-1": "GUACAGUACUGUGAUAACUGAA",
}
Sites = dict[tuple[int, int, int], tuple[float, str]]


def bases_of(transcripts: Path, cds: Path, nt: int) -> list[str]:
    """Return 3'UTRs of at least 100 nucleotides, ``nt`` nucleotides in all."""
    parts, text = [], 0
    for transcript in read_transcripts(transcripts, Counts(), cds=cds).values():
        start, end = transcript.part("3'UTR")
        if end - start >= 100:
            parts.append(transcript.sequence[start : min(end, start + nt - text)])
            text += len(parts[-1])
        if text >= nt:
            break
    return parts


def mirnas_of(reference: Path, n: int) -> dict[str, str]:
    """Return the named miRNAs and ``n`` human ones drawn from a reference."""
    known = {r.id: r.sequence for r in read_sequences(reference, Counts()) if r.id.startswith("hsa-")}
    others = sorted(name for name, bases in known.items() if bases not in NAMED.values())
    drawn = np.random.default_rng(12).choice(others, n, replace=False).tolist()
    return NAMED | {name: known[name] for name in drawn}


def scan(
    network: PositionNetwork, mirnas: list[str], parts: list[str], lowest: float, gate: Gate | None = None
) -> list:
    """Return the sites of each part."""
    return [find_sites(network, mirnas, part, distance=DISTANCE, lowest=lowest, gate=gate) for part in parts]


def keyed(found: list, mirnas: list[str], parts: list[str]) -> Sites:
    """Return logit and seed class of sites by part, miRNA and peak."""
    sites = {}
    for p, own in enumerate(found):
        for m, offset, start, end, logit in zip(*(x.tolist() for x in own), strict=True):
            around = parts[p][max(0, start - 2) : end + 2]
            sites[p, m, offset] = (logit, seed_class(mirnas[m], around))
    return sites


def cpu_seconds(way: Callable[[], object]) -> float:
    """Return the CPU time of a call."""
    start = time.process_time()
    way()
    return time.process_time() - start


def shares(exact: Sites, found: Sites, names: list[str]) -> dict[str, object]:
    """Return which share of the exact scan's sites was found."""
    by_class, by_mirna = (
        {
            key: sum(which(position) == key for position in found) / n
            for key, n in sorted(Counter(map(which, exact)).items())
        }
        for which in (lambda position: exact[position][1], lambda position: names[position[1]])
    )
    counted = Counter(names[m] for _, m, _ in exact)
    return {
        "sites": len(exact),
        "recall": len(found) / max(len(exact), 1),
        "recall_by_seed_class": by_class,
        "sites_by_seed_class": dict(sorted(Counter(x for _, x in exact.values()).items())),
        "recall_of_named": {name: by_mirna[name] for name in NAMED if name in by_mirna},
        "lowest_recall_with_20_sites": min(
            (by_mirna[n] for n, k in counted.items() if k >= 20), default=None
        ),
        "largest_logit_difference": max((abs(found[k][0] - exact[k][0]) for k in found), default=0.0),
        "found_but_not_exact": len(set(found) - set(exact)),
    }


def computed(network: PositionNetwork, mirnas: list[str], parts: list[str], gate: Gate) -> float:
    """Return the share of offsets whose neighbourhood was computed to the end."""
    n = total = 0
    codes = network.encode_mirnas(mirnas)
    for part in parts[:20]:
        for piece in network.stream(codes, network.encode_target(part), margin=DISTANCE, gate=gate):
            own = piece.logits[0, :, piece.start - piece.first : piece.stop - piece.first]
            n, total = n + int((own > -1000).sum()), total + own.size
    return n / total


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("mirnas", type=Path)
    parser.add_argument("transcripts", type=Path)
    parser.add_argument("cds", type=Path)
    parser.add_argument("--nt", type=int, default=120_000)
    parser.add_argument("--others", type=int, default=42, help="miRNAs drawn from the reference")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--model")
    given = parser.parse_args()
    model = resolve(given.model)
    network = PositionNetwork(model)
    parts, named = bases_of(given.transcripts, given.cds, given.nt), mirnas_of(given.mirnas, given.others)
    names, mirnas = list(named), list(named.values())
    rows = []
    with threadpool_limits(1):
        scan(network, mirnas[:2], parts[:2], 0.0)  # compiles
        for cut in CUTS:
            lowest = lowest_logit(model.calibration, min_percentile=cut)
            gates, seconds = {}, {}
            for recall in RECALLS:
                start = time.process_time()
                gates[recall] = fit_gate(network, lowest=lowest, recall=recall, distance=DISTANCE)
                seconds[recall] = time.process_time() - start
            exact = keyed(scan(network, mirnas, parts, lowest), mirnas, parts)
            times: dict[float, list[float]] = {recall: [] for recall in (1.0, *RECALLS)}
            for _ in range(given.repeats):
                for recall, own in times.items():
                    gate = gates.get(recall)
                    own.append(cpu_seconds(lambda g=gate, lo=lowest: scan(network, mirnas, parts, lo, g)))
            for recall, gate in gates.items():
                found = keyed(scan(network, mirnas, parts, lowest, gate), mirnas, parts)
                ratio = statistics.median(a / b for a, b in zip(times[1.0], times[recall], strict=True))
                rows.append(
                    {
                        "min_percentile": cut,
                        "stated_recall": recall,
                        **shares(exact, found, names),
                        "times_faster": ratio,
                        "share_computed": computed(network, mirnas, parts, gate),
                        "fit_cpu_seconds": seconds[recall],
                        "cpu_seconds_exact": statistics.median(times[1.0]),
                        "cpu_seconds": statistics.median(times[recall]),
                    }
                )
                print({k: v for k, v in rows[-1].items() if not isinstance(v, dict)})
    said = {
        "model": model.config.name,
        "weights_sha256": model.weights_sha256,
        "machine": platform.processor() or platform.machine(),
        "mirnas": len(mirnas),
        "nt": sum(map(len, parts)),
        "repeats": given.repeats,
        "rows": rows,
    }
    path = RESULTS / f"scan_recall-v{dmiso.__version__}.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
