"""The program as users run it: a process of its own on a pseudo-terminal of a given size."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

_ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")
_CODE = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # Ctrl-C reaches whoever has this terminal
os.execv(sys.executable, [sys.executable, "-m", "dmiso", *sys.argv[1:]])
"""


class Screen(NamedTuple):
    """How a run ended and what it wrote to its terminal: as it came, and without escape sequences."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        return _ESCAPES.sub("", self.raw).replace("\r\n", "\n")


class Terminal:
    """A run of ``dmiso`` on a pseudo-terminal.

    Parameters
    ----------
    words
        Of the command line.
    columns
        Width of the terminal; it has 24 lines.
    env
        Changes to the environment; ``TERM`` is ``xterm`` otherwise, and ``NO_COLOR`` is not set.
    folder
        Working directory.
    """

    def __init__(self, *words: object, columns: int = 80, env: dict[str, str] | None = None, folder: Path):
        import fcntl
        import pty
        import struct
        import termios

        self._main, tty = pty.openpty()
        fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        inherited = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CODE, *(str(word) for word in words)],
            stdin=tty,
            stdout=tty,
            stderr=tty,
            cwd=folder,
            env={**inherited, "TERM": "xterm", **(env or {})},
            start_new_session=True,
        )
        os.close(tty)
        self._raw = b""

    def read_until(self, pattern: str, *, timeout: float = 120) -> str:
        """Read until a pattern is on the screen; return the screen's text."""
        end = time.monotonic() + timeout
        while not re.search(pattern, self.text):
            assert time.monotonic() < end, f"{pattern!r} did not come: {self.text}"
            if not self._read_some(1):
                pytest.fail(f"{pattern!r} did not come before the end: {self.text}")
        return self.text

    @property
    def text(self) -> str:
        return Screen(0, self._raw.decode("utf-8", "replace")).text

    def press_ctrl_c(self) -> None:
        os.write(self._main, b"\x03")

    def finish(self, *, timeout: float = 120) -> Screen:
        """Read to the end and return what came."""
        end = time.monotonic() + timeout
        while self._read_some(1):
            if time.monotonic() > end:
                os.killpg(self.process.pid, signal.SIGKILL)
                pytest.fail(f"the program did not end in {timeout} s: {self.text}")
        code = self.process.wait(timeout=timeout)
        os.close(self._main)
        return Screen(code, self._raw.decode("utf-8", "replace"))

    def _read_some(self, seconds: float) -> bool:
        """Read what is there; return False at the end."""
        if not select.select([self._main], [], [], seconds)[0]:
            return True
        try:
            part = os.read(self._main, 1 << 16)
        except OSError:  # Linux says so when the last process has closed the terminal
            return False
        self._raw += part
        return bool(part)


@pytest.fixture
def terminal(tmp_path):
    """Start ``dmiso`` on a terminal: ``terminal("predict", ..., columns=40).finish()``."""
    pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    started = []

    def start(*words: object, columns: int = 80, env: dict[str, str] | None = None, folder: Path = tmp_path):
        run = Terminal(*words, columns=columns, env=env, folder=folder)
        started.append(run)
        return run

    yield start
    for run in started:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGKILL)
            run.process.wait()
