"""Output appears whole or not at all."""

import pytest

from dmiso.io import atomic_path, write_text


def test_atomic_path__replaces_a_file_only_at_the_end(tmp_path):
    path = tmp_path / "deep" / "x.txt"
    write_text(path, "old\n")
    with atomic_path(path) as temporary:
        temporary.write_text("new\n")
        assert path.read_text() == "old\n"
    assert path.read_text() == "new\n"
    assert [p.name for p in path.parent.iterdir()] == ["x.txt"]


def test_atomic_path__replaces_a_directory_whole(tmp_path):
    path = tmp_path / "d"
    (path / "old").mkdir(parents=True)
    with atomic_path(path) as temporary:
        temporary.mkdir()
        (temporary / "new").touch()
    assert [p.name for p in path.iterdir()] == ["new"]


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
