"""The scan from files to files: what ``dmiso scan`` does.

Order of things: the plan is written or checked, the shards that are missing are made here or by child interpreters
(threads would share one core for the recursion's Python parts), and whole scans are merged.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from dmiso.errors import DmisoError
from dmiso.io.locks import folder_lock
from dmiso.scan.duplexes import require_vienna
from dmiso.scan.merge import Merged, merge_shards
from dmiso.scan.shards import OpenJob, share_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dmiso.records import Counts
    from dmiso.scan.shards import ScanJob

__all__ = ["ScanResult", "finish_scan", "scan_folder", "scan_to_files"]


class ScanResult(NamedTuple):
    """What a run did."""

    counts: Counts
    n_shards: int
    """Shards made now."""
    n_found: int
    """Shards that were there."""
    n_missing: int
    """Shards of other parts that are still missing; then nothing was merged."""
    merged: Merged | None


def scan_to_files(
    job: ScanJob,
    *,
    part: tuple[int, int] = (1, 1),
    resume: bool = False,
    workers: int = 1,
    command: Sequence[str] = ("scan_to_files",),
    on_work: Callable[[int, int], None] | None = None,
) -> ScanResult:
    """Scan files, and write ``sites.parquet`` and ``genes.parquet`` to the job's folder.

    Parameters
    ----------
    job
        What to scan.
    part
        Which part of how many is made, from 1; the results are only put together by a run of all (``(1, 1)``).
    resume
        Go on with the shards of an earlier run; those that are damaged or of another scan are made again. Parts
        always do.
    workers
        Processes; more than 1 are child interpreters.
    command
        For the manifest.
    on_work
        Called with nt × miRNAs done and in all, first with 0.

    Raises
    ------
    UsageError, InputError, DmisoError
        If an option, a file or the folder cannot be used, another run writes to it, or a worker ended early.
    """
    if job.settings.energies:
        require_vienna()
    work = OpenJob(job)
    with scan_folder(job.output, shared=part != (1, 1)):
        work.begin(go_on=resume or part != (1, 1))
        return finish_scan(work, part=part, workers=workers, command=command, on_work=on_work)


@contextmanager
def scan_folder(output: Path, *, shared: bool) -> Iterator[None]:
    """Hold a scan's folder: alone, or together with runs that make other parts of the same scan.

    Parameters
    ----------
    output
        Made if it is missing.
    shared
        Let other parts in.

    Raises
    ------
    UsageError
        If another run holds it.
    """
    output.mkdir(parents=True, exist_ok=True)
    with folder_lock(output, "scan", shared=shared):
        yield


def finish_scan(
    work: OpenJob,
    *,
    part: tuple[int, int],
    workers: int,
    command: Sequence[str],
    on_work: Callable[[int, int], None] | None,
) -> ScanResult:
    """Make the missing shards of a scan that has begun, and put them together if all parts are this run's.

    Parameters
    ----------
    work
        Its folder is held by the caller.
    part, workers, command, on_work
        As for :func:`scan_to_files`.
    """
    mine = set(share_of(work.n_shards, *part))
    absent = [k for k in work.missing(note=True) if k in mine]
    total = sum(work.work_of(k) for k in absent)
    done = 0

    def count(number: int) -> None:
        nonlocal done
        done += work.work_of(number)
        if on_work is not None:
            on_work(done, total)

    if on_work is not None:
        on_work(0, total)
    if workers > 1 and len(absent) > 1:
        _in_children(work.job, absent, workers, count)
    else:
        for number in absent:
            work.run_shard(number)
            count(number)
    if part == (1, 1):
        merged = merge_shards(work, work.counts, command=command)
        return ScanResult(work.counts, len(absent), len(mine) - len(absent), 0, merged)
    return ScanResult(work.counts, len(absent), len(mine) - len(absent), len(work.missing()), None)


def _in_children(job: ScanJob, shards: list[int], workers: int, count: Callable[[int], None]) -> None:
    """Make shards in child interpreters, every n-th in each."""
    shares = [shards[i::workers] for i in range(workers) if shards[i::workers]]
    children: list[subprocess.Popen[str]] = []
    try:
        for share in shares:
            child = subprocess.Popen(
                [sys.executable, "-m", "dmiso.scan.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            children.append(child)
            assert child.stdin is not None
            child.stdin.write(json.dumps({"job": job.to_text(), "shards": share}))
            child.stdin.close()
        with ThreadPoolExecutor(len(children)) as pool:
            messages = list(pool.map(lambda child: _follow(child, count), children))
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
                child.wait()
    for child, message in zip(children, messages, strict=True):
        if child.returncode:
            raise DmisoError(
                f"a worker ended with code {child.returncode}: {message}. Whole shards are kept: --resume goes on"
            )


def _follow(child: subprocess.Popen[str], count: Callable[[int], None]) -> str:
    """Count the shards of a child until it ends; return its last message."""
    assert child.stdout is not None
    assert child.stderr is not None
    for line in child.stdout:
        count(int(line))
    last = child.stderr.read().strip().splitlines()
    child.wait()
    child.stdout.close()
    child.stderr.close()
    return last[-1].rstrip(".") if last else "no message"
