"""How far a command is, told to a program that started it: a line of JSON per report on a pipe.

The program opens a pipe, hands its end for writing on to the command, and names it in the environment variable
:data:`PROGRESS_FD`. What ``cli/progress.py`` would draw on a terminal then comes as lines
``{"unit": "pairs", "done": 1000, "total": 4000, "left": 15.0}``; ``total`` and ``left`` (seconds) are null where they
are not known.
"""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Final, NamedTuple

from dmiso.errors import UsageError
from dmiso.workers.stopping import Stopped

__all__ = ["PROGRESS_FD", "ProgressPipe", "ProgressReport", "read_report"]

PROGRESS_FD: Final = "DMISO_PROGRESS_FD"
"""Environment variable with the number of an open file descriptor."""
_BETWEEN: Final = 0.2
"""Seconds between reports of one piece of work: an eye sees no more."""


class ProgressReport(NamedTuple):
    """How far a command is: what is counted, how many are done of how many, and seconds left."""

    unit: str
    done: int
    total: int | None = None
    left: float | None = None


def read_report(line: bytes) -> ProgressReport:
    """Return the report of a line.

    Raises
    ------
    ValueError
        If the line is none.

    Examples
    --------
    >>> read_report(b'{"unit":"pairs","done":10,"total":40,"left":null}')
    ProgressReport(unit='pairs', done=10, total=40, left=None)
    """
    # the standard library: every command has this module, and msgspec would slow the start of each
    said = json.loads(line)
    if (
        not isinstance(said, dict)
        or set(said) - set(ProgressReport._fields)
        or not {"unit", "done"} <= set(said)
    ):
        raise ValueError(f"no report: {line!r}")
    return ProgressReport(**said)


class ProgressPipe:
    """The end of the pipe that the command writes to.

    Parameters
    ----------
    descriptor
        Of the pipe; it stays open.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._unit, self._due = "", 0.0

    @classmethod
    def of_environment(cls) -> ProgressPipe | None:
        """Return the pipe that :data:`PROGRESS_FD` names; None where it names none.

        Raises
        ------
        UsageError
            If it names no open descriptor.
        """
        word = os.environ.get(PROGRESS_FD)
        if word is None:
            return None
        try:
            descriptor = int(word)
            os.fstat(descriptor)
        except (ValueError, OverflowError, OSError):
            raise UsageError(
                f"The environment variable {PROGRESS_FD} is {word!r}, which is no open file descriptor. "
                "It is meant for programs that run dmiso: unset it."
            ) from None
        return cls(descriptor)

    def send(self, report: ProgressReport) -> None:
        """Write a report, unless one on the same work was written a moment ago.

        Raises
        ------
        Stopped
            If nobody reads any more: who asked for the command is gone, so it ends as by SIGTERM.
        """
        now = time.monotonic()
        if report.unit == self._unit and now < self._due:
            return
        self._unit, self._due = report.unit, now + _BETWEEN
        try:
            # less than PIPE_BUF bytes: written whole, or not at all
            os.write(self._descriptor, json.dumps(report._asdict()).encode() + b"\n")
        except BrokenPipeError:
            raise Stopped(signal.SIGTERM) from None
