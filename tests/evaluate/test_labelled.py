"""Labelled tables of all layouts come out alike; faults are named with line and column."""

import gzip

import polars as pl
import pytest

from dmiso.errors import InputError, UsageError
from dmiso.evaluate.labelled import LABELLED_LAYOUTS, read_labelled
from dmiso.io.table_writer import write_table
from dmiso.records import Counts

EXPECTED = [("UGAGGUAG", "CUACCUCA", 1), ("UAGCUUAU", "AUAAGCNA", 0)]


def written(path, text):
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "mirna_sequence\ttarget_sequence\tlabel\nUGAGGUAG\tCUACCUCA\t1\nUAGCUUAU\tAUAAGCNA\t0\n",
        "label\ttarget_sequence\tmirna_sequence\r\n1\tctacctca\ttgaggtag\r\n0\tATAAGCRA\tTAGCTTAT",
        "gene\tnoncodingRNA\tlabel\nCTACCTCA\tTGAGGTAG\t1\nATAAGCNA\tTAGCTTAT\t0\n",
        "miRNA\tgene\tlabel\nTGAGGTAG\tCTACCTCA\t1.0\nTAGCTTAT\tATAAGCNA\tFalse\n",
        ">GAUGGAGU\t>CTACCTCA\t1\n>UAUUCGAU\t>ATAAGCNA\t0\n",
    ],
    ids=["dmiso", "dna-crlf-lower", "mirbench", "mirbind", "miraw-3-to-5"],
)
def test_layouts__are_told_by_the_beginning_and_give_the_same_table(tmp_path, text):
    counts = Counts()
    table = read_labelled(written(tmp_path / "a.tsv", text), counts)
    assert table.columns == ["mirna_sequence", "target_sequence", "label"]
    assert table.rows() == EXPECTED
    assert table.schema["label"] == pl.Int8
    assert counts.kept == {"positive pairs": 1, "negative pairs": 1}


def test_mirbench__names_become_ours_and_other_columns_stay(tmp_path):
    text = "gene\tnoncodingRNA\tnoncodingRNA_name\tfeature\tlabel\tchr\tstart\nCTAC\tTGAG\tlet-7a\texon\t1\t1\t9\n"
    row = read_labelled(written(tmp_path / "a.tsv", text), Counts()).row(0, named=True)
    assert row["mirna_id"] == "let-7a"
    assert (row["region"], row["chromosome"], row["start"]) == ("exon", "1", "9")


@pytest.mark.parametrize("ending", ["csv", "parquet", "tsv.gz"])
def test_formats__give_the_same_table(tmp_path, ending):
    frame = pl.DataFrame(EXPECTED, schema=["mirna_sequence", "target_sequence", "label"], orient="row")
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        frame.write_parquet(path)
    elif ending == "csv":
        frame.write_csv(path)
    else:
        path.write_bytes(gzip.compress(frame.write_csv(separator="\t").encode()))
    assert read_labelled(path, Counts()).rows() == EXPECTED


@pytest.mark.parametrize("ours", ["label", "mirna_sequence", "target_sequence"])
def test_column_options__an_absent_column_is_an_error_though_ours_is_there(tmp_path, ours):
    text = "mirna_sequence\ttarget_sequence\tlabel\nUGAGGUAG\tCUACCUCA\t1\n"
    with pytest.raises(
        InputError, match="column truth is missing; found mirna_sequence, target_sequence, label"
    ):
        read_labelled(written(tmp_path / "a.tsv", text), Counts(), columns={ours: "truth"})


def test_column_options__go_before_the_layout(tmp_path):
    text = "small\tsite\tlabel\ttruth\nUGAGGUAG\tCUACCUCA\tx\t1\n"
    columns = {"mirna_sequence": "small", "target_sequence": "site", "label": "truth"}
    table = read_labelled(written(tmp_path / "a.tsv", text), Counts(), columns=columns)
    assert table.rows() == [("UGAGGUAG", "CUACCUCA", 1)]


def test_layout_option__goes_before_what_the_header_looks_like(tmp_path):
    text = "miRNA\tnoncodingRNA\tgene\tlabel\nAAAA\tUGAGGUAG\tCUACCUCA\t1\n"
    path = written(tmp_path / "a.tsv", text)
    assert read_labelled(path, Counts(), layout="mirbind")["mirna_sequence"].to_list() == ["AAAA"]
    assert read_labelled(path, Counts(), layout="mirbench")["mirna_sequence"].to_list() == ["UGAGGUAG"]


def test_ambiguity_codes__are_counted_once_a_sequence(tmp_path):
    counts = Counts()
    rows = "UGARGUAG\tCUACCUCA\t1\n" * 3
    read_labelled(written(tmp_path / "a.tsv", f"mirna_sequence\ttarget_sequence\tlabel\n{rows}"), counts)
    assert counts.notes == {"sequences with ambiguity codes, read as N": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.tsv: the file is empty. A header line is expected."),
        (
            "mirna\ttarget\tlabel\nA\tC\t1\n",
            "say which it is with --mirna-column, or choose a --layout: dmiso, mirbench, mirbind, miraw.",
        ),
        (
            "mirna_sequence\ttarget_sequence\tlabel\nUGAG\tCUAC\t1\nUGAG\tCU!C\t0\n",
            "line 3, column target_sequence: '!' at position 3 is not one of A C G U",
        ),
        (
            "mirna_sequence\ttarget_sequence\tlabel\n\tCUAC\t1\n",
            "line 2, column mirna_sequence: the sequence is empty",
        ),
        (
            "mirna_sequence\ttarget_sequence\tlabel\nUGAG\tCUAC\t2\n",
            "line 2, column label: the label is 1 (interacts) or 0 (does not); found '2'. Correct or remove the row.",
        ),
        (
            "mirna_sequence\ttarget_sequence\tlabel\nUGAG\tCUAC\n",
            "line 2: 2 fields were found where the header has 3",
        ),
    ],
)
def test_faults__say_where_and_what_to_do(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read_labelled(written(tmp_path / "a.tsv", text), Counts())
    assert message in str(caught.value)


def test_unknown_layout__lists_the_known_ones(tmp_path):
    with pytest.raises(UsageError, match="Did you mean mirbind"):
        read_labelled(tmp_path / "a.tsv", Counts(), layout="mirbnd")


def test_header_without_rows__is_an_empty_table(tmp_path):
    table = read_labelled(written(tmp_path / "a.tsv", "mirna_sequence\ttarget_sequence\tlabel\n"), Counts())
    assert table.height == 0


def test_layout_names__are_their_keys():
    assert all(name == layout.name and layout.meaning for name, layout in LABELLED_LAYOUTS.items())


def test_excel__is_read_and_its_layout_detected(tmp_path):
    frame = pl.DataFrame({"noncodingRNA": ["TGAGGTAG"], "gene": ["CTACCTCA"], "label": [1]})
    write_table(tmp_path / "labelled.xlsx", frame)
    table = read_labelled(tmp_path / "labelled.xlsx", Counts())
    assert table.row(0) == ("UGAGGUAG", "CUACCUCA", 1)
