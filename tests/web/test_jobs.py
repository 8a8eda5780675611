"""Jobs: real commands in real children, which are queued, heard, and ended when nobody looks any more."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

import dmiso
from dmiso.settings.serve import ServeSettings
from dmiso.web.history import History
from dmiso.web.jobs import Jobs, TooManyJobsError
from dmiso.web.questions import Question

EXAMPLES = Path(dmiso.__file__).parent / "examples"
SCAN = ("scan", "--mirnas", "_mirnas.fa", "--transcripts", str(EXAMPLES / "transcripts.fa"), "--decoys")
DEADLINE = 400


def question(*words, text=">a\nUGAGGUAGUAGGUUGUAUAGUU\n"):
    asked = {"mirnas": "a", "targets": "b"}
    return _Scan("a on b", asked, {"_mirnas.fa": text}, words)


class _Scan(Question):
    """A question that is answered by another command than the page's: one that takes as long as we want."""

    def words(self, output):
        return [*self.arguments, "-o", output]


QUICK = question(*SCAN, "0")
LONG = question(*SCAN, "1000", text="".join(f">a{n}\nUGAGGUAGUAGGUUGUAUAG{n}{n}\n" for n in "ACGU"))
"""Takes many seconds."""


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "runs")


def run(history, work, **settings):
    """Run a coroutine with the jobs of a server; all children are ended after it."""

    async def whole():
        jobs = Jobs(history, ServeSettings(**settings))
        try:
            async with asyncio.timeout(DEADLINE):
                return await work(jobs)
        finally:
            await jobs.close()

    return asyncio.run(whole())


async def watched(jobs, job, until=lambda state: False):
    """Watch a question to its end, or until a state; return all that was told."""
    told = []
    watching = jobs.watch(job)
    async for state in watching:
        told.append(state)
        if until(state):
            break
    await watching.aclose()
    return told


def all_children():
    return {
        int(pid)
        for path in Path(f"/proc/{os.getpid()}/task").glob("*/children")
        for pid in path.read_text().split()
    }


OTHERS = set()


@pytest.fixture(autouse=True)
def _others_are_known():
    """Earlier tests of the same process may have left children at work, a browser for one."""
    OTHERS.clear()
    OTHERS.update(all_children())


def children():
    return all_children() - OTHERS


def works(state):
    return state["progress"] is not None


def test_job__runs_the_command_and_keeps_what_it_wrote(history):
    async def work(jobs):
        job = jobs.start(QUICK)
        return job.name, await watched(jobs, job)

    name, told = run(history, work)
    assert told[0]["state"] == "waiting"
    assert told[-1]["state"] == "done", told[-1]
    assert "sites.parquet" in history.files(name)
    kept = history.read(name)
    assert (kept.state, kept.title, kept.asked) == ("done", "a on b", QUICK.asked)
    assert kept.seconds > 0


def test_job__tells_how_far_the_command_is(history):
    async def work(jobs):
        job = jobs.start(question(*SCAN, "100"))
        return await watched(jobs, job, lambda state: works(state) and state["progress"]["done"] > 0)

    progress = run(history, work)[-1]["progress"]
    assert 0 < progress["done"] <= progress["total"]
    assert progress["unit"]


def test_job__fails_with_what_the_command_said(history):
    async def work(jobs):
        job = jobs.start(question(*SCAN, "0", text=">a\nUGAGGUAGUA!GUUGUAUAGUU\n"))
        return job.name, await watched(jobs, job)

    name, told = run(history, work)
    assert told[-1]["state"] == "failed"
    assert "_mirnas.fa" in told[-1]["message"]
    assert "'!' at position 11" in told[-1]["message"]
    assert "Traceback" not in told[-1]["message"]
    assert history.read(name).message == told[-1]["message"]


def test_job__cancelled_ends_its_process_and_leaves_nothing_half_written(history):
    async def work(jobs):
        job = jobs.start(LONG)
        await watched(jobs, job, works)
        (child,) = children()
        jobs.cancel(job, "Cancelled on the page.")
        told = await watched(jobs, job)
        return job.name, child, told[-1]

    name, child, last = run(history, work)
    assert (last["state"], last["message"]) == ("cancelled", "Cancelled on the page.")
    assert child not in children()
    assert history.read(name).state == "cancelled"
    assert "sites.parquet" not in history.files(name)


def test_job__cancelled_while_it_waits_never_runs(history):
    async def work(jobs):
        first, second = jobs.start(LONG), jobs.start(QUICK)
        await watched(jobs, first, works)
        jobs.cancel(second, "No more.")
        return second.name, (await watched(jobs, second))[-1]

    name, last = run(history, work)
    assert last["state"] == "cancelled"
    assert not history.result(name).exists()


def test_job__cancelled_before_its_work_began_is_written_down(history):
    async def work(jobs):
        job = jobs.start(QUICK)
        jobs.cancel(job, "At once.")
        return job.name, (await watched(jobs, job))[-1]

    name, last = run(history, work)
    assert (last["state"], last["message"]) == ("cancelled", "At once.")
    assert history.read(name).state == "cancelled"


def test_job__ends_when_no_page_shows_it_any_more(history):
    async def work(jobs):
        job = jobs.start(LONG)
        await watched(jobs, job, works)
        await asyncio.wait([job.task])
        await asyncio.sleep(0)
        return job.record

    kept = run(history, work, away_seconds=1)
    assert kept.state == "cancelled"
    assert "page was closed" in kept.message


def test_job__that_no_page_ever_showed_ends_too(history):
    async def work(jobs):
        job = jobs.start(LONG)
        await asyncio.wait([job.task])
        await asyncio.sleep(0)
        return job.record.state

    assert run(history, work, away_seconds=1) == "cancelled"


def test_job__goes_on_if_the_page_is_back_in_time(history):
    async def work(jobs):
        job = jobs.start(LONG)
        await watched(jobs, job, works)
        back = asyncio.create_task(watched(jobs, job))
        await asyncio.sleep(2.5)
        still = job.is_at_work
        jobs.cancel(job, "")
        await back
        return still

    assert run(history, work, away_seconds=1)


def test_job__one_of_two_pages_closed_does_not_end_it(history):
    async def work(jobs):
        job = jobs.start(LONG)
        stays = asyncio.create_task(watched(jobs, job))
        await watched(jobs, job, works)
        await asyncio.sleep(2.5)
        still = job.is_at_work
        jobs.cancel(job, "")
        await stays
        return still

    assert run(history, work, away_seconds=1)


def test_job__that_takes_too_long_is_ended_and_the_limit_is_said(history):
    async def work(jobs):
        return (await watched(jobs, jobs.start(LONG)))[-1]

    last = run(history, work, max_seconds=2)
    assert last["state"] == "failed"
    assert "2 seconds" in last["message"]
    assert "--max-seconds" in last["message"]
    assert not children()


def test_jobs__wait_for_their_turn_and_say_how_many_come_before(history):
    async def work(jobs):
        first, second, third = jobs.start(LONG), jobs.start(QUICK), jobs.start(QUICK)
        await watched(jobs, first, works)
        before = [jobs.describe(job)["before"] for job in (first, second, third)]
        states = [jobs.describe(job)["state"] for job in (first, second, third)]
        later = [asyncio.create_task(watched(jobs, job)) for job in (second, third)]
        await asyncio.sleep(0)
        jobs.cancel(first, "")
        return before, states, [(await told)[-1]["state"] for told in later]

    before, states, ends = run(history, work)
    assert before == [0, 0, 1]
    assert states == ["running", "waiting", "waiting"]
    assert ends == ["done", "done"]


def test_jobs__two_at_once_work_apart(history):
    async def work(jobs):
        other = question(*SCAN, "0", text=">b\nUAGCUUAUCAGACUGAUGUUGA\n")
        started = [jobs.start(QUICK), jobs.start(other)]
        ends = await asyncio.gather(*(watched(jobs, job) for job in started))
        return [job.name for job in started], [told[-1]["state"] for told in ends]

    names, states = run(history, work, max_running=2)
    assert states == ["done", "done"]
    sites = [(history.result(name) / "sites.parquet").read_bytes() for name in names]
    assert sites[0] != sites[1]


def test_jobs__too_many_are_refused_with_the_limit(history):
    async def work(jobs):
        for _ in range(3):
            jobs.start(LONG)
        with pytest.raises(TooManyJobsError, match=r"3 questions .*--max-running 1, --max-waiting 2"):
            jobs.start(QUICK)

    run(history, work, max_waiting=2)
    assert len(history.names()) == 3


def test_jobs__end_with_the_server(history):
    async def work(jobs):
        job = jobs.start(LONG)
        jobs.start(LONG)
        await watched(jobs, job, works)
        (child,) = children()
        return await jobs.close(), child

    n, child = run(history, work)
    assert n == 2
    assert child not in children()
    assert {history.read(name).state for name in history.names()} == {"cancelled"}


def test_child__ends_when_its_server_was_killed(start, tmp_path):
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from dmiso.web.child import run_command\n"
        "asyncio.run(run_command(sys.argv[2:], Path(sys.argv[1]), lambda report: print(report, flush=True)))\n"
    )
    import subprocess
    import sys

    (tmp_path / "_mirnas.fa").write_text(LONG.inputs["_mirnas.fa"])
    server = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path, *LONG.words("out")], stdout=subprocess.PIPE
    )
    try:
        assert b"ProgressReport" in server.stdout.readline()
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        assert len(children) == 1
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
        server.stdout.close()
    end = time.monotonic() + DEADLINE
    while _lives(int(children[0])) and time.monotonic() < end:
        time.sleep(0.1)
    assert not _lives(int(children[0]))


def _lives(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
