"""What runs in a child interpreter: takes jobs on its standard input, gives reports and results on its standard output.

The child ends when its standard input does, so also when its parent was killed. Whatever else is printed goes to
standard error, which the parent reads if the child ends early.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import queue
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from dmiso.compiling import hearing
from dmiso.errors import DmisoError
from dmiso.garbage import seldom_collected
from dmiso.workers.frames import read_frame, write_frame
from dmiso.workers.stopping import Stopped, stops_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

_BETWEEN_REPORTS: Final = 0.1
"""Seconds: more reports would cost more than they are worth."""
_GRACE: Final = 10.0
"""Seconds that a child without a parent has to tidy up."""


class _Parent:
    """The way to the parent, safe for threads."""

    def __init__(self, stream: io.FileIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._unsaid = 0
        self._last = 0.0

    def report(self, n: int) -> None:
        """Say that ``n`` more are done, not too often."""
        with self._lock:
            self._unsaid += n
            if time.monotonic() - self._last >= _BETWEEN_REPORTS:
                self._say_reports()

    def say(self, kind: str, value: object) -> None:
        """Say how a job ended, and what was not reported before."""
        with self._lock:
            self._say_reports()
            write_frame(self._stream, (kind, value))

    def say_compiling(self, name: str) -> None:
        """Say that a function is being compiled."""
        with self._lock:
            write_frame(self._stream, ("compiling", name))

    def _say_reports(self) -> None:
        if self._unsaid:
            write_frame(self._stream, ("report", self._unsaid))
        self._unsaid, self._last = 0, time.monotonic()


class _Inbox:
    """Reads jobs as they come, and ends the process if the parent goes away before they are done."""

    def __init__(self, stream: io.FileIO) -> None:
        self._stream = stream
        self._jobs: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._n_open = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> bytes | None:
        """Return the next job, still pickled; None when no more come."""
        return self._jobs.get()

    def count_done(self) -> None:
        """Say that a job is done."""
        with self._lock:
            self._n_open -= 1

    def _listen(self) -> None:
        while (frame := read_frame(self._stream)) is not None:
            with self._lock:
                self._n_open += 1
            self._jobs.put(frame)
        if self._n_open:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(_GRACE)
            os._exit(128 + signal.SIGTERM)
        self._jobs.put(None)


def main() -> int:
    """Do jobs until no more come; return the exit code."""
    jobs, said = io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, not a path of ours
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    # Ctrl-C reaches every process of a terminal: the parent decides what becomes of its children
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        parent = _Parent(said)
        with seldom_collected(), stops_on_signals((signal.SIGTERM,)), hearing(parent.say_compiling):
            _work(_Inbox(jobs), parent)
    except Stopped as stopped:
        return stopped.exit_code
    except BrokenPipeError:
        return 128 + signal.SIGTERM  # the parent is gone
    return 0


def _work(inbox: _Inbox, parent: _Parent) -> None:
    while (frame := inbox.next()) is not None:
        kind, value = _outcome(frame, parent.report)
        inbox.count_done()  # first: the parent may close the pipe as soon as it knows
        parent.say(kind, value)


def _outcome(frame: bytes, report: Callable[[int], None]) -> tuple[str, object]:
    """Do a job, and return its result or the error that the parent shall raise."""
    module, name, job = pickle.loads(frame)  # noqa: S301 - the pipe is our parent's alone
    function: Callable[[Any, Callable[[int], None]], object] = getattr(importlib.import_module(module), name)
    try:
        return "done", function(job, report)
    except BrokenPipeError:
        raise  # the parent is gone
    except (DmisoError, OSError, MemoryError) as error:
        return "failed", error
