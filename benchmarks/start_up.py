"""How long dmiso takes to start: import, help, a first prediction, and first runs on a machine that compile.

    python benchmarks/start_up.py [--repeats 15] [--cold]

Each is a process of its own, repeated; the least processor time and the least wall time are kept, since other work on
the machine only adds. ``coverage``, which numba imports where it is installed, is hidden, as users do not have it;
Python keeps its bytecode, as it does where packages are installed.
``--cold`` runs commands twice with a folder for compiled code that begins empty. Writes
``benchmarks/results/start_up-v<version>.json`` and prints it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dmiso

RESULTS = Path(__file__).resolve().parent / "results"
HIDE = "import sys; sys.modules['coverage'] = None; "
PREDICT = (
    "import dmiso; dmiso.load_model().predict(mirnas={'a': 'UGAGGUAGUAGGUUGUAUAGUU'}, "
    "targets={'b': 'GGACUAUACAACCUACUACCUCAUU'})"
)
STEPS = {
    "python alone": "pass",
    "import dmiso": "import dmiso",
    "dmiso --help": "import sys; sys.argv[1:] = ['--help']; from dmiso.__main__ import main; main()",
    "import numpy, polars": "import numpy, polars",
    "import numba": HIDE + "import numba",
    "first prediction": HIDE + PREDICT,
}
AS_USERS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
EXAMPLES = "dmiso-examples"
COMMANDS = {
    "predict": f"predict --mirnas {EXAMPLES}/isomirs.fa --targets {EXAMPLES}/transcripts.fa -o s.tsv",
    "scan": f"scan --mirnas {EXAMPLES}/isomirs.fa --transcripts {EXAMPLES}/transcripts.fa --workers 1 -o scanned",
    "scan --first-look": (
        f"scan --mirnas {EXAMPLES}/isomirs.fa --transcripts {EXAMPLES}/transcripts.fa --first-look --workers 1 -o l"
    ),
    "isomirs": f"isomirs {EXAMPLES}/isomirs.fa --mature {EXAMPLES}/mature.fa -o i.tsv",
    "evaluate": f"evaluate {EXAMPLES}/test.tsv --no-pictures --baseline mirna_gc -o evaluated",
}


def least(words: list[str], repeats: int, **options: object) -> dict[str, float]:
    """Return the least processor and wall seconds of a process."""
    spent = []
    for _ in range(repeats):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **{"env": AS_USERS, **options})
        wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall))
    cpu, wall = (min(values) for values in zip(*spent, strict=True))
    return {"cpu_s": round(cpu, 3), "wall_s": round(wall, 3)}


def cold_and_warm(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Return what commands take with no compiled code and with it."""
    program = [sys.executable, "-m", "dmiso"]
    subprocess.run([*program, "examples"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    found = {}
    for name, line in COMMANDS.items():
        environment = {**AS_USERS, "NUMBA_CACHE_DIR": str(folder / f"kept-{name}")}
        words = [*program, *line.split(), "-q"]
        runs = {}
        for state in ("bytecode", "cold", "warm"):
            place = folder / f"{name}-{state}"
            place.mkdir()
            (place / EXAMPLES).symlink_to(folder / EXAMPLES)
            used = AS_USERS if state == "bytecode" else environment
            runs[state] = least(words, 1, cwd=place, env=used)
        del runs["bytecode"]
        found[name] = runs
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--cold", action="store_true")
    given = parser.parse_args()
    path = RESULTS / f"start_up-v{dmiso.__version__}.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for code in STEPS.values():  # what is kept is there from then on
        least([sys.executable, "-c", code], 1)
    said["load"] = os.getloadavg()[0]
    said["steps"] = {name: least([sys.executable, "-c", code], given.repeats) for name, code in STEPS.items()}
    if given.cold:
        with tempfile.TemporaryDirectory() as folder:
            said["commands"] = cold_and_warm(Path(folder))
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
