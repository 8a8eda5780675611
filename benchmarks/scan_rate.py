"""How fast a scan is, beside what else finds sites, in one run on one thread.

Rates are nt × miRNA per CPU-second. The floating-point rate counts the multiply-adds of the matrix products only, per
offset asked for, and is compared with one core's sgemm measured between the repeats. Window by window is the same
network on every 60-nt window. RNAhybrid and ViennaRNA's duplexfold run on the same nucleotides where they are installed
(duplexfold in pieces of 2,000 nt: it gives one duplex per piece). Nucleotides are random unless ``--transcripts`` is
given.

    python benchmarks/scan_rate.py [--transcripts T.fa.gz --cds CDS.tsv.gz] [--nt 100000] [--repeats 3]

Writes ``benchmarks/results/scan_rate-v<version>.json`` and prints tables.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

import dmiso
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.ensemble import member_weights
from dmiso.extras import is_installed
from dmiso.io.transcripts import read_transcripts
from dmiso.models import resolve
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.records import Counts
from dmiso.scan.gate.gate import fit_gate
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites, lowest_logit

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.models import StoredModel

RESULTS = Path(__file__).resolve().parent / "results"
WINDOWS_A_SECOND_PEER = 90
"""What miRBind2's authors' program does on a CPU, as measured before this script was written."""
LENGTH = 22
DISTANCE = 15
RECALL = 0.98
"""Of the scan with a gate that is timed beside the exact one; what it finds, ``scan_recall.py`` measures."""


def cpu_seconds(way: Callable[[], object], repeats: int) -> float:
    """Return the median CPU time of a call; children count."""

    def spent() -> float:
        child = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + child.ru_utime + child.ru_stime

    values = []
    for _ in range(repeats):
        start = spent()
        way()
        values.append(spent() - start)
    return statistics.median(values)


def sgemm_rate(size: int = 1024) -> float:
    """Return multiply-adds per second of one core in a large matrix product."""
    a = np.ones((size, size), np.float32)
    out = np.empty_like(a)
    np.matmul(a, a, out=out)
    return 4 * size**3 / cpu_seconds(lambda: [np.matmul(a, a, out=out) for _ in range(4)], 3)


def multiply_adds(model: StoredModel) -> int:
    """Return the multiply-adds of the matrix products at one offset of a 22-nt miRNA, without the shared context."""
    weights = member_weights(model.weights, model.config.members)[0]
    channels, heads = len(weights["mix.bias"]), weights["bulge"].shape[1]
    blocks = sum(name.endswith(".convolution.weight") for name in weights)
    # two products per output of a convolution of width 5, see dmiso.engine.duplex.phases, and one of its mixing
    each = channels * (LENGTH * heads + blocks * 3 * channels + 1)
    return each * model.config.members


def bases_of(given: argparse.Namespace, draw: np.random.Generator) -> str:
    """Return what is scanned: 3'UTRs end to end, or random nucleotides."""
    if given.transcripts is None:
        return "".join(draw.choice(list("AUCG"), given.nt, p=(0.28, 0.31, 0.20, 0.21)))
    found = read_transcripts(given.transcripts, Counts(), cds=given.cds).values()
    text, parts = 0, []
    for transcript in found:
        start, end = transcript.part("3'UTR")
        parts.append(transcript.sequence[start:end])
        text += end - start
        if text >= given.nt:
            break
    return "".join(parts)[: given.nt]


def growth(
    network: PositionNetwork, lowest: float, bases: str, mirnas: list[str], repeats: int
) -> list[dict]:
    """Return rates for more nucleotides and more miRNAs."""
    rows = []
    for n_mirnas, share in ((1, 1.0), (10, 0.25), (10, 0.5), (10, 1.0), (100, 0.1)):
        part = bases[: int(len(bases) * share)]
        seconds = cpu_seconds(
            lambda part=part, n=n_mirnas: find_sites(
                network, mirnas[:n], part, distance=DISTANCE, lowest=lowest
            ),
            repeats if n_mirnas < 100 else 1,
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append(
            {
                "mirnas": n_mirnas,
                "nt": len(part),
                "cpu_seconds": seconds,
                "rate": n_mirnas * len(part) / seconds,
                "peak_mib": round(peak),
            }
        )
    return rows


def beside_sgemm(
    network: PositionNetwork, mirnas: list[str], codes: np.ndarray, repeats: int
) -> list[tuple[float, float]]:
    """Return the network's rate and that of sgemm, measured in turns."""
    mirna_codes, rates = network.encode_mirnas(mirnas), []
    for _ in range(repeats):
        top = sgemm_rate()
        seconds = cpu_seconds(lambda: network.positions(mirna_codes, codes), 1)
        rates.append((len(codes) * len(mirnas) / seconds, top))
    return rates


def gated(
    network: PositionNetwork, lowest: float, bases: str, mirnas: list[str], repeats: int
) -> dict[str, float]:
    """Return the rate of a scan with a gate, and how many times that of the exact one it is; timed in turns."""
    part = bases[:30_000]
    gate = fit_gate(network, lowest=lowest, recall=RECALL, distance=DISTANCE)
    exact = partial(find_sites, network, mirnas, part, distance=DISTANCE, lowest=lowest)
    fast = partial(exact, gate=gate)
    fast()  # compiles
    turns = [(cpu_seconds(exact, 1), cpu_seconds(fast, 1)) for _ in range(repeats)]
    slow, quick = (statistics.median(values) for values in zip(*turns, strict=True))
    return {"recall": RECALL, "rate": len(mirnas) * len(part) / quick, "times_exact": slow / quick}


def peers(bases: str, mirna: str, repeats: int) -> dict[str, float]:
    """Return rates of other programs, nt × miRNA per CPU-second."""
    rates = {}
    part = bases[:20_000]
    if shutil.which("RNAhybrid"):
        with tempfile.TemporaryDirectory() as folder:
            target, query = Path(folder, "t.fa"), Path(folder, "q.fa")
            target.write_text(f">t\n{part}\n")
            query.write_text(f">q\n{mirna}\n")
            words = ["RNAhybrid", "-s", "3utr_human", "-b", "100", "-m", "30000", "-e", "-15"]
            seconds = cpu_seconds(
                lambda: subprocess.run([*words, "-t", target, "-q", query], check=True, capture_output=True),
                repeats,
            )
        rates["RNAhybrid, all sites below -15 kcal/mol"] = len(part) / seconds
    if is_installed("RNA"):
        import RNA  # noqa: PLC0415 - only where it is installed

        pieces = [part[i : i + 2_000] for i in range(0, len(part), 2_000)]
        seconds = cpu_seconds(lambda: [RNA.duplexfold(mirna, piece) for piece in pieces], repeats)
        rates["ViennaRNA duplexfold, one site a piece"] = len(part) / seconds
    return rates


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--transcripts", type=Path)
    parser.add_argument("--cds", type=Path)
    parser.add_argument("--nt", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--model")
    given = parser.parse_args()
    draw = np.random.default_rng(11)
    model = resolve(given.model)
    network = PositionNetwork(model)
    bases = bases_of(given, draw)
    mirnas = ["U" + "".join(draw.choice(list("AUCG"), LENGTH - 1)) for _ in range(100)]
    lowest = lowest_logit(model.calibration, min_percentile=99)
    with threadpool_limits(1):
        find_sites(network, mirnas[:2], bases[:3_000], distance=DISTANCE, lowest=lowest)  # compiles
        codes, mirna_codes = network.encode_target(bases[:20_000]), network.encode_mirnas(mirnas[:50])
        shares = beside_sgemm(network, mirnas[:50], codes, given.repeats)
        rate, top = (statistics.median(values) for values in zip(*shares, strict=True))
        macs = multiply_adds(model)
        engine = DuplexEngine(member_weights(model.weights, model.config.members)[0])
        views = np.lib.stride_tricks.sliding_window_view(codes[:600], 60)
        windows = np.ascontiguousarray(views)
        engine.logits_grid(mirna_codes[:1], windows[:8])
        by_window = len(windows) / cpu_seconds(
            lambda: engine.logits_grid(mirna_codes[:1], windows), given.repeats
        )
        rows = growth(network, lowest, bases, mirnas, given.repeats)
        fast = gated(network, lowest, bases, mirnas[:50], given.repeats)
        others = peers(bases, mirnas[0], given.repeats)
    said = {
        "model": model.config.name,
        "weights_sha256": model.weights_sha256,
        "machine": platform.processor() or platform.machine(),
        "bases": "3'UTRs" if given.transcripts else "random",
        "network_rate": rate,
        "sgemm_multiply_adds_a_second": top,
        "multiply_adds_an_offset": macs,
        "share_of_sgemm": statistics.median(r * macs / t for r, t in shares),
        "window_by_window_rate": by_window,
        "context_letters": CONTEXT,
        "growth": rows,
        "gated": fast,
        "peers": others,
        "times": {
            "window by window at stride 1": rate / by_window,
            "90 windows per second": rows[3]["rate"] / WINDOWS_A_SECOND_PEER,
            **{name: rows[3]["rate"] / value for name, value in others.items()},
        },
    }
    path = RESULTS / f"scan_rate-v{dmiso.__version__}.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
