"""``dmiso evaluate`` as users call it."""

import json
import sys

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
        (["--threshold", "mine=high"], 2, "'high' is not a finite number"),
        (["--tool", "tarpmir"], 2, "'tarpmir' is not one of"),
        (["--tool-output", "x=labelled.tsv"], 2, "x is not a tool whose output can be read"),
        (["--tool", "targetscan", "--baseline", "gc"], 2, "gc is not a baseline"),
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


def test_reliability_and_pictures__are_written(labelled, tmp_path, toy_model, capsys):
    out = tmp_path / "out"
    assert evaluate(labelled, "--model", toy_model, "--pictures", "--behaviour", "-o", out, *QUICK) == 0
    table = read_table(out / "reliability.tsv")
    assert table["scorer"].unique().to_list() == ["toy"]
    assert table["n"].cast(int).sum() == 40
    drawn = {path.stem for path in out.iterdir() if path.suffix == ".svg"}
    assert {"reliability", "behaviour", "roc", "precision_recall"} <= drawn
    assert set(read_table(out / "curves.tsv")["scorer"]) >= {"toy", "seed_class"}
    assert drawn == {path.stem for path in out.iterdir() if path.suffix == ".png"}
    assert "## Calibration" in capsys.readouterr().out


def test_no_pictures__draws_none(labelled, tmp_path, toy_model):
    out = tmp_path / "out"
    assert evaluate(labelled, "--model", toy_model, "--no-pictures", "-o", out, *QUICK) == 0
    assert not list(out.glob("*.svg"))


def test_pictures__without_matplotlib_are_left_out_and_said_so(
    labelled, tmp_path, toy_model, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert evaluate(labelled, "--model", toy_model, "-o", tmp_path / "out", *QUICK) == 0
    assert not list((tmp_path / "out").glob("*.svg"))
    assert "No pictures: matplotlib is not installed (pip install 'dmiso[report]')" in capsys.readouterr().err
    assert evaluate(labelled, "--model", toy_model, "--pictures", "-o", tmp_path / "other", *QUICK) == 1
    assert "drawing an evaluation needs matplotlib" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_prior__moves_the_brier_score_and_keeps_the_calls(labelled, tmp_path, toy_model, rng):
    scores = tmp_path / "s.tsv"
    pl.DataFrame({"mine": rng.random(40)}).write_csv(scores, separator="\t")
    frames, model = {}, calibrated(toy_model, tmp_path, read_table(labelled))
    for prior in ("0.5", "0.1", "table"):
        words = ["--scores", scores, "--prior", prior, "--no-pictures", "-o", tmp_path / prior]
        assert evaluate(labelled, "--model", model, *words, *QUICK) == 0
        metrics = read_table(tmp_path / prior / "metrics.tsv").filter(pl.col("value") != "")
        frames[prior] = {
            (s, m): float(v) for s, m, v in metrics.select("scorer", "metric", "value").iter_rows()
        }
    assert frames["0.1"]["toy", "brier"] != frames["0.5"]["toy", "brier"]
    assert frames["table"] == frames["0.5"]  # half of the rows are positives
    assert 0 < frames["0.1"]["toy", "recall"] < 1
    for metric in ("recall", "specificity", "auroc"):
        assert frames["0.1"]["toy", metric] == frames["0.5"]["toy", metric]
    assert frames["0.1"]["mine", "brier"] == frames["0.5"]["mine", "brier"]
    notes = read_table(tmp_path / "0.1" / "metrics.tsv").filter(pl.col("scorer") == "mine")["note"]
    assert "its prior is not stated: not re-expressed at 0.1" in notes[0]


def calibrated(toy_model, tmp_path, table):
    """Return the toy model with a stated prior, calling half of the table's pairs positive."""
    import msgspec

    from dmiso.models import read_model, write_model
    from dmiso.predict import load_model

    toy = read_model(toy_model)
    middle = (
        load_model(toy_model).predict(table.select("mirna_sequence", "target_sequence"))["logit"].median()
    )
    intercept = -toy.calibration.slope * middle
    calibration = msgspec.structs.replace(toy.calibration, prior=0.5, intercept=intercept)
    write_model(
        tmp_path / "stated", config=toy.config, weights=toy.weights, calibration=calibration, card=toy.card
    )
    return tmp_path / "stated"


@pytest.mark.parametrize(
    ("prior", "message"),
    [("1.5", "1.5 does not lie between 0 and 1"), ("half", "'half' is neither a number nor 'table'")],
)
def test_prior__that_is_none_is_refused(labelled, tmp_path, prior, message, capsys):
    assert evaluate(labelled, "--prior", prior, "-o", tmp_path / "out") == 2
    assert message in capsys.readouterr().err


def test_energy_rows__bound_what_is_folded_and_say_so(labelled, tmp_path, toy_model, capsys):
    pytest.importorskip("RNA")
    out = tmp_path / "out"
    words = ["--model", toy_model, "--replicates", "0", "--baseline", "rnaduplex", "--no-pictures", "-o", out]
    assert evaluate(labelled, *words, "--energy-rows", "24") == 0
    assert dict(read_table(out / "metrics.tsv").select("scorer", "rows").unique().iter_rows()) == {
        "toy": "40",
        "rnaduplex": "24",
    }
    assert (
        "24 rows of a random sample of site clusters, on which were judged: rnaduplex"
        in capsys.readouterr().err
    )
    assert json.loads((out / "manifest.json").read_text())["settings"]["energy_rows"] == 24


@pytest.mark.parametrize("word", ["0", "-3", "some", "²"])
def test_energy_rows__are_a_number_above_0_or_all(labelled, tmp_path, word, capsys):
    assert evaluate(labelled, "-o", tmp_path / "out", "--energy-rows", word) == 2
    assert "neither a number of rows above 0 nor 'all'" in capsys.readouterr().err
