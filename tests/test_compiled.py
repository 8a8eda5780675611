"""A cache of compiled code that is cut short, exchanged, full or nowhere ends no run."""

import os
import subprocess
import sys

import pytest

from dmiso.compiled import cache_fault

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import kernel
from dmiso.compiled import cache_fault
print(kernel.double(21), cache_fault())
"""
KERNEL = """
from dmiso.compiled import njit

@njit(cache=True)
def half(x):
    return x // 2

@njit(cache=True)
def double(x):
    return half(4 * x)
"""


@pytest.fixture
def run(tmp_path):
    """Run the kernel in a process of its own; gives what it printed."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "kernel.py").write_text(KERNEL)

    def go(cache=tmp_path / "cache"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "code")],
            env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return go


def kept(folder, ending):
    return sorted(folder.rglob(f"*{ending}"))


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", ["empty", "cut", "exchanged"])
def test_cache__that_is_damaged_is_made_again(run, tmp_path, ending, damage):
    assert run() == "42 None"
    files = kept(tmp_path / "cache", ending)
    assert len(files) == 2
    whole = {path: path.read_bytes() for path in files}
    for path, content in whole.items():
        path.write_bytes(
            {"empty": b"", "cut": content[: len(content) // 2], "exchanged": b"no pickle"}[damage]
        )
    assert run() == "42 None"
    assert all(len(path.read_bytes()) > 20 for path in files)
    before = {path: path.stat().st_mtime_ns for path in kept(tmp_path / "cache", "") if path.is_file()}
    assert run() == "42 None"
    # the third run found the second's
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_use__counts_what_was_compiled_and_what_was_found(run, tmp_path):
    program = PROGRAM + "from dmiso.compiled import cache_use\nprint(*cache_use())\n"
    run_it = [sys.executable, "-c", program, str(tmp_path / "code")]
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    said = [
        subprocess.run(run_it, env=env, capture_output=True, text=True, check=True).stdout for _ in range(2)
    ]
    assert [text.split()[-2:] for text in said] == [["0", "2"], ["1", "0"]]  # half is part of double's code
    assert str(tmp_path / "cache") in said[0]


def test_cache__without_a_position_costs_time_and_is_said():
    scope = {}
    exec(KERNEL, scope)  # code without a file: numba finds no folder to keep it in
    assert scope["double"](21) == 42
    assert "cannot cache function" in cache_fault()


def test_cache__on_a_full_disk_costs_time_and_is_said(tmp_path, run):
    (tmp_path / "code" / "kernel.py").write_text(
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n" + KERNEL
    )
    assert run() == "42 File too large"
    assert kept(tmp_path / "cache", ".nbc") == []
