"""``dmiso predict`` as users call it: files in all forms, golden output, messages and exit codes."""

import gzip
import io
import json
import subprocess
import sys

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples
from dmiso.io import read_table


@pytest.fixture
def examples(tmp_path):
    write_examples(tmp_path / "examples")
    return tmp_path / "examples"


def predict(*words, model):
    return _run(["predict", "--model", str(model), *map(str, words)])


def test_pairs__one_row_a_row_in_order_with_a_manifest(examples, tmp_path, toy_model, capsys):
    out = tmp_path / "out.tsv"
    assert predict("--pairs", examples / "pairs.tsv", "-o", out, model=toy_model) == 0
    table, given = read_table(out), read_table(examples / "pairs.tsv")
    assert table.select(given.columns).equals(given)
    assert table.columns == [*given.columns, "start", "end", "logit", "score", "percentile", "domain"]
    about = json.loads((tmp_path / "out.tsv.manifest.json").read_text())
    assert about["counts"]["kept"] == {"pairs": given.height, "rows written": given.height}
    assert about["model"]["name"] == "toy"
    assert about["inputs"]["pairs"]["file"] == "pairs.tsv"
    assert len(about["inputs"]["pairs"]["sha256"]) == 64
    assert str(tmp_path) not in json.dumps({k: v for k, v in about.items() if k != "command"})
    assert "12 rows in" in capsys.readouterr().err


def test_pairs__the_published_programs_four_columns_are_recognised_and_said(
    examples, tmp_path, toy_model, capsys
):
    given = read_table(examples / "pairs.tsv").drop("planted")
    headerless = tmp_path / "four.tsv"
    headerless.write_text(given.write_csv(separator="\t", include_header=False).rstrip("\n"))
    assert predict("--pairs", headerless, "-o", tmp_path / "four.out.tsv", model=toy_model) == 0
    assert "pairs file without a header" in capsys.readouterr().err
    assert predict("--pairs", examples / "pairs.tsv", "-o", tmp_path / "named.tsv", model=toy_model) == 0
    named = read_table(tmp_path / "named.tsv").drop("planted")
    assert read_table(tmp_path / "four.out.tsv").equals(named)


@pytest.mark.parametrize("ending", ["csv", "parquet", "tsv.gz"])
def test_pairs__every_table_format_gives_the_same_scores(examples, tmp_path, toy_model, ending):
    given = read_table(examples / "pairs.tsv")
    source = tmp_path / f"pairs.{ending}"
    if ending == "parquet":
        given.write_parquet(source)
    elif ending == "csv":
        given.write_csv(source)
    else:
        source.write_bytes(gzip.compress(given.write_csv(separator="\t").replace("\n", "\r\n").encode()))
    for name, path in (("a.parquet", examples / "pairs.tsv"), ("b.parquet", source)):
        assert predict("--pairs", path, "-o", tmp_path / name, "-q", model=toy_model) == 0
    assert pl.read_parquet(tmp_path / "a.parquet").equals(pl.read_parquet(tmp_path / "b.parquet"))


def test_grid__lower_case_windows_ends_and_gzip_change_nothing(examples, tmp_path, toy_model):
    text = (examples / "transcripts.fa").read_text()
    changed = tmp_path / "t.fa.gz"
    body = [line if line.startswith(">") else line.lower().replace("u", "t") for line in text.splitlines()]
    changed.write_bytes(gzip.compress("\r\n".join(body).encode()))
    for name, targets in (("a.tsv", examples / "transcripts.fa"), ("b.tsv", changed)):
        arguments = ("--mirnas", examples / "isomirs.fa", "--targets", targets, "-o", tmp_path / name)
        assert predict(*arguments, model=toy_model) == 0
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()
    assert read_table(tmp_path / "a.tsv").height == 36


def test_grid__standard_input_and_output(examples, toy_model, monkeypatch, capsysbinary):
    raw = io.BufferedReader(io.BytesIO((examples / "isomirs.fa").read_bytes()))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))
    assert (
        predict("--mirnas", "-", "--targets", examples / "transcripts.fa", "--top", 1, model=toy_model) == 0
    )
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert lines[0].split("\t")[:2] == ["mirna_id", "target_id"]
    assert len(lines) == 7


def test_grid__bed_and_show(examples, tmp_path, toy_model, capsys):
    arguments = ("--mirnas", examples / "isomirs.fa", "--targets", examples / "transcripts.fa")
    assert predict(*arguments, "-o", tmp_path / "x.bed", "--show", 3, model=toy_model) == 0
    rows = [line.split("\t") for line in (tmp_path / "x.bed").read_text().splitlines()]
    assert {len(row) for row in rows} == {6}
    assert all(int(row[1]) < int(row[2]) for row in rows)
    assert "The 3 best of 36 rows" in capsys.readouterr().err


def test_compat_published__gives_the_published_columns_order_and_crop(examples, tmp_path, toy_model, capsys):
    out = tmp_path / "x.tsv"
    arguments = ("--mirnas", examples / "isomirs.fa", "--targets", examples / "transcripts.fa")
    assert predict(*arguments, "--compat", "published", "-o", out, model=toy_model) == 0
    table = read_table(out)
    assert table.columns == [
        *(
            "miRNA ID",
            "Target ID",
            "miRNA Sequence",
            "Target Sequence",
            "Prediction Score",
            "Prediction",
            "score",
        )
    ]
    assert table["miRNA ID"].to_list()[:7] == ["hsa-let-7a-5p"] * 6 + ["hsa-miR-21-5p"]
    assert table["Prediction"].to_list() == [str(int(float(s) > 0.5)) for s in table["score"]]
    assert "targets longer than 60 nt: only the centre 60 nt are scored" in capsys.readouterr().err
    longest = table["Target Sequence"].str.len_chars().max()
    assert longest == 1400  # printed whole


def test_same_input__gives_the_same_bytes(examples, tmp_path, toy_model):
    for folder in ("one", "two"):
        arguments = ("--pairs", examples / "pairs.tsv", "-o", tmp_path / folder / "x.parquet")
        assert predict(*arguments, "--threads", 1 + (folder == "two"), model=toy_model) == 0
    assert (tmp_path / "one/x.parquet").read_bytes() == (tmp_path / "two/x.parquet").read_bytes()


def test_empty_inputs__give_an_empty_table_with_all_columns(tmp_path, examples, toy_model):
    (tmp_path / "empty.fa").touch()
    (tmp_path / "header.tsv").write_text("mirna_sequence\ttarget_sequence\n")
    (tmp_path / "empty.tsv").touch()
    for words in (
        ("--mirnas", tmp_path / "empty.fa", "--targets", examples / "transcripts.fa"),
        ("--mirnas", examples / "isomirs.fa", "--targets", tmp_path / "empty.fa"),
        ("--pairs", tmp_path / "header.tsv"),
        ("--pairs", tmp_path / "empty.tsv"),
        ("--mirnas", tmp_path / "empty.fa", "--targets", tmp_path / "empty.fa", "--compat", "published"),
    ):
        assert predict(*words, "-o", tmp_path / "out.tsv", model=toy_model) == 0
        table = read_table(tmp_path / "out.tsv")
        assert table.height == 0
        assert "score" in table.columns


PAIRS = "mirna_sequence\ttarget_sequence\n"
BROKEN = [
    (
        f"{PAIRS}UGAGGUAGUAGG\tACGU\nUGAGXUAGUAGG*\tACGU\n",
        1,
        "line 3, column mirna_sequence: '*' at position 13",
    ),
    (f"{PAIRS}\tACGU\n", 1, "line 2, column mirna_sequence: the sequence is empty"),
    ("mirna\ttarget\nACGU\tACGU\n", 1, "column mirna_sequence is missing. Did you mean mirna?"),
    (f"{PAIRS}ACGU\n", 1, "line 2: 1 fields were found where the header has 2"),
    ("a\ta\n1\t2\n", 1, "line 1: column name 'a' appears twice"),
    (b"\xff\xfe\x00", 1, "this is text in UTF-16"),
    (b"\xf0\xff\x00", 1, "not UTF-8 text"),
    (gzip.compress(PAIRS.encode() * 99)[:-12], 1, "the gzip stream is damaged or cut short"),
    (None, 2, "does not exist"),
]


@pytest.mark.parametrize(("content", "code", "message"), BROKEN, ids=range(len(BROKEN)))
def test_broken_pairs__say_where_and_leave_no_file(tmp_path, toy_model, capsys, content, code, message):
    path = tmp_path / "pairs.tsv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert predict("--pairs", path, "-o", tmp_path / "out.tsv", model=toy_model) == code
    error = capsys.readouterr().err
    assert error.startswith("dmiso: ")
    assert message in error
    assert not (tmp_path / "out.tsv").exists()


def test_on_bad_skip__drops_counts_and_says(tmp_path, toy_model, capsys):
    path = tmp_path / "pairs.tsv"
    path.write_text(f"{PAIRS}UGAGGUAGUAGGUUGU\tACGU\nUG-\tACGU\nUGAGGUAGUAGGUUGU\t\n")
    arguments = ("--pairs", path, "-o", tmp_path / "out.tsv", "--on-bad", "skip")
    assert predict(*arguments, model=toy_model) == 0
    assert read_table(tmp_path / "out.tsv").height == 1
    assert "note: 2 pairs dropped, as a sequence cannot be used" in capsys.readouterr().err


WRONG_USAGE = [
    ([], "Give either --pairs, or --mirnas with --targets"),
    (["--mirnas", "-"], "--targets is missing"),
    (["--pairs", "-", "--mirnas", "-"], "Give either --pairs"),
    (["--mirnas", "-", "--targets", "-"], "Only one input can come from standard input"),
    (["--pairs", "x.tsv", "--stride", "0"], "Invalid value for '--stride'"),
    (["--pairs", "x.tsv", "--min-score", "2"], "Invalid value for '--min-score'"),
    (["--pears", "x.tsv"], "No such option"),
]


@pytest.mark.parametrize(("words", "message"), WRONG_USAGE, ids=range(len(WRONG_USAGE)))
def test_wrong_usage__ends_with_2_and_a_sentence(words, message, toy_model, capsys):
    assert predict(*words, model=toy_model) == 2
    assert message in capsys.readouterr().err


def test_unknown_model__lists_the_known_ones(examples, tmp_path, capsys):
    words = [
        "predict",
        "--pairs",
        str(examples / "pairs.tsv"),
        "-o",
        str(tmp_path / "x.tsv"),
        "--model",
        "dmisso",
    ]
    assert _run(words) == 1
    assert "Known:" in capsys.readouterr().err


def test_program__as_a_process_ends_with_its_code_and_no_traceback(tmp_path):
    words = [sys.executable, "-m", "dmiso", "predict", "--pairs", str(tmp_path / "none.tsv")]
    result = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 2
    assert "none.tsv does not exist" in result.stderr
    assert "Traceback" not in result.stderr
    words.insert(3, "--debug")
    debugged = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" in debugged.stderr


@pytest.mark.real_data
def test_real_data__a_thousand_helwak_pairs(shared_data, tmp_path):
    from dmiso.io import read_batches

    batch = next(iter(read_batches(shared_data / "chimeras/helwak2013_clash.csv.gz", batch_rows=1000)))
    batch.frame.write_csv(tmp_path / "helwak.csv")
    words = ["predict", "--pairs", tmp_path / "helwak.csv", "--target-column", "mrna_sequence"]
    assert _run([*map(str, words), "-o", str(tmp_path / "x.parquet"), "-q"]) == 0
    table = pl.read_parquet(tmp_path / "x.parquet")
    assert table["id"].to_list() == batch.frame["id"].to_list()
    assert table["score"].is_between(0, 1).all()
    longer = batch.frame["mrna_sequence"].str.len_chars() > 60
    assert ((table["end"] - table["start"]).filter(longer) == 60).all()
