"""dmiso beside what else one would use, in one run: sites on human 3'UTRs, isomiRs of reads, parts of chimeric reads.

    python benchmarks/peers_rate.py --data FOLDER [--what sites isomirs chimeras] [--scale 1.0] [--repeats 3]
        [--mirtop MIRTOP --bowtie FOLDER_OF_BOWTIE]

``FOLDER`` is the shared data. Rates are per CPU-second on one thread, of processes and their children; methods take
turns, and medians are kept. Whole programs (dmiso, RNAhybrid, miRanda) are run on two sizes, and the rate is that of
the difference, so that start-up counts for none of them. miRNAs are human ones of miRBase, 3'UTRs real. A program that
is not there is named with the reason. Writes ``benchmarks/results/peers_rate-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import dmiso
from peers_reads import chimera_ways, isomir_ways
from peers_sites import site_ways

if TYPE_CHECKING:
    from peers_sites import Way

RESULTS = Path(__file__).resolve().parent / "results"


def cpu_seconds(call: object) -> float:
    """Return the CPU time of a call, with that of the children it waited for."""

    def spent() -> float:
        return sum(
            u.ru_utime + u.ru_stime
            for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    start = spent()
    call()
    return spent() - start


def in_turns(ways: list[Way], repeats: int) -> list[dict]:
    """Measure every way ``repeats`` times, one after the other in each round; return a row per way."""
    for way in ways:
        for call in way.calls:  # compiles, and fills the disk cache
            call()
            break
    seconds: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(repeats):
        for way in ways:
            spent = [cpu_seconds(call) for call in way.calls]
            seconds[way.name].append(spent[-1] - (spent[0] if len(spent) == 2 else 0.0))
    rows = []
    for way in ways:
        median = statistics.median(seconds[way.name])
        rows.append(
            {
                "method": way.name,
                "unit": way.unit,
                "work": way.work,
                "cpu_seconds": [round(value, 4) for value in seconds[way.name]],
                "rate": way.work / median,
                "note": way.note,
            }
        )
    return rows


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--what", nargs="+", default=["sites", "isomirs", "chimeras"])
    parser.add_argument("--scale", type=float, default=1.0, help="of the sizes: 0.1 for a trial")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--mirtop", type=Path)
    parser.add_argument("--bowtie", type=Path)
    given = parser.parse_args()
    path = RESULTS / f"peers_rate-v{dmiso.__version__}.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    makers = {"sites": site_ways, "isomirs": isomir_ways, "chimeras": chimera_ways}
    for what in given.what:
        begin = time.monotonic()
        with makers[what](given) as (ways, missing):
            rows = in_turns(ways, given.repeats)
        said[what] = {
            "scale": given.scale,
            "repeats": given.repeats,
            "machine": platform.processor() or platform.machine(),
            "load": os.getloadavg()[0],
            "seconds": round(time.monotonic() - begin),
            "methods": rows,
            "not here": missing,
        }
        path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        for row in rows:
            print(f"{row['rate']:>16,.0f} {row['unit']} per CPU-second  {row['method']}")
        for name, reason in missing.items():
            print(f"{'–':>16} {name}: {reason}")


if __name__ == "__main__":
    main()
