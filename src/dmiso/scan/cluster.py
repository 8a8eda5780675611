"""The shards of a scan on a Dask cluster (``[cluster]`` extra): one machine, SLURM through dask-jobqueue, others.

Dask only hands out shard numbers; results go through the shared folder, so a worker that dies loses at most the
shard it was making, which Dask gives to another. A shard that was written before its worker died is found and kept.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dmiso.extras import require_extra
from dmiso.io.folders import claim_folder
from dmiso.scan.run import SCAN_FOLDER, ScanResult, finish_scan
from dmiso.scan.shards import OpenJob, ScanJob

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["scan_on_cluster"]


@lru_cache(maxsize=1)
def _opened(text: str) -> OpenJob:
    """Open a job once per worker process."""
    return OpenJob(ScanJob.from_text(text))


def _make(text: str, number: int) -> int:
    _opened(text).run_shard(number)
    return number


def scan_on_cluster(
    job: ScanJob,
    client: Any,
    *,
    command: Sequence[str] = ("scan_on_cluster",),
    on_work: Callable[[int, int], None] | None = None,
) -> ScanResult:
    """Make the missing shards of a scan on a cluster, then put them together here.

    Parameters
    ----------
    job
        What to scan; files and output lie where all workers see them under the same path.
    client
        A ``distributed.Client``, or the address of a scheduler.
    command
        For the manifest.
    on_work
        Called with nt × miRNAs done and in all.

    Raises
    ------
    MissingExtraError
        If ``client`` is an address and Dask is not installed.
    DmisoError
        As :func:`dmiso.scan.run.scan_files`.
    """
    require_extra("distributed")
    distributed = import_module("distributed")
    if isinstance(client, str):
        with distributed.Client(client) as opened:
            return scan_on_cluster(job, opened, command=command, on_work=on_work)
    work = OpenJob(job)
    with claim_folder(job.output, SCAN_FOLDER):
        work.begin(go_on=True)
        missing, done = work.missing(note=True), 0
        total = sum(work.work_of(number) for number in missing)
        futures = client.map(_make, [job.to_text()] * len(missing), missing, pure=False)
        for future in distributed.as_completed(futures):
            done += work.work_of(future.result())
            if on_work is not None:
                on_work(done, total)
        return finish_scan(work, part=(1, 1), workers=1, command=command, on_work=None)
