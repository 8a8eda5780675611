"""``dmiso evaluate`` as users call it."""

import json

import polars as pl
import pytest

import dmiso.cli.evaluate as module
from dmiso.cli.main import _run
from dmiso.evaluate.adapters import TOOLS
from dmiso.io import read_table

QUICK = ("--replicates", "20", "--baseline", "seed_class")


@pytest.fixture
def labelled(tmp_path, rng, random_rna):
    path = tmp_path / "labelled.tsv"
    pl.DataFrame(
        {
            "mirna_sequence": [random_rna(rng, 22) for _ in range(40)],
            "target_sequence": [random_rna(rng, 50) for _ in range(40)],
            "label": [1, 0] * 20,
        }
    ).write_csv(path, separator="\t")
    return path


def evaluate(*words):
    return _run(["evaluate", *map(str, words)])


def test_model_scores_and_tool__are_judged_together(labelled, tmp_path, toy_model, rng, capsys):
    scores = tmp_path / "s.tsv"
    pl.DataFrame({"mine": rng.normal(size=40)}).write_csv(scores, separator="\t")
    out = tmp_path / "out"
    words = [
        "--model",
        toy_model,
        "--scores",
        scores,
        "--tool",
        "targetscan",
        "--threshold",
        "mine=0",
        "-o",
        out,
    ]
    assert evaluate(labelled, *words, *QUICK) == 0
    metrics = read_table(out / "metrics.tsv")
    assert metrics["scorer"].unique(maintain_order=True).to_list() == [
        "toy",
        "mine",
        "targetscan",
        "seed_class",
    ]
    assert "recall" in metrics.filter(pl.col("scorer") == "mine")["metric"]
    shown = capsys.readouterr()
    assert shown.out == (out / "summary.md").read_text()
    assert f"The tables are in {out}" in shown.err


def test_nothing_named__judges_the_default_model(labelled, tmp_path, toy_model, monkeypatch):
    from dmiso import predict

    asked = []
    original = predict.load_model
    monkeypatch.setattr(predict, "load_model", lambda model: asked.append(model) or original(toy_model))
    assert evaluate(labelled, "-o", tmp_path / "out", "--quiet", *QUICK) == 0
    assert asked == [None]
    assert "toy" in read_table(tmp_path / "out" / "metrics.tsv")["scorer"]


def test_tool_output_and_behaviour(labelled, tmp_path, toy_model, capsys):
    table = read_table(labelled)
    pl.DataFrame(
        {"noncodingRNA": table["mirna_sequence"], "prediction_score": [i / 40 for i in range(40)]}
    ).write_csv(tmp_path / "m.tsv", separator="\t")
    out = tmp_path / "out"
    words = [
        "--tool-output",
        f"mirbind2={tmp_path / 'm.tsv'}",
        "--model",
        toy_model,
        "--behaviour",
        "-o",
        out,
    ]
    assert evaluate(labelled, *words, *QUICK) == 0
    assert "mirbind2" in read_table(out / "metrics.tsv")["scorer"]
    assert read_table(out / "behaviour.tsv")["check"][0] == "planted_8mer"
    assert (
        json.loads((out / "manifest.json").read_text())["inputs"]["tool-output mirbind2"]["file"] == "m.tsv"
    )
    assert "Behaviour on made-up pairs" in capsys.readouterr().out


def test_tools__offered_are_those_of_the_catalogue():
    assert set(module._TOOLS) == set(TOOLS)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--threshold", "mine"], 2, "'mine' is not NAME=VALUE"),
        (["--threshold", "mine=high"], 2, "'high' is not a number"),
        (["--tool", "tarpmir"], 2, "'tarpmir' is not one of"),
        (["--tool-output", "x=labelled.tsv"], 2, "x is no tool whose output can be read"),
        (["--tool", "targetscan", "--baseline", "gc"], 2, "gc is no baseline"),
        (["--tool", "targetscan", "--behaviour"], 2, "name one with --model"),
        (["--model", "none"], 1, "none"),
        (["--scores", "labelled.tsv", "--score-column", "x"], 1, "column x is missing"),
    ],
)
def test_faults__have_their_message_and_exit_code(
    labelled, tmp_path, monkeypatch, capsys, words, code, message
):
    monkeypatch.chdir(tmp_path)
    assert evaluate("labelled.tsv", "-o", "out", "--replicates", "0", *words) == code
    assert message in capsys.readouterr().err
