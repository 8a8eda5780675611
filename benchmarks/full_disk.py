"""Commands that write to a disk that is full or may only be read: nothing half-written, nothing lost, one line.

Every command that writes is run once on a disk with room, and then on small file systems in memory (tmpfs; mounting one
needs root): with room for half of its output and no earlier output; with its earlier output and no room for another;
and with its earlier output on a disk that is mounted read-only. A trial is good if the command ends with 1 or 2 and one
line, every file under a final name is whole (the bytes of the first run), what was there before still is, and no
temporary file is left. A command whose output fits after all must end with 0 and the whole output. Run as root:

    python benchmarks/full_disk.py [--only predict-tsv ...]

Writes ``benchmarks/results/full_disk-v<version>.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import dmiso

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = 4096
PROGRESS = re.compile(r"note: |epoch \d+: |dmiso: [\d,]+ of [\d,]+ |dmiso: .* so far$|fold \d+")
"""Lines that are said while a command works."""
EXAMPLES = "dmiso-examples/"
PAIR = ("UGAGGUAGUAGGUUGUAUAGUU", "ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAGUACU")
REFERENCES = f"--mature {EXAMPLES}mature.fa --hairpin {EXAMPLES}hairpin.fa"
SITES = f"--mirnas {EXAMPLES}isomirs.fa --transcripts {EXAMPLES}transcripts.fa"
PREDICT = f"predict --mirnas {EXAMPLES}isomirs.fa --targets {EXAMPLES}transcripts.fa"
COMMANDS = {
    "predict-tsv": f"{PREDICT} -o OUT/out.tsv",
    "predict-gz": f"{PREDICT} -o OUT/out.tsv.gz",
    "predict-parquet": f"{PREDICT} -o OUT/out.parquet",
    "scan": f"scan {SITES} --resume --also tsv -o OUT/out",
    "isomirs": f"isomirs {EXAMPLES}isomirs.fa {REFERENCES} -o OUT/out.gff3",
    "isomirs-compare": f"isomirs compare GUACAGUACUGUGAUAACUGAA {REFERENCES}"
    f" --transcripts {EXAMPLES}transcripts.fa -o OUT/out",
    "chimeras-simulate": f"chimeras simulate --mature {EXAMPLES}isomirs.fa --transcripts {EXAMPLES}transcripts.fa"
    " --reads 1000 --isomirs 8 --interactions 20 -o OUT/out",
    "chimeras": f"chimeras reads/reads.fastq.gz --mature {EXAMPLES}isomirs.fa --transcripts {EXAMPLES}transcripts.fa"
    " --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 -o OUT/out",
    "dataset": f"dataset {EXAMPLES}labelled.tsv --site-rule as-given --tsv -o OUT/out",
    "train": f"train {EXAMPLES}labelled.tsv --network dmiso --epochs 2 -o OUT/out",
    "crossval": f"crossval {EXAMPLES}labelled.tsv --network dmiso --epochs 1 --folds 2 -o OUT/out",
    "evaluate": f"evaluate {EXAMPLES}labelled.tsv -o OUT/out",
    "audit": f"audit {EXAMPLES}labelled.tsv -o OUT/out.json",
    "explain-pair": f"explain pair {PAIR[0]} {PAIR[1]} -o OUT/out",
    "explain-data": f"explain data {EXAMPLES}labelled.tsv --controls 0 -o OUT/out",
    "examples": "examples -o OUT/out",
    "models-export": "models export dmiso-chimeras@v0.1.0 -o OUT/out",
}


def run(words: str, output: Path, folder: Path) -> tuple[int, str]:
    """Run a command in the folder of the examples; return exit status and what it said."""
    command = [sys.executable, "-m", "dmiso", *words.replace("OUT", str(output)).split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip()


def tree(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder, of manifests without the command: it names the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in {".dmiso.lock", "filler"}:
            content = path.read_bytes()
            if path.name.endswith("manifest.json"):
                try:
                    content = json.dumps({**json.loads(content), "command": []}).encode()
                except ValueError:
                    content = b"damaged"
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """Mount a file system of a size in bytes."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={max(size, PAGE)}", "dmiso", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def fill(disk: Path, room: int) -> None:
    """Leave a room in bytes."""
    free = shutil.disk_usage(disk).free - max(PAGE, room)
    if free > 0:
        (disk / "filler").write_bytes(bytes(free))


def problems(code: int, said: str, disk: Path, expected: dict[str, str], before: dict[str, str]) -> list[str]:
    """Return what was not as it should be after a trial."""
    after, found = tree(disk), []
    parts = [name for name in after if name.endswith((".part", ".parts"))]
    if code == 0:
        return [
            f"ended with 0, but differs: {name}" for name in expected if after.get(name) != expected[name]
        ]
    if code not in {1, 2}:
        found.append(f"ended with {code}")
    lines = [line for line in said.splitlines() if not PROGRESS.match(line)]
    if "Traceback" in said or len(lines) != 1:
        found.append(f"said: {said[-400:]}")
    found += [f"temporary file left: {name}" for name in parts]
    found += [
        f"not whole: {n}"
        for n, h in after.items()
        if n not in parts and h not in {expected.get(n), before.get(n)}
    ]
    found += [f"lost: {name}" for name in before if name not in after and not name.endswith("manifest.json")]
    return found


def trials(words: str, work: Path) -> dict[str, object]:
    """Do the three trials of a command."""
    whole = work / "whole"
    whole.mkdir()
    code, said = run(words, whole, work)
    if code:
        raise SystemExit(f"{words} ended with {code}: {said}")
    expected = tree(whole)
    files = [path for path in whole.rglob("*") if path.is_file()]
    sizes = [-(-path.stat().st_size // PAGE) * PAGE + PAGE for path in files]
    found: dict[str, object] = {}
    with small_disk(sum(sizes) + 64 * PAGE) as disk:
        fill(disk, sum(path.stat().st_size for path in files) // 2 - PAGE)
        code, said = run(words, disk, work)
        found["full, nothing there"] = [code, said[-200:], problems(code, said, disk, expected, {})]
    with small_disk(2 * sum(sizes) + 64 * PAGE) as disk:
        shutil.copytree(whole, disk, dirs_exist_ok=True)
        fill(disk, PAGE)
        code, said = run(words, disk, work)
        found["full, earlier output there"] = [
            code,
            said[-200:],
            problems(code, said, disk, expected, expected),
        ]
    with small_disk(2 * sum(sizes) + 64 * PAGE) as disk:
        shutil.copytree(whole, disk, dirs_exist_ok=True)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        code, said = run(words, disk, work)
        found["read-only"] = [code, said[-200:], problems(code, said, disk, expected, expected)]
    shutil.rmtree(whole)
    return found


def main() -> None:
    """Do all commands and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--output", type=Path, default=RESULTS / f"full_disk-v{dmiso.__version__}.json")
    asked = parser.parse_args()
    found = json.loads(asked.output.read_text()) if asked.output.is_file() else {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        run("examples", work, work)
        run(COMMANDS["chimeras-simulate"].replace("OUT/out", "reads"), work, work)
        for command, words in COMMANDS.items():
            if asked.only is not None and command not in asked.only:
                continue
            found[command] = trials(words, work)
            print(command, json.dumps(found[command]).replace(name, ""), flush=True)
            asked.output.write_text(json.dumps(found, indent=1).replace(name, "") + "\n")


if __name__ == "__main__":
    main()
