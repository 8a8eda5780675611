"""Scores beside a labelled table: alignment is checked, missing scores rank last."""

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.evaluate.score_tables import read_scores
from dmiso.records import Counts

TABLE = pl.DataFrame(
    {"mirna_sequence": ["UGAG", "UAGC"], "target_sequence": ["CUAC", "AUAA"], "label": [1, 0]}
)


def read(tmp_path, text, **options):
    path = tmp_path / "s.tsv"
    path.write_text(text, encoding="utf-8")
    return read_scores(path, TABLE, options.pop("counts", Counts()), **options)


def test_numeric_columns__are_scores_and_declared_ones_are_not(tmp_path):
    text = "gene\tlabel\ttool\tscore\tstart\tlogit\tcomment\nCTAC\t1\t0.5\t2\t0\t3\tx\nATAA\t0\t-1e3\t0\t7\t1\ty\n"
    found = read(tmp_path, text)
    assert {name: values.tolist() for name, values in found.items()} == {
        "tool": [0.5, -1000],
        "score": [2, 0],
    }


def test_chosen_columns__only(tmp_path):
    assert list(read(tmp_path, "a\tb\tlogit\n1\t2\t3\n1\t2\t4\n", names=["logit"])) == ["logit"]


def test_missing_scores__rank_last_and_are_counted(tmp_path):
    counts = Counts()
    found = read(tmp_path, "tool\tother\n\tNA\n0.3\t1\n", counts=counts)
    assert found["tool"].tolist() == [-np.inf, 0.3]
    assert counts.sentences() == [
        "2 rows without a score rank last: the tool did not report them (tool, other)"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "tool\n0.1\n",
            "1 rows were found for 2 rows of the labelled table. Give one row for each labelled row",
        ),
        (
            "noncodingRNA\ttool\nTGAG\t1\nTTTT\t2\n",
            "noncodingRNA: the sequence is not that of row 2 of the labelled table (UAGC). Put the rows into the order",
        ),
        ("name\nx\ny\n", "no column holds scores; found name. Name the column with --score-column."),
        ("gene\ttool\n!\t1\n?\t2\n", "column gene: "),
    ],
)
def test_faults__say_what_to_do(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"), [("b", "column b is missing; found a"), ("a", "column a: the column is not numeric")]
)
def test_a_chosen_column__that_is_missing_or_text_is_an_error(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, "a\nx\ny\n", names=[name])
