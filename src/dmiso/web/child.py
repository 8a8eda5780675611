"""A command of dmiso in a child process: run, heard, and ended when it has to be.

The child leads a session of its own, so that Ctrl-C on the server's terminal does not reach it and its own children
end with it. If the server is killed, the child ends with its next report.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.workers.crew import ROOT, safe_environment
from dmiso.workers.progress_pipe import PROGRESS_FD, read_report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.workers.progress_pipe import ProgressReport

__all__ = ["Ended", "run_command"]

_BEGIN: Final = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from dmiso.__main__ import main; main()"
)
_GRACE: Final = 10.0
"""Seconds that a child has to tidy up before it is killed."""
_MOST_SAID: Final = 1 << 16
"""Bytes of standard error that are kept: the last."""


class Ended(NamedTuple):
    """How a command ended: its exit code, below 0 for a signal, and the lines that it said."""

    code: int
    lines: list[str]

    @property
    def complaint(self) -> str:
        """The last line that the program said of itself, without its name."""
        own = [line.removeprefix("dmiso: ") for line in self.lines if line.startswith("dmiso: ")]
        return own[-1] if own else (self.lines[-1] if self.lines else "")


async def run_command(
    words: Sequence[str], folder: Path, on_report: Callable[[ProgressReport], None]
) -> Ended:
    """Run ``dmiso`` with words of a command line, and wait for its end.

    Parameters
    ----------
    words
        After the program's name.
    folder
        Working directory.
    on_report
        Gets what the command reports of its progress.

    If the task is cancelled, the child is asked to end, and killed if it does not.
    """
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _BEGIN, ROOT, *words),
            cwd=folder,
            env={**safe_environment(), PROGRESS_FD: str(writing), "NO_COLOR": "1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=(writing,),
            start_new_session=True,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    assert process.stderr is not None
    hearing = asyncio.create_task(_hear(reading, on_report))
    saying = asyncio.create_task(_last_bytes(process.stderr))
    try:
        await process.wait()
    finally:
        await _end(process)
        await asyncio.gather(hearing, saying)
    said = saying.result().decode("utf-8", "replace")
    return Ended(process.returncode or 0, [line.rstrip() for line in said.splitlines() if line.strip()])


async def _hear(descriptor: int, on_report: Callable[[ProgressReport], None]) -> None:
    """Read reports until the pipe's other end is closed."""
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", buffering=0)
    )
    try:
        async for line in stream:
            with suppress(ValueError):  # cut by the child's end
                on_report(read_report(line))
    finally:
        transport.close()


async def _last_bytes(stream: asyncio.StreamReader) -> bytes:
    kept = b""
    while part := await stream.read(_MOST_SAID):
        kept = (kept + part)[-_MOST_SAID:]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a child that still runs, with all of its own."""
    if process.returncode is not None:
        return
    _signal(process.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(_GRACE):
            await process.wait()
    except TimeoutError:
        _signal(process.pid, signal.SIGKILL)
        await process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
