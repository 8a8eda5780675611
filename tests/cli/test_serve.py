"""``dmiso serve`` on a terminal: what it says, whom it refuses, and how it ends."""

import http.client
import json
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dmiso.cli.main import _run
from dmiso.cli.serve import command
from dmiso.web.server import open_browser

ADDRESS = re.compile(r"The page is at (http://127\.0\.0\.1:\d+/\S+/\?token=\S+)\s")


def opened(url, method="GET", body=None, **headers):
    """Ask an address; return status and text."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.request(method, f"{parts.path}?{parts.query}", body, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers
    connection.close()
    return found


@pytest.mark.parametrize("columns", [80, 40])
def test_serve__says_its_address_and_ends_with_ctrl_c(terminal, tmp_path, columns):
    run = terminal("serve", "--no-browser", "--folder", tmp_path / "runs", columns=columns)
    url = ADDRESS.search(run.read_until(r"Ctrl-C ends it")).group(1)
    assert opened(url)[0] == 200
    run.press_ctrl_c()
    screen = run.finish()
    assert screen.code == 130
    assert "Traceback" not in screen.text
    said = " ".join(screen.text.split())
    assert "dmiso: interrupted; the page is closed; the answers are kept in" in said


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_serve__ends_its_questions_with_itself(tmp_path, number, code):
    run = subprocess.Popen(
        [sys.executable, "-m", "dmiso", "serve", "--no-browser", "--folder", tmp_path / "runs"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    url = ADDRESS.search(run.stdout.readline()).group(1)
    parts = urlsplit(url)
    cookie = opened(url)[2]["set-cookie"].partition(";")[0]
    asked = {
        "mirnas": ">slow\nUGAGGUAGUAGGUUGUAUAGUU",
        "targets": "ACGUUGCAUG" * 2000,
        "reference": "tiny-hsa",
        "model": "duplex-chimeras@v0.2.0",
    }
    base = f"http://{parts.netloc}"
    jobs = f"{base}{parts.path}jobs"
    status, text, _ = opened(jobs, "POST", json.dumps(asked), cookie=cookie, origin=base)
    assert status == 201, text
    run.send_signal(number)
    said = run.communicate(timeout=120)[1]
    assert run.returncode == code
    assert "the page is closed and 1 question was cancelled" in said
    assert "Traceback" not in said
    (kept,) = (tmp_path / "runs").glob("*/job.json")
    assert json.loads(kept.read_text())["state"] == "cancelled"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--host 0.0.0.0", "is every address of this machine. Name one"),
        ("--host :: --allow-network", "is every address of this machine. Name one"),
        ("--host 192.168.1.5", "can be reached from other machines. Leave it out"),
        ("--host example.org", "add --allow-network"),
        (
            "--host 192.0.2.1 --allow-network",
            "port 0 cannot be opened (Cannot assign requested address). Check --host",
        ),
        ("--max-running 0", "--max-running"),
    ],
)
def test_serve__refuses_addresses_that_others_reach(words, said, capsys, tmp_path):
    assert _run(["serve", "--no-browser", "--folder", str(tmp_path / "runs"), *words.split()]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_serve__a_port_that_is_taken_is_said(capsys, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert _run(["serve", "--no-browser", "--folder", str(tmp_path / "runs"), "--port", port]) == 2
    assert "Leave --port out to take a free one" in capsys.readouterr().err


def test_browser__is_given_a_file_that_only_the_user_can_read(monkeypatch, tmp_path):
    shown = tmp_path / "shown"
    # a browser of ours: it keeps its command line, and a copy of the file that it was given with the file's rights
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > {shown}\ncp -p "${{1#file://}}" {shown}.html\nls -ld "$(dirname "${{1#file://}}")" '
        f"> {shown}.mode\n"
    )
    browser.chmod(stat.S_IRWXU)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    with open_browser("http://127.0.0.1:1/room/?token=secret") as was_opened:
        assert was_opened
    assert "secret" not in shown.read_text()
    assert "url=http://127.0.0.1:1/room/?token=secret" in (tmp_path / "shown.html").read_text()
    assert (tmp_path / "shown.mode").read_text().startswith("drwx------")
    assert not Path(shown.read_text().strip().removeprefix("file://")).exists()


def test_browser__is_not_looked_for_where_it_would_take_the_terminal(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with open_browser("http://127.0.0.1:1/") as was_opened:
        assert not was_opened


@pytest.mark.parametrize(
    "line", [line for line in command.epilog.splitlines() if line.startswith("  dmiso ")]
)
def test_help_examples__run_as_pasted_until_ctrl_c(terminal, tmp_path, line):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    env = {"XDG_DATA_HOME": str(tmp_path / "data"), "DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
    run = terminal(*line.replace("8765", port).split()[1:], env=env)
    run.read_until("Ctrl-C ends it")
    run.press_ctrl_c()
    assert run.finish().code == 130
    assert (tmp_path / ("my-questions" if "--folder" in line else "data/dmiso/runs")).is_dir()
