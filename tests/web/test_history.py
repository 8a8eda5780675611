"""The history: folders on disk, of which no name of the page can reach beyond, and nothing is ever removed."""

import os
import time

import msgspec
import pytest

from dmiso.errors import UsageError
from dmiso.web.history import History, Record, RunNotFoundError, default_folder


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "runs")


def record(**more):
    return Record(
        **{
            "asked": {"mirnas": "a"},
            "title": "a on b",
            "command": ["ask"],
            "begun": time.time(),
            "server": os.getpid(),
        }
        | more
    )


def test_history__keeps_what_was_asked(history):
    name = history.begin(record(), {"_mirnas.fa": ">a\nACGU\n"})
    assert history.read(name).title == "a on b"
    assert (history.inputs(name) / "_mirnas.fa").read_text() == ">a\nACGU\n"
    assert history.names() == [name]
    assert history.files(name) == []


def test_history__is_for_its_owner_alone(history):
    name = history.begin(record(), {})
    assert history.folder.stat().st_mode & 0o077 == 0
    assert (history.folder / name / "input").stat().st_mode & 0o077 == 0


def test_history__lists_the_latest_first_and_only_its_own(history):
    old = history.begin(record(begun=1_000_000), {})
    new = history.begin(record(), {})
    (history.folder / "notes").mkdir()
    (history.folder / "20260101-000000-abcdef").write_text("a file")
    (history.folder / "20260101-000000-abcdee").symlink_to(history.folder / old)
    assert history.names() == [new, old]


TRAVERSALS = [
    "..",
    ".",
    "",
    "/",
    "/etc",
    "../../etc/passwd",
    "..%2f..",
    "20260101-000000-abcdef/../..",
    "notes",
    "20260101-000000-ABCDEF",
    "20260101-000000-abcdef\n",
    "a\0b",
]


@pytest.mark.parametrize("name", TRAVERSALS)
def test_history__names_of_other_forms_are_no_runs(history, name):
    (history.folder / "notes").mkdir()
    for reach in (history.read, history.files, history.report, history.result, history.inputs):
        with pytest.raises(RunNotFoundError):
            reach(name)


def test_history__follows_no_links(history, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    name = history.begin(record(), {})
    result = history.result(name)
    result.mkdir()
    (result / "report.html").symlink_to(secret)
    (result / "plain.txt").write_text("x")
    (result / ".hidden").write_text("x")
    assert history.files(name) == ["plain.txt"]
    assert history.report(name) is None
    for file in ("report.html", ".hidden", "../job.json", "/etc/passwd", ""):
        with pytest.raises(RunNotFoundError):
            history.file(name, file)
    linked = "20260101-000000-abcdef"
    (history.folder / linked).symlink_to(history.folder / name)
    with pytest.raises(RunNotFoundError):
        history.read(linked)


def test_history__a_folder_as_result_that_is_a_link_is_none(history, tmp_path):
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "report.html").write_text("x")
    name = history.begin(record(), {})
    history.result(name).symlink_to(tmp_path / "else")
    assert history.report(name) is None


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"program":"other"}', b" " * (1 << 20) + b"{}"]
)
def test_history__a_damaged_record_is_an_error_that_says_so(history, text):
    name = history.begin(record(), {})
    (history.folder / name / "job.json").write_bytes(text)
    with pytest.raises(RunNotFoundError):
        history.read(name)


def test_history__a_run_without_a_record_is_none(history):
    name = history.begin(record(), {})
    (history.folder / name / "job.json").unlink()
    with pytest.raises(RunNotFoundError, match="no run"):
        history.read(name)


def test_history__a_run_whose_server_is_gone_was_interrupted(history):
    name = history.begin(record(state="running"), {})
    assert history.read(name).state == "running"
    history.write(name, record(state="running", server=2**22 + 1))
    assert history.read(name).state == "interrupted"
    assert msgspec.json.decode((history.folder / name / "job.json").read_bytes())["state"] == "running"


def test_history__is_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_folder() == tmp_path / ".local" / "share" / "dmiso" / "runs"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_folder() == tmp_path / "data" / "dmiso" / "runs"


def test_history__a_file_in_its_place_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="--folder"):
        History(tmp_path / "file")
