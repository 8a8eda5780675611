"""Output appears whole or not at all."""

import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dmiso.errors import UsageError
from dmiso.io import atomic_path, open_input, write_text
from dmiso.io.atomic import COMPRESSED, part_name, remove_stale_parts


def test_atomic_path__replaces_a_file_only_at_the_end(tmp_path):
    path = tmp_path / "deep" / "x.txt"
    write_text(path, "old\n")
    with atomic_path(path) as temporary:
        temporary.write_text("new\n")
        assert path.read_text() == "old\n"
    assert path.read_text() == "new\n"
    assert [p.name for p in path.parent.iterdir()] == ["x.txt"]


def test_atomic_path__never_takes_the_place_of_a_folder(tmp_path):
    (tmp_path / "d" / "old").mkdir(parents=True)
    with pytest.raises(UsageError, match="is a directory"), atomic_path(tmp_path / "d"):
        raise AssertionError
    assert [p.name for p in (tmp_path / "d").iterdir()] == ["old"]


def test_atomic_path__keeps_the_mode_of_the_file_it_replaces(tmp_path):
    path = tmp_path / "x.txt"
    write_text(path, "old\n")
    path.chmod(0o640)
    write_text(path, "new\n")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new\n", 0o640)


@pytest.mark.parametrize("dangling", [False, True])
def test_atomic_path__follows_links(tmp_path, dangling):
    (tmp_path / "data").mkdir()
    target = tmp_path / "data" / "x.txt"
    if not dangling:
        target.write_text("old\n")
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    write_text(link, "new\n")
    assert link.is_symlink()
    assert target.read_text() == "new\n"


def test_atomic_path__writes_through_a_fifo_and_leaves_it(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    found = []
    reader = threading.Thread(target=lambda: found.append(fifo.read_bytes()))
    reader.start()
    write_text(fifo, "through\n")
    reader.join(timeout=20)
    assert found == [b"through\n"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_atomic_path__writes_through_a_device(tmp_path):
    device = tmp_path / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make a device")
    write_text(device, "gone\n")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert [p.name for p in tmp_path.iterdir()] == ["null"]


def test_atomic_path__an_open_descriptor_is_written_through(tmp_path):
    with (tmp_path / "x.txt").open("wb") as handle:
        handle.write(b"before\n")
        handle.flush()
        write_text(Path(f"/dev/fd/{handle.fileno()}"), "after\n")
    # the shell's own file is still the one that is written, as any program's output would be
    assert "after\n" in (tmp_path / "x.txt").read_text()


def test_open_output__a_failure_at_closing_gives_nothing_its_final_name(tmp_path):
    """A disk that is full shows when buffers are flushed: at closing."""
    path = tmp_path / "x.txt"
    write_text(path, "old\n")
    code = (
        "import pathlib, resource, signal, sys\n"
        "from dmiso.errors import DmisoError\n"
        "from dmiso.io import open_output\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"
        "try:\n"
        "    with open_output(pathlib.Path(sys.argv[1])) as handle:\n"
        "        handle.write(b'x' * 100)\n"
        "except DmisoError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "cannot be written (File too large). The file that was there is unchanged." in done.stdout
    assert path.read_text() == "old\n"
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]


def test_atomic_path__another_files_fault_is_not_told_as_its_own(tmp_path):
    def failing():
        with atomic_path(tmp_path / "x.txt"):
            (tmp_path / "absent").read_bytes()

    with pytest.raises(FileNotFoundError):
        failing()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", COMPRESSED)
def test_open_output__compresses_by_the_ending_in_any_case_and_input_reads_it(tmp_path, ending):
    for name in (f"x.txt{ending}", f"x.TXT{ending.upper()}"):
        write_text(tmp_path / name, "content\n")
        assert (tmp_path / name).read_bytes() != b"content\n"
        with open_input(tmp_path / name) as handle:
            assert handle.read() == b"content\n"
    assert (tmp_path / f"x.txt{ending}").read_bytes() == (tmp_path / f"x.TXT{ending.upper()}").read_bytes()


def test_remove_stale_parts__takes_those_of_dead_processes_only(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    mine = part_name("x.txt")
    dead = mine.replace(f"-{os.getpid()}-", f"-{int(done.stdout)}-")
    other_position = re.sub(r"\.[0-9a-f]{8}-", ".00000000-", dead)
    for name in (mine, dead, other_position, "x.txt.part", ".x.txt"):
        (tmp_path / name).touch()
    assert remove_stale_parts(tmp_path) == 1
    assert {p.name for p in tmp_path.iterdir()} == {mine, other_position, "x.txt.part", ".x.txt"}


def test_atomic_path__a_name_of_255_bytes_has_room_for_a_temporary_one(tmp_path):
    path = tmp_path / ("n" * 255)
    write_text(path, "x")
    assert path.read_text() == "x"


def test_atomic_path__leaves_what_was_there_after_an_error(tmp_path):
    path = tmp_path / "x.txt"
    write_text(path, "old\n")

    def interrupted():
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old\n"
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]
