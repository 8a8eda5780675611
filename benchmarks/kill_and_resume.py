"""Runs that are killed at random moments and repeated: the same bytes as a run that was left alone, and nothing more.

For each of ``scan``, ``chimeras`` (one and two workers), ``train`` and ``study paper`` a small run of the program
itself (``python -P -m dmiso``) is done twice, and the second is timed: the first may have to read programs from disk.
Then, at moments drawn evenly from that time, the same run in a new folder is killed (SIGKILL; every fifth time SIGTERM,
every tenth SIGINT) and repeated (``scan`` with --resume) until it ends by itself, and the folder is compared with the
first, file by file, byte by byte. The signal goes to the process that was started, not to its workers: what they write
after its death is part of the trial. Run:

    python benchmarks/kill_and_resume.py [--moments 20] [--only scan-2 ...] [--seed 1]

Writes ``benchmarks/results/kill_and_resume-v<version>.json``; a run takes some seconds, so twenty kills of each take
ten minutes to half an hour on two cores. The one difference that is allowed, because it is true: the command in a
manifest of ``scan`` has --resume in it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

import dmiso

RESULTS = Path(__file__).resolve().parent / "results"
PROGRAM = (sys.executable, "-P", "-m", "dmiso")
DESCRIPTION = 20_000
"""Bases of each read's description: a sample is dealt to a part for each 24 MB of its file, and so many reads would
take minutes; 2,500 reads with long descriptions are three parts too."""
ADAPTER = "TGGAATTCTCGGGTGCCAAGG"


class Case(NamedTuple):
    """A run that can be killed: its words but the output, and what to add when it is repeated."""

    name: str
    words: tuple[str, ...]
    again: tuple[str, ...] = ()


def make_inputs(folder: Path) -> None:
    """Write small inputs of all cases."""
    draw = np.random.default_rng(5)
    folder.mkdir(parents=True, exist_ok=True)
    mirnas = ["".join(draw.choice(list("ACGU"), 22)) for _ in range(8)]
    pairing = str.maketrans("ACGU", "UGCA")
    fasta = "".join(f">mir-{i}\n{bases}\n" for i, bases in enumerate(mirnas))
    (folder / "mirnas.fa").write_text(fasta)
    transcripts = []
    for i in range(40):
        bases = "".join(draw.choice(list("ACGU"), 900))
        site = mirnas[i % 8].translate(pairing)[::-1]
        transcripts.append(bases[:300] + site + bases[322:])
    (folder / "mrna.fa").write_text("".join(f">t{i}\n{x}\n" for i, x in enumerate(transcripts)))
    rows = "".join(f"t{i}\t40\t700\n" for i in range(40))
    (folder / "cds.tsv").write_text("transcript_id\tcds_start\tcds_end\n" + rows)
    _write_interactions(folder / "interactions.tsv", mirnas, transcripts, draw)
    _write_labelled(folder / "labelled.tsv", mirnas, transcripts, draw)


def _write_interactions(
    path: Path, mirnas: list[str], transcripts: list[str], draw: np.random.Generator
) -> None:
    lines = ["mirna_id\tmirna_sequence\ttarget_sequence\tiso5_offset\tiso3_offset\tread_count\n"]
    for i in range(240):
        start = int(draw.integers(60, 600))
        site = transcripts[int(draw.integers(40))][start : start + 35]
        lines.append(f"mir-{i % 8}\t{mirnas[i % 8]}\t{site}\t0\t0\t{1 + i % 4}\n")
    path.write_text("".join(lines))


def _write_labelled(path: Path, mirnas: list[str], transcripts: list[str], draw: np.random.Generator) -> None:
    lines = ["mirna_sequence\ttarget_sequence\tlabel\tcluster\n"]
    for i in range(240):
        start = int(draw.integers(0, 850))
        positive, negative = transcripts[i % 40][290:330], transcripts[i % 40][start : start + 40]
        lines.append(f"{mirnas[i % 8]}\t{positive}\t1\t{i}\n{mirnas[i % 8]}\t{negative}\t0\t{i}\n")
    path.write_text("".join(lines))


def cases(folder: Path) -> dict[str, Case]:
    """Return the runs that are killed, on inputs of :func:`make_inputs`."""
    data = {path.name: str(path) for path in folder.iterdir()}
    scan = ("scan", "--mirnas", data["mirnas.fa"], "--transcripts", data["mrna.fa"], "--cds", data["cds.tsv"])
    scan += ("--mirnas-per-shard", "2", "--transcripts-per-shard", "5", "--min-percentile", "90", "-q")
    chimeras = ("chimeras", *(data[f"sample{i}.fastq"] for i in (1, 2)), "--mature", data["mirnas.fa"])
    chimeras += ("--transcripts", data["mrna.fa"], "--adapter", ADAPTER, "--umi5", "8", "-q")
    train = ("train", data["labelled.tsv"], "--network", "dmiso", "--epochs", "6", "-q")
    study = ("study", "paper", "--interactions", data["interactions.tsv"], "--transcripts", data["mrna.fa"])
    study += (
        "--cds",
        data["cds.tsv"],
        "--epochs",
        "1",
        "--folds",
        "3",
        "--low-l1",
        "0",
        "--full-epochs",
        "0",
    )
    study += ("-q",)
    again = ("--resume",)
    every = [
        Case("scan-1", (*scan, "--workers", "1"), again),
        Case("scan-2", (*scan, "--workers", "2"), again),
        Case("chimeras-1", (*chimeras, "--workers", "1")),
        Case("chimeras-2", (*chimeras, "--workers", "2")),
        Case("train", train),
        Case("study", study),
    ]
    return {case.name: case for case in every}


def make_reads(folder: Path) -> None:
    """Write two samples of chimeric reads."""
    for number in (1, 2):
        made = folder / f"simulated{number}"
        words = [
            "chimeras",
            "simulate",
            "--mature",
            folder / "mirnas.fa",
            "--transcripts",
            folder / "mrna.fa",
        ]
        words += [
            "--reads",
            "2500",
            "--isomirs",
            "8",
            "--interactions",
            "40",
            "--seed",
            number,
            "-o",
            made,
            "-q",
        ]
        subprocess.run([*PROGRAM, *map(str, words)], check=True)
        with (
            gzip.open(made / "reads.fastq.gz", "rt") as reads,
            (folder / f"sample{number}.fastq").open("w") as long,
        ):
            for i, line in enumerate(reads):
                long.write(f"{line.split()[0]} {'x' * DESCRIPTION}\n" if i % 4 == 0 else line)


def start(case: Case, output: Path, *, again: bool) -> subprocess.Popen[bytes]:
    """Start a run in a session of its own; in the folder of its output, for manifests record what was typed."""
    words = [*PROGRAM, *case.words, *(case.again if again else ()), "-o", output.name]
    # a file, not a pipe: the end of a pipe would only come when the last worker is gone
    with output.with_name("said.txt").open("w") as said:
        return subprocess.Popen(
            words, cwd=output.parent, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )


def finish(process: subprocess.Popen[bytes], output: Path) -> tuple[int, str]:
    """Wait for a run; return its exit status and last words."""
    code = process.wait()
    said = output.with_name("said.txt")
    text = said.read_text(errors="replace").strip()
    said.unlink()
    return code, text


def tree(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder's parent that belongs to a run; manifests without --resume."""
    found = {}
    for path in sorted(folder.parent.rglob("*")):
        if path.is_dir():
            continue
        content = path.read_bytes()
        if path.name.endswith("manifest.json"):
            said = json.loads(content)
            said["command"] = [word for word in said["command"] if word != "--resume"]
            content = json.dumps(said).encode()
        found[path.relative_to(folder.parent).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def differences(one: dict[str, str], two: dict[str, str]) -> list[str]:
    """Return the files that differ between two runs."""
    return [name for name in sorted({*one, *two}) if one.get(name) != two.get(name)]


def alive(group: int) -> bool:
    """Return whether a process of a run still lives."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class Trial(NamedTuple):
    """What one kill did."""

    signal: str
    at: float
    killed: bool
    seconds_of_workers: float
    problems: list[str]


def trial(case: Case, folder: Path, expected: dict[str, str], at: float, number: signal.Signals) -> Trial:
    """Kill a run at a moment, repeat it, and compare."""
    output = folder / "out" / "run"
    output.parent.mkdir(parents=True)
    process = start(case, output, again=False)
    try:
        process.wait(timeout=at)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    code, said = finish(process, output)
    killed_at, problems = time.monotonic(), []
    killed = code != 0
    allowed = {0, -number, 128 + number} | ({130} if number != signal.SIGKILL else set())
    if code not in allowed or "Traceback" in said:
        problems.append(f"killed run ended with {code}: {said[-300:]}")
    again = start(case, output, again=True)
    code, said = finish(again, output)
    if code != 0 or "Traceback" in said:
        problems.append(f"repeated run ended with {code}: {said[-300:]}")
    while alive(process.pid) and time.monotonic() - killed_at < 60:
        time.sleep(0.05)
    lived = time.monotonic() - killed_at if alive(process.pid) else 0.0
    if lived:
        problems.append("workers of the killed run are still alive")
        os.killpg(process.pid, signal.SIGKILL)
    problems += [f"differs: {name}" for name in differences(expected, tree(output))]
    return Trial(number.name, round(at, 3), killed, round(lived, 1), problems)


def signal_of(number: int) -> signal.Signals:
    """Return the signal of a trial: mostly the one that nobody can catch."""
    if number % 10 == 9:
        return signal.SIGINT
    return signal.SIGTERM if number % 5 == 4 else signal.SIGKILL


def whole(case: Case, output: Path) -> tuple[dict[str, str], float]:
    """Do a run that is left alone; return its files and the seconds it took."""
    output.parent.mkdir(parents=True)
    begun = time.monotonic()
    code, said = finish(start(case, output, again=False), output)
    if code:
        raise SystemExit(f"{case.name} ended with {code}: {said}")
    return tree(output), time.monotonic() - begun


def trials(case: Case, folder: Path, moments: int, seed: int) -> tuple[float, list[Trial]]:
    """Do one case: runs that are left alone, and as many that are killed as there are moments."""
    whole(case, folder / "first" / "run")
    expected, seconds = whole(case, folder / "second" / "run")
    draw, done = random.Random(seed), []
    for number in range(moments):
        at = draw.uniform(0, seconds)
        with tempfile.TemporaryDirectory(dir=folder) as position:
            done.append(trial(case, Path(position), expected, at, signal_of(number)))
    return seconds, done


def summary(seconds: float, done: list[Trial]) -> dict[str, object]:
    """Return what is kept of a case."""
    bad = [one._asdict() for one in done if one.problems]
    return {
        "seconds": round(seconds, 1),
        "moments": len(done),
        "killed": sum(one.killed for one in done),
        "signals": dict(Counter(one.signal for one in done)),
        "same bytes": len(done) - len(bad),
        "problems": bad,
    }


def main() -> None:
    """Do all cases and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=RESULTS / f"kill_and_resume-v{dmiso.__version__}.json")
    asked = parser.parse_args()
    found = json.loads(asked.output.read_text()) if asked.output.is_file() else {}
    with tempfile.TemporaryDirectory() as name:
        inputs = Path(name) / "inputs"
        make_inputs(inputs)
        make_reads(inputs)
        for case in cases(inputs).values():
            if asked.only is not None and case.name not in asked.only:
                continue
            seconds, done = trials(case, Path(name) / case.name, asked.moments, asked.seed)
            found[case.name] = summary(seconds, done)
            print(case.name, json.dumps(found[case.name]), flush=True)
            asked.output.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
