"""Ctrl-C, SIGTERM and killed workers: all processes end, nothing half made is left, one line says how to go on."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dmiso.examples import write_examples

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")

_DEADLINE = 120


def wait_for(condition):
    end = time.monotonic() + _DEADLINE
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found


class Run:
    """A run of ``dmiso`` in a session of its own, without a terminal."""

    def __init__(self, *words, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dmiso", *map(str, words)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def children(self):
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for path in threads for pid in path.read_text().split()]

    def send(self, number, *, to_all=False):
        (os.killpg if to_all else os.kill)(self.process.pid, number)

    def finish(self):
        said = self.process.communicate(timeout=_DEADLINE)[1]
        return self.process.returncode, said.splitlines()


@pytest.fixture
def start(tmp_path):
    """Start the program; whatever is left of it ends with the test."""
    runs = []

    def begin(*words, folder=tmp_path):
        runs.append(Run(*words, folder=folder))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.send(signal.SIGKILL, to_all=True)
            run.process.communicate()


def is_there(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def parts_below(folder):
    return [path for path in folder.rglob("*") if ".part" in path.name]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    draw = random.Random(3)
    records = (f">t{i}\n{''.join(draw.choices('ACGU', k=3000))}\n" for i in range(12))
    (folder / "long.fa").write_text("".join(records))
    return folder


# -- scan ----------------------------------------------------------------------------------------------------------


def scan_words(examples, out, *more):
    files = ("--mirnas", examples / "isomirs.fa", "--transcripts", examples / "long.fa")
    return "scan", *files, "--decoys", 12, "--transcripts-a-shard", 1, "-o", out, *more


def results(out):
    names = ("sites.parquet", "genes.parquet", "genes_total.parquet")
    return [hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names]


@pytest.fixture(scope="module")
def whole_scan(examples, tmp_path_factory):
    """The results of a scan that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    words = map(str, scan_words(examples, folder / "out", "-q"))
    subprocess.run([sys.executable, "-m", "dmiso", *words], check=True, cwd=folder)
    return results(folder / "out")


def shards(out):
    return sorted((out / "shards").glob("*.parquet"))


@pytest.mark.parametrize("to_all", [False, True], ids=["parent", "group"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_scan__stopped_ends_with_its_workers_and_goes_on(
    number, to_all, start, examples, tmp_path, whole_scan
):
    out = tmp_path / "out"
    run = start(*scan_words(examples, out, "--workers", 2))
    wait_for(lambda: shards(out))
    children = run.children()
    assert len(children) == 2
    run.send(number, to_all=to_all)
    code, lines = run.finish()
    assert not any(map(is_there, children))
    assert code == 128 + number
    word = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}[number]
    assert lines == [f"dmiso: {word}; whole shards are kept in {out}: the same command with --resume goes on"]
    assert parts_below(out) == []
    assert 0 < len(shards(out)) < 12
    assert start(*scan_words(examples, out, "--resume", "-q")).finish() == (0, [])
    assert results(out) == whole_scan


def test_scan__of_a_killed_parent_leaves_no_worker(start, examples, tmp_path):
    out = tmp_path / "out"
    run = start(*scan_words(examples, out, "--workers", 2))
    wait_for(lambda: shards(out))
    children = run.children()
    run.send(signal.SIGKILL)
    run.finish()
    wait_for(lambda: not any(map(is_there, children)))
    assert parts_below(out) == []


def test_scan__a_killed_worker_ends_the_run_with_one_line(start, examples, tmp_path):
    out = tmp_path / "out"
    run = start(*scan_words(examples, out, "--workers", 2))
    wait_for(lambda: shards(out))
    children = run.children()
    os.kill(children[0], signal.SIGKILL)
    code, lines = run.finish()
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("dmiso: worker ")
    assert "of 2 was killed by SIGKILL; if nobody did that, memory ran out: use fewer workers." in lines[0]
    assert lines[0].endswith(f"Whole shards are kept in {out}: the same command with --resume goes on.")
    assert not any(map(is_there, children))


def test_scan__ctrl_c_on_a_terminal_twice_says_one_line(terminal, examples, tmp_path):
    out = tmp_path / "out"
    run = terminal(*scan_words(examples, out, "--workers", 2), folder=tmp_path)
    wait_for(lambda: shards(out))
    run.press_ctrl_c()
    run.press_ctrl_c()
    screen = run.finish()
    assert screen.code == 130
    assert "Traceback" not in screen.text
    assert "dmiso: interrupted; whole shards are kept in" in screen.text
