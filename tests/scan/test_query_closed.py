"""Questions in SQL reach the scan's own tables and nothing else of the machine."""

import polars as pl
import pytest

from dmiso.errors import UsageError
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
