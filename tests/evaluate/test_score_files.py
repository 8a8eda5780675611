"""Several tables of scores all count; their values are finite."""

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.evaluate.score_tables import named_scores, read_score_tables
from dmiso.records import Counts

TABLE = pl.DataFrame(
    {"mirna_sequence": ["UGAG", "UAAA"], "target_sequence": ["CUCA", "UUUA"], "label": [1, 0]}
)


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_every_table__counts_and_equal_columns_are_named_after_their_files(tmp_path):
    one = write(tmp_path, "a.tsv", "score\tx\n1\t5\n2\t6\n")
    other = write(tmp_path, "b.tsv.txt", "score\ty\n3\t7\n4\t8\n")
    found = read_score_tables([one, other], TABLE, Counts())
    assert {name: values.tolist() for name, values in found.items()} == {
        "a.score": [1, 2], "x": [5, 6], "b.score": [3, 4], "y": [7, 8],
    }  # fmt: skip


def test_a_chosen_column__is_of_one_table_at_least(tmp_path):
    one = write(tmp_path, "a.tsv", "x\n5\n6\n")
    other = write(tmp_path, "b.tsv", "y\n7\n8\n")
    assert list(read_score_tables([one, other], TABLE, Counts(), names=["y"])) == ["y"]
    with pytest.raises(InputError, match="column z is missing"):
        read_score_tables([one, other], TABLE, Counts(), names=["z"])


def test_two_tables_of_one_name__are_refused_where_columns_are_equal(tmp_path):
    (tmp_path / "n").mkdir()
    paths = [write(tmp_path, "a.tsv", "x\n5\n6\n"), write(tmp_path / "n", "a.tsv", "x\n5\n6\n")]
    with pytest.raises(InputError, match=r"a second table has scores called a\.x"):
        read_score_tables(paths, TABLE, Counts())


@pytest.mark.parametrize("value", ["inf", "-inf", "1e999"])
def test_an_infinite_score__is_refused_with_its_row(value, tmp_path):
    path = write(tmp_path, "a.tsv", f"x\n5\n{value}\n")
    with pytest.raises(InputError, match="record row 2, column x: a score is a finite number"):
        read_score_tables([path], TABLE, Counts())


def test_a_missing_score__ranks_last(tmp_path):
    path = write(tmp_path, "a.tsv", "x\n5\nNA\n")
    assert read_score_tables([path], TABLE, Counts())["x"].tolist() == [5, -np.inf]


def test_named_scores__are_one_entry_a_table(tmp_path):
    assert named_scores([tmp_path, tmp_path / "b"]) == {"scores": tmp_path, "scores_2": tmp_path / "b"}
