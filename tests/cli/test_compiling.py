"""A run that finds no compiled code says on a terminal that it compiles; a run that finds it does not."""

import pytest

from dmiso.cli.compiling import teller
from dmiso.cli.main import _run
from dmiso.compiling import hearing, tell
from dmiso.examples import write_examples

SAID = "compiling for this machine"
GRID = ("--mirnas", "e/isomirs.fa", "--targets", "e/transcripts.fa")
SCAN = ("--mirnas", "e/isomirs.fa", "--transcripts", "e/transcripts.fa", "--decoys", "0")


@pytest.fixture
def start(tmp_path, terminal):
    """Start a command in a folder with examples, its compiled code in a folder that begins empty."""
    write_examples(tmp_path / "e")

    def go(*words, columns=80):
        return terminal(*words, columns=columns, env={"NUMBA_CACHE_DIR": str(tmp_path / "kept")}).finish()

    return go


def test_first_run__says_once_that_it_compiles_and_the_second_does_not(start):
    first = start("predict", *GRID, "-o", "a.tsv")
    assert first.code == 0, first.text
    assert first.text.count(SAID) == 1
    again = start("predict", *GRID, "-o", "b.tsv")
    assert again.code == 0, again.text
    assert SAID not in again.text


def test_first_run__says_it_before_rows_that_go_to_the_same_terminal(start):
    screen = start("predict", *GRID, columns=400)
    assert screen.code == 0, screen.text
    lines = screen.text.splitlines()
    assert [number for number, line in enumerate(lines) if SAID in line] == [0]


def test_first_run__is_silent_if_asked_to_be(start):
    screen = start("predict", *GRID, "-q", "-o", "a.tsv")
    assert (screen.code, screen.text) == (0, "")


def test_first_run__says_what_its_child_interpreters_compile(start):
    screen = start("scan", *SCAN, "--workers", "2", "--transcripts-per-shard", "2", "-o", "o")
    assert screen.code == 0, screen.text
    assert screen.text.count(SAID) == 1


def test_first_run__without_a_terminal_says_no_line(capsys):
    shown = []
    with hearing(teller(lambda *told: shown.append(told))):
        tell("helices")
        tell("peaks")
    assert shown == [("functions compiled", 0, None), ("functions compiled", 1, None)]
    assert capsys.readouterr().err == ""


def test_listeners__hear_nothing_after_their_block():
    heard = []
    with hearing(heard.append):
        tell("one")
    tell("two")
    assert heard == ["one"]


def test_in_process__commands_leave_no_listener_behind(tmp_path):
    from dmiso import compiling

    write_examples(tmp_path / "e")
    words = ["--mirnas", f"{tmp_path}/e/isomirs.fa", "--targets", f"{tmp_path}/e/transcripts.fa"]
    before = list(compiling._LISTENERS)
    assert _run(["predict", *words, "-o", f"{tmp_path}/a.tsv"]) == 0
    assert before == compiling._LISTENERS
