"""Write the measured tables of ``docs/growth.md`` anew from ``benchmarks/results``.

    python benchmarks/growth_page.py

Each table stands between ``<!-- table NAME -->`` and ``<!-- end -->``; a check of the documentation asks whether the
page is what this writes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "growth.md"
RESULTS = ROOT / "benchmarks" / "results"
VERSION: Final = "v0.1.0"


def measured(name: str) -> Any:
    """Return a file of results."""
    return json.loads((RESULTS / f"{name}-{VERSION}.json").read_text(encoding="utf-8"))


def ratio(number: float) -> str:
    """Return a ratio with two digits or more."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def start_up() -> str:
    """Return what starting takes."""
    said = measured("start_up")
    rows = [
        [f"`{name}`" if "dmiso" in name else name, f"{t['cpu_s']:.2f}"] for name, t in said["steps"].items()
    ]
    return table(["a process that does", "processor seconds"], rows)


def first_runs() -> str:
    """Return what compiling takes."""
    commands = measured("start_up")["commands"].items()
    rows = [
        [f"`dmiso {name}`", *(f"{runs[s]['cpu_s']:.1f}" for s in ("cold", "warm"))] for name, runs in commands
    ]
    return table(["on the examples", "first run, processor s", "later runs, processor s"], rows)


def peers(what: str) -> str:
    """Return rates beside other programs, and how many times dmiso's first row they are."""
    said = measured("peers_rate")[what]
    own = said["methods"][0]["rate"]
    rows = [
        [
            row["method"],
            f"{row['rate']:,.0f}",
            ratio(own / row["rate"]),
        ]
        for row in said["methods"]
    ]
    return table(
        ["method", f"{said['methods'][0]['unit']} per CPU-second", "dmiso's first row is times this"], rows
    )


def labelled() -> str:
    """Return what evaluations and audits of large tables take."""
    rows = [
        [
            f"`dmiso {r['command']}`",
            f"{r['rows']:,}",
            f"{r['cpu_s']:,.0f}",
            f"{r['wall_s']:,.0f}",
            f"{r['largest_process_mib']:,}",
        ]
        for r in measured("large_inputs")
    ]
    return table(["command", "rows", "processor s", "wall s", "MiB"], rows)


def scans() -> str:
    """Return what scans of many sizes take."""
    rows = [
        [
            f"{r['nt'] / 1e6:,.3g} Mb / {r.get('targets', round(r['nt'] / 3000)):,}",
            f"{r['mirnas']:,}",
            r["options"] or "–",
            f"{r['cpu_seconds']:,.0f}",
            f"{r['peak_mib']:,}",
        ]
        for r in measured("scan_size")
    ]
    return table(["nucleotides / targets", "miRNAs", "options", "processor s", "MiB, all processes"], rows)


def reads() -> str:
    """Return what isomiRs and chimeras of many reads take."""
    rows = [
        [
            f"`dmiso {r['command']}`",
            f"{r['reads']:,}",
            f"{r['cpu_s']:,.0f}",
            f"{r['reads_per_cpu_s']:,.0f}",
            f"{r['peak_mib']:,}",
        ]
        for r in measured("reads_size")
    ]
    return table(["command", "reads", "processor s", "reads per processor s", "MiB, all processes"], rows)


TABLES: Final = {
    "start-up": start_up,
    "first runs": first_runs,
    "sites": lambda: peers("sites"),
    "isomirs": lambda: peers("isomirs"),
    "chimeras": lambda: peers("chimeras"),
    "labelled": labelled,
    "scans": scans,
    "reads": reads,
}


def written(text: str) -> str:
    """Return the page with its tables made anew."""

    def anew(found: re.Match[str]) -> str:
        return f"<!-- table {found[1]} -->\n{TABLES[found[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table ([\w -]+) -->\n.*?<!-- end -->", anew, text, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
