"""An evaluation from files: tables, summary, manifest; the same bytes for the same seed."""

import json

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError, UsageError
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.evaluate.run import EvaluateInputs, evaluate_files, evaluate_table
from dmiso.io import read_table
from dmiso.settings.evaluate import EvaluateSettings

QUICK = EvaluateSettings(replicates=30, baselines=["seed_class", "target_gc", "mirna_identity_ceiling"])


@pytest.fixture
def files(tmp_path, rng, random_rna):
    mirnas = [random_rna(rng, 22) for _ in range(6)]
    sites = [random_rna(rng, 50) for _ in range(60)]
    table = pl.DataFrame(
        {
            "mirna_sequence": [mirnas[i % 6] for i in range(60)] + [mirnas[(i + 1) % 6] for i in range(60)],
            "target_sequence": sites * 2,
            "label": [1] * 60 + [0] * 60,
        }
    )
    noise = rng.normal(size=120)
    scores = pl.DataFrame({"tool": noise + 2 * table["label"].to_numpy(), "probability": rng.random(120)})
    table.write_csv(tmp_path / "labelled.tsv", separator="\t")
    scores.write_csv(tmp_path / "scores.tsv", separator="\t")
    return tmp_path


def value(frame, scorer, metric):
    rows = frame.filter((pl.col("scorer") == scorer) & (pl.col("metric") == metric))
    return rows["value"].to_list()


def test_tables__hold_scores_tools_and_baselines(files):
    inputs = EvaluateInputs(files / "labelled.tsv", scores=[files / "scores.tsv"], tools=["targetscan"])
    result, counts = evaluate_files(inputs, files / "out", settings=QUICK, command=["dmiso", "evaluate"])
    assert sorted(path.name for path in (files / "out").iterdir()) == [
        "comparisons.tsv",
        "curves.tsv",
        "manifest.json",
        "metrics.tsv",
        "reliability.tsv",
        "strata.tsv",
        "summary.md",
    ]
    labels = read_table(files / "labelled.tsv")["label"].cast(int).to_numpy()
    scores = read_table(files / "scores.tsv").cast(pl.Float64)
    assert value(result.metrics, "tool", "auroc") == [pytest.approx(float(auroc(labels, scores["tool"])))]
    assert value(result.metrics, "probability", "ap_1_1") == [
        pytest.approx(float(average_precision(labels, scores["probability"])))
    ]
    assert value(result.metrics, "probability", "brier") != []
    assert value(result.metrics, "tool", "f1") == []  # it is no probability and has no threshold
    kinds = dict(result.metrics.select("scorer", "kind").unique().iter_rows())
    assert kinds == {
        "tool": "scores",
        "probability": "scores",
        "targetscan": "tool",
        "seed_class": "baseline",
        "target_gc": "baseline",
        "mirna_identity_ceiling": "baseline",
    }
    written = read_table(files / "out" / "metrics.tsv")
    assert written.columns == result.metrics.columns
    assert counts.kept == {"positive pairs": 60, "negative pairs": 60}


def test_thresholds__can_be_given_by_name(files):
    settings = EvaluateSettings(
        replicates=0, baselines=["target_gc"], thresholds={"tool": 1.0, "target_gc": 0.5}
    )
    result, _ = evaluate_files(
        EvaluateInputs(files / "labelled.tsv", scores=[files / "scores.tsv"], score_columns=["tool"]),
        files / "out",
        settings=settings,
    )
    assert (
        len(value(result.metrics, "tool", "recall")) == len(value(result.metrics, "target_gc", "recall")) == 1
    )
    assert result.metrics["low"].null_count() == result.metrics.height
    assert result.comparisons.height == 0


def test_same_seed__same_bytes(files):
    inputs = EvaluateInputs(files / "labelled.tsv", scores=[files / "scores.tsv"])
    for name in ("a", "b"):
        evaluate_files(inputs, files / name, settings=QUICK, command=["dmiso"])
    for path in (files / "a").iterdir():
        assert path.read_bytes() == (files / "b" / path.name).read_bytes(), path.name


def test_manifest__has_hashes_seed_and_settings_but_no_folders(files):
    evaluate_files(
        EvaluateInputs(files / "labelled.tsv", scores=[files / "scores.tsv"]), files / "out", settings=QUICK
    )
    text = (files / "out" / "manifest.json").read_text()
    about = json.loads(text)
    assert len(about["inputs"]["labelled"]["sha256"]) == len(about["inputs"]["scores"]["sha256"]) == 64
    assert about["settings"]["replicates"] == 30
    assert about["seed"] == 0
    assert str(files) not in text


def test_models_and_behaviour(files, toy_model):
    settings = EvaluateSettings(replicates=20, baselines=["seed_class"], behaviour=True)
    inputs = EvaluateInputs(files / "labelled.tsv", models=[str(toy_model)])
    result, _ = evaluate_files(inputs, files / "out", settings=settings)
    assert value(result.metrics, "toy", "recall") != []
    behaviour = read_table(files / "out" / "behaviour.tsv")
    assert behaviour.height == 8
    assert set(behaviour["verdict"]) <= {"passed", "failed"}
    summary = (files / "out" / "summary.md").read_text()
    assert "## Behaviour on made-up pairs" in summary
    about = json.loads((files / "out" / "manifest.json").read_text())
    assert len(about["model"]["toy"]["weights_sha256"]) == 64


def test_behaviour__needs_a_model(files):
    inputs = EvaluateInputs(files / "labelled.tsv", tools=["targetscan"])
    with pytest.raises(UsageError, match="name one with --model"):
        evaluate_files(
            inputs, files / "out", settings=EvaluateSettings(replicates=0, baselines=[], behaviour=True)
        )


def test_summary__says_sizes_absent_tools_and_tests(files, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    inputs = EvaluateInputs(files / "labelled.tsv", scores=[files / "scores.tsv"], tools=["rnahybrid"])
    evaluate_files(inputs, files / "out", settings=QUICK)
    summary = (files / "out" / "summary.md").read_text()
    assert "120 pairs: 60 positives, 60 negatives; 6 miRNAs, 60 sites." in summary
    assert "- rnahybrid: not found on this machine: install the Debian or Ubuntu package rnahybrid" in summary
    assert "| tool | seed_class |" in summary
    assert "| tool | scores |" in summary


def test_training_table__gives_priors_and_seen_mirnas(files):
    inputs = EvaluateInputs(
        files / "labelled.tsv", scores=[files / "scores.tsv"], train=files / "labelled.tsv"
    )
    result, _ = evaluate_files(inputs, files / "out", settings=EvaluateSettings(replicates=0))
    assert value(result.metrics, "mirna_identity", "auroc") == [0.5]
    assert "mirna_in_training" in result.strata["by"]


def test_two_scores_of_one_name__are_an_error(files):
    text = (files / "scores.tsv").read_text().replace("probability", "targetscan")
    (files / "scores.tsv").write_text(text)
    inputs = EvaluateInputs(files / "labelled.tsv", scores=[files / "scores.tsv"], tools=["targetscan"])
    with pytest.raises(UsageError, match="two scores are called targetscan"):
        evaluate_files(inputs, files / "out", settings=QUICK)


def test_no_rows__are_an_error():
    schema = {"mirna_sequence": pl.String, "target_sequence": pl.String, "label": pl.Int8}
    with pytest.raises(InputError, match="the labelled table has no rows"):
        evaluate_table(pl.DataFrame(schema=schema), [])


@pytest.mark.real_data
def test_mirbind2_on_balanced_isomirs__has_its_known_average_precision(shared_data, tmp_path):
    folder = shared_data / "benchmark"
    inputs = EvaluateInputs(
        folder / "hejret_isomir_chr1_balanced.tsv",
        scores=(folder / "peers" / "hejret_isomir_chr1_scores.tsv.gz",),
        score_columns=["miRBind2", "RNAhybrid_pvalue"],
    )
    settings = EvaluateSettings(replicates=200, baselines=["mirna_identity_ceiling", "target_gc"])
    result, _ = evaluate_files(inputs, tmp_path / "out", settings=settings)
    assert value(result.metrics, "RNAhybrid_pvalue", "ap_1_1") == [pytest.approx(0.857, abs=0.0005)]
    assert value(result.metrics, "mirna_identity_ceiling", "auroc") == [0.5]
    row = result.comparisons.filter(
        (pl.col("metric") == "ap_1_1") & (pl.col("other_scorer") == "RNAhybrid_pvalue")
    ).row(0, named=True)
    assert row["difference"] == pytest.approx(0.028, abs=0.001)
    assert 0 < row["low"] < row["high"] < 0.06
    assert np.isclose(value(result.metrics, "miRBind2", "ap_1_1")[0], 0.885, atol=0.001)
