"""``dmiso columns``: every table and column, in four forms; near names; the page of the docs is current."""

import json
from pathlib import Path

import polars as pl
import pytest

from dmiso.cli.columns import markdown_page
from dmiso.cli.main import _run
from dmiso.columns import COLUMNS, schema_of
from dmiso.columns.tables import TABLES

ROOT = Path(__file__).parents[2]


def test_tables__have_only_declared_columns_each_once():
    for table in TABLES:
        assert set(table.columns) <= set(COLUMNS), table.name
        assert len(set(table.columns)) == len(table.columns), table.name
        assert list(schema_of(table.columns)) == list(table.columns)


def test_columns__without_a_name_lists_every_table(capsys):
    assert _run(["columns"]) == 0
    shown = capsys.readouterr().out
    for table in TABLES:
        assert f"{table.name} (dmiso {table.command}): a row is {table.row}" in shown


def test_columns__of_one_column_says_type_unit_range_and_where(capsys):
    assert _run(["columns", "percentile"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("percentile: Share of random transcript windows that score lower")
    assert "Float32, 0-100, 0 to 100" in shown
    assert "sites.parquet (scan)" in shown


def test_columns__of_a_table_gives_its_columns_in_order(capsys):
    assert _run(["columns", "genes.parquet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split(":")[0].split(" (")[0].strip() for line in lines if line.startswith("  ")]
    assert names == list(next(t for t in TABLES if t.name == "genes.parquet").columns)


@pytest.mark.parametrize("layout", ["tsv", "json"])
def test_columns__for_programs_has_a_record_per_column(layout, capsys):
    assert _run(["columns", "--format", layout]) == 0
    shown = capsys.readouterr().out
    if layout == "json":
        names = [record["name"] for record in json.loads(shown)]
    else:
        names = pl.read_csv(shown.encode(), separator="\t")["name"].to_list()
    assert names == list(COLUMNS)


def test_columns__suggests_the_near_name(capsys):
    assert _run(["columns", "percentil"]) == 2
    assert "Did you mean percentile?" in capsys.readouterr().err


def test_page__is_current():
    page = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert page == markdown_page(), "write it anew: dmiso columns --format markdown > docs/columns.md"
