"""One run of the program in a process of its own, quickly: a parent that has imported everything forks for each.

Started as ``python -m tests.fuzz.child``; reads a request per line from standard input, as JSON, and answers in kind.
The parent itself never computes: polars and BLAS start threads when first used, and threads do not survive a fork.
"""

from __future__ import annotations

import contextlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CPU_SECONDS", "WALL_SECONDS", "Outcome", "Program"]

CPU_SECONDS = 30
"""A run that computes for longer has failed; counted in CPU time, so that a busy machine fails no run."""
WALL_SECONDS = 90
"""A run that has not ended by then waits for something that never comes."""
_GUARD = 6 << 30
"""Address space that a run may take beyond the parent's (bytes): the machine must live on."""
_TICK = 0.02


class Outcome(NamedTuple):
    """How a run ended.

    Parameters
    ----------
    code
        Exit code; minus the signal's number where one ended it.
    stderr, stdout
        What was written, cut to its first 100,000 bytes; bytes that are not UTF-8 as surrogates.
    seconds, peak
        Of CPU, and the largest memory (bytes) beyond the idle parent's.
    hung
        It was ended because its time was over.
    """

    code: int
    stderr: str
    stdout: str
    seconds: float
    peak: int
    hung: bool


class Program:
    """The program, ready to be run many times; use as a context manager."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch

    def __enter__(self) -> Self:
        scratch = os.fspath(self._scratch)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "MPLCONFIGDIR": scratch}
        # one thread per run: many would only fight for the cores, and a fork with threads hangs
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def run(self, arguments: Sequence[str], folder: Path) -> Outcome:
        """Run in a working folder."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"arguments": list(arguments), "folder": os.fspath(folder)}
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        texts = {}
        for name in ("stdout", "stderr"):
            with (folder / f".{name}").open("rb") as handle:
                texts[name] = handle.read(100_000).decode("utf-8", "surrogateescape")
        return Outcome(**answer, **texts)


def _serve() -> None:
    """Answer requests until standard input ends."""
    _import_all()
    baseline = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    space = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become_a_run(request["arguments"], request["folder"], space + _GUARD)
        print(json.dumps(_watch(pid, baseline)), flush=True)


def _import_all() -> None:
    """Import the program and what it loads late, so that a fork has it."""
    import dmiso

    for found in pkgutil.walk_packages(dmiso.__path__, "dmiso."):
        if not found.name.endswith("__main__"):
            import_module(found.name)
    for name in (
        "torch",
        "duckdb",
        "h5py",
        "RNA",
        "polars",
        "numba",
        "matplotlib.figure",
        "scipy",
        "cutadapt",
    ):
        with contextlib.suppress(ImportError):
            import_module(name)


def _become_a_run(arguments: list[str], folder: str, space: int) -> None:
    """Run the program as the interpreter would, and end."""
    os.setsid()
    os.chdir(folder)
    for number, name in ((1, ".stdout"), (2, ".stderr")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    words = [os.fsdecode(word.encode("utf-8", "surrogateescape")) for word in arguments]
    sys.argv = ["dmiso", *words]
    code = 1
    try:
        import_module("dmiso.cli.main").main(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # what the interpreter does with an exception that nobody caught
        traceback.print_exc()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _watch(pid: int, baseline: int) -> dict[str, object]:
    """Wait for a run; end it when its time is over."""
    start, hung = time.monotonic(), False
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        if not hung and (_cpu_seconds(pid) > CPU_SECONDS or time.monotonic() - start > WALL_SECONDS):
            hung = True
            os.kill(pid, signal.SIGKILL)
        time.sleep(_TICK)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what it left running
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak": max(usage.ru_maxrss * 1024 - baseline, 0),
        "hung": hung,
    }


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of its children that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    _serve()
