"""Commands that write to a disk that is full or may only be read: nothing half-written, nothing lost, one line.

Every command that writes is run once on a disk with room, and then on small file systems in memory (tmpfs; mounting one
needs root): with room for half of its output and no earlier output; with its earlier output and no room for another;
and with its earlier output on a disk that is mounted read-only. A trial is good if the command ends with 1 or 2 and one
line, every file under a final name is whole (the bytes of the first run), what was there before still is, and no
temporary file is left. A command whose output fits after all must end with 0 and the whole output. A command that goes
on from what it kept is repeated with room, and must end with the whole output then. Run as root:

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
ROOM = 1 << 27
"""Bytes that suffice for any of the commands and what it needs while it works."""
PROGRESS = re.compile(r"note: |made |epoch \d+: |dmiso: [\d,]+ of [\d,]+ |dmiso: .* so far$|fold \d+")
"""Lines that are said while a command works."""
STATE = re.compile(r"\.checkpoint/")
"""What an unfinished run keeps for the next, and a finished one has not."""
GOES_ON = {"scan", "chimeras", "train", "crossval", "study"}
"""Commands that go on with what they kept: repeated with room, they must end with the bytes of the first run."""
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
    "scan-query": "scan query scanned --mirna hsa-let-7a-5p -o OUT/out.tsv",
    "isomirs-names": f"isomirs names let-7a miR-21 --mature {EXAMPLES}mature.fa --species hsa -o OUT/out.tsv",
    "isomirs-export": f"isomirs export calls.gff3 --mature {EXAMPLES}mature.fa -o OUT/out.tsv",
    "isomirs-simulate": f"isomirs simulate --mature {EXAMPLES}mature.fa --reads 2000 --samples 1 -o OUT/out",
    "isomirs-samples": f"isomirs --sheet small_rnas/samples.tsv --mature {EXAMPLES}mature.fa -o OUT/out",
    "isomirs-summary": "isomirs summary calls.tsv -o OUT/out",
    "isomirs-compare": f"isomirs compare GUACAGUACUGUGAUAACUGAA {REFERENCES}"
    f" --transcripts {EXAMPLES}transcripts.fa -o OUT/out",
    "chimeras-simulate": f"chimeras simulate --mature {EXAMPLES}isomirs.fa --transcripts {EXAMPLES}transcripts.fa"
    " --reads 1000 --isomirs 8 --interactions 20 -o OUT/out",
    "chimeras": f"chimeras reads/reads.fastq.gz --mature {EXAMPLES}isomirs.fa --transcripts {EXAMPLES}transcripts.fa"
    " --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi --min-reads 2 -o OUT/out",
    "chimeras-statistics": "chimeras statistics called/interactions.tsv -o OUT/out.tsv",
    "dataset": f"dataset {EXAMPLES}labelled.tsv --site-rule as-given --tsv -o OUT/out",
    "train": f"train {EXAMPLES}labelled.tsv --network dmiso --epochs 2 -o OUT/out",
    "crossval": f"crossval {EXAMPLES}labelled.tsv --network dmiso --epochs 1 --folds 2 -o OUT/out",
    "evaluate": f"evaluate {EXAMPLES}labelled.tsv -o OUT/out",
    "evaluate-fair": f"evaluate fair {EXAMPLES}labelled.tsv -o OUT/out.tsv",
    "evaluate-genes": f"evaluate genes {EXAMPLES}gene_responses.tsv --utrs {EXAMPLES}gene_utrs.fa --best 8 -o OUT/out",
    "audit": f"audit {EXAMPLES}labelled.tsv -o OUT/out.json",
    "explain-pair": f"explain pair {PAIR[0]} {PAIR[1]} -o OUT/out",
    "explain-data": f"explain data {EXAMPLES}labelled.tsv --controls 0 -o OUT/out",
    "explain-model": "explain model --targets 2 -o OUT/out",
    "explain-variants": f"explain variants example_gene_1:n.430C>G --mirnas {EXAMPLES}mature.fa"
    f" --transcripts {EXAMPLES}transcripts.fa -o OUT/out",
    "study": "study paper --interactions study/interactions.tsv --transcripts study/mrna.fa --cds study/cds.tsv"
    " --epochs 1 --folds 3 --low-l1 0 --full-epochs 0 -o OUT/out",
    "ask": "ask hsa-let-7a-5p NOSITE-like --report -o OUT/out",
    "report": "report scanned -o OUT/out.html",
    "examples": "examples -o OUT/out",
    "models-export": "models export dmiso-chimeras@v0.1.0 -o OUT/out",
    "reference-add": f"reference add made --mirnas {EXAMPLES}mature.fa --hairpins {EXAMPLES}hairpin.fa"
    f" --transcripts {EXAMPLES}transcripts.fa --without-cds -o OUT/out",
    "models-ensemble": "models ensemble duplex-chimeras@v0.2.0 duplex-eclip@v0.2.0 -o OUT/out",
}
"""``models import-keras`` needs files of the published program; it writes as ``models export`` does. ``serve`` ends by
a signal; it writes ``job.json`` as every text is written, and the rest by ``ask``."""
PREPARED = {
    "reads": COMMANDS["chimeras-simulate"],
    "small_rnas": COMMANDS["isomirs-simulate"],
    "called": COMMANDS["chimeras"],
    "scanned": COMMANDS["scan"],
    "calls.tsv": COMMANDS["isomirs"],
    "calls.gff3": COMMANDS["isomirs"],
}
"""What some commands need of others: the output, and the command that makes it."""


def run(words: str, output: Path, folder: Path) -> tuple[int, str]:
    """Run a command in the folder of the examples; return exit status and what it said, without the output's path."""
    command = [sys.executable, "-P", "-m", "dmiso", *words.replace("OUT", str(output)).split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip().replace(str(output), "DISK")


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
    """Leave so many bytes free."""
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
        if n not in parts and not STATE.search(n) and h not in {expected.get(n), before.get(n)}
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
        bad = problems(code, said, disk, expected, {})
        if words.split(maxsplit=1)[0] in GOES_ON:
            (disk / "filler").unlink()
            subprocess.run(["mount", "-o", f"remount,size={ROOM}", str(disk)], check=True)
            again, told = run(words, disk, work)
            if again or tree(disk) != expected:
                bad.append(f"repeated with room, it ended with {again}, or with other files: {told[-200:]}")
        found["full, nothing there"] = [code, said[-200:], bad]
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


def prepare(work: Path) -> None:
    """Make the inputs of all commands in a folder."""
    from kill_and_resume import make_inputs  # noqa: PLC0415 - found only where this is run as a program

    make_inputs(work / "study")
    for output, words in {"": "examples", **PREPARED}.items():
        ending = re.compile(r"OUT/out[.\w]*")
        code, said = run(ending.sub(str(work / output), words), work, work)
        if code:
            raise SystemExit(f"{words} ended with {code}: {said}")


def main() -> None:
    """Do all commands and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--output", type=Path, default=RESULTS / f"full_disk-v{dmiso.__version__}.json")
    asked = parser.parse_args()
    found = json.loads(asked.output.read_text()) if asked.output.is_file() else {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        prepare(work)
        for command, words in COMMANDS.items():
            if asked.only is not None and command not in asked.only:
                continue
            found[command] = trials(words, work)
            print(command, json.dumps(found[command]).replace(name, ""), flush=True)
            asked.output.write_text(json.dumps(found, indent=1).replace(name, "") + "\n")


if __name__ == "__main__":
    main()
