"""Parquet files: a name is a name, and every damage is one InputError."""

import os
from pathlib import Path

import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.io.parquet import parquet_errors, parquet_frame
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


def test_a_panic_of_the_reader__is_one_line_too(tmp_path, capfd):
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": [1] * 100}).write_parquet(path)
    data, rows = path.read_bytes(), b"\x16\xc8\x01"  # a number of 64 bits in Thrift: 100, zigzag
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    at = data.index(rows, footer)
    lied = data[:at] + b"\x16\x80\xa8\xd6\xb9\x07" + data[at + len(rows) : -8]  # 10**9 rows
    path.write_bytes(lied + (len(lied) - footer).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(InputError, match=r"t\.parquet: the Parquet file cannot be read \("):
        read_table(path)
    assert capfd.readouterr().err == ""


def test_what_others_say_while_a_file_is_read__is_passed_on(capfd):
    with parquet_errors(Path("t.parquet")), parquet_errors(Path("t.parquet")):
        os.write(2, b"a word")
    assert capfd.readouterr().err == "a word"
