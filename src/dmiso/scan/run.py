"""The scan from files to files: what ``dmiso scan`` does.

Order of things: the plan is written or checked, the shards that are missing are made here or by child interpreters
(threads would share one core for the recursion's Python parts), and whole scans are merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.extras import require_extra
from dmiso.io.atomic import remove_stale_parts
from dmiso.io.folders import CONTENT_FILES, FolderKind, claim_folder
from dmiso.scan.merge import Merged, merge_shards
from dmiso.scan.shards import OpenJob, share_of
from dmiso.scan.worker import make_shard
from dmiso.settings.pictures import FORMATS
from dmiso.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmiso.records import Counts
    from dmiso.scan.shards import ScanJob

__all__ = ["SCAN_FOLDER", "ScanResult", "finish_scan", "scan_files"]

SCAN_FOLDER: Final = FolderKind(
    "scan",
    (
        "plan.json",
        "gate.json",
        "report.html",
        CONTENT_FILES,
        "shards/*.parquet",
        *(f"{name}.parquet" for name in ("sites", "genes", "genes_total")),
        *(f"sites.{name}" for name in ("tsv", "bed", "genome.bed", "gff3")),
        "sites.bed12",  # the former name of sites.genome.bed
        *(f"repression.{ending}" for ending in FORMATS),
    ),
    "scan.manifest.json",
    evidence=("plan.json",),
)
"""What ``dmiso scan`` makes in its folder."""


class ScanResult(NamedTuple):
    """The result of a run."""

    counts: Counts
    n_shards: int
    """Shards made now."""
    n_found: int
    """Shards that were there."""
    n_missing: int
    """Shards of other parts that are still missing; then nothing was merged."""
    merged: Merged | None


def scan_files(
    job: ScanJob,
    *,
    part: tuple[int, int] = (1, 1),
    resume: bool = False,
    workers: int = 1,
    force: bool = False,
    command: Sequence[str] = ("scan_files",),
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
    force
        Write into a folder that holds files of others; they stay.
    command
        For the manifest.
    on_work
        Called with nt × miRNAs done and in all, first with 0, then many times in each shard.

    Raises
    ------
    UsageError, InputError, DmisoError
        If an option, a file or the folder cannot be used, another run writes to it, or a worker ended early.
    """
    if job.settings.energies:
        require_extra("RNA", "folding the duplexes of sites")
    work = OpenJob(job)
    with claim_folder(job.output, SCAN_FOLDER, force=force, shared=part != (1, 1)):
        work.begin(go_on=resume or part != (1, 1))
        return finish_scan(work, part=part, workers=workers, command=command, on_work=on_work)


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
        As for :func:`scan_files`.
    """
    remove_stale_parts(work.job.output / "shards")
    mine = set(share_of(work.n_shards, *part))
    absent = [k for k in work.missing(note=True) if k in mine]
    total = sum(work.work_of(k) for k in absent)
    done = 0

    def count(n: int) -> None:
        nonlocal done
        done += n
        if on_work is not None:
            on_work(done, total)

    if on_work is not None:
        on_work(0, total)
    if workers > 1 and len(absent) > 1:
        with Crew(workers) as crew:
            text = work.job.to_text()
            for _ in crew.map(make_shard, [(text, number) for number in absent], on_report=count):
                pass  # a shard is on the disk
    else:
        for number in absent:
            work.run_shard(number, count)
    if part == (1, 1):
        merged = merge_shards(work, work.counts, command=command, workers=workers)
        return ScanResult(work.counts, len(absent), len(mine) - len(absent), 0, merged)
    return ScanResult(work.counts, len(absent), len(mine) - len(absent), len(work.missing()), None)
