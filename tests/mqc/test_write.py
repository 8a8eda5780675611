"""Where content lies, and what becomes of that of an earlier run and of files of others."""

from pathlib import Path

import pytest

from dmiso.mqc import bars, content_path, decode, remove_contents, write_contents


def section(name, n=1):
    return bars(name, "Kind", "Reads.", {"a": {"x": n}} if n else {}, unit="reads")


def test_folder__has_a_file_per_section_and_none_for_one_without_data(tmp_path):
    written = write_contents(tmp_path, [section("one"), section("two", 0)])
    assert written == [tmp_path / "multiqc" / "dmiso_one_mqc.json"]
    assert [path.name for path in (tmp_path / "multiqc").iterdir()] == ["dmiso_one_mqc.json"]


def test_folder__of_a_second_run_holds_its_sections_alone(tmp_path):
    write_contents(tmp_path, [section("one"), section("two")])
    foreign = tmp_path / "multiqc" / "dmiso_mine_mqc.json"
    foreign.write_text('{"id": "mine"}')
    write_contents(tmp_path, [section("two", 7)])
    assert sorted(path.name for path in (tmp_path / "multiqc").iterdir()) == [
        foreign.name,
        "dmiso_two_mqc.json",
    ]
    assert decode((tmp_path / "multiqc" / "dmiso_two_mqc.json").read_bytes()).data == {"a": {"x": 7}}


def test_remove__takes_an_empty_folder_along(tmp_path):
    write_contents(tmp_path, [section("one")])
    remove_contents(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "dmiso_x"}', "\xff"])
def test_remove__leaves_files_of_others(tmp_path, text):
    output = tmp_path / "table.tsv"
    content_path(output).write_text(text, encoding="latin-1")
    remove_contents(output)
    assert content_path(output).exists()


def test_file__has_one_section_beside_it(tmp_path):
    output = tmp_path / "table.tsv"
    assert write_contents(output, [section("one")]) == [tmp_path / "table.tsv_mqc.json"]
    remove_contents(output)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", ["-", "/dev/null", "/dev/stdout"])
def test_stream__has_none(output, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_contents(Path(output), [section("one")]) == []
    assert list(tmp_path.iterdir()) == []
