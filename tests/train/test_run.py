"""``train``: from a table to a model directory, whole or not at all, the same bytes each time."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score

from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.errors import InputError, UsageError
from dmiso.models import Calibration, read_model
from dmiso.provenance import sha256_file
from dmiso.train import Reporter, TrainSettings, train
from dmiso.train.trained import metrics_of, run_identity

pytest.importorskip("torch")

QUICK = TrainSettings(epochs=3, batch_size=16, l1=1e-4, learning_rate=0.005, device="cpu")


@pytest.fixture
def data(tmp_path, rng, one_sided_pairs):
    path = tmp_path / "pairs.tsv"
    one_sided_pairs(rng, 120).write_csv(path, separator="\t")
    return path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_train__writes_a_model_that_the_engine_reads(tmp_path, data):
    output = tmp_path / "model"
    result = train(data, output, QUICK)
    assert sorted(contents(output)) == [
        "calibration.json",
        "card.md",
        "config.json",
        "curves.png",
        "curves.tsv",
        "manifest.json",
        "metrics.json",
        "weights.safetensors",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "pairs.tsv"]
    model = read_model(output)
    assert model.config.name == "dmiso-model"
    assert model.config.settings == {"l1": 1e-4}
    rows = pl.read_csv(data, separator="\t")[result.parts.validation]
    logits = build_engine(model.config, model.weights).logits_pairs(
        encode(rows["mirna_sequence"].to_list(), 30), encode(rows["target_sequence"].to_list(), 60)
    )
    np.testing.assert_allclose(logits, result.trained.logits["validation"], atol=1e-4)
    metrics = json.loads((output / "metrics.json").read_text())["parts"]["validation"]
    assert metrics["average_precision"] == pytest.approx(
        average_precision_score(rows["label"], logits), abs=1e-6
    )
    assert model.calibration.prior == pytest.approx(rows["label"].mean())


def test_train__the_card_and_manifest_name_data_settings_and_numbers(tmp_path, data):
    result = train(
        data, tmp_path / "model", QUICK, name="dmiso-toy@v0.0.1", command=["dmiso", "train", "pairs.tsv"]
    )
    card = (tmp_path / "model" / "card.md").read_text()
    metrics = result.trained.metrics["validation"]
    for expected in (
        "# dmiso-toy@v0.0.1",
        f"`pairs.tsv`, sha256 `{sha256_file(data)}`",
        "10% of the training rows, drawn as whole site clusters with seed 0",
        "| train | 108 |",
        "| validation | 12 |",
        "| learning_rate | 0.005 |",
        f"| validation | {metrics['average_precision']:.3f} | {metrics['auroc']:.3f} |",
        f"Epoch {result.trained.fit.best.epoch} of 3 was kept",
    ):
        assert expected in card
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert manifest["inputs"]["data"] == {"file": "pairs.tsv", "sha256": sha256_file(data)}
    assert manifest["command"] == ["dmiso", "train", "pairs.tsv"]
    assert manifest["settings"] == QUICK.as_dict()
    assert manifest["counts"]["kept"]["train pairs"] == 108


def test_train__same_seed_same_bytes_after_an_interruption_too(tmp_path, data):
    train(data, tmp_path / "model", QUICK)
    whole = contents(tmp_path / "model")

    def interrupt(row):
        if row.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "again", QUICK, name="dmiso-model", reporter=Reporter(on_epoch=interrupt))
    assert (tmp_path / "again.checkpoint").is_dir()
    assert not (tmp_path / "again").exists()
    epochs = []
    reporter = Reporter(on_epoch=lambda row: epochs.append(row.epoch))
    train(data, tmp_path / "again", QUICK, name="dmiso-model", reporter=reporter)
    assert epochs == [2, 3]
    assert contents(tmp_path / "again") == whole
    assert not (tmp_path / "again.checkpoint").exists()


def test_train__an_unfinished_run_of_other_settings_is_not_mixed_in(tmp_path, data):
    def interrupt(row):
        if row.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "model", QUICK, reporter=Reporter(on_epoch=interrupt))
    other = TrainSettings(**QUICK.as_dict() | {"seed": 5})
    with pytest.raises(UsageError, match=r"unfinished run of another kind \(seed 0 there, 5 now\)"):
        train(data, tmp_path / "model", other)
    result = train(data, tmp_path / "model", other, restart=True)
    assert len(result.trained.fit.rows) == 3


def test_run_identity__is_what_is_computed_not_where():
    here = run_identity(QUICK, "ab")
    assert here == run_identity(TrainSettings(**QUICK.as_dict() | {"threads": 2, "device": "auto"}), "ab")
    assert here != run_identity(QUICK, "cd")
    assert here != run_identity(TrainSettings(**QUICK.as_dict() | {"jitter": 1}), "ab")


def test_train__judges_test_rows_but_does_not_learn_from_them(tmp_path, rng, one_sided_pairs):
    frame = one_sided_pairs(rng, 120)
    split = pl.Series("split", ["train"] * 80 + ["validation"] * 20 + ["test"] * 20)
    turned = frame.with_columns(
        pl.when(split == "test").then(1 - pl.col("label")).otherwise("label").alias("label")
    )
    results = []
    for name, table in (("true", frame), ("turned", turned)):
        table.with_columns(split).write_parquet(tmp_path / f"{name}.parquet")
        results.append(train(tmp_path / f"{name}.parquet", tmp_path / name, QUICK))
    for part in ("validation", "test"):
        np.testing.assert_array_equal(results[0].trained.logits[part], results[1].trained.logits[part])
    aurocs = [result.trained.metrics["test"]["auroc"] for result in results]
    assert aurocs[0] == pytest.approx(1 - aurocs[1])
    assert "| test | 20 |" in (tmp_path / "true" / "card.md").read_text()


def test_train__leaves_what_is_no_model_alone(tmp_path, data):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("dear to me")
    with pytest.raises(UsageError, match="exists and is no model directory: it is left as it is"):
        train(data, tmp_path / "thesis", QUICK)
    assert contents(tmp_path / "thesis") == {"chapter.txt": b"dear to me"}


@pytest.mark.parametrize(
    ("table", "output", "message"),
    [
        ("-", "model", "DATA is a file, not standard input"),
        ("pairs.tsv", "", "give the model directory a name of its own"),
        ("pairs.tsv", "pairs.tsv", "exists and is no model directory"),
        ("none.tsv", "model", "does not exist"),
    ],
)
def test_train__refuses_paths_that_cannot_be(tmp_path, data, monkeypatch, table, output, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        train(Path(table), Path(output), QUICK)


def test_train__a_metric_that_is_not_defined_is_null_and_empty(tmp_path, rng, one_sided_pairs):
    frame = one_sided_pairs(rng, 120)
    split = pl.Series("split", ["train"] * 80 + ["validation"] * 20 + ["test"] * 20)
    only_positives = (split != "test") | (frame["label"] == 1)
    frame.with_columns(split).filter(only_positives).write_csv(tmp_path / "pairs.tsv", separator="\t")
    train(tmp_path / "pairs.tsv", tmp_path / "model", QUICK)
    metrics = json.loads((tmp_path / "model" / "metrics.json").read_text())["parts"]["test"]
    assert metrics["n_pairs"] == 10
    assert metrics["auroc"] is None
    assert "| test |  |  |" in (tmp_path / "model" / "card.md").read_text()


def test_train__one_class_is_refused_before_anything_is_written(tmp_path, rng, one_sided_pairs):
    path = tmp_path / "pairs.tsv"
    one_sided_pairs(rng, 40).with_columns(label=1).write_csv(path, separator="\t")
    with pytest.raises(InputError, match="36 positives and 0 negatives"):
        train(path, tmp_path / "model", QUICK)
    assert [p.name for p in tmp_path.iterdir()] == ["pairs.tsv"]


def test_train__a_network_that_learns_nothing_says_so(tmp_path, rng, one_sided_pairs):
    frame = one_sided_pairs(rng, 120)
    split = pl.Series("split", ["train"] * 80 + ["validation"] * 40)
    turned = pl.when(split == "validation").then(1 - pl.col("label")).otherwise("label").alias("label")
    path = tmp_path / "pairs.tsv"
    frame.with_columns(turned, split).write_csv(path, separator="\t")
    result = train(path, tmp_path / "model", TrainSettings(**QUICK.as_dict() | {"epochs": 6}))
    sentence = "the network does not tell validation pairs apart: every score is the share of positives"
    assert any(sentence in line for line in result.counts.sentences())
    assert sentence in (tmp_path / "model" / "card.md").read_text()


def test_metrics_of__agree_with_scikit_learn(rng):
    label = (rng.random(200) < 0.4).astype(int)
    logits = rng.normal(size=200) + label
    weight = rng.random(200)
    calibration = Calibration(kind="platt", slope=1.3, intercept=-0.4)
    scores = calibration.apply(logits)
    metrics = metrics_of(label, logits, calibration, weight)
    assert metrics["n_pairs"] == 200
    assert metrics["average_precision"] == pytest.approx(
        average_precision_score(label, logits, sample_weight=weight)
    )
    assert metrics["auroc"] == pytest.approx(roc_auc_score(label, logits, sample_weight=weight))
    assert metrics["f1"] == pytest.approx(f1_score(label, scores >= 0.5, sample_weight=weight))
    assert metrics["brier"] == pytest.approx(brier_score_loss(label, scores, sample_weight=weight))
