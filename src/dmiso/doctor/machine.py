"""What this process may use of the machine: cores, memory, temporary space, the terminal.

A container's limits are those of its control groups (``/sys/fs/cgroup``), which ``os.cpu_count`` knows nothing of.
"""

from __future__ import annotations

import codecs
import math
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dmiso.doctor.checks import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_machine", "usable_cores", "usable_memory"]

_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN: Final = Path("/proc/self/cgroup")
_GB: Final = 1e9
_LEAST_MEMORY: Final = 2e9
"""Bytes: a transcriptome scan takes about one per worker."""
_LEAST_SPACE: Final = 1e9
"""Bytes that a scan of a transcriptome may need of temporary space."""


def _groups(controller: str, root: Path, own: Path) -> Iterator[Path]:
    """Yield the folders of the control groups that limit this process, innermost first; of version 2 and 1."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, names, path = line.split(":", 2)
        if names and controller not in names.split(","):
            continue
        base = root / controller if names else root
        inner = base / path.lstrip("/")
        yield from (folder for folder in (inner, *inner.parents) if folder == base or base in folder.parents)


def _limits(controller: str, file: str, root: Path, own: Path) -> Iterator[list[str]]:
    """Yield the words of a control groups' file, of every group that has it."""
    for folder in _groups(controller, root, own):
        try:
            yield (folder / file).read_text(encoding="utf-8").split()
        except OSError:
            continue  # the outermost group has no limits, nor has a group of a controller that is off


def usable_cores(root: Path = _GROUPS, own: Path = _OWN) -> tuple[float, str]:
    """Return how many cores this process may use, and what says so.

    Parameters
    ----------
    root, own
        Where control groups are, and the file that names this process's own.
    """
    if hasattr(os, "sched_getaffinity"):
        found: tuple[float, str] = (len(os.sched_getaffinity(0)), "the machine or the process's affinity")
    else:
        found = (os.cpu_count() or 1, "the machine")
    for quota, period in _limits("cpu", "cpu.max", root, own):
        if quota != "max":
            found = min(found, (int(quota) / int(period), "the control group"))
    quotas = _limits("cpu", "cpu.cfs_quota_us", root, own)
    periods = _limits("cpu", "cpu.cfs_period_us", root, own)
    for (quota,), (period,) in zip(quotas, periods, strict=False):
        if int(quota) > 0:
            found = min(found, (int(quota) / int(period), "the control group"))
    return found


def usable_memory(root: Path = _GROUPS, own: Path = _OWN) -> tuple[float, str]:
    """Return how many bytes of memory this process may use at most, and what says so; NaN where nothing does.

    Parameters
    ----------
    root, own
        As for :func:`usable_cores`.
    """
    try:
        found = (float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")), "the machine")
    except (ValueError, AttributeError):  # Windows
        found = (math.inf, "nothing")
    for name in ("memory.max", "memory.limit_in_bytes"):
        for (limit,) in _limits("memory", name, root, own):
            if limit != "max":
                found = min(found, (float(limit), "the control group"))
    return found if math.isfinite(found[0]) else (math.nan, "nothing")


def check_machine() -> Iterator[Check]:
    """Yield cores, memory, temporary space and terminal."""
    cores, by = usable_cores()
    facts = {"usable": cores, "machine": os.cpu_count()}
    said = f"{cores:g} usable of {os.cpu_count()} (limit: {by})"
    advice = f"Ask for at most --workers {max(1, math.floor(cores))}" if by == "the control group" else ""
    yield Check("cores", "ok", said, advice, facts)
    memory, by = usable_memory()
    if math.isnan(memory):
        yield Check("memory", "ok", "not known on this system")
    else:
        little = memory < _LEAST_MEMORY
        advice = "Scan with one worker (--workers 1)" if little else ""
        yield Check(
            "memory",
            "note" if little else "ok",
            f"{memory / _GB:.1f} GB usable (limit: {by})",
            advice,
            {"usable_bytes": memory},
        )
    yield _check_temporary()
    yield _check_terminal()


def _check_temporary() -> Check:
    advice = "Name a folder with room in TMPDIR"
    try:
        folder = tempfile.gettempdir()
        with tempfile.TemporaryFile() as handle:
            handle.write(b"dmiso")
            handle.flush()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        said = f"no temporary file can be written ({error.strerror or error})"
        return Check("temporary folder", "broken", said, advice)
    facts = {"folder": folder, "free_bytes": free}
    said = f"{folder}, {free / _GB:.1f} GB free"
    little = free < _LEAST_SPACE
    return Check("temporary folder", "note" if little else "ok", said, advice if little else "", facts)


def _check_terminal() -> Check:
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    facts = {"encoding": encoding, "is_terminal": is_terminal, "TERM": os.environ.get("TERM", "")}
    said = f"standard output is {'a terminal' if is_terminal else 'no terminal'}, encoding {encoding}"
    if encoding != "unknown" and codecs.lookup(encoding).name != "utf-8":
        advice = "For names and signs beyond ASCII on the screen set PYTHONUTF8=1; files are UTF-8 always"
        return Check("terminal", "note", said, advice, facts)
    return Check("terminal", "ok", said, facts=facts)
