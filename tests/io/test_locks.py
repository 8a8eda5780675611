"""Two runs into one folder: the second is refused, and a killed one leaves no lock."""

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from dmiso.errors import DmisoError, UsageError
from dmiso.io import locks
from dmiso.io.locks import LOCK_NAME, folder_lock, locked_for

_HOLD = """
import sys
from pathlib import Path
from dmiso.io.locks import folder_lock
with folder_lock(Path(sys.argv[1]), sys.argv[2], shared=sys.argv[3] == "shared"):
    print("held", flush=True)
    sys.stdin.read()
"""


def _holding(folder, mode="alone", command="scan"):
    """Start another process that holds a folder until its standard input is closed."""
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), command, mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "held\n"
    return child


def _end(child):
    child.stdin.close()
    assert child.wait() == 0
    child.stdout.close()


def _kill(child):
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    child.stdin.close()


def _no_locks(monkeypatch, number=errno.ENOLCK):
    """Let this process see a file system without locks; no such one can be had here."""

    def flock(handle, how):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)


def test_folder_lock__refuses_the_second_run_and_names_the_first(tmp_path):
    child = _holding(tmp_path)
    with pytest.raises(UsageError) as caught, folder_lock(tmp_path, "scan"):
        pytest.fail("two runs hold one folder")
    message = str(caught.value)
    assert message.startswith(
        f"{tmp_path} is being written by another dmiso run (dmiso scan, process {child.pid} on "
    )
    assert message.endswith("Wait until it has ended, or choose another output.")
    assert caught.value.exit_code == 2
    assert "\n" not in message
    _end(child)
    with folder_lock(tmp_path, "scan"):
        pass


def test_folder_lock__refuses_a_second_holder_of_the_same_process(tmp_path):
    with folder_lock(tmp_path, "scan"), pytest.raises(UsageError, match="another dmiso run"):  # noqa: SIM117
        with folder_lock(tmp_path, "train"):
            pytest.fail("two runs hold one folder")


def test_folder_lock__is_not_left_by_a_killed_run(tmp_path):
    _kill(_holding(tmp_path))
    assert locked_for(tmp_path) == "scan"
    with folder_lock(tmp_path, "scan"):
        pass


def test_folder_lock__is_not_left_by_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), folder_lock(tmp_path, "scan"):
        raise ZeroDivisionError
    with folder_lock(tmp_path, "scan"):
        pass


def test_folder_lock__shared_runs_hold_it_together_and_keep_others_out(tmp_path):
    first, second = _holding(tmp_path, "shared"), _holding(tmp_path, "shared")
    with (
        pytest.raises(UsageError, match=rf"process {first.pid} .*; .*process {second.pid} "),
        folder_lock(tmp_path, "scan"),
    ):
        pytest.fail("held alone beside others")
    _kill(first)
    with pytest.raises(UsageError) as caught, folder_lock(tmp_path, "scan"):
        pytest.fail("held alone beside another")
    assert f"process {first.pid} " not in str(caught.value)  # it is dead
    assert f"process {second.pid} " in str(caught.value)
    _end(second)
    with folder_lock(tmp_path, "scan"):
        pass


def test_folder_lock__held_alone_keeps_shared_runs_out(tmp_path):
    child = _holding(tmp_path)
    with pytest.raises(UsageError, match=f"process {child.pid} "), folder_lock(tmp_path, "scan", shared=True):
        pytest.fail("shared beside a run that holds it alone")
    _end(child)


def test_folder_lock__leaves_the_same_bytes_whoever_held_it(tmp_path):
    with folder_lock(tmp_path, "scan"):
        pass
    once = (tmp_path / LOCK_NAME).read_bytes()
    _kill(_holding(tmp_path))
    _kill(_holding(tmp_path, "shared"))
    with folder_lock(tmp_path, "scan", shared=True):
        pass
    assert (tmp_path / LOCK_NAME).read_bytes() == once


@pytest.mark.parametrize("content", [b"", b"garbage\x00\xff", b'{"folder_of": 3}\n', b"[]\n", b"[" * 100_000])
def test_folder_lock__takes_over_a_damaged_lock_file(tmp_path, content):
    (tmp_path / LOCK_NAME).write_bytes(content)
    assert locked_for(tmp_path) is None
    with folder_lock(tmp_path, "scan"):
        assert locked_for(tmp_path) == "scan"


def test_folder_lock__writes_through_no_link(tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("precious")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / LOCK_NAME).symlink_to(other)
    assert locked_for(folder) is None
    with pytest.raises(UsageError, match=r"\.dmiso\.lock cannot be made"), folder_lock(folder, "scan"):
        pytest.fail("locked through a link")
    assert other.read_text() == "precious"


def test_folder_lock__goes_on_when_the_lock_file_was_removed_meanwhile(tmp_path, monkeypatch):
    real = fcntl.flock

    def flock(handle, how):
        monkeypatch.setattr(fcntl, "flock", real)
        real(handle, how)
        (tmp_path / LOCK_NAME).unlink()

    monkeypatch.setattr(fcntl, "flock", flock)
    with folder_lock(tmp_path, "scan"):
        assert locked_for(tmp_path) == "scan"
        with pytest.raises(UsageError, match="another dmiso run"), folder_lock(tmp_path, "scan"):
            pytest.fail("two runs hold one folder")


def test_locked_for__is_none_without_a_lock_file(tmp_path):
    assert locked_for(tmp_path) is None
    assert locked_for(tmp_path / "absent") is None
    (tmp_path / LOCK_NAME).mkdir()
    assert locked_for(tmp_path) is None


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_folder_lock__without_locks_of_the_file_system_is_a_lease(tmp_path, monkeypatch, number):
    _no_locks(monkeypatch, number)
    with folder_lock(tmp_path, "scan"):
        with pytest.raises(UsageError, match=rf"process {os.getpid()} .*has no locks.*remove .*{LOCK_NAME}"):  # noqa: SIM117
            with folder_lock(tmp_path, "scan"):
                pytest.fail("two runs hold one folder")
        with pytest.raises(UsageError), folder_lock(tmp_path, "scan", shared=True):
            pytest.fail("shared beside a run that holds it alone")
    with folder_lock(tmp_path, "scan", shared=True), folder_lock(tmp_path, "scan", shared=True):  # noqa: SIM117
        with pytest.raises(UsageError), folder_lock(tmp_path, "scan"):
            pytest.fail("held alone beside others")
    with folder_lock(tmp_path, "scan"):
        pass


def test_folder_lock__does_not_heed_the_lease_of_a_dead_process_of_this_machine(tmp_path, monkeypatch):
    child = _holding(tmp_path)
    _kill(child)
    assert str(child.pid) in (tmp_path / LOCK_NAME).read_text()
    _no_locks(monkeypatch)
    with folder_lock(tmp_path, "scan"):
        pass


def test_folder_lock__heeds_the_lease_of_another_machine(tmp_path, monkeypatch):
    _no_locks(monkeypatch)
    real = locks.place_of
    monkeypatch.setattr(locks, "place_of", lambda host: "elsewhere")
    lease = folder_lock(tmp_path, "scan")
    lease.__enter__()
    monkeypatch.setattr(locks, "place_of", real)
    with pytest.raises(UsageError, match="killed on another machine, remove"), folder_lock(tmp_path, "scan"):
        pytest.fail("two runs hold one folder")
    lease.__exit__(None, None, None)
    with folder_lock(tmp_path, "scan"):
        pass


def test_holder__knows_that_its_number_was_given_to_another_process(tmp_path):
    mine = locks._Holder.here("scan", shared=False)
    assert mine.may_live
    assert not locks._Holder("t", "scan", mine.pid, "1", mine.host, mine.place, shared=False).may_live


def test_folder_lock__says_that_the_disk_is_full(tmp_path, monkeypatch):
    def write(handle, line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(locks, "_append", write)
    with (
        pytest.raises(DmisoError, match=r"cannot be written \(No space left"),
        folder_lock(tmp_path, "scan"),
    ):
        pytest.fail("held without a word of who holds it")
    monkeypatch.undo()
    with folder_lock(tmp_path, "scan"):
        pass


@pytest.mark.parametrize(
    "line",
    [
        '{"gave_back": []}',
        '{"token": "t", "command": "a\\nb", "pid": 1, "started": "", "host": "h", "place": "p", "shared": false}',
        '{"token": [], "command": {}, "pid": 1, "started": 0, "host": "h", "place": "p", "shared": 7}',
    ],
)
def test_folder_lock__refuses_in_one_line_whatever_the_file_says(tmp_path, line):
    child = _holding(tmp_path)
    with (tmp_path / LOCK_NAME).open("a") as handle:
        handle.write(line + "\n")
    with pytest.raises(UsageError) as caught, folder_lock(tmp_path, "scan"):
        pytest.fail("two runs hold one folder")
    assert "\n" not in str(caught.value)
    _end(child)
