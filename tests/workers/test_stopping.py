"""Signals become exceptions once; more of them do not break the tidying up."""

import signal
import subprocess
import sys
import threading

import pytest

from dmiso.workers import Stopped, WorkerError, keeps, stops_on_signals


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signals__become_one_exception_with_its_exit_code(number, code):
    script = (
        "import signal, sys\n"
        "from dmiso.workers import Stopped, stops_on_signals\n"
        "try:\n"
        "    with stops_on_signals():\n"
        f"        signal.raise_signal({int(number)})\n"
        "except Stopped as stopped:\n"
        f"    signal.raise_signal({int(number)})  # one more while the run is tidied up\n"
        "    print('tidy', flush=True)\n"
        "    sys.exit(stopped.exit_code)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (code, "tidy\n", "")


def test_signals__the_third_ends_a_process_that_does_not_get_tidy():
    script = (
        "import signal\n"
        "from dmiso.workers import stops_on_signals\n"
        "with stops_on_signals():\n"
        "    try:\n"
        "        signal.raise_signal(15)\n"
        "    finally:\n"
        "        while True:\n"
        "            signal.raise_signal(2)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (run.returncode, run.stderr) == (143, "")


def test_signals__that_are_ignored_stay_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stops_on_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_signals__handlers_are_given_back_where_none_came():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stops_on_signals():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_signals__are_left_alone_outside_the_main_thread():
    ran = []

    def work():
        with stops_on_signals():
            ran.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [before]


def test_signals__are_held_back_while_something_must_not_be_torn():
    script = (
        "import signal\n"
        "from dmiso.workers.stopping import Stopped, signals_held, stops_on_signals\n"
        "try:\n"
        "    with stops_on_signals():\n"
        "        with signals_held():\n"
        "            signal.raise_signal(15)\n"
        "            print('whole')\n"
        "        print('never')\n"
        "except Stopped as stopped:\n"
        "    print(stopped)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("whole\nSIGTERM\n", "")


def test_keeps__a_lost_worker_says_what_is_kept():
    with pytest.raises(WorkerError) as caught, keeps(lambda: "whole shards are kept in out"):
        raise WorkerError(1, 2, 7, "")
    assert (
        str(caught.value) == "worker 1 of 2 ended with code 7 without a message. Whole shards are kept in out"
    )


def test_keeps__other_errors_are_left_as_they_are():
    with pytest.raises(KeyError) as caught, keeps("all"):
        raise KeyError
    assert not hasattr(caught.value, "__notes__")


def test_keeps__an_interrupt_has_its_note():
    for error in (KeyboardInterrupt(), Stopped(15)):
        with pytest.raises(type(error)) as caught, keeps("all"):
            raise error
        assert caught.value.__notes__ == ["all"]
