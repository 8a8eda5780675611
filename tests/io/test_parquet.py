"""Parquet files: a name is a name, and every damage is one InputError."""

import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.io.parquet import parquet_frame
from dmiso.io.tables import read_table


def write(path, value):
    pl.DataFrame({"a": [value]}).write_parquet(path)


@pytest.mark.parametrize("name", ["q[1].parquet", "p*.parquet", "p?.parquet", "it's {a,b}.parquet"])
def test_a_name__is_a_name(tmp_path, name):
    folder = tmp_path / "f[12]*"
    folder.mkdir()
    for other in ("q1.parquet", "p1.parquet", "pp.parquet"):
        write(folder / other, "other")
    write(folder / name, "own")
    assert parquet_frame(folder / name)["a"].to_list() == ["own"]
    assert read_table(folder / name)["a"].to_list() == ["own"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-10],
        lambda data: b"PAR1",
        lambda data: b"mirna\ttarget\n",
        lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1",
        lambda data: data[:-8] + b"\xff\xff\xff\xffPAR1",
        lambda data: data[:-60] + b"\xff" * 52 + data[-8:],
        lambda data: data[:4] + bytes(len(data) - 12) + data[-8:],
    ],
)
def test_damage__names_the_file(tmp_path, damage):
    path = tmp_path / "t.parquet"
    write(path, "x" * 50)
    path.write_bytes(damage(path.read_bytes()))
    for read in (parquet_frame, read_table):
        with pytest.raises(InputError, match=r"t\.parquet: the Parquet file cannot be read \(") as caught:
            read(path)
        assert len(str(caught.value).splitlines()) == 1
