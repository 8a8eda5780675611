"""What a child interpreter does in a scan: a shard at a time, with files and model read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.scan.shards import OpenJob, ScanJob

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["make_shard"]

_OPEN: dict[str, OpenJob] = {}
"""The job of this process: opened once, used for all of its shards."""


def make_shard(task: tuple[str, int], report: Callable[[int], None]) -> None:
    """Make one shard.

    Parameters
    ----------
    task
        The job as text (:meth:`dmiso.scan.shards.ScanJob.to_text`) and the shard's number.
    report
        Called with the nt × miRNAs done.
    """
    text, number = task
    if text not in _OPEN:
        _OPEN.clear()
        _OPEN[text] = OpenJob(ScanJob.from_text(text))
    _OPEN[text].run_shard(number, report)
