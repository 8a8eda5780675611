"""Progress on a pipe: whole lines for the program that asked, and an end where nobody reads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dmiso
from dmiso.errors import UsageError
from dmiso.workers.progress_pipe import PROGRESS_FD, ProgressPipe, ProgressReport, read_report
from dmiso.workers.stopping import Stopped

EXAMPLES = Path(dmiso.__file__).parent / "examples"


def test_pipe__a_command_tells_how_far_it_is_and_says_nothing_more_on_its_standard_error(tmp_path):
    reading, writing = os.pipe()
    words = [
        "--mirnas",
        EXAMPLES / "isomirs.fa",
        "--targets",
        EXAMPLES / "transcripts.fa",
        "-o",
        tmp_path / "o.tsv",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "dmiso", "predict", *words],
        env={**os.environ, PROGRESS_FD: str(writing)},
        pass_fds=(writing,),
        capture_output=True,
        check=True,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        reports = [read_report(line) for line in stream]
    assert reports
    assert all(report.total is None or 0 <= report.done <= report.total for report in reports)
    assert b"%" not in done.stderr


def test_pipe__reports_on_one_work_come_now_and_then_and_another_work_at_once():
    reading, writing = os.pipe()
    pipe = ProgressPipe(writing)
    for done in range(1000):
        pipe.send(ProgressReport("pairs", done, 1000))
    pipe.send(ProgressReport("sites", 0))
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        reports = [read_report(line) for line in stream]
    assert reports[0] == ProgressReport("pairs", 0, 1000)
    assert reports[-1] == ProgressReport("sites", 0)
    assert len(reports) < 1000


def test_pipe__ends_the_command_where_nobody_reads():
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(Stopped) as caught:
        ProgressPipe(writing).send(ProgressReport("pairs", 0))
    os.close(writing)
    assert caught.value.exit_code == 143


@pytest.mark.parametrize("word", ["", "x", "-1", "99999", "9" * 40])
def test_pipe__what_names_no_descriptor_is_refused(monkeypatch, word):
    monkeypatch.setenv(PROGRESS_FD, word)
    with pytest.raises(UsageError, match="unset it"):
        ProgressPipe.of_environment()


def test_pipe__is_none_where_none_is_named(monkeypatch):
    monkeypatch.delenv(PROGRESS_FD, raising=False)
    assert ProgressPipe.of_environment() is None
