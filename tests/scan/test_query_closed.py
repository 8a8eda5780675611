"""Questions in SQL reach the scan's own tables and nothing else of the machine."""

from pathlib import Path

import polars as pl
import pytest

from dmiso.errors import InputError, UsageError
from dmiso.scan import query
from dmiso.scan.query import run_query

pytest.importorskip("duckdb")


@pytest.fixture
def scan(tmp_path):
    folder = tmp_path / "a b'*[1]"
    folder.mkdir()
    for name in ("sites", "genes", "genes_total"):
        pl.DataFrame({"mirna_id": [name], "logit": [2.0]}).write_parquet(folder / f"{name}.parquet")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    return folder


def test_question__works_in_a_folder_with_quotes_and_wildcards(scan):
    assert run_query(scan, "SELECT mirna_id FROM sites").rows() == [("sites",)]
    assert run_query(scan, "DESCRIBE genes")["column_name"].to_list() == ["mirna_id", "logit"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * FROM read_csv('{secret}')", "Only the scan's own tables are read"),
        ("SELECT * FROM read_text('{secret}')", "Only the scan's own tables are read"),
        ("SELECT * FROM read_blob('/etc/passwd')", "Only the scan's own tables are read"),
        ("SELECT * FROM glob('/*')", "Only the scan's own tables are read"),
        ("SELECT * FROM sniff_csv('{secret}')", "Only the scan's own tables are read"),
        ("SELECT * FROM '{secret}'", "cannot be answered"),
        ("SELECT * FROM paths", "Table with name paths does not exist"),
        ("SELECT getenv('HOME')", "getenv does not exist"),
        ("COPY (SELECT 1) TO '{new}'", "not a COPY"),
        ("COPY sites TO '{new}'", "not a COPY"),
        ("EXPLAIN ANALYZE COPY sites TO '{new}'", "not a EXPLAIN"),
        ("ATTACH '{new}'", "not a ATTACH"),
        ("EXPORT DATABASE '{new}'", "not a EXPORT"),
        ("INSTALL httpfs", "not a LOAD"),
        ("LOAD httpfs", "not a LOAD"),
        ("SET enable_external_access = true", "not a SET"),
        ("PRAGMA version", "not a PRAGMA"),
        ("CREATE TABLE t AS SELECT 1", "not a CREATE"),
        ("DROP VIEW sites", "not a DROP"),
        ("SELECT 1; COPY sites TO '{new}'", "2 statements"),
        ("", "0 statements"),
        ("SELEC 1", "syntax error.*DESCRIBE sites"),
        ("SELECT nope FROM sites", "nope.*Tables are sites, genes, genes_total"),
        ("SELECT * FROM sites JOIN genes ON true", "two columns of the answer are called logit"),
    ],
)
def test_question__that_is_no_question_to_the_scan_is_refused(scan, text, message):
    secret, new = scan.parent / "secret.csv", scan.parent / "new"
    before = {path: path.read_bytes() for path in scan.iterdir()}
    with pytest.raises(UsageError, match=message) as caught:
        run_query(scan, text.format(secret=secret, new=new))
    assert len(str(caught.value).splitlines()) == 1
    assert not new.exists()
    assert {path: path.read_bytes() for path in scan.iterdir()} == before


def test_a_damaged_table__is_named_and_not_taken_for_a_wrong_question(scan):
    path = scan / "sites.parquet"
    path.write_bytes(path.read_bytes()[:-20] + bytes(12) + b"PAR1")
    with pytest.raises(InputError, match=r"sites\.parquet: the Parquet file cannot be read"):
        run_query(scan, "SELECT * FROM sites")


ENDLESS = {
    "recursion": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "cross join": "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE hash(a.range, b.range) = 1",
    # one call of a function, in which DuckDB takes no interruption
    "one call": "SELECT levenshtein(repeat('a', 2000000), repeat('b', 2000000))",
    "rows": "SELECT a.range FROM range(10000000) a, range(10000000) b WHERE hash(a.range, b.range) = 1",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_question_without_end__is_given_up_in_one_line(scan, kind, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError, match=r"no answer after 2 s and was given up\. Ask for less") as caught:
        run_query(scan, ENDLESS[kind], time_limit=2)
    assert len(str(caught.value).splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_question_with_a_time_limit__has_the_answer_it_has_without(scan):
    text, parameters = "SELECT * FROM sites WHERE logit > ?", [1.5]
    assert run_query(scan, text, parameters, time_limit=60).equals(run_query(scan, text, parameters))
    with pytest.raises(UsageError, match="syntax error"):
        run_query(scan, "SELEC 1", time_limit=60)


def test_an_answer_of_too_many_rows__is_refused_before_it_fills_the_memory(scan, monkeypatch):
    monkeypatch.setattr(query, "_MOST_ROWS", 20_000)
    assert run_query(scan, "SELECT * FROM range(20000)").height == 20_000
    with pytest.raises(UsageError, match=r"more than 20,000 rows\. Ask for less"):
        run_query(scan, "SELECT * FROM range(1000000000)")


def test_a_question_that_needs_the_disk__uses_the_folder_for_temporary_files(scan, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    text = "SELECT current_setting('temp_directory') AS a, current_setting('max_temp_directory_size') AS b"
    [(folder, size)] = run_query(scan, text).rows()
    assert Path(folder).is_relative_to(tmp_path)  # not .tmp in the working folder, DuckDB's own choice
    assert not Path(folder).exists()
    assert size == "9.3 GiB"
