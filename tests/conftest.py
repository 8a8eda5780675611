"""Fixtures for all tests: real data, a generator with a fixed seed, and the program as users run it."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import settings

# a test run in the background (nohup, & in a script) ignores these signals, and would hand that on to every program
# that a test starts; programs obey it, as they should, and then no test of a signal could pass
for _number, _action in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGTERM, signal.SIG_DFL),
):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _action)

# no test asserts a time: a busy machine must not fail one
settings.register_profile("dmiso", deadline=None)
settings.load_profile("dmiso")

_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that use it carry the ``real_data`` marker."""
    folder = Path(os.environ.get("DMISO_SHARED_DATA", _DEFAULT))
    if not folder.is_dir():
        reason = f"real data are absent: {folder} is no folder (set DMISO_SHARED_DATA)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(autouse=True)
def _own_references(request, tmp_path_factory, monkeypatch):
    """Keep the references of whoever runs the tests out of them, and those of the tests out of theirs."""
    folder = tmp_path_factory.getbasetemp() / "references" / str(id(request))
    monkeypatch.setenv("DMISO_REFERENCES", str(folder))


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator that gives each test the same numbers in every run."""
    return np.random.default_rng(20220614)


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory):
    """A model directory of the dmiso network with random weights: scores mean nothing, but differ."""
    from dmiso.models import Calibration, ModelConfig, write_model
    from dmiso.networks.catalogue import weight_shapes

    draw = np.random.default_rng(7)
    config = ModelConfig(name="toy", network="dmiso")
    weights = {
        name: (
            np.abs(draw.normal(1, 0.1, shape)) if name.endswith("running_var") else draw.normal(0, 0.4, shape)
        )
        for name, shape in weight_shapes(config).items()
    }
    calibration = Calibration(
        kind="platt", slope=0.1, intercept=-0.2, percentile=tuple(np.linspace(-40, 40, 101).tolist())
    )
    path = tmp_path_factory.mktemp("models") / "toy"
    write_model(
        path,
        config=config,
        weights={name: np.asarray(w, np.float32) for name, w in weights.items()},
        calibration=calibration,
        card="# toy\n",
    )
    return path


@pytest.fixture(scope="session")
def predictor(toy_model):
    """The toy model ready to score."""
    from dmiso.predict import load_model

    return load_model(toy_model)


def random_rna(rng: np.random.Generator, length: int) -> str:
    """Return a random sequence in upper-case RNA."""
    return "".join(rng.choice(list("AUCG"), length))


@pytest.fixture(name="random_rna")
def _random_rna():
    return random_rna


# -- the program as users run it: a process of its own, on a pseudo-terminal or without one ----------------------------

_DEADLINE = 120
"""Seconds after which a run is taken to hang; no test asserts a time."""
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
