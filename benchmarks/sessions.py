"""Run a program in a session of its own and measure it: time, processor time, and memory of all its processes.

Memory is the highest sum over the session's processes of their proportional shares (``/proc/PID/smaps_rollup``), asked
twice a second; Linux only.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["measure"]


def measure(*words: object) -> dict[str, float]:
    """Run ``dmiso`` with the words of a command line; return what it took.

    Raises
    ------
    SystemExit
        If the program ends with another code than 0.
    """
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "dmiso", *(str(word) for word in words)]
    process = subprocess.Popen(command, start_new_session=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _shared_bytes(process.pid))
        time.sleep(0.5)
    if process.returncode:
        raise SystemExit(process.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(time.monotonic() - begin, 1),
        "cpu_seconds": round(spent, 1),
        "peak_mib": round(peak / 2**20),
        "largest_process_mib": round(used.ru_maxrss / 1024),
    }


def _shared_bytes(session: int) -> int:
    """Return the memory of all processes of a session, shared pages split between those that share them."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) != session:
                continue
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total
