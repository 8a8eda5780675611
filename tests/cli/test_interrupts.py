"""Ctrl-C, SIGTERM and killed workers: all processes end, nothing half made is left, one line says how to go on."""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
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


def is_there(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def without_progress(lines):
    """Leave out what a busy machine makes a run say: how far it is, after ten seconds."""
    return [line for line in lines if not re.search(r"\d+ %\), |so far$", line)]


def parts_below(folder):
    return [path for path in folder.rglob("*") if ".part" in path.name]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    draw = random.Random(3)
    records = (f">t{i}\n{''.join(draw.choices('ACGU', k=3000))}\n" for i in range(12))
    (folder / "long.fa").write_text("".join(records))
    records = (f">t{i}\n{''.join(draw.choices('ACGU', k=2000))}\n" for i in range(2000))
    (folder / "many.fa").write_text("".join(records))
    table = pl.read_csv(folder / "labelled.tsv", separator="\t")
    table.filter(pl.int_range(pl.len()).over("label") < 40).write_csv(folder / "small.tsv", separator="\t")
    return folder


# -- scan ----------------------------------------------------------------------------------------------------------


def scan_words(examples, out, *more):
    files = ("--mirnas", examples / "isomirs.fa", "--transcripts", examples / "long.fa")
    return "scan", *files, "--decoys", 12, "--transcripts-per-shard", 1, "-o", out, *more


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
    lines = without_progress(lines)
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
    lines = without_progress(lines)
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


# -- commands that keep nothing ------------------------------------------------------------------------------------


def predict_words(examples, *more):
    return "predict", "--mirnas", examples / "isomirs.fa", "--targets", examples / "many.fa", *more


def wait_until_at_work(run):
    """Wait until a process has computed for two seconds: its imports take less than one."""
    ticks = os.sysconf("SC_CLK_TCK")
    wait_for(lambda: int(Path(f"/proc/{run.process.pid}/stat").read_text().split()[13]) > 2 * ticks)


def test_predict__stopped_leaves_nothing_and_what_was_there(start, examples, tmp_path):
    out = tmp_path / "sites.tsv"
    out.write_text("from before\n")
    run = start(*predict_words(examples, "--windows", "all", "-o", out))
    wait_until_at_work(run)
    run.send(signal.SIGTERM)
    said = f"dmiso: terminated; nothing incomplete was left at {out}: run the same command again"
    code, lines = run.finish()
    assert (code, without_progress(lines)) == (143, [said])
    assert out.read_text() == "from before\n"
    assert list(tmp_path.iterdir()) == [out]


def test_predict__stopped_while_it_prints_says_that_it_is_not_all(start, examples):
    run = start(*predict_words(examples, "--stride", 1))
    wait_until_at_work(run)
    run.send(signal.SIGINT)
    code, lines = run.finish()
    said = "dmiso: interrupted; the rows on standard output are not complete"
    assert (code, without_progress(lines)) == (130, [said])


# -- chimeras ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reads(examples):
    """Reads that are dealt to several parts, as many as a sample of 80 MB has."""
    words = ("--mature", examples / "mature.fa", "--transcripts", examples / "transcripts.fa")
    options = ("--reads", 120_000, "--isomirs", 8, "--interactions", 40, "-q", "-o", examples / "simulated")
    command = (sys.executable, "-m", "dmiso", "chimeras", "simulate", *words, *options)
    subprocess.run([str(word) for word in command], check=True)
    return examples / "simulated" / "reads.fastq.gz"


def chimera_words(examples, reads, out):
    files = ("--mature", examples / "mature.fa", "--transcripts", examples / "transcripts.fa")
    return "chimeras", reads, *files, "--workers", 2, "--top", 5, "-o", out


def parts_done(out):
    return sorted(out.glob("samples/*/work/part-*.parquet"))


@pytest.mark.parametrize(
    ("number", "to_all"),
    [(signal.SIGINT, True), (signal.SIGTERM, False)],
    ids=["SIGINT-group", "SIGTERM-parent"],
)
def test_chimeras__stopped_ends_with_its_workers(number, to_all, start, examples, reads, tmp_path):
    out = tmp_path / "out"
    run = start(*chimera_words(examples, reads, out))
    wait_for(lambda: len(children := run.children()) == 2 and children)
    children = run.children()
    run.send(number, to_all=to_all)
    code, lines = run.finish()
    lines = without_progress(lines)
    assert not any(map(is_there, children))
    assert code == 128 + number
    word = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}[number]
    assert lines == [f"dmiso: {word}; parts that are done are kept in {out}: the same command goes on"]
    assert parts_below(out) == []


def test_chimeras__a_killed_worker_ends_the_run_with_one_line(start, examples, reads, tmp_path):
    out = tmp_path / "out"
    run = start(*chimera_words(examples, reads, out))
    wait_for(lambda: len(run.children()) == 2)
    os.kill(run.children()[1], signal.SIGKILL)
    code, lines = run.finish()
    lines = without_progress(lines)
    assert (code, len(lines)) == (1, 1)
    assert "of 2 was killed by SIGKILL" in lines[0]
    assert lines[0].endswith(f"Parts that are done are kept in {out}: the same command goes on.")


# -- isomiRs of many samples ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples(examples):
    """Two samples that take some seconds each: their qualities are looked at."""
    words = ("--mature", examples / "mature.fa", "--samples", 1, "--reads", 300_000, "-q")
    command = (sys.executable, "-m", "dmiso", "isomirs", "simulate", *words, "-o", examples / "small_rnas")
    subprocess.run([str(word) for word in command], check=True)
    return examples / "small_rnas"


def isomir_words(examples, samples, out):
    files = ("--sheet", samples / "samples.tsv", "--mature", examples / "mature.fa")
    return "isomirs", *files, "--quality-cutoff", 20, "--workers", 2, "-o", out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_isomirs__stopped_ends_with_its_workers(number, start, examples, samples, tmp_path):
    out = tmp_path / "out"
    run = start(*isomir_words(examples, samples, out))
    wait_for(lambda: len(children := run.children()) == 2 and children)
    children = run.children()
    run.send(number, to_all=number == signal.SIGINT)
    code, lines = run.finish()
    assert not any(map(is_there, children))
    assert code == 128 + number
    word = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}[number]
    assert without_progress(lines) == [
        f"dmiso: {word}; samples that are done are kept in {out}: the same command goes on"
    ]
    assert parts_below(out) == []
    assert not (out / "calls.tsv").exists()


def test_isomirs__a_killed_worker_ends_the_run_with_one_line(start, examples, samples, tmp_path):
    out = tmp_path / "out"
    run = start(*isomir_words(examples, samples, out))
    wait_for(lambda: len(run.children()) == 2)
    os.kill(run.children()[1], signal.SIGKILL)
    code, lines = run.finish()
    lines = without_progress(lines)
    assert (code, len(lines)) == (1, 1)
    assert "of 2 was killed by SIGKILL" in lines[0]
    assert lines[0].endswith(f"Samples that are done are kept in {out}: the same command goes on.")


# -- training ------------------------------------------------------------------------------------------------------


def test_crossval__stopped_or_with_a_killed_worker_says_what_is_kept(start, examples, tmp_path):
    pytest.importorskip("torch")
    out = tmp_path / "out"
    options = ("--network", "dmiso", "--folds", 2, "--epochs", 300, "--patience", 300, "--workers", 2)
    words = ("crossval", examples / "small.tsv", *options, "-o", out)
    kept = (
        f"olds that are done, and the last epoch of the others, are kept in {out}: the same command goes on"
    )
    run = start(*words)
    wait_for(lambda: list(out.glob("folds/*.checkpoint")))
    children = run.children()
    os.kill(children[0], signal.SIGKILL)
    code, lines = run.finish()
    lines = without_progress(lines)
    assert code == 1
    assert "of 2 was killed by SIGKILL" in lines[-1]
    assert lines[-1].endswith(f"F{kept}.")
    run = start(*words)
    wait_for(lambda: len(run.children()) == 2)
    children += run.children()
    run.send(signal.SIGTERM)
    code, lines = run.finish()
    lines = without_progress(lines)
    assert (code, lines[-1]) == (143, f"dmiso: terminated; f{kept}")
    assert not any(map(is_there, children))


def test_train__on_a_terminal_says_where_its_state_is(terminal, examples, tmp_path):
    pytest.importorskip("torch")
    words = ("--network", "dmiso", "--epochs", 300, "--patience", 300, "-o", "model")
    run = terminal("train", examples / "small.tsv", *words, folder=tmp_path)
    run.read_until("epoch 2: ")
    run.press_ctrl_c()
    screen = run.finish()
    assert screen.code == 130
    said = "dmiso: interrupted; the last whole epoch is kept in model.checkpoint: the same command goes on"
    assert said in screen.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.checkpoint"]


# -- the working directory is no place for code --------------------------------------------------------------------


@pytest.fixture
def trap(tmp_path):
    """A folder with modules that leave a mark when they are imported."""
    folder = tmp_path / "trap"
    folder.mkdir()
    for name in ("polars", "numpy", "RNA", "torch", "msgspec", "pickle", "queue"):
        (folder / f"{name}.py").write_text("open('imported', 'a').write(__file__)\n")
    return folder


def run_in(folder, *words):
    # as the program dmiso does: -m would put the working directory on the path of the parent itself
    begin = "import sys; from dmiso.cli.main import main; sys.argv[0] = 'dmiso'; main()"
    command = [sys.executable, "-P", "-c", begin, *map(str, words)]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    run = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert not (folder / "imported").exists()


def test_workers_of_a_scan__import_nothing_from_the_working_directory(trap, examples, tmp_path):
    files = ("--mirnas", examples / "isomirs.fa", "--transcripts", examples / "transcripts.fa")
    run_in(trap, "scan", *files, "--transcripts-per-shard", 2, "--workers", 2, "-o", tmp_path / "out")


def test_workers_of_chimeras__import_nothing_from_the_working_directory(trap, examples, tmp_path):
    files = ("--mature", examples / "isomirs.fa", "--transcripts", examples / "transcripts.fa")
    made = ("--reads", 1000, "--isomirs", 8, "--interactions", 20)
    run_in(trap, "chimeras", "simulate", *files, *made, "-o", tmp_path / "reads")
    run_in(
        trap,
        "chimeras",
        tmp_path / "reads" / "reads.fastq.gz",
        *files,
        *("--adapter", "TGGAATTCTCGGGTGCCAAGG", "--umi5", 8, "--duplicates", "umi", "--min-reads", 1),
        "--workers",
        2,
        "-o",
        tmp_path / "out",
    )


def test_workers_of_crossval__import_nothing_from_the_working_directory(trap, examples, tmp_path):
    pytest.importorskip("torch")
    words = ("--network", "dmiso", "--folds", 2, "--epochs", 1, "--workers", 2, "-o", tmp_path / "out")
    run_in(trap, "crossval", examples / "small.tsv", *words)


def test_workers_that_fold__import_nothing_from_the_working_directory(trap):
    pytest.importorskip("RNA")
    code = (
        "import dmiso.energies.many as energies\n"
        "energies._PAIRS_A_WORKER = 2\n"
        "sites = ['ACGU' * i for i in (4, 5, 6)]\n"
        "found = energies.duplex_energies(['ACGUACGU'] * 3, sites, 'RNAcofold', processes=2)\n"
        "assert len(found) == 3\n"
    )
    subprocess.run([sys.executable, "-P", "-c", code], cwd=trap, check=True)
    assert not (trap / "imported").exists()


def test_scan_query__ctrl_c_ends_a_question_that_takes_long(start, tmp_path):
    pytest.importorskip("duckdb")
    for name in ("sites", "genes", "genes_total"):
        pl.DataFrame({"mirna_id": ["a"]}).write_parquet(tmp_path / f"{name}.parquet")
    # one call of a function, which DuckDB does not leave before its end
    run = start(
        "scan", "query", ".", "--sql", "SELECT levenshtein(repeat('a', 2000000), repeat('b', 2000000))"
    )
    [child] = wait_for(run.children)
    time.sleep(1)
    run.send(signal.SIGINT)
    code, said = run.finish()
    assert (code, len(said)) == (130, 1)
    assert not is_there(child)


@pytest.mark.parametrize("module", ["dmiso.cli", "polars", "click", "dmiso.cli.predict"])
def test_ctrl_c_while_the_program_is_imported__leaves_no_traceback(module, tmp_path):
    text = f"""
import os, runpy, signal, sys
class Presses:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Presses())
sys.argv[1:] = ["predict", "--pairs", "none.tsv"]
runpy.run_module("dmiso", run_name="__main__", alter_sys=True)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode in {-signal.SIGINT, 130}
    assert len(done.stderr.splitlines()) <= 1
    assert "Traceback" not in done.stderr
