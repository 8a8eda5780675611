"""A crew of child interpreters: work is handed to them, and none outlives its parent, however that ends.

Children are started with a safe path (the working directory is no place for code: a ``polars.py`` there is not
imported), import nothing of the caller's program (no ``if __name__ == "__main__"`` is needed), and are asked to end
when the block is left. A child that dies ends the run with an error that says so.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

from dmiso import compiling
from dmiso.workers.frames import read_frame, write_frame
from dmiso.workers.reports import listening
from dmiso.workers.stopping import signals_held
from dmiso.workers.worker_error import WorkerError

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

__all__ = ["ROOT", "Crew", "safe_environment"]

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_GRACE: Final = 15.0
"""Seconds that children have to tidy up before they are killed; longer than they take to end themselves."""

ROOT: Final = str(Path(__file__).resolve().parents[2])
"""The folder this package was imported from; a child may not find it on a path of its own."""

_BEGIN: Final = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from dmiso.workers.child import main; sys.exit(main())"
)


class Crew:
    """Child interpreters that do jobs, as many at once as there are workers.

    Parameters
    ----------
    n_workers
        Children at most; one worker is this process itself, without a child.

    Examples
    --------
    >>> with Crew(1) as crew:
    ...     sorted(crew.map(lambda job, report: 2 * job, [1, 2]))
    [(0, 2), (1, 4)]
    """

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self._children: list[_Child] = []
        self._messages: queue.SimpleQueue[tuple[_Child, bytes | None]] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all children; after an error in the midst of their work."""
        for child in self._children:
            child.dismiss(at_once=kind is not None)
        for child in self._children:
            child.wait()
        self._children.clear()

    def map(
        self,
        function: Callable[[_Job, Callable[[int], None]], _Result],
        jobs: Sequence[_Job],
        *,
        on_report: Callable[[int], None] | None = None,
        seconds: float | None = None,
    ) -> Iterator[tuple[int, _Result]]:
        """Do jobs, and yield each one's number and result as it is finished.

        Parameters
        ----------
        function
            Of a module of this package or another that children can import: it gets a job and a function to report
            with how many more are done.
        jobs
            What can be pickled.
        on_report
            Gets the reports, in this thread.
        seconds
            After which the children are not waited for any longer; not for one worker, which is this process.

        Raises
        ------
        TimeoutError
            If the jobs are not done in that time.
        WorkerError
            If a child ends before its work does.
        DmisoError, OSError, MemoryError
            What the function raised; children's other errors end them.
        """
        if self.n_workers == 1:
            assert seconds is None, "nobody can stop a job in this process"
            for number, job in enumerate(jobs):
                with listening(
                    None
                ):  # as in a child: the job reports, and says nothing of what it does inside
                    result = function(job, on_report or _unheard)
                yield number, result
            return
        waiting = deque(enumerate(jobs))
        while len(self._children) < min(self.n_workers, len(waiting)):
            with signals_held():  # a child that is started but not noted would not be waited for
                self._children.append(_Child(len(self._children) + 1, self._messages))
        busy: dict[_Child, int] = {}
        for child in self._children:
            _deal(child, function, waiting, busy)
        end = None if seconds is None else time.monotonic() + seconds
        while busy:
            child, frame = self._next(end)
            if frame is None:
                raise child.death(len(self._children))
            kind, value = pickle.loads(frame)  # noqa: S301 - the pipe is our own child's alone
            if kind == "failed":
                raise value
            if kind == "report":
                (on_report or _unheard)(value)
                continue
            if kind == "compiling":
                compiling.tell(value)
                continue
            done = busy.pop(child)
            _deal(child, function, waiting, busy)
            yield done, value

    def _next(self, end: float | None) -> tuple[_Child, bytes | None]:
        """Return what the next child says, unless none does until ``end``."""
        try:
            return self._messages.get(timeout=None if end is None else max(0.0, end - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("the children's work took too long") from None


def _unheard(n: int) -> None:
    """Take a report that nobody asked for."""


def _deal(
    child: _Child,
    function: Callable[..., Any],
    waiting: deque[tuple[int, Any]],
    busy: dict[_Child, int],
) -> None:
    """Give a child the next job, if there is one."""
    if waiting:
        busy[child], job = waiting.popleft()
        child.give(function, job)


def safe_environment() -> dict[str, str]:
    """Return the environment without ways for the working directory to become a place for code.

    For child interpreters. An empty entry of PYTHONPATH stands for the working directory, and comes easily:
    ``PYTHONPATH=/my/code:$PYTHONPATH``.
    """
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    if "PYTHONPATH" in environment:
        entries = [entry for entry in environment["PYTHONPATH"].split(os.pathsep) if entry not in {"", "."}]
        environment["PYTHONPATH"] = os.pathsep.join(entries)
    return environment


class _Child:
    """One child interpreter."""

    def __init__(self, number: int, messages: queue.SimpleQueue[tuple[_Child, bytes | None]]) -> None:
        self.number = number
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own program text
            [sys.executable, "-P", "-c", _BEGIN, ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._printed,
            bufsize=0,
            # its own children, if it has any, get the safe path too
            env=safe_environment(),
        )
        self._jobs = cast("io.FileIO", self._process.stdin)
        self._said = cast("io.FileIO", self._process.stdout)
        self._listener = threading.Thread(target=self._listen, args=(messages,), daemon=True)
        self._listener.start()

    def _listen(self, messages: queue.SimpleQueue[tuple[_Child, bytes | None]]) -> None:
        while (frame := read_frame(self._said)) is not None:
            messages.put((self, frame))
        messages.put((self, None))

    def give(self, function: Callable[..., Any], job: object) -> None:
        """Send a job. A child that is gone is noticed by the end of its messages."""
        with suppress(BrokenPipeError):
            write_frame(self._jobs, (function.__module__, function.__qualname__, job))

    def dismiss(self, *, at_once: bool) -> None:
        """Let it end: when it has nothing to do, or at once."""
        if at_once:
            self._process.terminate()
        self._jobs.close()

    def wait(self) -> None:
        """Wait until it has ended, but not for ever."""
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._said.close()
        self._printed.close()

    def death(self, n_workers: int) -> WorkerError:
        """Return the error of a child that ended by itself."""
        code = self._process.wait()
        self._printed.seek(0)
        lines = self._printed.read().decode("utf-8", "replace").strip().splitlines()
        return WorkerError(self.number, n_workers, code, lines[-1] if lines else "")
