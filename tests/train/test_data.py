"""Reading labelled tables: what is read, and what each fault says."""

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError, UsageError
from dmiso.models.store import ModelConfig
from dmiso.records import Counts
from dmiso.train.data import encode_pairs, read_pairs

CONFIG = ModelConfig(name="example", network="dmiso")


def written(tmp_path, text, name="data.tsv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_read_pairs__reads_bases_labels_weights_and_splits(tmp_path):
    path = written(
        tmp_path,
        "label\ttarget_sequence\tmirna_sequence\tweight\tsplit\tcluster\n"
        "1\tctaccTca\tTGAGGTAG\t2\ttrain\t7\n0\tGGRG\tUAAA\t0.5\tvalidation\t3\n",
    )
    counts = Counts()
    table = read_pairs(path, counts)
    assert table.frame["mirna_sequence"].to_list() == ["UGAGGUAG", "UAAA"]
    assert table.frame["target_sequence"].to_list() == ["CUACCUCA", "GGNG"]
    assert table.label.tolist() == [1, 0]
    assert table.weight.tolist() == [2.0, 0.5]
    assert table.split.tolist() == ["train", "validation"]
    assert table.cluster.tolist() == [1, 0]
    assert counts.kept == {"positive pairs": 1, "negative pairs": 1}


@pytest.mark.parametrize("ending", ["tsv", "tsv.gz", "csv", "parquet"])
def test_read_pairs__reads_every_format_alike(tmp_path, ending):
    frame = pl.DataFrame(
        {
            "mirna_sequence": ["UGAGGUAG", "UAAA"],
            "target_sequence": ["CUACCUCA", "GGGG"],
            "label": [1, 0],
            "weight": [1.5, 0.25],
        }
    )
    path = tmp_path / f"data.{ending}"
    if ending == "parquet":
        frame.write_parquet(path)
    else:
        text = frame.write_csv(separator="," if ending == "csv" else "\t").encode()
        if ending.endswith("gz"):
            import gzip

            text = gzip.compress(text)
        path.write_bytes(text)
    table = read_pairs(path, Counts())
    assert table.frame.select(frame.columns[:2]).rows() == frame.select(frame.columns[:2]).rows()
    assert table.label.tolist() == [1, 0]
    assert table.weight.tolist() == [1.5, 0.25]
    assert table.split is None


HEADER = "mirna_sequence\ttarget_sequence\tlabel"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty. A header line is expected."),
        (HEADER + "\n", "the table has no rows. Training needs labelled pairs."),
        ("mirna_sequence\ttarget_sequence\nA\tC\n", "line 1: column label is missing; found mirna_sequence"),
        (
            HEADER + "\nA\tC\t1\nA\tC\t2\n",
            "line 3, column label: the label is 1 (interacts) or 0 (does not); found '2'",
        ),
        (HEADER + "\nA\tC\t\n", "line 2, column label: the label is 1 (interacts) or 0 (does not); found ''"),
        (HEADER + "\nA\tCX!\t1\n", "line 2, column target_sequence: '!' at position 3 is not one of"),
        (HEADER + "\n\tC\t1\n", "line 2, column mirna_sequence: the sequence is empty"),
        (HEADER + "\nA\tC\n", "line 2: 2 fields were found where the header has 3"),
        (
            HEADER + "\tweight\nA\tC\t1\t1\nA\tC\t1\t-2\n",
            "line 3, column weight: '-2' is below 0. Correct the value",
        ),
        (
            HEADER + "\tweight\nA\tC\t1\theavy\n",
            "line 2, column weight: 'heavy' is not a finite number",
        ),
        (
            HEADER + "\tweight\nA\tC\t1\tinf\n",
            "line 2, column weight: 'inf' is not a finite number",
        ),
        (HEADER + "\tweight\nA\tC\t1\t\n", "record number 1, column weight: the field is empty"),
        (HEADER + "\tweight\nA\tC\t1\t0\n", "column weight: all weights are 0"),
        (
            HEADER + "\tsplit\nA\tC\t1\ttrain\nA\tC\t1\tval\n",
            "record number 2, column split: split is train, validation or test; found 'val'",
        ),
        (HEADER + "\tcluster\nA\tC\t1\t\n", "record number 1, column cluster: the field is empty"),
    ],
)
def test_read_pairs__names_the_position_of_a_fault(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_pairs(path, Counts())
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_read_pairs__a_missing_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        read_pairs(tmp_path / "none.tsv", Counts())


def test_encode_pairs__crops_at_the_end_and_says_so(tmp_path):
    path = written(tmp_path, f"{HEADER}\n{'A' * 31}\t{'G' * 59}CUU\t1\nC\tU\t0\n")
    counts = Counts()
    pairs = encode_pairs(read_pairs(path, Counts()), CONFIG, counts)
    assert pairs.mirna.shape == (2, 30)
    assert pairs.target.shape == (2, 60)
    assert pairs.target[0].tolist() == [3] * 59 + [2]
    assert pairs.target[1].tolist() == [1] + [4] * 59
    assert pairs.target_bases.tolist() == [60, 1]
    assert counts.sentences() == [
        "1 mirna sequences longer than 30 nt: their first 30 nt are used",
        "1 target sequences longer than 60 nt: their first 60 nt are used",
    ]


def test_take__keeps_every_field_in_step(tmp_path, rng):
    rows = [
        ("".join(rng.choice(list("ACGU"), 22)), "".join(rng.choice(list("ACGU"), 40)), i % 2)
        for i in range(9)
    ]
    path = written(tmp_path, HEADER + "\n" + "".join(f"{m}\t{t}\t{y}\n" for m, t, y in rows))
    pairs = encode_pairs(read_pairs(path, Counts()), CONFIG, Counts())
    taken = pairs.take(np.array([7, 2]))
    assert taken.label.tolist() == [1, 0]
    assert taken.swap["mirna_sequence"].to_list() == [rows[7][0], rows[2][0]]
    np.testing.assert_array_equal(taken.mirna, pairs.mirna[[7, 2]])
    np.testing.assert_array_equal(taken.target, pairs.target[[7, 2]])
