"""Questions at work: some run, some wait, and each ends when no page shows it any more.

All of this happens in one event loop, so there are no locks. A page *watches* a question; when the last one stops
watching, the question has a few seconds, in which the page may be loaded again, before it is cancelled.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import DmisoError
from dmiso.web.child import run_command
from dmiso.web.history import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dmiso.settings.serve import ServeSettings
    from dmiso.web.history import History, State
    from dmiso.web.questions import Question
    from dmiso.workers.progress_pipe import ProgressReport

__all__ = ["Job", "Jobs", "TooManyJobsError"]

_SILENCE: Final = 2.0
"""Seconds after which a watcher hears again even if nothing changed: so it is noticed that a page went away."""
_AT_WORK: Final = ("waiting", "running")


class TooManyJobsError(DmisoError):
    """As many questions run and wait as the server takes."""


class Job:
    """One question while the server runs.

    Parameters
    ----------
    name
        Of its folder in the history.
    record
        What is written there.
    question
        What was asked.
    """

    def __init__(self, name: str, record: Record, question: Question) -> None:
        self.name, self.record, self.question = name, record, question
        self.report: ProgressReport | None = None
        self.watchers = 0
        self.task: asyncio.Task[tuple[State, str]] | None = None
        self.why = ""
        self._changed = asyncio.Event()

    @property
    def is_at_work(self) -> bool:
        """Whether it waits or runs."""
        return self.record.state in _AT_WORK

    def change(self, state: State | None = None, message: str = "") -> None:
        """Take over a new state, and wake who watches."""
        if state is not None:
            self.record.state, self.record.message = state, message
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self) -> None:
        """Wait for a change, a moment at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SILENCE):
                await self._changed.wait()


class Jobs:
    """All questions of a server.

    Parameters
    ----------
    history
        Where they are kept.
    settings
        How many may run and wait, and how long.
    """

    def __init__(self, history: History, settings: ServeSettings) -> None:
        self.history, self.settings = history, settings
        self._jobs: dict[str, Job] = {}
        self._turn = asyncio.Semaphore(settings.max_running)

    @property
    def at_work(self) -> list[Job]:
        """Questions that run or wait, in the order in which they came."""
        return [job for job in self._jobs.values() if job.is_at_work]

    def find(self, name: str) -> Job | None:
        """Return a question of this server; None for one of an earlier server."""
        return self._jobs.get(name)

    def start(self, question: Question) -> Job:
        """Take a question.

        Raises
        ------
        TooManyJobsError
            If too many wait already.
        """
        limits = self.settings
        if len(self.at_work) >= limits.max_running + limits.max_waiting:
            raise TooManyJobsError(
                f"{len(self.at_work)} questions are at work or waiting, which is the most this server takes "
                f"(--max-running {limits.max_running}, --max-waiting {limits.max_waiting}). "
                "Wait until one ends, or cancel one."
            )
        record = Record(
            asked=question.asked,
            title=question.title,
            command=question.words("RESULT"),
            begun=time.time(),
            server=os.getpid(),
        )
        name = self.history.begin(record, question.inputs)
        job = self._jobs[name] = Job(name, record, question)
        job.task = asyncio.create_task(self._work(job))
        job.task.add_done_callback(partial(self._end, job))
        self._expect_a_watcher(job)
        return job

    def cancel(self, job: Job, why: str) -> None:
        """End a question that waits or runs."""
        if job.is_at_work and job.task is not None:
            job.why = job.why or why
            job.task.cancel()

    async def watch(self, job: Job) -> AsyncIterator[dict[str, Any]]:
        """Yield what is known of a question at each change, and now and then; ends with the question."""
        job.watchers += 1
        try:
            while True:
                yield self.describe(job)
                if not job.is_at_work:
                    return
                await job.wait()
        finally:
            job.watchers -= 1
            self._expect_a_watcher(job)

    def describe(self, job: Job) -> dict[str, Any]:
        """Return what a page shows of a question at work."""
        waiting = [other for other in self.at_work if other.record.state == "waiting"]
        report = job.report
        return {
            "name": job.name,
            "title": job.record.title,
            "state": job.record.state,
            "message": job.record.message,
            "before": waiting.index(job) if job in waiting else 0,
            "seconds": job.record.seconds or time.time() - job.record.begun,
            "progress": None
            if report is None
            else {"unit": report.unit, "done": report.done, "total": report.total, "left": report.left},
        }

    async def close(self) -> int:
        """Cancel all questions and wait for their ends; return how many there were."""
        open_jobs = self.at_work
        for job in open_jobs:
            self.cancel(job, "The server was ended.")
        await asyncio.gather(*(job.task for job in open_jobs if job.task), return_exceptions=True)
        return len(open_jobs)

    def _expect_a_watcher(self, job: Job) -> None:
        """Cancel a question in a while, if no page watches it then."""
        if job.watchers or not job.is_at_work:
            return
        asyncio.get_running_loop().call_later(self.settings.away_seconds, self._cancel_if_alone, job)

    def _cancel_if_alone(self, job: Job) -> None:
        if not job.watchers:
            self.cancel(job, "The page was closed, so the question was cancelled.")

    async def _work(self, job: Job) -> tuple[State, str]:
        """Wait for a turn, and run; return how it ended."""
        try:
            async with self._turn, asyncio.timeout(self.settings.max_seconds):
                job.change("running")
                self.history.write(job.name, job.record)
                return await self._run(job)
        except TimeoutError:
            return "failed", (
                f"This took longer than {self.settings.max_seconds:,} seconds, the most this server gives "
                "a question (--max-seconds). Ask for fewer or shorter sequences."
            )
        except (DmisoError, OSError) as error:  # the disk is full, or no process can be started
            return "failed", str(error)

    def _end(self, job: Job, task: asyncio.Task[tuple[State, str]]) -> None:
        """Write down how a question ended; also one that was cancelled before its work began."""
        state: State = "cancelled"
        message = job.why
        if not task.cancelled():
            state, message = task.result()
        job.record.seconds = time.time() - job.record.begun
        job.change(state, message)
        with suppress(DmisoError, OSError):  # a full disk was said on the page
            self.history.write(job.name, job.record)

    async def _run(self, job: Job) -> tuple[State, str]:
        def heard(report: ProgressReport) -> None:
            job.report = report
            job.change()

        words = job.question.words(str(self.history.result(job.name)))
        ended = await run_command(words, self.history.inputs(job.name), heard)
        if ended.code == 0:
            return "done", ""
        return "failed", ended.complaint or f"The command ended with code {ended.code}."
