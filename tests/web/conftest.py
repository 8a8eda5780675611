"""A server as users start it, and a real browser."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _lacks():
    """Say what a browser test lacks."""
    for module in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: pip install 'dmiso[dev]'"
    return "" if CHROMIUM.exists() else f"{CHROMIUM} is not there: apt-get install chromium"


@pytest.fixture(scope="module")
def chromium():
    """A real browser; its tests are skipped where there is none, and fail there in CI.

    It ends with its module: as long as it is there, no other test of the process can run an event loop.
    """
    if lacks := _lacks():
        if os.environ.get("CI") == "true":
            pytest.fail(lacks)
        pytest.skip(lacks)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as played:
        browser = played.chromium.launch(executable_path=str(CHROMIUM), args=list(_QUIET))
        yield browser
        browser.close()


class Served:
    """A server of its own process, with its history in a folder."""

    def __init__(self, folder, *words):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dmiso", "serve", "--no-browser", "--folder", str(folder), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"The page is at ((http://\S+?/\S+)/\?token=(\S+))\n", line)
        assert found, line + self.process.stderr.read()
        self.url, self.base, self.token = found.groups()

    def children(self):
        return [
            int(pid)
            for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        said = self.process.communicate(timeout=120)[1]
        return self.process.returncode, said


@pytest.fixture
def serve(tmp_path):
    """Start servers; whatever is left of them ends with the test."""
    started = []

    def begin(*words):
        started.append(Served(tmp_path / "runs", *words))
        return started[-1]

    yield begin
    for served in started:
        if served.process.poll() is None:
            served.stop()
