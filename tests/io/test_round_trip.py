"""Whatever is written can be read: odd characters in names come back, or are refused before they shift a column."""

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.errors import DmisoError
from dmiso.io.table_writer import TableWriter
from dmiso.io.tables import read_table

NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), min_size=1, max_size=4
)
SCHEMA = {"mirna_id": pl.String, "n": pl.Int64}


@pytest.mark.parametrize("ending", ["tsv", "csv", "parquet", "tsv.gz", "csv.gz"])
@settings(deadline=None, max_examples=60)
@given(names=NAMES)
def test_tables__are_read_as_they_were_written_or_refused(ending, names):
    frame = pl.DataFrame({"mirna_id": names, "n": list(range(len(names)))}, schema=SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{ending}")
        if ending.startswith("tsv") and any(set(name) & set("\t\n\r") for name in names):
            with pytest.raises(DmisoError, match="column mirna_id"), TableWriter(path, SCHEMA) as writer:
                writer.write(frame)
            assert not path.exists()
            return
        with TableWriter(path, SCHEMA) as writer:
            writer.write(frame)
        assert read_table(path)["mirna_id"].to_list() == names


@pytest.mark.parametrize("ending", ["tsv", "csv"])
@pytest.mark.parametrize(
    "name", ['"', 'a"b', "a,b", "'", " a ", "#a", "=1+1", "\\t", "\ufeffa", "\x00", "\u2028"]
)
def test_tables__bring_hard_names_back(ending, name, tmp_path):
    path = tmp_path / f"a.{ending}"
    with TableWriter(path, SCHEMA) as writer:
        writer.write(pl.DataFrame({"mirna_id": [name], "n": [1]}, schema=SCHEMA))
    assert read_table(path)["mirna_id"].to_list() == [name]
