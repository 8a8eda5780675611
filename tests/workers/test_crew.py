"""Child interpreters: they do the work, they do not outlive their parent, and what kills one is said."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from dmiso.errors import InputError, MissingExtraError
from dmiso.workers import Crew, WorkerError

JOBS = '''
"""Work for children."""

import os, signal, sys, time
from pathlib import Path


def double(job, report):
    for _ in range(job):
        report(1)
    return 2 * job


def where(job, report):
    return os.getpid(), sys.path, os.environ.get("PYTHONSAFEPATH")


def bad_record(job, report):
    from dmiso.errors import InputError
    raise InputError("'X' is no nucleotide", path=job, line=3, hint="Remove it")


def no_extra(job, report):
    from dmiso.errors import MissingExtraError
    raise MissingExtraError("torch", extra="train", purpose="training")


def full_disk(job, report):
    raise OSError(28, "No space left on device", job)


def mistake(job, report):
    raise ZeroDivisionError("division by zero")


def die(job, report):
    os.kill(os.getpid(), job)


def chatter(job, report):
    print("on standard output")
    os.write(1, b"and on its descriptor")
    return sys.stdin.read()


def linger(job, report):
    """Write a part, note the process, and wait until told to stop; the part is removed then."""
    folder = Path(job)
    part = folder / f".{os.getpid()}.part"
    part.touch()
    (folder / f"{os.getpid()}.pid").touch()
    try:
        time.sleep(600)
    finally:
        part.unlink()


def be_deaf(job, report):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(job, f"{os.getpid()}.pid").touch()
    time.sleep(600)
'''


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """A module of jobs that children find."""
    folder = tmp_path / "importable"
    folder.mkdir()
    (folder / "crew_jobs.py").write_text(JOBS)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.syspath_prepend(str(folder))
    import crew_jobs

    yield crew_jobs
    sys.modules.pop("crew_jobs")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def pids_in(folder):
    return [int(path.stem) for path in folder.glob("*.pid")]


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_crew__does_each_job_once_and_counts_all_reports(jobs, n_workers):
    told = []
    with Crew(n_workers) as crew:
        first = sorted(crew.map(jobs.double, [3, 0, 5, 4], on_report=told.append))
        again = sorted(crew.map(jobs.double, [1]))
    assert first == [(0, 6), (1, 0), (2, 10), (3, 8)]
    assert again == [(0, 2)]
    assert sum(told) == 12


def test_crew__without_jobs_starts_nothing(jobs):
    with Crew(2) as crew:
        assert list(crew.map(jobs.double, [])) == []


def test_crew__children_are_others_and_have_a_safe_path(jobs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Crew(2) as crew:
        found = [result for _, result in crew.map(jobs.where, [1, 2])]
    for pid, path, safe in found:
        assert pid != os.getpid()
        assert not {"", ".", str(tmp_path)} & set(path)
        assert safe == "1"


def test_crew__errors_come_whole_from_a_child(jobs):
    with pytest.raises(InputError) as caught, Crew(2) as crew:
        list(crew.map(jobs.bad_record, ["reads.fa", "reads.fa"]))
    assert str(caught.value) == "reads.fa, line 3: 'X' is no nucleotide. Remove it."
    assert (caught.value.line, caught.value.hint) == (3, "Remove it")
    with pytest.raises(MissingExtraError, match=r"pip install 'dmiso\[train\]'"), Crew(2) as crew:
        list(crew.map(jobs.no_extra, [1]))
    with pytest.raises(OSError, match="No space left on device") as full, Crew(2) as crew:
        list(crew.map(jobs.full_disk, ["out.tsv"]))
    assert (full.value.errno, full.value.filename) == (28, "out.tsv")


def test_crew__a_childs_own_mistake_is_told_by_its_last_line(jobs):
    with pytest.raises(WorkerError) as caught, Crew(2) as crew:
        list(crew.map(jobs.mistake, [1, 2]))
    assert re.search(r"worker \d of 2 ended with code 1: ZeroDivisionError: division by", str(caught.value))
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("number", "words"), [(9, "SIGKILL; if nobody did that, memory ran"), (11, "SIGSEGV")]
)
def test_crew__a_killed_child_is_an_error_and_the_others_end(jobs, number, words):
    with pytest.raises(WorkerError, match=f"worker 1 of 1 was killed by {words}"), Crew(2) as crew:
        list(crew.map(jobs.die, [number]))


def test_crew__what_children_print_does_not_disturb_their_messages(jobs):
    with Crew(2) as crew:
        assert [result for _, result in crew.map(jobs.chatter, [1, 2])] == ["", ""]


class Interrupted(BaseException):
    """What a signal handler raises."""


@pytest.fixture
def interrupted_when():
    """Raise Interrupted in the main thread as soon as something is so."""
    threads = []

    def interrupt(*_):
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, interrupt)

    def when(condition):
        def wait():
            wait_for(condition)
            os.kill(os.getpid(), signal.SIGUSR1)

        threads.append(threading.Thread(target=wait))
        threads[-1].start()

    yield when
    for thread in threads:
        thread.join()
    signal.signal(signal.SIGUSR1, before)


def test_crew__an_interrupt_ends_working_children_and_they_tidy_up(jobs, tmp_path, interrupted_when):
    interrupted_when(lambda: len(pids_in(tmp_path)) == 2)
    with pytest.raises(Interrupted), Crew(2) as crew:
        next(crew.map(jobs.linger, [str(tmp_path)] * 2))
    assert not any(map(is_alive, pids_in(tmp_path)))
    assert list(tmp_path.glob(".*.part")) == []


def test_crew__a_deaf_child_is_killed_in_the_end(jobs, tmp_path, interrupted_when, monkeypatch):
    monkeypatch.setattr("dmiso.workers.crew._GRACE", 0.2)
    interrupted_when(lambda: len(pids_in(tmp_path)) == 1)
    with pytest.raises(Interrupted), Crew(2) as crew:
        next(crew.map(jobs.be_deaf, [str(tmp_path)]))
    assert not any(map(is_alive, pids_in(tmp_path)))


_PARENT = """
import sys
from dmiso.workers import Crew
import crew_jobs
with Crew(2) as crew:  # no __main__ guard: children import nothing of this script
    for _ in crew.map(crew_jobs.linger, [sys.argv[1]] * 2):
        pass
"""


@pytest.mark.usefixtures("jobs")
def test_crew__children_of_a_killed_parent_tidy_up_and_end(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    script = tmp_path / "script.py"
    script.write_text(_PARENT)
    with subprocess.Popen([sys.executable, str(script), str(work)], cwd=tmp_path) as parent:
        wait_for(lambda: len(pids_in(work)) == 2)
        parent.kill()
    wait_for(lambda: not any(map(is_alive, pids_in(work))))
    assert list(work.glob(".*.part")) == []
