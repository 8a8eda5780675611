"""The duplex network through the same commands as the published one."""

import json

import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples
from dmiso.io import read_table

pytest.importorskip("torch")


def test_train__makes_a_duplex_model_that_predict_reads(tmp_path):
    write_examples(tmp_path)
    model = tmp_path / "model"
    words = [
        "train",
        str(tmp_path / "labelled.tsv"),
        "--network",
        "duplex",
        "--epochs",
        "2",
        "-o",
        str(model),
        "-q",
    ]
    assert _run(words) == 0
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    assert config["network"] == "duplex"
    assert config["training"]["settings"]["negatives"] == "redrawn"
    assert _run(["models", "check", str(model)]) == 0
    arguments = ["--mirnas", str(tmp_path / "isomirs.fa"), "--targets", str(tmp_path / "transcripts.fa")]
    assert _run(["predict", *arguments, "--model", str(model), "-q", "-o", str(tmp_path / "sites.tsv")]) == 0
    assert read_table(tmp_path / "sites.tsv").height == 36
