"""Every subcommand on a real terminal: wide, narrow, without a cursor, without colour."""

import re
import shlex
from pathlib import Path

import polars as pl
import pytest
from tests.cli.leaves import leaves

from dmiso.cli.main import _run
from dmiso.examples import write_examples

KINDS = {
    "80 columns": {},
    "40 columns": {"columns": 40},
    "dumb": {"env": {"TERM": "dumb"}},
    "no colour": {"env": {"NO_COLOR": "1"}},
}


SCAN = "--mirnas e/isomirs.fa --transcripts e/transcripts.fa"
PAIR = "UGAGGUAGUAGGUUGUAUAGUU GGACUAUACAACCUACUACCUCAUU"
EVERY = {
    "ask": "ask hsa-let-7a-5p NOSITE-like --no-pictures -o o",
    "predict": "predict --pairs e/pairs.tsv -o o.tsv",
    "scan run": f"scan {SCAN} --workers 2 --transcripts-per-shard 2 -o o",
    "scan query": "scan query scanned --mirna hsa-let-7a-5p",
    "isomirs call": "isomirs e/isomirs.fa --mature e/mature.fa --show 3 -o o.tsv",
    "isomirs compare": "isomirs compare e/isomirs.fa --mature e/mature.fa --transcripts e/transcripts.fa -o o",
    "isomirs export": "isomirs export calls.gff3 --mature e/mature.fa -o o.tsv",
    "isomirs names": "isomirs names let-7a miR-21 --mature e/mature.fa --species hsa",
    "isomirs simulate": "isomirs simulate --mature e/mature.fa --reads 50 --samples 1 -o o",
    "isomirs summary": "isomirs summary calls.tsv -o o",
    "chimeras call": "chimeras made/reads.fastq.gz --mature e/isomirs.fa --transcripts e/transcripts.fa "
    "--adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi --workers 2 -o o",
    "chimeras simulate": "chimeras simulate --mature e/isomirs.fa --transcripts e/transcripts.fa --reads 50 -o o",
    "chimeras statistics": "chimeras statistics interactions/interactions.tsv -o o.tsv",
    "dataset": "dataset e/labelled.tsv --site-rule as-given -o o",
    "audit": "audit e/test.tsv -o o.json",
    "train": "train small.tsv --network dmiso --epochs 1 -o o",
    "crossval": "crossval small.tsv --network dmiso --folds 2 --epochs 1 --workers 2 -o o",
    "evaluate run": "evaluate e/test.tsv --no-pictures --baseline mirna_gc --replicates 2 -o o",
    "evaluate fair": "evaluate fair e/labelled.tsv --positives e/test.tsv -o o.tsv",
    "evaluate genes": "evaluate genes e/gene_responses.tsv --utrs e/gene_utrs.fa --best 8 --energy-genes 2 "
    "--replicates 2 --no-pictures -o o",
    "explain pair": f"explain pair {PAIR} --no-pictures -o o",
    "explain data": "explain data e/labelled.tsv --no-pictures --max-pairs 4 --controls 1 -o o",
    "explain model": "explain model --made-up-targets 2 --no-pictures -o o",
    "explain variants": "explain variants example_gene_1:n.430C>G --mirnas e/mature.fa --transcripts e/transcripts.fa "
    "--no-pictures -o o",
    "models list": "models list",
    "models show": "models show dmiso-chimeras@v0.1.0",
    "models check": "models check dmiso-chimeras@v0.1.0",
    "models ensemble": "models ensemble dmiso-chimeras@v0.1.0 dmiso-chimeras@v0.1.0 -o o",
    "models export": "models export dmiso-chimeras@v0.1.0 -o o",
    "reference add": "reference add made --mirnas e/mature.fa --hairpins e/hairpin.fa --transcripts e/transcripts.fa "
    "--without-cds",
    "reference list": "reference list",
    "reference use": "reference use tiny-hsa",
    "reference show": "reference show tiny-hsa",
    "reference where": "reference where hsa",
    "reference remove": "reference remove made",
    "examples": "examples -o o",
    "doctor": "doctor",
    "columns": "columns sites.parquet",
    "report": "report scanned --transcripts e/transcripts.fa -o o.html",
}
"""Command lines in a folder with the examples in ``e``.

``study paper`` has a test of its own, and so has ``serve``, which ends by a signal.
"""
ALSO_WIDE = {"scan run", "chimeras call", "train", "explain pair", "isomirs call"}
"""Tried at 80 columns too, as bars of each kind are."""
EXIT_CODES = {"audit": 1, "models ensemble": 1, "reference remove": 2}
"""The example table is convicted of competition. Two models that are the same are no ensemble; a reference that is not
there cannot be removed."""


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal") / "e"
    write_examples(folder)
    return folder


@pytest.fixture(scope="module")
def prepared(examples):
    """A folder with what some commands need of others."""
    folder = examples.parent
    table = pl.read_csv(examples / "labelled.tsv", separator="\t")
    table.filter(pl.int_range(pl.len()).over("label") < 40).write_csv(folder / "small.tsv", separator="\t")
    e = str(examples)
    files = ["--mature", f"{e}/isomirs.fa", "--transcripts", f"{e}/transcripts.fa"]
    scan = ["--mirnas", f"{e}/isomirs.fa", "--transcripts", f"{e}/transcripts.fa", "--decoys", "0"]
    reads = ["--adapter", "TGGAATTCTCGGGTGCCAAGG", "--umi5", "8", "--duplicates", "umi"]
    for words in (
        ["scan", *scan, "-q", "-o", str(folder / "scanned")],
        ["isomirs", f"{e}/isomirs.fa", "--mature", f"{e}/mature.fa", "-q", "-o", str(folder / "calls.tsv")],
        ["isomirs", f"{e}/isomirs.fa", "--mature", f"{e}/mature.fa", "-q", "-o", str(folder / "calls.gff3")],
        [
            "chimeras",
            "simulate",
            *files,
            "--reads",
            "300",
            "--isomirs",
            "8",
            "-q",
            "-o",
            str(folder / "made"),
        ],
        [
            "chimeras",
            f"{folder}/made/reads.fastq.gz",
            *files,
            *reads,
            "-q",
            "-o",
            str(folder / "interactions"),
        ],
    ):
        assert _run(words) == 0, words
    return folder


def test_every_command__is_tried_on_a_terminal():
    assert set(dict(leaves())) - set(EVERY) == {"study paper", "models import-keras", "serve"}


@pytest.mark.parametrize(
    ("name", "columns"), [*((name, 40) for name in EVERY), *((name, 80) for name in sorted(ALSO_WIDE))]
)
def test_every_command__ends_well_on_a_terminal(name, columns, terminal, prepared, tmp_path):
    for entry in prepared.iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    env = {"NO_COLOR": "1"} if columns == 40 else {}
    screen = terminal(*EVERY[name].split(), columns=columns, env=env, folder=tmp_path).finish()
    assert screen.code == EXIT_CODES.get(name, 0), screen.text
    assert "Traceback" not in screen.text
    assert "Error" not in screen.text.replace("--error-rate", "")
    assert not (columns == 40 and re.search(r"\x1b\[3[0-7]m", screen.raw))


def test_demo_of_the_makefile__ends_well_on_a_terminal(terminal, tmp_path):
    root = Path(__file__).resolve().parents[2]
    recipe = (
        (root / "Makefile").read_text().partition("\ndemo:")[2].partition("@echo")[0].replace("\\\n", " ")
    )
    words = shlex.split(
        recipe.partition("$(BIN)/dmiso ")[2].replace("src/dmiso", str(root / "src" / "dmiso"))
    )
    assert words[0] == "predict"
    screen = terminal(*words).finish()
    assert screen.code == 0, screen.text
    assert "The 12 best of 36 rows" in screen.text
    assert (tmp_path / "demo-output" / "sites.tsv").is_file()


def test_import_of_a_file_that_is_not_there__is_one_line_on_a_terminal(terminal):
    screen = terminal("models", "import-keras", "a.json", "b.h5", "-o", "o", columns=40).finish()
    assert screen.code in {1, 2}
    assert screen.text.startswith("dmiso: a.json")
    assert len(screen.text.splitlines()) == 1


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
