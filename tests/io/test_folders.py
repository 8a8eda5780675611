"""Output folders: nothing of others is replaced or removed, and a folder is whole or has no manifest."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dmiso.errors import UsageError
from dmiso.io.atomic import part_name
from dmiso.io.folders import FolderKind, check_companions, claim_folder, foreign_entries, whole_folder
from dmiso.io.locks import LOCK_NAME

KIND = FolderKind("demo", ("a.txt", "b.txt", "deep/*.txt"), clears=("cleared",))


def fill(folder, *names, manifest=True):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"new {name}")
    if manifest:
        (folder / "manifest.json").write_text(json.dumps({"program": "dmiso", "command": ["dmiso", "demo"]}))


def made(output, *names, force=False):
    with whole_folder(output, KIND, force=force) as folder:
        fill(folder, *names)


def names_below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_whole_folder__makes_the_folder_with_its_files_only(tmp_path):
    made(tmp_path / "new" / "out", "a.txt", "deep/c.txt")
    assert names_below(tmp_path) == {f"new/out/{name}" for name in ("a.txt", "deep/c.txt", "manifest.json")}


def test_whole_folder__takes_an_empty_folder_and_its_own(tmp_path):
    (tmp_path / "out").mkdir()
    made(tmp_path / "out", "a.txt", "b.txt", "deep/c.txt")
    made(tmp_path / "out", "b.txt")
    # what the first run made and the second did not is gone: a folder is of one run
    assert names_below(tmp_path / "out") == {"b.txt", "manifest.json"}


@pytest.mark.parametrize("name", ["thesis.txt", "a.txt", "deep/c.txt", ".hidden", "deep/other"])
def test_whole_folder__refuses_a_folder_of_others_and_touches_nothing(tmp_path, name):
    fill(tmp_path, name, manifest=False)
    with pytest.raises(UsageError, match=rf"did not make \({name}\): nothing was touched.*--force"):
        made(tmp_path, "a.txt")
    assert names_below(tmp_path) == {name}


def test_whole_folder__refuses_its_own_folder_if_something_was_added(tmp_path):
    made(tmp_path / "out", "a.txt")
    (tmp_path / "out" / "notes.md").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.md"):
        made(tmp_path / "out", "a.txt")


def test_force__writes_beside_files_of_others_and_replaces_none(tmp_path):
    (tmp_path / "notes.md").write_text("mine")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "photo.jpg").write_text("mine")
    made(tmp_path, "a.txt", "deep/c.txt", force=True)
    made(tmp_path, "b.txt", force=True)
    assert names_below(tmp_path) == {"notes.md", "deep/photo.jpg", "b.txt", "manifest.json"}
    assert (tmp_path / "notes.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["a.txt", "deep/c.txt", "manifest.json", "cleared/anything"])
def test_force__refuses_where_a_file_of_others_has_the_name_of_ours(tmp_path, name):
    fill(tmp_path, name, manifest=False)
    with pytest.raises(UsageError, match="--force replaces only files that dmiso made"):
        made(tmp_path, "b.txt", force=True)
    assert names_below(tmp_path) == {name}


def test_whole_folder__an_error_leaves_what_was_there(tmp_path):
    made(tmp_path / "out", "a.txt")
    before = (tmp_path / "out" / "manifest.json").read_bytes()

    def failing(output):
        with whole_folder(output, KIND) as folder:
            fill(folder, "b.txt")
            raise KeyboardInterrupt

    for output in (tmp_path / "out", tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            failing(output)
    assert names_below(tmp_path) == {"out/a.txt", "out/manifest.json"}
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert not (tmp_path / "new").exists()


def test_whole_folder__does_not_follow_links_out_of_the_folder(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.txt").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "deep").symlink_to(tmp_path / "photos")
    assert foreign_entries(tmp_path / "out", KIND) == ["deep"]
    with pytest.raises(UsageError, match="did not make"):
        made(tmp_path / "out", "deep/a.txt")
    assert (tmp_path / "photos" / "a.txt").read_text() == "mine"


def test_claim_folder__goes_on_with_what_a_killed_run_left(tmp_path):
    code = (
        "import os, pathlib, sys\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from test_folders import KIND, claim_folder\n"
        "with claim_folder(pathlib.Path(sys.argv[1]), KIND) as folder:\n"
        "    (folder / 'a.txt').write_text('whole')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    out = tmp_path / "out"
    words = [sys.executable, "-c", code, str(out), str(Path(__file__).parent)]
    assert subprocess.run(words, check=False).returncode == -9
    assert names_below(out) == {"a.txt", LOCK_NAME}
    with claim_folder(out, KIND) as folder:
        assert (folder / "a.txt").read_text() == "whole"
        fill(folder, "b.txt")
    assert names_below(out) == {"a.txt", "b.txt", "manifest.json"}


def test_claim_folder__a_second_run_is_refused_and_the_folder_not_removed(tmp_path):
    with claim_folder(tmp_path / "out", KIND) as folder:
        fill(folder, "a.txt", manifest=False)
        with pytest.raises(UsageError, match="is being written by another dmiso run"):
            made(tmp_path / "out", "b.txt")
    assert names_below(tmp_path / "out") == {"a.txt", LOCK_NAME}


def test_claim_folder__removes_parts_of_dead_runs_only(tmp_path):
    with claim_folder(tmp_path, KIND):
        pass
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    dead = part_name("x").replace(f"-{os.getpid()}-", f"-{int(done.stdout)}-")
    (tmp_path / dead).mkdir()
    (tmp_path / dead / "a.txt").touch()
    assert foreign_entries(tmp_path, KIND) == []
    with claim_folder(tmp_path, KIND):
        assert not (tmp_path / dead).exists()


def test_claim_folder__a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with (
        pytest.raises(UsageError, match="is a file; dmiso demo writes a folder"),
        claim_folder(tmp_path / "out", KIND),
    ):
        raise AssertionError


def test_check_companions__only_beside_an_output_of_ours(tmp_path):
    (tmp_path / "x.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"x\.txt would be written beside"):
        check_companions(tmp_path / "x.json", [tmp_path / "x.txt"])
    (tmp_path / "x.json").touch()
    check_companions(tmp_path / "x.json", [tmp_path / "x.txt"])
    with pytest.raises(UsageError, match=r"x\.txt would be written beside"):
        check_companions(tmp_path / "x.json", [tmp_path / "x.txt"], [tmp_path / "x.txt"])
