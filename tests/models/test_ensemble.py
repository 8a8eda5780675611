"""Ensembles on disk: joined from trained models, read back, refused where members differ."""

import json
from functools import partial

import msgspec
import numpy as np
import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.errors import InputError, ModelError, UsageError
from dmiso.evaluate.run import EvaluateInputs, evaluate_files
from dmiso.io import read_table
from dmiso.models import Calibration, check_model, domain_of, read_model, write_ensemble, write_model
from dmiso.models.export import export_model
from dmiso.models.registry import registry_entry
from dmiso.predict import load_model
from dmiso.predict.background import background_quantiles
from dmiso.records import Counts
from dmiso.settings.evaluate import EvaluateSettings
from dmiso.train.ensemble import join_files
from dmiso.train.platt import fit_platt

MIRNAS = {"a": "UGAGGUAGUAGGUUGUAUAGUU", "b": "UAGCUUAUCAGACUGAUGUUGA"}


@pytest.fixture
def models(tmp_path, parts, rng):
    """Three models of one network with weights of their own."""
    found = []
    for i in range(3):
        weights = {
            name: array + np.float32(0.01 * i) * np.abs(array) for name, array in parts["weights"].items()
        }
        config = msgspec.structs.replace(parts["config"], name=f"seed{i}")
        found.append(write_model(tmp_path / f"seed{i}", **(parts | {"weights": weights, "config": config})))
    return found


@pytest.fixture
def labelled(tmp_path, rng, random_rna):
    path = tmp_path / "labelled.tsv"
    split = ["validation"] * 60 + ["train"] * 20
    table = {
        "mirna_sequence": [random_rna(rng, 22) for _ in split],
        "target_sequence": [random_rna(rng, 50) for _ in split],
        "label": rng.integers(0, 2, len(split)).tolist(),
        "split": split,
    }
    pl.DataFrame(table).write_csv(path, separator="\t")
    return path


def test_ensemble__is_read_back_with_the_members_weights(tmp_path, models):
    ensemble = write_ensemble(tmp_path / "joined", models)
    assert ensemble.config.members == 3
    assert ensemble.config.name == "joined"
    for i, model in enumerate(models):
        for name, array in model.weights.items():
            np.testing.assert_array_equal(ensemble.weights[f"{i}/{name}"], array)
    sources = ensemble.config.training["members"]
    assert [source["weights_sha256"] for source in sources] == [model.weights_sha256 for model in models]
    assert all(finding.passed for finding in check_model(tmp_path / "joined"))
    assert check_model(tmp_path / "joined")[2].detail.endswith("of network dmiso, 3 members")


def test_ensemble__without_a_calibration_has_none_of_its_members(tmp_path, models):
    ensemble = write_ensemble(tmp_path / "joined", models)
    assert ensemble.calibration == Calibration()
    assert "not a probability" in ensemble.card


def test_ensemble__of_ensembles_has_all_their_members(tmp_path, models):
    two = write_ensemble(tmp_path / "two", models[:2])
    three = write_ensemble(tmp_path / "three", [two, models[2]])
    flat = write_ensemble(tmp_path / "flat", models)
    assert three.config.members == 3
    assert (
        registry_entry(three.path)["weights.safetensors"] == registry_entry(flat.path)["weights.safetensors"]
    )


def test_ensemble__domain_is_what_all_members_share(tmp_path, parts, models, rng, random_rna):
    sites = [random_rna(rng, 50) for _ in range(40)]
    short = domain_of([random_rna(rng, 20) for _ in sites], sites)
    long = domain_of([random_rna(rng, n) for n in [20, 24] * 20], sites)
    apart = domain_of([random_rna(rng, 26) for _ in sites], sites)

    def stated(domain, name):
        model = models[int(name)]
        return write_model(
            tmp_path / "stated" / name,
            config=model.config,
            weights=model.weights,
            calibration=model.calibration,
            card=model.card,
            domain=domain,
        )

    a, b, c = stated(short, "0"), stated(long, "1"), stated(apart, "2")
    assert write_ensemble(tmp_path / "ab", [a, b]).domain.mirna_length == (20, 20)
    assert write_ensemble(tmp_path / "ac", [a, c]).domain is None  # nothing lies inside both
    assert write_ensemble(tmp_path / "a2", [a, models[2]]).domain is None  # one does not say


def test_prediction__is_the_mean_with_the_spread_as_a_column(tmp_path, models, rng, random_rna):
    write_ensemble(tmp_path / "joined", models)
    targets = {f"t{n}": random_rna(rng, n) for n in (30, 61, 150)}
    predictor = load_model(tmp_path / "joined")
    every = predictor.predict(mirnas=MIRNAS, targets=targets, windows="all")
    logits = np.stack(
        [load_model(m.path).predict(mirnas=MIRNAS, targets=targets, windows="all")["logit"] for m in models]
    )
    assert every.columns[-7:] == ["start", "end", "logit", "score", "percentile", "spread", "domain"]
    np.testing.assert_allclose(every["logit"], logits.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(every["spread"], logits.std(axis=0, ddof=1), atol=1e-5)
    best = predictor.predict(mirnas=MIRNAS, targets=targets)
    keys = ["target_id", "mirna_id", "start"]
    joined = best.join(every, on=keys, suffix="_every", how="left", maintain_order="left")
    assert joined["spread"].to_list() == joined["spread_every"].to_list()
    pairs = predictor.predict(best.select("mirna_sequence", "target_sequence"))
    np.testing.assert_allclose(pairs["spread"], best["spread"], atol=1e-5)
    assert predictor.predict(mirnas={}, targets=targets).schema == best.schema


def test_config__says_members_only_of_an_ensemble(tmp_path, models):
    assert "members" not in json.loads((models[0].path / "config.json").read_text())
    ensemble = write_ensemble(tmp_path / "joined", models)
    assert json.loads((ensemble.path / "config.json").read_text())["members"] == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"crop": "end"}, r"crop is 'end'; that of .*seed0 is 'centre'"),
        ({"settings": {"l1": 0.5}}, r"settings is {'l1': 0\.5}; that of"),
        ({"min_score": 0.9}, r"min_score is 0\.9; that of"),
    ],
)
def test_members__of_other_settings_are_refused(tmp_path, models, change, message):
    other = models[1]
    config = msgspec.structs.replace(other.config, **change)
    odd = write_model(
        tmp_path / "odd", config=config, weights=other.weights, calibration=other.calibration, card=other.card
    )
    with pytest.raises(ModelError, match=message):
        write_ensemble(tmp_path / "joined", [models[0], odd])
    assert not (tmp_path / "joined").exists()


def test_members__are_at_least_two_and_different(tmp_path, models):
    with pytest.raises(UsageError, match="an ensemble needs at least two models; 1 given"):
        write_ensemble(tmp_path / "joined", models[:1])
    with pytest.raises(ModelError, match="two members have the same weights"):
        write_ensemble(tmp_path / "joined", [models[0], models[0]])


def test_config__of_no_members_is_refused(models):
    with pytest.raises(ValueError, match="members 0 must be at least 1"):
        msgspec.structs.replace(models[0].config, members=0)


def test_weights__of_a_missing_member_are_named(tmp_path, models):
    path = write_ensemble(tmp_path / "joined", models).path / "config.json"
    path.write_text(path.read_text().replace('"members": 3', '"members": 4'))
    with pytest.raises(ModelError, match=r"tensor 3/.* is missing"):
        read_model(tmp_path / "joined")


def test_export__to_keras_is_refused(tmp_path, models):
    with pytest.raises(ModelError, match="an ensemble has no Keras form"):
        export_model(write_ensemble(tmp_path / "joined", models), tmp_path / "joined.h5")


def test_join_files__calibrates_the_mean_on_validation_rows(tmp_path, models, labelled, rng):
    table = read_table(labelled)
    write_ensemble(tmp_path / "plain", models)
    pairs = table.select("mirna_sequence", "target_sequence")
    logits = load_model(tmp_path / "plain").predict(pairs)["logit"]
    known = logits + rng.normal(0, float(logits.std()), table.height)  # labels that the logits half know
    table = table.with_columns((known > known.median()).cast(int).alias("label"))
    table.write_csv(labelled, separator="\t")
    counts = Counts()
    ensemble = join_files([m.path for m in models], tmp_path / "joined", counts, pairs=labelled)
    label = table["label"].to_numpy()[:60]
    slope, intercept = fit_platt(logits.to_numpy()[:60], label)
    assert slope > 0
    assert ensemble.calibration.slope == pytest.approx(slope, rel=1e-4)
    assert ensemble.calibration.intercept == pytest.approx(intercept, rel=1e-4)
    assert ensemble.calibration.prior == pytest.approx(label.mean())
    assert counts.kept["pairs the calibration is fitted on"] == 60
    assert "60 pairs of `labelled.tsv`" in ensemble.card
    assert str(tmp_path) not in ensemble.card


def test_join_files__needs_both_labels(tmp_path, models, labelled):
    read_table(labelled).with_columns(pl.lit("train").alias("split")).write_csv(labelled, separator="\t")
    with pytest.raises(InputError, match="0 of 0 rows to calibrate on are positives; both labels are needed"):
        join_files([m.path for m in models], tmp_path / "joined", Counts(), pairs=labelled)


def test_command__joins_says_members_and_evaluates(tmp_path, models, labelled, capsys):
    folders = [str(model.path) for model in models]
    assert _run(["models", "ensemble", *folders, "-o", str(tmp_path / "plain")]) == 0
    assert "ensemble without calibration: its scores rank pairs" in capsys.readouterr().err
    assert _run(["models", "show", str(tmp_path / "plain")]) == 0
    shown = capsys.readouterr().out
    assert "members: 3" in shown
    assert "domain: not stated" in shown
    settings = EvaluateSettings(replicates=5, baselines=["seed_class"])
    inputs = EvaluateInputs(labelled, models=[str(tmp_path / "plain")])
    result, _ = evaluate_files(inputs, tmp_path / "out", settings=settings)
    assert "plain" in result.metrics["scorer"].to_list()
    assert set(result.reliability["prior"]) == {None}


def test_join_files__draws_percentiles_from_transcripts(
    tmp_path, models, labelled, rng, random_rna, monkeypatch
):
    fewer = partial(background_quantiles, n_windows=20_000)
    monkeypatch.setattr("dmiso.train.ensemble.background_quantiles", fewer)
    transcripts = tmp_path / "t.fa"
    records = [random_rna(rng, n) for n in (59, 300, 90)]
    transcripts.write_text("".join(f">t{i}\n{bases}\n" for i, bases in enumerate(records)))
    folders = [m.path for m in models[:2]]
    counts = Counts()
    ensemble = join_files(folders, tmp_path / "joined", counts, pairs=labelled, transcripts=transcripts)
    assert counts.dropped["transcripts shorter than the network's window"] == 1
    assert len(ensemble.calibration.percentile) == 1001
    mirnas = set(read_table(labelled).filter(pl.col("split") == "validation")["mirna_sequence"])
    every = load_model(ensemble.path).predict(
        mirnas={name: name for name in mirnas},
        targets={str(i): bases for i, bases in enumerate(records[1:])},
        windows="all",
        stride=1,
    )
    # drawn from just these pairs, so a percentile is the share of them that score lower
    rank = every["logit"].rank("average").to_numpy() / every.height * 100
    assert np.abs(every["percentile"].to_numpy() - rank).max() < 2


def test_join_files__without_pairs_draws_no_background(tmp_path, models):
    with pytest.raises(UsageError, match="--transcripts needs --pairs"):
        join_files([m.path for m in models], tmp_path / "j", Counts(), transcripts=tmp_path / "t.fa")


def test_background__needs_a_transcript_as_long_as_the_window(tmp_path, models, labelled):
    (tmp_path / "t.fa").write_text(">t\nACGU\n")
    with pytest.raises(InputError, match="no transcript has the 60 nt of the network's window"):
        join_files(
            [m.path for m in models], tmp_path / "j", Counts(), pairs=labelled, transcripts=tmp_path / "t.fa"
        )
