"""``dmiso audit`` as users call it."""

import json

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples


@pytest.fixture
def balanced(tmp_path, rng, random_rna):
    mirnas = [random_rna(rng, 22) for _ in range(5)]
    sites = [random_rna(rng, 50) for _ in range(50)]
    path = tmp_path / "labelled.tsv"
    pl.DataFrame(
        {
            "small": [mirnas[i % 5] for i in range(50)] + [mirnas[(i + 2) % 5] for i in range(50)],
            "target_sequence": sites * 2,
            "label": [1] * 50 + [0] * 50,
        }
    ).write_csv(path, separator="\t")
    return path


def audit(*words):
    return _run(["audit", *map(str, words)])


def test_honest_table__exit_0_and_three_reports(balanced, tmp_path, capsys):
    assert audit(balanced, "--mirna-column", "small", "-o", tmp_path / "r.json") == 0
    assert {path.name for path in tmp_path.glob("r.*")} == {"r.json", "r.txt", "r.html"}
    shown = capsys.readouterr()
    assert shown.out == (tmp_path / "r.txt").read_text()
    assert shown.out.startswith("Verdict: acquitted.")


def test_biased_table__exit_1_and_the_reason(balanced, tmp_path, capsys):
    frame = pl.read_csv(balanced, separator="\t").with_columns(
        pl.when(pl.col("label") == 1).then(pl.lit("UGAGGUAGUAGGUUGUAUAGUU")).otherwise("small").alias("small")
    )
    frame.write_csv(balanced, separator="\t")
    words = (balanced, "--mirna-column", "small", "-o", tmp_path / "r.json")
    assert audit(*words) == 1
    assert "mirna_identity: The miRNA's identity alone" in capsys.readouterr().out
    assert "mirna_identity" in json.loads((tmp_path / "r.json").read_text())["convicted"]
    assert audit(*words, "--quiet") == 1
    assert capsys.readouterr().out == ""


def test_training_table_and_scores_and_model__are_asked(balanced, tmp_path, toy_model, rng):
    scores = tmp_path / "s.tsv"
    pl.DataFrame({"tool": rng.random(100), "other": rng.random(100)}).write_csv(scores, separator="\t")
    words = ["--mirna-column", "small", "--train", balanced, "--scores", scores, "--score-column", "tool"]
    assert audit(balanced, *words, "--model", toy_model, "-o", tmp_path / "r.json") == 1
    checks = {check["name"]: check for check in json.loads((tmp_path / "r.json").read_text())["checks"]}
    assert checks["reused_pairs train->test"]["verdict"] == "convicted"
    assert "score_within_mirna tool" in checks
    assert "score_within_mirna other" not in checks
    assert "model_site_alone toy" in checks


def test_example_table__of_the_help_page_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_examples(tmp_path / "dmiso-examples")
    assert audit("dmiso-examples/labelled.tsv", "-o", "audit.json") in {0, 1}
    assert (tmp_path / "audit.json").is_file()


def test_headerless_3_to_5_layout__is_chosen_by_name(tmp_path):
    path = tmp_path / "m.txt"
    path.write_text(">GAUGGAGU\t>CTACCTCA\t1\n>UAUUCGAU\t>ATAAGCGA\t0\n")
    assert audit(path, "--layout", "miraw", "-o", tmp_path / "r.json") in {0, 1}
    assert json.loads((tmp_path / "r.json").read_text())["table"]["rows"] == 2


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["none.tsv", "-o", "r.json"], 2, "none.tsv does not exist"),
        (["bad.tsv", "-o", "r.json"], 1, "bad.tsv, line 2, column label: the label is 1"),
        (["bad.tsv", "-o", "r.html"], 2, "cannot be written as .html. Use .json"),
        (["bad.tsv", "-o", "r.json", "--layout", "x"], 2, "'x' is not one of"),
        (["bad.tsv"], 2, "Missing option '-o'"),
    ],
)
def test_faults__have_their_message_and_exit_code(tmp_path, monkeypatch, capsys, words, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.tsv").write_text("mirna_sequence\ttarget_sequence\tlabel\nUGAG\tCUAC\tyes\n")
    assert audit(*words) == code
    assert message in capsys.readouterr().err
    assert not list(tmp_path.glob("r.*"))
