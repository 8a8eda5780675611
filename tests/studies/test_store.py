"""A step is made once for one key."""

import polars as pl
import pytest

from dmiso.studies.store import Store, step_key


def frame(counts):
    counts.drop("rows that are short", 2)
    return pl.DataFrame({"n": [1, 2]})


def test_step__is_kept_with_its_counts_and_not_made_again(tmp_path):
    first, second = Store(tmp_path), Store(tmp_path)
    first.step("a", frame, seed=1)
    again = second.step("a", lambda _: pytest.fail("made again"), seed=1)
    assert second.made == []
    assert again.frame["n"].to_list() == [1, 2]
    assert again.counts["dropped"] == {"rows that are short": 2}


def test_step__is_made_again_when_what_it_depends_on_changes(tmp_path):
    store = Store(tmp_path)
    one = store.step("a", frame, seed=1)
    two = store.step("a", frame, seed=2)
    assert one.key != two.key
    assert store.made == ["a", "a"]


def test_step__is_made_again_when_its_table_is_gone(tmp_path):
    Store(tmp_path).step("a", frame, seed=1).path.unlink()
    store = Store(tmp_path)
    store.step("a", frame, seed=1)
    assert store.made == ["a"]


def test_step__is_made_again_and_said_when_its_table_is_damaged(tmp_path):
    path = Store(tmp_path).step("a", frame, seed=1).path
    path.write_bytes(path.read_bytes()[:-1])
    store = Store(tmp_path)
    assert store.step("a", frame, seed=1).frame["n"].to_list() == [1, 2]
    assert store.made == ["a"]
    assert store.notes.sentences() == ["1 tables of an earlier run that are damaged, made again (a.parquet)"]


def test_key__does_not_depend_on_the_order_of_parts():
    assert step_key(a=1, b=2) == step_key(b=2, a=1) != step_key(a=2, b=1)
