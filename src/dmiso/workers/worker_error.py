"""The error of a worker that ended before its work did."""

from __future__ import annotations

import signal

from dmiso.errors import DmisoError

__all__ = ["WorkerError"]


class WorkerError(DmisoError):
    """A worker ended before its work did.

    Parameters
    ----------
    number, n_workers
        Which one of how many, from 1.
    code
        As :mod:`subprocess` gives it: below 0 for a signal.
    last
        The last line that it printed.

    Examples
    --------
    >>> print(WorkerError(2, 4, -9, ""))
    worker 2 of 4 was killed by SIGKILL; if nobody did that, memory ran out: use fewer workers
    """

    def __init__(self, number: int, n_workers: int, code: int, last: str) -> None:
        super().__init__(f"worker {number} of {n_workers} {_how(code, last)}")

    def __str__(self) -> str:
        """Say what happened, then what is kept, where a caller added that as a note."""
        kept: list[str] = getattr(self, "__notes__", [])
        return ". ".join([str(self.args[0]), *(note[:1].upper() + note[1:] for note in kept)])


def _how(code: int, last: str) -> str:
    """Say how a process ended."""
    said = f": {last.rstrip('.')}" if last else ""
    if code >= 0:
        return f"ended with code {code}{said or ' without a message'}"
    name = signal.Signals(-code).name
    why = "; if nobody did that, memory ran out: use fewer workers" if name == "SIGKILL" else said
    return f"was killed by {name}{why}"
