"""What a scan's first look misses, and what it saves.

``python benchmarks/first_look.py misses MATURE_FASTA UTR_FASTA`` scans every offset of real 3'UTRs with real miRNAs and
isomiRs, made-up hard cases beside them, and asks of each site at which threshold the first look finds it: so one scan
tells of every threshold. A site that the first look finds and the scan after it does not is missed at all of them. It
goes on where it was stopped (``--work``). The student and its thresholds were fitted to made-up sequences. Left out are
the 60 miRNAs and 60 UTRs that the network of the first student was chosen on, and the 600 miRNAs and 4,600 UTRs that
earlier ones were judged on: whatever was chosen, was chosen without those that are scanned here.

``python benchmarks/first_look.py speed MATURE_FASTA UTR_FASTA`` takes CPU times, exact and with first look in turns,
and compares the sites.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta
from threadpoolctl import threadpool_limits

import dmiso
from dmiso.io import read_sequences
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.scan.gate.gate import fit_gate, highest_reached
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites, lowest_logit
from dmiso.seeds import reverse_complement

RESULTS = Path(__file__).resolve().parent / "results"
DISTANCE, PERCENTILE = 15, 99.0
RECALLS = (0.9, 0.95, 0.98, 0.99, 1.0)
SEEN_MIRNAS, SEEN_UTRS = 600, 4_600
"""Scanned to judge earlier students and rules; the margin and the lengths of miRNAs were chosen then."""
CHOSEN_ON_SEED = 77
"""Of the miRNAs and UTRs that sizes were chosen on: they are left out."""


def sequences(path: Path, prefix: str = "") -> list[str]:
    """Return the sequences of a FASTA whose names begin with a prefix."""
    return [one.sequence for one in read_sequences(path, Counts()) if one.id.startswith(prefix)]


def left_over(every: list[str], draw: np.random.Generator) -> list[str]:
    """Return sequences in random order without the sixty that sizes were chosen on."""
    kept = [every[i] for i in draw.permutation(len(every))[60:]]
    return [kept[i] for i in np.random.default_rng(1).permutation(len(kept))]


def isomirs(mirnas: list[str]) -> dict[str, str]:
    """Return miRNAs by kind and number, every second one as an isomiR: cut or grown at its ends by 1 or 2 nt.

    Some are as short or as long as hardly any is in life.
    """
    found = {}
    for i, mirna in enumerate(mirnas):
        kinds = {
            0: ("canonical", mirna),
            1: ("5' -1", mirna[1:]),
            2: ("canonical", mirna),
            3: ("5' +1", "U" + mirna),
            4: ("canonical", mirna),
            5: ("3' -2", mirna[:-2]),
            6: ("canonical", mirna),
            7: ("3' +2", mirna + "UA"),
            8: ("16 nt", mirna[:16]) if i % 20 == 8 else ("18 nt", mirna[:18]),
            9: ("30 nt", (mirna + mirna[::-1])[:30]),
        }
        kind, bases = kinds[i % 10]
        found[f"{kind} {i}"] = bases
    return found


def hard_targets(mirnas: list[str], draw: np.random.Generator) -> dict[str, str]:
    """Return made-up targets of kinds that random sequences have none of."""

    def random(n: int, shares: tuple[float, ...] = (0.25,) * 4) -> str:
        return "".join(draw.choice(list("AUCG"), n, p=shares))

    planted = [x for mirna in mirnas[:40] for x in (random(60), reverse_complement(mirna))]
    partial = [
        x
        for mirna in mirnas[:40]
        for x in (random(60), reverse_complement(mirna[1:8]), reverse_complement(mirna[:8]) * 2)
    ]
    return {
        "complements": "".join(planted),
        "seeds side by side": "".join(partial),
        "poly-U": "U" * 600 + random(300) + "U" * 300,
        "poly-A and poly-G": "A" * 500 + random(200) + "G" * 300,
        "dinucleotide repeats": "UG" * 300 + random(100) + "CA" * 300 + random(100) + "GU" * 200,
        "repeats of sites": "".join(reverse_complement(m)[4:16] * 12 for m in mirnas[:12]),
        "GC-rich": random(4_000, (0.1, 0.1, 0.4, 0.4)),
        "AU-rich": random(4_000, (0.42, 0.42, 0.08, 0.08)),
        "N runs": "".join(random(25) + "N" * int(draw.integers(1, 40)) for _ in range(120)),
        "ends": reverse_complement(mirnas[0]) + random(80) + reverse_complement(mirnas[1]),
    }


def asked(
    network: PositionNetwork, gate: Any, mirnas: dict[str, str], target: str, lowest: float
) -> dict[str, list[float]]:
    """Return the thresholds at which the sites of the exact scan are found, by miRNA.

    Minus infinity for a site that the scan with this gate does not find although the first look does; infinity for one
    of a miRNA of which every offset is computed, whatever the look says.
    """
    sites = find_sites(network, list(mirnas.values()), target, distance=DISTANCE, lowest=lowest)
    kept = keyed(
        [find_sites(network, list(mirnas.values()), target, distance=DISTANCE, lowest=lowest, gate=gate)]
    )
    names, found = list(mirnas), {}
    unfamiliar = gate.unfamiliar(network.encode_mirnas(list(mirnas.values())))
    for m in np.unique(sites.mirna):
        offsets = sites.offset[sites.mirna == m]
        if unfamiliar[m]:
            reached = np.full(len(offsets), np.inf)
        else:
            reached = highest_reached(network.look(gate, mirnas[names[m]], target), offsets, gate)
        lost = [(0, m, offset) not in kept for offset in offsets.tolist()]
        reached[lost & (reached >= gate.threshold.pooled)] = -np.inf
        found[names[m]] = reached.tolist()
    return found


def misses(given: argparse.Namespace, network: PositionNetwork, lowest: float) -> dict[str, Any]:
    """Ask of every site at which threshold it is found."""
    draw = np.random.default_rng(CHOSEN_ON_SEED)
    utrs = left_over(sequences(given.utrs), draw)[SEEN_UTRS:]
    every = left_over(sorted(set(sequences(given.mirnas, "hsa-"))), draw)
    mirnas = isomirs(every[SEEN_MIRNAS:][: given.n_mirnas])
    gates = {r: fit_gate(network, lowest=lowest, recall=r, distance=DISTANCE) for r in RECALLS}
    gate = gates[1.0]
    jobs = [("real", utr) for utr in utrs]
    hard = hard_targets(list(mirnas.values()), np.random.default_rng(5))
    jobs = [*hard.items(), *jobs]
    done = given.work.read_text(encoding="utf-8").splitlines() if given.work.exists() else []
    offsets = sum(json.loads(line)["offsets"] for line in done)
    with given.work.open("a", encoding="utf-8") as file:
        for number, (kind, target) in enumerate(jobs):
            if number < len(done):
                continue
            if offsets >= given.offsets:
                break
            found = asked(network, gate, mirnas, target, lowest)
            n = network.n_offsets(network.encode_target(target)) * len(mirnas)
            offsets += n
            file.write(json.dumps({"kind": kind, "offsets": n, "reached": found}) + "\n")
            file.flush()
    rows = [json.loads(line) for line in given.work.read_text(encoding="utf-8").splitlines()]
    return told(rows, {r: g.threshold.pooled for r, g in gates.items()}, lowest)


def told(rows: list[dict[str, Any]], thresholds: dict[float, float], lowest: float) -> dict[str, Any]:
    """Return the share of sites found at each recall's threshold: real and hard, by kind of miRNA, lowest miRNA."""
    by: dict[str, list[float]] = defaultdict(list)
    mirnas: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, reached in row["reached"].items():
            real = row["kind"] == "real"
            if reached and max(reached) == np.inf:
                by[f"computed everywhere: {'real' if real else 'hard'}"] += reached
                continue
            by["real" if real else f"hard: {row['kind']}"] += reached
            if real:
                by[f"real: {name.rpartition(' ')[0]}"] += reached
                mirnas[name] += reached
    said: dict[str, Any] = {
        "offsets": sum(row["offsets"] for row in rows if row["kind"] == "real"),
        "thresholds_below_the_cut": {r: lowest - t for r, t in thresholds.items()},
        "lowest_reached_below_the_cut": {
            k: lowest - min(v) for k, v in sorted(by.items()) if v and np.isfinite(min(v))
        },
    }
    for recall, threshold in thresholds.items():
        shares = [float(np.mean(np.array(v) >= threshold)) for v in mirnas.values() if len(v) >= 20]
        said[f"recall {recall:g}"] = {
            "sites_and_missed": {
                k: [len(v), int((np.array(v) < threshold).sum())] for k, v in sorted(by.items())
            },
            "lowest_mirna_with_20_sites": min(shares, default=None),
            "mirnas_and_with_a_miss": [
                len(mirnas),
                sum(min(v) < threshold for v in mirnas.values() if v),
            ],
        }
    n, missed = said["recall 1"]["sites_and_missed"]["real"]
    # the largest share at which so few would still be missed in one of twenty tries (Clopper & Pearson 1934)
    said["missed_at_most_95"] = float(beta.ppf(0.95, missed + 1, n - missed))
    return said


def speed(given: argparse.Namespace, network: PositionNetwork, lowest: float) -> dict[str, Any]:
    """Take the times in turns, and compare sites: of miRNAs that a student decides about, and of all."""
    draw = np.random.default_rng(CHOSEN_ON_SEED)
    utrs = left_over(sequences(given.utrs), draw)[: given.n_utrs]
    every = isomirs(left_over(sorted(set(sequences(given.mirnas, "hsa-"))), draw)[: given.n_mirnas])
    # those cut to 16 or grown to 30 nt are computed at every offset: a tenth here, hardly any in life
    mirnas = [bases for name, bases in every.items() if not name.startswith(("16 nt", "30 nt"))]
    gates: dict[str, Any] = {"every offset": None}
    for recall in (1.0, 0.98, 0.9):
        gates[f"first look, recall {recall:g}"] = fit_gate(
            network, lowest=lowest, recall=recall, distance=DISTANCE
        )
    unfamiliar = gates["first look, recall 1"].unfamiliar(network.encode_mirnas(mirnas))
    own = [bases for bases, is_other in zip(mirnas, unfamiliar, strict=True) if not is_other]
    return {
        "repeats": given.repeats,
        "of_18_to_26_nt": timed(network, gates, own, utrs, lowest, given.repeats),
        "of_all_lengths": timed(network, gates, mirnas, utrs, lowest, given.repeats),
    }


def timed(
    network: PositionNetwork,
    gates: dict[str, Any],
    mirnas: list[str],
    utrs: list[str],
    lowest: float,
    repeats: int,
) -> dict[str, Any]:
    """Take the times of every gate in turns."""
    n = sum(network.n_offsets(network.encode_target(utr)) for utr in utrs) * len(mirnas)
    times: dict[str, list[float]] = {name: [] for name in (*gates, "the look alone")}
    found: dict[str, list[Any]] = {}
    for _ in range(repeats + 1):  # the first one compiles
        for name, gate in gates.items():
            start = time.process_time()
            found[name] = [
                find_sites(network, mirnas, utr, distance=DISTANCE, lowest=lowest, gate=gate) for utr in utrs
            ]
            times[name].append(time.process_time() - start)
        start = time.process_time()
        codes = network.encode_mirnas(mirnas)
        for utr in utrs:
            target = network.encode_target(utr)
            network._gated[0].look(  # noqa: SLF001 - a part is timed alone
                gates["first look, recall 1"], codes, target, 0, network.n_offsets(target)
            )
        times["the look alone"].append(time.process_time() - start)
    exact = keyed(found["every offset"])
    rows = {}
    for name, own in times.items():
        ratios = [a / b for a, b in zip(times["every offset"][1:], own[1:], strict=True)]
        rows[name] = {
            "offsets_per_cpu_second": n / statistics.median(own[1:]),
            "times_faster": statistics.median(ratios),
        }
        if name in found:
            sites = keyed(found[name])
            rows[name] |= {
                "sites": len(sites),
                "missed": len(set(exact) - set(sites)),
                "added": len(set(sites) - set(exact)),
                "with_other_bits": sum(sites[k] != exact[k] for k in set(sites) & set(exact)),
            }
    return {"offsets": n, "mirnas": len(mirnas), "rows": rows}


def keyed(found: list[Any]) -> dict[tuple[int, int, int], tuple[float, int, int]]:
    """Return logit, start and end of sites by UTR, miRNA and peak."""
    return {
        (u, m, o): rest
        for u, sites in enumerate(found)
        for m, o, *rest in zip(
            *(x.tolist() for x in (sites.mirna, sites.offset, sites.logit, sites.start, sites.end)),
            strict=True,
        )
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["misses", "speed"])
    parser.add_argument("mirnas", type=Path)
    parser.add_argument("utrs", type=Path)
    parser.add_argument("--offsets", type=int, default=600_000_000)
    parser.add_argument("--n-mirnas", type=int, default=200)
    parser.add_argument("--n-utrs", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path("first_look_work.jsonl"))
    parser.add_argument("--model")
    parser.add_argument("--fitted", action="store_true", help="a student as models get that are not bundled")
    given = parser.parse_args()
    model = resolve(given.model)
    network = PositionNetwork(model)
    if given.fitted:
        network.weights_sha256 = "no bundled model's"
    lowest = lowest_logit(model.calibration, min_percentile=PERCENTILE)
    with threadpool_limits(1), network.calm():
        said = (misses if given.what == "misses" else speed)(given, network, lowest)
    said = {
        "model": model.config.name,
        "weights_sha256": model.weights_sha256,
        "min_percentile": PERCENTILE,
        "mirnas": given.n_mirnas,
        "machine": platform.processor() or platform.machine(),
        **said,
    }
    which = "" if given.model is None else f"_{model.config.name.partition('@')[0]}"
    which += "_fitted" if given.fitted else ""
    path = RESULTS / f"first_look_{given.what}{which}-v{dmiso.__version__}.json"
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
