"""From a run to its page: each kind of run has a module that composes it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from dmiso.report.runs import open_run

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.pages import Page

__all__ = ["report_of"]

_COMPOSERS: Final = {
    "ask": "answers",
    "audit": "audits",
    "chimeras": "chimeric_reads",
    "compare": "comparisons",
    "evaluate": "evaluations",
    "isomirs": "counted_samples",
    "scan": "scans",
    "study": "studied",
    "summary": "summaries",
}
"""Kind of run → module of this room with ``page_of(run, targets)``."""


def report_of(path: Path, *, transcripts: Path | None = None, cds: Path | None = None) -> Page:
    """Return the page of a finished run.

    Parameters
    ----------
    path
        The run's folder; of an audit its ``.json``.
    transcripts, cds
        The transcripts that were scanned, and their coding sequences: site tracks then show whole transcripts, and
        duplexes the site's surroundings. Without them a track ends at the last site.

    Raises
    ------
    InputError
        If it is no run of ours, or one of its files is missing or damaged.

    Examples
    --------
    >>> report_of(Path("scan")).title  # doctest: +SKIP
    'Sites of 6 miRNAs on 6 transcripts'
    """
    from dmiso.report.targets import Targets

    run = open_run(path)
    module = import_module(f"dmiso.report.{_COMPOSERS[run.kind]}")
    page: Page = module.page_of(run, Targets(transcripts, cds))
    return page
