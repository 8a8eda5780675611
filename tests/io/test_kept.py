"""Kept work is used only if it is whole and of the same things."""

import errno
import os
import threading

import polars as pl
import pytest

from dmiso.errors import DmisoError
from dmiso.io.kept import KeptTable, Lost, create_json, keep_json, keep_table, kept_json, kept_table
from dmiso.records import Counts

FRAME = pl.DataFrame({"start": [3, 1, 4], "name": ["a", None, "ü"], "logit": [0.5, float("nan"), -1.25]})


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "sites.parquet"
    keep_table(path, FRAME, "key", {"dropped": {"short": 2}})
    return path


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "numbers.json"
    keep_json(path, {"reads": 12, "share": 0.1, "names": ["ü"]}, "key")
    return path


def test_table__comes_back_with_what_was_said(table):
    found = kept_table(table, "key")
    assert isinstance(found, KeptTable)
    assert found.frame.equals(FRAME, null_equal=True)
    assert found.said == {"dropped": {"short": 2}}


def test_table__can_be_read_by_anything_that_reads_parquet(table):
    assert pl.read_parquet(table).equals(FRAME, null_equal=True)


def test_table__the_same_table_is_the_same_file(table, tmp_path):
    keep_table(tmp_path / "again.parquet", FRAME, "key", {"dropped": {"short": 2}})
    assert (tmp_path / "again.parquet").read_bytes() == table.read_bytes()


def test_table__of_another_key_is_of_other_things(table):
    assert kept_table(table, "another key") is Lost.OTHER


def test_table__that_nobody_sealed_is_of_other_things(table):
    FRAME.write_parquet(table)
    assert kept_table(table, "key") is Lost.OTHER


def test_table__that_is_not_there_is_absent(tmp_path):
    assert kept_table(tmp_path / "none.parquet", "key") is Lost.ABSENT


def test_table__any_changed_byte_is_found(table):
    whole = table.read_bytes()
    for position in range(len(whole)):
        table.write_bytes(whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1 :])
        assert isinstance(kept_table(table, "key"), Lost), position


def test_table__cut_short_anywhere_is_found(table):
    whole = table.read_bytes()
    for length in range(len(whole)):
        table.write_bytes(whole[:length])
        assert kept_table(table, "key") is Lost.DAMAGED, length


def test_table__a_folder_in_its_place_is_damaged(tmp_path):
    (tmp_path / "x.parquet").mkdir()
    assert kept_table(tmp_path / "x.parquet", "key") is Lost.DAMAGED
    assert kept_json(tmp_path / "x.parquet", "key") is Lost.DAMAGED


def test_json__comes_back(record):
    assert kept_json(record, "key") == {"reads": 12, "share": 0.1, "names": ["ü"]}
    assert kept_json(record) == kept_json(record, "key")


def test_json__of_another_key_is_of_other_things(record):
    assert kept_json(record, "another key") is Lost.OTHER


def test_json__that_is_not_there_is_absent(tmp_path):
    assert kept_json(tmp_path / "none.json", "key") is Lost.ABSENT


@pytest.mark.parametrize(
    "damage",
    [b"", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"key": "key", "sha256": 3}'],
)
def test_json__that_is_something_else_is_damaged(record, damage):
    record.write_bytes(damage)
    assert kept_json(record, "key") is Lost.DAMAGED


def test_json__of_a_version_without_a_hash_is_of_other_things(record):
    record.write_text('{"key": "key", "reads": 12}')
    assert kept_json(record, "key") is Lost.OTHER


def test_json__a_changed_number_is_found(record):
    record.write_text(record.read_text().replace("12", "13"))
    assert kept_json(record, "key") is Lost.DAMAGED


def test_lost__says_what_is_made_again(tmp_path):
    counts = Counts()
    Lost.ABSENT.note(counts, "shards of an earlier run", tmp_path / "1.parquet")
    assert counts.sentences() == []
    Lost.DAMAGED.note(counts, "shards of an earlier run", tmp_path / "2.parquet")
    assert counts.sentences() == ["1 shards of an earlier run that are damaged, made again (2.parquet)"]


def test_create__only_one_of_many_makes_the_file(tmp_path):
    path = tmp_path / "plan.json"
    made = []

    def create(number):
        made.append((create_json(path, {"number": number}, "key"), number))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for won, number in made if won]
    assert len(winners) == 1
    assert kept_json(path, "key") == {"number": winners[0]}
    assert [p.name for p in path.parent.iterdir()] == ["plan.json"]


def test_create__without_hard_links_makes_the_file_all_the_same(tmp_path, monkeypatch):
    def link(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    assert create_json(tmp_path / "plan.json", {"number": 1}, "key")
    assert not create_json(tmp_path / "plan.json", {"number": 2}, "key")
    assert kept_json(tmp_path / "plan.json", "key") == {"number": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_create__an_error_names_the_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DmisoError, match=r"plan\.json cannot be written \(Not a directory\)"):
        create_json(tmp_path / "file" / "plan.json", {}, "key")
