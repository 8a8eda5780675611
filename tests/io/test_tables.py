"""Tables in and out."""

import gzip
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import DmisoError, InputError, UsageError
from dmiso.io import TableWriter, read_batches, read_once, read_table
from dmiso.io.tables import table_format

ENDINGS = [
    "x.tsv",
    "x.tsv.gz",
    "x.csv",
    "x.csv.gz",
    "x.parquet",
    "x.tsv.bz2",
    "x.csv.xz",
    "x.TSV.ZST",
    "x.xlsx",
]
FRAME = pl.DataFrame({"id": ["a", "b,c", 'd"e'], "start": [0, 7, 12], "score": [0.5, None, 1.0]})


def write(path, frames, schema):
    with TableWriter(path, schema) as writer:
        for frame in frames:
            writer.write(frame)


@pytest.mark.parametrize("ending", ENDINGS)
def test_writer_and_reader__are_each_others_inverse(tmp_path, ending):
    path = tmp_path / ending
    write(path, [FRAME[:2], FRAME[2:]], FRAME.schema)
    back = read_table(path)
    if ending != "x.parquet":
        back = back.with_columns(
            pl.col("start").cast(pl.Int64), pl.col("score").replace("", None).cast(pl.Float64)
        )
    assert back.equals(FRAME)


@pytest.mark.parametrize("ending", ENDINGS)
def test_writer__an_empty_table_has_all_its_columns(tmp_path, ending):
    write(tmp_path / ending, [], FRAME.schema)
    assert read_table(tmp_path / ending).columns == FRAME.columns


def test_writer__bed_has_six_columns_and_no_header(tmp_path):
    frame = pl.DataFrame(
        {"mirna_id": ["m"], "target_id": ["t"], "start": [3], "end": [63], "score": [0.8766]}
    )
    write(tmp_path / "x.bed", [frame], frame.schema)
    assert (tmp_path / "x.bed").read_text() == "t\t3\t63\tm\t877\t+\n"


@pytest.mark.parametrize("ending", ENDINGS)
def test_writer__leaves_nothing_behind_after_an_error(tmp_path, ending):
    (tmp_path / ending).write_text("older")
    with (
        pytest.raises(pl.exceptions.ColumnNotFoundError),
        TableWriter(tmp_path / ending, FRAME.schema) as writer,
    ):
        writer.write(FRAME.drop("id"))
    assert [p.name for p in tmp_path.iterdir()] == [ending]
    assert (tmp_path / ending).read_text() == "older"


@pytest.mark.parametrize("ending", ["x.tsv.gz", "x.parquet"])
def test_writer__same_rows_same_bytes(tmp_path, ending):
    for folder in ("one", "two"):
        write(tmp_path / folder / ending, [FRAME], FRAME.schema)
    assert (tmp_path / "one" / ending).read_bytes() == (tmp_path / "two" / ending).read_bytes()


def test_writer__says_that_an_output_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="its folder cannot be made"):
        write(tmp_path / "file" / "x.tsv", [FRAME], FRAME.schema)
    (tmp_path / "folder.tsv").mkdir()
    with pytest.raises(UsageError, match="is a directory; name a file"):
        write(tmp_path / "folder.tsv", [FRAME], FRAME.schema)


@pytest.mark.parametrize("ending", ["tsv", "tsv.gz", "csv", "parquet", "xlsx", "tsv.zst"])
def test_writer__a_disk_that_fills_up_leaves_the_table_from_before(tmp_path, ending):
    """The last buffers are written at closing: that is where a full disk used to go unseen."""
    path = tmp_path / f"x.{ending}"
    write(path, [FRAME], FRAME.schema)
    before = path.read_bytes()
    code = (
        "import pathlib, random, resource, signal, sys\n"
        "import polars as pl\n"
        "from dmiso.errors import DmisoError\n"
        "from dmiso.io import TableWriter\n"
        "draw = random.Random(1)\n"
        "frame = pl.DataFrame({'x': [draw.random() for _ in range(4000)]})\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try:\n"
        "    with TableWriter(pathlib.Path(sys.argv[1]), frame.schema) as writer:\n"
        "        writer.write(frame)\n"
        "except DmisoError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout
    assert "The file that was there is unchanged." in done.stdout
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "name", ["x.json", "x.html", "x.xls", "x.pdf", "x.tsv.zip", "x.parquet.gz", "x.xlsx.gz"]
)
def test_writer__an_ending_is_obeyed_or_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"cannot be written as|is compressed already"):
        TableWriter(tmp_path / name, FRAME.schema)


def test_writer__xlsx_is_a_workbook_in_which_text_stays_text(tmp_path):
    frame = pl.DataFrame(
        {"id": ["=1+1", "007", "http://a.b", "é<"], "n": [1, 2, 3, None], "x": [0.5, 1, 2, 3]}
    )
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [frame], frame.schema)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    back = read_table(tmp_path / "a.xlsx")
    assert back["id"].to_list() == frame["id"].to_list()
    assert back["n"].to_list() == ["1", "2", "3", ""]


@pytest.mark.parametrize("name", ["x.tsv", "x.bed"])
@pytest.mark.parametrize("value", ["a\tb", "a\nb", "a\rb"])
def test_writer__refuses_what_would_shift_the_columns_of_a_table_without_quotes(tmp_path, name, value):
    frame = pl.DataFrame({"mirna_id": ["m"], "target_id": [value], "start": [3], "end": [63], "score": [0.5]})
    with pytest.raises(DmisoError, match="holds a tab or a line break"):
        write(tmp_path / name, [frame], frame.schema)
    assert list(tmp_path.iterdir()) == []


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8), min_size=1
    )
)
def test_csv__gives_back_any_text(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("table") / "x.csv"
    frame = pl.DataFrame({"a": values, "b": ["x"] * len(values)})
    write(path, [frame], frame.schema)
    assert read_table(path)["a"].to_list() == values


@pytest.mark.parametrize("name", ["q[1].parquet", "p*.parquet", "a?.parquet", "{x}.parquet"])
def test_read_table__a_name_is_a_name(tmp_path, name):
    """Wildcards of the libraries would open q1.parquet and every p….parquet."""
    for other in ("q1.parquet", "pother.parquet", "ab.parquet"):
        pl.DataFrame({"a": ["wrong"]}).write_parquet(tmp_path / other)
    with TableWriter(tmp_path / name, {"a": pl.String}) as writer:
        writer.write(pl.DataFrame({"a": ["one"]}))
        writer.write(pl.DataFrame({"a": ["two"]}))
    assert read_table(tmp_path / name)["a"].to_list() == ["one", "two"]


def test_read_table__a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("dmiso.io.text_lines.LONGEST_LINE", 1000)
    (tmp_path / "x.tsv").write_text("a\n" + "A" * 1001 + "\n")
    with pytest.raises(InputError, match=r"x\.tsv, line 2: the line is longer than 1,000 characters"):
        read_table(tmp_path / "x.tsv")


@given(st.lists(st.text("ACGU", min_size=1, max_size=5), min_size=1, max_size=30), st.integers(1, 9))
def test_read_batches__batch_size_changes_no_row_and_no_line(tmp_path_factory, values, batch_rows):
    path = tmp_path_factory.mktemp("table") / "x.tsv"
    path.write_text("a\n" + "\n".join(values))
    batches = list(read_batches(path, batch_rows=batch_rows))
    assert [v for b in batches for v in b.frame["a"]] == values
    assert [line for b in batches for line in b.lines] == list(range(2, len(values) + 2))


def test_read_batches__blank_lines_and_windows_ends_and_a_mark_keep_line_numbers(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(b"\xef\xbb\xbfa\tb\r\n\r\n1\t2\r\n\r\n3\t4")
    (batch,) = read_batches(path)
    assert batch.frame.rows() == [("1", "2"), ("3", "4")]
    assert list(batch.lines) == [3, 5]


BROKEN = {
    (
        "x.tsv",
        b"a\tb\n1\t2\n1\t2\t3\n",
    ): r"x\.tsv, line 3: 3 fields were found where the header has 2 \(a, b\)",
    ("x.csv", b'a,b\n1,"2\n'): r"x\.csv, line 2: the line cannot be split into fields",
    ("x.csv", b"a,b\n1\n"): r"x\.csv, line 2: 1 fields.*separated by commas",
    ("x.tsv", b"a\ta\n1\t2\n"): r"x\.tsv, line 1: column name 'a' appears twice",
    ("x.tsv", b"a\t\n1\t2\n"): r"x\.tsv, line 1: column 2 has no name",
    ("x.tsv", b"a\n\xff\xfe\n"): r"x\.tsv: the file is not UTF-8 text",
    ("x.parquet", b"PAR1 not really"): r"x\.parquet: the Parquet file cannot be read",
    ("x.tsv", b""): r"x\.tsv: the file is empty",
    ("x.tsv.gz", gzip.compress(b"a\n1\n" * 999)[:-9]): r"x\.tsv\.gz: the gzip stream is damaged",
}


@pytest.mark.parametrize(("name", "content"), BROKEN, ids=range(len(BROKEN)))
def test_read_table__says_where_and_what_to_do(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=BROKEN[name, content]):
        read_table(tmp_path / name)


def test_read_table__names_a_missing_column(tmp_path):
    (tmp_path / "x.tsv").write_text("a\tb\n")
    with pytest.raises(InputError, match="column label is missing; found a, b"):
        read_table(tmp_path / "x.tsv", required=["label"])


def test_table_format__goes_by_the_ending():
    assert [table_format(Path(n)) for n in ("a.TSV", "a.txt", "a.bed.gz", "-")] == [
        "tsv",
        "tsv",
        "bed",
        "tsv",
    ]


def test_parquet__categories_dates_and_bytes_are_read_as_the_text_they_would_be(tmp_path):
    frame = pl.DataFrame({"a": ["x"], "b": [date(2020, 1, 2)], "c": [b"ACGU"], "d": [1]})
    frame.with_columns(pl.col("a").cast(pl.Categorical)).write_parquet(tmp_path / "x.parquet")
    assert read_table(tmp_path / "x.parquet").rows() == [("x", "2020-01-02", "ACGU", 1)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], r"column a: the column holds values of type List\(Int64\)"),
        ({"b": 1}, r"column a: the column holds values of type Struct"),
        (b"\xff", "column a: the column holds values of type Binary that are no UTF-8 text"),
    ],
)
def test_parquet__columns_that_no_text_table_can_have_are_refused_by_name(tmp_path, value, message):
    pl.DataFrame({"a": [value]}).write_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match=message):
        read_table(tmp_path / "x.parquet")


def test_parquet__a_file_whose_name_is_not_utf8_is_read(tmp_path):
    path = tmp_path / "\udcff\udce9.parquet"
    pl.DataFrame({"a": ["x"]}).write_parquet(tmp_path / "plain.parquet")
    (tmp_path / "plain.parquet").rename(path)
    with read_once():
        assert read_table(path).rows() == [("x",)]


R_TABLES = {
    "write_table.tsv": 'a\tb\n"x"\t1\t2\ny\t3\t4\n',
    "write_csv.csv": '"","a","b"\n"x",1,2\n"y",3,4\n',
    "named.tsv": '"row"\t"a"\t"b"\nx\t1\t2\ny\t3\t4\n',
}


@pytest.mark.parametrize("name", R_TABLES)
def test_row_names__of_r_get_a_name_where_it_gives_them_none(tmp_path, name):
    path = tmp_path / name
    path.write_text(R_TABLES[name])
    (batch,) = read_batches(path, row_names="row")
    assert batch.frame.to_dict(as_series=False) == {"row": ["x", "y"], "a": ["1", "3"], "b": ["2", "4"]}
    assert list(batch.lines) == [2, 3]


@pytest.mark.parametrize("text", ["a\tb\nx\t1\t2\n", "a\tb\nx\t1\ny\t2\t3\n"])
def test_row_names__that_are_not_asked_for_are_a_field_too_many(tmp_path, text):
    path = tmp_path / "x.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match="3 fields were found where the header has 2"):
        list(read_batches(path, row_names="row" if "y" in text else None))


def test_row_names__of_a_header_alone_give_an_empty_table(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text("a\tb\n")
    (batch,) = read_batches(path, row_names="row")
    assert batch.frame.columns == ["a", "b"]
    assert batch.frame.is_empty()
