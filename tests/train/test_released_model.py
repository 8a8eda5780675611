"""The bundled model is what its numbers say, and its data are clear of the test sets."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from dmiso.dataset.clusters import shares_kmer
from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.models import resolve
from dmiso.models.registry import BUNDLED, model_names
from dmiso.records import Counts

SCRIPTS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def chimera_data():
    spec = importlib.util.spec_from_file_location("chimera_data", SCRIPTS / "chimera_data.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["chimera_data"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["chimera_data"]


@pytest.fixture(scope="module", params=model_names())
def model(request):
    return resolve(request.param)


@pytest.fixture(scope="module")
def numbers(model):
    return json.loads((BUNDLED / model.config.name / "metrics.json").read_text(encoding="utf-8"))


def test_released_model__is_small_calibrated_and_has_a_background(model):
    assert (model.path / "weights.safetensors").stat().st_size <= 1_000_000
    assert model.calibration.kind == "platt"
    assert model.calibration.prior == pytest.approx(0.5)
    assert len(model.calibration.percentile) == 1001


def test_released_model__card_shows_the_numbers_of_the_metrics_file(model, numbers):
    card = model.card
    for name, result in numbers["tests"].items():
        assert f"### {name}" in card
        value = result["scores"]["model"]["average_precision"]
        assert f"{value['value']:.3f} [{value['low']:.3f}-{value['high']:.3f}]" in card
    assert "mean ± sd of 3 seeds" in card


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["mirbench_hejret2023_test", "hejret_isomir_chr1_balanced", "hybridetector_eclip_holdout"]
)
def test_released_model__reaches_on_the_test_sets_what_it_states(
    shared_data, chimera_data, model, numbers, name
):
    if name not in numbers["tests"]:
        assert name == chimera_data.HOLDOUT
        pytest.skip("this model was trained before the eCLIP sites were held out")
    table = chimera_data.read_tests(shared_data, Counts())[name]
    mirna = encode(table["mirna_sequence"].to_list(), 30)
    target = encode(table["target_sequence"].to_list(), 60)
    logits = build_engine(model.config, model.weights).logits_pairs(mirna, target)
    label = table["label"].to_numpy()
    stated = numbers["tests"][name]["scores"]["model"]
    assert float(average_precision(label, logits)) == pytest.approx(
        stated["average_precision"]["value"], abs=1e-3
    )
    assert float(auroc(label, logits)) == pytest.approx(stated["auroc"]["value"], abs=1e-3)


@pytest.mark.real_data
def test_training_pairs__share_no_16mer_with_a_test_site_or_across_parts(shared_data, chimera_data):
    pairs = chimera_data.labelled_pairs(shared_data, Counts(), seed=20220614)
    parts = {
        name: pairs.filter(pairs["split"] == name)["target_sequence"].to_list()
        for name in ("train", "validation")
    }
    tests = chimera_data.read_tests(shared_data, Counts())
    for table in tests.values():
        for sites in parts.values():
            assert not shares_kmer(sites, table["target_sequence"].to_list()).any()
    assert not shares_kmer(parts["validation"], parts["train"]).any()


@pytest.mark.real_data
def test_training_pairs__each_mirna_and_site_is_as_frequent_in_both_classes(shared_data, chimera_data):
    import polars as pl

    pairs = chimera_data.labelled_pairs(shared_data, Counts(), seed=20220614)
    assert set(pairs["split"]) == {"train", "validation"}
    for column in ("mirna_sequence", "target_sequence"):
        shares = pairs.group_by("split", "source", column).agg(pl.col("label").mean())["label"]
        assert shares.unique().to_list() == [0.5]
    assert pairs.height > 50_000


@pytest.mark.real_data
def test_eclip_holdout__is_exactly_balanced_and_large(shared_data, chimera_data):
    import polars as pl

    holdout = chimera_data.eclip_holdout(shared_data, Counts())
    for column in ("mirna_sequence", "target_sequence"):
        assert holdout.group_by(column).agg(pl.col("label").mean())["label"].unique().to_list() == [0.5]
    assert holdout.height > 2_000
    assert holdout.equals(chimera_data.eclip_holdout(shared_data, Counts()))


@pytest.mark.real_data
def test_mouse_pairs__are_for_training_only_and_share_no_16mer_with_what_judges(shared_data, chimera_data):
    pairs = chimera_data.labelled_pairs(
        shared_data, Counts(), seed=20220614, recipe=chimera_data.Recipe(mouse=2_000)
    )
    mouse = pairs.filter(pairs["source"] == "moore")
    assert mouse["split"].unique().to_list() == ["train"]
    assert mouse["label"].sum() * 2 == mouse.height > 3_000
    judges = pairs.filter(pairs["split"] == "validation")["target_sequence"].to_list()
    for table in chimera_data.read_tests(shared_data, Counts()).values():
        judges += table["target_sequence"].to_list()
    assert not shares_kmer(mouse["target_sequence"].to_list(), judges).any()
