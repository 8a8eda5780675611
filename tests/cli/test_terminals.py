"""Every subcommand on a real terminal: wide, narrow, without a cursor, without colour."""

import re

import polars as pl
import pytest

from dmiso.examples import write_examples

KINDS = {
    "80 columns": {},
    "40 columns": {"columns": 40},
    "dumb": {"env": {"TERM": "dumb"}},
    "no colour": {"env": {"NO_COLOR": "1"}},
}


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal")
    write_examples(folder)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_predict__ends_well_on_every_terminal(kind, terminal, examples, tmp_path):
    out = tmp_path / "sites.tsv"
    words = ("--mirnas", examples / "isomirs.fa", "--targets", examples / "transcripts.fa", "--show", 3)
    screen = terminal("predict", *words, "-o", out, **KINDS[kind]).finish()
    assert screen.code == 0, screen.text
    assert f"36 rows in {out}" in screen.text.replace("\n", "")
    assert pl.read_csv(out, separator="\t").height == 36
    assert ("\x1b" in screen.raw) == (kind != "dumb")
    assert not (kind == "no colour" and re.search(r"\x1b\[3[0-7]m", screen.raw))


@pytest.mark.parametrize("columns", [80, 40])
def test_predict__shows_numbers_whole_or_not_at_all(columns, terminal, examples, tmp_path):
    words = ("--mirnas", examples / "isomirs.fa", "--targets", examples / "transcripts.fa", "--show", 3)
    text = terminal("predict", *words, "-o", tmp_path / "s.tsv", columns=columns).finish().text
    table = [line for line in text.splitlines() if line.startswith(("│", "┃"))]
    assert len(table) == 4
    assert all(len(line) <= columns for line in table)
    heads, *rows = [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in table]
    best = pl.read_csv(tmp_path / "s.tsv", separator="\t").sort("logit", descending=True)
    column = heads.index("start")
    assert [int(row[column]) for row in rows] == best["start"][:3].to_list()
    assert ("Too narrow a terminal to show: score, percentile, target_sequence" in text) == (columns == 40)


def test_predict__rows_on_the_terminal_have_no_progress_between_them(terminal, examples):
    words = ("--mirnas", examples / "isomirs.fa", "--targets", examples / "transcripts.fa")
    screen = terminal("predict", *words).finish()
    assert screen.code == 0
    assert "\x1b" not in screen.raw
    rows = [line for line in screen.text.splitlines() if line.count("\t") > 5]
    assert len(rows) == 37
