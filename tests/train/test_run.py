"""``train``: from a table to a model directory, whole or not at all, the same bytes each time."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score

from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.errors import InputError, ModelError, UsageError
from dmiso.models import Calibration, read_model
from dmiso.provenance import sha256_file
from dmiso.train import Beginning, Reporter, TrainSettings, settings_for, train
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
        "domain.json",
        "manifest.json",
        "metrics.json",
        "weights.safetensors",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "pairs.tsv"]
    model = read_model(output)
    assert model.config.name == "dmiso-model"
    assert model.config.settings == {"l1": 1e-4}
    assert model.domain.mirna_length[0] <= 22 <= model.domain.mirna_length[1]
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
    precision = f"average precision {metrics['average_precision']:.3f}"
    first = f"Training({output}; validation: {rows.height:,} pairs, {precision}"
    assert repr(result).startswith(first)
    assert len(repr(result)) < len(str(output)) + 200


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
    result = train(data, tmp_path / "model", other, beginning=Beginning(restart=True))
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
    with pytest.raises(UsageError, match=r"did not make \(chapter\.txt\): nothing was touched"):
        train(data, tmp_path / "thesis", QUICK)
    assert contents(tmp_path / "thesis") == {"chapter.txt": b"dear to me"}


@pytest.mark.parametrize(
    ("table", "output", "message"),
    [
        ("pairs.tsv", "", "give the model directory a name of its own"),
        ("pairs.tsv", "pairs.tsv", "is a file; dmiso train writes a folder"),
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


def test_train__soft_labels_are_learnt_in_place_of_labels(tmp_path, rng, one_sided_pairs):
    # the table's labels are turned round; the soft labels are not
    frame = one_sided_pairs(rng, 200)
    soft = frame["label"] * 0.8 + 0.1
    turned = frame.with_columns((1 - pl.col("label")).alias("label"), soft.alias("soft_label"))
    turned.write_parquet(tmp_path / "soft.parquet")
    result = train(tmp_path / "soft.parquet", tmp_path / "model", QUICK)
    own = result.parts.validation
    logits = result.trained.logits["validation"]
    truth = frame["label"].to_numpy()[own]
    assert average_precision_score(truth, logits) > average_precision_score(1 - truth, logits)


def test_train__soft_labels_must_be_probabilities(tmp_path, rng, one_sided_pairs):
    frame = one_sided_pairs(rng, 40).with_columns(pl.lit(1.2).alias("soft_label"))
    frame.write_csv(tmp_path / "pairs.tsv", separator="\t")
    with pytest.raises(InputError, match="is not between 0 and 1") as raised:
        train(tmp_path / "pairs.tsv", tmp_path / "model", QUICK)
    assert raised.value.column == "soft_label"


def test_train__soft_labels_and_redrawn_negatives_exclude_each_other(tmp_path, rng, one_sided_pairs):
    frame = one_sided_pairs(rng, 120).with_columns(pl.lit(0.5).alias("soft_label"))
    frame.write_csv(tmp_path / "pairs.tsv", separator="\t")
    redrawn = TrainSettings(**QUICK.as_dict() | {"negatives": "redrawn"})
    with pytest.raises(UsageError, match="Use --negatives given"):
        train(tmp_path / "pairs.tsv", tmp_path / "model", redrawn)


def test_train__starts_from_the_weights_of_another_model(tmp_path, data):
    train(data, tmp_path / "first", QUICK)
    still = TrainSettings(**QUICK.as_dict() | {"epochs": 1, "learning_rate": 1e-12, "seed": 9})
    train(data, tmp_path / "second", still, beginning=Beginning(tmp_path / "first"))
    first, second = read_model(tmp_path / "first"), read_model(tmp_path / "second")
    for name in ("dense.weight", "mirna_convolution.weight"):
        assert name in first.weights
        np.testing.assert_allclose(second.weights[name], first.weights[name], atol=1e-9)
    assert second.config.training["start_from"]["model"] == "dmiso-first"
    assert "Started from the weights of `dmiso-first`" in second.card


def test_train__does_not_start_from_another_network(tmp_path, data):
    train(data, tmp_path / "first", QUICK)
    duplex = settings_for("duplex", epochs=1, device="cpu")
    with pytest.raises(ModelError, match="dmiso-first is network dmiso"):
        train(data, tmp_path / "second", duplex, beginning=Beginning(tmp_path / "first"))


def test_train__by_source_keeps_the_mean_of_the_sources_outputs(tmp_path, rng, one_sided_pairs):
    frame = one_sided_pairs(rng, 160).with_columns(pl.Series("source", ["clash", "eclip"] * 80))
    frame.write_csv(tmp_path / "pairs.tsv", separator="\t")
    settings = settings_for(
        "duplex", epochs=2, batch_size=16, sizes={"channels": 4}, by_source=True, device="cpu"
    )
    epochs = []

    def interrupt(row):
        epochs.append(row.epoch)
        if row.epoch == 1 and len(epochs) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "pairs.tsv", tmp_path / "model", settings, reporter=Reporter(on_epoch=interrupt))
    train(tmp_path / "pairs.tsv", tmp_path / "model", settings, reporter=Reporter(on_epoch=interrupt))
    whole = train(tmp_path / "pairs.tsv", tmp_path / "whole", settings, name="duplex-model")
    model = read_model(tmp_path / "model")
    assert model.weights["output.weight"].shape == (1, 4, 1)
    for name, array in model.weights.items():
        np.testing.assert_array_equal(array, read_model(tmp_path / "whole").weights[name])
    outputs = [read_model(tmp_path / "model" / "by-source" / name).weights for name in ("clash", "eclip")]
    for name in ("output.weight", "scale"):
        np.testing.assert_allclose((outputs[0][name] + outputs[1][name]) / 2, model.weights[name], atol=1e-6)
        assert (outputs[0][name] != outputs[1][name]).any()
    np.testing.assert_array_equal(outputs[0]["stack_score"], model.weights["stack_score"])
    measured = json.loads((tmp_path / "model" / "metrics.json").read_text())["by_source"]
    assert sorted(measured) == ["clash", "eclip"]
    single = train(
        tmp_path / "pairs.tsv", tmp_path / "single", settings_for(**settings.as_dict() | {"by_source": False})
    )
    assert (single.trained.logits["validation"] != whole.trained.logits["validation"]).any()


def test_train__by_source_needs_sources_and_a_network_that_can(tmp_path, data):
    for network, message in (("duplex", "needs a column source"), ("dmiso", "one output only")):
        settings = settings_for(network, epochs=1, by_source=True, device="cpu")
        with pytest.raises(UsageError, match=message):
            train(data, tmp_path / network, settings)
