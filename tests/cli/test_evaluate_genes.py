"""``dmiso evaluate genes`` as users call it, and ``dmiso evaluate`` as before."""

import json

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples
from dmiso.io import read_table

QUICK = ("--best", "8", "--min-responders", "3", "--energy-genes", "5", "--replicates", "10")


@pytest.fixture
def here(tmp_path, monkeypatch):
    write_examples(tmp_path / "e")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def genes(*words):
    return _run(["evaluate", "genes", "e/gene_responses.tsv", *map(str, words), "-o", "out"])


def test_summary__goes_to_standard_output_and_the_rest_to_standard_error(here, capsys):
    assert genes("--utrs", "e/gene_utrs.fa", "--no-pictures", *QUICK) == 0
    shown = capsys.readouterr()
    assert shown.out == (here / "out" / "summary.md").read_text()
    assert "5 genes of each experiment, drawn at random, that RNAduplex folds" in shown.err
    assert "The tables are in out" in shown.err
    made = {path.name for path in (here / "out").iterdir()}
    tables = {f"{name}.tsv" for name in ("experiments", "metrics", "comparisons", "curves")}
    assert made == tables | {"summary.md", "manifest.json"}


def test_quiet__says_nothing(here, capsys):
    assert genes("--no-pictures", "-q", *QUICK) == 0
    assert capsys.readouterr() == ("", "")


def test_pictures__are_drawn_of_means_and_curves(here):
    assert genes("--utrs", "e/gene_utrs.fa", "--pictures", "-q", *QUICK) == 0
    pictures = {path.name for path in (here / "out").glob("*.svg")} | {
        path.name for path in (here / "out").glob("*.png")
    }
    assert pictures == {"means.svg", "means.png", "curves.svg", "curves.png"}
    assert "share of genes" in (here / "out" / "curves.svg").read_text()


def test_all_options__reach_the_evaluation(here):
    words = [
        "--max-fdr",
        "0.1",
        "--min-fold-change",
        "0.2",
        "--min-expression",
        "1",
        "--lower-is-better",
        "tool",
    ]
    words += ["--energy-genes", "all", "--seed", "7", "--score-column", "tool"]
    assert genes(*words, "--no-pictures", "-q", "--best", "8") == 0
    told = json.loads((here / "out" / "manifest.json").read_text())
    assert told["seed"] == 7
    assert told["settings"] == {
        "best": 8,
        "min_responders": 10,
        "max_fdr": 0.1,
        "min_fold_change": 0.2,
        "min_expression": 1.0,
        "lower_is_better": ["tool"],
        "energy_genes": None,
        "replicates": 1000,
        "score_columns": ["tool"],
    }


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--energy-genes", "0"], 2, "neither a number of rows above 0 nor 'all'"),
        (["--scores", "no.tsv"], 2, "no.tsv does not exist"),
        (["--lower-is-better", "x"], 2, "no score is called so"),
        (["--best", "0"], 2, "0 is not in the range"),
    ],
)
def test_wrong_usage__is_refused(here, capsys, words, code, said):
    assert genes(*words) == code
    assert said in capsys.readouterr().err
    assert not (here / "out").exists()


def test_genes_of_a_scan__are_judged_as_they_were_written(here):
    scan = ["scan", "--mirnas", "e/mature.fa", "--transcripts", "e/gene_utrs.fa", "--as-utrs"]
    scan += ["--decoys", "0", "-q", "-o"]
    assert _run([*scan, "scan"]) == 0
    words = ["--scores", "scan/genes.parquet", "--utrs", "e/gene_utrs.fa", "--no-pictures", "-q"]
    assert genes(*words, *QUICK) == 0
    metrics = read_table(here / "out" / "metrics.tsv").filter(metric="spearman")
    value = dict(metrics.select("scorer", pl.col("value").cast(float)).iter_rows())
    # the planted seed matches are sites of a scan too
    assert value["dmiso"] > 0.2


def test_evaluate__without_a_subcommand_is_still_the_one_of_pairs(here):
    words = ["e/test.tsv", "--baseline", "mirna_gc", "--replicates", "2", "--no-pictures", "-q", "-o"]
    assert _run(["evaluate", *words, "plain"]) == 0
    assert _run(["evaluate", "run", *words, "named"]) == 0
    for name in ("metrics.tsv", "comparisons.tsv", "strata.tsv", "summary.md"):
        assert (here / "plain" / name).read_bytes() == (here / "named" / name).read_bytes()
