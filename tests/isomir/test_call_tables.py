"""Calls read back from tables and from mirGFF3."""

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.errors import InputError
from dmiso.io.mirgff3 import Mirgff3Writer
from dmiso.io.mirgff3_words import new_header
from dmiso.io.table_writer import TableWriter
from dmiso.isomir.call_tables import read_calls
from dmiso.isomir.calls import CALLS_COLUMNS, call_isomirs
from dmiso.isomir.mirgff3_lines import mirgff3_lines
from dmiso.records import Counts


@pytest.fixture
def calls(reference):
    reads = {"a": "UGAGGUAGUAGGUUGUAUAGUU", "b": "AUGAGGUAGUAGGUUGUAUAGUUUG", "c": "ACCAGGCUUCACGCACCCAGU"}
    return call_isomirs(reads, reference)


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.tsv.gz", "a.parquet"])
def test_table__comes_back_whatever_its_format(calls, tmp_path, name):
    with TableWriter(tmp_path / name, schema_of(CALLS_COLUMNS)) as writer:
        writer.write(calls)
    counts = Counts()
    found = read_calls(tmp_path / name, counts)
    assert counts.kept["calls"] == calls.height
    # a text table cannot tell an empty text from none
    text = [column for column, dtype in schema_of(CALLS_COLUMNS).items() if dtype == pl.String()]
    assert found.with_columns(pl.col(text).fill_null("")).equals(
        calls.with_columns(pl.col(text).fill_null(""))
    )


def test_mirgff3__is_told_by_its_ending(calls, tmp_path):
    with Mirgff3Writer(tmp_path / "a.gff3.gz", new_header("miRBase", ["a"])) as writer:
        writer.write_lines(mirgff3_lines(calls, Counts(), source="miRBase"))
    assert read_calls(tmp_path / "a.gff3.gz", Counts()).equals(calls)


def test_missing_column__is_named(tmp_path):
    (tmp_path / "a.tsv").write_text("sequence\tread_count\nA\t1\n")
    with pytest.raises(InputError, match="column mirna_id is missing; found sequence, read_count"):
        read_calls(tmp_path / "a.tsv", Counts())


def test_value_of_another_type__is_named_with_its_line(calls, tmp_path):
    text = calls.with_columns(pl.col("read_count").cast(pl.String)).with_columns(
        read_count=pl.Series(["1", "many", "2"])
    )
    text.write_csv(tmp_path / "a.tsv", separator="\t")
    with pytest.raises(InputError, match=r"line 3, column read_count: 'many' is not a whole number"):
        read_calls(tmp_path / "a.tsv", Counts())
