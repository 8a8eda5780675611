"""How far a command is, in words: counted work, work with a known end, with and without a terminal."""

import io
import random
import re
from pathlib import Path

import pytest

import dmiso
from dmiso.cli.main import _run
from dmiso.cli.progress import Meter, PlainLines, progress
from dmiso.workers import Work

EXAMPLES = Path(dmiso.__file__).parent / "examples"


class Clock:
    """Seconds that pass when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_meter__has_no_rate_and_no_time_left_before_something_is_done(clock):
    meter = Meter("pairs", clock=clock)
    assert (meter.rate, meter.left) == (None, None)
    assert meter.line(clock.now) == "0 pairs, 0:00:00 so far"
    assert meter.short(clock.now, narrow=True) == "0 pairs 0:00:00"
    meter.update(0, 80)
    assert meter.line(clock.now) == "0 of 80 pairs (0 %)"
    assert meter.short(clock.now, narrow=False) == "  0 %"


def test_meter__says_rate_and_time_left(clock):
    meter = Meter("reads", clock=clock)
    meter.update(0, 1000)
    clock.now += 4
    meter.update(200, 1000)
    assert meter.line(clock.now) == "200 of 1,000 reads (20 %), 50/s, 0:00:16 left"
    assert meter.short(clock.now, narrow=False) == " 20 %  50 reads/s  0:00:16 left"
    assert meter.short(clock.now, narrow=True) == " 20 % 50/s 0:00:16 left"


def test_meter__takes_the_rate_up_to_the_last_report_however_soon_it_comes(clock):
    meter = Meter("reads", clock=clock)
    for now, done, rate in ((1e-5, 10, None), (0.05, 20, None), (0.5, 400, 800), (0.9, 450, 500)):
        clock.now = 100 + now
        meter.update(done, 1000)
        if rate is None:
            assert meter.rate is None
        else:
            assert meter.rate == pytest.approx(rate, rel=0.1)


def test_meter__does_not_count_what_an_earlier_run_did(clock):
    meter = Meter("reads", clock=clock)
    clock.now += 50
    meter.update(500, 1000)
    clock.now += 10
    meter.update(600, 1000)
    assert meter.left == 40


def test_meter__follows_a_change_of_speed(clock):
    meter = Meter("rows", clock=clock)
    for _ in range(300):
        clock.now += 1
        meter.advance(1)
    for _ in range(100):
        clock.now += 1
        meter.advance(100)
    assert meter.rate == pytest.approx(100, rel=0.02)


def test_meter__shows_slow_work_by_the_minute(clock):
    meter = Meter("folds", clock=clock)
    meter.update(0, 10)
    clock.now += 120
    meter.update(1, 10)
    assert meter.line(clock.now) == "1 of 10 folds (10 %), 0.5/min, 0:18:00 left"


def test_meter__shows_the_work_that_tells_of_itself_and_then_its_own_again(clock):
    meter = Meter("rows", clock=clock)
    clock.now += 1
    meter.advance(50)
    meter.tell("pairs folded", 0, 10)
    clock.now += 2
    meter.tell("pairs folded", 4, 10)
    assert meter.line(clock.now) == "4 of 10 pairs folded (40 %), 2.0/s, 0:00:03 left"
    meter.tell("pairs folded", 1, None)  # fewer: another piece of the same work
    assert meter.line(clock.now) == "1 pairs folded, 0:00:00 so far"
    clock.now += 5
    meter.advance(5)
    clock.now += 5
    meter.advance(5)
    assert meter.line(clock.now) == "60 rows, 2.0/s, 0:00:05 so far"


def test_meter__an_empty_total_is_all_done(clock):
    meter = Meter("pairs", clock=clock)
    meter.update(0, 0)
    assert meter.line(clock.now) == "0 of 0 pairs (100 %)"


@pytest.mark.parametrize("total", [None, 9_999_999_999])
def test_meter__fits_forty_columns(clock, total):
    meter = Meter("distinct reads", clock=clock)
    clock.now += 36_000
    if total:
        meter.update(0, total)
    clock.now += 2000
    meter.advance(1_234_567_890)
    assert len(meter.short(clock.now, narrow=True)) <= 38 - (10 if total else 0)


def test_plain_lines__come_now_and_then_and_ever_more_rarely(clock):
    stream = io.StringIO()
    lines = PlainLines(Meter("pairs", clock=clock), stream, clock=clock)
    said = []
    for second in range(1, 1001):
        clock.now += 1
        lines.update(second, 2000)
        if len(stream.getvalue().splitlines()) > len(said):
            said.append(second)
    assert said == [10, 40, 70, 130, 250, 550, 850]
    first = stream.getvalue().splitlines()[0]
    assert first == "dmiso: 10 of 2,000 pairs (0 %), 1.0/s, 0:33:10 left"


def test_plain_lines__of_work_without_a_known_end_say_the_time_spent(clock):
    stream = io.StringIO()
    lines = PlainLines(Meter("pairs", clock=clock), stream, clock=clock)
    clock.now += 20
    lines.advance(5000)
    assert stream.getvalue() == "dmiso: 5,000 pairs, 250/s, 0:00:20 so far\n"


def test_progress__hears_work_deep_inside(capsys, monkeypatch):
    monkeypatch.setattr("dmiso.cli.progress._FIRST_LINE", 0.0)
    with progress("rows", quiet=False):
        Work("pairs folded", 10).advance(4)
    Work("others", 10)
    assert "pairs folded" in capsys.readouterr().err
    with progress("rows", quiet=True):
        Work("pairs folded", 10).advance(4)
    assert capsys.readouterr().err == ""


def test_progress__quiet_shows_nothing(capsys):
    with progress("pairs", quiet=True) as shown:
        shown.advance(10**9)
        shown.update(1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress__a_short_run_without_a_terminal_says_nothing(capsys):
    with progress("pairs", quiet=False) as shown:
        shown.advance(10**9)
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def large(tmp_path):
    """Inputs that take some seconds."""
    draw = random.Random(4)

    def bases(n):
        return "".join(draw.choices("ACGU", k=n))

    pairs = [f"{bases(22)}\t{bases(50)}\n" for _ in range(40_000)]
    (tmp_path / "pairs.tsv").write_text("mirna_sequence\ttarget_sequence\n" + "".join(pairs))
    (tmp_path / "m.fa").write_text("".join(f">m{i}\n{bases(22)}\n" for i in range(4)))
    (tmp_path / "t.fa").write_text("".join(f">t{i}\n{bases(800)}\n" for i in range(400)))
    (tmp_path / "r.fa").write_text("".join(f">r{i}\n{bases(22)}\n" for i in range(400_000)))
    return tmp_path


LARGE = {
    "pairs": "predict --pairs pairs.tsv -o o.tsv",
    "mirnas and targets": "predict --mirnas m.fa --targets t.fa -o o.tsv",
    "isomirs": "isomirs r.fa --mature m.fa -o o.tsv",
}


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("kind", LARGE)
def test_time_left__is_shown_on_a_terminal(kind, columns, terminal, large):
    run = terminal(*LARGE[kind].split(), columns=columns)
    run.read_until(r"[1-9]\d? % .*/s +\d+:\d\d:\d\d left")
    run.press_ctrl_c()
    assert "Traceback" not in run.finish().text


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        (f"predict --pairs {EXAMPLES}/pairs.tsv", "windows scored"),
        (f"predict --mirnas {EXAMPLES}/isomirs.fa --targets {EXAMPLES}/transcripts.fa", "windows scored"),
        (f"isomirs {EXAMPLES}/isomirs.fa --mature {EXAMPLES}/mature.fa", "sequences"),
    ],
)
def test_time_left__is_said_without_a_terminal(words, unit, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("dmiso.cli.progress._SOON", 0.0)
    monkeypatch.setattr("dmiso.cli.progress._FIRST_LINE", 0.0)
    monkeypatch.setattr("dmiso.cli.progress._NEXT_LINES", (0.0,))
    assert _run([*words.split(), "-o", str(tmp_path / "o.tsv")]) == 0
    said = capsys.readouterr().err.splitlines()
    lines = [line for line in said if re.match(rf"dmiso: [\d,]+ of [\d,]+ {unit}", line)]
    assert re.fullmatch(rf"dmiso: 0 of [\d,]+ {unit} \(0 %\)", lines[0])
    assert re.fullmatch(rf"dmiso: ([\d,]+) of \1 {unit} \(100 %\), .*/s, 0:00:00 left", lines[-1])
