"""Lines and rows, counted without parsing, however the pieces fall that are read at a time."""

import gzip

import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.io import amounts
from dmiso.io.amounts import count_lines, count_rows
from dmiso.io.sequences import sequence_lengths

TEXT = ">a\nACGU\n>b\nAC\nGU\n>c\nA"


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", ["", "\n"])
def test_count_lines__counts_across_the_pieces_read_at_a_time(tmp_path, monkeypatch, piece, end):
    monkeypatch.setattr(amounts, "_BYTES", piece)
    (tmp_path / "a.fa.gz").write_bytes(gzip.compress((TEXT + end).encode()))
    assert count_lines(tmp_path / "a.fa.gz") == len(TEXT.splitlines())
    assert count_lines(tmp_path / "a.fa.gz", b">") == 3


def test_count_lines__an_empty_file_has_none(tmp_path):
    (tmp_path / "a.fa").touch()
    assert (count_lines(tmp_path / "a.fa"), count_rows(tmp_path / "a.fa")) == (0, 0)


@pytest.mark.parametrize("ending", ["tsv", "csv", "parquet"])
def test_count_rows__is_the_number_of_rows(tmp_path, ending):
    frame = pl.DataFrame({"a": range(11), "b": range(11)})
    path = tmp_path / f"t.{ending}"
    frame.write_parquet(path) if ending == "parquet" else frame.write_csv(path)
    assert count_rows(path) == 11


def test_count_rows__of_an_excel_file_is_not_known(tmp_path):
    assert count_rows(tmp_path / "t.xlsx") is None


def test_count_rows__a_damaged_file_is_an_error_of_that_file(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(InputError, match=r"t\.parquet"):
        count_rows(tmp_path / "t.parquet")


@pytest.mark.parametrize(
    ("text", "expected"), [(TEXT, [4, 4, 1]), ("@a\nACG\n+\nIII\n@b\nA\n+\nI\n", [3, 1]), ("", [])]
)
def test_sequence_lengths__are_those_of_the_records(tmp_path, text, expected):
    (tmp_path / "s").write_text(text)
    assert list(sequence_lengths(tmp_path / "s")) == expected


def test_sequence_lengths__a_file_cut_short_is_an_error_of_that_file(tmp_path):
    (tmp_path / "s.fq").write_text("@a\nACG\n+\nII")
    with pytest.raises(InputError, match=r"s\.fq.*FASTQ"):
        list(sequence_lengths(tmp_path / "s.fq"))
